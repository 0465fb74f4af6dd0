// SPDX-License-Identifier: Apache-2.0
#include "table.hpp"

#include <algorithm>
#include <cstdio>

#include "forameter/core/text.hpp"

namespace forameter::cli {

namespace {

std::string csvValue(const Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? csvField(value.get_ref<const std::string&>()) : dumped(value);
}

std::string textField(const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_number_float()) {
        char text[400];
        std::snprintf(text, sizeof text, "%.2f", value.get<double>());
        return text;
    }
    if (value.is_string()) return printable(value.get<std::string>());
    return dumped(value);
}

/// Characters, not bytes, so that columns with umlauts stay aligned.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

} // namespace

void Table::add(const Json& object) {
    std::vector<Json> row;
    for (const std::string& column : columns)
        row.push_back(object.contains(column) ? object.at(column) : Json(nullptr));
    rows.push_back(std::move(row));
}

std::string toCsv(const Table& table) {
    std::string out;
    const auto line = [&](const auto& fields, auto field) {
        for (std::size_t i = 0; i < fields.size(); ++i)
            out.append(i ? "," : "").append(field(fields[i]));
        out += '\n';
    };
    line(table.columns, csvField);
    for (const auto& row : table.rows)
        line(row, csvValue);
    return out;
}

std::string toText(const Table& table) {
    std::vector<std::vector<std::string>> lines{table.columns};
    for (const auto& row : table.rows) {
        std::vector<std::string> fields;
        for (const Json& value : row)
            fields.push_back(textField(value));
        lines.push_back(std::move(fields));
    }
    std::vector<std::size_t> widths(table.columns.size(), 0);
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width(line[i]));
    std::string out;
    for (std::size_t l = 0; l < lines.size(); ++l) {
        std::string text;
        for (std::size_t i = 0; i < lines[l].size(); ++i) {
            const bool number = l > 0 && table.rows[l - 1][i].is_number();
            const std::string gap(widths[i] - width(lines[l][i]), ' ');
            text.append(i ? "  " : "").append(number ? gap + lines[l][i] : lines[l][i] + gap);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + '\n';
    }
    return out;
}

} // namespace forameter::cli
