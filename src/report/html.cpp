// SPDX-License-Identifier: Apache-2.0
#include <QRegularExpression>
#include <cmath>

#include "forameter/core/files.hpp"
#include "forameter/report/agreement_report.hpp"
#include "sections.hpp"

namespace forameter::report {

namespace {

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

constexpr const char* kCss = R"(
body { font: 14px/1.45 "Liberation Sans", Arial, "DejaVu Sans", sans-serif; color: #22282e; background: #fff; max-width: 1000px; margin: 2em auto; padding: 0 1.5em;
  font-variant-numeric: tabular-nums; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; border-bottom: 2px solid #00695c; padding-bottom: 4px; margin-top: 2em; }
h3 { font-size: 14px; margin-bottom: 4px; }
.research { color: #9a5b00; font-weight: bold; }
dl { display: grid; grid-template-columns: 8em 1fr; gap: 2px 1em; } dt { color: #59636d; } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 12px; } th { text-align: left; color: #59636d; border-bottom: 1px solid #59636d; }
th, td { padding: 2px 10px 2px 4px; white-space: nowrap; } tr:nth-child(even) td { background: #f4f6f7; } .n { text-align: right; }
.note { color: #59636d; font-size: 12px; } .plots { display: flex; flex-wrap: wrap; gap: 16px; } .plots svg { max-width: 100%; height: auto; }
footer { margin: 3em 0 1em; border-top: 1px solid #e1e5e9; padding-top: 8px; }
@media print { h2 { break-after: avoid; } .plots svg, tr { break-inside: avoid; } .foot { position: fixed; bottom: 0; } }
)";

/// A plot as an element of the page; Qt writes many groups without content.
std::string inlined(const Plot& plot, double width) {
    std::string svg = plot.svg(width, std::ceil(plot.heightFor(width)));
    svg.erase(0, svg.find("<svg"));
    static const QRegularExpression empty(QStringLiteral("<g[^>]*>\\s*</g>\\s*"));
    svg = QString::fromStdString(svg).remove(empty).toStdString();
    return svg.insert(4, " role=\"img\" aria-label=\"" + escaped(plot.description()) + "\"");
}

std::string html(const Table& table) {
    const ShownTable all = shown(table);
    std::string out = table.title.empty() ? "" : "<h3>" + escaped(table.title) + "</h3>\n";
    out += "<div class=\"scroll\"><table id=\"" + table.id + "\"><thead><tr>";
    const auto cls = [&](std::size_t c) { return all.numeric[c] ? " class=\"n\">" : ">"; };
    for (std::size_t c = 0; c < all.headings.size(); ++c)
        out += std::string("<th") + cls(c) + escaped(all.headings[c]) + "</th>";
    out += "</tr></thead><tbody>\n";
    for (const auto& row : all.rows) {
        out += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c)
            out += std::string("<td") + cls(c) + escaped(row[c]) + "</td>";
        out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
    if (!table.note.empty()) out += "<p class=\"note\">" + escaped(table.note) + "</p>\n";
    return out;
}

} // namespace

Result<> writeHtml(const AgreementReport& report, const std::filesystem::path& file) {
    PlotStyle style = PlotStyle::print();
    style.textSize = 12;
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
                      escaped(report.title) + "</title><style>" + kCss + "</style></head><body>\n<h1>" +
                      escaped(report.title) + "</h1>\n<p class=\"research\">" + escaped(footLine(report)) +
                      "</p>\n<dl>\n";
    for (const auto& [what, value] : headFacts(report))
        out += "<dt>" + escaped(what) + "</dt><dd>" + escaped(value) + "</dd>\n";
    out += "</dl>\n";
    for (const Section& part : sections(report, style)) {
        out += "<section><h2>" + escaped(part.heading) + "</h2>\n";
        for (std::size_t from = 0; from < part.text.size();) {
            const std::size_t to = std::min(part.text.find('\n', from), part.text.size());
            out += "<p>" + escaped(part.text.substr(from, to - from)) + "</p>\n";
            from = to + 1;
        }
        if (!part.plots.empty()) out += "<div class=\"plots\">\n";
        for (const Plot& plot : part.plots)
            out += inlined(plot, part.across > 1 ? 480 : 960) + "\n";
        if (!part.plots.empty()) out += "</div>\n";
        for (const Table& table : part.tables)
            out += html(table);
        out += "</section>\n";
    }
    out += "<footer class=\"research foot\">" + escaped(footLine(report)) + "</footer>\n</body></html>\n";
    return writeWhole(file, out);
}

} // namespace forameter::report
