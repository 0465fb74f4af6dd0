// SPDX-License-Identifier: Apache-2.0
#include "slice_view.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <cmath>

#include "theme.hpp"

namespace forameter::ui {

using geometry::PlanePoint;
using workspace::MouseAction;
using workspace::MouseButton;

namespace {
constexpr int kDragThreshold = 4; // pixels before a press becomes a drag

std::optional<MouseButton> buttonOf(Qt::MouseButton button) {
    switch (button) {
    case Qt::LeftButton:
        return MouseButton::Left;
    case Qt::MiddleButton:
        return MouseButton::Middle;
    case Qt::RightButton:
        return MouseButton::Right;
    default:
        return std::nullopt;
    }
}
} // namespace

SliceView::SliceView(Density density, QWidget* parent) : QWidget(parent), m_density(density) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::ClickFocus);
    setMouseTracking(true);
    setMinimumSize(96, 100); // the narrowest window keeps two beside the worklist and the panel
}

SliceView::~SliceView() = default;

const geometry::ImagePlane* SliceView::plane() const {
    return m_volume ? &m_volume->plane(m_slice) : nullptr;
}

void SliceView::setImage(imaging::VolumePtr volume, int slice) {
    if (m_volume == volume && m_slice == slice) return;
    m_volume = std::move(volume);
    m_slice = slice;
    if (m_volume) {
        m_mapping.setViewSize(size());
        m_mapping.setPlane(*plane());
        placeView();
    }
    invalidatePicture();
}

void SliceView::fitWhole() {
    if (!m_viewport) return;
    m_viewport.reset();
    placeView();
    invalidatePicture();
}

void SliceView::zoomBy(double factor) {
    if (!m_volume) return;
    m_mapping.zoomAt(QRectF(rect()).center(), factor);
    tellViewport();
}

void SliceView::clearImage() {
    if (!m_volume) return;
    m_volume = nullptr;
    m_picture = QImage();
    update();
}

void SliceView::setLook(const render::SliceLook& look) {
    if (m_look == look) return;
    m_look = look;
    invalidatePicture();
}

void SliceView::setMarks(SliceMarks marks) {
    if (m_marks == marks) return;
    m_marks = std::move(marks);
    update();
}

void SliceView::setPreview(tools::Preview preview) {
    if (m_volume) update(changedPixels(m_preview, preview, m_mapping));
    m_preview = std::move(preview);
}

void SliceView::setCursor(std::optional<PlanePoint> cursor) {
    if (m_cursor == cursor) return;
    const auto around = [this](PlanePoint p) {
        return QRectF(m_mapping.toScreen(p) - QPointF(16, 16), QSizeF(32, 32)).toAlignedRect();
    };
    if (m_cursor) update(around(*m_cursor));
    m_cursor = cursor;
    if (m_cursor) update(around(*m_cursor));
}

void SliceView::setText(const SliceText& text) {
    if (m_text == text) return;
    m_text = text;
    update();
}

void SliceView::setFigure(const LiveFigure& figure) {
    if (m_figure == figure) return;
    const bool had = hasFigure();
    const QRect before = figureExtent(figureRect(), m_figure, figureRight());
    m_figure = figure;
    if (had != hasFigure())
        update(); // the letter at the foot makes room
    else
        update(before | figureExtent(figureRect(), m_figure, figureRight()));
}

void SliceView::setCurvesHidden(bool hidden) {
    if (m_curvesHidden == hidden) return;
    m_curvesHidden = hidden;
    update();
}

void SliceView::setAnnotationsShown(bool shown) {
    if (m_annotationsShown == shown) return;
    m_annotationsShown = shown;
    update();
}

void SliceView::setToolActive(bool active) {
    if (m_toolActive == active) return;
    m_toolActive = active;
    QWidget::setCursor(active ? Qt::CrossCursor : Qt::ArrowCursor);
}

void SliceView::setViewport(PlanePoint center, double field) {
    const auto viewport = std::pair{center, field};
    if (m_viewport == viewport) return;
    m_viewport = viewport;
    placeView();
    invalidatePicture();
}

