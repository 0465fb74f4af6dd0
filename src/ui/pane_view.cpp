// SPDX-License-Identifier: Apache-2.0
#include "pane_view.hpp"

#include <cmath>
#include <utility>

#include "action_map.hpp"
#include "theme.hpp"

namespace forameter::ui {

using geometry::PlanePoint;
using workspace::Pane;

namespace {
constexpr double kCursorStep = 0.5, kLeastPixels = 4.0; // mm; a step is never less than this on the screen
constexpr double kCoarse = 6.0, kFine = 0.2;            // factors of Shift and Alt
} // namespace

PaneView::PaneView(Pane pane, Density density, QWidget* parent)
    : SliceView(density, parent), m_pane(pane), m_brief(density == Density::Compact) {
    connect(this, &SliceView::slicesStepped, this, [this](int steps) {
        if (m_document) m_document->views().stepSlice(m_pane, steps);
    });
    setGrabTest([this](PlanePoint at) {
        giveUpHold(); // the mouse takes over
        m_heldMark = markAt(at);
        return m_heldMark.has_value();
    });
    connect(this, &SliceView::dropped, this, &PaneView::moveMark);
    connect(this, &SliceView::windowDragged, this, [this](const imaging::WindowLevel& window) {
        if (m_document) m_document->views().setWindow(m_pane, window);
    });
    connect(this, &SliceView::viewportChanged, this, [this](PlanePoint center, double field) {
        if (m_document) m_document->views().setViewport(m_pane, {center, field});
    });
    connect(this, &SliceView::crosshairMoved, this, [this](PlanePoint at) {
        if (!m_document) return;
        m_document->views().pointAt(m_pane, at);
        m_document->views().followTo(m_pane, at);
    });
}

bool PaneView::takesMarks() const {
    const auto slice = m_document && plane() ? m_document->views().pane(m_pane).slice : std::nullopt;
    if (!slice) return false;
    const workspace::Stack& stack = m_document->images().stacks()[slice->stack];
    return stack.plane == geometry::Plane::Sagittal && stack.located && stack.measurable;
}

std::optional<anatomy::Vertebra> PaneView::markAt(PlanePoint at) const {
    constexpr double reach = 14.0; // pixels
    if (!m_document || !m_document->levels().active() || !takesMarks()) return std::nullopt;
    for (const auto& mark : m_document->levels().draft().marks) {
        const QPointF away = mapping().toScreen(plane()->toPlane(mark.center)) - mapping().toScreen(at);
        if (std::hypot(away.x(), away.y()) <= reach) return mark.vertebra;
    }
    return std::nullopt;
}

void PaneView::moveMark(PlanePoint at) {
    if (!m_document || !m_heldMark || !plane()) return;
    const auto moved = m_document->levels().moveMark(*m_heldMark, plane()->toPatient(at));
    if (!moved) Q_EMIT refused(qstring(moved.error().message));
}

void PaneView::setDocument(workspace::StudyDocument* document) {
    m_subscriptions.clear();
    m_document = document;
    if (document) {
        auto& views = document->views();
        m_subscriptions.push_back(views.paneChanged.subscribe([this](Pane pane) {
            if (pane == m_pane) refresh();
        }));
        m_subscriptions.push_back(views.crossChanged.subscribe([this] { refreshMarks(); }));
        m_subscriptions.push_back(document->reading().cellsChanged.subscribe([this] { refreshMarks(); }));
        m_subscriptions.push_back(document->levels().changed.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->reading().currentChanged.subscribe([this] { refreshMarks(); }));
        m_subscriptions.push_back(document->images().stackChanged.subscribe([this](std::size_t stack) {
            const auto& slice = m_document->views().pane(m_pane).slice;
            if (slice && slice->stack == stack) refresh();
        }));
    }
    refresh();
}

void PaneView::startKeyboard() {
    if (!volume()) return;
    m_cursorAt = cursorStart(pointerPosition().value_or(mapping().center()));
    setCursor(m_cursorAt);
    setFocus();
    cursorMoved(*m_cursorAt);
    Q_EMIT keyboardChanged();
}

void PaneView::endKeyboard() {
    if (!m_cursorAt) return;
    giveUpHold();
    m_cursorAt.reset();
    setCursor(std::nullopt);
    Q_EMIT keyboardChanged();
}

void PaneView::moveCursor(int right, int down, Qt::KeyboardModifiers modifiers) {
    if (!m_cursorAt || !m_document) return;
    const double step = std::max(kCursorStep, kLeastPixels / mapping().scale()) *
                        (modifiers.testFlag(Qt::ShiftModifier) ? kCoarse
                         : modifiers.testFlag(Qt::AltModifier) ? kFine
                                                               : 1.0);
    m_cursorAt = *m_cursorAt + (right * step) * mapping().right() + (down * step) * mapping().down();
    setCursor(m_cursorAt);
    cursorMoved(*m_cursorAt);
}

void PaneView::placePoint(Qt::KeyboardModifiers modifiers) {
    if (!m_cursorAt || !m_document) return;
    if (std::exchange(m_holds, false))
        letGo(*m_cursorAt);
    else
        m_holds = takeHold(*m_cursorAt, modifiers);
    Q_EMIT keyboardChanged();
}

void PaneView::giveUpHold() {
    if (!m_holds) return;
    dropHold();
    forgetHold();
}

void PaneView::forgetHold() {
    if (!std::exchange(m_holds, false)) return;
    Q_EMIT keyboardChanged();
}

bool PaneView::takeHold(PlanePoint at, Qt::KeyboardModifiers) {
    m_heldMark = markAt(at);
    if (!m_heldMark) Q_EMIT clicked(at, Qt::NoModifier);
    return m_heldMark.has_value();
}

void PaneView::setReferenceLines(bool shown) {
    m_referenceLines = shown;
    refreshMarks();
}

void PaneView::setLevelLabels(bool shown) {
    m_levelLabels = shown;
    refreshMarks();
}

void PaneView::refresh() {
    SliceText text;
    if (!m_document) {
        clearImage();
        setText(text);
        setMarks({});
        return;
    }
    const workspace::PaneState& state = m_document->views().pane(m_pane);
    auto volume = state.slice ? m_document->images().volume(state.slice->stack) : nullptr;
    text = textOf(m_document->views().overlay(m_pane));
    text.empty = qstring(state.empty);
    const auto failure = state.slice ? m_document->images().failure(*state.slice) : std::nullopt;
    if (!volume || failure) {
        if (state.slice)
            text.empty = failure ? qstring(failure->message) : QStringLiteral("Reading the pictures…");
        clearImage();
    } else {
        setImage(volume, static_cast<int>(state.slice->slice));
        if (state.viewport.whole)
            fitWhole();
        else
            setViewport(state.viewport.center, state.viewport.field);
        render::SliceLook look{.window = state.window.value_or(imaging::WindowLevel{}),
                               .greyscale = volume->info().greyscale};
        if (!state.window) look.window = imaging::initialWindow(*volume);
        if (state.inverted)
            look.greyscale = look.greyscale == imaging::Greyscale::LowIsBlack
                                 ? imaging::Greyscale::LowIsWhite
                                 : imaging::Greyscale::LowIsBlack;
        setLook(look);
    }
    setText(text);
    refreshMarks();
}

SliceText PaneView::textOf(const workspace::PaneOverlay& overlay) const {
    SliceText text;
    text.topLeft << qstring(overlay.title);
    if (!overlay.position.empty()) text.topLeft << qstring(overlay.position);
    // A small pane keeps its room for the picture: what is wrong, without the advice.
    for (const std::string& notice : overlay.notices)
        text.warnings << (m_brief ? qstring(notice).section(QStringLiteral(": "), 0, 0) : qstring(notice));
    text.side = qstring(overlay.side);
    text.oriented = overlay.oriented;
    text.scaled = overlay.scaled;
    text.topRight << qstring(overlay.window) << qstring(overlay.resolution);
    text.topRight.removeAll(QString());
    text.bottomRight = QStringLiteral("Research use only");
    return text;
}

void PaneView::refreshMarks() {
    if (!m_document) return;
    auto& views = m_document->views();
    SliceMarks marks;
    const auto& slice = views.pane(m_pane).slice;
    if (!slice || !volume()) return setMarks({});
    if (m_referenceLines) {
        const auto lines = views.referenceLines(m_pane);
        const bool drawn =
            std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.of == Pane::Work; });
        for (const workspace::ReferenceLine& line : lines)
            marks.lines.push_back(
                {.from = line.from,
                 .to = line.to,
                 // Must not cross what is being drawn loudly; elsewhere the slice that is
                 // drawn on stands out among those beside it.
                 .current = line.current && m_pane != Pane::Work && (!drawn || line.of == Pane::Work),
                 .dashed = line.assumed});
    }
    if (m_levelLabels) {
        for (const workspace::VertebraLabel& label : views.vertebraLabels(m_pane))
            marks.labels.push_back({.at = label.at,
                                    .text = qstring(label.text),
                                    .draft = !m_document->levels().isConfirmed(),
                                    .far = label.distance > 20.0,
                                    .dot = m_document->levels().active() && takesMarks()});
    }
    if (m_pane == Pane::Locator) {
        const auto box = views.locatorBox();
        if (box.size() == 4) marks.boxes.push_back({{box[0], box[1], box[2], box[3]}});
    }
    marks.crosshair = views.crossOn(m_pane);
    addCurves(marks.curves);
    setMarks(std::move(marks));
}

void PaneView::addCurves(std::vector<CurveMark>& curves) {
    const auto& slice = m_document->views().pane(m_pane).slice;
    const auto current = m_document->reading().currentCell();
    const auto& imagePlane = m_document->images().plane(*slice);
    for (const protocol::Contour& contour : m_document->contoursOn(*slice)) {
        if (!contour.assessable || contour.curve.points.empty()) continue;
        const bool isCurrent = current == contour.cell;
        curves.push_back({.curve = geometry::toPlane(contour.curve, imagePlane),
                          .color = QColor(isCurrent ? image_colors::kAccent : image_colors::kOther),
                          .current = isCurrent});
    }
    for (const auto& cell : m_document->reading().cells()) {
        const auto* offer = m_document->reading().offer(cell);
        if (!offer || offer->contour.image != m_document->images().image(*slice)) continue;
        curves.push_back({.curve = geometry::toPlane(offer->contour.curve, imagePlane),
                          .color = QColor(image_colors::kProposal),
                          .offered = true});
    }
}

} // namespace forameter::ui
