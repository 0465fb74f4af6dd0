// SPDX-License-Identifier: Apache-2.0
#include "canvas.hpp"

#include <QChart>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QPainter>
#include <QPainterPath>
#include <QValueAxis>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "forameter/core/words.hpp"

namespace forameter::report {

namespace {
QString text(const std::string& words) {
    return QString::fromStdString(words);
}

QPolygonF polygon(QPointF centre, double radius, int corners, double turn, double inner = 1.0) {
    QPolygonF points;
    const int n = inner < 1.0 ? 2 * corners : corners;
    for (int i = 0; i < n; ++i) {
        const double angle = turn + 2 * std::numbers::pi * i / n;
        const double r = inner < 1.0 && i % 2 == 1 ? inner * radius : radius;
        points << centre + QPointF(r * std::sin(angle), -r * std::cos(angle));
    }
    return points;
}
} // namespace

QColor qcolor(Rgb color, double alpha) {
    QColor out = QColor::fromRgb(color);
    out.setAlphaF(static_cast<float>(alpha));
    return out;
}

QFont plotFont(double size, bool bold) {
    static const QString family =
        QFontDatabase::hasFamily(QStringLiteral("Inter"))
            ? QStringLiteral("Inter")
            : QFontInfo(QFontDatabase::systemFont(QFontDatabase::GeneralFont)).family();
    QFont font(family);
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(size))));
    font.setBold(bold);
    font.setHintingPreference(QFont::PreferNoHinting); // the same widths in every size and on paper
    return font;
}

double textWidth(const QFont& font, const std::string& words) {
    return QFontMetricsF(font).horizontalAdvance(text(words));
}

void paintMarker(QPainter& painter, Marker marker, QPointF at, double size, const QColor& color,
                 bool filled) {
    const double r = size / 2;
    painter.setPen(QPen(color, std::max(1.0, size / 6), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.setBrush(filled ? QBrush(color) : QBrush(Qt::NoBrush));
    switch (marker) {
    case Marker::Circle:
        painter.drawEllipse(at, 0.95 * r, 0.95 * r);
        break;
    case Marker::Square:
        painter.drawRect(QRectF(at.x() - 0.85 * r, at.y() - 0.85 * r, 1.7 * r, 1.7 * r));
        break;
    case Marker::Diamond:
        painter.drawPolygon(polygon(at, 1.15 * r, 4, 0));
        break;
    case Marker::Triangle:
        painter.drawPolygon(polygon(at + QPointF(0, 0.15 * r), 1.15 * r, 3, 0));
        break;
    case Marker::Star:
        painter.drawPolygon(polygon(at, 1.25 * r, 5, 0, 0.5));
        break;
    case Marker::Pentagon:
        painter.drawPolygon(polygon(at, 1.1 * r, 5, 0));
        break;
    case Marker::Cross:
        painter.drawLine(at - QPointF(r, r), at + QPointF(r, r));
        painter.drawLine(at - QPointF(r, -r), at + QPointF(r, -r));
        break;
    }
}

Canvas::Canvas(const Plot::Content& content, const PlotStyle& style, QChart* chart)
    : QGraphicsItem(chart),
      m_content(content),
      m_style(style),
      m_chart(chart),
      m_x(new QValueAxis(chart)),
      m_y(new QValueAxis(chart)),
      m_anchor(new QLineSeries(chart)) {
    setZValue(1000);
    chart->legend()->hide();
    chart->setMargins(QMargins(0, 0, 0, 0));
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->setBackgroundVisible(false);
    chart->addAxis(m_x, Qt::AlignBottom);
    chart->addAxis(m_y, Qt::AlignLeft);
    chart->addSeries(m_anchor);
    m_anchor->attachAxis(m_x);
    m_anchor->attachAxis(m_y);
    const auto prepare = [&](QValueAxis* axis, const Axis& from, bool vertical) {
        const bool named = !from.categories.empty();
        const auto count = static_cast<double>(from.categories.size());
        axis->setRange(named ? -0.5 : from.low, named ? count - 0.5 : from.high);
        axis->setReverse(vertical && named);
        axis->setLabelsVisible(false); // ours have one minus sign and one font everywhere
        axis->setLineVisible(false);
        axis->setGridLineVisible(!named && m_content.axes);
        axis->setGridLinePen(QPen(qcolor(style.grid), 0.75));
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setTickAnchor(0.0);
    };
    prepare(m_x, content.x, false);
    prepare(m_y, content.y, true);
}

std::vector<double> Canvas::ticks(const Axis& axis, double length, double spacing) const {
    double step = niceStep(axis.high - axis.low, std::max(2.0, length / (spacing * m_style.textSize)));
    if (axis.whole) step = std::max(1.0, std::round(step));
    std::vector<double> values;
    for (double n = std::ceil(axis.low / step - 1e-9); n * step <= axis.high + 1e-9 * step; ++n)
        values.push_back(n * step);
    if (values.size() == 1) values.push_back(values.front() + step); // the distance is the step
    return values;
}

std::string Canvas::tickText(const Axis& axis, double value) const {
    const double step = &axis == &m_content.x ? m_stepX : m_stepY;
    return printed(value, std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))));
}

