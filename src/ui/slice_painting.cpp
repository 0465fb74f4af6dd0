// SPDX-License-Identifier: Apache-2.0
#include "slice_painting.hpp"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "painted_words.hpp"
#include "theme.hpp"

namespace forameter::ui {

using geometry::PlanePoint;
namespace colors = image_colors;

namespace {

void dot(QPainter& painter, QPointF at, double radius, QColor fill, QColor rim, double width = 1.6) {
    painter.setPen(QPen(rim, width));
    painter.setBrush(fill);
    painter.drawEllipse(at, radius, radius);
}

/// 1, 2 or 5 times a power of ten: a bar of 56 pixels or more, but no longer than half of a narrow pane.
double niceLength(double pixelsPerMm, double width) {
    double nice = 1.0;
    for (const double mm : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0}) {
        if (mm * pixelsPerMm > width / 2) break;
        nice = mm;
        if (mm * pixelsPerMm >= 56.0) break;
    }
    return nice;
}

} // namespace

QPainterPath pathOf(const geometry::PlaneCurve& curve, const SliceMapping& mapping) {
    QPainterPath path;
    const auto segments = geometry::beziers(curve);
    if (segments.empty()) {
        for (std::size_t i = 0; i < curve.points.size(); ++i) {
            const QPointF p = mapping.toScreen(curve.points[i]);
            if (i == 0)
                path.moveTo(p);
            else
                path.lineTo(p);
        }
        return path;
    }
    path.moveTo(mapping.toScreen(segments.front().p0));
    for (const auto& s : segments)
        path.cubicTo(mapping.toScreen(s.p1), mapping.toScreen(s.p2), mapping.toScreen(s.p3));
    path.closeSubpath();
    return path;
}

void paintGuides(QPainter& painter, const QRectF& area, const SliceMarks& marks, const SliceMapping& mapping,
                 std::span<const Letter> letters, const QRectF& words, const QRect& clip) {
    for (const bool current : {false, true}) {
        for (const LineMark& line : marks.lines) {
            if (line.current != current) continue;
            QColor color(colors::kReference);
            if (!current) color.setAlpha(105);
            QPen pen(color, current ? 1.4 : 1.0);
            if (line.dashed) pen.setDashPattern({5, 4});
            haloLine(painter, {mapping.toScreen(line.from), mapping.toScreen(line.to)}, pen);
        }
    }
    painter.setBrush(Qt::NoBrush);
    for (const BoxMark& box : marks.boxes) {
        QPolygonF polygon;
        for (const PlanePoint p : box.corners)
            polygon << mapping.toScreen(p);
        painter.setPen(QPen(QColor(colors::kAccent), 1.3));
        painter.drawPolygon(polygon);
    }
    std::vector<QRectF> taken;
    for (const LabelMark& label : marks.labels) {
        QFont font = uiFont(13, label.far ? QFont::Medium : QFont::DemiBold);
        font.setItalic(label.draft);
        const double width = widthOf(font, label.text);
        const QPointF at = mapping.toScreen(label.at);
        QRectF box(at - QPointF(width / 2, 9), QSizeF(width, 18));
        if (label.dot) box.moveLeft(at.x() + 9);
        // Far enough aside of a letter that the two are not read as one word; below another name.
        for (const Letter& letter : letters)
            if (letter.box.adjusted(-14, -2, 14, 2).intersects(box)) box.moveRight(letter.box.left() - 18);
        for (const QRectF& other : taken)
            if (other.intersects(box)) box.moveTop(other.bottom() + 1);
        if (words.intersects(box) || !area.contains(box)) continue; // half a name would be another one
        taken.push_back(box);
        if (!box.adjusted(-16, -4, 6, 4).intersects(clip)) continue; // with its dot and its plate
        const QColor color(label.draft ? colors::kDraft : label.far ? colors::kQuiet : colors::kText);
        if (label.dot) dot(painter, at, 3.5, QColor(0, 0, 0, 120), color);
        const double baseline = box.center().y() + QFontMetricsF(font).capHeight() / 2;
        paintPlate(painter, box.left(), baseline, width);
        painter.setFont(font);
        haloText(painter, {box.left(), baseline}, label.text, color);
    }
}

