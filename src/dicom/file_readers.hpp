// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>

#include "file_record.hpp"

#include "forameter/core/progress.hpp"
#include "forameter/dicom/scan.hpp"

namespace forameter::dicom {

/// Takes the answer for requests[index]. Called on the calling thread of the two functions below, in any
/// order of indices, once for each.
using TakeRecord = std::function<void(std::size_t index, Result<FileRecord> record)>;

/// Reads files on threads of this process.
[[nodiscard]] Result<> readInThreads(std::span<const ReadRequest> requests, int jobs, const Watch& watch,
                                     const TakeRecord& take);

/// Reads files in child processes. A file that a child does not survive, or not within the time, is answered
/// with a refusal, and a new child goes on with the rest.
[[nodiscard]] Result<> readInChildren(std::span<const ReadRequest> requests, const ScanOptions& options,
                                      const Watch& watch, const TakeRecord& take);

} // namespace forameter::dicom
