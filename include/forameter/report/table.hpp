// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace forameter::report {

/// What stands in a field: nothing, words, a number of things, a measured number.
using Value = std::variant<std::monostate, std::string, long long, double>;

/// A table as it is shown and exported: one row per thing, one number per column.
struct Table {
    struct Column {
        std::string name;    ///< in CSV: "icc_2_1_low"
        std::string heading; ///< for people: "ICC(2,1)"; "" for columns that only the CSV has
        int decimals = 0;    ///< shown; a CSV has all of them
        /// Shown together with the two columns that follow, as "0.91 [0.85, 0.95]".
        bool withInterval = false;
        bool who = false; ///< names of raters and references; the latter are shown by referenceLabel()
    };
    std::string id;    ///< file name without ".csv": "icc"
    std::string title; ///< "Reliability of areas"
    std::string note;  ///< what the columns mean and where the method is from; "" where all is plain
    std::vector<Column> columns = {};
    std::vector<std::vector<Value>> rows = {};
};

/// RFC 4180 with line feeds: nothing is an empty field, numbers unrounded.
[[nodiscard]] std::string toCsv(const Table& table);

/// The table as people see it: intervals joined to their number, decimals rounded, a dash for nothing.
struct ShownTable {
    std::vector<std::string> headings;
    std::vector<bool> numeric; ///< such columns are set to the right
    std::vector<std::vector<std::string>> rows;
};
[[nodiscard]] ShownTable shown(const Table& table);
[[nodiscard]] std::string shown(const Value& value, int decimals); ///< minus sign and thin dash as in print

} // namespace forameter::report
