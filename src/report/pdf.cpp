// SPDX-License-Identifier: Apache-2.0
#include <QBuffer>
#include <QPdfWriter>

#include "forameter/core/files.hpp"
#include "forameter/report/agreement_report.hpp"
#include "pdf_pages.hpp"
#include "sections.hpp"

namespace forameter::report {

namespace {

constexpr double kFullWidth = 510; ///< points, for judging what belongs on one page

QByteArray pdf(const AgreementReport& report, const std::vector<Section>& parts, int& pages) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setResolution(720);
    writer.setTitle(QString::fromStdString(report.title));
    writer.setCreator(QStringLiteral("Forameter ") + QString::fromStdString(report.version));
    {
        PdfPages out(writer, {report.title, footLine(report), pages});
        out.title(report.title, footLine(report));
        out.facts(headFacts(report));
        for (const Section& part : parts) {
            const double together = !part.plots.empty()
                                        ? part.plots.front().heightFor(kFullWidth / part.across)
                                    : part.tables.empty() ? 90.0
                                                          : 60.0;
            out.heading(part.heading, together);
            if (!part.text.empty()) out.paragraph(part.text);
            out.plots(part.plots, part.across);
            for (const Table& table : part.tables)
                out.table(table);
        }
        pages = out.pages();
    } // the file is complete when painting ends
    return buffer.data();
}

} // namespace

Result<> writePdf(const AgreementReport& report, const std::filesystem::path& file) {
    const auto parts = sections(report, PlotStyle::print());
    int pages = 0;
    static_cast<void>(pdf(report, parts, pages)); // the first time counts the pages
    const QByteArray bytes = pdf(report, parts, pages);
    return writeWhole(file, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace forameter::report