namespace {
/// The stretches of the curve that may show within the clip, with a segment more at both ends so that no line
/// ends there.
QPainterPath lineWithin(const geometry::PlaneCurve& curve, const SliceMapping& mapping, const QRect& clip) {
    const auto segments = geometry::beziers(curve);
    const QRectF reach = QRectF(clip).adjusted(-4, -4, 4, 4);
    std::vector<bool> near(segments.size());
    for (std::size_t i = 0; i < segments.size(); ++i) {
        QPolygonF hull;
        for (const PlanePoint p : {segments[i].p0, segments[i].p1, segments[i].p2, segments[i].p3})
            hull << mapping.toScreen(p);
        near[i] = hull.boundingRect().adjusted(-1, -1, 1, 1).intersects(reach);
    }
    const auto wanted = [&](std::size_t i) {
        const std::size_t n = near.size();
        return near[(i + n - 1) % n] || near[i] || near[(i + 1) % n];
    };
    std::size_t gap = 0;
    while (gap < near.size() && wanted(gap))
        ++gap;
    if (gap == near.size()) return pathOf(curve, mapping);
    QPainterPath path;
    bool on = false;
    for (std::size_t k = 1; k < near.size(); ++k) {
        const std::size_t i = (gap + k) % near.size();
        if (!wanted(i)) {
            on = false;
            continue;
        }
        const auto& s = segments[i];
        if (!on) path.moveTo(mapping.toScreen(s.p0));
        path.cubicTo(mapping.toScreen(s.p1), mapping.toScreen(s.p2), mapping.toScreen(s.p3));
        on = true;
    }
    return path;
}
} // namespace

void paintCurve(QPainter& painter, const CurveMark& mark, const SliceMapping& mapping, const QRect& clip) {
    const QPainterPath path = pathOf(mark.curve, mapping);
    QColor fill = mark.color;
    fill.setAlpha(mark.current ? 44 : 24);
    painter.setPen(Qt::NoPen);
    if (!mark.offered) {
        painter.setBrush(fill);
        painter.drawPath(path);
    }
    painter.setBrush(Qt::NoBrush);
    const bool dashed = mark.dashed || mark.offered;
    const QPainterPath line = dashed ? path : lineWithin(mark.curve, mapping, clip);
    painter.setPen(QPen(QColor(0, 0, 0, 90), mark.current ? 3.2 : 2.6));
    painter.drawPath(line);
    QPen pen(mark.color, mark.current ? 1.8 : 1.3);
    if (dashed) pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.drawPath(line);
}

namespace {
struct PreviewLook {
    bool crossing = false, tiny = false;

    explicit PreviewLook(const tools::Preview& preview) {
        const auto warned = [&](tools::Warning warning) {
            return std::find(preview.warnings.begin(), preview.warnings.end(), warning) !=
                   preview.warnings.end();
        };
        crossing = preview.crossing.has_value();
        tiny = warned(tools::Warning::Tiny);
    }
    [[nodiscard]] QColor color() const {
        return {crossing ? colors::kAlarm : tiny ? colors::kWarning : colors::kAccent};
    }
    friend bool operator==(const PreviewLook&, const PreviewLook&) = default;
};

constexpr double kHandleReach = 9.0; // pixels from its middle that a handle, or the mark of a place, covers

/// The pixels that differ between two pictures of the same kind of thing.
class Changed {
public:
    explicit Changed(const SliceMapping& mapping) : m_mapping(mapping) {}

    void take(PlanePoint p, double reach) {
        const QPointF at = m_mapping.toScreen(p);
        m_box |= QRectF(at - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach));
    }
    void take(const geometry::Bezier& b) { // its control points bound it; half a pen, a pixel to spare
        for (const PlanePoint p : {b.p0, b.p1, b.p2, b.p3})
            take(p, 4.0);
    }
    template <class Point>
    void take(const Point& before, const Point& after, double reach) {
        if (before == after) return;
        if (before) take(*before, reach);
        if (after) take(*after, reach);
    }
    [[nodiscard]] QRect box() const { return m_box.toAlignedRect(); }

private:
    const SliceMapping& m_mapping;
    QRectF m_box;
};

void takeWhole(Changed& changed, const tools::Preview& preview) {
    if (!preview.curve) return;
    for (const auto& segment : geometry::beziers(*preview.curve))
        changed.take(segment);
    for (const PlanePoint p : preview.curve->points)
        changed.take(p, 4.0);
}
} // namespace

