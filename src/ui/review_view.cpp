// SPDX-License-Identifier: Apache-2.0
#include "review_view.hpp"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "action_map.hpp"
#include "forameter/core/words.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/report/style.hpp"
#include "review_list.hpp"
#include "theme.hpp"

namespace forameter::ui {

using geometry::PlaneCurve;
using geometry::PlanePoint;
using workspace::ReviewAside;

namespace {

constexpr double kReachPixels = 14.0; // a click this near to a curve means it

QString mm2(SquareMillimetres area) {
    return QString::number(area.value(), 'f', 1);
}

/// A line that stands out on bright fat and on dark bone.
void drawLine(QPainter& painter, const QPainterPath& path, const QPen& pen, int shade = 120) {
    painter.setBrush(Qt::NoBrush);
    QPen dark(QColor(0, 0, 0, shade), pen.widthF() + 1.6);
    dark.setJoinStyle(Qt::RoundJoin);
    painter.setPen(dark);
    painter.drawPath(path);
    painter.setPen(pen);
    painter.drawPath(path);
}

QString methodName(protocol::ConsensusMethod method) {
    switch (method) {
    case protocol::ConsensusMethod::Majority:
        return QStringLiteral("majority");
    case protocol::ConsensusMethod::Staple:
        return QStringLiteral("STAPLE");
    case protocol::ConsensusMethod::MeanShape:
        break;
    }
    return QStringLiteral("mean shape");
}

/// Middle and size of what the raters drew.
std::pair<PlanePoint, double> extentOf(const std::vector<PlaneCurve>& curves) {
    double x0 = 1e9, x1 = -1e9, y0 = 1e9, y1 = -1e9;
    for (const auto& curve : curves)
        for (const PlanePoint p : curve.points) {
            x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
            y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
        }
    if (x1 < x0) return {{}, 0.0};
    return {{(x0 + x1) / 2, (y0 + y1) / 2}, std::max(x1 - x0, y1 - y0)};
}

} // namespace

QPen RaterPen::pen(double width) const {
    QPen pen(color, width);
    pen.setCapStyle(Qt::FlatCap);
    if (!dash.isEmpty()) pen.setDashPattern(dash);
    return pen;
}

RaterPen raterPen(char letter) {
    const auto mark =
        report::raterMark(static_cast<std::size_t>(letter - 'A'), report::PlotStyle::darkScreen());
    return {QColor(QRgb(0xff000000u | mark.color)), QVector<qreal>(mark.dash.begin(), mark.dash.end())};
}

ReviewView::ReviewView(Density density, QWidget* parent) : SliceView(density, parent) {
    setAccessibleName(QStringLiteral("Case under review"));
    connect(this, &SliceView::slicesStepped, this, &ReviewView::stepSlice);
    connect(this, &SliceView::windowDragged, this, [this](const imaging::WindowLevel& window) {
        setWindow(window);
        Q_EMIT windowChanged(window);
    });
    connect(this, &SliceView::toolPressed, this,
            [this](const tools::PointerEvent& event) { press(&workspace::ReviewDesk::press, event); });
    connect(this, &SliceView::toolDoubleClicked, this, [this](const tools::PointerEvent& event) {
        if (m_desk && !m_desk->arc()) // its second end lies elsewhere
            press(&workspace::ReviewDesk::doubleClick, event);
    });
    connect(this, &SliceView::toolMoved, this, [this](const tools::PointerEvent& event) {
        if (!m_desk || !atHome()) return;
        if (m_desk->arc())
            m_desk->hoverArc(event.at);
        else if (!m_desk->move(event) && !m_only) // where the tool is, and what it would catch
            setPreview(m_desk->preview());
    });
    connect(this, &SliceView::toolReleased, this, [this](const tools::PointerEvent& event) {
        if (m_desk && atHome() && !m_desk->arc()) press(&workspace::ReviewDesk::release, event);
    });
    connect(this, &SliceView::pointerLeft, this, [this] {
        if (m_desk) m_desk->leave();
    });
}

void ReviewView::press(Deed deed, const tools::PointerEvent& event) {
    if (!m_desk) return;
    if (!atHome()) return Q_EMIT failed(QStringLiteral("The contours lie on another slice of this stack."));
    if (!m_desk->arc()) {
        (m_desk->*deed)(event);
        if (!m_desk->problem().empty()) Q_EMIT failed(qstring(m_desk->problem()));
        return;
    }
    const auto done = m_desk->clickArc(event.at, Millimetres(kReachPixels * event.mmPerScreenPixel));
    if (!done) Q_EMIT failed(qstring(done.error().message));
}

void ReviewView::setDesk(workspace::ReviewDesk* desk) {
    m_subscriptions.clear();
    m_desk = desk;
    m_window.reset();
    clearImage();
    setPreview({});
    setFigure({});
    if (!desk) {
        setText({});
        return;
    }
    m_subscriptions.push_back(desk->changed.subscribe([this] { refresh(); }));
    m_subscriptions.push_back(desk->hovered.subscribe([this] { refreshPreview(); }));
    m_subscriptions.push_back(desk->images().stackChanged.subscribe([this](std::size_t stack) {
        if (stack == m_slice.stack) refresh();
    }));
    setOnly(m_only);
}

void ReviewView::setOnly(std::optional<char> letter) {
    m_only = letter;
    if (!m_desk) return;
    m_home = m_desk->slice();
    for (const auto& aside : m_desk->asides())
        if (letter == aside.letter && aside.slice) m_home = *aside.slice;
    m_slice = m_home;
    refresh();
    resetView();
}

void ReviewView::resetView() {
    if (!m_desk) return;
    std::vector<PlaneCurve> around;
    for (const auto& curve : m_desk->curves())
        around.push_back(curve.curve);
    if (m_home != m_desk->slice() || around.empty()) {
        around.clear();
        for (const auto& aside : m_desk->asides())
            if (aside.curve && aside.slice == m_home) around.push_back(*aside.curve);
    }
    const auto [middle, size] = extentOf(around);
    if (size > 0)
        setViewport(middle, std::clamp(2.4 * size, 30.0, 90.0));
    else
        fitWhole();
}

void ReviewView::setShown(const Shown& shown) {
    if (m_shown == shown) return;
    m_shown = shown;
    repaintAll();
}

void ReviewView::setWindow(imaging::WindowLevel window) {
    m_window = window;
    refresh();
}

void ReviewView::setInverted(bool inverted) {
    m_inverted = inverted;
    refresh();
}

void ReviewView::stepSlice(int steps) {
    if (!m_desk) return;
    const auto count = static_cast<int>(m_desk->images().stacks()[m_slice.stack].planes.size());
    m_slice.slice =
        static_cast<std::size_t>(std::clamp(static_cast<int>(m_slice.slice) + steps, 0, count - 1));
    refresh();
}

void ReviewView::refresh() {
    if (!m_desk) return;
    const auto volume = m_desk->images().volume(m_slice.stack);
    if (volume && !m_window) m_window = imaging::initialWindow(*volume);
    SliceText text = words();
    const auto failure = m_desk->images().failure(m_slice);
    if (!volume || failure) {
        text.empty = failure ? qstring(failure->message) : QStringLiteral("Reading the pictures…");
        clearImage();
    } else {
        setImage(volume, static_cast<int>(m_slice.slice));
        auto greyscale = volume->info().greyscale;
        if (m_inverted)
            greyscale = greyscale == imaging::Greyscale::LowIsBlack ? imaging::Greyscale::LowIsWhite
                                                                    : imaging::Greyscale::LowIsBlack;
        setLook({.window = *m_window, .greyscale = greyscale});
    }
    setText(text);
    setToolActive(!m_only && (m_desk->tool() || m_desk->arc()));
    refreshPreview();
    repaintAll();
}

void ReviewView::refreshPreview() {
    if (!m_desk) return;
    const bool drawing = m_desk->tool() && atHome() && !m_only;
    setPreview(drawing ? m_desk->preview() : tools::Preview{});
    setFigure(figure());
    if (m_desk->arc()) repaintAll();
}

SliceText ReviewView::words() const {
    SliceText text;
    const auto& stack = m_desk->images().stacks()[m_slice.stack];
    const QString place = QStringLiteral("%1 · %2/%3")
                              .arg(qstring(stack.title))
                              .arg(m_slice.slice + 1)
                              .arg(stack.planes.size());
    text.side = m_desk->cell().side ? qstring(anatomy::name(*m_desk->cell().side)) : QString();
    text.oriented = stack.oriented;
    text.scaled = stack.measurable;
    text.bottomRight = QStringLiteral("Research use only");
    if (m_only) {
        text.topLeft << QStringLiteral("%1 · %2").arg(QLatin1Char(*m_only)).arg(place);
        for (const auto& curve : m_desk->curves())
            if (curve.letter == *m_only) {
                text.topLeft << mm2(curve.area) + QStringLiteral(" mm²");
                if (!curve.rater.empty()) text.topLeft << qstring(curve.rater);
            }
        for (const auto& aside : m_desk->asides())
            if (aside.letter == *m_only) {
                text.warnings << qstring(aside.sentence);
                // Her slice may lie on the other side: the case's letter would be wrong there.
                if (aside.kind == ReviewAside::Kind::MixUp) text.side.clear();
            }
        return text;
    }
    QString title = qstring(anatomy::label(m_desk->cell()));
    if (!title.isEmpty()) title[0] = title[0].toUpper();
    text.topLeft << title + QStringLiteral(" · ") + place;
    text.topLeft << QStringLiteral("%1, names %2 · %3")
                        .arg(qstring(counted(m_desk->curves().size(), "rater")))
                        .arg(m_desk->revealed() ? QStringLiteral("revealed") : QStringLiteral("hidden"))
                        .arg(m_desk->edited()
                                 ? QStringLiteral("your contour")
                                 : QStringLiteral("consensus %1").arg(methodName(m_desk->method())));
    if (!atHome())
        text.warnings << QStringLiteral("Another slice: the contours lie on %1.").arg(m_home.slice + 1);
    for (const auto& aside : m_desk->asides())
        text.warnings << qstring(aside.sentence);
    if (const auto& made = m_desk->consensus(m_desk->method()); !made && !m_desk->edited())
        text.warnings << qstring(made.error().message);
    if (m_window)
        text.topRight << qstring("W " + printed(m_window->width, 0) + " L " + printed(m_window->center, 0));
    return text;
}

LiveFigure ReviewView::figure() const {
    LiveFigure figure;
    if (!m_desk || m_only) return figure;
    if (m_desk->arc() && !m_desk->arc()->problem.empty()) figure.warning = qstring(m_desk->arc()->problem);
    const auto preview = m_desk->tool() ? m_desk->preview() : tools::Preview{};
    const auto& drawn = preview.placed ? preview.placed : preview.curve;
    const auto area =
        m_desk->arc() && m_desk->arc()->result ? std::optional(geometry::area(*m_desk->arc()->result))
        : drawn && drawn->points.size() >= 3 && !preview.crossing ? std::optional(geometry::area(*drawn))
                                                                  : m_desk->resultArea();
    if (!area) return figure;
    figure.value = mm2(*area) + QStringLiteral(" mm²");
    QStringList details;
    for (const auto method : {protocol::ConsensusMethod::Majority, protocol::ConsensusMethod::Staple,
                              protocol::ConsensusMethod::MeanShape}) {
        if (method == m_desk->method() && !m_desk->edited()) continue;
        if (const auto& made = m_desk->consensus(method))
            details << QStringLiteral("%1 %2").arg(methodName(method), mm2(made->area));
    }
    if (const auto range = m_desk->leaveOneOut())
        details << QStringLiteral("leave one out %1–%2")
                       .arg(range->first.value(), 0, 'f', 0)
                       .arg(range->second.value(), 0, 'f', 0);
    figure.details = details.join(QStringLiteral("  ·  "));
    return figure;
}

void ReviewView::paintMore(QPainter& painter) {
    if (!m_desk || !volume()) return;
    if (m_only) {
        for (const auto& aside : m_desk->asides())
            if (aside.letter == *m_only && aside.curve && aside.slice == m_slice)
                drawLine(painter, pathOf(*aside.curve, mapping()), raterPen(aside.letter).pen(1.6));
    }
    if (m_slice != m_desk->slice()) return;
    if (m_shown.band && m_shown.raters && !m_only) paintBand(painter);
    if (m_shown.raters || m_only) paintRaters(painter);
    if (!m_desk->tool() || m_only) paintResult(painter);
    paintArc(painter);
}

void ReviewView::paintBand(QPainter& painter) {
    QPainterPath path;
    path.setFillRule(Qt::WindingFill); // holes run against their outer loop
    for (const auto& loop : m_desk->band())
        path.addPath(pathOf(loop, mapping()));
    QColor fill(image_colors::kBand);
    fill.setAlpha(62);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawPath(path);
}

void ReviewView::paintRaters(QPainter& painter) {
    for (const auto& aside : m_desk->asides()) {
        if (m_only || aside.kind != ReviewAside::Kind::MixUp || !aside.curve || !aside.here) continue;
        QPen faint = raterPen(aside.letter).pen(1.1);
        QColor color = faint.color();
        color.setAlpha(150);
        faint.setColor(color);
        drawLine(painter, pathOf(*aside.curve, mapping()), faint, 60);
    }
    for (const auto& curve : m_desk->curves()) {
        if (m_only && curve.letter != *m_only) continue;
        const bool strong = m_shown.strong == curve.letter ||
                            (m_desk->arc() && m_desk->curves()[m_desk->arc()->rater].letter == curve.letter);
        drawLine(painter, pathOf(curve.curve, mapping()), raterPen(curve.letter).pen(strong ? 2.8 : 1.7));
    }
}

void ReviewView::paintResult(QPainter& painter) {
    const auto& arc = m_desk->arc();
    const auto& curve = arc && arc->result && !m_only ? arc->result : m_desk->result();
    if (!curve) return;
    QPen pen(QColor(image_colors::kConsensus), m_only ? 1.0 : 2.2);
    pen.setJoinStyle(Qt::RoundJoin);
    drawLine(painter, pathOf(*curve, mapping()), pen, 160);
}

void ReviewView::paintArc(QPainter& painter) {
    if (m_only || !m_desk->arc()) return;
    const auto& arc = *m_desk->arc();
    const QColor color = raterPen(m_desk->curves()[arc.rater].letter).color;
    for (const auto& end : {arc.from, arc.to}) {
        if (!end) continue;
        painter.setPen(QPen(QColor(0, 0, 0, 190), 1.4));
        painter.setBrush(end == arc.from ? color : QColor(image_colors::kConsensus));
        painter.drawEllipse(mapping().toScreen(*end), 5.5, 5.5);
    }
}

} // namespace forameter::ui