double Canvas::legendHeight(double width) const {
    if (m_content.legend.empty()) return 0;
    const QFont font = plotFont(m_style.textSize);
    double x = 0, rows = 1;
    for (const LegendEntry& entry : m_content.legend) {
        const double w = 3.2 * m_style.textSize + textWidth(font, entry.label);
        if (x > 0 && x + w > width) x = 0, ++rows;
        x += w;
    }
    return rows * 1.5 * m_style.textSize + 0.4 * m_style.textSize;
}

Canvas::Margins Canvas::margins(double width) const {
    const double em = m_style.textSize;
    const QFont font = plotFont(em);
    Margins out;
    out.top = (m_content.title.empty() ? 0.3 : 2.0) * em + legendHeight(width);
    out.bottom = (m_content.note.empty() ? 0.0 : 1.8 * em);
    out.right = 0.9 * em;
    if (!m_content.axes) return out;
    double labels = 0;
    for (const auto& category : m_content.y.categories)
        if (!category.heading) labels = std::max(labels, textWidth(font, category.label));
    if (m_content.y.categories.empty())
        for (const double value : {m_content.y.low, m_content.y.high})
            labels = std::max(labels, textWidth(font, tickText(m_content.y, value)));
    out.left = labels + 0.8 * em + (m_content.y.title.empty() ? 0.0 : 1.7 * em);
    out.bottom += 1.7 * em + (m_content.x.title.empty() ? 0.0 : 1.5 * em);
    for (const SideColumn& column : m_content.side) {
        double wide = textWidth(plotFont(em, true), column.heading);
        for (const std::string& words : column.texts)
            wide = std::max(wide, textWidth(font, words));
        out.right += wide + 1.2 * em;
    }
    if (!m_content.side.empty()) out.top += 1.5 * em;
    // Words at the right edge stand outside.
    double outside = 0;
    for (const Mark& mark : m_content.marks)
        if (const auto* words = std::get_if<Words>(&mark); words && words->x == kEdge && words->dx > 0)
            outside = std::max(outside,
                               words->dx + textWidth(plotFont(words->size * em, words->bold), words->text));
    out.right += outside;
    return out;
}

double Canvas::heightFor(double width) const {
    const Margins m = margins(width);
    if (!m_content.nothing.empty()) return 6 * m_style.textSize;
    const double inner = std::max(10.0, width - m.left - m.right);
    const double area =
        !m_content.y.categories.empty() ? rowHeight() * static_cast<double>(m_content.y.categories.size())
        : m_content.axes
            ? m_content.height * inner
            : inner * (m_content.y.high - m_content.y.low) / (m_content.x.high - m_content.x.low);
    return m.top + area + m.bottom;
}

void Canvas::layOut(QSizeF size) {
    prepareGeometryChange();
    m_size = size;
    m_chart->setGeometry(QRectF(QPointF(0, 0), size));
    m_stepX = m_stepY = 1.0;
    for (int pass = 0; pass < 2; ++pass) { // the ticks need the room that their labels leave
        const Margins m = margins(size.width());
        QRectF area(m.left, m.top, std::max(10.0, size.width() - m.left - m.right),
                    std::max(10.0, size.height() - m.top - m.bottom));
        if (!m_content.axes) {
            const double w = m_content.x.high - m_content.x.low, h = m_content.y.high - m_content.y.low;
            const double scale = std::min(area.width() / w, area.height() / h);
            const QPointF centre = area.center();
            area = QRectF(centre.x() - scale * w / 2, centre.y() - scale * h / 2, scale * w, scale * h);
        }
        const auto step = [&](const Axis& axis, double length, double spacing) {
            const auto values = ticks(axis, length, spacing);
            return values.size() < 2 ? 1.0 : values[1] - values[0];
        };
        m_stepX = step(m_content.x, area.width(), 4.2);
        m_stepY = step(m_content.y, area.height(), 2.6);
        if (pass == 0) continue;
        m_x->setTickInterval(m_stepX);
        m_y->setTickInterval(m_stepY);
        m_chart->setPlotArea(area);
    }
    m_chart->layout()->activate();
}

