// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/rater_repository.hpp"

#include "passwords.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

Result<> checkKnown(Connection& sql, const RaterId& name) {
    const auto known = sql.first(
        "SELECT 1 FROM rater WHERE name = ?", [](const Row&) { return true; }, name);
    if (!known) return tl::unexpected(known.error());
    if (!*known) return fail(ErrorCode::NotFound, "There is no rater " + name.text() + " in this store.");
    return {};
}

Result<> putRole(Transaction& change, const RaterId& name, Role role) {
    const std::string uuid = newUuid();
    const QVariantList values{bindable(uuid), bindable(name), bindable(store::name(role)),
                              bindable(change.actor().name()), bindable(change.timeText())};
    const auto put = putPlain(change, "rater_role", "role.set",
                              "rater " + name.text() + " " + std::string(store::name(role)), values,
                              "uuid, rater, role, actor, time", values);
    if (!put) return tl::unexpected(put.error());
    return {};
}

Result<> demandAccounts(Connection& sql, const Actor& actor) {
    return demand(sql, actor, Operation::ManageAccounts, "manage the accounts of others");
}

} // namespace

Result<> RaterRepository::add(const RaterId& name, Role role) {
    if (!isRaterName(name.text())) return checkMayWriteAs(m_database.actor(), name.text());
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    const bool herself = m_database.actor().rater == name && role == Role::Rater;
    if (!herself)
        if (const auto may = demandAccounts(change->sql(), m_database.actor()); !may) return may;
    if (const auto done = addRater(*change, name.text()); !done) return done;
    if (!change->hasAudit())
        return fail(ErrorCode::Conflict, "There is a rater " + name.text() + " in this store already.");
    if (role != Role::Rater)
        if (const auto done = putRole(*change, name, role); !done) return done;
    return change->commit();
}

Result<std::vector<Rater>> RaterRepository::list() const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto all = mayDo(**sql, m_database.actor(), Operation::ReadRaters);
    if (!all) return tl::unexpected(all.error());
    std::vector<Rater> raters;
    QVariantList args;
    if (!*all) args.push_back(bindable(m_database.actor().name()));
    const auto done = (*sql)->forEachBound(
        "SELECT r.name, r.added, (SELECT o.role FROM rater_role o WHERE o.rater = r.name ORDER BY o.id DESC "
        "LIMIT 1), EXISTS (SELECT 1 FROM rater_password p WHERE p.rater = r.name) FROM rater r" +
            std::string(*all ? "" : " WHERE r.name = ?") + " ORDER BY r.name",
        args, [&](const Row& r) {
            raters.push_back({RaterId(r.text(0)), timestampFromIso8601(r.text(1)).value_or(Timestamp{}),
                              roleFromName(r.text(2)).value_or(Role::Rater), r.integer(3) != 0});
        });
    if (!done) return tl::unexpected(done.error());
    return raters;
}

Result<Rater> RaterRepository::find(const RaterId& name) const {
    const auto all = list();
    if (!all) return tl::unexpected(all.error());
    for (const auto& rater : *all)
        if (rater.name == name) return rater;
    return fail(ErrorCode::NotFound, "There is no rater " + name.text() + " in this store.");
}

Result<> RaterRepository::setRole(const RaterId& name, Role role) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    if (const auto may = demandAccounts(change->sql(), m_database.actor()); !may) return may;
    if (const auto known = checkKnown(change->sql(), name); !known) return known;
    const auto before = roleOf(change->sql(), name.text());
    if (!before) return tl::unexpected(before.error());
    if (*before == role) return {};
    const auto wasGuarded = hasGuardian(change->sql());
    if (!wasGuarded) return tl::unexpected(wasGuarded.error());
    if (const auto done = putRole(*change, name, role); !done) return done;
    const auto guarded = hasGuardian(change->sql());
    if (!guarded) return tl::unexpected(guarded.error());
    if (*wasGuarded && !*guarded)
        return fail(ErrorCode::Conflict,
                    "Rater " + name.text() +
                        " keeps the role of an administrator: nobody else who can sign in "
                        "has it.");
    return change->commit();
}

Result<> RaterRepository::setPassword(const RaterId& name, std::string_view password) {
    if (m_database.actor().rater != name) {
        const auto sql = m_database.connection();
        if (!sql) return tl::unexpected(sql.error());
        if (const auto may = demandAccounts(**sql, m_database.actor()); !may) return may;
    }
    const auto hash = hashPassword(password); // before the transaction: it takes its time
    if (!hash) return tl::unexpected(hash.error());
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    if (const auto known = checkKnown(change->sql(), name); !known) return known;
    for (const char* const old :
         {"DELETE FROM rater_password WHERE rater = ?", "DELETE FROM sign_in_failure WHERE rater = ?"})
        if (const auto gone = change->sql().exec(old, name); !gone) return tl::unexpected(gone.error());
    const QVariantList values{bindable(name), bindable(*hash), bindable(change->timeText())};
    const auto put = putPlain(*change, "rater_password", "password.set", "rater " + name.text(), values,
                              "rater, hash, time", values);
    if (!put) return tl::unexpected(put.error());
    return change->commit();
}

} // namespace forameter::store
