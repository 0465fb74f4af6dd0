// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFont>
#include <QGraphicsItem>
#include <QRectF>

#include "content.hpp"

class QChart;
class QLineSeries;
class QValueAxis;

namespace forameter::report {

[[nodiscard]] QColor qcolor(Rgb color, double alpha = 1.0);
/// Of the size in whole units; digits of one width (Qt 6.4 cannot ask a font for its tabular figures): the
/// typeface of the interface, which is Inter where installed, else the platform's.
[[nodiscard]] QFont plotFont(double size, bool bold = false);
[[nodiscard]] double textWidth(const QFont& font, const std::string& text);
void paintMarker(QPainter& painter, Marker marker, QPointF at, double size, const QColor& color, bool filled);

/// Everything of a plot but its grid, painted over a chart, which maps values to places.
class Canvas : public QGraphicsItem {
public:
    Canvas(const Plot::Content& content, const PlotStyle& style, QChart* chart);

    /// Sizes the chart and its plot area.
    void layOut(QSizeF size);
    [[nodiscard]] QPointF place(double x, double y) const; ///< ±kEdge: the edge of the plot area
    [[nodiscard]] double heightFor(double width) const;

    [[nodiscard]] QRectF boundingRect() const override { return {QPointF(0, 0), m_size}; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    struct Margins {
        double left = 0, top = 0, right = 0, bottom = 0;
    };
    [[nodiscard]] Margins margins(double width) const;
    [[nodiscard]] double legendHeight(double width) const;
    [[nodiscard]] double rowHeight() const { return 1.75 * m_style.textSize; }
    [[nodiscard]] std::vector<double> ticks(const Axis& axis, double length, double spacing) const;
    [[nodiscard]] std::string tickText(const Axis& axis, double value) const;
    void paintAxes(QPainter& painter) const;
    void paintCategories(QPainter& painter) const;
    void paintMark(QPainter& painter, const Mark& mark) const;
    void paintSide(QPainter& painter) const;
    void paintHead(QPainter& painter) const;
    void paintWords(QPainter& painter, QPointF at, const std::string& text, Rgb color, Words::Align align,
                    double size = 1.0, bool bold = false) const;
    [[nodiscard]] QPen pen(const Ink& ink) const;

    const Plot::Content& m_content;
    const PlotStyle& m_style;
    QChart* m_chart;
    QValueAxis *m_x, *m_y;
    QLineSeries* m_anchor; ///< empty; a chart maps values of a series
    QSizeF m_size;
    double m_stepX = 1.0, m_stepY = 1.0;
};

} // namespace forameter::report
