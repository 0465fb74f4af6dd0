// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "forameter/core/result.hpp"

namespace forameter::intake {

/// Keeps copies of files in a folder, named by the SHA-256 of their bytes: the same bytes are kept once. They
/// are patients' images, so the copies and the folders made for them are their owner's alone.
class FileKeeper {
public:
    explicit FileKeeper(const std::filesystem::path& folder)
        : m_folder(std::filesystem::absolute(folder).lexically_normal()) {}

    /// Absolute path of the copy, which is whole: one that is there and has other bytes is replaced. Fails
    /// with `unreadable` where the file no longer has this hash, with `storage-failed` where the copy cannot
    /// be written.
    [[nodiscard]] Result<std::filesystem::path> keep(const std::filesystem::path& file,
                                                     const std::string& sha256);

private:
    std::filesystem::path m_folder;
    std::set<std::string> m_whole; ///< hashes of the copies seen or written; a file has many frames
};

} // namespace forameter::intake
