// SPDX-License-Identifier: Apache-2.0
// What is written over a slice: the corners' words and the letters of the patient's sides.
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

#include "painted_words.hpp"
#include "slice_painting.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace colors = image_colors;

namespace {

constexpr double kMargin = 10.0, kIcon = 18.0;
constexpr int kSideSize = 38; ///< pixels, of the side's letter where there is room

QString lettersOf(geometry::PatientVector v) {
    return QString::fromStdString(geometry::orientationLetters(v));
}

/// Whole where that is possible: a warning that ends in "…" warns of nothing.
QStringList warningLines(const QString& warning, const QRect& area, const QString& side) {
    const double beside = side.isEmpty() ? 0.0 : advanceOf(uiFont(kSideSize, QFont::Bold), side) + 8;
    return wrapped(uiFont(12), warning, area.width() - 2 * kMargin - beside - kIcon);
}

} // namespace

void paintEmpty(QPainter& painter, const QRect& area, const SliceText& text) {
    if (!text.topLeft.isEmpty()) {
        painter.setFont(uiFont(12));
        painter.setPen(QColor(colors::kQuiet));
        painter.drawText(QPointF(area.left() + 10, area.top() + 20), text.topLeft.front());
    }
    painter.setFont(uiFont(13));
    painter.setPen(QColor(colors::kQuiet));
    const int width = std::min(area.width() - 32, 340);
    const QRect box(area.center().x() - width / 2, area.top() + 24, width, area.height() - 48);
    painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap, text.empty);
}

std::array<Letter, 4> orientationLetters(const QRect& area, const SliceMapping& mapping,
                                         const geometry::ImagePlane& plane, const SliceText& text,
                                         double figureHeight) {
    const geometry::PatientVector right = mapping.patientRight(plane), down = mapping.patientDown(plane);
    const geometry::PatientVector left{-right.x, -right.y, -right.z}, up{-down.x, -down.y, -down.z};
    const QFont font = uiFont(13, QFont::Bold);
    const auto letter = [&](QPointF center, const QString& word) {
        QRectF box(0, 0, widthOf(font, word) + 8, 20);
        box.moveCenter(center);
        return Letter{word, box};
    };
    const QPointF middle = QRectF(area).center();
    std::array<Letter, 4> all{letter({0, middle.y()}, lettersOf(left)),
                              letter({0, middle.y()}, lettersOf(right)),
                              letter({middle.x(), area.top() + 14.0}, lettersOf(up)),
                              letter({middle.x(), area.bottom() - figureHeight - 14.0}, lettersOf(down))};
    all[0].box.moveLeft(area.left() + 5.0);
    all[1].box.moveRight(area.right() - 5.0);
    // In a narrow pane the words of the upper corner, or the scale bar, reach the middle: the letters make
    // way.
    const QRectF words = wordsAtUpperLeft(area, text);
    if (words.right() > all[2].box.left() - 4) all[2].box.moveTop(words.bottom() + 2);
    if (figureHeight == 0.0 && scaleBarLeft(area, mapping.scale()) < all[3].box.right() + 4)
        all[3].box.moveBottom(area.bottom() - 36.0);
    return all;
}

QRectF wordsAtUpperLeft(const QRect& area, const SliceText& text) {
    const QFont font = uiFont(12, QFont::DemiBold);
    double width = text.warnings.isEmpty() ? 0.0 : area.width();
    for (const QString& line : text.topLeft)
        width = std::max(width, widthOf(font, line));
    qsizetype lines = text.topLeft.size();
    for (const QString& warning : text.warnings)
        lines += warningLines(warning, area, text.side).size();
    return {area.left() + kMargin, area.top() + kMargin, width, kLineHeight * static_cast<double>(lines)};
}

void paintOrientation(QPainter& painter, std::span<const Letter> letters, const QRect& clip) {
    const QFont font = uiFont(13, QFont::Bold);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    for (const Letter& letter : letters) {
        if (!letter.box.toAlignedRect().intersects(clip)) continue;
        haloText(painter,
                 letter.box.center() + QPointF(-widthOf(font, letter.text) / 2, metrics.capHeight() / 2),
                 letter.text, QColor(colors::kOrientation));
    }
}

void paintText(QPainter& painter, const QRect& area, const SliceText& text, bool full, const QRect& clip) {
    const QFont plain = uiFont(12), title = uiFont(12, QFont::DemiBold),
                large = uiFont(full ? kSideSize : 20, QFont::Bold);
    const double lines =
        wordsAtUpperLeft(area, text).height() + kLineHeight * static_cast<double>(text.topRight.size());
    if (!QRect(area.left(), area.top(), area.width(), static_cast<int>(76 + lines)).intersects(clip)) return;

    const double sideWidth = text.side.isEmpty() ? 0.0 : advanceOf(large, text.side) + 8;
    const double room = area.width() - 2 * kMargin - sideWidth;
    double y = area.top() + kMargin + 11;
    for (qsizetype i = 0; i < text.topLeft.size(); ++i, y += kLineHeight) {
        painter.setFont(i == 0 ? title : plain);
        const QString words =
            elided(painter.font(), text.topLeft[i], i == 0 ? Qt::ElideMiddle : Qt::ElideRight, room);
        if (!words.isEmpty()) paintPlate(painter, area.left() + kMargin, y, advanceOf(painter.font(), words));
        haloText(painter, {area.left() + kMargin, y}, words, QColor(i == 0 ? colors::kText : colors::kQuiet));
    }
    painter.setFont(plain);
    for (const QString& warning : text.warnings) {
        const double top = y;
        for (const QString& words : warningLines(warning, area, text.side)) {
            paintPlate(painter, area.left() + kMargin, y, kIcon + advanceOf(plain, words));
            haloText(painter, {area.left() + kMargin + kIcon, y}, words, QColor(colors::kWarning));
            y += kLineHeight;
        }
        painter.drawPixmap(QPointF(area.left() + kMargin, top - 11),
                           iconPixmap(QStringLiteral("warning"), QColor(colors::kWarning), 13,
                                      painter.device()->devicePixelRatioF()));
    }

    if (!text.side.isEmpty()) {
        painter.setFont(large);
        haloText(painter,
                 {area.right() - kMargin - advanceOf(large, text.side),
                  area.top() + kMargin + QFontMetricsF(large).capHeight()},
                 text.side, QColor(colors::kOrientation));
    }
    if (!full) return;
    y = area.top() + kMargin + (text.side.isEmpty() ? 11 : 56);
    painter.setFont(plain);
    double widest = 0.0;
    for (const QString& line : text.topRight)
        widest = std::max(widest, advanceOf(plain, line));
    const QRectF words = wordsAtUpperLeft(area, text);
    if (words.right() + widest + 2 * kMargin > area.right()) y = std::max(y, words.bottom() + 11);
    for (const QString& line : text.topRight) {
        const double width = advanceOf(plain, line), left = area.right() - kMargin - width;
        if (!line.isEmpty()) paintPlate(painter, left, y, width);
        haloText(painter, {left, y}, line, QColor(colors::kQuiet));
        y += kLineHeight;
    }
}

} // namespace forameter::ui
