// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pane_view.hpp"

namespace forameter::ui {

/// The large pane of one cell: what the hand does goes to the contour editor, and what the tool shows is
/// painted. A point placed by keyboard is a press of the tool; Return, Backspace and Esc are as with the
/// mouse. Tools that are dragged hold on to what they caught until the key comes again.
class WorkView : public PaneView {
    Q_OBJECT

public:
    explicit WorkView(QWidget* parent);

    void setDocument(workspace::StudyDocument* document);

protected:
    void cursorMoved(geometry::PlanePoint at) override;
    [[nodiscard]] geometry::PlanePoint cursorStart(geometry::PlanePoint at) const override;
    bool takeHold(geometry::PlanePoint at, Qt::KeyboardModifiers modifiers) override;
    void letGo(geometry::PlanePoint at) override;
    void dropHold() override;
    void refresh() override;
    void addCurves(std::vector<CurveMark>& curves) override;

private:
    void refreshPreview();
    void press(const tools::PointerEvent& event);
    void move(const tools::PointerEvent& event);
    /// A press of the active tool there would begin a drag, and not only place a point.
    [[nodiscard]] bool wouldDrag(geometry::PlanePoint at);

    std::vector<workspace::Subscription> m_editorSubscriptions;
    bool m_previewHasCurve = false;
};

/// "112.6 mm²", and what stands beside it; empty where there is no contour.
[[nodiscard]] LiveFigure liveFigure(const workspace::ContourEditor& editor);

} // namespace forameter::ui
