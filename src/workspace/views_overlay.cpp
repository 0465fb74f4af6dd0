// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "forameter/core/words.hpp"
#include "forameter/protocol/on_image.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/workspace/views.hpp"
#include "views_state.hpp"

namespace forameter::workspace {

namespace {

/// Windows of quantitative maps may span less than one: keep three significant digits.
std::string greyValue(double value, double width) {
    return printed(value, width >= 100.0 ? 0 : width >= 1.0 ? 1 : 4);
}

std::string sliceText(const PaneState& pane, const SliceList& list) {
    std::string text;
    if (list.stacks.size() > 1) {
        const auto block = std::ranges::find(list.stacks, pane.slice->stack) - list.stacks.begin();
        text = " · block " + std::to_string(block + 1) + "/" + std::to_string(list.stacks.size());
    }
    return text + " · " + std::to_string(pane.position + 1) + "/" + std::to_string(pane.count);
}

/// The level whose disc a slice passes nearest to along the spine.
struct DiscAtSlice {
    anatomy::Level level;
    double distance = 0.0; ///< mm from the disc's middle to the plane
    Degrees tilt;          ///< between the slice's normal and the spine's axis
};
std::optional<DiscAtSlice> discAt(const anatomy::LevelSet& levels, const geometry::ImagePlane& plane) {
    std::optional<DiscAtSlice> best;
    for (const auto level : anatomy::readingLevels(levels.lumbarCount)) {
        const auto disc = anatomy::discPosition(levels, level);
        if (!disc) continue;
        const double distance = std::abs(plane.distance(disc->center).value());
        if (best && distance >= best->distance) continue;
        best = DiscAtSlice{level, distance, geometry::angleBetween(plane.normal(), disc->axis)};
    }
    return best;
}

} // namespace

PaneOverlay Views::overlay(Pane which) const {
    const auto& s = *m_state;
    const auto& pane = m_state->of(which);
    PaneOverlay overlay;
    if (!pane.slice) return overlay;
    const auto& list = s.hanging.lists[*pane.list];
    const auto& stack = s.stackOf(pane);
    const auto& plane = s.images.plane(*pane.slice);
    overlay.title = list.title + sliceText(pane, list);

    overlay.oriented = stack.oriented;
    overlay.scaled = stack.measurable;
    if (stack.oriented) {
        overlay.left = geometry::orientationLetters(-1.0 * plane.rowDirection());
        overlay.right = geometry::orientationLetters(plane.rowDirection());
        overlay.top = geometry::orientationLetters(-1.0 * plane.columnDirection());
        overlay.bottom = geometry::orientationLetters(plane.columnDirection());
    }
    const auto levels = stack.space == levelSpace() ? s.record.levels() : std::nullopt;
    if (stack.located && list.plane == geometry::Plane::Sagittal) {
        // Sides need the midline: the one of the marked vertebrae, until then the middle of the series.
        std::optional<anatomy::Level> level;
        if (levels) {
            if (s.arrangement == Arrangement::Cell) level = s.level;
            if (!level)
                if (const auto near = anatomy::nearestLevel(*levels, plane.toPatient(pane.viewport.center)))
                    level = near->level;
        }
        const auto at =
            level ? protocol::slicePosition(anatomy::Cell::foramen(*level, anatomy::Side::R), *levels, plane)
                  : std::nullopt;
        if (at) {
            const double offset = std::abs(at->offset);
            overlay.position = offset < 0.5 ? "midline"
                                            : printed(offset, 1) + (at->offset > 0.0 ? " mm right of midline"
                                                                                     : " mm left of midline");
            // In the overview the picture is of all levels.
            if (s.arrangement == Arrangement::Cell && offset >= 0.5)
                overlay.position += " · " + anatomy::label(*level);
        }
        if (const auto side = protocol::sideOf(plane, stack.planes[stack.planes.size() / 2], at))
            overlay.side = anatomy::name(*side);
    } else if (stack.located && list.plane == geometry::Plane::Axial && levels &&
               s.record.levelsConfirmed()) {
        if (const auto disc = discAt(*levels, plane)) {
            overlay.position =
                anatomy::label(disc->level) + " · tilt " + printed(disc->tilt.value(), 0) + "°";
            if (disc->distance > 3.0)
                overlay.position += " · " + printed(disc->distance, 0) + " mm from disc";
        }
    }
    if (pane.window) {
        overlay.window = "W " + greyValue(pane.window->width, pane.window->width) + " L " +
                         greyValue(pane.window->center, pane.window->width);
    }
    if (overlay.scaled) {
        overlay.resolution =
            printed(plane.columnSpacing(), 2) + " × " + printed(plane.rowSpacing(), 2) + " mm";
        if (stack.sliceThickness) overlay.resolution += " · " + printed(*stack.sliceThickness, 1) + " mm";
    }
    if (stack.linkAssumed)
        overlay.notices.emplace_back(
            "Link with the other series is assumed from position: frames of reference differ.");
    auto warnings = stack.warnings;
    if (!stack.measurable) {
        auto& why = overlay.notices.emplace_back("Not measurable.");
        if (!warnings.empty()) {
            why.back() = ':';
            why += " " + warnings.front();
            warnings.erase(warnings.begin());
        }
    }
    overlay.notices.insert(overlay.notices.end(), warnings.begin(), warnings.end());
    if (const auto volume = s.images.volume(pane.slice->stack); volume && !volume->info().unread.empty()) {
        const auto unread = volume->info().unread.size();
        overlay.notices.push_back(std::to_string(unread) + " of " + std::to_string(volume->sliceCount()) +
                                  " pictures of this series cannot be read.");
    }
    return overlay;
}

std::vector<ReferenceLine> Views::referenceLines(Pane on) const {
    const auto& s = *m_state;
    const auto& pane = m_state->of(on);
    std::vector<ReferenceLine> lines;
    if (!pane.slice) return lines;
    const auto& plane = s.images.plane(*pane.slice);
    const bool assumedHere = s.stackOf(pane).linkAssumed;
    const auto add = [&](Pane of, SliceRef slice, bool current) {
        if (const auto line = geometry::referenceLine(plane, s.images.plane(slice))) {
            const bool assumed = assumedHere || s.images.stacks()[slice.stack].linkAssumed;
            lines.push_back({line->from, line->to, of, current, assumed});
        }
    };
    for (const auto& other : s.panes) {
        if (other.pane == on || !s.shown(other.pane) || !s.linked(pane, other) || !s.stackOf(other).located)
            continue;
        const auto& list = s.hanging.lists[*other.list];
        if (list.stacks.size() > 1 && list.plane != s.hanging.lists[*pane.list].plane) {
            for (const auto block : list.stacks) {
                if (block != other.slice->stack)
                    add(other.pane, {block, s.images.stacks()[block].planes.size() / 2}, false);
            }
        }
        add(other.pane, *other.slice, true);
    }
    return lines;
}

std::vector<VertebraLabel> Views::vertebraLabels(Pane on) const {
    const auto& pane = m_state->of(on);
    std::vector<VertebraLabel> labels;
    const auto& levels = m_state->record.levels();
    if (!pane.slice || !levels || m_state->stackOf(pane).space != levelSpace()) return labels;
    const auto& plane = m_state->images.plane(*pane.slice);
    // Along the spine every vertebra is on the picture; across it only the one that the slice passes through.
    const double reach = m_state->hanging.lists[*pane.list].plane == geometry::Plane::Axial
                             ? 15.0
                             : std::numeric_limits<double>::max();
    for (const auto& mark : levels->marks) {
        const double distance = std::abs(plane.distance(mark.center).value());
        if (distance <= reach && plane.contains(mark.center))
            labels.push_back(
                {std::string(anatomy::name(mark.vertebra)), plane.toPlane(mark.center), distance});
    }
    if (labels.empty() && reach < std::numeric_limits<double>::max()) { // between two bodies: the disc's name
        const auto disc = discAt(*levels, plane);
        const auto at = disc ? anatomy::discPosition(*levels, disc->level) : std::nullopt;
        if (at && disc->distance <= reach && plane.contains(at->center))
            labels.push_back({anatomy::label(disc->level), plane.toPlane(at->center), disc->distance});
    }
    return labels;
}

std::vector<geometry::PlanePoint> Views::locatorBox() const {
    const auto& work = m_state->of(Pane::Work);
    const auto& locator = m_state->of(Pane::Locator);
    if (!m_state->linked(work, locator)) return {};
    const auto& from = m_state->images.plane(*work.slice);
    const auto& onto = m_state->images.plane(*locator.slice);
    if (geometry::angleBetween(from, onto).value() > 60.0) return {}; // the reference line says it better
    std::vector<geometry::PlanePoint> box;
    const double half = work.viewport.field / 2;
    for (const auto& [x, y] :
         std::array<std::pair<double, double>, 4>{{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}}) {
        const geometry::PlanePoint corner{work.viewport.center.x + x * half,
                                          work.viewport.center.y + y * half};
        box.push_back(onto.toPlane(from.toPatient(corner)));
    }
    return box;
}

} // namespace forameter::workspace
