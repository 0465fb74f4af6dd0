// SPDX-License-Identifier: Apache-2.0
#include "place_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "forameter/core/text.hpp"

namespace forameter::training {

namespace fs = std::filesystem;

PlaceLock::PlaceLock(fs::path file, int descriptor) : m_file(std::move(file)), m_descriptor(descriptor) {}

PlaceLock::PlaceLock(PlaceLock&& other) noexcept
    : m_file(std::move(other.m_file)), m_descriptor(std::exchange(other.m_descriptor, -1)) {}

PlaceLock::~PlaceLock() {
    if (m_descriptor < 0) return;
    ::unlink(m_file.c_str()); // before it is let go: what somebody else holds is never removed
    ::close(m_descriptor);
}

Result<PlaceLock> PlaceLock::take(const fs::path& output) {
    const fs::path file = fs::path(output).replace_extension(".lock");
    for (;;) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor < 0)
            return fail(ErrorCode::StorageFailed, "The file " + quoted(file) + " cannot be written: " +
                                                      std::generic_category().message(errno) + ".");
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            ::close(descriptor);
            return fail(ErrorCode::Conflict, "Another training is writing " + quoted(output) +
                                                 ". Wait until it is done or stop it, or write to another "
                                                 "place.");
        }
        // A training that ended between the two calls has removed the file: then a new one counts.
        struct stat held {
        }, there{};
        if (::fstat(descriptor, &held) == 0 && ::stat(file.c_str(), &there) == 0 &&
            held.st_ino == there.st_ino && held.st_dev == there.st_dev)
            return PlaceLock(file, descriptor);
        ::close(descriptor);
    }
}

} // namespace forameter::training
