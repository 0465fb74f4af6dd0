// SPDX-License-Identifier: Apache-2.0
#include "file_keeper.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <span>
#include <unistd.h>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/core/sha256.hpp"

namespace forameter::intake {

namespace fs = std::filesystem;

namespace {

/// Writes and flushes a new file; false, with errno, where it could not.
bool writeDurably(const fs::path& path, std::span<const char> bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0) return false;
    bool good = true;
    while (good && !bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        good = count > 0 || (count < 0 && errno == EINTR);
        if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    good = good && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    errno = error;
    return good;
}

} // namespace

Result<fs::path> FileKeeper::keep(const fs::path& file, const std::string& sha256) const {
    // Two levels, because a folder of a million files is slow everywhere.
    const fs::path folder = m_folder / sha256.substr(0, 2);
    const fs::path kept = folder / (sha256 + ".dcm");
    std::error_code error;
    if (fs::exists(kept, error)) return kept;
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof())
        return fail(ErrorCode::Unreadable, file.string() + " can no longer be read.");
    if (toHex(forameter::sha256(std::as_bytes(std::span(bytes)))) != sha256)
        return fail(ErrorCode::Unreadable, file.string() + " changed while it was imported.");
    fs::create_directories(folder, error);
    const fs::path beside = folder / (sha256 + "." + newUuid() + ".part");
    if (!error && writeDurably(beside, bytes))
        fs::rename(beside, kept, error);
    else if (!error)
        error = std::error_code(errno, std::generic_category());
    if (!error) return kept;
    std::error_code ignored;
    fs::remove(beside, ignored);
    return fail(ErrorCode::StorageFailed, "A copy of " + file.string() + " could not be kept in " +
                                              m_folder.string() + ": " + error.message() + ".");
}

} // namespace forameter::intake
