// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QVariant>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"

namespace forameter::store {

/// Bytes, as opposed to text.
struct Blob {
    std::string bytes;
};

// What can be bound to a `?`.
[[nodiscard]] QVariant bindable(std::string_view text);
[[nodiscard]] inline QVariant bindable(const std::string& text) {
    return bindable(std::string_view(text));
}
[[nodiscard]] inline QVariant bindable(const char* text) {
    return bindable(std::string_view(text));
}
[[nodiscard]] inline QVariant bindable(double value) {
    return QVariant(value);
}
[[nodiscard]] inline QVariant bindable(const QVariant& value) {
    return value;
}
[[nodiscard]] QVariant bindable(const Blob& blob);
template <std::integral T>
[[nodiscard]] QVariant bindable(T value) {
    return QVariant(static_cast<qlonglong>(value));
}
template <class Tag>
[[nodiscard]] QVariant bindable(const TextId<Tag>& id) {
    return bindable(std::string_view(id.text()));
}
template <class T>
[[nodiscard]] QVariant bindable(const std::optional<T>& value) {
    return value ? bindable(*value) : QVariant();
}

/// What rows must fulfil, to be put behind WHERE or AND, and the values of its `?` in their order.
struct Condition {
    std::string sql;
    QVariantList args;

    /// Narrows it by something with one `?`.
    template <class Value>
    void add(std::string_view further, const Value& value) {
        sql.append(" AND ").append(further);
        args.push_back(bindable(value));
    }
};

/// The row that a query stands on. Columns count from 0.
class Row {
public:
    explicit Row(const QSqlQuery& query) : m_query(query) {}

    [[nodiscard]] QVariant value(int column) const { return m_query.value(column); }
    [[nodiscard]] int columns() const { return m_query.record().count(); }
    [[nodiscard]] bool isNull(int column) const { return m_query.isNull(column); }
    [[nodiscard]] std::int64_t integer(int column) const { return m_query.value(column).toLongLong(); }
    [[nodiscard]] double real(int column) const { return m_query.value(column).toDouble(); }
    [[nodiscard]] std::string text(int column) const; ///< "" for NULL
    [[nodiscard]] std::string blob(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optionalInteger(int column) const {
        return isNull(column) ? std::nullopt : std::optional(integer(column));
    }
    [[nodiscard]] std::optional<double> optionalReal(int column) const {
        return isNull(column) ? std::nullopt : std::optional(real(column));
    }
    [[nodiscard]] std::optional<std::string> optionalText(int column) const {
        return isNull(column) ? std::nullopt : std::optional(text(column));
    }

private:
    const QSqlQuery& m_query;
};

struct StrokeMemory;

/// What may be done with a file: Unchanging is read from without its journal, while nobody writes it.
enum class FileAccess { Write, Read, Unchanging };

/// One connection of one thread, with its prepared statements.
class Connection {
public:
    /// Opens the file, which must exist, and sets what every connection needs.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path,
                                                                  FileAccess access = FileAccess::Write);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs a statement; the id of the last inserted row.
    template <class... Args>
    Result<std::int64_t> exec(std::string_view sql, const Args&... args) {
        return run(sql, QVariantList{bindable(args)...}, [](const Row&) { return true; });
    }
    Result<std::int64_t> execBound(std::string_view sql, const QVariantList& args) {
        return run(sql, args, [](const Row&) { return true; });
    }
    /// Calls `each(row)` for every row.
    template <class Each, class... Args>
    Result<> forEach(std::string_view sql, Each&& each, const Args&... args) {
        return forEachBound(sql, QVariantList{bindable(args)...}, std::forward<Each>(each));
    }
    template <class Each>
    Result<> forEachBound(std::string_view sql, const QVariantList& args, Each&& each) {
        const auto done = run(sql, args, [&](const Row& row) {
            each(row);
            return true;
        });
        if (!done) return tl::unexpected(done.error());
        return {};
    }
    /// What `read` makes of the first row, if there is one.
    template <class Read, class... Args>
    auto first(std::string_view sql, Read&& read, const Args&... args)
        -> Result<std::optional<decltype(read(std::declval<const Row&>()))>> {
        std::optional<decltype(read(std::declval<const Row&>()))> value;
        const auto done = run(sql, QVariantList{bindable(args)...}, [&](const Row& row) {
            value = read(row);
            return false;
        });
        if (!done) return tl::unexpected(done.error());
        return value;
    }
    /// How long a write waits for another program's from now on.
    [[nodiscard]] Result<> setPatience(std::chrono::milliseconds patience);
    /// What was refused on this connection, waiting to be audited when no change is under way: a change that
    /// is refused is rolled back, and its audit with it (Transaction).
    struct Denials {
        bool changing = false;
        std::set<std::string> waiting; ///< names of operations
    };
    [[nodiscard]] Denials& denials() { return m_denials; }
    /// What the last stroke left (stroke_memory.hpp), where it was the last change here; else none.
    [[nodiscard]] std::shared_ptr<StrokeMemory>& lastStroke() { return m_lastStroke; }
    /// A statement that is run once and not kept (PRAGMA, VACUUM, DDL).
    [[nodiscard]] Result<> once(std::string_view sql);

    static constexpr std::size_t kMostStatements = 256;
    [[nodiscard]] std::size_t statements() const { return m_statements.size(); } ///< that are kept prepared

private:
    Connection(std::filesystem::path path, QString name);

    struct Statement {
        QSqlQuery query;
        bool busy = false;
        QVariantList bound; ///< what the query holds at its `?`
    };
    template <class Visit>
    Result<std::int64_t> run(std::string_view sql, const QVariantList& args, Visit&& visit) {
        auto statement = borrow(sql);
        if (!statement) return tl::unexpected(statement.error());
        const auto started = start(**statement, sql, args);
        QSqlQuery& query = (*statement)->query;
        if (started)
            while (query.next())
                if (!visit(Row(query))) break;
        return finish(**statement, sql, started);
    }
    /// The kept statement of this text, or a new one that is not kept where the kept one is running.
    [[nodiscard]] Result<std::shared_ptr<Statement>> borrow(std::string_view sql);
    [[nodiscard]] Result<> start(Statement& statement, std::string_view sql, const QVariantList& args);
    /// Ends the statement, so that it holds no snapshot, and says how it went.
    [[nodiscard]] Result<std::int64_t> finish(Statement& statement, std::string_view sql,
                                              const Result<>& started);
    [[nodiscard]] Error explain(const QSqlError& error, std::string_view sql) const;

    std::filesystem::path m_path;
    QString m_name;
    QSqlDatabase m_database;
    Denials m_denials;
    std::shared_ptr<StrokeMemory> m_lastStroke;
    std::unordered_map<std::string, std::shared_ptr<Statement>> m_statements;
};

} // namespace forameter::store
