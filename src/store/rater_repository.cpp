// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/rater_repository.hpp"

#include "rows.hpp"

namespace forameter::store {

Result<> RaterRepository::add(const RaterId& name) {
    if (const auto allowed = checkMayWriteAs(m_database.actor(), name.text()); !allowed) return allowed;
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    if (const auto done = ensureRater(*change, name.text()); !done) return done;
    if (!change->hasAudit())
        return fail(ErrorCode::Conflict, "There is a rater " + name.text() + " in this store already.");
    return change->commit();
}

Result<std::vector<Rater>> RaterRepository::list() const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto access = mayRead(m_database.actor(), "r.name");
    std::vector<Rater> raters;
    const auto done = (*sql)->forEachBound(
        "SELECT r.name, r.added FROM rater r WHERE " + access.sql + " ORDER BY r.name", access.args,
        [&](const Row& r) {
            raters.push_back({RaterId(r.text(0)), timestampFromIso8601(r.text(1)).value_or(Timestamp{})});
        });
    if (!done) return tl::unexpected(done.error());
    return raters;
}

} // namespace forameter::store
