// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QWidget>
#include <functional>
#include <optional>

#include "forameter/render/slice_painter.hpp"
#include "forameter/tools/tool.hpp"
#include "forameter/workspace/actions.hpp"
#include "slice_mapping.hpp"
#include "slice_painting.hpp"

namespace forameter::ui {

/// One slice with everything painted over it, and the mouse on it. Holds no state of the study: pictures,
/// marks and texts are set from outside, what the person does is told by signals in plane millimetres.
///
/// The picture made by render::SlicePainter is kept; a move of the pointer repaints only the pixels that it
/// changes.
class SliceView : public QWidget {
    Q_OBJECT

public:
    enum class Density { Full, Compact };

    SliceView(Density density, QWidget* parent);
    ~SliceView() override;

    void setBindings(const workspace::Bindings* bindings) { m_bindings = bindings; }
    void setImage(imaging::VolumePtr volume, int slice);
    void clearImage();
    void setLook(const render::SliceLook& look);
    void setMarks(SliceMarks marks);
    /// What the active tool shows; changes with every move of the pointer, so it is kept apart from the
    /// marks.
    void setPreview(tools::Preview preview);
    /// Where drawing by keyboard is.
    void setCursor(std::optional<geometry::PlanePoint> cursor);
    void setText(const SliceText& text);
    void setFigure(const LiveFigure& figure);
    void setCurvesHidden(bool hidden);
    void setAnnotationsShown(bool shown);
    /// Something at a place that the plain left button can take hold of and move, e.g. a vertebra's mark.
    void setGrabTest(std::function<bool(geometry::PlanePoint)> test) { m_grabTest = std::move(test); }
    /// A tool owns the plain left button.
    void setToolActive(bool active);
    /// While a key is held the left button changes the window, whatever tool is active.
    void setWindowKeyHeld(bool held) { m_windowKeyHeld = held; }

    [[nodiscard]] const imaging::VolumePtr& volume() const { return m_volume; }
    [[nodiscard]] int slice() const { return m_slice; }
    [[nodiscard]] const geometry::ImagePlane* plane() const;
    [[nodiscard]] const render::SliceLook& look() const { return m_look; }
    [[nodiscard]] const SliceMapping& mapping() const { return m_mapping; }
    /// Screen pixels (device-independent) per image pixel, along the screen's rows; 0 without an image.
    [[nodiscard]] double magnification() const;
    /// `center` in the middle, `field` mm across the shorter side.
    void setViewport(geometry::PlanePoint center, double field);
    /// The whole image as large as it goes, whatever the shape of the view; also what it starts with.
    void fitWhole();
    /// As the person's own zooming, about the middle; > 1 enlarges.
    void zoomBy(double factor);
    [[nodiscard]] std::optional<geometry::PlanePoint> pointerPosition() const { return m_pointer; }

Q_SIGNALS:
    void slicesStepped(int steps);                              ///< + towards the end of the stack
    void windowDragged(forameter::imaging::WindowLevel window); ///< what it is to be
    // Of the active tool: each press, and each double click instead of a second press, has its release.
    void toolPressed(const forameter::tools::PointerEvent& event);
    void toolMoved(const forameter::tools::PointerEvent& event);
    void toolReleased(const forameter::tools::PointerEvent& event);
    void toolDoubleClicked(const forameter::tools::PointerEvent& event);
    void toolSizeStepped(int steps);
    void crosshairMoved(forameter::geometry::PlanePoint at);
    void clicked(forameter::geometry::PlanePoint at,
                 Qt::KeyboardModifiers modifiers);    ///< left, without a drag, no tool active
    void dropped(forameter::geometry::PlanePoint at); ///< what was grabbed, here
    void enlargeRequested();
    void menuRequested(QPoint globalPosition); ///< right click without a drag
    void viewportChanged(forameter::geometry::PlanePoint center, double field); ///< by the person
    void pointerLeft();
    void focused();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    /// More to paint with the recorded curves, below what is being drawn; repaintAll() when it changes.
    virtual void paintMore(QPainter&) {}
    void repaintAll() { update(); }
    /// What a tool is told of the pointer there.
    [[nodiscard]] tools::PointerEvent eventAt(geometry::PlanePoint at,
                                              Qt::KeyboardModifiers modifiers = Qt::NoModifier) const;

private:
    void invalidatePicture();
    void rebuildPicture();
    void placeView();
    void tellViewport();
    void paintGround(QPainter& painter, const QRect& clip);
    void paint(QPainter& painter, const QRect& clip);
    [[nodiscard]] std::array<Letter, 4> letters() const;
    void paintCorners(QPainter& painter, const QRect& clip);
    [[nodiscard]] QRect figureRect() const;
    [[nodiscard]] double figureRight() const;
    [[nodiscard]] bool isNarrow() const { return width() < 440; }
    [[nodiscard]] bool hasFigure() const { return !m_figure.value.isEmpty() || !m_figure.warning.isEmpty(); }
    [[nodiscard]] std::optional<workspace::MouseAction> actionOf(workspace::MouseButton button,
                                                                 Qt::KeyboardModifiers modifiers) const;
    void drag(QPointF position, Qt::KeyboardModifiers modifiers);
    [[nodiscard]] imaging::WindowLevel windowAfter(QPointF drag) const;

    Density m_density;
    const workspace::Bindings* m_bindings = nullptr;
    imaging::VolumePtr m_volume;
    int m_slice = 0;
    render::SliceLook m_look;
    render::SlicePainter m_painter;
    SliceMapping m_mapping;
    QImage m_picture; ///< borrows the painter's buffer
    bool m_pictureStale = true;
    std::optional<std::pair<geometry::PlanePoint, double>> m_viewport;

    SliceMarks m_marks;
    tools::Preview m_preview;
    std::optional<geometry::PlanePoint> m_cursor;
    SliceText m_text;
    LiveFigure m_figure;
    bool m_curvesHidden = false, m_annotationsShown = true, m_toolActive = false, m_windowKeyHeld = false;

    struct Drag {
        workspace::MouseAction action;
        Qt::MouseButton button;
        QPointF start, last;
        bool moved = false;
        bool grabbed = false;
    };
    std::optional<Drag> m_drag;
    std::function<bool(geometry::PlanePoint)> m_grabTest;
    double m_sliceRemainder = 0.0; ///< drag or wheel distance not yet worth a slice
    std::optional<geometry::PlanePoint> m_pointer;
};

} // namespace forameter::ui
