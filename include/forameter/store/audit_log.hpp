// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "forameter/core/time.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// One row of the audit. hash = SHA-256 of the previous row's hash of the same writer and this row's fields
/// (src/store/audit.hpp).
struct AuditEntry {
    std::int64_t seq = 0; ///< rises through the store
    Timestamp time;
    std::string actor;
    std::string action;  ///< "contour.save", "levels.confirm", ...
    std::string subject; ///< what it was done to, e.g. "contour 6f1c... v2"
    std::string hash;    ///< hex
    std::string writer;  ///< UUID of the store copy that wrote it
    std::string content; ///< SHA-256 of the row it covers, hex; empty where it covers none
};

class AuditLog {
public:
    explicit AuditLog(const Store& store) : m_database(store.database()) {}

    /// Entries with seq greater than `since`, oldest first; a rater gets her own only.
    [[nodiscard]] Result<std::vector<AuditEntry>> entries(std::int64_t since = 0,
                                                          std::size_t limit = 0) const;
    /// Hash of this writer's last entry: kept elsewhere (printed in reports) it proves that nothing was cut off
    /// later. Everybody may know it. "" where there is none.
    [[nodiscard]] Result<std::string> head() const;
    /// Records something that is no row of the store, such as an export. Made durable before it returns.
    [[nodiscard]] Result<> record(const std::string& action, const std::string& subject);

private:
    Database& m_database;
};

} // namespace forameter::store
