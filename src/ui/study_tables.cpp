// SPDX-License-Identifier: Apache-2.0
#include "study_tables.hpp"

#include <algorithm>
#include <cctype>

#include "forameter/report/style.hpp"

namespace forameter::ui {

using report::Table;
using report::Value;

namespace {

std::size_t columnOf(const Table& table, const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(table.columns, name, &Table::Column::name) -
                                    table.columns.begin());
}

std::string words(const Table& table, const std::vector<Value>& row, const std::string& name) {
    const std::size_t column = columnOf(table, name);
    if (column == table.columns.size()) return {};
    const auto* text = std::get_if<std::string>(&row[column]);
    return text ? *text : std::string();
}

} // namespace

void hideColumns(Table& table, const std::vector<std::string>& names) {
    for (Table::Column& column : table.columns)
        if (std::ranges::find(names, column.name) != names.end()) column.heading.clear();
}

std::vector<std::string> groupsBy(Table& table, const std::vector<std::string>& names) {
    std::vector<std::string> groups;
    for (const auto& row : table.rows) {
        std::string group;
        for (const std::string& name : names) {
            const std::string text = words(table, row, name);
            if (name == "against")
                group += " against the " + report::referenceLabel(text);
            else
                group += (group.empty() ? "" : ", ") + text;
        }
        groups.push_back(std::move(group));
    }
    hideColumns(table, names);
    return groups;
}

void nameStudies(Table& table, const std::map<std::string, std::string>& names) {
    const std::size_t column = columnOf(table, "study_uid");
    if (column == table.columns.size()) return;
    table.columns[column].heading = "Patient";
    for (auto& row : table.rows) {
        const auto found = names.find(words(table, row, "study_uid"));
        if (found != names.end()) row[column] = found->second;
    }
    std::ranges::stable_sort(table.rows, {}, [&](const auto& row) { return words(table, row, "study_uid"); });
}

namespace {
Table wallsAcross(const Table& walls, const std::string& structure) {
    Table out{.id = walls.id, .title = walls.title + ", " + structure, .note = walls.note};
    out.title[walls.title.size() + 2] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(out.title[walls.title.size() + 2])));
    const std::size_t wall = columnOf(walls, "wall"), distance = columnOf(walls, "distance_mm");
    out.columns.assign(walls.columns.begin(), walls.columns.begin() + static_cast<std::ptrdiff_t>(wall));
    for (const auto& row : walls.rows) {
        if (words(walls, row, "structure_label") != structure) continue;
        const std::string name = words(walls, row, "wall");
        std::size_t at = columnOf(out, name);
        if (at == out.columns.size()) { // the first rater has all walls
            std::string heading = name + " mm";
            heading.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(heading.front())));
            out.columns.push_back({name, std::move(heading), walls.columns[distance].decimals, true});
            out.columns.push_back({name + "_low", ""});
            out.columns.push_back({name + "_high", ""});
        }
        const auto same = [&](const auto& other) {
            return std::equal(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(wall), other.begin());
        };
        auto line = std::ranges::find_if(out.rows, same);
        if (line == out.rows.end())
            line = out.rows.insert(
                line, std::vector<Value>(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(wall)));
        line->resize(std::max(line->size(), at + 3));
        std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(distance), 3,
                    line->begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (auto& row : out.rows)
        row.resize(out.columns.size());
    return out;
}
} // namespace

std::vector<Table> wallsAcross(const Table& walls) {
    std::vector<Table> out;
    std::vector<std::string> structures;
    for (const auto& row : walls.rows)
        if (const std::string of = words(walls, row, "structure_label");
            std::ranges::find(structures, of) == structures.end()) {
            structures.push_back(of);
            out.push_back(wallsAcross(walls, of));
        }
    return out;
}

} // namespace forameter::ui
