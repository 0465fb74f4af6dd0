// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "forameter/core/result.hpp"

namespace forameter::intake {

/// Keeps copies of files in a folder, named by the SHA-256 of their bytes: the same bytes are kept once, and
/// a copy that bears its name is whole (it is written beside, flushed, then renamed).
class FileKeeper {
public:
    explicit FileKeeper(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// Path of the copy. Fails with `unreadable` where the file no longer has this hash, with
    /// `storage-failed` where the copy cannot be written.
    [[nodiscard]] Result<std::filesystem::path> keep(const std::filesystem::path& file,
                                                     const std::string& sha256) const;

private:
    std::filesystem::path m_folder;
};

} // namespace forameter::intake
