// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "forameter/core/ids.hpp"
#include "forameter/core/text.hpp"

namespace forameter {

namespace fs = std::filesystem;

namespace {

/// An open file, closed at the end at the latest.
class Descriptor {
public:
    Descriptor(const fs::path& path, int flags, mode_t mode = 0)
        : m_number(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~Descriptor() {
        if (m_number >= 0) ::close(m_number);
    }
    Descriptor(Descriptor&&) = delete;

    [[nodiscard]] int number() const { return m_number; }
    [[nodiscard]] bool close() { return ::close(std::exchange(m_number, -1)) == 0; }

private:
    int m_number;
};

/// With what the system said last.
tl::unexpected<Error> cannot(const std::string& what) {
    const std::string why = std::generic_category().message(errno);
    return fail(ErrorCode::StorageFailed, what + ": " + why + ".");
}

tl::unexpected<Error> notWritten(const fs::path& file) {
    return cannot("The file " + shown(file) + " cannot be written");
}

fs::path folderOf(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// A new name in the same folder, as long as the system allows whatever the file's own name is.
fs::path nameBeside(const fs::path& file) {
    const std::string inner = file.extension() == ".gz" ? file.stem().extension().string() : "";
    return folderOf(file) / ("forameter-" + newUuid() + ".part" + inner + file.extension().string());
}

/// Fills the file under the name that it is given, open for writing as well.
using Fill = std::function<Result<>(const fs::path& file, int descriptor)>;

Result<> replace(const fs::path& file, Readers readers, const Fill& fill) {
    struct stat old {};
    const bool there = ::stat(file.c_str(), &old) == 0;
    if (there && !S_ISREG(old.st_mode)) {
        Descriptor special(file, O_WRONLY); // fails for folders
        if (special.number() < 0) return notWritten(file);
        return fill(file, special.number());
    }
    std::error_code error;
    fs::path place = there ? fs::canonical(file, error) : file;
    if (error) place = file;
    const fs::path beside = nameBeside(place);
    const mode_t mode = readers == Readers::Owner ? 0600 : there ? old.st_mode & 0777 : 0666;
    Descriptor out(beside, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (out.number() < 0) return notWritten(file);
    auto done = fill(beside, out.number());
    if (done && there && ::fchmod(out.number(), mode) != 0) done = notWritten(file);
    if (done && ::fsync(out.number()) != 0) done = notWritten(file);
    if (!out.close() && done) done = notWritten(file);
    if (done && ::rename(beside.c_str(), place.c_str()) != 0) done = notWritten(file);
    if (!done) {
        ::unlink(beside.c_str());
        return done;
    }
    // Some file systems cannot flush a folder; the file is whole in any case.
    const Descriptor folder(folderOf(place), O_RDONLY | O_DIRECTORY);
    if (folder.number() >= 0) ::fsync(folder.number());
    return {};
}

/// What the system said of the first that could not be made; 0 where all are there.
int makeAll(const fs::path& folder, mode_t mode) {
    std::error_code error;
    if (folder.empty() || fs::is_directory(folder, error)) return 0;
    if (const int why = makeAll(folder.parent_path(), mode); why != 0) return why;
    if (::mkdir(folder.c_str(), mode) == 0) return 0;
    if (const int why = errno; why != EEXIST) return why;
    // Another program was faster, or a file is in the way.
    return fs::is_directory(folder, error) ? 0 : ENOTDIR;
}

} // namespace

bool writeAll(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Result<> writeWhole(const fs::path& file, std::string_view bytes, Readers readers) {
    return replace(file, readers, [&](const fs::path&, int descriptor) -> Result<> {
        if (!writeAll(descriptor, bytes)) return notWritten(file);
        return {};
    });
}

Result<> writeWhole(const fs::path& file, const std::function<Result<>(const fs::path& beside)>& write) {
    return replace(file, Readers::Usual, [&](const fs::path& name, int) { return write(name); });
}

Result<std::string> readWhole(const fs::path& file, std::uintmax_t most) {
    const auto notRead = [&] {
        const auto code = errno == ENOENT || errno == ENOTDIR ? ErrorCode::NotFound : ErrorCode::Unreadable;
        const std::string why = std::generic_category().message(errno);
        return fail(code, "The file " + shown(file) + " cannot be read: " + why + ".");
    };
    const Descriptor in(file, O_RDONLY);
    if (in.number() < 0) return notRead();
    std::string text;
    struct stat status {};
    if (::fstat(in.number(), &status) == 0 && S_ISREG(status.st_mode))
        text.reserve(static_cast<std::size_t>(std::min<std::uintmax_t>(status.st_size, most)));
    std::array<char, 1 << 16> buffer{};
    for (ssize_t count = 0; (count = ::read(in.number(), buffer.data(), buffer.size())) != 0;) {
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return notRead();
        if (text.size() + static_cast<std::size_t>(count) > most)
            return fail(ErrorCode::TooLarge,
                        "The file " + shown(file) + " is larger than " + std::to_string(most >> 20) + " MB.");
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

Result<> makeFolders(const fs::path& folder, Readers readers) {
    errno = makeAll(folder, readers == Readers::Owner ? 0700 : 0777);
    if (errno != 0) return cannot("The folder " + shown(folder) + " cannot be made");
    return {};
}

fs::path thisProgram() {
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error); // "" on failure
}

fs::path userDataFolder() {
    // XDG base directory specification: relative values count as unset.
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const fs::path folder = data && *data == '/'   ? fs::path(data)
                            : home && *home == '/' ? fs::path(home) / ".local" / "share"
                                                   : fs::temp_directory_path();
    return folder / "forameter";
}

} // namespace forameter
