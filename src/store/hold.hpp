// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <sys/types.h>
#include <utility>

#include "forameter/core/result.hpp"

namespace forameter::store::files {

/// A descriptor for reading that stays open while the file and this process live; -1 where it cannot be
/// opened. Closing any descriptor of a file drops every lock that the process holds on it (fcntl(2)),
/// SQLite's among them: another program then takes itself for the last one and removes the journal that is
/// being written to (https://sqlite.org/howtocorrupt.html section 2.2).
[[nodiscard]] int lastingDescriptor(const std::filesystem::path& path);

/// That somebody works with a file, while it lives: who has a store open holds its file together with the
/// others; who puts another file in its place holds it alone, from the look until the name is the other's.
/// Ends with the process, however that ends.
class Hold {
public:
    /// Waits for who holds it alone, 15 s at most (Conflict). The name means the file that is held.
    [[nodiscard]] static Result<Hold> together(const std::filesystem::path& path);
    /// None where it is held already, in this process or another one.
    [[nodiscard]] static Result<std::optional<Hold>> alone(const std::filesystem::path& path);
    Hold(Hold&& other) noexcept : m_file(std::exchange(other.m_file, std::nullopt)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold();

private:
    using File = std::pair<dev_t, ino_t>;
    enum class As { User, Owner };
    explicit Hold(File file) : m_file(file) {}
    [[nodiscard]] static Result<std::optional<Hold>> attempt(const std::filesystem::path& path, As as);
    std::optional<File> m_file;
};

} // namespace forameter::store::files