QPointF Canvas::place(double x, double y) const {
    const QRectF area = m_chart->plotArea();
    QPointF at = m_chart->mapToPosition(
        {std::isfinite(x) ? x : m_content.x.low, std::isfinite(y) ? y : m_content.y.low}, m_anchor);
    if (!std::isfinite(x)) at.setX(x > 0 ? area.right() : area.left());
    if (!std::isfinite(y)) at.setY(y > 0 ? area.top() : area.bottom());
    return at;
}

QPen Canvas::pen(const Ink& ink) const {
    QPen out(qcolor(ink.color, ink.alpha), ink.width * m_style.textSize / 10);
    out.setCapStyle(Qt::FlatCap);
    if (!ink.dash.empty()) out.setDashPattern(QList<qreal>(ink.dash.begin(), ink.dash.end()));
    return out;
}

void Canvas::paintWords(QPainter& painter, QPointF at, const std::string& words, Rgb color,
                        Words::Align align, double size, bool bold) const {
    const QFont font = plotFont(size * m_style.textSize, bold);
    const double width = textWidth(font, words);
    if (align != Words::Align::Left) at.rx() -= align == Words::Align::Right ? width : width / 2;
    painter.setFont(font);
    painter.setPen(qcolor(color));
    painter.drawText(at + QPointF(0, QFontMetricsF(font).capHeight() / 2), text(words));
}

void Canvas::paintAxes(QPainter& painter) const {
    const QRectF area = m_chart->plotArea();
    const double em = m_style.textSize;
    painter.setPen(QPen(qcolor(m_style.quiet), 0.75));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (m_content.x.categories.empty())
        for (const double value : ticks(m_content.x, area.width(), 4.2)) {
            if (value > m_content.x.high * (1 + 1e-9) + 1e-9) continue;
            const QPointF at = place(value, -kEdge);
            painter.setPen(QPen(qcolor(m_style.quiet), 0.75));
            painter.drawLine(at, at + QPointF(0, 0.3 * em));
            paintWords(painter, at + QPointF(0, 0.95 * em), tickText(m_content.x, value), m_style.text,
                       Words::Align::Centre);
        }
    if (m_content.y.categories.empty())
        for (const double value : ticks(m_content.y, area.height(), 2.6)) {
            if (value > m_content.y.high * (1 + 1e-9) + 1e-9) continue;
            paintWords(painter, place(-kEdge, value) - QPointF(0.5 * em, 0), tickText(m_content.y, value),
                       m_style.text, Words::Align::Right);
        }
    paintCategories(painter);
    if (!m_content.x.title.empty())
        paintWords(painter, QPointF(area.center().x(), area.bottom() + 2.45 * em), m_content.x.title,
                   m_style.quiet, Words::Align::Centre);
    if (!m_content.y.title.empty()) {
        // In a low plot smaller, or it would run into the title.
        const double size =
            std::clamp((area.height() + em) / textWidth(plotFont(em), m_content.y.title), 0.7, 1.0);
        painter.save();
        painter.translate(0.75 * em, area.center().y());
        painter.rotate(-90);
        paintWords(painter, {0, 0}, m_content.y.title, m_style.quiet, Words::Align::Centre, size);
        painter.restore();
    }
}

void Canvas::paintCategories(QPainter& painter) const {
    const double em = m_style.textSize;
    for (std::size_t i = 0; i < m_content.y.categories.size(); ++i) {
        const auto& category = m_content.y.categories[i];
        const QPointF at = place(-kEdge, static_cast<double>(i));
        if (category.heading) { // no line runs through it
            const double x = m_content.y.title.empty() ? 0 : 1.7 * em;
            painter.fillRect(QRectF(x, at.y() - 0.75 * em,
                                    textWidth(plotFont(em, true), category.label) + 0.5 * em, 1.5 * em),
                             qcolor(m_style.background));
            paintWords(painter, {x, at.y()}, category.label, m_style.strong, Words::Align::Left, 1.0, true);
        } else {
            paintWords(painter, at - QPointF(0.6 * em, 0), category.label, m_style.text, Words::Align::Right);
        }
    }
    double previous = -1e9; // labels that would overlap are left out
    for (std::size_t i = 0; i < m_content.x.categories.size(); ++i) {
        const auto& category = m_content.x.categories[i];
        const QPointF at = place(static_cast<double>(i), -kEdge);
        const double half = textWidth(plotFont(em), category.label) / 2;
        if (at.x() - half < previous + 0.4 * em) continue;
        previous = at.x() + half;
        paintWords(painter, at + QPointF(0, 0.95 * em), category.label, m_style.text, Words::Align::Centre,
                   1.0, category.heading);
    }
}

