// SPDX-License-Identifier: Apache-2.0
#include "scene_view.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "action_map.hpp"
#include "painted_words.hpp"
#include "theme.hpp"

namespace forameter::ui {

using render::CameraPreset;
using workspace::Pane;

namespace {
constexpr int kPause = 150; // ms without a change before the scene follows

/// Drums between the marks, as large as bodies are against the way from one to the next.
std::vector<render::SceneBody> bodiesOf(std::vector<anatomy::VertebraMark> marks) {
    std::ranges::sort(marks, {}, &anatomy::VertebraMark::vertebra); // from the head down
    std::vector<render::SceneBody> bodies;
    for (std::size_t i = 0; marks.size() > 1 && i < marks.size(); ++i) {
        const std::size_t above = i == 0 ? 0 : i - 1, below = std::min(i + 1, marks.size() - 1);
        const auto axis = marks[above].center - marks[below].center;
        const double step = geometry::length(axis) / static_cast<double>(below - above);
        if (step < 15 || step > 60) continue; // mm; marks with others left out between
        bodies.push_back({marks[i].center, axis, 0.7 * step, 1.25 * step, 0.92 * step});
    }
    return bodies;
}
} // namespace

SceneView::SceneView(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(96, 100);
    setFocusPolicy(Qt::ClickFocus);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kPause);
    connect(&m_timer, &QTimer::timeout, this, [this] { renderNow(); });
}

SceneView::~SceneView() = default;

void SceneView::setDocument(workspace::StudyDocument* document) {
    m_subscriptions.clear();
    m_document = document;
    m_framed = m_nothing = false;
    m_preset = CameraPreset::Oblique;
    m_picture = QImage();
    if (document) {
        m_subscriptions.push_back(document->views().paneChanged.subscribe([this](Pane) { later(); }));
        m_subscriptions.push_back(document->record().changed.subscribe([this] { later(); }));
        m_subscriptions.push_back(document->levels().changed.subscribe([this] { later(); }));
        m_subscriptions.push_back(document->reading().currentChanged.subscribe([this] { later(); }));
        m_subscriptions.push_back(
            document->images().stackChanged.subscribe([this](std::size_t) { later(); }));
    }
    later();
    update();
}

void SceneView::later() {
    if (isVisible()) m_timer.start();
}

bool SceneView::ensureScene() {
    if (m_tried) return m_scene.has_value();
    m_tried = true;
    auto scene = render::Scene::create();
    if (!scene) {
        m_obstacle = qstring(scene.error().message);
        return false;
    }
    m_scene.emplace(std::move(*scene));
    return true;
}

void SceneView::fillScene() {
    auto& images = m_document->images();
    auto& views = m_document->views();
    m_unread = false;
    std::vector<render::SceneSlice> slices;
    std::vector<render::SceneOutline> outlines;
    for (const Pane pane : {views.hanging().sagittalT2 ? Pane::SagittalT2 : Pane::SagittalT1, Pane::Axial}) {
        const auto& state = views.pane(pane);
        if (!state.slice) continue;
        const workspace::Stack& stack = images.stacks()[state.slice->stack];
        if (!stack.located || stack.space != views.levelSpace()) continue; // its place would be made up
        const auto volume = images.volume(state.slice->stack);
        if (!volume || images.failure(*state.slice)) {
            m_unread = true;
            continue;
        }
        slices.push_back({.volume = volume,
                          .slice = static_cast<int>(state.slice->slice),
                          .look = {.window = state.window.value_or(imaging::initialWindow(*volume)),
                                   .greyscale = volume->info().greyscale,
                                   .interpolation = render::Interpolation::Linear}});
        if (pane != Pane::Axial || !state.list) continue;
        for (const std::size_t block :
             views.hanging().lists[*state.list].stacks) // one frame per angled block
            if (block != state.slice->stack)
                outlines.push_back(
                    {.plane = images.stacks()[block].planes[images.stacks()[block].planes.size() / 2]});
    }
    std::vector<render::SceneContour> contours;
    const auto current = m_document->reading().currentCell();
    for (const auto& entry : m_document->record().contours())
        if (entry.contour.assessable && entry.contour.curve.points.size() >= 3)
            contours.push_back({.curve = entry.contour.curve,
                                .color = 0xffffffu & (current == entry.contour.cell ? image_colors::kAccent
                                                                                    : image_colors::kOther),
                                .emphasised = current == entry.contour.cell});
    std::vector<render::SceneLabel> labels;
    for (const auto& mark : m_document->levels().draft().marks)
        labels.push_back({.at = mark.center, .text = std::string(anatomy::name(mark.vertebra))});
    m_scene->setSlices(slices);
    m_scene->setOutlines(outlines);
    m_scene->setContours(contours);
    m_scene->setBodies(bodiesOf(m_document->levels().draft().marks));
    m_scene->setLabels(labels);
    m_scene->setBackground(0xffffffu & image_colors::kScene);
    m_nothing = slices.empty() && images.allLoaded();
    const bool bodies = m_document->levels().draft().marks.size() > 1;
    if (!m_framed && (!slices.empty() || (m_nothing && bodies))) {
        m_scene->look(m_preset);
        m_framed = m_document->images().allLoaded();
    }
}

