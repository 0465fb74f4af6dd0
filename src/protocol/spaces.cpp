// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "forameter/protocol/reading.hpp"

namespace forameter::protocol {

namespace {

/// The box, along the patient's axes, that images cover.
struct Region {
    std::array<double, 3> low{1e9, 1e9, 1e9}, high{-1e9, -1e9, -1e9};

    void add(const StackGeometry& stack) {
        for (const auto& plane : stack.slices) {
            const auto [x0, x1, y0, y1] = plane.bounds();
            for (const auto corner : {geometry::PlanePoint{x0, y0}, {x1, y0}, {x0, y1}, {x1, y1}}) {
                const auto p = plane.toPatient(corner);
                const std::array<double, 3> values{p.x, p.y, p.z};
                for (std::size_t axis = 0; axis < 3; ++axis) {
                    low[axis] = std::min(low[axis], values[axis]);
                    high[axis] = std::max(high[axis], values[axis]);
                }
            }
        }
    }
    void add(const Region& other) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            low[axis] = std::min(low[axis], other.low[axis]);
            high[axis] = std::max(high[axis], other.high[axis]);
        }
    }
    [[nodiscard]] bool agreesWith(const Region& other) const {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double common =
                std::min(high[axis], other.high[axis]) - std::max(low[axis], other.low[axis]);
            const double smaller = std::min(high[axis] - low[axis], other.high[axis] - other.low[axis]);
            if (common < 0.0 || common < 0.5 * smaller) return false;
        }
        return true;
    }
};

/// Stacks whose headers say that they share coordinates.
struct Frame {
    std::vector<std::size_t> stacks;
    Region region;
    std::size_t slices = 0;
    bool located = true;
};

} // namespace

void linkSpaces(std::span<StackGeometry> stacks) {
    std::vector<Frame> frames;
    for (std::size_t s = 0; s < stacks.size(); ++s) {
        const StackGeometry& stack = stacks[s];
        const bool located = !stack.slices.empty();
        auto found = frames.end();
        // Stacks of one series without any frame of reference were taken in one go: they belong together.
        if (located)
            found = std::ranges::find_if(frames, [&](const Frame& frame) {
                const StackGeometry& first = stacks[frame.stacks.front()];
                if (!frame.located || first.frameOfReference != stack.frameOfReference) return false;
                return stack.frameOfReference.has_value() || first.series == stack.series;
            });
        if (found == frames.end()) found = frames.insert(frames.end(), Frame{{}, {}, 0, located});
        found->stacks.push_back(s);
        found->region.add(stack);
        found->slices += stack.slices.size();
    }
    // The largest one gives a space its coordinates; others join the first space whose region they agree
    // with.
    std::ranges::stable_sort(frames, std::ranges::greater{}, &Frame::slices);
    std::vector<Region> spaces;
    for (std::size_t f = 0; f < frames.size(); ++f) {
        const Frame& frame = frames[f];
        auto space = std::ranges::find_if(
            spaces, [&](const Region& region) { return frame.located && region.agreesWith(frame.region); });
        if (space == spaces.end())
            space = spaces.insert(spaces.end(), frame.located ? frame.region : Region{});
        else
            space->add(frame.region);
        for (const std::size_t s : frame.stacks) {
            stacks[s].space = static_cast<std::size_t>(space - spaces.begin());
            stacks[s].frame = f;
        }
    }
}

StackRank stackRank(const StackGeometry& stack, std::initializer_list<Weighting> wanted) {
    const auto place = std::ranges::find(wanted, stack.weighting) - wanted.begin();
    return {beforeWeighting(stack.fitness), place, stack.fitness};
}

std::optional<std::size_t> levelStack(std::span<const StackGeometry> stacks) {
    const auto rank = [&](std::size_t s) { return stackRank(stacks[s], {Weighting::T2, Weighting::T1}); };
    std::optional<std::size_t> best;
    for (std::size_t s = 0; s < stacks.size(); ++s)
        if (stacks[s].measurable && !stacks[s].slices.empty() &&
            stacks[s].slices.front().plane() == geometry::Plane::Sagittal && (!best || rank(s) < rank(*best)))
            best = s;
    return best;
}

std::vector<std::string> placeWarnings(const StackGeometry& stack, std::size_t slice,
                                       const StackGeometry& levels) {
    std::vector<std::string> sentences;
    if (stack.frame != levels.frame)
        sentences.emplace_back(
            "Its frame of reference is not that of the images on which vertebrae are marked: "
            "that its levels are theirs is assumed from where both lie.");
    const Degrees askew = geometry::angleBetween(anatomy::leftOn(stack.slices[slice]), {1.0, 0.0, 0.0});
    if (askew > kObliquityLimit)
        sentences.push_back(
            "The stack stands " + std::to_string(std::lround(askew.value())) +
            "° askew to the patient's left and right; it is taken to have been turned with the "
            "spine.");
    return sentences;
}

} // namespace forameter::protocol