void SliceView::placeView() {
    if (!m_volume) return;
    if (!m_viewport) return m_mapping.fit();
    m_mapping.setCenter(m_viewport->first);
    m_mapping.setExtent(m_viewport->second);
}

void SliceView::tellViewport() {
    m_viewport = {m_mapping.center(), std::min(width(), height()) / m_mapping.scale()};
    invalidatePicture();
    Q_EMIT viewportChanged(m_viewport->first, m_viewport->second);
}

void SliceView::invalidatePicture() {
    m_pictureStale = true;
    update();
}

void SliceView::rebuildPicture() {
    m_pictureStale = false;
    const render::Picture& picture = m_painter.paint(m_volume->slice(m_slice), *plane(),
                                                     m_mapping.deviceView(devicePixelRatioF()), m_look);
    m_picture = QImage(reinterpret_cast<const uchar*>(picture.data().data()), picture.columns(),
                       picture.rows(), picture.columns() * 4, QImage::Format_RGB32);
    m_picture.setDevicePixelRatio(devicePixelRatioF());
}

double SliceView::magnification() const {
    if (!m_volume) return 0.0;
    return m_mapping.scale() *
           (m_mapping.right().x != 0.0 ? plane()->columnSpacing() : plane()->rowSpacing());
}

QRect SliceView::figureRect() const {
    return {0, height() - 66, width(), 66};
}

/// Where the scale bar begins; a narrow pane has no room for both, and the bar goes above.
double SliceView::figureRight() const {
    if (isNarrow()) return width() - 10.0;
    return std::min(scaleBarLeft(rect(), m_mapping.scale()), width() - 120.0) - 12.0;
}

void SliceView::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    if (!m_volume) {
        painter.fillRect(event->rect(), QColor(image_colors::kBackground));
        paintEmpty(painter, rect(), m_text);
        return;
    }
    const QRegion& changed = event->region();
    if (m_pictureStale || m_picture.isNull()) rebuildPicture();
    const auto paintIn = [&](const QRegion& region) {
        // Clipping to one rectangle is much faster than to several.
        for (const QRect& part : region.rectCount() > 4 ? QRegion(region.boundingRect()) : region) {
            painter.setClipRect(part);
            paint(painter, part);
        }
    };
    if (changed.rectCount() == 1) return paintIn(changed);
    // The numbers at the foot change with the hand, but far from it: what lies between stays as it is.
    paintIn(changed - figureRect());
    paintIn(changed & figureRect());
}

void SliceView::paintGround(QPainter& painter, const QRect& clip) {
    if (m_annotationsShown)
        paintGuides(painter, rect().adjusted(0, 0, 0, hasFigure() ? -figureRect().height() : 0), m_marks,
                    m_mapping, letters(), wordsAtUpperLeft(rect(), m_text), clip);
    if (m_curvesHidden) return;
    paintMore(painter);
    for (const auto& mark : m_marks.curves)
        paintCurve(painter, mark, m_mapping, clip);
}

std::array<Letter, 4> SliceView::letters() const {
    if (!m_text.oriented) return {};
    return orientationLetters(rect(), m_mapping, *plane(), m_text, hasFigure() ? figureRect().height() : 0);
}

