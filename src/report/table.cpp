// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/table.hpp"

#include "forameter/core/words.hpp"
#include "forameter/report/style.hpp"

namespace forameter::report {

std::string shown(const Value& value, int decimals) {
    if (const auto* words = std::get_if<std::string>(&value)) return *words;
    if (const auto* count = std::get_if<long long>(&value)) return printed(static_cast<double>(*count), 0);
    if (const auto* measured = std::get_if<double>(&value)) return printed(*measured, decimals);
    return "\u2013";
}

ShownTable shown(const Table& table) {
    ShownTable out;
    std::vector<std::size_t> columns;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (!table.columns[c].heading.empty()) columns.push_back(c);
    for (const std::size_t c : columns) {
        out.headings.push_back(table.columns[c].heading);
        bool numeric = false, words = false;
        for (const auto& row : table.rows) {
            words = words || std::holds_alternative<std::string>(row[c]);
            numeric = numeric || (!words && row[c].index() > 1);
        }
        out.numeric.push_back(numeric && !words);
    }
    for (const auto& row : table.rows) {
        auto& line = out.rows.emplace_back();
        for (const std::size_t c : columns) {
            const Table::Column& column = table.columns[c];
            std::string text = shown(row[c], column.decimals);
            if (column.who) text = referenceLabel(text);
            const bool interval = column.withInterval && std::holds_alternative<double>(row[c + 1]) &&
                                  std::holds_alternative<double>(row[c + 2]);
            if (interval)
                text += " [" + shown(row[c + 1], column.decimals) + ", " +
                        shown(row[c + 2], column.decimals) + "]";
            line.push_back(std::move(text));
        }
    }
    return out;
}

} // namespace forameter::report
