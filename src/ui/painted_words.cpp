// SPDX-License-Identifier: Apache-2.0
#include "painted_words.hpp"

#include <QFont>
#include <QFontMetricsF>
#include <QHash>
#include <QPainter>
#include <QStaticText>
#include <QTextLayout>

namespace forameter::ui {

namespace {

/// Words laid out once: shaping them anew for every halo and every move of the pointer costs more than all
/// else.
struct Words {
    QStaticText layout;
    double advance = 0.0;
};
const Words& shaped(const QFont& font, const QString& text) {
    static QHash<std::pair<QString, int>, Words> known; // painting is done by one thread
    const int face = 1000 * font.pixelSize() + font.weight();
    const std::pair key{text, font.italic() ? -face : face};
    const auto found = known.constFind(key);
    if (found != known.constEnd()) return *found;
    if (known.size() > 400) known.clear(); // numbers that came and went
    QStaticText layout(text);
    layout.setTextFormat(Qt::PlainText);
    layout.setPerformanceHint(QStaticText::AggressiveCaching);
    layout.prepare(QTransform(), font);
    return *known.insert(key, {layout, QFontMetricsF(font).horizontalAdvance(text)});
}

} // namespace

double widthOf(const QFont& font, const QString& text) {
    return shaped(font, text).layout.size().width();
}

double advanceOf(const QFont& font, const QString& text) {
    return shaped(font, text).advance;
}

QString elided(const QFont& font, const QString& text, Qt::TextElideMode mode, double room) {
    if (advanceOf(font, text) <= room) return text;
    return QFontMetricsF(font).elidedText(QString(text).replace(u"block "_qs, u"bl. "_qs), mode, room);
}

QStringList wrapped(const QFont& font, const QString& text, double room) {
    constexpr qsizetype kMost = 4;
    if (advanceOf(font, text) <= room) return {text};
    static QHash<std::pair<QString, int>, QStringList> known; // a warning is painted with every slice
    const std::pair key{text, 100 * static_cast<int>(room) + font.pixelSize()};
    if (const auto found = known.constFind(key); found != known.constEnd()) return *found;
    if (known.size() > 100) known.clear();
    QTextLayout layout(text, font);
    layout.beginLayout();
    QStringList lines;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(room);
        lines << text.mid(line.textStart(), line.textLength()).trimmed();
    }
    layout.endLayout();
    if (lines.size() > kMost) lines = {elided(font, text, Qt::ElideRight, room)};
    return *known.insert(key, lines);
}

void haloText(QPainter& painter, QPointF baseline, const QString& text, QColor color) {
    const QStaticText words = shaped(painter.font(), text).layout;
    const QPointF corner = baseline - QPointF(0, QFontMetricsF(painter.font()).ascent());
    painter.setPen(QColor(0, 0, 0, 150));
    for (const QPointF off : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1), QPointF(1, 1)})
        painter.drawStaticText(corner + off, words);
    painter.setPen(color);
    painter.drawStaticText(corner, words);
}

void haloLine(QPainter& painter, QLineF line, const QPen& pen) {
    painter.setPen(QPen(QColor(0, 0, 0, pen.color().alpha() * 2 / 3), pen.widthF() + 2.0));
    painter.drawLine(line);
    painter.setPen(pen);
    painter.drawLine(line);
}

void paintPlate(QPainter& painter, double left, double baseline, double width) {
    painter.fillRect(QRectF(left - 4, baseline - 12.5, width + 8, kLineHeight), kPlate);
}

} // namespace forameter::ui
