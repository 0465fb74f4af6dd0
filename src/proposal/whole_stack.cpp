// SPDX-License-Identifier: Apache-2.0
#include "whole_stack.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/geometry/slice_gap.hpp"

namespace forameter::proposal {

using geometry::ImagePlane;

namespace {

constexpr double kParallel = 0.999; // cosine of 2.5 degrees

constexpr const char* kUnread = "The slice that it is measured on is missing: its file cannot be read.";
constexpr const char* kAbsent = "The slice that it is measured on is missing from the series.";

/// The slices that an even spacing lacks.
std::vector<WholeStack::Missing> missingFrom(const std::vector<ImagePlane>& slices) {
    std::vector<double> steps;
    for (std::size_t i = 1; i < slices.size(); ++i) {
        if (std::abs(geometry::dot(slices[i].normal(), slices[0].normal())) < kParallel) return {};
        steps.push_back(std::abs(slices[i - 1].distance(slices[i].center()).value()));
    }
    if (steps.size() < 2) return {};
    auto sorted = steps;
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
    const double usual = sorted[sorted.size() / 2];
    std::vector<WholeStack::Missing> missing;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto apart = geometry::stepsInGap(steps[i], usual);
        if (!apart) continue;
        const ImagePlane& from = slices[i];
        const auto across = slices[i + 1].origin() - from.origin();
        for (int k = 1; k < *apart; ++k)
            if (auto plane =
                    ImagePlane::create({from.origin() + (double(k) / *apart) * across, from.rowDirection(),
                                        from.columnDirection(), from.rowSpacing(), from.columnSpacing(),
                                        from.columns(), from.rows()}))
                missing.push_back({*plane, {static_cast<int>(i), static_cast<int>(i) + 1}, kAbsent});
    }
    return missing;
}

} // namespace

WholeStack::WholeStack(const StackInput& stack, const protocol::StackGeometry& geometry)
    : m_unread(geometry.slices.size(), false), m_geometry(geometry) {
    m_missing = missingFrom(geometry.slices);
    for (const Missing& one : m_missing)
        m_geometry.slices.push_back(one.plane);
    const auto count = static_cast<int>(m_unread.size());
    for (const auto& [slice, why] : stack.volume->info().unread)
        if (slice >= 0 && slice < count) {
            m_unread[static_cast<std::size_t>(slice)] = true;
            m_missing.push_back(
                {geometry.slices[static_cast<std::size_t>(slice)], {slice - 1, slice + 1}, kUnread});
        }
}

std::optional<std::string> WholeStack::lacks(const anatomy::Cell& cell,
                                             const anatomy::LevelSet& levels) const {
    const auto suggestion = protocol::suggestSlice(cell, levels, std::span(&m_geometry, 1));
    if (!suggestion) return std::nullopt;
    if (suggestion->slice < m_unread.size()) return cannotRead(static_cast<int>(suggestion->slice));
    return kAbsent;
}

std::optional<std::string> WholeStack::cannotRead(int slice) const {
    if (readable(slice)) return std::nullopt;
    return kUnread;
}

} // namespace forameter::proposal
