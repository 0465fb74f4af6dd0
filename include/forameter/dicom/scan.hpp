// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/dicom/study.hpp"

namespace forameter::dicom {

/// A file that was refused, or that was taken with a reservation.
struct FileNote {
    std::filesystem::path path;
    ErrorCode reason = ErrorCode::Other;
    std::string message; ///< one sentence that names the file and says what is wrong with it
};

struct ScanOptions {
    bool decode = false;     ///< decode every image once and refuse files that cannot be
    bool pixels = false;     ///< decode, and fill Instance::pixelSha256: SHA-256 of the stored values (unused
                             ///< bits removed, sign extended, no rescale) as little-endian int32, row by row
    bool fileHashes = false; ///< fill Instance::fileSha256
    int jobs = 1;            ///< processes (or threads) that read
    /// `forameter-cli`: files are then read by child processes of it ("scan-worker") under the limits below,
    /// and a file that makes one crash, hang or exceed them is refused while all others go on. Empty: read in
    /// this process, without protection.
    std::filesystem::path worker;
    std::chrono::milliseconds timePerFile{20'000};
    std::uint64_t memory = std::uint64_t{2}
                           << 30; ///< bytes of address space of a child; ignored under sanitizers
};

struct ScanReport {
    std::size_t files = 0; ///< regular files that were looked at
    std::vector<Study> studies;
    std::vector<FileNote> refused;
    std::vector<FileNote> warnings;
};

/// Reads files, folders (all the way down; links and special files in them are noted and not followed) and
/// DICOMDIRs (which may only name files at or below their own folder) and groups what they hold. The order of
/// everything depends on the paths and contents alone. Fails only where it is cancelled or where a child
/// cannot be started at all; anything wrong with a file is a FileNote.
[[nodiscard]] Result<ScanReport> scan(std::span<const std::filesystem::path> paths,
                                      const ScanOptions& options = {}, const Watch& watch = {});

/// Why files cannot be decoded, by path; those that can are not in it. Each is decoded once as scan() does
/// it, so that a codec that crashes or hangs on one does so in a child, and what is left may be read in this
/// process.
[[nodiscard]] Result<std::map<std::filesystem::path, Error>>
undecodable(const std::set<std::filesystem::path>& files, ScanOptions options, const Watch& watch = {});

/// The main loop of a child: answers requests from descriptor `in` on `out` until the end of `in`. Returns
/// the exit code.
int runScanWorker(int in, int out);

} // namespace forameter::dicom
