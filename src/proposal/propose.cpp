// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/propose.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "proposing.hpp"

namespace forameter::proposal {

using anatomy::Cell;
using anatomy::LevelSet;
using geometry::Plane;

namespace {

constexpr double kFarMiss = 11.0; // mm along the spine from the expected place: it may be a neighbour's

} // namespace

Proposing::Proposing(const ProposeRequest& request, std::span<const Model> models, const Infer& infer,
                     const Watch& watch)
    : m_request(request), m_asker(request.stacks, infer, watch) {
    for (const Model& model : models)
        (model.plane == Plane::Axial ? m_axial : m_sagittal).push_back(&model);
    for (std::size_t s = 0; s < request.stacks.size(); ++s) {
        const StackInput& stack = request.stacks[s];
        const bool usable = stack.measurable && stack.volume && stack.volume->sliceCount() > 0 &&
                            stack.images.size() == static_cast<std::size_t>(stack.volume->sliceCount());
        protocol::StackGeometry geometry{{}, stack.weighting, usable, stack.fitness};
        if (usable) {
            geometry.slices.assign(stack.volume->planes().begin(), stack.volume->planes().end());
            geometry.series = stack.images.front().series;
            geometry.frameOfReference = stack.frameOfReference;
        }
        m_geometry.push_back(std::move(geometry));
    }
    protocol::linkSpaces(m_geometry);
    m_marked = protocol::levelStack(m_geometry);
    for (std::size_t s = 0; s < m_geometry.size(); ++s) {
        protocol::StackGeometry& stack = m_geometry[s];
        // Levels say nothing about pictures that do not share their coordinates.
        if (m_marked && stack.space != m_geometry[*m_marked].space) stack.measurable = false;
        m_whole.push_back(stack.measurable
                              ? std::optional<WholeStack>(std::in_place, request.stacks[s], stack)
                              : std::nullopt);
        if (stack.measurable && stack.slices.front().plane() == Plane::Sagittal)
            m_sagittalStacks.push_back(s);
    }
}

Result<Proposals> Proposing::go() {
    std::optional<LevelSet> levels = m_request.levels;
    if (!levels) {
        if (auto found = findLevels(); !found) return tl::unexpected(found.error());
        if (m_made.levels) levels = m_made.levels->levels;
    }
    if (m_request.contours) {
        std::vector<Cell> cells = m_request.cells;
        if (cells.empty())
            cells = protocol::readingCells(levels ? levels->lumbarCount : anatomy::LumbarCount::Five,
                                           m_request.quantity);
        if (!levels) {
            const char* const why =
                m_sagittalStacks.empty()
                    ? "There are no sagittal pictures that can be read, so the vertebrae are not known."
                : m_sagittal.empty() ? "No model of sagittal pictures is there to find the vertebrae."
                                     : "The vertebrae were not found in the sagittal pictures.";
            for (const Cell& cell : cells)
                withhold(cell, why);
        } else {
            if (auto done = foramina(*levels, cells); !done) return tl::unexpected(done.error());
            if (auto done = canals(*levels, cells); !done) return tl::unexpected(done.error());
            order(cells);
            if (m_made.levels && !m_made.levels->doubts.empty())
                for (Proposal& made : m_made.contours)
                    made.warnings.push_back("Its level is in doubt: " + m_made.levels->doubts.front());
        }
    }
    m_made.device = m_asker.device();
    return std::move(m_made);
}

void Proposing::withhold(const Cell& cell, std::string reason, std::optional<Proposal> found) {
    m_made.withheld.push_back({cell, std::move(reason), std::move(found)});
}

Proposing::Judged Proposing::judged(const Sighting& sighting, const Model& model, double miss) const {
    auto made = offerOf(sighting, model);
    if (!made) return {std::nullopt, "What was found has no proper outline."};
    const View& view = sighting.maps.view;
    if (m_marked)
        std::ranges::move(protocol::placeWarnings(m_geometry[view.stack],
                                                  static_cast<std::size_t>(view.slice),
                                                  m_geometry[*m_marked]),
                          std::back_inserter(made->warnings));
    const auto& image = m_request.stacks[view.stack].volume->plane(view.slice);
    std::string against;
    if (const auto why = implausible(*made, image))
        against = *why;
    else if (std::abs(miss) > kFarMiss)
        against = "What was found lies " + std::to_string(std::lround(std::abs(miss))) + " mm " +
                  (miss > 0.0 ? "above" : "below") + " where " + levelText(sighting.cell) +
                  " is expected; it may belong to the next level.";
    return {std::move(made), std::move(against)};
}

void Proposing::take(const Cell& cell, Judged what) {
    if (what.against.empty())
        m_made.contours.push_back(*std::move(what.made));
    else
        withhold(cell, std::move(what.against), std::move(what.made));
}

std::optional<Proposing::Spot> Proposing::fixed(const Cell& cell) const {
    for (const auto& [which, image] : m_request.slices)
        if (which == cell)
            for (std::size_t s = 0; s < m_request.stacks.size(); ++s)
                if (const auto at = std::ranges::find(m_request.stacks[s].images, image);
                    m_geometry[s].measurable && at != m_request.stacks[s].images.end())
                    return Spot{s, static_cast<int>(at - m_request.stacks[s].images.begin())};
    return std::nullopt;
}

bool Proposing::fixedElsewhere(const Cell& cell) const {
    return !fixed(cell) &&
           std::ranges::any_of(m_request.slices, [&](const auto& one) { return one.first == cell; });
}

void Proposing::order(const std::vector<Cell>& cells) {
    const auto place = [&](const Cell& cell) { return std::ranges::find(cells, cell) - cells.begin(); };
    std::ranges::stable_sort(m_made.contours, {}, [&](const Proposal& p) { return place(p.contour.cell); });
    std::ranges::stable_sort(m_made.withheld, {}, [&](const Withheld& w) { return place(w.cell); });
}

Result<Proposals> propose(const ProposeRequest& request, std::span<const Model> models, const Infer& infer,
                          const Watch& watch) {
    const auto start = std::chrono::steady_clock::now();
    if (models.empty()) return fail(ErrorCode::InvalidArgument, "There is no model to propose contours.");
    auto made = Proposing(request, models, infer, watch).go();
    if (made) made->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return made;
}

} // namespace forameter::proposal
