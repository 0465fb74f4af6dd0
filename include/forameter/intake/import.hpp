// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/dicom/scan.hpp"
#include "forameter/store/store.hpp"

namespace forameter::intake {

struct ImportOptions {
    /// Where to keep a copy of every file taken, named by its SHA-256, for its owner alone; a copy that is
    /// there and was damaged is made anew. Empty: the store refers to the files where they are.
    std::filesystem::path copyTo;
    std::filesystem::path worker; ///< as ScanOptions::worker
    int jobs = 1;
    bool dryRun = false; ///< say what would be added; neither the store nor copyTo is written
};

struct ImportReport {
    dicom::ScanReport scan; ///< what was found; `refused` and `warnings` include what registering said
    struct Added {
        std::size_t studies = 0, series = 0, instances = 0;
    } added;
    std::size_t unchanged = 0; ///< instances that the store had already
};

/// Scans, decodes every image once, and registers each study with its file hashes in one transaction of its
/// own. The same bytes again add nothing. Fails where the store cannot be written or the work is cancelled;
/// studies registered by then stay.
[[nodiscard]] Result<ImportReport> importPaths(const store::Store& store,
                                               std::span<const std::filesystem::path> paths,
                                               const ImportOptions& options = {}, const Watch& watch = {});

} // namespace forameter::intake
