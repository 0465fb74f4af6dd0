// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/reading.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>

namespace forameter::protocol {

using anatomy::Cell;
using anatomy::Level;
using anatomy::LevelSet;
using anatomy::Structure;
using anatomy::Vertebra;
using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;

namespace {

constexpr double kSteepestBlock = 35.0; // degrees to the disc, where a stack is not axial
constexpr double kSameObliquity =
    3.0; // degrees; the disc's axis is not known better from one click per vertebra
constexpr double kSameOffset =
    0.5; // mm; expected pedicle positions are not known better (their SD is about 1.5)
constexpr double kLoneSliceReach = 3.0; // mm, in place of half a slice step
constexpr double kForamenBehind =
    25.0; // mm from the disc's middle back to the foramen and the canal (bodies are 31 to 36 deep)
constexpr double kLeastCrossing =
    0.5; // cosine: slices that stand more than 60 degrees across are no candidates

/// Where a vertebra's pedicles lie, mm from the midline. L2-L5 medial edges from the mean mesh of 87 patients
/// (Clouthier et al., J Biomech 146:111421, 2023); centres are the edge plus half the pedicle's width
/// (Zindrick et al. 1986: 8.9 10.3 12.9 18.0), which agrees with the mesh's own centres within 1 mm at L2-L4
/// and, at L5, leaves out the transverse process that merges there. L1 after its neighbours; T12, L6 and S1
/// are set to the nearest vertebra measured.
struct Pedicle {
    double medialEdge, centre;
};
Pedicle pedicle(Vertebra vertebra) {
    switch (vertebra) {
    case Vertebra::L2:
        return {9.6, 14.05};
    case Vertebra::L3:
        return {10.2, 15.35};
    case Vertebra::L4:
        return {11.2, 17.65};
    case Vertebra::L5:
    case Vertebra::L6:
    case Vertebra::S1:
    case Vertebra::S2:
        return {13.0, 22.0};
    case Vertebra::T11:
    case Vertebra::T12:
    case Vertebra::L1:
        break;
    }
    return {9.4, 13.75};
}

/// Mid-disc height, mm (n = 106, L1-2 7.89, L4-5 11.96, L5-S1 11.10; the two between interpolated).
double discHeight(Level level) {
    switch (level) {
    case Level::T12_L1:
    case Level::L1_L2:
        return 7.9;
    case Level::L2_L3:
        return 9.3;
    case Level::L3_L4:
        return 10.6;
    case Level::L4_L5:
    case Level::L5_L6:
        return 12.0;
    case Level::L5_S1:
    case Level::L6_S1:
        break;
    }
    return 11.1;
}

/// What a cell asks of a slice: offsets are measured from `target` along `direction`, and its normal runs
/// along that.
struct Wanted {
    PatientPoint target;
    PatientVector direction;
    PatientPoint canal; ///< the middle of the canal behind the disc
};

std::optional<Wanted> wanted(const Cell& cell, const LevelSet& levels, const PatientVector& left) {
    const auto disc = anatomy::discPosition(levels, cell.level);
    if (!disc) return std::nullopt;
    const anatomy::SpineFrame frame = anatomy::spineFrame(disc->axis, left);
    const PatientPoint behind = disc->center + kForamenBehind * frame.posterior;
    if (cell.structure == Structure::CC) return Wanted{disc->center, frame.axis, behind};
    if (!cell.side) return std::nullopt;
    // The direction points to the cell's side, so offsets on that side are positive.
    return Wanted{behind, *cell.side == anatomy::Side::L ? frame.left : -1.0 * frame.left, behind};
}

std::optional<SlicePosition> position(const Wanted& want, const ImagePlane& slice) {
    const PatientVector normal = slice.normal();
    const double crossing = geometry::dot(normal, want.direction);
    if (std::abs(crossing) < kLeastCrossing) return std::nullopt;
    SlicePosition result;
    result.offset = -slice.distance(want.target).value() / crossing;
    result.obliquity = geometry::angleBetween(normal, want.direction);
    result.oblique = result.obliquity > kObliquityLimit;
    return result;
}

/// Where on a slice the structure lies: the foramen beside the midline, the canal behind the disc.
PatientPoint onSlice(const Wanted& want, Structure structure, const ImagePlane& slice,
                     const SlicePosition& at) {
    if (structure == Structure::NF) return want.target + at.offset * want.direction;
    const double along = -slice.distance(want.canal).value() / geometry::dot(slice.normal(), want.direction);
    return want.canal + along * want.direction;
}

StackRank rank(const StackGeometry& stack, Structure structure) {
    return structure == Structure::NF ? stackRank(stack, {Weighting::T1, Weighting::T2})
                                      : stackRank(stack, {Weighting::T2});
}

struct Candidate {
    SliceSuggestion slice;
    double miss = 0.0; ///< mm from where the slice should be
    StackRank rank;    ///< of its stack

