// SPDX-License-Identifier: Apache-2.0
#include "import_summary.hpp"

#include <algorithm>
#include <cctype>

#include "forameter/core/words.hpp"

namespace forameter::workspace {

namespace {
/// By its name: "IM0001", "image.dcm", "1.2.840.55"; not "readme.txt". A damaged image must not pass for part
/// of a CD's viewer.
bool passesForImage(const std::filesystem::path& file) {
    auto kind = file.extension().string();
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return std::tolower(c); });
    return kind.empty() || kind == ".dcm" || kind == ".ima" ||
           std::all_of(kind.begin() + 1, kind.end(), [](unsigned char c) { return std::isdigit(c); });
}
} // namespace

Workspace::ImportSummary summaryOf(const intake::ImportReport& report) {
    Workspace::ImportSummary summary;
    summary.studies = report.added.studies;
    summary.series = report.added.series;
    summary.images = report.added.instances;
    summary.unchanged = report.unchanged;
    for (const auto& note : report.scan.refused) {
        if (note.reason == ErrorCode::NotDicom && !passesForImage(note.path))
            summary.notDicom.push_back(note.path.string());
        else
            summary.refused.push_back(note.message);
    }
    for (const auto& study : report.scan.studies)
        summary.touched.push_back(study.uid);
    return summary;
}

std::string sentence(const Workspace::ImportSummary& summary) {
    std::string said = counted(summary.images, "image") + " of " +
                       counted(summary.touched.size(), "study", "studies") + " added";
    if (summary.unchanged > 0) said += ", " + counted(summary.unchanged, "was", "were") + " there already";
    if (!summary.refused.empty()) said += ", " + counted(summary.refused.size(), "file") + " refused";
    if (!summary.notDicom.empty())
        said += ", " + counted(summary.notDicom.size(), "file is", "files are") + " no DICOM";
    return said + ".";
}

} // namespace forameter::workspace
