// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <optional>

namespace forameter::ui {

/// The edge of a panel at its left, which a drag moves and a double click puts back.
class PanelEdge : public QWidget {
    Q_OBJECT

public:
    explicit PanelEdge(QWidget* panel, QWidget* parent);
    /// An edge that cannot be moved is only the gap between two panels.
    void setMovable(bool movable);

Q_SIGNALS:
    void dragged(int width); ///< what the panel's width would be
    void reset();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* m_panel;
    bool m_movable = false, m_hot = false;
    std::optional<int> m_grabbedAt; ///< global x less the panel's width, while it is dragged
};

} // namespace forameter::ui
