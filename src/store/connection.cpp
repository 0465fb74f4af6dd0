// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <QByteArray>
#include <QCoreApplication>
#include <QSqlError>
#include <QUrl>
#include <atomic>
#include <span>

#include "canonical.hpp"
#include "dialect.hpp"
#include "forameter/core/text.hpp"

namespace forameter::store {

namespace {

/// SQLite would keep the same for either: QVariant calls 1 and 1.0 equal, and it keeps no -0.0.
bool same(const QVariant& a, const QVariant& b) {
    return a.metaType() == b.metaType() && a.isNull() == b.isNull() && a == b;
}

} // namespace

QVariant bindable(std::string_view text) {
    return storableString(text);
}

QVariant bindable(const Blob& blob) {
    return QByteArray(blob.bytes.data(), static_cast<qsizetype>(blob.bytes.size()));
}

std::string Row::text(int column) const {
    return m_query.value(column).toString().toStdString();
}

std::string Row::blob(int column) const {
    return m_query.value(column).toByteArray().toStdString();
}

Connection::Connection(std::filesystem::path path, QString name)
    : m_path(std::move(path)), m_name(std::move(name)) {}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, FileAccess access) {
    if (!QCoreApplication::instance())
        return fail(ErrorCode::StorageFailed,
                    "The store " + path.string() +
                        " cannot be opened before the program has made its QCoreApplication.");
    if (!isUtf8(path.string())) // Qt would open another file
        return fail(ErrorCode::InvalidArgument,
                    "The store " + shown(path) +
                        " cannot be opened because its path is not valid UTF-8; give it another name.");
    static std::atomic<unsigned> counter = 0;
    std::unique_ptr<Connection> self(new Connection(path, QStringLiteral("forameter-%1").arg(++counter)));
    self->m_database = QSqlDatabase::addDatabase(QLatin1String(dialect::kDriver), self->m_name);
    if (!self->m_database.isValid())
        return fail(ErrorCode::StorageFailed,
                    "The store " + path.string() +
                        " cannot be opened because Qt's SQLite driver (libqt6sql6-sqlite) is not installed.");
    const bool writes = access == FileAccess::Write;
    self->m_database.setConnectOptions(
        QLatin1String(writes ? dialect::kConnectOptions : dialect::kReadOptions));
    QString name = QString::fromStdString(path.string());
    if (!writes) name = QString::fromLatin1(QUrl::fromLocalFile(name).toEncoded());
    if (access == FileAccess::Unchanging) name += QLatin1String(dialect::kImmutable);
    self->m_database.setDatabaseName(name);
    if (!self->m_database.open()) return tl::unexpected(self->explain(self->m_database.lastError(), "open"));
    const std::span<const std::string_view> settings =
        writes ? std::span(dialect::kConnectionSettings)
               : std::span<const std::string_view>(dialect::kReadSettings);
    for (const auto setting : settings)
        if (const auto done = self->once(setting); !done) return tl::unexpected(done.error());
    return self;
}

Connection::~Connection() {
    m_statements.clear();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<> Connection::setPatience(std::chrono::milliseconds patience) {
    return once(dialect::setPatience(patience.count()));
}

Result<> Connection::once(std::string_view sql) {
    QSqlQuery query(m_database);
    if (!query.exec(QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size()))))
        return tl::unexpected(explain(query.lastError(), sql));
    return {};
}

Result<std::shared_ptr<Connection::Statement>> Connection::borrow(std::string_view sql) {
    const auto kept = m_statements.find(std::string(sql));
    if (kept != m_statements.end() && !kept->second->busy) {
        kept->second->busy = true;
        return kept->second;
    }
    auto made = std::make_shared<Statement>(Statement{QSqlQuery(m_database), true, {}});
    made->query.setForwardOnly(true);
    if (!made->query.prepare(QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size()))))
        return tl::unexpected(explain(made->query.lastError(), sql));
    // Filters make texts without end; what is run often is soon kept again.
    if (m_statements.size() >= kMostStatements)
        std::erase_if(m_statements, [](const auto& known) { return !known.second->busy; });
    m_statements.emplace(sql, made); // does nothing where one is kept
    return made;
}

Result<> Connection::start(Statement& statement, std::string_view sql, const QVariantList& args) {
    // The query keeps what it was given, and Qt's bindValue costs more than SQLite's insert: it looks each
    // `?` up by a name that it makes for it.
    for (qsizetype i = 0; i < args.size(); ++i)
        if (i >= statement.bound.size() || !same(statement.bound[i], args[i]))
            statement.query.bindValue(static_cast<int>(i), args[i]);
    statement.bound = args;
    if (!statement.query.exec()) return tl::unexpected(explain(statement.query.lastError(), sql));
    return {};
}

Result<std::int64_t> Connection::finish(Statement& statement, std::string_view sql, const Result<>& started) {
    const QSqlError error = statement.query.lastError();
    const std::int64_t id = started ? statement.query.lastInsertId().toLongLong() : 0;
    statement.query.finish();
    statement.busy = false;
    if (!started) return tl::unexpected(started.error());
    if (error.isValid()) return tl::unexpected(explain(error, sql));
    return id;
}

Error Connection::explain(const QSqlError& error, std::string_view sql) const {
    const std::string store = "The store " + m_path.string();
    const std::string detail = error.databaseText().isEmpty() ? error.driverText().toStdString()
                                                              : error.databaseText().toStdString();
    switch (dialect::failure(error.nativeErrorCode().toInt())) {
        using enum dialect::Failure;
    case Busy:
        return {ErrorCode::StorageFailed, store + " could not be used because another program kept it "
                                                  "locked; nothing of this change was kept."};
    case ReadOnly:
        return {ErrorCode::StorageFailed,
                store + " cannot be written: the file, its folder or the disk is read-only."};
    case DiskFull:
        return {ErrorCode::StorageFailed,
                store + " could not be written because the disk is full; nothing of this change was kept."};
    case Io:
        return {ErrorCode::StorageFailed,
                store + " could not be read or written: the disk reported an error (" + detail + ")."};
    case Corrupt:
        return {ErrorCode::Corrupt, store + " is damaged (" + detail + "); restore it from a backup."};
    case NotADatabase:
        return {ErrorCode::Corrupt,
                store + " is not a SQLite file or its start is damaged; restore it from a backup."};
    case CannotOpen:
        return {ErrorCode::StorageFailed, store + " could not be opened (" + detail + ")."};
    case Constraint:
        return {ErrorCode::Conflict,
                store + " refused the change because it contradicts what is stored (" + detail + ")."};
    case Other:
        break;
    }
    return {ErrorCode::StorageFailed,
            store + " could not carry out \"" + std::string(sql.substr(0, 60)) + "\" (" + detail + ")."};
}

} // namespace forameter::store
