// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "dialect.hpp"
#include "files.hpp"
#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
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

/// Holds a store that is to be replaced, so that no program opens it before the other one has its name; fails
/// where one has it open. Programs that hold nothing, as SQLite's own shell, are known by the journal: SQLite
/// deletes it when the last one closes the file. One that a killed program left behind is taken in.
Result<files::Hold> takeFromUse(const fs::path& path, std::string_view before) {
    const auto inUse = fail(ErrorCode::Conflict, "The store " + path.string() +
                                                     " is open in another program; close it before " +
                                                     std::string(before) + ".");
    auto alone = files::Hold::alone(path);
    if (!alone) return tl::unexpected(alone.error());
    if (!*alone) return inUse;
    if (!files::checkIsStore(path)) return std::move(**alone); // damaged or of another kind
    {
        const auto sql = Connection::open(path);
        if (!sql) return std::move(**alone);
        if (const auto taken = (*sql)->once("PRAGMA wal_checkpoint(TRUNCATE)"); !taken)
            return tl::unexpected(taken.error());
    }
    if (fs::exists(files::walOf(path))) return inUse;
    return std::move(**alone);
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
    std::optional<files::Hold> hold; // until the other one has its name
    if (fs::exists(file, error)) {
        auto taken = takeFromUse(file, "replacing it");
        if (!taken) return tl::unexpected(taken.error());
        hold.emplace(std::move(*taken));
    } else if (const auto free = files::checkNoJournal(file); !free) {
        return tl::unexpected(free.error());
    }
    const auto unwritten = [&](const Error& why) {
        return fail(why.code, "The backup " + file.string() + " could not be written. " + why.message);
    };
    const auto made = files::Scratch::make(file, "part");
    if (!made) return unwritten(made.error());
    const fs::path& scratch = made->path();
    if (const auto done = (*sql)->once(dialect::copyInto(scratch.string())); !done)
        return unwritten(done.error());
    auto report = verify(scratch, watch);
    if (!report) return report;
    if (!report->ok())
        return tl::unexpected(damaged("The backup was not kept, because the store has a problem", *report));
    if (const auto done = makeSelfContained(scratch); !done) return tl::unexpected(done.error());
    if (const auto done = files::flush(scratch); !done) return tl::unexpected(done.error());
    const auto moved =
        overwrite == Overwrite::Yes ? files::moveOver(scratch, file) : files::moveNew(scratch, file);
    if (!moved) return tl::unexpected(moved.error());
    if (!store.readOnly())
        if (const auto noted = AuditLog(store).record("store.backup", file.string()); !noted)
            return tl::unexpected(noted.error());
    return report;
}

Result<Restored> restore(const fs::path& backupFile, const fs::path& storePath, const Actor& actor,
                         const Watch& watch) {
    std::error_code error;
    if (!fs::exists(backupFile, error))
        return fail(ErrorCode::NotFound, "There is no backup at " + backupFile.string() + ".");
    if (const auto is = files::checkIsStore(backupFile); !is) return tl::unexpected(is.error());
    if (fs::equivalent(backupFile, storePath, error))
        return fail(ErrorCode::InvalidArgument, "A store cannot be restored from itself.");
    const fs::path folder = files::folderOf(storePath);
    if (const auto ready = makeFolders(folder, Readers::Owner); !ready) return tl::unexpected(ready.error());
    if (const auto local = files::checkIsLocal(folder); !local) return tl::unexpected(local.error());
    // Work on a copy, so that the backup stays exactly as it is.
    const auto made = files::Scratch::make(storePath, "restoring");
    if (!made) return tl::unexpected(made.error());
    const fs::path& scratch = made->path();
    if (!fs::exists(fs::symlink_status(storePath, error)))
        if (const auto free = files::checkNoJournal(storePath); !free) return tl::unexpected(free.error());
    if (const auto copied = files::copyStore(backupFile, scratch); !copied)
        return tl::unexpected(copied.error());
    Restored result;
    const auto digest = sha256OfFile(scratch);
    if (!digest) return tl::unexpected(digest.error());
    result.sha256 = toHex(*digest);
    {
        const auto opened = openAsIs(scratch, Actor::administrator());
        if (!opened) return tl::unexpected(opened.error());
        const auto sql = opened->database->connection();
        if (!sql) return tl::unexpected(sql.error());
        if (const auto done = applySteps(**sql, opened->version, migrationSteps()); !done)
            return tl::unexpected(done.error());
    }
    auto report = verify(scratch, watch);
    if (!report) return tl::unexpected(report.error());
    if (!report->ok())
        return tl::unexpected(
            damaged("The backup " + backupFile.string() + " is damaged and was not restored", *report));
    result.report = std::move(*report);
    {
        const auto opened = openAsIs(scratch, actor);
        if (!opened) return tl::unexpected(opened.error());
        auto change = Transaction::begin(*opened->database);
        if (!change) return tl::unexpected(change.error());
        if (const auto begun = beginWriter(*change); !begun) return tl::unexpected(begun.error());
        const std::string from = backupFile.filename().string() + " (SHA-256 " + result.sha256 + ")";
        if (const auto audit = change->audit("store.restore", from, ""); !audit)
            return tl::unexpected(audit.error());
        if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    }
    if (const auto done = files::flush(scratch); !done) return tl::unexpected(done.error());

    if (!fs::exists(fs::symlink_status(storePath, error))) {
        if (const auto moved = files::moveNew(scratch, storePath); !moved)
            return tl::unexpected(moved.error());
        return result;
    }
    const auto hold = takeFromUse(storePath, "restoring"); // until the end
    if (!hold) return tl::unexpected(hold.error());
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
    if (const auto moved = files::moveOver(scratch, storePath); !moved) return tl::unexpected(moved.error());
    return result;
}

} // namespace forameter::store
