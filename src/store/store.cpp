// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "audit.hpp"
#include "dialect.hpp"
#include "files.hpp"
#include "forameter/core/files.hpp"
#include "opening.hpp"
#include "passwords.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace fs = std::filesystem;

namespace {

bool may(const fs::path& path, int what) {
    return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

Result<> checkWritable(const fs::path& path) {
    if (!may(path, R_OK | W_OK))
        return fail(ErrorCode::StorageFailed,
                    "The store " + path.string() +
                        " cannot be opened: you may not write the file (it is read-only or another user's).");
    if (!may(files::folderOf(path), W_OK))
        return fail(
            ErrorCode::StorageFailed,
            "The store " + path.string() +
                " cannot be opened: its folder cannot be written, and SQLite keeps its journal there.");
    return {};
}

/// How a file that need not be written can be opened. Memory shared with a program at work (`-shm`) is used,
/// never made: it would be this user's and keep the store's own users out. Where there is none nobody is at
/// work, and a file whose journal is empty is whole by itself.
Result<FileAccess> accessFor(const fs::path& path, Store::Need need) {
    const auto writable = checkWritable(path);
    if (writable) return FileAccess::Write;
    if (need == Store::Need::Write || !may(path, R_OK)) return tl::unexpected(writable.error());
    std::error_code error;
    if (fs::exists(files::shmOf(path), error)) return FileAccess::Read;
    const auto journal = fs::file_size(files::walOf(path), error);
    if (error || journal == 0) return FileAccess::Unchanging;
    return fail(ErrorCode::StorageFailed,
                "The store " + path.string() +
                    " cannot be read as it is: its last changes lie in its journal " +
                    files::walOf(path).string() +
                    ", and only who may write the store can take them in. Open it once as such a user.");
}

/// An empty store at `path`, which no other program knows of yet.
Result<> build(const fs::path& path) {
    Database database(path, Actor::administrator());
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    if (const auto done = (*sql)->once("PRAGMA application_id = " + std::to_string(dialect::kApplicationId));
        !done)
        return done;
    if (const auto done = applySteps(**sql, 0, migrationSteps()); !done) return done;
    auto change = Transaction::begin(database);
    if (!change) return tl::unexpected(change.error());
    for (const auto& [name, value] :
         {std::pair<const char*, std::string>{"store", newUuid()}, {"created", change->timeText()}})
        if (const auto put =
                change->sql().exec("INSERT INTO store_info(name, value) VALUES(?,?)", name, value);
            !put)
            return tl::unexpected(put.error());
    if (const auto begun = beginWriter(*change); !begun) return begun;
    if (const auto audit =
            change->audit("store.create", "version " + std::to_string(currentSchemaVersion()), "");
        !audit)
        return tl::unexpected(audit.error());
    return change->commit();
}

Result<> checkRater(Database& database) {
    const auto& rater = database.actor().rater;
    if (!rater) return {};
    if (!isRaterName(rater->text())) return checkMayWriteAs(database.actor(), rater->text());
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto known = (*sql)->first(
        "SELECT COUNT(*), COALESCE(SUM(name = ?), 0) FROM rater",
        [](const Row& r) { return r.integer(0) == 0 || r.integer(1) > 0; }, *rater);
    if (!known) return tl::unexpected(known.error());
    if (!known->value_or(true))
        return fail(ErrorCode::NotFound, "The store " + database.path().string() + " has no rater " +
                                             rater->text() + "; add one with `forameter-cli raters add`.");
    return {};
}

/// The rater of a packet; none for other stores.
Result<std::optional<RaterId>> packetRater(Database& database) {
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    return (*sql)->first("SELECT value FROM store_info WHERE name = 'packet_rater'",
                         [](const Row& r) { return RaterId(r.text(0)); });
}

Result<> checkSignedIn(Database& database) {
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto signedIn = hasSignedIn(**sql, database.actor());
    if (!signedIn) return tl::unexpected(signedIn.error());
    if (*signedIn) return {};
    return fail(ErrorCode::NotAllowed,
                database.actor().rater
                    ? "Rater " + database.actor().name() + " has a password and must sign in to the store " +
                          database.path().string() + "."
                    : "The store " + database.path().string() +
                          " has accounts with passwords, so nobody may act in it without "
                          "signing in by name.");
}

} // namespace

Result<> beginWriter(Transaction& change) {
    const std::string writer = newUuid();
    const auto put =
        change.sql().exec("INSERT INTO writer(uuid, started, head_seq, head_hash) VALUES(?,?,0,?)", writer,
                          change.timeText(), kChainStart);
    if (!put) return tl::unexpected(put.error());
    const auto named = change.sql().exec("INSERT INTO store_info(name, value) VALUES('writer', ?) ON "
                                         "CONFLICT(name) DO UPDATE SET value = excluded.value",
                                         writer);
    if (!named) return tl::unexpected(named.error());
    return {};
}

Result<> makeSelfContained(const fs::path& path) {
    const auto connection = Connection::open(path);
    if (!connection) return tl::unexpected(connection.error());
    return (*connection)->once("PRAGMA journal_mode = DELETE");
}

Result<Opened> openAsIs(const fs::path& given, const Actor& actor, Store::Need need) {
    if (const auto is = files::checkIsStore(given); !is) return tl::unexpected(is.error());
    std::error_code error;
    fs::path path = fs::canonical(given, error);
    if (error) path = given;
    if (const auto local = files::checkIsLocal(files::folderOf(path)); !local)
        return tl::unexpected(local.error());
    const auto access = accessFor(path, need);
    if (!access) return tl::unexpected(access.error());
    auto hold = files::Hold::together(path);
    if (!hold) return tl::unexpected(hold.error());
    auto database = std::make_unique<Database>(
        path, actor, std::nullopt, std::make_shared<const files::Hold>(std::move(*hold)), *access);
    const auto sql = database->connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto version = schemaVersion(**sql);
    if (!version) return tl::unexpected(version.error());
    if (*version > currentSchemaVersion())
        return fail(ErrorCode::Conflict,
                    "The store " + path.string() + " was written by a newer Forameter (version " +
                        std::to_string(*version) + " of the store; this program knows " +
                        std::to_string(currentSchemaVersion()) + "); update the program.");
    if (*version < currentSchemaVersion() && *access != FileAccess::Write)
        return fail(ErrorCode::Conflict,
                    "The store " + path.string() + " is of version " + std::to_string(*version) +
                        " and must be brought to version " + std::to_string(currentSchemaVersion()) +
                        " first, but it cannot be written. Copy it to where it can, and open the copy.");
    return Opened{std::move(database), *version};
}

Result<Store::Migration> migrateFile(const fs::path& path, std::span<const MigrationStep> steps) {
    auto opened = openAsIs(path, Actor::administrator());
    if (!opened) return tl::unexpected(opened.error());
    Store::Migration result{opened->version, steps.back().version, {}};
    if (result.from >= result.to) return Store::Migration{result.from, result.from, {}};
    const auto sql = opened->database->connection();
    if (!sql) return tl::unexpected(sql.error());
    // A whole copy first: if a step goes wrong in a way that nobody foresaw, this is what to go back to.
    const fs::path backup =
        files::freeNameBeside(opened->database->path(), "before-v" + std::to_string(result.to));
    const auto scratch = files::Scratch::make(backup, "part");
    if (!scratch) return tl::unexpected(scratch.error());
    if (const auto copied = (*sql)->once(dialect::copyInto(scratch->path().string())); !copied)
        return tl::unexpected(copied.error());
    {
        const auto copy = Connection::open(scratch->path());
        if (!copy) return tl::unexpected(copy.error());
        const auto whole =
            (*copy)->first("PRAGMA integrity_check", [](const Row& r) { return r.text(0) == "ok"; });
        if (!whole) return tl::unexpected(whole.error());
        if (!whole->value_or(false))
            return fail(ErrorCode::Corrupt, "The store " + path.string() +
                                                " is damaged and was not brought to version " +
                                                std::to_string(result.to) + "; restore it from a backup.");
        if (const auto done = (*copy)->once("PRAGMA journal_mode = DELETE"); !done)
            return tl::unexpected(done.error());
    }
    if (const auto done = files::flush(scratch->path()); !done) return tl::unexpected(done.error());
    if (const auto done = files::moveNew(scratch->path(), backup); !done) return tl::unexpected(done.error());
    if (const auto done = applySteps(**sql, result.from, steps); !done) return tl::unexpected(done.error());
    auto change = Transaction::begin(*opened->database);
    if (!change) return tl::unexpected(change.error());
    if (const auto audit =
            change->audit("store.migrate",
                          "version " + std::to_string(result.from) + " to " + std::to_string(result.to), "");
        !audit)
        return tl::unexpected(audit.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    result.backup = backup;
    return result;
}

Store::Store(std::unique_ptr<Database> database) : m_database(std::move(database)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::create(const fs::path& path, Actor actor) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error)))
        return fail(ErrorCode::Conflict,
                    "There is a file at " + path.string() + " already; a new store was not made.");
    if (const auto free = files::checkNoJournal(path); !free) return tl::unexpected(free.error());
    if (const auto made = makeFolders(files::folderOf(path), Readers::Owner); !made)
        return tl::unexpected(made.error());
    if (const auto local = files::checkIsLocal(files::folderOf(path)); !local)
        return tl::unexpected(local.error());
    if (!may(files::folderOf(path), W_OK))
        return fail(ErrorCode::StorageFailed,
                    "The store " + path.string() + " could not be made: its folder cannot be written.");
    // Built under another name and then renamed: a store is there completely or not at all.
    const auto scratch = files::Scratch::make(path, "new"); // readable by its owner alone: patients' data
    if (!scratch) return tl::unexpected(scratch.error());
    if (const auto built = build(scratch->path()); !built) return tl::unexpected(built.error());
    if (const auto done = files::flush(scratch->path()); !done) return tl::unexpected(done.error());
    if (const auto done = files::moveNew(scratch->path(), path); !done) return tl::unexpected(done.error());
    return open(path, std::move(actor));
}

