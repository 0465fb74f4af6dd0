// SPDX-License-Identifier: Apache-2.0
#include "group_stacks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <set>
#include <tuple>

#include "forameter/geometry/slice_gap.hpp"
#include "slice_runs.hpp"

namespace forameter::dicom {

namespace {

using geometry::PatientPoint;
using geometry::PatientVector;

/// One image that cannot be measured must not cost the others of its stack.
bool isDoubtful(const SeriesFrame& frame) {
    return std::ranges::any_of(frame.record().warnings.list(), forbidsMeasuring);
}

/// Whether no two images of the series name different frames of reference: those that name none are then of
/// the one that the others name.
bool namesOneFrame(std::span<const SeriesFrame> frames) {
    std::string_view named;
    return std::ranges::all_of(frames, [&](const SeriesFrame& frame) {
        const std::string_view own = frame.file->frameOfReference;
        if (named.empty()) named = own;
        return own.empty() || own == named;
    });
}

bool isPlaced(const SeriesFrame& frame) {
    return frame.record().orientation && frame.record().position;
}

using Frames = std::vector<SeriesFrame>;

/// Cuts frames apart where their values, one after the other, jump by more than `gap`, or stray by more than
/// twice that. Those without a value stay with the others where those hold together, by themselves elsewhere.
template <class Value>
std::vector<Frames> cutBy(Frames frames, double gap, Value value) {
    std::ranges::stable_sort(frames, {}, value); // those without come first
    std::vector<Frames> parts;
    double first = 0, last = 0;
    Frames without;
    for (const SeriesFrame& frame : frames) {
        const std::optional<double> own = value(frame);
        if (!own) {
            without.push_back(frame);
            continue;
        }
        if (parts.empty() || *own - last > gap || *own - first > 2 * gap) {
            parts.emplace_back();
            first = *own;
        }
        last = *own;
        parts.back().push_back(frame);
    }
    if (parts.size() == 1) return {std::move(frames)};
    if (!without.empty()) parts.push_back(std::move(without));
    return parts;
}

template <class Value>
std::vector<Frames> cutEach(std::vector<Frames> groups, double gap, Value value) {
    std::vector<Frames> parts;
    for (Frames& group : groups)
        std::ranges::move(cutBy(std::move(group), gap, value), std::back_inserter(parts));
    return parts;
}

/// What frames must have in common before their positions are looked at. Never by comparing them with the
/// first of them: which file that is, says nothing.
std::vector<Frames> kindsOf(std::span<const SeriesFrame> frames) {
    const bool oneFrame = namesOneFrame(frames);
    const auto letters = [&](const SeriesFrame& frame) {
        const FrameRecord& r = frame.record();
        const std::string_view reference = frame.file->frameOfReference;
        return std::tuple(frame.file->rows, frame.file->columns, frame.file->lowIsWhite,
                          std::string_view(r.imageType), std::string_view(r.stackId), r.temporal,
                          oneFrame ? std::string_view() : reference, r.spacing.has_value(),
                          r.acquisition.echoTime.has_value(), isPlaced(frame), isDoubtful(frame));
    };
    std::map<decltype(letters(frames.front())), Frames> alike;
    for (const SeriesFrame& frame : frames)
        alike[letters(frame)].push_back(frame);
    std::vector<Frames> kinds;
    for (auto& [key, group] : alike)
        kinds.push_back(std::move(group));
    for (const std::size_t i : {0u, 1u})
        kinds = cutEach(std::move(kinds), 1e-4, [i](const SeriesFrame& frame) {
            const auto& spacing = frame.record().spacing;
            return spacing ? std::optional((*spacing)[i]) : std::nullopt;
        });
    return cutEach(std::move(kinds), 0.05,
                   [](const SeriesFrame& frame) { return frame.record().acquisition.echoTime; });
}

/// What an image shows, as far as its file tells.
std::optional<double> contrastOf(const SeriesFrame& frame) {
    const FrameRecord& record = frame.record();
    if (record.weighting) return static_cast<double>(*record.weighting);
    constexpr double behindAll = 9;
    return record.warnings.has(StackWarning::SuppressedSignal) ? std::optional(behindAll) : std::nullopt;
}

/// A description that some files of a series lack is no reason to part those from the others.
bool areOfOneContrast(const Frames& frames) {
    std::set<double> named, unnamed;
    for (const SeriesFrame& frame : frames) {
        const auto contrast = contrastOf(frame);
        if (!contrast) continue;
        const bool hasName = !frame.file->seriesDescription.empty();
        if (hasName) named.insert(*contrast);
        if (!hasName || !frame.record().contrastByText) unnamed.insert(*contrast);
    }
    return named.size() <= 1 && unnamed.size() <= 1;
}

/// De-identifiers and moves between archives put sequences that differ in nothing else, T2 with and without
/// fat say, under one series. Times count only where they cannot be one sequence's.
std::vector<Frames> sequencesOf(Frames frames) {
    const double clearly = std::log(1.5);
    const auto logOf = [](const std::optional<double>& time) {
        return time && *time > 0 ? std::optional(std::log(*time)) : std::nullopt;
    };
    const double whole = areOfOneContrast(frames) ? 10 : 0.5;
    auto sequences = cutBy(std::move(frames), whole, contrastOf);
    sequences = cutEach(std::move(sequences), clearly, [&](const SeriesFrame& frame) {
        return logOf(frame.record().acquisition.repetitionTime);
    });
    return cutEach(std::move(sequences), clearly,
                   [&](const SeriesFrame& frame) { return logOf(frame.record().acquisition.inversionTime); });
}

/// Components are compared, not angles: directions are written with six digits, and the cosine cannot tell
/// those apart.
std::vector<Frames> directionsOf(Frames frames) {
    std::vector<Frames> parallel{std::move(frames)};
    for (std::size_t i = 0; i < 6; ++i)
        parallel = cutEach(std::move(parallel), 5e-4, [i](const SeriesFrame& frame) -> std::optional<double> {
            return (*frame.record().orientation)[i];
        });
    return parallel;
}

/// Order of acquisition.
std::tuple<int, int> turn(const SeriesFrame& frame) {
    return {frame.file->instanceNumber.value_or(0), frame.index};
}
bool earlier(const SeriesFrame& a, const SeriesFrame& b) {
    return std::tuple(turn(a), std::string_view(a.file->sop)) <
           std::tuple(turn(b), std::string_view(b.file->sop));
}

/// All frames at one place, in order of acquisition.
using Place = std::vector<SeriesFrame>;

PatientPoint pointOf(const std::array<double, 3>& p) {
    return {p[0], p[1], p[2]};
}

Orientation orientationOf(const std::array<double, 6>& o) {
    return {{o[0], o[1], o[2]}, {o[3], o[4], o[5]}};
}

PatientVector normalOf(const Orientation& orientation) {
    return normalized(cross(orientation.row, orientation.column));
}

SlicePosition positionOf(const SeriesFrame& frame, const PatientPoint& origin, const PatientVector& normal) {
    const PatientVector offset = pointOf(*frame.record().position) - origin;
    const double along = dot(offset, normal);
    return {along, offset - along * normal, frame.record().thickness};
}

/// mm by which positions may be off in each coordinate: half of the last digit where all are written with one
/// decimal at most. Of slices along an axis that shifts none against another, so there it is 0.
double roundingOf(const Frames& frames, const PatientVector& normal) {
    const auto slanted = [](double component) { return std::abs(component) > 1e-3; };
    if (slanted(normal.x) + slanted(normal.y) + slanted(normal.z) < 2) return 0.0;
    const auto coarse = [](double coordinate) {
        return std::abs(10.0 * coordinate - std::round(10.0 * coordinate)) < 1e-6;
    };
    const bool all = std::ranges::all_of(frames, [&](const SeriesFrame& frame) {
        return std::ranges::all_of(*frame.record().position, coarse);
    });
    return all ? 0.05 : 0.0;
}

/// Most frequent weighting, the first among equals.
std::optional<Weighting> commonWeighting(const std::vector<Place>& places) {
    std::map<std::optional<Weighting>, int> counts;
    std::optional<Weighting> best;
    for (const Place& place : places)
        for (const SeriesFrame& frame : place)
            if (const auto weighting = frame.record().weighting;
                weighting && ++counts[weighting] > counts[best])
                best = weighting;
    return best;
}

geometry::Plane planeOf(const Orientation& orientation) {
    const auto image = geometry::ImagePlane::create({.origin = {},
                                                     .rowDirection = orientation.row,
                                                     .columnDirection = orientation.column,
                                                     .rowSpacing = 1,
                                                     .columnSpacing = 1,
                                                     .columns = 1,
                                                     .rows = 1});
    return image ? image->plane() : geometry::Plane::Oblique;
}

/// The middle of the orientations of a stack, which may differ a little: no image then lies off the one plane
/// of the stack by more than it must.
Orientation middleOf(const std::vector<Place>& places) {
    std::array<double, 6> least = *places.front().front().record().orientation, most = least;
    for (const Place& place : places)
        for (const SeriesFrame& frame : place)
            for (std::size_t i = 0; i < 6; ++i) {
                const double component = (*frame.record().orientation)[i];
                least[i] = std::min(least[i], component);
                most[i] = std::max(most[i], component);
            }
    for (std::size_t i = 0; i < 6; ++i)
        least[i] = 0.5 * (least[i] + most[i]);
    return orientationOf(least);
}

Stack makeStack(const std::vector<Place>& places, const SliceRun& run) {
    const SeriesFrame& first = places.front().front();
    const FrameRecord& record = first.record();
    Stack stack;
    stack.rows = first.file->rows;
    stack.columns = first.file->columns;
    if (record.spacing)
        std::tie(stack.rowSpacing, stack.columnSpacing) =
            std::pair((*record.spacing)[0], (*record.spacing)[1]);
    if (run.step > 0) stack.sliceSpacing = run.step;
    stack.sliceThickness = record.thickness;
    if (isPlaced(first)) {
        stack.orientation = middleOf(places);
        stack.plane = planeOf(*stack.orientation);
    }
    stack.weighting = commonWeighting(places);
    stack.acquisition = record.acquisition;
    stack.missing = run.missing;
    Warnings warnings;
    for (const Place& place : places) {
        for (const SeriesFrame& frame : place) {
            Instance instance;
            if (!stack.frameOfReference && !frame.file->frameOfReference.empty())
                stack.frameOfReference = FrameOfReferenceUid(frame.file->frameOfReference);
            instance.sop = SopUid(frame.file->sop);
            instance.frame = frame.index + 1;
            instance.path = *frame.path;
            if (frame.record().position) instance.position = pointOf(*frame.record().position);
            instance.number = frame.file->instanceNumber;
            instance.duplicate = &frame != &place.front();
            instance.fileSha256 = frame.file->fileSha256;
            instance.pixelSha256 = frame.record().pixelSha256;
            stack.duplicates += instance.duplicate ? 1 : 0;
            stack.instances.push_back(std::move(instance));
            warnings |= frame.record().warnings;
        }
    }
    if (run.sheared) warnings.add(StackWarning::Sheared);
    if (stack.missing > 0) warnings.add(StackWarning::MissingSlices);
    if (stack.duplicates > 0) warnings.add(StackWarning::DuplicateSlices);
    stack.warnings = warnings.list();
    stack.measurable = std::none_of(stack.warnings.begin(), stack.warnings.end(), forbidsMeasuring);
    return stack;
}

/// Brings the images at every place into the order of `key`. False where two at one place have the same.
template <class Key>
bool arrange(std::vector<Place>& places, Key key) {
    return std::ranges::all_of(places, [&](Place& place) {
        std::ranges::stable_sort(place, {}, key);
        return std::ranges::adjacent_find(place, {}, key) == place.end();
    });
}

/// Where every place holds the same number of images, those are repetitions of the whole stack: one stack
/// each, told apart by the acquisitions' numbers or else by the order of acquisition. Where nothing tells
/// them apart they stay duplicates: two repetitions must not be mixed.
std::vector<std::vector<Place>> layers(std::vector<Place> places) {
    const std::size_t count = places.front().size();
    const bool even = places.size() > 1 && std::all_of(places.begin(), places.end(),
                                                       [&](const Place& p) { return p.size() == count; });
    if (!even || count == 1) return {std::move(places)};
    const auto acquisition = [](const SeriesFrame& f) { return f.record().acquisitionNumber; };
    const auto sameAcquisitions = [&](const Place& p) {
        return std::ranges::equal(p, places.front(), {}, acquisition, acquisition);
    };
    if (!(arrange(places, acquisition) && std::ranges::all_of(places, sameAcquisitions)) &&
        !arrange(places, turn))
        return {std::move(places)};
    std::vector<std::vector<Place>> result(count);
    for (const Place& place : places)
        for (std::size_t i = 0; i < count; ++i)
            result[i].push_back({place[i]});
    return result;
}

/// Says in which order the places were taken, where every file has a number: by those of the images or, where
/// they start anew in each block, by those of the acquisitions first.
void numberPlaces(const std::vector<Place>& places, std::vector<SlicePosition>& positions) {
    if (std::ranges::any_of(places, [](const Place& p) { return !p.front().file->instanceNumber; })) return;
    std::vector<std::size_t> sorted(places.size());
    std::iota(sorted.begin(), sorted.end(), std::size_t{0});
    const auto byNumber = [&](std::size_t place) { return turn(places[place].front()); };
    const auto byAcquisition = [&](std::size_t place) {
        return std::tuple(places[place].front().record().acquisitionNumber, byNumber(place));
    };
    const auto told = [&](auto key) {
        std::ranges::sort(sorted);
        std::ranges::stable_sort(sorted, {}, key); // what is not told stays in order along the normal
        return std::ranges::adjacent_find(sorted, {}, key) == sorted.end();
    };
    if (!told(byNumber) && !told(byAcquisition)) (void)told(byNumber);
    for (std::size_t i = 0; i < sorted.size(); ++i)
        positions[sorted[i]].order = static_cast<int>(i);
}

/// Frames that agree in kind and orientation.
void stackParallel(Frames frames, std::vector<Stack>& stacks) {
    std::stable_sort(frames.begin(), frames.end(), earlier);
    const PatientVector normal = normalOf(middleOf({frames}));
    const PatientPoint origin = pointOf(*frames.front().record().position);
    struct Placed {
        SeriesFrame frame;
        SlicePosition position;
    };
    std::vector<Placed> placed;
    for (const SeriesFrame& frame : frames)
        placed.push_back({frame, positionOf(frame, origin, normal)});
    std::stable_sort(placed.begin(), placed.end(),
                     [](const Placed& a, const Placed& b) { return a.position.along < b.position.along; });
    std::vector<Place> places;
    std::vector<SlicePosition> positions;
    for (const Placed& next : placed) {
        std::size_t i = positions.size();
        bool found = false;
        while (i > 0 && !found && next.position.along - positions[i - 1].along < geometry::kSamePlace)
            found = length(next.position.inPlane - positions[--i].inPlane) < geometry::kSamePlace;
        if (found) {
            places[i].push_back(next.frame);
        } else {
            places.push_back({next.frame});
            positions.push_back(next.position);
        }
    }
    for (Place& place : places)
        std::stable_sort(place.begin(), place.end(), earlier);
    numberPlaces(places, positions);
    for (const SliceRun& run : findRuns(positions, roundingOf(frames, normal))) {
        std::vector<Place> own;
        for (const std::size_t slice : run.slices)
            own.push_back(places[slice]);
        for (const std::vector<Place>& layer : layers(std::move(own)))
            stacks.push_back(makeStack(layer, run));
    }
}

/// Blocks of an axial series that follow a steep disc stay axial: their rows still run from right to left,
/// they are only tilted further about them (45 degrees and more at L5-S1).
void keepTiltedBlocksAxial(std::vector<Stack>& stacks) {
    const auto axial = [](const Stack& s) { return s.plane == geometry::Plane::Axial; };
    const auto tilted = [&](const Stack& s) {
        const bool other = s.plane == geometry::Plane::Oblique || s.plane == geometry::Plane::Coronal;
        return other && s.orientation && std::abs(s.orientation->row.x) > 0.9 &&
               std::abs(normalOf(*s.orientation).z) > std::cos(70 * std::numbers::pi / 180);
    };
    const auto alike = [](const Stack& a, const Stack& b) {
        return a.rows == b.rows && a.columns == b.columns && a.rowSpacing == b.rowSpacing &&
               a.weighting == b.weighting;
    };
    for (Stack& stack : stacks) {
        if (!tilted(stack)) continue;
        int forAxial = 0;
        for (const Stack& other : stacks)
            if (alike(other, stack)) forAxial += axial(other) ? 1 : tilted(other) ? 0 : -1;
        if (forAxial > 0) stack.plane = geometry::Plane::Axial;
    }
}

/// A few slices each in the sagittal and in another plane of one series are a scout, whatever they are
/// called.
void markScouts(std::vector<Stack>& stacks) {
    constexpr int few = 8;
    bool sagittal = false, others = false;
    for (const Stack& stack : stacks) {
        if (stack.slices() >= few || stack.fitness() == Fitness::Reformat) return;
        if (stack.orientation) (stack.plane == geometry::Plane::Sagittal ? sagittal : others) = true;
    }
    if (!sagittal || !others) return;
    for (Stack& stack : stacks) {
        const auto at = std::ranges::lower_bound(stack.warnings, StackWarning::Localizer);
        if (at == stack.warnings.end() || *at != StackWarning::Localizer)
            stack.warnings.insert(at, StackWarning::Localizer);
    }
}

} // namespace

std::vector<Stack> groupIntoStacks(std::span<const SeriesFrame> frames) {
    std::vector<Stack> stacks;
    for (Frames& kind : kindsOf(frames))
        for (Frames& sequence : sequencesOf(std::move(kind))) {
            if (isPlaced(sequence.front())) {
                for (Frames& parallel : directionsOf(std::move(sequence)))
                    stackParallel(std::move(parallel), stacks);
                continue;
            }
            std::stable_sort(sequence.begin(), sequence.end(), earlier);
            std::vector<Place> places;
            for (const SeriesFrame& frame : sequence)
                places.push_back({frame});
            stacks.push_back(makeStack(places, {}));
        }
    keepTiltedBlocksAxial(stacks);
    markScouts(stacks);
    // In order of acquisition, so that the order in which files were met does not matter.
    const auto firstNumber = [](const Stack& stack) {
        std::tuple<int, int> least{std::numeric_limits<int>::max(), 0};
        for (const Instance& instance : stack.instances)
            least = std::min(least, std::tuple(instance.number.value_or(0), instance.frame));
        return least;
    };
    std::stable_sort(stacks.begin(), stacks.end(),
                     [&](const Stack& a, const Stack& b) { return firstNumber(a) < firstNumber(b); });
    for (std::size_t i = 0; i < stacks.size(); ++i)
        stacks[i].index = static_cast<int>(i);
    return stacks;
}

} // namespace forameter::dicom
