// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "forameter/report/table.hpp"

// Tables of the report made ready for a page of the Study room, where each is as wide as its numbers.
namespace forameter::ui {

/// Takes columns from what is shown; files of the report have them all.
void hideColumns(report::Table& table, const std::vector<std::string>& names);

/// Of each row the words of those columns, that then are not shown: "Foramina against the STAPLE consensus".
[[nodiscard]] std::vector<std::string> groupsBy(report::Table& table, const std::vector<std::string>& names);

/// Studies by what people call them instead of their UIDs, in the order of these names.
void nameStudies(report::Table& table, const std::map<std::string, std::string>& names);

/// "bias_by_wall" with a column for each wall, one table per structure.
[[nodiscard]] std::vector<report::Table> wallsAcross(const report::Table& walls);

} // namespace forameter::ui
