// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/sign_in.hpp"

#include <algorithm>

#include "opening.hpp"
#include "passwords.hpp"
#include "permissions.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

constexpr int kFreeFailures = 5;
constexpr std::chrono::seconds kFirstWait{10};
constexpr std::chrono::seconds kLongestWait{15 * 60};

Result<Matter> matterOf(Connection& sql, const std::optional<StudyUid>& study) {
    Matter matter;
    if (!study) return matter;
    const auto id = studyId(sql, *study);
    if (!id) return tl::unexpected(id.error());
    matter.studyId = *id;
    return matter;
}

struct Account {
    bool known = false;
    std::string hash; ///< "" without a password
    int failures = 0;
    std::optional<Timestamp> waitUntil;
};

Result<Account> account(Connection& sql, const RaterId& rater) {
    const auto found = sql.first(
        "SELECT p.hash, f.failures, f.wait_until FROM rater r LEFT JOIN rater_password p ON p.rater = r.name "
        "LEFT JOIN sign_in_failure f ON f.rater = r.name WHERE r.name = ?",
        [](const Row& r) {
            Account account{true, r.text(0), static_cast<int>(r.integer(1)), std::nullopt};
            if (const auto until = timestampFromIso8601(r.text(2))) account.waitUntil = *until;
            return account;
        },
        rater);
    if (!found) return tl::unexpected(found.error());
    return found->value_or(Account{});
}

std::chrono::seconds waitAfter(int failures) {
    if (failures < kFreeFailures) return std::chrono::seconds(0);
    auto wait = kFirstWait;
    for (int i = kFreeFailures; i < failures && wait < kLongestWait; ++i)
        wait *= 2;
    return std::min(wait, kLongestWait);
}

Error wrong() {
    return {ErrorCode::NotAllowed, "The name or the password is wrong."};
}

Result<Opened> openCurrent(const std::filesystem::path& path, const Actor& actor) {
    auto opened = openAsIs(path, actor);
    if (opened && opened->version < currentSchemaVersion()) {
        opened->database.reset();
        if (const auto migrated = Store::migrate(path); !migrated) return tl::unexpected(migrated.error());
        opened = openAsIs(path, actor);
    }
    return opened;
}

} // namespace

Result<Actor> signIn(const std::filesystem::path& path, const RaterId& rater, std::string_view password) {
    const auto opened = openCurrent(path, Actor::as(rater));
    if (!opened) return tl::unexpected(opened.error());
    Database& database = *opened->database;
    const auto sql = database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto before = account(**sql, rater);
    if (!before) return tl::unexpected(before.error());
    if (before->waitUntil && *before->waitUntil > now())
        return fail(ErrorCode::NotAllowed, "Signing in as " + rater.text() +
                                               " has failed too often; the next attempt is taken after " +
                                               toIso8601(*before->waitUntil) + ".");
    const bool fits = passwordFits(password, before->hash); // outside the transaction: it takes its time
    auto change = Transaction::begin(database);
    if (!change) return tl::unexpected(change.error());
    // A name that the store does not know leaves no trace: it may be a password typed into the wrong field.
    if (!before->known) return tl::unexpected(wrong());
    if (!fits) {
        const auto counted = account(change->sql(), rater); // others may have failed meanwhile
        if (!counted) return tl::unexpected(counted.error());
        const int failures = counted->failures + 1;
        const auto put = change->sql().exec(
            "INSERT INTO sign_in_failure(rater, failures, wait_until) VALUES(?,?,?) ON CONFLICT(rater) DO "
            "UPDATE SET failures = excluded.failures, wait_until = excluded.wait_until",
            rater, failures, toIso8601(change->time() + waitAfter(failures)));
        if (!put) return tl::unexpected(put.error());
        if (const auto audit = change->audit("sign-in.refused", "rater " + rater.text(), ""); !audit)
            return tl::unexpected(audit.error());
        if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
        return tl::unexpected(wrong());
    }
    if (const auto gone = change->sql().exec("DELETE FROM sign_in_failure WHERE rater = ?", rater); !gone)
        return tl::unexpected(gone.error());
    if (const auto audit = change->audit("sign-in", "rater " + rater.text(), ""); !audit)
        return tl::unexpected(audit.error());
    const auto store = storeUuid(change->sql());
    if (!store) return tl::unexpected(store.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    Actor actor = Actor::as(rater);
    actor.signedInTo = *store;
    return actor;
}

Result<> signOut(const Store& store) {
    auto change = Transaction::begin(store.database());
    if (!change) return tl::unexpected(change.error());
    if (const auto audit = change->audit("sign-out", "rater " + store.actor().name(), ""); !audit)
        return tl::unexpected(audit.error());
    return change->commit();
}

Result<bool> needsSignIn(const std::filesystem::path& path, const Actor& actor) {
    const auto opened = openCurrent(path, actor);
    if (!opened) return tl::unexpected(opened.error());
    const auto sql = opened->database->connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto signedIn = hasSignedIn(**sql, actor);
    if (!signedIn) return tl::unexpected(signedIn.error());
    return !*signedIn;
}

Result<Role> roleOf(const Store& store) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto now = standing(**sql, store.actor());
    if (!now) return tl::unexpected(now.error());
    return now->role;
}

Result<bool> mayDo(const Store& store, Operation operation, const std::optional<StudyUid>& study) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto matter = matterOf(**sql, study);
    if (!matter) return tl::unexpected(matter.error());
    return mayDo(**sql, store.actor(), operation, *matter);
}

Result<bool> mayDo(const Store& store, Operation operation, Situation situation) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto now = standing(**sql, store.actor());
    if (!now) return tl::unexpected(now.error());
    if (now->nameless && !now->packet) return true;
    return allowed(now->role, operation, now->packet ? Situation::Packet : situation);
}

Result<> demand(const Store& store, Operation operation, const std::string& what,
                const std::optional<StudyUid>& study) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto matter = matterOf(**sql, study);
    if (!matter) return tl::unexpected(matter.error());
    return demand(**sql, store.actor(), operation, what, *matter);
}

Result<std::chrono::minutes> autoLock(const Store& store) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto minutes =
        (*sql)->first("SELECT CAST(value AS INTEGER) FROM store_info WHERE name = 'auto_lock'",
                      [](const Row& r) { return std::chrono::minutes(r.integer(0)); });
    if (!minutes) return tl::unexpected(minutes.error());
    return minutes->value_or(std::chrono::minutes(15));
}

Result<> setAutoLock(const Store& store, std::chrono::minutes after) {
    if (after.count() < 0 || after > std::chrono::hours(24))
        return fail(ErrorCode::InvalidArgument, "The time until the screen locks is 0 to 1440 minutes.");
    auto change = Transaction::begin(store.database());
    if (!change) return tl::unexpected(change.error());
    if (const auto may = demand(change->sql(), store.actor(), Operation::MaintainStore,
                                "change the settings of the store");
        !may)
        return may;
    const auto put = change->sql().exec("INSERT INTO store_info(name, value) VALUES('auto_lock', ?) ON "
                                        "CONFLICT(name) DO UPDATE SET value = excluded.value",
                                        std::to_string(after.count()));
    if (!put) return tl::unexpected(put.error());
    if (const auto audit = change->audit("settings.auto-lock", std::to_string(after.count()) + " min", "");
        !audit)
        return tl::unexpected(audit.error());
    return change->commit();
}

} // namespace forameter::store