QRegion changedPixels(const tools::Preview& before, const tools::Preview& after,
                      const SliceMapping& mapping) {
    const PreviewLook look(before);
    const bool sameLook = look == PreviewLook(after);
    QRegion region;
    Changed curve(mapping);
    const auto old = before.curve ? geometry::beziers(*before.curve) : std::vector<geometry::Bezier>();
    const auto now = after.curve ? geometry::beziers(*after.curve) : std::vector<geometry::Bezier>();
    if (sameLook && !look.crossing && !old.empty() && old.size() == now.size()) {
        // Outside of a box around the segments that moved neither line nor filling differ.
        for (std::size_t i = 0; i < old.size(); ++i) {
            const auto &a = old[i], &b = now[i];
            if (a.p0 == b.p0 && a.p1 == b.p1 && a.p2 == b.p2 && a.p3 == b.p3) continue;
            curve.take(a);
            curve.take(b);
        }
    } else if (!sameLook || look.crossing || before.curve != after.curve) { // dashes run all along the line
        takeWhole(curve, before);
        takeWhole(curve, after);
    }
    region += curve.box();

    const bool sameLines = sameLook && before.removing == after.removing &&
                           before.traceClosed == after.traceClosed && before.trace == after.trace;
    if (!sameLines) {
        Changed lines(mapping);
        for (const auto* preview : {&before, &after})
            for (const auto& line : preview->trace)
                for (const PlanePoint p : line)
                    lines.take(p, 4.0);
        region += lines.box();
    }
    for (std::size_t i = 0; i < std::max(before.handles.size(), after.handles.size()); ++i) {
        const auto* a = i < before.handles.size() ? &before.handles[i] : nullptr;
        const auto* b = i < after.handles.size() ? &after.handles[i] : nullptr;
        if (sameLook && a && b && a->at == b->at && a->corner == b->corner && a->active == b->active)
            continue;
        for (const auto* handle : {a, b}) {
            if (!handle) continue;
            Changed one(mapping);
            one.take(handle->at, kHandleReach);
            region += one.box();
        }
    }
    Changed places(mapping);
    const double brush = std::max(before.radius, after.radius).value() * mapping.scale() + 4.0;
    if (before.radius != after.radius || before.removing != after.removing) {
        if (before.pointer) places.take(*before.pointer, brush);
        if (after.pointer) places.take(*after.pointer, brush);
    }
    places.take(before.pointer, after.pointer, brush);
    if (!sameLook && before.insertion) places.take(*before.insertion, kHandleReach);
    places.take(before.insertion, after.insertion, kHandleReach);
    places.take(before.crossing, after.crossing, kHandleReach + 4.0);
    region += places.box();
    return region;
}

void paintPreview(QPainter& painter, const tools::Preview& preview, const SliceMapping& mapping,
                  const QRect& clip) {
    const PreviewLook look(preview);
    const bool crossing = look.crossing;
    const QColor color = look.color();
    if (preview.curve)
        paintCurve(painter, {.curve = *preview.curve, .color = color, .current = true, .dashed = crossing},
                   mapping, clip);

    painter.setBrush(Qt::NoBrush);
    for (const auto& line : preview.trace) {
        QPolygonF polygon;
        polygon.reserve(static_cast<qsizetype>(line.size()));
        for (const PlanePoint p : line)
            polygon << mapping.toScreen(p);
        QPen pen(preview.removing ? QColor(colors::kWarning) : color, 1.5);
        if (!preview.traceClosed) pen.setDashPattern({4, 3});
        painter.setPen(pen);
        if (preview.traceClosed)
            painter.drawPolygon(polygon);
        else
            painter.drawPolyline(polygon);
    }
    for (const tools::Handle& handle : preview.handles) {
        const QPointF at = mapping.toScreen(handle.at);
        if (!QRectF(clip).adjusted(-kHandleReach, -kHandleReach, kHandleReach, kHandleReach).contains(at))
            continue;
        const QColor fill = handle.active ? QColor(0xff, 0xff, 0xff) : QColor(colors::kHandle);
        const double radius = handle.active ? 5.0 : 3.8;
        if (handle.corner) {
            painter.setPen(QPen(color, 1.6));
            painter.setBrush(fill);
            painter.drawRect(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius));
        } else {
            dot(painter, at, radius, fill, color);
        }
    }
    if (preview.insertion)
        dot(painter, mapping.toScreen(*preview.insertion), 3.5, Qt::transparent, color, 1.4);
    if (preview.pointer && preview.radius.value() > 0) {
        const double radius = preview.radius.value() * mapping.scale();
        const QPointF at = mapping.toScreen(*preview.pointer);
        dot(painter, at, radius, Qt::transparent, QColor(0, 0, 0, 120), 2.6);
        dot(painter, at, radius, Qt::transparent,
            QColor(preview.removing ? colors::kWarning : colors::kAccent), 1.3);
        painter.setPen(QPen(QColor(colors::kText), 1.2));
        if (preview.removing) painter.drawLine(at + QPointF(-3, 0), at + QPointF(3, 0));
    }
    if (preview.crossing)
        dot(painter, mapping.toScreen(*preview.crossing), 9, Qt::transparent, QColor(colors::kAlarm), 2.4);
}

void paintCursor(QPainter& painter, QPointF at) {
    for (const auto& [color, width] :
         {std::pair{QColor(0, 0, 0, 170), 3.4}, std::pair{QColor(0xff, 0xff, 0xff), 1.4}}) {
        painter.setPen(QPen(color, width));
        painter.drawLine(at + QPointF(-13, 0), at + QPointF(-4, 0));
        painter.drawLine(at + QPointF(4, 0), at + QPointF(13, 0));
        painter.drawLine(at + QPointF(0, -13), at + QPointF(0, -4));
        painter.drawLine(at + QPointF(0, 4), at + QPointF(0, 13));
    }
}

