// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <thread>

#include "forameter/dicom/pixels.hpp"
#include "forameter/geometry/slice_gap.hpp"
#include "forameter/workspace/hanging.hpp"
#include "study_parts.hpp"

namespace forameter::workspace {

namespace {

struct Sentence {
    std::string_view code, text;
};
/// The codes of dicom::StackWarning as a person reads them.
constexpr std::array kSentences{
    Sentence{"no-spacing", "The files give no pixel spacing."},
    Sentence{"bad-spacing", "The pixel spacing in the files cannot be right."},
    Sentence{"no-orientation", "The files do not say how the images are oriented."},
    Sentence{"bad-orientation", "The orientation in the files cannot be right."},
    Sentence{"no-position", "The files do not say where the images lie."},
    Sentence{"bad-position", "A position in the files cannot be right."},
    Sentence{"conflicting-geometry", "The files contradict themselves about geometry."},
    Sentence{"sheared", "Each slice is shifted against the one before."},
    Sentence{"mosaic", "Many slices are laid out in one image."},
    Sentence{"secondary-capture", "A screenshot or scanned film."},
    Sentence{"computed-values", "No picture but computed values (a phase, difference or map): not measured."},
    Sentence{"reformat", "A reformat or projection, computed from other images: not measured."},
    Sentence{"primary-reformat", "Reformatted by the scanner: use an acquired series where there is one."},
    Sentence{"localizer", "A localizer, taken to plan the others: use a proper series where there is one."},
    Sentence{"suppressed-signal", "Fat or water is suppressed: this counts as neither T1 nor T2."},
    Sentence{"lossy-compression", "Lossy compression: fine borders may have been altered."},
    Sentence{"missing-slices", "Slices are missing in this series."},
    Sentence{"duplicate-slices", "Several images lie at one position; the first of each is shown."},
    Sentence{"no-modality", "The files do not say that they are MR."},
};
constexpr std::array<std::string_view, 6> kNotLocated{"no-orientation", "bad-orientation",      "no-position",
                                                      "bad-position",   "conflicting-geometry", "mosaic"};

std::optional<std::string> sentence(const std::string& code) {
    if (code == "no-frame-of-reference") return std::nullopt; // said where the stack is linked
    const auto found = std::ranges::find(kSentences, code, &Sentence::code);
    return found == kSentences.end() ? "Geometry warning: " + code + "." : std::string(found->text);
}

constexpr std::array<std::string_view, 4> kNotOriented{"no-orientation", "bad-orientation",
                                                       "conflicting-geometry", "mosaic"};

/// A place to show an image whose own is not known: unit pixels unless the spacing is good, one millimetre
/// apart.
Result<geometry::ImagePlane> standIn(const store::StackRecord& stack, bool oriented, std::size_t i) {
    const auto spacing = [](double mm) { return geometry::isPixelSpacing(mm) ? mm : 1.0; };
    return geometry::ImagePlane::create(
        {.origin = {0.0, 0.0, -static_cast<double>(i)},
         .rowDirection = oriented ? stack.rowDirection : geometry::PatientVector{1, 0, 0},
         .columnDirection = oriented ? stack.columnDirection : geometry::PatientVector{0, 1, 0},
         .rowSpacing = spacing(stack.rowSpacing),
         .columnSpacing = spacing(stack.columnSpacing),
         .columns = stack.columns,
         .rows = stack.rows});
}

struct Opened {
    Stack stack;
    std::vector<dicom::SliceSource> sources;
};

Opened open(const store::SeriesRecord& series, const store::StackRecord& record) {
    Opened opened;
    auto& stack = opened.stack;
    stack.series = series.uid;
    stack.index = record.index;
    stack.description = series.description;
    stack.plane = record.plane;
    stack.weighting = record.weighting;
    stack.sliceThickness = record.sliceThickness;
    if (!record.frameOfReference.empty())
        stack.frameOfReference = FrameOfReferenceUid(record.frameOfReference);
    stack.measurable = record.measurable;
    stack.fitness = record.fitness();
    stack.located = true;
    for (const auto& code : record.warnings) {
        if (const auto text = sentence(code)) stack.warnings.push_back(*text);
        if (std::ranges::find(kNotLocated, code) != kNotLocated.end()) stack.located = false;
        if (std::ranges::find(kNotOriented, code) != kNotOriented.end()) stack.oriented = false;
    }
    for (std::size_t i = 0; i < record.instances.size(); ++i)
        stack.located = stack.located && record.imagePlane(i).has_value();
    if (!stack.located) {
        stack.measurable = false;
        stack.oriented = stack.oriented && standIn(record, true, 0).has_value();
    }

    for (std::size_t i = 0; i < record.instances.size(); ++i) {
        const auto& instance = record.instances[i];
        const auto plane = stack.located ? record.imagePlane(i) : standIn(record, stack.oriented, i);
        if (!plane) continue; // no dimensions: nothing that could be shown
        if (stack.located && !stack.planes.empty() && geometry::atOnePlace(stack.planes.back(), *plane))
            continue;
        stack.images.push_back({series.uid, instance.sop, instance.frame});
        stack.planes.push_back(*plane);
        opened.sources.push_back({instance.path, instance.frame, *plane, instance.sha256});
    }
    if (!stack.planes.empty()) {
        if (stack.located && stack.plane == geometry::Plane::Oblique)
            stack.plane = nearestPlane(stack.planes.front());
        stack.title = stackTitle(stack.plane, stack.weighting);
    }
    return opened;
}

} // namespace

OpenedStudy openStacks(const store::StudyRecord& study) {
    OpenedStudy opened;
    auto sources = std::make_shared<std::vector<std::vector<dicom::SliceSource>>>();
    auto names = std::make_shared<std::vector<std::string>>();
    for (const auto& series : study.series) {
        for (const auto& record : series.stacks) {
            auto [stack, slices] = open(series, record);
            if (stack.planes.empty()) continue;
            names->push_back("series " + series.uid.text() + ", stack " + std::to_string(record.index));
            sources->push_back(std::move(slices));
            opened.stacks.push_back(std::move(stack));
        }
    }
    linkSpaces(opened.stacks);
    const int threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
    opened.loader = [sources, names, threads](std::size_t stack, const Watch& watch) {
        return dicom::loadVolume((*sources)[stack], (*names)[stack], threads, watch,
                                 dicom::Unread::IsLeftOut);
    };
    return opened;
}

std::string studyTitle(const std::string& patientId, const StudyUid& study) {
    if (!patientId.empty()) return patientId;
    const auto& uid = study.text();
    return uid.size() <= 12 ? uid : "..." + uid.substr(uid.size() - 10);
}

} // namespace forameter::workspace
