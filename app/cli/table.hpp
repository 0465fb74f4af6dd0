// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace forameter::cli {

using Json = nlohmann::ordered_json; ///< keeps the order of the contract

/// An answer that is rows of values: null, text, number or truth value.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<Json>> rows;

    /// A row of an object's values by the names of the columns; null where it has none.
    void add(const Json& object);
};

/// RFC 4180 with line feeds; null is an empty field, numbers are unrounded.
[[nodiscard]] std::string toCsv(const Table& table);
/// Aligned columns to read: numbers to two decimals, text as printable() makes it.
[[nodiscard]] std::string toText(const Table& table);

} // namespace forameter::cli
