// SPDX-License-Identifier: Apache-2.0
#include "list_row.hpp"

#include <QPainter>
#include <QStyleOptionViewItem>
#include <algorithm>

#include "theme.hpp"

namespace forameter::ui {

QRectF drawListRowFrame(QPainter& painter, const QStyleOptionViewItem& option, bool open) {
    const Theme& t = theme();
    const QRectF box = QRectF(option.rect).adjusted(8, 2, -8, -2);
    if (open || option.state.testFlag(QStyle::State_MouseOver)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(open ? t.raised : QColor(t.raised.red(), t.raised.green(), t.raised.blue(), 120));
        painter.drawRoundedRect(box, 6, 6);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setPen(QPen(t.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
    return box;
}

void drawListRowBar(QPainter& painter, const QRectF& box, bool open, double share, const QColor& color) {
    const Theme& t = theme();
    const QRectF track(box.left() + 10, box.bottom() - 8, box.width() - 20, 3);
    painter.setPen(Qt::NoPen);
    painter.setBrush(open ? t.hover : t.line);
    painter.drawRoundedRect(track, 1.5, 1.5);
    if (!(share > 0)) return;
    painter.setBrush(color);
    const double width = std::max(3.0, track.width() * std::min(share, 1.0));
    painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(width, 3)), 1.5, 1.5);
}

} // namespace forameter::ui