void Canvas::paintMark(QPainter& painter, const Mark& mark) const {
    const double unit = m_style.textSize / 12; // sizes are given as on the screen
    if (const auto* band = std::get_if<Band>(&mark)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(qcolor(band->ink.color, band->ink.alpha));
        painter.drawRect(QRectF(place(band->x0, band->y0), place(band->x1, band->y1)).normalized());
    } else if (const auto* line = std::get_if<Line>(&mark)) {
        painter.setPen(pen(line->ink));
        painter.drawLine(place(line->x0, line->y0), place(line->x1, line->y1));
    } else if (const auto* outline = std::get_if<Outline>(&mark)) {
        QPolygonF points;
        for (const Plot::Place& p : outline->points)
            points << place(p.x, p.y);
        painter.setPen(outline->line.alpha > 0 ? pen(outline->line) : QPen(Qt::NoPen));
        painter.setBrush(outline->fill.alpha > 0 ? QBrush(qcolor(outline->fill.color, outline->fill.alpha))
                                                 : QBrush(Qt::NoBrush));
        painter.drawPolygon(points);
    } else if (const auto* dot = std::get_if<Dot>(&mark)) {
        paintMarker(painter, dot->marker, place(dot->x, dot->y), dot->size * unit,
                    qcolor(dot->ink.color, dot->ink.alpha), dot->filled);
    } else if (const auto* words = std::get_if<Words>(&mark)) {
        paintWords(painter, place(words->x, words->y) + QPointF(words->dx, words->dy), words->text,
                   words->color, words->align, words->size, words->bold);
    }
}

void Canvas::paintSide(QPainter& painter) const {
    const double em = m_style.textSize;
    double x = m_chart->plotArea().right() + 1.2 * em;
    for (const SideColumn& column : m_content.side) {
        double wide = textWidth(plotFont(em, true), column.heading);
        for (const std::string& words : column.texts)
            wide = std::max(wide, textWidth(plotFont(em), words));
        paintWords(painter, {x + wide, m_chart->plotArea().top() - 0.75 * em}, column.heading, m_style.quiet,
                   Words::Align::Right, 1.0, true);
        for (std::size_t i = 0; i < column.texts.size(); ++i)
            paintWords(painter, {x + wide, place(0, static_cast<double>(i)).y()}, column.texts[i],
                       m_style.text, Words::Align::Right);
        x += wide + 1.2 * em;
    }
}

void Canvas::paintHead(QPainter& painter) const {
    const double em = m_style.textSize;
    double y = 0.8 * em;
    if (!m_content.title.empty()) {
        paintWords(painter, {0, y}, m_content.title, m_style.strong, Words::Align::Left, 1.1, true);
        y += 1.8 * em;
    }
    double x = 0;
    for (const LegendEntry& entry : m_content.legend) {
        const double width = 3.2 * em + textWidth(plotFont(em), entry.label);
        if (x > 0 && x + width > m_size.width()) x = 0, y += 1.5 * em;
        const QPointF at(x + 0.7 * em, y);
        using Kind = LegendEntry::Kind;
        if (entry.kind == Kind::Swatch) {
            painter.fillRect(QRectF(at.x() - 0.5 * em, at.y() - 0.45 * em, em, 0.9 * em),
                             qcolor(entry.color));
        } else if (entry.kind == Kind::Line) {
            painter.setPen(pen({.color = entry.color, .width = 1.6, .dash = entry.dash}));
            painter.drawLine(at - QPointF(0.7 * em, 0), at + QPointF(0.9 * em, 0));
        } else {
            paintMarker(painter, entry.marker, at, 0.7 * em, qcolor(entry.color), entry.kind == Kind::Dot);
        }
        paintWords(painter, {x + 1.8 * em, y}, entry.label, m_style.text, Words::Align::Left);
        x += width;
    }
    if (!m_content.note.empty())
        paintWords(painter, {0, m_size.height() - 0.8 * em}, m_content.note, m_style.quiet,
                   Words::Align::Left, 0.9);
}

void Canvas::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    paintHead(*painter);
    if (!m_content.nothing.empty()) {
        paintWords(*painter, QRectF(QPointF(0, 0), m_size).center(), m_content.nothing, m_style.quiet,
                   Words::Align::Centre);
        return;
    }
    painter->save();
    for (const Mark& mark : m_content.marks)
        paintMark(*painter, mark);
    painter->restore();
    if (!m_content.axes) return;
    paintAxes(*painter);
    paintSide(*painter);
}

} // namespace forameter::report
