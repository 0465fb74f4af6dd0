// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/contour_editor.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "effort_clock.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/imaging/live_wire.hpp"
#include "forameter/protocol/plausible.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/workspace/key_words.hpp"
#include "forameter/workspace/record.hpp"
#include "forameter/workspace/views.hpp"

namespace forameter::workspace {

using anatomy::Structure;
using geometry::PlaneCurve;

namespace {

/// Changes a contour and cannot begin one.
bool onlyChanges(tools::ToolKind kind) {
    return kind == tools::ToolKind::Vertex || kind == tools::ToolKind::Sculpt ||
           kind == tools::ToolKind::Smooth;
}

/// Keeps those that the structure is described by.
void keepExtents(LiveNumbers& numbers, const geometry::AnatomicalExtents& extents, Structure structure) {
    if (structure == Structure::CC) {
        numbers.ap = extents.ap;
        numbers.transverse = extents.transverse;
    } else {
        numbers.height = extents.craniocaudal;
        numbers.width = extents.ap;
    }
}

LiveNumbers measured(const PlaneCurve& curve, std::optional<geometry::PlanePoint> crossing,
                     const geometry::ImagePlane& plane, Structure structure) {
    LiveNumbers numbers;
    numbers.crossing = crossing;
    numbers.perimeter = geometry::perimeter(curve);
    if (numbers.crossing) return numbers;
    numbers.area = geometry::area(curve);
    numbers.areaMask = geometry::pixelArea(curve, plane);
    const auto feret = geometry::feret(curve);
    numbers.maxDiameter = feret.max;
    numbers.minDiameter = feret.min;
    keepExtents(numbers, geometry::anatomicalExtents(curve, plane), structure);
    return numbers;
}

/// The same of a contour that is measured already.
LiveNumbers shown(const protocol::Measurement& m, Structure structure) {
    LiveNumbers numbers;
    numbers.area = m.area;
    numbers.areaMask = m.areaMask.value_or(SquareMillimetres());
    numbers.perimeter = m.perimeter;
    numbers.maxDiameter = m.maxDiameter;
    numbers.minDiameter = m.minDiameter;
    keepExtents(numbers, {.ap = m.ap, .transverse = m.width, .craniocaudal = m.height}, structure);
    return numbers;
}

} // namespace

struct ContourEditor::State {
    ContourEditor& editor;
    StudyImages& images;
    Views& views;
    Record& record;

    State(ContourEditor& e, StudyImages& i, Views& v, Record& r)
        : editor(e), images(i), views(v), record(r) {}

    std::optional<anatomy::Cell> cell;
    std::optional<tools::ToolKind> kind;
    tools::ToolKind begins = tools::ToolKind::Spline; ///< the last tool that can begin a contour
    Millimetres radius{1.5};
    std::unique_ptr<tools::Tool> tool;
    std::optional<SliceRef> slice; ///< of the work pane
    std::string problem;           ///< why the last stroke was refused
    bool applying = false;

    /// The numbers last worked out and what they were worked out from: several panels ask after every move.
    struct Known {
        PlaneCurve curve;
        SliceRef slice;
        anatomy::Cell cell;
        LiveNumbers numbers;
    };
    std::optional<Known> known;

    std::optional<imaging::LiveWire> wire;
    std::optional<SliceRef> wireSlice;

    std::map<anatomy::Cell, std::chrono::steady_clock::duration> times;
    std::chrono::steady_clock::time_point lastTouch{};
    Subscription panes, recorded, pixels;

    [[nodiscard]] const Record::Entry* entryHere() const {
        if (!cell || !slice) return nullptr;
        const auto* entry = record.contour(*cell);
        return entry && entry->contour.assessable && entry->contour.image == images.image(*slice) ? entry
                                                                                                  : nullptr;
    }
    [[nodiscard]] std::optional<PlaneCurve> recordedCurve() const {
        const auto* entry = entryHere();
        if (!entry) return std::nullopt;
        return geometry::toPlane(entry->contour.curve, images.plane(*slice));
    }
    void readTool() {
        if (tool) tool->setCurve(recordedCurve());
    }
    void sliceChanged() {
        const auto now = views.pane(Pane::Work).slice;
        if (now == slice) return;
        slice = now;
        problem.clear();
        if (tool) tool->cancel();
        readTool();
        editor.changed();
    }
    [[nodiscard]] tools::Options options() {
        tools::Options options;
        options.radius = radius;
        if (kind == tools::ToolKind::LiveWire) {
            options.pathFinder = [this](geometry::PlanePoint from,
                                        geometry::PlanePoint to) -> std::vector<geometry::PlanePoint> {
                if (!slice) return {};
                if (!wire || wireSlice != slice) {
                    const auto volume = images.volume(slice->stack);
                    if (!volume) return {};
                    wire.emplace(volume->slice(static_cast<int>(slice->slice)), images.plane(*slice));
                    wireSlice = slice;
                }
                return (*wire)(from, to);
            };
        }
        return options;
    }
    void touched() {
        if (!cell) return;
        const auto now = std::chrono::steady_clock::now();
        const auto gap = now - lastTouch;
        if (gap <= EffortClock::kIdleAfter) times[*cell] += gap;
        lastTouch = now;
    }

