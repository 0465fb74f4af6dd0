// SPDX-License-Identifier: Apache-2.0
#include "hold.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace forameter::store::files {

namespace fs = std::filesystem;

namespace {

struct Known {
    int descriptor = -1;
    int users = 0; ///< of this process
    bool alone = false;
};
using KnownFiles = std::map<std::pair<dev_t, ino_t>, Known>;

/// What this process has opened to read, by file.
struct Register {
    std::mutex guard;
    KnownFiles files;
};

Register& known() {
    static Register files;
    return files;
}

/// The file that has the name now, opened where it is new; the guard is held.
KnownFiles::iterator find(KnownFiles& files, const fs::path& path) {
    struct stat now {};
    std::erase_if(files, [&](const auto& entry) { // files that are gone: nobody finds their locks any more
        const Known& one = entry.second;
        if (one.users > 0 || one.alone) return false;
        const bool gone = ::fstat(one.descriptor, &now) != 0 || now.st_nlink == 0;
        if (gone) ::close(one.descriptor);
        return gone;
    });
    if (::stat(path.c_str(), &now) != 0) return files.end();
    if (const auto at = files.find({now.st_dev, now.st_ino}); at != files.end()) return at;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return files.end();
    if (::fstat(file, &now) != 0) return files.end(); // never closed, harmless
    // Where the name is another known file's by now, this descriptor is never closed either.
    return files.try_emplace({now.st_dev, now.st_ino}, Known{file}).first;
}

} // namespace

int lastingDescriptor(const fs::path& path) {
    const std::lock_guard lock(known().guard);
    const auto at = find(known().files, path);
    return at == known().files.end() ? -1 : at->second.descriptor;
}

// flock(2) is between programs and knows nothing of SQLite's locks, which are of another kind; it belongs to
// the one lasting descriptor, so within the process its users are counted. Where a file system has no such
// locks the hold is known to this process alone.
Result<std::optional<Hold>> Hold::attempt(const fs::path& path, As as) {
    const std::lock_guard lock(known().guard);
    const auto at = find(known().files, path);
    if (at == known().files.end())
        return fail(ErrorCode::StorageFailed, path.string() + " cannot be read; check its permissions.");
    Known& one = at->second;
    if (one.alone || (as == As::Owner && one.users > 0)) return std::nullopt;
    if (one.users == 0 && ::flock(one.descriptor, (as == As::Owner ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 &&
        errno == EWOULDBLOCK)
        return std::nullopt;
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0 || at->first != File(now.st_dev, now.st_ino)) { // replaced meanwhile
        if (one.users == 0) ::flock(one.descriptor, LOCK_UN);
        return std::nullopt;
    }
    if (as == As::Owner)
        one.alone = true;
    else
        ++one.users;
    return Hold(at->first);
}

Result<Hold> Hold::together(const fs::path& path) {
    using namespace std::chrono_literals;
    const auto until = std::chrono::steady_clock::now() + 15s;
    while (true) {
        auto held = attempt(path, As::User);
        if (!held) return tl::unexpected(held.error());
        if (*held) return std::move(**held);
        if (std::chrono::steady_clock::now() > until)
            return fail(ErrorCode::Conflict,
                        path.string() + " is being replaced by another program; try again later.");
        std::this_thread::sleep_for(10ms);
    }
}

Result<std::optional<Hold>> Hold::alone(const fs::path& path) {
    return attempt(path, As::Owner);
}

Hold::~Hold() {
    if (!m_file) return;
    const std::lock_guard lock(known().guard);
    const auto at = known().files.find(*m_file);
    if (at == known().files.end()) return;
    Known& one = at->second;
    if (one.alone)
        one.alone = false;
    else
        --one.users;
    if (one.users == 0) ::flock(one.descriptor, LOCK_UN);
}

} // namespace forameter::store::files
