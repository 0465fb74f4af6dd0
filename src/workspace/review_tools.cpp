// SPDX-License-Identifier: Apache-2.0
// What a hand does to the result: contour tools, and arcs of raters.
#include <algorithm>
#include <cmath>
#include <limits>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/raster.hpp"
#include "review_desk_state.hpp"

namespace forameter::workspace {

using geometry::PlaneCurve;
using geometry::PlanePoint;

namespace {

constexpr double kEditTolerance = 0.03; ///< mm by which an outline with many points may change to be editable
constexpr std::size_t kEditablePoints = 48; ///< more cannot be taken hold of

} // namespace

PlaneCurve editable(const PlaneCurve& curve) {
    if (curve.points.size() <= kEditablePoints) return curve;
    auto spline =
        geometry::splineThrough({geometry::CurveKind::Polygon, geometry::flatten(curve), {}}, kEditTolerance);
    return geometry::validate(spline) ? spline : curve;
}

// ---- tools

namespace {
tools::Options options(Millimetres radius) {
    tools::Options made;
    made.radius = radius;
    return made;
}
} // namespace

void ReviewDesk::setTool(std::optional<tools::ToolKind> tool) {
    auto& s = *m_state;
    if (tool) cancelArc();
    if (s.kind == tool) return;
    s.kind = tool;
    s.tool = tool ? tools::makeTool(*tool, options(s.radius)) : nullptr;
    s.problem.clear();
    s.readTool();
    changed();
}
std::optional<tools::ToolKind> ReviewDesk::tool() const {
    return m_state->kind;
}

void ReviewDesk::setRadius(Millimetres radius) {
    auto& s = *m_state;
    s.radius = std::clamp(radius, Millimetres(0.3), Millimetres(50.0));
    if (s.tool) s.tool->setOptions(options(s.radius));
    changed();
}
Millimetres ReviewDesk::radius() const {
    return m_state->radius;
}

bool ReviewDesk::State::take(const tools::Outcome& outcome) {
    if (outcome.handled) problem.clear();
    if (outcome.refused) problem = tools::message(*outcome.refused);
    if (outcome.edit && outcome.edit->curve) {
        // The tool is still in its event: what it shows already is the curve kept here.
        const auto done = desk.edit(*outcome.edit->curve, outcome.edit->description);
        if (!done) {
            problem = done.error().message;
            readTool();
            desk.changed();
        }
    } else if (outcome.handled) {
        desk.hovered();
    }
    return outcome.handled;
}

bool ReviewDesk::press(const tools::PointerEvent& event) {
    return m_state->tool && m_state->take(m_state->tool->press(event));
}
bool ReviewDesk::move(const tools::PointerEvent& event) {
    return m_state->tool && m_state->take(m_state->tool->move(event));
}
bool ReviewDesk::release(const tools::PointerEvent& event) {
    return m_state->tool && m_state->take(m_state->tool->release(event));
}
bool ReviewDesk::doubleClick(const tools::PointerEvent& event) {
    return m_state->tool && m_state->take(m_state->tool->doubleClick(event));
}
bool ReviewDesk::key(tools::Key key) {
    return m_state->tool && m_state->take(m_state->tool->key(key));
}
void ReviewDesk::leave() {
    if (!m_state->tool) return;
    m_state->tool->leave();
    hovered();
}
bool ReviewDesk::busy() const {
    return m_state->tool && m_state->tool->busy();
}
tools::Preview ReviewDesk::preview() const {
    return m_state->tool ? m_state->tool->preview() : tools::Preview{};
}
const std::string& ReviewDesk::problem() const {
    return m_state->problem;
}

// ---- taking an arc

namespace {

/// A polygon with the length run up to each of its points; a place on it is a length.
struct Walk {
    std::vector<PlanePoint> points;
    std::vector<double> at;
    double length = 0.0;

    explicit Walk(const PlaneCurve& curve) : points(geometry::flatten(curve)) {
        points.push_back(points.front());
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (i > 0) length += std::hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
            at.push_back(length);
        }
    }
    [[nodiscard]] PlanePoint place(double run) const {
        run = std::fmod(std::fmod(run, length) + length, length);
        const auto next = std::upper_bound(at.begin() + 1, at.end() - 1, run) - at.begin();
        const auto i = static_cast<std::size_t>(next);
        const double step = at[i] - at[i - 1];
        const double t = step > 0 ? (run - at[i - 1]) / step : 0.0;
        return {points[i - 1].x + t * (points[i].x - points[i - 1].x),
                points[i - 1].y + t * (points[i].y - points[i - 1].y)};
    }
    [[nodiscard]] double runOf(PlanePoint p) const {
        double best = 0.0, nearest = std::numeric_limits<double>::infinity();
        for (std::size_t i = 1; i < points.size(); ++i) {
            const double dx = points[i].x - points[i - 1].x, dy = points[i].y - points[i - 1].y;
            const double square = dx * dx + dy * dy;
            const double t =
                square > 0
                    ? std::clamp(((p.x - points[i - 1].x) * dx + (p.y - points[i - 1].y) * dy) / square, 0.0,
                                 1.0)
                    : 0.0;
            const double away = std::hypot(points[i - 1].x + t * dx - p.x, points[i - 1].y + t * dy - p.y);
            if (away >= nearest) continue;
            nearest = away;
            best = at[i - 1] + t * std::sqrt(square);
        }
        return best;
    }
};

} // namespace

