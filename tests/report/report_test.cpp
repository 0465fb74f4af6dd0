// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/agreement_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "drawn.hpp"
#include "temporary_folder.hpp"

namespace forameter::report {
namespace {

using agreement::testing::draw;
using agreement::testing::drawSac;
using forameter::testing::TemporaryFolder;

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// What a person copies out of the PDF, pages separated by form feeds. Empty where there is no pdftotext.
std::string textOf(const std::filesystem::path& pdf) {
    std::string text;
    FILE* pipe = popen(("pdftotext -layout '" + pdf.string() + "' - 2>/dev/null").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
        text.append(buffer.data(), n);
    return pclose(pipe) == 0 ? text : "";
}

/// Three raters on six patients; alice draws a third larger than the others, carol mixes one level up.
AgreementReport made(Names names = Names::Shown, bool phantom = false) {
    std::vector<protocol::Contour> contours;
    const char* raters[] = {"alice", "bob", "carol"};
    for (int p = 1; p <= 6; ++p)
        for (int r = 0; r < 3; ++r) {
            const std::string study = "1." + std::to_string(p);
            const double size = 4.0 + 0.3 * p + 0.1 * ((p * 7 + r * 3) % 5);
            for (const auto level : {anatomy::Level::L3_L4, anatomy::Level::L4_L5})
                for (const auto side : {anatomy::Side::R, anatomy::Side::L})
                    contours.push_back(draw({.rater = raters[r],
                                             .study = study,
                                             .cell = anatomy::Cell::foramen(level, side),
                                             .x = side == anatomy::Side::R ? -15.0 : 15.0,
                                             .halfDepth = r == 0 ? size * 4 / 3 : size,
                                             .drawnAt = p == 2 && r == 2 && level == anatomy::Level::L4_L5
                                                            ? std::optional(anatomy::Level::L3_L4)
                                                            : std::nullopt}));
            contours.push_back(drawSac(raters[r], study, 6.0 + 0.2 * p + 0.05 * r));
        }
    AgreementReport report;
    report.title = "Agreement of raters: round <pilot> & more";
    report.readings = agreement::testing::prepared(contours);
    report.summary = agreement::summarise(report.readings).value();
    report.names = names;
    report.phantom = phantom;
    report.auditHead = std::string(64, 'a');
    report.made = timestampFromIso8601("2026-01-31T10:00:00Z").value();
    return report;
}

TEST(AgreementReport, PdfSaysWhatByWhomAndForWhatOnEveryPage) {
    const TemporaryFolder folder;
    const auto report = made(Names::Shown, true);
    const auto done = writePdf(report, folder.path() / "a.pdf");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(contentOf(folder.path() / "a.pdf").substr(0, 5), "%PDF-");
    const std::string text = textOf(folder.path() / "a.pdf");
    if (text.empty()) GTEST_SKIP() << "pdftotext is not installed (poppler-utils)";
    for (const char* words : {"Agreement of raters: round <pilot> & more", "3: alice, bob, carol", "Foramina",
                              "Canal (dural sac)", "ICC(2,1)", "SEM mm²", "MDC mm²", "Dice", "HD95", "ASSD",
                              "Mix-ups of level or side", "L4\u2013L5", "2026-01-31 10:00 UTC",
                              "Shrout and Fleiss", "Simulated (phantom)", "6 patients"})
        EXPECT_NE(text.find(words), std::string::npos) << words << " is missing";
    EXPECT_NE(text.find(std::string(64, 'a')), std::string::npos) << "the audit's head";
    EXPECT_NE(text.find(std::string("Forameter ") + FORAMETER_VERSION), std::string::npos);
    std::istringstream pages(text);
    int count = 0;
    for (std::string page; std::getline(pages, page, '\f');) {
        ++count;
        EXPECT_NE(page.find("Research use only, not for diagnosis. Phantom results"), std::string::npos)
            << "page " << count;
        EXPECT_NE(page.find("Page " + std::to_string(count) + " of "), std::string::npos);
    }
    EXPECT_GE(count, 3);
    EXPECT_NE(text.find("Page 1 of " + std::to_string(count)), std::string::npos);
}

TEST(AgreementReport, TablesShowTheSummarysNumbers) {
    const auto report = made();
    const auto all = tables(report);
    const auto find = [&](const char* id) { return *std::ranges::find(all, id, &Table::id); };
    const Table bias = find("area_bias");
    const auto& row = bias.rows.at(0);
    EXPECT_EQ(std::get<std::string>(row[0]), "alice");
    EXPECT_DOUBLE_EQ(std::get<double>(row[10]), report.summary.bias.at(0).bias.value);
    EXPECT_GT(std::get<double>(row[10]), 10.0) << "alice draws larger";
    EXPECT_EQ(find("mix_ups").rows.size(), report.readings.mixUps.size());
    EXPECT_GE(find("mix_ups").rows.size(), 2u) << "carol's two foramina";
    EXPECT_EQ(find("cases").rows.size(), report.summary.cases.size());
    for (const Table& table : all)
        for (const auto& one : table.rows)
            EXPECT_EQ(one.size(), table.columns.size()) << table.id;
}

TEST(AgreementReport, HidesNamesInEveryFormat) {
    const TemporaryFolder folder;
    const auto report = made(Names::Letters);
    ASSERT_TRUE(writePdf(report, folder.path() / "a.pdf"));
    ASSERT_TRUE(writeHtml(report, folder.path() / "a.html"));
    const auto csv = writeCsv(report, folder.path() / "csv");
    ASSERT_TRUE(csv);
    std::string all = textOf(folder.path() / "a.pdf") + contentOf(folder.path() / "a.html");
    for (const auto& file : *csv)
        all += contentOf(file);
    for (const char* name : {"alice", "bob", "carol"})
        EXPECT_EQ(all.find(name), std::string::npos) << name;
    EXPECT_NE(all.find("A, B, C (names hidden)"), std::string::npos);
    EXPECT_EQ(all.find("hantom"), std::string::npos) << "only phantoms are called phantoms";
}

TEST(AgreementReport, HtmlIsOneFileWithPlotsInItAndNothingFromOutsideIsMarkup) {
    const TemporaryFolder folder;
    ASSERT_TRUE(writeHtml(made(), folder.path() / "a.html"));
    const std::string html = contentOf(folder.path() / "a.html");
    EXPECT_NE(html.find("round &lt;pilot&gt; &amp; more"), std::string::npos);
    EXPECT_EQ(html.find("<pilot>"), std::string::npos);
    EXPECT_NE(html.find("<svg role=\"img\""), std::string::npos);
    EXPECT_EQ(html.find("src="), std::string::npos);
    EXPECT_NE(html.find(kResearchUse), std::string::npos);
    EXPECT_NE(html.find("<table id=\"reliability\">"), std::string::npos);
    EXPECT_LT(html.size(), 3'000'000u);
}

TEST(AgreementReport, CsvIsAFilePerTableAndCannotBeWrittenWhereThereIsNoFolder) {
    const TemporaryFolder folder;
    const auto report = made();
    const auto files = writeCsv(report, folder.path() / "new" / "csv");
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_EQ(files->size(), tables(report).size());
    EXPECT_TRUE(contentOf(folder.path() / "new/csv/cases.csv")
                    .starts_with("study_uid,structure,quantity,level,side,"));
    EXPECT_FALSE(writeCsv(report, "/dev/null/csv"));
    EXPECT_FALSE(writePdf(report, "/nowhere/a.pdf"));
    EXPECT_FALSE(writeHtml(report, "/nowhere/a.html"));
}

} // namespace
} // namespace forameter::report
