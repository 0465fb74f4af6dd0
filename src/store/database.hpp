// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "connection.hpp"
#include "forameter/core/time.hpp"
#include "forameter/store/store.hpp"
#include "hold.hpp"

namespace forameter::store {

/// A store file as its repositories see it: the acting rater and a connection for each thread.
class Database {
public:
    /// `hold` of a file that other programs may know of.
    Database(std::filesystem::path path, Actor actor, std::optional<AssignmentId> reading = {},
             std::shared_ptr<const files::Hold> hold = {}, FileAccess access = FileAccess::Write);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const Actor& actor() const { return m_actor; }
    /// The one case that the store is narrowed to (Store::inReading).
    [[nodiscard]] const std::optional<AssignmentId>& reading() const { return m_reading; }

    [[nodiscard]] const std::shared_ptr<const files::Hold>& hold() const { return m_hold; }
    [[nodiscard]] FileAccess access() const { return m_access; }

    /// The calling thread's connection; opened at its first use, closed when the thread or the store ends.
    [[nodiscard]] Result<Connection*> connection();

private:
    struct Connections;
    std::filesystem::path m_path;
    Actor m_actor;
    std::optional<AssignmentId> m_reading;
    FileAccess m_access;
    std::shared_ptr<const files::Hold> m_hold; ///< released after the connections are closed
    std::shared_ptr<Connections> m_connections;
};

/// Where a writer's audit chain ends.
struct AuditChain {
    std::int64_t id = 0; ///< of writer
    std::string writer;
    std::int64_t seq = 0;
    std::string head;
};

/// One durable change: BEGIN IMMEDIATE ... COMMIT, rolled back where commit() is not reached. Not nested.
class Transaction {
public:
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    [[nodiscard]] Connection& sql() { return *m_connection; }
    /// The moment of the whole change.
    [[nodiscard]] Timestamp time() const { return m_time; }
    [[nodiscard]] const std::string& timeText() const { return m_timeText; }
    [[nodiscard]] const Actor& actor() const { return *m_actor; }

    /// Appends an audit row to this store's chain; its seq. `content` is the hash of the row that it covers,
    /// "" for none.
    [[nodiscard]] Result<std::int64_t> audit(std::string_view action, std::string_view subject,
                                             std::string_view content);
    /// Whether anything was audited, that is, changed.
    [[nodiscard]] bool hasAudit() const { return m_chain.has_value(); }
    /// What the last stroke on this connection left, where nothing has been written since by anybody; else
    /// none.
    [[nodiscard]] Result<std::shared_ptr<StrokeMemory>> recall();
    [[nodiscard]] Result<> commit();
    /// The same of a stroke, which the next one may recall. The head that `writer` keeps of the chain stays
    /// behind until the next change of another kind: the stroke's row names its audit row, so that neither
    /// can be cut off unnoticed.
    [[nodiscard]] Result<> commit(std::shared_ptr<StrokeMemory> stroke);

    /// Audits what was refused (Connection::denials) in a change of its own, or leaves it waiting while
    /// another one is under way. What cannot be written is lost: a refusal is not undone by that.
    static void auditDenials(Connection& connection, const Actor& actor);

private:
    Transaction(Connection& connection, const Actor& actor);
    Result<> end();

    Connection* m_connection;
    const Actor* m_actor;
    Timestamp m_time;
    std::string m_timeText;
    std::shared_ptr<StrokeMemory> m_lastStroke;
    std::int64_t m_dataVersion = 0;    ///< recall()'s
    std::optional<AuditChain> m_chain; ///< read at the first audit row
};

} // namespace forameter::store
