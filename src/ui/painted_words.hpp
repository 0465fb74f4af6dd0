// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QLineF>
#include <QPointF>
#include <QString>
#include <QStringList>

class QFont;
class QPainter;
class QPen;

// Words and lines that stay readable on any picture.
namespace forameter::ui {

inline constexpr double kLineHeight = 17.0;
inline constexpr QColor kPlate(0, 0, 0, 175);

[[nodiscard]] double widthOf(const QFont& font, const QString& text);
[[nodiscard]] double advanceOf(const QFont& font, const QString& text);
[[nodiscard]] QString elided(const QFont& font, const QString& text, Qt::TextElideMode mode, double room);
/// In up to four lines of this width; where they are not enough, in one that ends in "…", so that something
/// of the picture is left.
[[nodiscard]] QStringList wrapped(const QFont& font, const QString& text, double room);

/// Light words that stay readable on white fat: dark copies one pixel off in every direction.
void haloText(QPainter& painter, QPointF baseline, const QString& text, QColor color);
void haloLine(QPainter& painter, QLineF line, const QPen& pen);
/// A dark plate below words: grey or orange on grey could not be read, nor anything light where the grey
/// values are inverted. A plain rectangle costs nothing beside the words.
void paintPlate(QPainter& painter, double left, double baseline, double width);

} // namespace forameter::ui
