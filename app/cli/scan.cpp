// SPDX-License-Identifier: Apache-2.0
#include "exit_code.hpp"
#include "forameter/core/text.hpp"
#include "forameter/core/words.hpp"
#include "forameter/dicom/scan_json.hpp"
#include "images.hpp"
#include "scan_text.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

std::string millimetres(const std::optional<double>& value) {
    if (!value) return "?";
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", *value);
    return text;
}

std::string stackLine(const dicom::Stack& stack) {
    std::string line =
        "    stack " + std::to_string(stack.index) + ": " + std::string(geometry::name(stack.plane));
    if (stack.weighting) line += " " + std::string(name(*stack.weighting));
    line += ", " + counted(stack.slices(), "slice") + " of " + std::to_string(stack.rows) + " x " +
            std::to_string(stack.columns) + ", pixel " + millimetres(stack.rowSpacing) + " x " +
            millimetres(stack.columnSpacing) + " mm";
    if (stack.sliceSpacing) line += ", step " + millimetres(stack.sliceSpacing) + " mm";
    if (!stack.measurable) line += ", NOT MEASURABLE";
    for (std::size_t i = 0; i < stack.warnings.size(); ++i)
        line += (i ? " " : "; ") + std::string(dicom::name(stack.warnings[i]));
    return line + "\n";
}

Result<int> scan(const std::vector<std::string>& paths, bool pixels, const Session& session) {
    const auto found = existing(paths);
    if (!found) return tl::unexpected(found.error());
    dicom::ScanOptions options;
    options.pixels = pixels;
    options.jobs = session.jobs();
    options.worker = ownProgram();
    const auto report = dicom::scan(*found, options, session.watch());
    if (!report) return tl::unexpected(report.error());
    const bool json = session.globals().json;
    return session.answerText(json ? dicom::toJson(*report) : "", json ? "" : scanText(*report),
                              report->refused.empty() ? kDone : kSomeRefused);
}

} // namespace

std::string scanText(const dicom::ScanReport& report) {
    std::string text;
    for (const auto& study : report.studies) {
        text += "study " + study.uid.text() + "  patient " +
                (study.patientId.empty() ? "?" : printable(study.patientId)) + "  " + study.date + "\n";
        for (const auto& series : study.series) {
            text += "  series " + series.uid.text() + "  " + printable(series.description) + "\n";
            for (const auto& stack : series.stacks)
                text += stackLine(stack);
        }
    }
    for (const auto& note : report.refused)
        text += "refused: " + printable(note.message) + " [" + std::string(name(note.reason)) + "]\n";
    for (const auto& note : report.warnings)
        text += "warning: " + printable(note.message) + " [" + std::string(name(note.reason)) + "]\n";
    text += counted(report.files, "file") + ", " + counted(report.studies.size(), "study", "studies") + ", " +
            std::to_string(report.refused.size()) + " refused\n";
    return text;
}

void addScan(Program& program) {
    struct Options {
        std::vector<std::string> paths;
        bool pixels = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App& verb = program.verb(
        "scan", "What studies, series and stacks are in files and folders", {Takes::Jobs},
        [options](const Session& session) { return scan(options->paths, options->pixels, session); });
    verb.add_option("PATH", options->paths, "Files and folders")->required();
    verb.add_flag("--pixels", options->pixels,
                  "Decode every image and give the SHA-256 of its stored values");
}

} // namespace forameter::cli
