// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "forameter/core/result.hpp"
#include "hold.hpp"

/// What the store asks of files beside SQLite.
namespace forameter::store::files {

/// Refuses what is not a regular file made as a Forameter store: missing, empty, another kind of file,
/// another program's SQLite file.
[[nodiscard]] Result<> checkIsStore(const std::filesystem::path& path);

/// WAL needs memory shared by all users of a file and locks that work: neither holds on file systems served
/// by another machine. The name of such a file system by its statfs type ("NFS"), or none where it is a local
/// one.
[[nodiscard]] std::optional<std::string_view> networkFileSystem(std::uint32_t statfsType) noexcept;
/// Refuses a folder on such a file system.
[[nodiscard]] Result<> checkIsLocal(const std::filesystem::path& folder);

/// Makes the bytes of a file and its name durable.
[[nodiscard]] Result<> flush(const std::filesystem::path& file);
/// Copies a store, with its journal, as it was at one moment, while others may work with it and while this
/// process has it open. Fails with Conflict where it never stands still.
[[nodiscard]] Result<> copyStore(const std::filesystem::path& from, const std::filesystem::path& to);

/// Refuses a name beside which the journal of another file lies: SQLite would play it into the file that is
/// put there.
[[nodiscard]] Result<> checkNoJournal(const std::filesystem::path& store);
/// A durable rename. `moveNew` fails with Conflict where the target exists, atomically. Both check for
/// journals.
[[nodiscard]] Result<> moveNew(const std::filesystem::path& from, const std::filesystem::path& to);
[[nodiscard]] Result<> moveOver(const std::filesystem::path& from, const std::filesystem::path& to);

/// The folder that the file lies in; "." where its path names none.
[[nodiscard]] std::filesystem::path folderOf(const std::filesystem::path& file);
/// The journal files that SQLite keeps beside a store while it is in use.
[[nodiscard]] std::filesystem::path walOf(const std::filesystem::path& store);
[[nodiscard]] std::filesystem::path shmOf(const std::filesystem::path& store);

/// A name beside `file` that no file and no journal has: file.SUFFIX, file.SUFFIX-2, ...
[[nodiscard]] std::filesystem::path freeNameBeside(const std::filesystem::path& file,
                                                   std::string_view suffix);

/// Deletes a file and its journals, if they are there, when it goes out of scope.
class Scratch {
public:
    /// An empty file BASE.KIND-UUID, held while this lives. Those that killed programs have left there are
    /// deleted first.
    [[nodiscard]] static Result<Scratch> make(const std::filesystem::path& base, std::string_view kind);
    /// For a name that begins with that of another one, whose remains are deleted with it.
    explicit Scratch(std::filesystem::path path) : m_path(std::move(path)) {}
    Scratch(Scratch&& other) noexcept
        : m_path(std::exchange(other.m_path, {})), m_hold(std::move(other.m_hold)) {}
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch();
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
    std::optional<Hold> m_hold;
};

} // namespace forameter::store::files