void ReviewDesk::State::previewArc() {
    arc->result.reset();
    arc->problem.clear();
    const auto& base = desk.result();
    if (!base || !arc->from || !arc->to) return;
    auto taken = geometry::takeArc(*base, curves[arc->rater].curve, *arc->from, *arc->to, way);
    if (taken)
        arc->result = std::move(*taken);
    else
        arc->problem = taken.error().message;
}

Result<> ReviewDesk::beginArc(std::size_t rater) {
    auto& s = *m_state;
    const auto& base = result();
    if (!base)
        return fail(ErrorCode::NotFound,
                    "There is no consensus to put an arc into; take a whole contour instead.");
    if (rater >= s.curves.size())
        return fail(ErrorCode::InvalidArgument, "There is no such rater in this case.");
    setTool(std::nullopt);
    const Walk walk(s.curves[rater].curve);
    double worst = 0.0, away = -1.0;
    for (std::size_t i = 0; i + 1 < walk.points.size(); ++i) {
        const double d = std::abs(geometry::signedDistance(*base, walk.points[i]).value());
        if (d > away) away = d, worst = walk.at[i];
    }
    s.arc = ReviewArc{.rater = rater,
                      .from = walk.place(worst - walk.length / 10),
                      .to = walk.place(worst + walk.length / 10)};
    s.way = geometry::Way::Shorter;
    s.awaitsSecond = false;
    s.previewArc();
    changed();
    return {};
}

Result<> ReviewDesk::clickArc(PlanePoint at, Millimetres reach) {
    auto& s = *m_state;
    if (!s.arc) return fail(ErrorCode::InvalidArgument, "No arc is being taken.");
    if (s.awaitsSecond) {
        hoverArc(at);
        return takeArc();
    }
    double nearest = reach.value();
    std::optional<std::size_t> rater;
    PlanePoint place;
    for (std::size_t i = 0; i < s.curves.size(); ++i) {
        const auto found = geometry::nearestPoint(s.curves[i].curve, at);
        if (found.distance > nearest) continue;
        nearest = found.distance;
        rater = i;
        place = found.point;
    }
    if (!rater)
        return fail(ErrorCode::NotFound,
                    "Click on a rater's curve: first one end of the arc, then the other.");
    s.arc = ReviewArc{.rater = *rater, .from = place};
    s.way = geometry::Way::Shorter;
    s.awaitsSecond = true;
    changed();
    return {};
}

void ReviewDesk::hoverArc(PlanePoint at) {
    auto& s = *m_state;
    if (!s.arc || !s.awaitsSecond) return;
    s.arc->to = geometry::nearestPoint(s.curves[s.arc->rater].curve, at).point;
    s.previewArc();
    hovered();
}

void ReviewDesk::moveArc(End end, Millimetres along) {
    auto& s = *m_state;
    if (!s.arc) return;
    auto& place = end == End::From ? s.arc->from : s.arc->to;
    const Walk walk(s.curves[s.arc->rater].curve);
    place = walk.place(walk.runOf(place.value_or(*s.arc->from)) + along.value());
    s.awaitsSecond = false;
    s.previewArc();
    changed();
}

void ReviewDesk::turnArc() {
    auto& s = *m_state;
    if (!s.arc) return;
    s.way = s.way == geometry::Way::Shorter ? geometry::Way::Longer : geometry::Way::Shorter;
    s.previewArc();
    changed();
}

void ReviewDesk::nextArcRater() {
    if (m_state->arc) (void)beginArc((m_state->arc->rater + 1) % m_state->curves.size());
}

Result<> ReviewDesk::takeArc() {
    auto& s = *m_state;
    if (!s.arc) return fail(ErrorCode::InvalidArgument, "No arc is being taken.");
    if (!s.arc->result)
        return fail(ErrorCode::InvalidArgument,
                    s.arc->problem.empty() ? "The arc has only one end yet." : s.arc->problem);
    PlaneCurve curve = editable(*s.arc->result);
    const std::string what = std::string("Take an arc from ") + s.curves[s.arc->rater].letter;
    s.arc.reset();
    s.awaitsSecond = false;
    const auto done = edit(std::move(curve), what);
    if (!done) changed();
    return done;
}

void ReviewDesk::cancelArc() {
    if (!m_state->arc) return;
    m_state->arc.reset();
    m_state->awaitsSecond = false;
    changed();
}

const std::optional<ReviewArc>& ReviewDesk::arc() const {
    return m_state->arc;
}

} // namespace forameter::workspace
