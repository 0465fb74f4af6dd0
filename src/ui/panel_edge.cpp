// SPDX-License-Identifier: Apache-2.0
#include "panel_edge.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <utility>

#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kWidth = 5; // pixels: enough for a hand to hit
}

PanelEdge::PanelEdge(QWidget* panel, QWidget* parent) : QWidget(parent), m_panel(panel) {
    setObjectName(QStringLiteral("PanelEdge"));
    setFixedWidth(kWidth);
    setMovable(true);
}

void PanelEdge::setMovable(bool movable) {
    if (std::exchange(m_movable, movable) == movable) return;
    setCursor(movable ? Qt::SplitHCursor : Qt::ArrowCursor);
    setToolTip(movable
                   ? QStringLiteral("Drag to make the panel wider or narrower; double click puts it back.")
                   : QString());
    m_hot = m_hot && movable;
    m_grabbedAt.reset();
    update();
}

void PanelEdge::mousePressEvent(QMouseEvent* event) {
    if (!m_movable || event->button() != Qt::LeftButton) return event->ignore();
    m_grabbedAt = event->globalPosition().toPoint().x() - m_panel->width();
}

void PanelEdge::mouseMoveEvent(QMouseEvent* event) {
    if (m_grabbedAt) Q_EMIT dragged(event->globalPosition().toPoint().x() - *m_grabbedAt);
}

void PanelEdge::mouseReleaseEvent(QMouseEvent*) {
    m_grabbedAt.reset();
    m_hot = m_hot && underMouse();
    update();
}

void PanelEdge::mouseDoubleClickEvent(QMouseEvent* event) {
    if (m_movable && event->button() == Qt::LeftButton) Q_EMIT reset();
}

void PanelEdge::enterEvent(QEnterEvent*) {
    m_hot = m_movable;
    update();
}

void PanelEdge::leaveEvent(QEvent*) {
    m_hot = m_movable && m_grabbedAt;
    update();
}

void PanelEdge::paintEvent(QPaintEvent*) {
    if (m_hot) QPainter(this).fillRect(rect().adjusted(1, 0, -1, 0), theme().accent);
}

} // namespace forameter::ui