Result<Store> Store::open(const fs::path& path, Actor actor, Need need) {
    auto opened = openAsIs(path, actor, need);
    if (!opened) return tl::unexpected(opened.error());
    if (opened->version < currentSchemaVersion()) {
        opened->database.reset();
        if (const auto migrated = migrate(path); !migrated) return tl::unexpected(migrated.error());
        opened = openAsIs(path, actor, need);
        if (!opened) return tl::unexpected(opened.error());
    }
    // A packet is read by nobody but its rater.
    const auto owner = packetRater(*opened->database);
    if (!owner) return tl::unexpected(owner.error());
    if (*owner && !opened->database->actor().rater) {
        opened->database.reset();
        return open(path, Actor::as(**owner), need);
    }
    if (*owner && *owner != opened->database->actor().rater)
        return fail(ErrorCode::NotAllowed, "The packet " + path.string() + " is for rater " +
                                               (*owner)->text() + ", not for " +
                                               opened->database->actor().name() + ".");
    if (const auto known = checkRater(*opened->database); !known) return tl::unexpected(known.error());
    if (const auto signedIn = checkSignedIn(*opened->database); !signedIn)
        return tl::unexpected(signedIn.error());
    return Store(std::move(opened->database));
}

Result<Store> Store::inReading(const AssignmentId& reading) const {
    const auto sql = m_database->connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto rater = (*sql)->first(
        "SELECT rater FROM assignment WHERE uuid = ?", [](const Row& r) { return r.text(0); }, reading);
    if (!rater) return tl::unexpected(rater.error());
    if (!*rater || !actor().is(**rater))
        return fail(ErrorCode::NotFound,
                    "There is no case " + reading.text() + " for " + actor().name() + ".");
    return Store(
        std::make_unique<Database>(path(), actor(), reading, m_database->hold(), m_database->access()));
}

