// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "dialect.hpp"
#include "files.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/maintenance.hpp"
#include "opening.hpp"
#include "permissions.hpp"

namespace forameter::store {

namespace fs = std::filesystem;

namespace {

Error damaged(const std::string& what, const VerifyReport& report) {
    return {ErrorCode::Corrupt,
            what + " (" + report.problems.front().where + ": " + report.problems.front().message + ")"};
}

/// Whether a program has the store open: SQLite deletes the journal when the last one closes it. A journal
/// that a killed program left behind is taken in by opening and closing.
Result<> checkNotInUse(const fs::path& path, std::string_view before) {
    {
        const auto opened = openAsIs(path, Actor::administrator());
        if (!opened) return {}; // damaged or of another kind: nothing can work with it
        const auto sql = opened->database->connection();
        if (!sql) return {};
        if (const auto taken = (*sql)->once("PRAGMA wal_checkpoint(TRUNCATE)"); !taken) return taken;
    }
    if (fs::exists(files::walOf(path)))
        return fail(ErrorCode::Conflict, "The store " + path.string() +
                                             " is open in another program; close it before " +
                                             std::string(before) + ".");
    return {};
}

} // namespace

Result<VerifyReport> backup(const Store& store, const fs::path& file, Overwrite overwrite,
                            const Watch& watch) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    if (const auto may = demand(**sql, store.actor(), Operation::MaintainStore,
                                "back up the store, which holds every rater's contours,");
        !may)
        return tl::unexpected(may.error());
    std::error_code error;
    if (overwrite == Overwrite::No && fs::exists(fs::symlink_status(file, error)))
        return fail(ErrorCode::Conflict,
                    "There is a file at " + file.string() + " already; the backup was not made.");
    if (fs::equivalent(file, store.path(), error))
        return fail(ErrorCode::InvalidArgument, "A store cannot be backed up onto itself.");
    const auto free =
        fs::exists(file, error) ? checkNotInUse(file, "replacing it") : files::checkNoJournal(file);
    if (!free) return tl::unexpected(free.error());
    const files::Scratch scratch(file.string() + ".part-" + newUuid());
    if (const auto done = (*sql)->once(dialect::copyInto(scratch.path().string())); !done)
        return fail(done.error().code,
                    "The backup " + file.string() + " could not be written. " + done.error().message);
    fs::permissions(scratch.path(), fs::perms::owner_read | fs::perms::owner_write, error);
    auto report = verify(scratch.path(), watch);
    if (!report) return report;
    if (!report->ok())
        return tl::unexpected(damaged("The backup was not kept, because the store has a problem", *report));
    if (const auto done = makeSelfContained(scratch.path()); !done) return tl::unexpected(done.error());
    if (const auto done = files::flush(scratch.path()); !done) return tl::unexpected(done.error());
    const auto moved = overwrite == Overwrite::Yes ? files::moveOver(scratch.path(), file)
                                                   : files::moveNew(scratch.path(), file);
    if (!moved) return tl::unexpected(moved.error());
    if (const auto noted = AuditLog(store).record("store.backup", file.string()); !noted)
        return tl::unexpected(noted.error());
    return report;
}

Result<Restored> restore(const fs::path& backupFile, const fs::path& storePath, const Watch& watch) {
    if (const auto is = files::checkIsStore(backupFile); !is) return tl::unexpected(is.error());
    std::error_code error;
    if (fs::equivalent(backupFile, storePath, error))
        return fail(ErrorCode::InvalidArgument, "A store cannot be restored from itself.");
    const fs::path folder = storePath.has_parent_path() ? storePath.parent_path() : fs::path(".");
    fs::create_directories(folder, error);
    if (const auto local = files::checkIsLocal(folder); !local) return tl::unexpected(local.error());
    // Work on a copy, so that the backup stays exactly as it is.
    const files::Scratch scratch(storePath.string() + ".restoring-" + newUuid());
    if (!fs::exists(fs::symlink_status(storePath, error)))
        if (const auto free = files::checkNoJournal(storePath); !free) return tl::unexpected(free.error());
    if (const auto copied = files::copyStore(backupFile, scratch.path()); !copied)
        return tl::unexpected(copied.error());
    {
        const auto opened = openAsIs(scratch.path(), Actor::administrator());
        if (!opened) return tl::unexpected(opened.error());
        const auto sql = opened->database->connection();
        if (!sql) return tl::unexpected(sql.error());
        if (const auto done = applySteps(**sql, opened->version, migrationSteps()); !done)
            return tl::unexpected(done.error());
    }
    Restored result;
    auto report = verify(scratch.path(), watch);
    if (!report) return tl::unexpected(report.error());
    if (!report->ok())
        return tl::unexpected(
            damaged("The backup " + backupFile.string() + " is damaged and was not restored", *report));
    result.report = std::move(*report);
    {
        const auto opened = openAsIs(scratch.path(), Actor::administrator());
        if (!opened) return tl::unexpected(opened.error());
        auto change = Transaction::begin(*opened->database);
        if (!change) return tl::unexpected(change.error());
        if (const auto begun = beginWriter(*change); !begun) return tl::unexpected(begun.error());
        if (const auto audit = change->audit("store.restore", backupFile.filename().string(), ""); !audit)
            return tl::unexpected(audit.error());
        if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    }
    if (const auto done = files::flush(scratch.path()); !done) return tl::unexpected(done.error());

    if (!fs::exists(fs::symlink_status(storePath, error))) {
        if (const auto moved = files::moveNew(scratch.path(), storePath); !moved)
            return tl::unexpected(moved.error());
        return result;
    }
    if (const auto free = checkNotInUse(storePath, "restoring"); !free) return tl::unexpected(free.error());
    result.replaced = files::freeNameBeside(storePath, "replaced");
    // A second name for the old file, then the new one over it: there is a store at `storePath` at every
    // moment.
    if (::link(storePath.c_str(), result.replaced.c_str()) != 0)
        if (const auto moved = files::moveNew(storePath, result.replaced); !moved)
            return tl::unexpected(moved.error());
    for (const auto& [from, to] : {std::pair{files::walOf(storePath), files::walOf(result.replaced)},
                                   std::pair{files::shmOf(storePath), files::shmOf(result.replaced)}})
        if (fs::exists(from))
            fs::rename(from, to, error); // of a damaged store; the new one must not find them
    if (const auto moved = files::moveOver(scratch.path(), storePath); !moved)
        return tl::unexpected(moved.error());
    return result;
}

} // namespace forameter::store
