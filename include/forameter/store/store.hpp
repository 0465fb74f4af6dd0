// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"

namespace forameter::store {

using RoundId = TextId<struct RoundIdTag>;
using AssignmentId = TextId<struct AssignmentIdTag>; ///< one case of one rater in a round: a reading

/// Who acts. What her role does not allow (access.hpp) is neither returned nor counted, and she writes under
/// her own name only. Without a rater: the one user of a private store, who sees and does everything.
struct Actor {
    std::optional<RaterId> rater;
    /// The store that she has signed in to; made by signIn() only (sign_in.hpp).
    std::string signedInTo = {};

    [[nodiscard]] static Actor administrator() { return {}; }
    [[nodiscard]] static Actor as(RaterId rater) { return {std::move(rater)}; }
    /// Whether she acts under this name, or without one.
    [[nodiscard]] bool is(std::string_view name) const { return !rater || rater->text() == name; }
    /// As written in the audit: the rater's name, or "administrator".
    [[nodiscard]] std::string name() const { return rater ? rater->text() : std::string("administrator"); }
};

class Database;

/// One Forameter store: a SQLite file (WAL, synchronous = FULL). Every change is one durable transaction that
/// carries its audit rows; when a writing call returns, the change survives kill -9 and power loss. Nothing
/// that matters is ever updated or deleted. Repositories (study_repository.hpp, ...) are cheap views of a
/// Store and must not outlive it. Any thread may use them: each thread gets a connection of its own. Several
/// processes may share the file on one machine. A QCoreApplication must exist (Qt loads its driver).
class Store {
public:
    /// Makes a new store and opens it. Fails where the file exists, the folder cannot be written, or lies on
    /// a network file system.
    [[nodiscard]] static Result<Store> create(const std::filesystem::path& path, Actor actor = {});

    /// Opens an existing store; one of an older version is migrated first (see migrate()). Fails, with a
    /// sentence, on files that are no Forameter store, that a newer version wrote, that cannot be written or
    /// that lie on a network file system, where a named rater is unknown to a store that has raters, and,
    /// with NotAllowed, where somebody has to sign in first (sign_in.hpp). A packet is always opened as its
    /// rater.
    /// Where `need` is Read, one that cannot be written (another user's file, a read-only disk) is opened
    /// too, and changes fail; not where its last changes still lie in its journal.
    enum class Need { Write, Read };
    [[nodiscard]] static Result<Store> open(const std::filesystem::path& path, Actor actor = {},
                                            Need need = Need::Write);
    /// create() where there is no such file yet, else open().
    [[nodiscard]] static Result<Store> openOrCreate(const std::filesystem::path& path, Actor actor = {});

    struct Migration {
        int from = 0;
        int to = 0;
        std::filesystem::path backup; ///< written before the first step; empty where nothing had to be done
    };
    /// Brings a store to this program's version: each step one transaction, after a verified backup beside
    /// the file.
    [[nodiscard]] static Result<Migration> migrate(const std::filesystem::path& path);

    /// `<user's data folder>/forameter/store.sqlite`; the folder is made by create().
    [[nodiscard]] static std::filesystem::path defaultPath();
    /// What `--store` names: a path, or a refusal with a sentence for `postgresql://...` (this version opens
    /// SQLite files only).
    [[nodiscard]] static Result<std::filesystem::path> pathFromArgument(std::string_view argument);

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    /// The same store as seen within one reading (round_repository.hpp): contours, marks and undo of this
    /// case alone, and what is written belongs to it. NotFound where the actor has no such case.
    [[nodiscard]] Result<Store> inReading(const AssignmentId& reading) const;
    [[nodiscard]] const std::optional<AssignmentId>& reading() const;

    [[nodiscard]] bool readOnly() const;
    [[nodiscard]] const std::filesystem::path& path() const;
    [[nodiscard]] const Actor& actor() const;
    /// UUID of this copy of the store: the writer of its audit chain. A restored copy gets a new one.
    [[nodiscard]] std::string writer() const;
    [[nodiscard]] int schemaVersion() const;

    /// For the repositories.
    [[nodiscard]] Database& database() const { return *m_database; }

private:
    explicit Store(std::unique_ptr<Database> database);
    std::unique_ptr<Database> m_database;
};

} // namespace forameter::store
