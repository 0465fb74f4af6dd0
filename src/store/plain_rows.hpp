// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "database.hpp"

// Rows that need no type of their own: they are audited and verified as lists of values.
namespace forameter::store {

struct PlainTable {
    std::string_view table;
    std::string_view actions; ///< LIKE pattern of the audit actions whose rows must all be there; "": any
    /// Selects the audit row, then the values that its hash is made of, the first being the row's uuid or
    /// name. References to other tables stand as UUIDs and UIDs, so that they mean the same in another store.
    std::string_view select;
};
[[nodiscard]] std::span<const PlainTable> plainTables();

[[nodiscard]] std::string plainHash(std::string_view table, const QVariantList& values);

/// Audits and inserts a row. `values` are those of the table's `select`; `columns` and `bound` what is
/// inserted (audit is added).
[[nodiscard]] Result<std::int64_t> putPlain(Transaction& change, std::string_view table,
                                            std::string_view action, const std::string& subject,
                                            const QVariantList& values, std::string_view columns,
                                            QVariantList bound);

} // namespace forameter::store