bool Store::readOnly() const {
    return m_database->access() != FileAccess::Write;
}

const std::optional<AssignmentId>& Store::reading() const {
    return m_database->reading();
}

Result<Store> Store::openOrCreate(const fs::path& path, Actor actor) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(path, error))) return open(path, std::move(actor));
    auto made = create(path, actor);
    if (!made && made.error().code == ErrorCode::Conflict)
        return open(path, std::move(actor)); // another program was faster
    return made;
}

Result<Store::Migration> Store::migrate(const fs::path& path) {
    return migrateFile(path, migrationSteps());
}

fs::path Store::defaultPath() {
    return userDataFolder() / "store.sqlite";
}

Result<fs::path> Store::pathFromArgument(std::string_view argument) {
    if (argument.starts_with("postgresql://") || argument.starts_with("postgres://"))
        return fail(ErrorCode::InvalidArgument, "This version of Forameter opens SQLite files only; name a "
                                                "file as the store, not a PostgreSQL server.");
    if (argument.empty()) return fail(ErrorCode::InvalidArgument, "The name of the store is empty.");
    return fs::path(argument);
}

const fs::path& Store::path() const {
    return m_database->path();
}
const Actor& Store::actor() const {
    return m_database->actor();
}

std::string Store::writer() const {
    const auto sql = m_database->connection();
    if (!sql) return {};
    const auto writer = (*sql)->first("SELECT value FROM store_info WHERE name = 'writer'",
                                      [](const Row& r) { return r.text(0); });
    return writer && *writer ? **writer : std::string();
}

int Store::schemaVersion() const {
    const auto sql = m_database->connection();
    return sql ? store::schemaVersion(**sql).value_or(0) : 0;
}

} // namespace forameter::store
