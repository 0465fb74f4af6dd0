// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// All that is SQLite's own. Another engine gets another file like this one, and a schema; the queries are
/// common SQL.
namespace forameter::store::dialect {

inline constexpr const char* kDriver = "QSQLITE";
inline constexpr std::uint32_t kApplicationId = 0x464f5241; ///< "FORA"

/// How long a writer waits for another one, ms.
inline constexpr const char* kConnectOptions = "QSQLITE_BUSY_TIMEOUT=15000";
inline constexpr const char* kReadOptions =
    "QSQLITE_BUSY_TIMEOUT=15000;QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI";
/// Behind the address of a file that nobody writes: neither locks nor a journal are looked for.
inline constexpr const char* kImmutable = "?immutable=1";

/// Settings of every connection. FULL: a commit is on the disk when it returns (NORMAL loses acknowledged
/// commits at power loss).
inline constexpr std::string_view kConnectionSettings[] = {
    "PRAGMA journal_mode = WAL",   "PRAGMA synchronous = FULL",  "PRAGMA foreign_keys = ON",
    "PRAGMA cell_size_check = ON", "PRAGMA cache_size = -16384", "PRAGMA temp_store = MEMORY",
};

/// Those of a connection that only reads.
inline constexpr std::string_view kReadSettings[] = {
    "PRAGMA cell_size_check = ON", "PRAGMA cache_size = -16384", "PRAGMA temp_store = MEMORY"};

/// A plain BEGIN would read first and fail at the first write whenever another writer came in between.
inline constexpr std::string_view kBeginWrite = "BEGIN IMMEDIATE";
inline constexpr std::string_view kBeginRead = "BEGIN";

/// A number that differs from the last time once another connection has committed anything, whatever program
/// it is of.
inline constexpr std::string_view kDataVersion = "PRAGMA data_version";

/// Outside of a change: whether rows may refer to what is not there.
inline constexpr std::string_view kReferencesUnchecked = "PRAGMA foreign_keys = OFF";
inline constexpr std::string_view kReferencesChecked = "PRAGMA foreign_keys = ON";

/// What a native error code means.
enum class Failure { Busy, ReadOnly, DiskFull, Io, Corrupt, NotADatabase, CannotOpen, Constraint, Other };
[[nodiscard]] Failure failure(int nativeCode) noexcept;

/// Statements that keep rows of a table from being changed or deleted, and the names of the triggers they
/// make.
[[nodiscard]] std::vector<std::string> appendOnly(std::string_view table);
[[nodiscard]] std::vector<std::string> appendOnlyNames(std::string_view table);

[[nodiscard]] std::string setUserVersion(int version);
[[nodiscard]] std::string setPatience(std::int64_t milliseconds);
[[nodiscard]] std::string copyInto(std::string_view file);
/// `text` as an SQL string literal, for the few statements that take no parameters.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace forameter::store::dialect
