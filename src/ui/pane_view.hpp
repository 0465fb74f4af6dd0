// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/workspace/study_document.hpp"
#include "slice_view.hpp"

namespace forameter::ui {

/// A slice view that shows one pane of the open study and hands the person's movements to it.
///
/// By keyboard: startKeyboard() shows a cursor that arrow keys move (Shift coarse, Alt fine, farther where
/// the view is wide). placePoint() does what a click there would do; where a press of the mouse would take
/// hold of something, it holds on, the arrows drag, and placePoint() again lets go.
class PaneView : public SliceView {
    Q_OBJECT

public:
    PaneView(workspace::Pane pane, Density density, QWidget* parent);

    [[nodiscard]] workspace::Pane pane() const { return m_pane; }
    void setDocument(workspace::StudyDocument* document);
    void setReferenceLines(bool shown);
    void setLevelLabels(bool shown);

    [[nodiscard]] workspace::StudyDocument* document() const { return m_document; }
    /// A picture on which vertebrae can be marked: sagittal, and its place in the patient is known.
    [[nodiscard]] bool takesMarks() const;

    [[nodiscard]] bool keyboardActive() const { return m_cursorAt.has_value(); }
    void startKeyboard();
    void endKeyboard();
    void moveCursor(int right, int down, Qt::KeyboardModifiers modifiers);
    /// The modifiers are those of a press of the mouse: they add and remove.
    void placePoint(Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    [[nodiscard]] bool keyboardHolds() const { return m_holds; }
    /// Lets go of what the cursor drags, and leaves it where it was.
    void giveUpHold();

Q_SIGNALS:
    void refused(const QString& sentence); ///< what was asked for cannot be done, and why
    void keyboardChanged();                ///< the cursor came or went, took hold or let go

protected:
    /// All of the pane: picture, texts and marks.
    virtual void refresh();
    /// What lies over the picture.
    void refreshMarks();
    /// Other curves than the recorded ones of this slice.
    virtual void addCurves(std::vector<CurveMark>& curves);
    virtual void cursorMoved(geometry::PlanePoint) {}
    /// Where the cursor begins.
    [[nodiscard]] virtual geometry::PlanePoint cursorStart(geometry::PlanePoint at) const { return at; }
    /// What a press there does; true where it holds something, to be dragged until letGo() or dropHold().
    virtual bool takeHold(geometry::PlanePoint at, Qt::KeyboardModifiers modifiers);
    virtual void letGo(geometry::PlanePoint at) { moveMark(at); }
    virtual void dropHold() {}
    /// What was held is gone by other ways.
    void forgetHold();
    [[nodiscard]] SliceText textOf(const workspace::PaneOverlay& overlay) const;
    std::vector<workspace::Subscription> m_subscriptions;

private:
    [[nodiscard]] std::optional<anatomy::Vertebra> markAt(geometry::PlanePoint at) const;
    void moveMark(geometry::PlanePoint at);

    workspace::Pane m_pane;
    bool m_brief;
    workspace::StudyDocument* m_document = nullptr;
    std::optional<anatomy::Vertebra> m_heldMark;
    std::optional<geometry::PlanePoint> m_cursorAt;
    bool m_holds = false;
    bool m_referenceLines = true, m_levelLabels = true;
};

} // namespace forameter::ui
