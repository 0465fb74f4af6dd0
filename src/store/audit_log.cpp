// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/audit_log.hpp"

#include "canonical.hpp"
#include "permissions.hpp"

namespace forameter::store {

Result<std::vector<AuditEntry>> AuditLog::entries(std::int64_t since, std::size_t limit) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto all = mayDo(**sql, m_database.actor(), Operation::ReadAudit);
    if (!all) return tl::unexpected(all.error());
    std::string query = "SELECT a.seq, a.time, a.actor, a.action, a.subject, a.hash, w.uuid, a.content FROM "
                        "audit a JOIN writer w ON w.id = a.writer_id WHERE a.seq > ?" +
                        std::string(*all ? "" : " AND a.actor = ?") + " ORDER BY a.seq";
    QVariantList args{bindable(since)};
    if (!*all) args.push_back(bindable(m_database.actor().name()));
    if (limit != 0) {
        query += " LIMIT ?";
        args.push_back(bindable(limit));
    }
    std::vector<AuditEntry> entries;
    const auto done = (*sql)->forEachBound(query, args, [&](const Row& r) {
        entries.push_back({r.integer(0), timestampFromIso8601(r.text(1)).value_or(Timestamp{}), r.text(2),
                           r.text(3), r.text(4), r.text(5), r.text(6), r.text(7)});
    });
    if (!done) return tl::unexpected(done.error());
    return entries;
}

Result<std::string> AuditLog::head() const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto hash =
        (*sql)->first("SELECT a.hash FROM audit a JOIN writer w ON w.id = a.writer_id WHERE w.uuid = "
                      "(SELECT value FROM store_info WHERE name = 'writer') ORDER BY a.seq DESC LIMIT 1",
                      [](const Row& r) { return r.text(0); });
    if (!hash) return tl::unexpected(hash.error());
    return hash->value_or("");
}

Result<> AuditLog::record(const std::string& action, const std::string& subject) {
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    if (const auto seq = change->audit(storableText(action), subject, ""); !seq)
        return tl::unexpected(seq.error());
    return change->commit();
}

} // namespace forameter::store
