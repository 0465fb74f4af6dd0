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

/// Who acts. A rater gets only what is hers: others' contours, areas, counts and times are neither returned
/// nor counted, and she writes under her own name only. Without a rater: the administrator of a private
/// store, who sees everything.
struct Actor {
    std::optional<RaterId> rater;

    [[nodiscard]] static Actor administrator() { return {}; }
    [[nodiscard]] static Actor as(RaterId rater) { return {std::move(rater)}; }
    [[nodiscard]] bool maySee(std::string_view contourRater) const {
        return !rater || rater->text() == contourRater;
    }
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
    /// that lie on a network file system, and where a named rater is unknown to a store that has raters.
    [[nodiscard]] static Result<Store> open(const std::filesystem::path& path, Actor actor = {});
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