    [[nodiscard]] double obliquity() const { return slice.obliquity.value(); }
};

/// Every slice of the measurable stacks that `judge` (what is wanted, stack, slice, position) finds fit: how
/// far it misses, or none.
template <class Judge>
std::vector<Candidate> candidates(const Cell& cell, const LevelSet& levels,
                                  std::span<const StackGeometry> stacks, Judge judge) {
    std::vector<Candidate> found;
    const auto marked = levelStack(stacks);
    for (std::size_t s = 0; s < stacks.size(); ++s) {
        if (!stacks[s].measurable || (marked && stacks[s].space != stacks[*marked].space)) continue;
        for (std::size_t i = 0; i < stacks[s].slices.size(); ++i) {
            const auto want = wanted(cell, levels, anatomy::leftOn(stacks[s].slices[i]));
            if (!want) continue;
            const auto at = position(*want, stacks[s].slices[i]);
            if (!at) continue;
            const std::optional<double> miss = judge(*want, stacks[s], i, *at);
            if (!miss) continue;
            const PatientPoint point = onSlice(*want, cell.structure, stacks[s].slices[i], *at);
            found.push_back({{s, i, at->offset, at->obliquity, at->oblique, point, {}},
                             *miss,
                             rank(stacks[s], cell.structure)});
        }
    }
    return found;
}

/// Whether the study has a series for the structure that is no localizer, whatever it covers.
bool hasProperSeries(std::span<const StackGeometry> stacks, Structure structure) {
    const auto plane = structure == Structure::NF ? geometry::Plane::Sagittal : geometry::Plane::Axial;
    return std::ranges::any_of(stacks, [&](const StackGeometry& stack) {
        return stack.measurable && stack.fitness < Fitness::Localizer && !stack.slices.empty() &&
               stack.slices.front().plane() == plane;
    });
}

/// Keeps those of the best stacks.
void keepBest(std::vector<Candidate>& all) {
    if (all.empty()) return;
    const StackRank best = std::ranges::min_element(all, {}, &Candidate::rank)->rank;
    std::erase_if(all, [&](const Candidate& c) { return c.rank != best; });
}

/// Keeps those whose `value` is within `tolerance` of the least.
template <class Value>
void keepLeast(std::vector<Candidate>& all, double tolerance, Value value) {
    if (all.empty()) return;
    const double least = std::invoke(value, *std::ranges::min_element(all, {}, value));
    std::erase_if(all, [&](const Candidate& c) { return std::invoke(value, c) > least + tolerance; });
}

std::vector<Candidate> foramenSlices(const Cell& cell, const LevelSet& levels,
                                     std::span<const StackGeometry> stacks) {
    const Pedicle upper = pedicle(anatomy::above(cell.level)), lower = pedicle(anatomy::below(cell.level));
    const double expected = 0.5 * (upper.centre + lower.centre);
    // Both pedicles must be in the slice: beyond the medial edges of both, and not past the lateral edge of
    // either.
    const double medial = std::max(upper.medialEdge, lower.medialEdge);
    const double lateral =
        std::min(2.0 * upper.centre - upper.medialEdge, 2.0 * lower.centre - lower.medialEdge);
    auto found = candidates(cell, levels, stacks,
                            [&](const Wanted& want, const StackGeometry& stack, std::size_t i,
                                const SlicePosition& at) -> std::optional<double> {
                                const ImagePlane& slice = stack.slices[i];
                                if (slice.plane() != geometry::Plane::Sagittal || at.offset < medial ||
                                    at.offset > lateral)
                                    return std::nullopt;
                                if (!slice.contains(want.target + at.offset * want.direction))
                                    return std::nullopt;
                                return std::abs(at.offset - expected);
                            });
    keepBest(found);
    keepLeast(found, kSameOffset, &Candidate::miss);
    keepLeast(found, 0.0, [](const Candidate& c) { return c.slice.midlineOffset; });
    return found;
}

std::vector<Candidate> canalSlices(const Cell& cell, const LevelSet& levels,
                                   std::span<const StackGeometry> stacks) {
    auto found = candidates(
        cell, levels, stacks,
        [&](const Wanted& want, const StackGeometry& stack, std::size_t i,
            const SlicePosition& at) -> std::optional<double> {
            const ImagePlane& slice = stack.slices[i];
            // Blocks angled steeply to L5-S1 may be nearer to the coronal plane: what counts is the disc.
            if (slice.plane() != geometry::Plane::Axial &&
                (slice.plane() == geometry::Plane::Sagittal || at.obliquity.value() > kSteepestBlock))
                return std::nullopt;
            const double reach = canalReach(stack.slices, i, cell.level).value();
            if (std::abs(at.offset) > reach || !slice.contains(want.canal)) return std::nullopt;
            return std::abs(at.offset);
        });
    keepBest(found);
    keepLeast(found, kSameObliquity, &Candidate::obliquity);
    keepLeast(found, 0.0, &Candidate::miss);
    return found;
}

} // namespace

std::string_view name(CellState state) noexcept {
    switch (state) {
    case CellState::Todo:
        return "todo";
    case CellState::Done:
        return "done";
    case CellState::NotAssessable:
        return "not-assessable";
    case CellState::NotCovered:
        return "not-covered";
    }
    return {};
}

std::vector<std::string> imageWarnings(const Cell& cell, std::optional<Weighting> weighting,
                                       Fitness fitness) {
    std::string wants; // what the protocol measures on which sequence
    if (cell.structure == Structure::NF) {
        if (weighting != Weighting::T1 && weighting != Weighting::T2) wants = "foramina on T1 or T2";
    } else if (cell.quantity != anatomy::Quantity::BonyCanal && weighting != Weighting::T2) {
        wants = cell.quantity == anatomy::Quantity::Canal ? "the canal on T2"
                                                          : "the dural sac on T2, where its border is seen";
    }
    std::vector<std::string> sentences;
    if (!wants.empty())
        sentences.push_back((weighting ? "This is " + std::string(name(*weighting))
                                       : std::string("This image is not known to be T1, T2, PD or STIR")) +
                            "; the protocol measures " + wants + ".");
    if (fitness == Fitness::Reformat)
        sentences.emplace_back("This is a reformat; the protocol asks for acquired images.");
    if (fitness == Fitness::Localizer)
        sentences.emplace_back("This is a localizer; the protocol asks for images taken to be measured.");
    return sentences;
}

std::vector<Cell> readingCells(anatomy::LumbarCount count, anatomy::Quantity quantity) {
    const std::vector<Level> levels = anatomy::readingLevels(count);
    std::vector<Cell> cells;
    for (const auto side : {anatomy::Side::R, anatomy::Side::L})
        for (const Level level : levels)
            cells.push_back(Cell::foramen(level, side));
    for (const Level level : levels)
        cells.push_back(Cell::canal(level, quantity));
    return cells;
}

std::optional<PatientPoint> canalBehind(const LevelSet& levels, Level level) {
    const auto want = wanted(Cell::canal(level), levels, {1.0, 0.0, 0.0});
    return want ? std::optional(want->canal) : std::nullopt;
}

std::optional<SlicePosition> slicePosition(const Cell& cell, const LevelSet& levels,
                                           const ImagePlane& slice) {
    const auto want = wanted(cell, levels, anatomy::leftOn(slice));
    return want ? position(*want, slice) : std::nullopt;
}

void keepSlicePosition(Contour& contour, const LevelSet& levels, const ImagePlane& slice) {
    const auto at = slicePosition(contour.cell, levels, slice);
    if (!at) return;
    if (contour.cell.structure == Structure::NF) contour.midlineOffset = at->offset;
    contour.obliquity = at->obliquity.value();
}

Millimetres canalReach(std::span<const ImagePlane> slices, std::size_t slice, Level level) {
    double half = kLoneSliceReach;
    if (slices.size() > 1) {
        const ImagePlane& next = slices[slice + 1 < slices.size() ? slice + 1 : slice - 1];
        half = 0.5 * std::abs(slices[slice].distance(next.origin()).value());
    }
    return Millimetres(half + 0.5 * discHeight(level));
}

std::optional<SliceSuggestion> suggestSlice(const Cell& cell, const LevelSet& levels,
                                            std::span<const StackGeometry> stacks) {
    const auto found = cell.structure == Structure::NF ? foramenSlices(cell, levels, stacks)
                                                       : canalSlices(cell, levels, stacks);
    if (found.empty()) return std::nullopt;
    SliceSuggestion suggestion = found.front().slice;
    const StackGeometry& stack = stacks[suggestion.stack];
    if (stack.fitness == Fitness::Localizer && hasProperSeries(stacks, cell.structure)) return std::nullopt;
    suggestion.warnings = imageWarnings(cell, stack.weighting, stack.fitness);
    if (const auto marked = levelStack(stacks))
        std::ranges::move(placeWarnings(stack, suggestion.slice, stacks[*marked]),
                          std::back_inserter(suggestion.warnings));
    return suggestion;
}

} // namespace forameter::protocol
