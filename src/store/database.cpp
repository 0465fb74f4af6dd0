// SPDX-License-Identifier: Apache-2.0
#include "database.hpp"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "audit.hpp"
#include "dialect.hpp"
#include "forameter/store/patience.hpp"
#include "stroke_memory.hpp"

namespace forameter::store {

struct Database::Connections {
    std::mutex mutex;
    std::unordered_map<std::thread::id, std::unique_ptr<Connection>> byThread;

    void close(std::thread::id thread) {
        std::unique_ptr<Connection> closing;
        const std::lock_guard lock(mutex);
        if (auto found = byThread.extract(thread)) closing = std::move(found.mapped());
    }

    /// Closes a thread's connections when the thread ends, so that short-lived threads leave none behind.
    static void closeWithThread(const std::shared_ptr<Connections>& connections) {
        struct Closer {
            std::vector<std::weak_ptr<Connections>> open;
            ~Closer() {
                for (const auto& weak : open)
                    if (const auto alive = weak.lock()) alive->close(std::this_thread::get_id());
            }
        };
        static thread_local Closer closer;
        std::erase_if(closer.open, [](const auto& weak) { return weak.expired(); });
        closer.open.push_back(connections);
    }
};

Database::Database(std::filesystem::path path, Actor actor, std::optional<AssignmentId> reading,
                   std::shared_ptr<const files::Hold> hold, FileAccess access)
    : m_path(std::move(path)),
      m_actor(std::move(actor)),
      m_reading(std::move(reading)),
      m_access(access),
      m_hold(std::move(hold)),
      m_connections(std::make_shared<Connections>()) {}

Database::~Database() = default;

Result<Connection*> Database::connection() {
    const auto thread = std::this_thread::get_id();
    {
        const std::lock_guard lock(m_connections->mutex);
        if (const auto found = m_connections->byThread.find(thread); found != m_connections->byThread.end())
            return found->second.get();
    }
    auto opened = Connection::open(m_path, m_access);
    if (!opened) return tl::unexpected(opened.error());
    Connections::closeWithThread(m_connections);
    const std::lock_guard lock(m_connections->mutex);
    return (m_connections->byThread[thread] = std::move(*opened)).get();
}

Result<> setPatience(const Store& store, std::chrono::milliseconds patience) {
    const auto connection = store.database().connection();
    if (!connection) return tl::unexpected(connection.error());
    return (*connection)->setPatience(patience);
}

Transaction::Transaction(Connection& connection, const Actor& actor)
    : m_connection(&connection),
      m_actor(&actor),
      m_time(now()),
      m_timeText(toIso8601(m_time)),
      m_lastStroke(std::exchange(connection.lastStroke(), nullptr)) {}

Transaction::Transaction(Transaction&& other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr)),
      m_actor(other.m_actor),
      m_time(other.m_time),
      m_timeText(std::move(other.m_timeText)),
      m_lastStroke(std::move(other.m_lastStroke)),
      m_dataVersion(other.m_dataVersion),
      m_chain(std::move(other.m_chain)) {}

Transaction::~Transaction() {
    // A failed COMMIT leaves the transaction open or has rolled it back already; either way nothing is left
    // after this.
    if (!m_connection) return;
    (void)m_connection->once("ROLLBACK");
    m_connection->denials().changing = false;
    auditDenials(*m_connection, *m_actor);
}

Result<Transaction> Transaction::begin(Database& database) {
    const auto connection = database.connection();
    if (!connection) return tl::unexpected(connection.error());
    if (const auto begun = (*connection)->exec(dialect::kBeginWrite); !begun)
        return tl::unexpected(begun.error());
    (*connection)->denials().changing = true;
    return Transaction(**connection, database.actor());
}

void Transaction::auditDenials(Connection& connection, const Actor& actor) {
    auto& denials = connection.denials();
    if (denials.changing || denials.waiting.empty()) return;
    const auto operations = std::exchange(denials.waiting, {});
    if (!connection.exec(dialect::kBeginWrite)) return;
    denials.changing = true;
    Transaction change(connection, actor);
    for (const auto& operation : operations)
        if (!change.audit("denied", operation, "")) return;
    (void)change.commit();
}

Result<std::int64_t> Transaction::audit(std::string_view action, std::string_view subject,
                                        std::string_view content) {
    if (!m_chain) {
        const auto chain =
            sql().first("SELECT w.id, w.uuid, COALESCE(a.writer_seq, 0), COALESCE(a.hash, w.head_hash) FROM "
                        "writer w JOIN store_info i ON i.value = w.uuid LEFT JOIN audit a ON a.seq = (SELECT "
                        "e.seq FROM audit e WHERE e.writer_id = w.id ORDER BY e.seq DESC LIMIT 1) WHERE "
                        "i.name = 'writer'",
                        [](const Row& row) {
                            return AuditChain{row.integer(0), row.text(1), row.integer(2), row.text(3)};
                        });
        if (!chain) return tl::unexpected(chain.error());
        if (!*chain)
            return fail(ErrorCode::Corrupt, "The store has no audit writer; restore it from a backup.");
        m_chain = **chain;
    }
    AuditFields fields{
        m_chain->writer,     m_chain->seq + 1,      m_timeText,          storableText(m_actor->name()),
        std::string(action), storableText(subject), std::string(content)};
    const std::string hash = auditHash(m_chain->head, fields);
    const auto seq = sql().exec("INSERT INTO audit(writer_id, writer_seq, time, actor, action, subject, "
                                "content, hash) VALUES(?,?,?,?,?,?,?,?)",
                                m_chain->id, fields.writerSeq, fields.time, fields.actor, fields.action,
                                fields.subject, fields.content, hash);
    if (!seq) return seq;
    m_chain->seq = fields.writerSeq;
    m_chain->head = hash;
    return seq;
}

Result<std::shared_ptr<StrokeMemory>> Transaction::recall() {
    const auto version = sql().first(dialect::kDataVersion, [](const Row& row) { return row.integer(0); });
    if (!version) return tl::unexpected(version.error());
    m_dataVersion = version->value_or(0);
    auto left = std::exchange(m_lastStroke, nullptr);
    if (!left || left->dataVersion != m_dataVersion) return nullptr;
    m_chain = left->chain;
    return left;
}

Result<> Transaction::commit(std::shared_ptr<StrokeMemory> stroke) {
    Connection& connection = sql();
    if (m_chain) stroke->chain = *m_chain;
    stroke->dataVersion = m_dataVersion;
    const auto done = end();
    if (done) connection.lastStroke() = std::move(stroke);
    return done;
}

Result<> Transaction::commit() {
    if (m_chain)
        if (const auto kept = sql().exec("UPDATE writer SET head_seq = ?, head_hash = ? WHERE id = ?",
                                         m_chain->seq, m_chain->head, m_chain->id);
            !kept)
            return tl::unexpected(kept.error());
    return end();
}

Result<> Transaction::end() {
    if (const auto done = sql().exec("COMMIT"); !done) return tl::unexpected(done.error());
    Connection& connection = *std::exchange(m_connection, nullptr);
    connection.denials().changing = false;
    auditDenials(connection, *m_actor);
    return {};
}

} // namespace forameter::store