    void apply(const tools::Edit& edit) {
        applying = true; // the record tells of its change while the tool is still in its event
        const auto done = edit.curve ? keep(*edit.curve) : entryHere() ? record.remove(*cell) : Result<>{};
        applying = false;
        problem = done ? "" : done.error().message;
        if (!done) readTool();
    }
    Result<> keep(const PlaneCurve& curve) {
        const auto& plane = images.plane(*slice);
        const auto& stack = images.stacks()[slice->stack];
        protocol::Contour contour;
        contour.image = images.image(*slice);
        contour.cell = *cell;
        contour.curve = geometry::toPatient(curve, plane);
        contour.plane = stack.plane;
        contour.weighting = stack.weighting;
        contour.protocol = protocol::defaultProtocol(cell->structure);
        if (const auto* before = record.contour(*cell)) {
            const auto source = before->contour.source;
            contour.source = source == protocol::Source::Model ? protocol::Source::EditedModel : source;
            contour.parent = before->contour.parent;
            contour.model = before->contour.model;
            contour.note = before->contour.assessable ? before->contour.note : "";
        }
        if (record.levels()) protocol::keepSlicePosition(contour, *record.levels(), plane);
        const auto measured = protocol::Measured::of(contour, plane);
        if (!measured) return tl::unexpected(measured.error());
        known = {curve, *slice, *cell, shown(measured->numbers(), cell->structure)};
        return record.save(std::move(contour), &*measured);
    }
    bool take(const tools::Outcome& outcome) {
        touched();
        if (outcome.handled) problem.clear();
        if (outcome.edit) apply(*outcome.edit);
        if (outcome.handled || outcome.edit) editor.changed();
        if (outcome.refused) editor.refused(std::string(tools::message(*outcome.refused)));
        return outcome.handled;
    }
    [[nodiscard]] bool ready() const { return tool && !editor.obstacle(); }
};

ContourEditor::ContourEditor(StudyImages& images, Views& views, Record& record)
    : m_state(std::make_unique<State>(*this, images, views, record)) {
    m_state->slice = views.pane(Pane::Work).slice;
    m_state->panes = views.paneChanged.subscribe([this](Pane pane) {
        if (pane == Pane::Work) m_state->sliceChanged();
    });
    m_state->recorded = record.changed.subscribe([this] {
        if (m_state->applying) return;
        m_state->readTool();
        changed();
    });
    m_state->pixels = images.stackChanged.subscribe([this](std::size_t stack) {
        if (m_state->slice && m_state->slice->stack == stack) changed(); // obstacle() may be gone
    });
}
ContourEditor::~ContourEditor() = default;

void ContourEditor::setCell(std::optional<anatomy::Cell> cell) {
    if (m_state->cell == cell) return;
    if (m_state->tool) m_state->tool->cancel();
    m_state->cell = cell;
    m_state->problem.clear();
    m_state->lastTouch = {};
    const auto* entry = cell ? m_state->record.contour(*cell) : nullptr;
    const bool drawn = entry && entry->contour.assessable;
    if (cell && !drawn && m_state->kind && onlyChanges(*m_state->kind)) return setTool(m_state->begins);
    m_state->readTool();
    changed();
}

std::optional<anatomy::Cell> ContourEditor::cell() const {
    return m_state->cell;
}

void ContourEditor::setTool(std::optional<tools::ToolKind> tool) {
    if (m_state->kind == tool) return;
    m_state->kind = tool;
    if (tool && !onlyChanges(*tool)) m_state->begins = *tool;
    m_state->tool = tool ? tools::makeTool(*tool, m_state->options()) : nullptr;
    m_state->readTool();
    changed();
}

std::optional<tools::ToolKind> ContourEditor::tool() const {
    return m_state->kind;
}

void ContourEditor::setRadius(Millimetres radius) {
    m_state->radius = std::clamp(radius, Millimetres(0.3), Millimetres(50.0)); // the range of tools::Options
    if (m_state->tool) m_state->tool->setOptions(m_state->options());
    changed();
}

Millimetres ContourEditor::radius() const {
    return m_state->radius;
}

bool ContourEditor::press(const tools::PointerEvent& event) {
    return m_state->ready() && m_state->take(m_state->tool->press(event));
}
bool ContourEditor::move(const tools::PointerEvent& event) {
    return m_state->ready() && m_state->take(m_state->tool->move(event));
}
bool ContourEditor::release(const tools::PointerEvent& event) {
    return m_state->ready() && m_state->take(m_state->tool->release(event));
}
bool ContourEditor::doubleClick(const tools::PointerEvent& event) {
    return m_state->ready() && m_state->take(m_state->tool->doubleClick(event));
}
bool ContourEditor::key(tools::Key key) {
    return m_state->ready() && m_state->take(m_state->tool->key(key));
}

void ContourEditor::leave() {
    if (!m_state->tool) return;
    m_state->tool->leave();
    changed();
}

void ContourEditor::cancel() {
    if (!m_state->tool) return;
    m_state->tool->cancel();
    m_state->problem.clear();
    changed();
}

bool ContourEditor::busy() const {
    return m_state->tool && m_state->tool->busy();
}

std::optional<std::string> ContourEditor::obstacle() const {
    const auto& s = *m_state;
    if (const auto no = s.record.rights().sentence(s.record.levelsConfirmed()); !no.empty()) return no;
    if (!s.record.levelsConfirmed()) return "Confirm the levels first; nothing is measured before.";
    if (!s.cell) return "Choose a cell of the level grid first.";
    if (!s.slice) return "There is no picture for the " + anatomy::label(*s.cell) + ".";
    const auto& stack = s.images.stacks()[s.slice->stack];
    if (!stack.measurable || !stack.located)
        return std::string("This series can be looked at but not measured: ") +
               (stack.located && (stack.fitness == Fitness::Reformat || stack.fitness == Fitness::Computed)
                    ? "it was computed from other images, not acquired."
                    : "its geometry cannot be trusted.");
    const auto plane = stack.plane;
    if (s.cell->structure == Structure::NF && plane != geometry::Plane::Sagittal)
        return "A foramen is measured on a sagittal image; this one is " +
               std::string(geometry::name(plane)) + ".";
    if (s.cell->structure == Structure::CC && plane != geometry::Plane::Axial)
        return "The canal is measured on an axial image; this one is " + std::string(geometry::name(plane)) +
               ".";
    if (const auto failure = s.images.failure(*s.slice)) return failure->message;
    if (s.images.state(s.slice->stack) != LoadState::Loaded) return "The picture is still loading.";
    return std::nullopt;
}

std::optional<SliceRef> ContourEditor::contourElsewhere() const {
    const auto& s = *m_state;
    if (!s.cell || !s.slice) return std::nullopt;
    const auto* entry = s.record.contour(*s.cell);
    if (!entry || !entry->contour.assessable) return std::nullopt;
    const auto there = s.images.find(entry->contour.image);
    return there == s.slice ? std::nullopt : there;
}

tools::Preview ContourEditor::preview() const {
    auto preview = m_state->tool ? m_state->tool->preview() : tools::Preview{};
    if (!preview.curve && !preview.placed)
        preview.curve = m_state->recordedCurve(); // nothing takes its place
    return preview;
}

std::optional<LiveNumbers> ContourEditor::numbers() const {
    auto& s = *m_state;
    auto shown = preview();
    auto& curve = shown.placed ? shown.placed : shown.curve;
    if (!curve || curve->points.size() < 3 || !s.slice || !s.cell) return std::nullopt;
    if (!s.known || s.known->curve != *curve || s.known->slice != *s.slice || s.known->cell != *s.cell) {
        // The tool has looked for crossings in what it shows.
        const bool judged = !shown.placed && s.tool && s.tool->preview().curve;
        const auto numbers = measured(*curve, judged ? shown.crossing : geometry::selfIntersection(*curve),
                                      s.images.plane(*s.slice), s.cell->structure);
        s.known = {*std::move(curve), *s.slice, *s.cell, numbers};
    }
    return s.known->numbers;
}

std::vector<std::string> ContourEditor::warnings() const {
    const auto& s = *m_state;
    std::vector<std::string> sentences;
    if (!s.problem.empty()) sentences.push_back(s.problem);
    const auto closed = s.cell && !busy() && !contourElsewhere() ? numbers() : std::nullopt;
    auto unlikely =
        closed && !closed->crossing ? protocol::unlikelyArea(*s.cell, closed->area) : std::nullopt;
    if (s.tool) {
        for (const auto warning : s.tool->preview().warnings)
            if (!unlikely || warning != tools::Warning::Tiny) // said once
                sentences.emplace_back(tools::message(warning));
    }
    if (unlikely) sentences.push_back(*std::move(unlikely));
    const auto drawn = preview();
    if (s.cell && s.slice && s.record.levels() && (drawn.curve || drawn.placed)) {
        const auto at = protocol::slicePosition(*s.cell, *s.record.levels(), s.images.plane(*s.slice));
        if (at && at->oblique) {
            sentences.push_back("The slice is tilted by " +
                                std::to_string(static_cast<int>(at->obliquity.value() + 0.5)) +
                                "° against what the protocol asks for; the area is that of the tilted cut.");
        }
    }
    if (s.cell && s.slice) {
        // That it is a reformat or localizer stands on the picture itself, among what is known of its stack.
        const auto& stack = s.images.stacks()[s.slice->stack];
        std::ranges::move(protocol::imageWarnings(*s.cell, stack.weighting, Fitness::Full),
                          std::back_inserter(sentences));
    }
    return sentences;
}

std::string ContourEditor::hint() const {
    const auto& s = *m_state;
    if (const auto reason = obstacle()) return *reason;
    if (!s.kind)
        return "No tool: drag for window and level. " + keyWord(ActionId::Spline) + " spline, " +
               keyWord(ActionId::Brush) + " brush, " + keyWord(ActionId::LiveWire) + " live-wire.";
    const bool drawn = preview().curve.has_value();
    switch (*s.kind) {
    case tools::ToolKind::Spline:
        return drawn && !busy() ? "Drag a point to move it, click the line to add one."
                                : "Click points around the border; click the first one to close.";
    case tools::ToolKind::Polygon:
        return "Click corners; click the first one to close. Shift adds to the contour, Ctrl removes.";
    case tools::ToolKind::Freehand:
        return "Drag around the border. Shift adds to the contour, Ctrl removes.";
    case tools::ToolKind::LiveWire:
        return "Click along the edge; the line finds it. Click the first point to close.";
    case tools::ToolKind::Brush:
        return "Paint the region. Ctrl removes.";
    case tools::ToolKind::Sculpt:
        return drawn ? "Push the border." : "Draw a contour first; the sculptor changes it.";
    case tools::ToolKind::Vertex:
        return drawn ? "Drag, add or remove points; " + keyWord(ActionId::ToggleCorner) + " makes a corner."
                     : "Draw a contour first; then its points can be changed.";
    case tools::ToolKind::Smooth:
        return drawn ? "Drag along the border to smooth it."
                     : "Draw a contour first; then it can be smoothed.";
    }
    return {};
}

std::chrono::seconds ContourEditor::drawingTime(const anatomy::Cell& cell) const {
    const auto found = m_state->times.find(cell);
    if (found == m_state->times.end()) return std::chrono::seconds(0);
    return std::chrono::duration_cast<std::chrono::seconds>(found->second);
}

Result<> ContourEditor::deleteContour() {
    if (!m_state->cell)
        return fail(ErrorCode::InvalidArgument, "Choose the cell whose contour is to be deleted.");
    if (m_state->tool) m_state->tool->cancel();
    return m_state->record.remove(*m_state->cell);
}

Result<> ContourEditor::copyFromNeighbour() {
    auto& s = *m_state;
    if (const auto reason = obstacle()) return fail(ErrorCode::NotAllowed, *reason);
    if (!contourElsewhere()) {
        return fail(ErrorCode::NotFound,
                    s.entryHere()
                        ? "The contour of the " + anatomy::label(*s.cell) + " is on this slice already."
                        : "The " + anatomy::label(*s.cell) + " has no contour on another slice.");
    }
    if (s.tool) s.tool->cancel();
    // Straight across: every point goes to its foot on this slice.
    const auto curve = geometry::toPlane(s.record.contour(*s.cell)->contour.curve, s.images.plane(*s.slice));
    if (const auto valid = geometry::validate(curve); !valid) return valid;
    return s.keep(curve);
}

} // namespace forameter::workspace