void paintCross(QPainter& painter, QPointF at) {
    const QPen pen(QColor(colors::kAccent), 1.2);
    haloLine(painter, {at + QPointF(-16, 0), at + QPointF(-5, 0)}, pen);
    haloLine(painter, {at + QPointF(5, 0), at + QPointF(16, 0)}, pen);
    haloLine(painter, {at + QPointF(0, -16), at + QPointF(0, -5)}, pen);
    haloLine(painter, {at + QPointF(0, 5), at + QPointF(0, 16)}, pen);
}

double scaleBarLeft(const QRect& area, double pixelsPerMm) {
    return area.right() - 12 - niceLength(pixelsPerMm, area.width()) * pixelsPerMm;
}

void paintScaleBar(QPainter& painter, const QRect& area, double pixelsPerMm, const QString& caption,
                   bool full, const QRect& clip) {
    const QRect box(area.right() - 300, area.bottom() - 60, 300, 60);
    if (!box.intersects(clip)) return;
    const QFont font = uiFont(11);
    painter.setFont(font);
    const double right = area.right() - 12, y = area.bottom() - 13;
    const bool bar = pixelsPerMm > 0.0;
    if (full && !caption.isEmpty()) {
        const double width = advanceOf(font, caption), baseline = bar ? y - 24 : y;
        paintPlate(painter, right - width, baseline, width);
        haloText(painter, {right - width, baseline}, caption, QColor(colors::kQuiet));
    }
    if (!bar) return;
    const double left = scaleBarLeft(area, pixelsPerMm);
    const QPen pen(QColor(colors::kText), 1.4);
    painter.setRenderHint(QPainter::Antialiasing);
    haloLine(painter, {QPointF(left, y), QPointF(right, y)}, pen);
    haloLine(painter, {QPointF(left, y - 4), QPointF(left, y + 4)}, pen);
    haloLine(painter, {QPointF(right, y - 4), QPointF(right, y + 4)}, pen);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QString text = QStringLiteral("%1 mm").arg(niceLength(pixelsPerMm, area.width()));
    const double width = advanceOf(font, text), textLeft = (left + right - width) / 2;
    paintPlate(painter, textLeft, y - 7, width);
    haloText(painter, {textLeft, y - 7}, text, QColor(colors::kText));
}

namespace {
/// What stands beside the large value, or above it.
struct FigureWords {
    explicit FigureWords(const LiveFigure& figure)
        : text(figure.warning.isEmpty() ? figure.details : figure.warning),
          font(figure.value.isEmpty() ? uiFont(15, QFont::DemiBold) : uiFont(12)),
          left(figure.value.isEmpty() ? 14.0
                                      : 28.0 + figuresWidth(uiFont(32, QFont::DemiBold), figure.value)),
          right(left + advanceOf(font, text)) {}
    const QString& text;
    QFont font;
    double left, right; ///< from the edge of the area, beside the value
};
} // namespace

QRect figureExtent(const QRect& area, const LiveFigure& figure, double right) {
    const FigureWords words(figure);
    if (area.left() + words.right > right) return area;
    return area.intersected({area.left(), area.top(), static_cast<int>(words.right) + 4, area.height()});
}

void paintFigure(QPainter& painter, const QRect& area, const LiveFigure& figure, double right, bool faint) {
    if (figure.value.isEmpty() && figure.warning.isEmpty()) return;
    const bool warns = !figure.warning.isEmpty();
    const QFont large = uiFont(32, QFont::DemiBold);
    const double baseline = area.bottom() - 15, left = area.left() + 14;
    if (!figure.value.isEmpty()) {
        painter.fillRect(QRectF(left - 4, baseline - 31, figuresWidth(large, figure.value) + 8, 40), kPlate);
        painter.setFont(large);
        painter.setPen(QColor(0, 0, 0, 210));
        drawFigures(painter, {left + 1.2, baseline + 1.2}, figure.value);
        painter.setPen(warns   ? QColor(colors::kWarning)
                       : faint ? QColor(colors::kQuiet)
                               : QColor(colors::kText));
        drawFigures(painter, {left, baseline}, figure.value);
    }
    const FigureWords words(figure);
    if (words.text.isEmpty()) return;
    QPointF at(area.left() + words.left, baseline);
    if (area.left() + words.right > right) at = {left, baseline - 35}; // no room beside: above
    const QString shown = elided(words.font, words.text, Qt::ElideRight, area.right() - 10 - at.x());
    paintPlate(painter, at.x(), at.y(), advanceOf(words.font, shown));
    painter.setFont(words.font);
    haloText(painter, at, shown, QColor(warns ? colors::kWarning : colors::kText));
}

} // namespace forameter::ui