void SceneView::renderNow() {
    if (!m_document || !ensureScene()) return update();
    fillScene();
    renderPicture();
}

void SceneView::renderPicture(render::Quality quality) {
    if (!m_scene) return;
    const qreal ratio = devicePixelRatioF();
    const render::Picture& picture =
        m_scene->render(static_cast<int>(std::lround(width() * ratio)),
                        static_cast<int>(std::lround(height() * ratio)), ratio, quality);
    m_picture = QImage(reinterpret_cast<const uchar*>(picture.data().data()), picture.columns(),
                       picture.rows(), picture.columns() * 4, QImage::Format_RGB32);
    m_picture.setDevicePixelRatio(ratio);
    update();
}

void SceneView::moved() {
    renderPicture(render::Quality::Draft);
    later();
}

void SceneView::look(CameraPreset preset) {
    m_preset = preset;
    if (!m_scene) return later();
    m_scene->look(preset);
    renderPicture();
}

void SceneView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(image_colors::kScene));
    if (!m_picture.isNull()) {
        const QSizeF whole = m_picture.deviceIndependentSize();
        QRectF place({}, whole.toSize() == size() ? whole : whole.scaled(size(), Qt::KeepAspectRatio));
        if (place.size() != whole) place.moveCenter(QRectF(rect()).center());
        painter.drawImage(place, m_picture);
    }
    painter.setFont(uiFont(12, QFont::DemiBold));
    painter.setPen(QColor(image_colors::kText));
    painter.drawText(QPointF(10, 21), QStringLiteral("3-D"));
    painter.setFont(uiFont(12));
    painter.setPen(QColor(image_colors::kQuiet));
    const QString nothing = m_unread ? QStringLiteral("No picture of this study could be read.")
                                     : QStringLiteral("No picture of this study has a known place and size.");
    const bool bodies = m_document && m_document->levels().draft().marks.size() > 1;
    if (m_picture.isNull() || (m_nothing && !bodies)) {
        const QString text = !m_obstacle.isEmpty() ? m_obstacle
                             : m_nothing           ? nothing
                             : m_document          ? QStringLiteral("Building the scene…")
                                                   : QString();
        painter.setFont(uiFont(13));
        painter.drawText(rect().adjusted(40, 30, -40, -30), Qt::AlignCenter | Qt::TextWordWrap, text);
    } else {
        QStringList hints{QStringLiteral("drag to turn"), QStringLiteral("right click for views")};
        if (bodies) hints << QStringLiteral("bodies are schematic");
        if (m_nothing) hints = {nothing};
        QStringList lines;
        for (const QString& hint : hints) { // one after the other, as far as they fit
            const QString longer = lines.isEmpty() ? hint : lines.back() + QStringLiteral(" · ") + hint;
            if (lines.isEmpty() || painter.fontMetrics().horizontalAdvance(longer) > width() - 20)
                lines << hint;
            else
                lines.back() = longer;
        }
        for (double y = 38; const QString& line : lines) {
            paintPlate(painter, 10, y, painter.fontMetrics().horizontalAdvance(line));
            painter.drawText(QPointF(10, y), line);
            y += kLineHeight;
        }
    }
}

void SceneView::resizeEvent(QResizeEvent*) {
    later(); // until then the picture is shown as it is, larger or smaller
}

void SceneView::showEvent(QShowEvent*) {
    later();
}

void SceneView::mousePressEvent(QMouseEvent* event) {
    m_pressed = m_last = event->position();
}

void SceneView::mouseMoveEvent(QMouseEvent* event) {
    if (!m_scene || event->buttons() == Qt::NoButton) return;
    const QPointF delta = (event->position() - m_last) * devicePixelRatioF();
    m_last = event->position();
    if (event->buttons() & Qt::LeftButton)
        m_scene->rotate(delta.x(), delta.y());
    else if (event->buttons() & Qt::MiddleButton)
        m_scene->pan(delta.x(), delta.y());
    else if (event->buttons() & Qt::RightButton)
        m_scene->zoom(std::exp(-delta.y() * 0.006));
    moved();
}

void SceneView::mouseDoubleClickEvent(QMouseEvent*) {
    Q_EMIT enlargeRequested();
}

void SceneView::wheelEvent(QWheelEvent* event) {
    event->accept();
    if (!m_scene) return;
    m_scene->zoom(std::pow(1.15, event->angleDelta().y() / 120.0));
    moved();
}

void SceneView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::RightButton && (event->position() - m_pressed).manhattanLength() <= 4)
        Q_EMIT menuRequested(event->globalPosition().toPoint());
}

} // namespace forameter::ui
