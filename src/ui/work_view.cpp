// SPDX-License-Identifier: Apache-2.0
#include "work_view.hpp"

#include <algorithm>

#include "action_map.hpp"
#include "theme.hpp"

namespace forameter::ui {

using geometry::PlanePoint;

LiveFigure liveFigure(const workspace::ContourEditor& editor) {
    LiveFigure figure;
    const auto warnings = editor.warnings();
    if (!warnings.empty()) figure.warning = qstring(warnings.front());
    const auto numbers = editor.numbers();
    if (!numbers) return figure;
    if (numbers->crossing) {
        if (figure.warning.isEmpty()) figure.warning = QStringLiteral("The contour crosses itself: no area.");
        return figure;
    }
    const auto mm = [](Millimetres v) { return QString::number(v.value(), 'f', 1); };
    figure.value = QStringLiteral("%1 mm²").arg(numbers->area.value(), 0, 'f', 1);
    QStringList details{QStringLiteral("pixels %1 mm²").arg(numbers->areaMask.value(), 0, 'f', 1)};
    if (numbers->height) details << QStringLiteral("height %1 mm").arg(mm(*numbers->height));
    if (numbers->width) details << QStringLiteral("width %1 mm").arg(mm(*numbers->width));
    if (numbers->ap) details << QStringLiteral("AP %1 mm").arg(mm(*numbers->ap));
    if (numbers->transverse) details << QStringLiteral("transverse %1 mm").arg(mm(*numbers->transverse));
    figure.details = details.join(QStringLiteral("  ·  "));
    return figure;
}

WorkView::WorkView(QWidget* parent) : PaneView(workspace::Pane::Work, Density::Full, parent) {
    connect(this, &SliceView::toolPressed, this, &WorkView::press);
    connect(this, &SliceView::toolMoved, this, [this](const tools::PointerEvent& event) {
        if (!keyboardHolds()) move(event); // a touch of the mouse must not drag what the keyboard holds
    });
    connect(this, &SliceView::toolReleased, this, [this](const tools::PointerEvent& event) {
        if (document()) document()->editor().release(event);
    });
    connect(this, &SliceView::toolDoubleClicked, this, [this](const tools::PointerEvent& event) {
        if (document()) document()->editor().doubleClick(event);
    });
    connect(this, &SliceView::pointerLeft, this, [this] {
        if (document() && !keyboardHolds()) document()->editor().leave();
    });
}

void WorkView::setDocument(workspace::StudyDocument* document) {
    m_editorSubscriptions.clear();
    forgetHold(); // went with its study
    endKeyboard();
    setPreview({});
    setFigure({});
    if (document)
        m_editorSubscriptions.push_back(document->editor().changed.subscribe([this] { refreshPreview(); }));
    PaneView::setDocument(document);
}

void WorkView::press(const tools::PointerEvent& event) {
    if (!document()) return;
    giveUpHold(); // the mouse takes over
    auto& editor = document()->editor();
    if (const auto obstacle = editor.obstacle()) {
        Q_EMIT refused(qstring(*obstacle));
        return;
    }
    editor.press(event);
}

void WorkView::move(const tools::PointerEvent& event) {
    if (!document()) return;
    // Hovering changes nothing but the tool's own marks: the panels need not hear of it.
    auto& editor = document()->editor();
    if (!editor.move(event)) setPreview(editor.preview());
}

void WorkView::refresh() {
    PaneView::refresh();
    refreshPreview();
}

void WorkView::refreshPreview() {
    if (!document()) return;
    const auto& editor = document()->editor();
    if (!editor.busy()) forgetHold(); // another tool, undo or Return have ended the drag
    setToolActive(editor.tool().has_value());
    tools::Preview preview = editor.preview();
    const bool hasCurve = preview.curve || preview.placed;
    setPreview(std::move(preview));
    setFigure(liveFigure(editor));
    if (hasCurve != m_previewHasCurve) {
        m_previewHasCurve = hasCurve;
        refreshMarks(); // the recorded contour steps aside for the preview, or comes back
    }
}

void WorkView::addCurves(std::vector<CurveMark>& curves) {
    PaneView::addCurves(curves);
    if (m_previewHasCurve) std::erase_if(curves, [](const CurveMark& mark) { return mark.current; });
}

void WorkView::cursorMoved(PlanePoint at) {
    move(eventAt(at));
}

PlanePoint WorkView::cursorStart(PlanePoint at) const {
    // What can be changed is nearer than a walk across the picture.
    const auto handles = document() && !document()->editor().busy() ? document()->editor().preview().handles
                                                                    : std::vector<tools::Handle>{};
    const auto nearest = std::ranges::min_element(
        handles, {}, [at](const tools::Handle& handle) { return length(handle.at - at); });
    return nearest == handles.end() ? at : nearest->at;
}

bool WorkView::wouldDrag(PlanePoint at) {
    const auto& editor = document()->editor();
    switch (editor.tool().value_or(tools::ToolKind::LiveWire)) {
    case tools::ToolKind::Freehand:
    case tools::ToolKind::Brush:
    case tools::ToolKind::Sculpt:
    case tools::ToolKind::Smooth:
        return true;
    case tools::ToolKind::LiveWire:
        return false;
    case tools::ToolKind::Spline:
    case tools::ToolKind::Polygon:
    case tools::ToolKind::Vertex:
        break;
    }
    if (editor.busy()) return false; // points are being placed
    cursorMoved(at);                 // the tool lights up what it would catch
    const auto shown = editor.preview();
    return shown.insertion || std::ranges::any_of(shown.handles, &tools::Handle::active);
}

bool WorkView::takeHold(PlanePoint at, Qt::KeyboardModifiers modifiers) {
    auto& editor = document()->editor();
    const bool drags = wouldDrag(at);
    press(eventAt(at, modifiers));
    if (drags && editor.busy()) return true;
    editor.release(eventAt(at, modifiers));
    return false;
}

void WorkView::letGo(PlanePoint at) {
    document()->editor().release(eventAt(at));
}

void WorkView::dropHold() {
    document()->editor().cancel();
}

} // namespace forameter::ui
