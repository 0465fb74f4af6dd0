// SPDX-License-Identifier: Apache-2.0
#include "agreement_report.hpp"

#include <algorithm>
#include <utility>

#include "forameter/core/words.hpp"
#include "forameter/report/gather.hpp"

namespace forameter::cli {

void addReportOptions(Program& program, CLI::App& verb, const std::shared_ptr<AgreementOptions>& options) {
    ReportFiles& files = options->report;
    verb.add_option("--pdf", files.pdf, "Write plots and tables as a PDF too")->type_name("FILE.pdf");
    verb.add_option("--html", files.html, "Write plots and tables as one HTML file too")
        ->type_name("FILE.html");
    verb.add_option("--csv-dir", files.csvDir, "Write every table as CSV into this folder too")
        ->type_name("DIR");
    verb.add_flag("--hide-names", files.hideNames, "Call raters A, B, C in these files");
    program.drawsIf([options] { return !options->report.pdf.empty() || !options->report.html.empty(); });
}

Result<> checkReports(const AgreementOptions& options, const Session& session) {
    for (const auto& [option, file] :
         {std::pair("--pdf", options.report.pdf), std::pair("--html", options.report.html)})
        if (auto free = session.checkOutput(option, file); !free) return free;
    return {};
}

Result<> writeReports(const AgreementOptions& options, const AgreementInput& input,
                      const agreement::Summary& summary, const Session& session) {
    const ReportFiles& files = options.report;
    if (!files.wanted()) return {};
    report::AgreementReport report;
    report.readings = input.readings;
    report.summary = summary;
    report.names = files.hideNames ? report::Names::Letters : report::Names::Shown;
    report.made = now();
    if (options.files.empty()) {
        const auto store = session.openStoreToRead();
        if (!store) return tl::unexpected(store.error());
        const auto round = options.round.empty() ? std::nullopt : std::optional(options.round);
        if (auto described = report::describe(report, *store, round); !described) return described;
    } else {
        report.phantom = std::ranges::count(input.readings.references, "truth") > 0; // only phantoms have one
        report.facts.emplace_back("Read from", counted(options.files.size(), "contour file"));
    }
    if (!files.csvDir.empty())
        if (const auto written = writeCsv(report, files.csvDir); !written)
            return tl::unexpected(written.error());
    if (!files.html.empty())
        if (auto written = writeHtml(report, files.html); !written) return written;
    if (!files.pdf.empty()) return writePdf(report, files.pdf);
    return {};
}

} // namespace forameter::cli
