// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <string>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "dialect.hpp"
#include "forameter/core/ids.hpp"

namespace forameter::store::files {

namespace fs = std::filesystem;

namespace {

Error systemError(const std::string& attempt) {
    const int code = errno;
    const auto kind = code == EEXIST   ? ErrorCode::Conflict
                      : code == ENOENT ? ErrorCode::NotFound
                                       : ErrorCode::StorageFailed;
    return {kind, attempt + ": " + std::strerror(code) + "."};
}

Result<> flushDescriptor(const fs::path& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0)
        return tl::unexpected(systemError("Could not open " + path.string() + " to make it durable"));
    const bool flushed = ::fsync(file) == 0;
    const auto error = flushed ? Error{} : systemError("Could not make " + path.string() + " durable");
    ::close(file);
    if (!flushed) return tl::unexpected(error);
    return {};
}

/// Deletes what programs that were killed have left of such scratch files beside `base`, and only that: what
/// is at work is held.
void sweep(const fs::path& base, const std::string& prefix) {
    constexpr std::size_t kUuid = 36;
    std::error_code error;
    std::multimap<fs::path, fs::path> left; // what belongs to a scratch file, by its name
    for (const auto& entry : fs::directory_iterator(folderOf(base), error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix) || !isUuid(name.substr(prefix.size(), kUuid))) continue;
        left.emplace(folderOf(base) / name.substr(0, prefix.size() + kUuid), entry.path());
    }
    for (auto at = left.begin(); at != left.end();) {
        const auto [first, last] = left.equal_range(at->first);
        const bool there = fs::exists(at->first, error);
        const auto held = there ? Hold::alone(at->first) : Result<std::optional<Hold>>();
        if (!there || (held && *held))
            for (auto file = first; file != last; ++file)
                fs::remove(file->second, error);
        at = last;
    }
}

/// What tells that a file was not written to between two looks; the time in ns, -1 where there is no file.
struct Stamp {
    ino_t file = 0;
    off_t size = 0;
    std::int64_t written = -1;
    bool operator==(const Stamp&) const = default;
};

Stamp stampOf(const fs::path& path) {
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) return {};
    return {now.st_ino, now.st_size, now.st_mtim.tv_sec * std::int64_t{1'000'000'000} + now.st_mtim.tv_nsec};
}

/// File times come in steps of the kernel's clock, at most 10 ms: a write after a look shows only where the
/// last one before it is older than that.
bool isFresh(const Stamp& stamp) {
    constexpr std::int64_t kStep = 20'000'000;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto age = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - stamp.written;
    return age >= 0 && age < kStep;
}

/// Through the lasting descriptor, so that no lock of this process is dropped.
Result<> copyBytes(const fs::path& from, const fs::path& to) {
    const auto failed = [&] { return systemError("Could not copy " + from.string() + " to " + to.string()); };
    const int in = lastingDescriptor(from);
    if (in < 0) return tl::unexpected(failed());
    const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) return tl::unexpected(failed());
    std::vector<char> buffer(std::size_t{1} << 20);
    Result<> done;
    for (off_t at = 0; done;) {
        const ssize_t count = ::pread(in, buffer.data(), buffer.size(), at);
        if (count == 0) break;
        if (count < 0 || ::write(out, buffer.data(), static_cast<std::size_t>(count)) != count)
            done = tl::unexpected(failed());
        at += count;
    }
    if (::close(out) != 0 && done) done = tl::unexpected(failed());
    return done;
}

} // namespace

Result<> checkIsStore(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        return fail(ErrorCode::NotFound,
                    "There is no store at " + path.string() + "; make one with `forameter-cli init`.");
    if (!fs::is_regular_file(status))
        return fail(ErrorCode::InvalidArgument, path.string() + " is not a file, so it cannot be a store.");
    const int file = lastingDescriptor(path);
    if (file < 0)
        return fail(ErrorCode::StorageFailed, path.string() + " cannot be read; check its permissions.");
    std::array<char, 100> head{}; // https://sqlite.org/fileformat.html section 1.3
    const ssize_t size = ::pread(file, head.data(), head.size(), 0);
    if (size < 0) return fail(ErrorCode::StorageFailed, path.string() + " cannot be read.");
    if (size == 0)
        return fail(ErrorCode::InvalidArgument, path.string() + " is an empty file, not a Forameter store.");
    if (size < 100 || std::string_view(head.data(), 16) != std::string_view("SQLite format 3\0", 16))
        return fail(ErrorCode::InvalidArgument,
                    path.string() + " is not a Forameter store (it is no SQLite file).");
    std::uint32_t id = 0;
    for (std::size_t i = 68; i < 72; ++i)
        id = id << 8 | static_cast<unsigned char>(head[i]);
    if (id != dialect::kApplicationId)
        return fail(ErrorCode::InvalidArgument,
                    path.string() + " is a SQLite file of another program, not a Forameter store.");
    return {};
}