void SliceView::paint(QPainter& painter, const QRect& clip) {
    const qreal ratio = m_picture.devicePixelRatio();
    painter.drawImage(QRectF(clip), m_picture,
                      QRectF(QPointF(clip.topLeft()) * ratio, QSizeF(clip.size()) * ratio));
    painter.setRenderHint(QPainter::Antialiasing);
    paintGround(painter, clip);
    if (!m_curvesHidden) {
        paintPreview(painter, m_preview, m_mapping, clip);
        if (m_cursor) paintCursor(painter, m_mapping.toScreen(*m_cursor));
    }
    if (m_marks.crosshair) paintCross(painter, m_mapping.toScreen(*m_marks.crosshair));
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (m_annotationsShown) paintOrientation(painter, letters(), clip);
    paintCorners(painter, clip);
    if (hasFocus()) {
        painter.setPen(QPen(theme().accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void SliceView::paintCorners(QPainter& painter, const QRect& clip) {
    const bool full = m_density == Density::Full && width() >= 300 && height() >= 240;
    const bool above = hasFigure() && isNarrow();
    const QRect barArea = rect().adjusted(0, 0, 0, above ? -figureRect().height() : 0);
    if (m_annotationsShown) {
        SliceText text = m_text;
        if (!text.topRight.isEmpty())
            text.topRight.insert(1, QStringLiteral("zoom %1×").arg(magnification(), 0, 'f', 1));
        paintText(painter, rect(), text, full, clip);
        paintScaleBar(painter, barArea, m_text.scaled ? m_mapping.scale() : 0.0, m_text.bottomRight, full,
                      clip);
    } else {
        SliceText sideOnly; // the side is never hidden
        sideOnly.side = m_text.side;
        paintText(painter, rect(), sideOnly, full, clip);
    }
    if (clip.intersects(figureRect()))
        paintFigure(painter, figureRect(), m_figure, figureRight(), m_curvesHidden);
}

void SliceView::resizeEvent(QResizeEvent*) {
    m_mapping.setViewSize(size());
    placeView();
    invalidatePicture();
}

std::optional<MouseAction> SliceView::actionOf(MouseButton button, Qt::KeyboardModifiers modifiers) const {
    if (button == MouseButton::Left && m_windowKeyHeld) return MouseAction::WindowLevel;
    static const workspace::Bindings defaults;
    const workspace::MouseChord chord{button, modifiers.testFlag(Qt::ShiftModifier),
                                      modifiers.testFlag(Qt::ControlModifier),
                                      modifiers.testFlag(Qt::AltModifier)};
    using Active = workspace::Bindings::ToolActive;
    return (m_bindings ? *m_bindings : defaults).mouseAction(chord, m_toolActive ? Active::Yes : Active::No);
}

tools::PointerEvent SliceView::eventAt(PlanePoint at, Qt::KeyboardModifiers modifiers) const {
    return {.at = at,
            .modifiers = {.shift = modifiers.testFlag(Qt::ShiftModifier),
                          .control = modifiers.testFlag(Qt::ControlModifier),
                          .alt = modifiers.testFlag(Qt::AltModifier)},
            .mmPerScreenPixel = 1.0 / m_mapping.scale()};
}

/// To the right widens it, down raises it, both by as much as the window is wide.
imaging::WindowLevel SliceView::windowAfter(QPointF drag) const {
    imaging::WindowLevel window = m_look.window;
    window.center += 1.5 * drag.y() / height() * window.width;
    window.width = std::max(1e-6, window.width * std::exp(2.5 * drag.x() / width()));
    return window;
}

void SliceView::mousePressEvent(QMouseEvent* event) {
    Q_EMIT focused();
    const auto button = buttonOf(event->button());
    if (!m_volume || !button || m_drag) return;
    const auto action = actionOf(*button, event->modifiers());
    const bool grabbed = *button == MouseButton::Left && !m_toolActive && m_grabTest &&
                         event->modifiers() == Qt::NoModifier &&
                         m_grabTest(m_mapping.toPlane(event->position()));
    if (grabbed) {
        m_drag =
            Drag{MouseAction::Crosshair, event->button(), event->position(), event->position(), false, true};
        return;
    }
    if (!action) return;
    m_drag = Drag{*action, event->button(), event->position(), event->position(), false, false};
    m_sliceRemainder = 0.0;
    const PlanePoint at = m_mapping.toPlane(event->position());
    if (*action == MouseAction::Tool) Q_EMIT toolPressed(eventAt(at, event->modifiers()));
    if (*action == MouseAction::Crosshair) Q_EMIT crosshairMoved(at);
}

void SliceView::mouseMoveEvent(QMouseEvent* event) {
    if (!m_volume) return;
    m_pointer = m_mapping.toPlane(event->position());
    if (m_drag) {
        drag(event->position(), event->modifiers());
    } else if (event->modifiers() == Qt::ShiftModifier && !m_toolActive) {
        Q_EMIT crosshairMoved(*m_pointer);
    } else {
        Q_EMIT toolMoved(eventAt(*m_pointer, event->modifiers()));
    }
}

void SliceView::drag(QPointF position, Qt::KeyboardModifiers modifiers) {
    if (!m_drag->moved && m_drag->action != MouseAction::Tool &&
        (position - m_drag->start).manhattanLength() < kDragThreshold)
        return;
    m_drag->moved = true;
    if (m_drag->grabbed) { // a cross goes with the pointer
        m_marks.crosshair = m_mapping.toPlane(position);
        return update();
    }
    const QPointF delta = position - m_drag->last;
    m_drag->last = position;
    switch (m_drag->action) {
    case MouseAction::Tool:
        Q_EMIT toolMoved(eventAt(m_mapping.toPlane(position), modifiers));
        break;
    case MouseAction::Crosshair:
        Q_EMIT crosshairMoved(m_mapping.toPlane(position));
        break;
    case MouseAction::WindowLevel:
        Q_EMIT windowDragged(windowAfter(delta));
        break;
    case MouseAction::Pan:
        m_mapping.pan(delta);
        tellViewport();
        break;
    case MouseAction::Zoom:
        m_mapping.zoomAt(m_drag->start, std::exp(-delta.y() * 0.006));
        tellViewport();
        break;
    case MouseAction::Slices:
    case MouseAction::ToolSize: {
        m_sliceRemainder += delta.y() / 14.0;
        const int steps = static_cast<int>(m_sliceRemainder);
        m_sliceRemainder -= steps;
        if (steps == 0) break;
        if (m_drag->action == MouseAction::Slices)
            Q_EMIT slicesStepped(steps);
        else
            Q_EMIT toolSizeStepped(-steps);
        break;
    }
    }
}

void SliceView::mouseReleaseEvent(QMouseEvent* event) {
    if (!m_drag || event->button() != m_drag->button) return;
    const Drag drag = *m_drag;
    m_drag.reset();
    if (!m_volume) return;
    const PlanePoint at = m_mapping.toPlane(event->position());
    if (drag.grabbed) {
        m_marks.crosshair.reset();
        if (drag.moved) Q_EMIT dropped(at);
        return update();
    }
    if (drag.action == MouseAction::Tool)
        Q_EMIT toolReleased(eventAt(at, event->modifiers()));
    else if (!drag.moved && drag.button == Qt::LeftButton)
        Q_EMIT clicked(at, event->modifiers());
    else if (!drag.moved && drag.button == Qt::RightButton)
        Q_EMIT menuRequested(event->globalPosition().toPoint());
}

void SliceView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return mousePressEvent(event); // the next drag, begun quickly
    if (!m_volume || m_drag) return;
    if (actionOf(MouseButton::Left, event->modifiers()) != MouseAction::Tool)
        return Q_EMIT enlargeRequested();
    m_drag = Drag{MouseAction::Tool, event->button(), event->position(), event->position(), false, false};
    Q_EMIT toolDoubleClicked(eventAt(m_mapping.toPlane(event->position()), event->modifiers()));
}

void SliceView::wheelEvent(QWheelEvent* event) {
    // With Alt held, Qt turns a vertical wheel into a horizontal one.
    const int turned = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    event->accept();
    if (!m_volume || turned == 0) return;
    const auto action = actionOf(MouseButton::Wheel, event->modifiers());
    if (!action) return;
    const double notches = turned / 120.0;
    if (*action == MouseAction::Zoom) {
        m_mapping.zoomAt(event->position(), std::pow(1.15, notches));
        tellViewport();
        return;
    }
    m_sliceRemainder -= notches; // towards the person: on through the stack
    const int steps = static_cast<int>(m_sliceRemainder);
    m_sliceRemainder -= steps;
    if (steps == 0) return;
    if (*action == MouseAction::Slices)
        Q_EMIT slicesStepped(steps);
    else if (*action == MouseAction::ToolSize)
        Q_EMIT toolSizeStepped(-steps);
}

void SliceView::focusInEvent(QFocusEvent*) {
    Q_EMIT focused();
    update();
}

void SliceView::focusOutEvent(QFocusEvent*) {
    update();
}

void SliceView::leaveEvent(QEvent*) {
    m_pointer.reset();
    Q_EMIT pointerLeft();
}

} // namespace forameter::ui
