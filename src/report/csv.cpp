// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/table.hpp"

#include <charconv>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "forameter/report/agreement_report.hpp"

namespace forameter::report {

namespace {

std::string field(const Value& value) {
    if (const auto* count = std::get_if<long long>(&value)) return std::to_string(*count);
    if (const auto* measured = std::get_if<double>(&value)) {
        char text[64];
        const auto end =
            std::to_chars(text, text + sizeof text, *measured).ptr; // the shortest that reads back
        return {text, end};
    }
    const auto* words = std::get_if<std::string>(&value);
    return words ? csvField(*words) : "";
}

} // namespace

std::string toCsv(const Table& table) {
    std::string out;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        out.append(c ? "," : "").append(csvField(table.columns[c].name));
    out += '\n';
    for (const auto& row : table.rows) {
        for (std::size_t c = 0; c < row.size(); ++c)
            out.append(c ? "," : "").append(field(row[c]));
        out += '\n';
    }
    return out;
}

Result<std::vector<std::filesystem::path>> writeCsv(const AgreementReport& report,
                                                    const std::filesystem::path& folder) {
    if (const auto made = makeFolders(folder); !made) return tl::unexpected(made.error());
    std::vector<std::filesystem::path> files;
    for (const Table& table : tables(report)) {
        files.push_back(folder / (table.id + ".csv"));
        if (auto written = writeWhole(files.back(), toCsv(table)); !written)
            return tl::unexpected(written.error());
    }
    return files;
}

} // namespace forameter::report