std::optional<std::string_view> networkFileSystem(std::uint32_t type) noexcept {
    switch (type) { // statfs(2)
    case 0x6969:
        return "NFS";
    case 0xff534d42:
        return "CIFS";
    case 0xfe534d42:
        return "SMB2";
    case 0x517b:
        return "SMB";
    case 0x65735546:
        return "FUSE";
    case 0x5346414f:
        return "AFS";
    case 0x00c36400:
        return "Ceph";
    case 0x73757245:
        return "Coda";
    case 0x47504653:
        return "GPFS";
    case 0x0bd00bd0:
        return "Lustre";
    default:
        return std::nullopt;
    }
}

Result<> checkIsLocal(const fs::path& folder) {
    struct statfs info {};
    if (::statfs(folder.c_str(), &info) != 0)
        return tl::unexpected(systemError("Could not look at the folder " + folder.string()));
    if (const auto kind = networkFileSystem(static_cast<std::uint32_t>(info.f_type)))
        return fail(ErrorCode::InvalidArgument,
                    "The folder " + folder.string() + " lies on a network file system (" +
                        std::string(*kind) +
                        "), where a store could be damaged; put the store on a disk of this machine.");
    return {};
}

Result<> flush(const fs::path& file) {
    if (const auto done = flushDescriptor(file, O_RDONLY); !done) return done;
    return flushDescriptor(folderOf(file), O_RDONLY | O_DIRECTORY);
}

Result<> copyStore(const fs::path& from, const fs::path& to) {
    constexpr int kTries = 200;
    for (int i = 0; i < kTries; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(25))) {
        const Stamp file = stampOf(from), journal = stampOf(walOf(from));
        if (isFresh(file) || isFresh(journal)) continue;
        if (const auto done = copyBytes(from, to); !done) return done;
        std::error_code error;
        fs::remove(walOf(to), error);
        const bool copied = journal.written < 0 || fs::copy_file(walOf(from), walOf(to), error);
        if (file != stampOf(from) || journal != stampOf(walOf(from))) continue;
        if (!copied)
            return fail(ErrorCode::StorageFailed,
                        "Could not copy " + walOf(from).string() + ": " + error.message() + ".");
        return {};
    }
    return fail(ErrorCode::Conflict,
                from.string() + " is being written to all the time; close it in the other program first.");
}

Result<> checkNoJournal(const fs::path& store) {
    std::error_code error;
    if (const auto size = fs::file_size(walOf(store), error); error || size == 0) return {};
    return fail(ErrorCode::Conflict, "The journal of another file lies at " + walOf(store).string() +
                                         " and would damage what is put beside it. It may hold the last work "
                                         "of that file: move both away together, then try again.");
}

Result<> moveNew(const fs::path& from, const fs::path& to) {
    if (!fs::exists(fs::symlink_status(to)))
        if (const auto free = checkNoJournal(to); !free) return free;
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
        // Some file systems know no RENAME_NOREPLACE; a hard link refuses existing names just as well.
        if (errno != EINVAL && errno != ENOSYS)
            return tl::unexpected(systemError("Could not make " + to.string()));
        if (::link(from.c_str(), to.c_str()) != 0)
            return tl::unexpected(systemError("Could not make " + to.string()));
        ::unlink(from.c_str());
    }
    return flushDescriptor(folderOf(to), O_RDONLY | O_DIRECTORY);
}

Result<> moveOver(const fs::path& from, const fs::path& to) {
    if (const auto free = checkNoJournal(to); !free) return free;
    if (::rename(from.c_str(), to.c_str()) != 0)
        return tl::unexpected(systemError("Could not move " + from.string() + " to " + to.string()));
    return flushDescriptor(folderOf(to), O_RDONLY | O_DIRECTORY);
}

fs::path folderOf(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

fs::path walOf(const fs::path& store) {
    return fs::path(store.string() + "-wal");
}
fs::path shmOf(const fs::path& store) {
    return fs::path(store.string() + "-shm");
}

fs::path freeNameBeside(const fs::path& file, std::string_view suffix) {
    const std::string base = file.string() + "." + std::string(suffix);
    fs::path name = base;
    for (int i = 2; fs::exists(fs::symlink_status(name)) || fs::exists(walOf(name)); ++i)
        name = base + "-" + std::to_string(i);
    return name;
}

Result<Scratch> Scratch::make(const fs::path& base, std::string_view kind) {
    const std::string name = "." + std::string(kind) + "-";
    sweep(base, base.filename().string() + name);
    for (int i = 0; i < 3; ++i) {
        const fs::path path = base.string() + name + newUuid();
        const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (made < 0) return tl::unexpected(systemError("Could not make " + path.string()));
        ::close(made);
        Scratch scratch(path);
        auto hold = Hold::together(path);
        if (!hold) continue; // another program took it for one that was left
        scratch.m_hold.emplace(std::move(*hold));
        return scratch;
    }
    return fail(ErrorCode::Conflict,
                "Other programs keep deleting what is made beside " + base.string() + ".");
}

Scratch::~Scratch() {
    if (m_path.empty()) return;
    std::error_code ignored;
    for (const auto& path : {m_path, walOf(m_path), shmOf(m_path)})
        fs::remove(path, ignored);
}

} // namespace forameter::store::files
