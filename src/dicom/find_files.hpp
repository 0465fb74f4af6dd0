// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/dicom/scan.hpp"

namespace forameter::dicom {

struct FoundFiles {
    std::vector<std::filesystem::path>
        files; ///< regular files, in the order of the arguments, within each in order of name
    std::vector<FileNote> refused; ///< what could not be looked at
    std::vector<FileNote> notes;   ///< links and special files, which are left alone
};

/// A path that is named outright is followed if it is a link; what lies inside a folder is not.
[[nodiscard]] FoundFiles findFiles(std::span<const std::filesystem::path> paths, const Watch& watch);

/// The file that a DICOMDIR in `folder` means by a Referenced File ID. Refuses everything that is not a
/// regular file at or below the folder, reached without a link. The message completes "DICOMDIR ...".
[[nodiscard]] Result<std::filesystem::path> referencedFile(const std::filesystem::path& folder,
                                                           const std::string& fileId);

} // namespace forameter::dicom
