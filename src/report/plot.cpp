// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/plot.hpp"

#include <QBuffer>
#include <QChart>
#include <QGraphicsScene>
#include <QPainter>
#include <QSvgGenerator>

#include "canvas.hpp"

namespace forameter::report {

struct Plot::Scene {
    Scene(Content all, const PlotStyle& look) : content(std::move(all)), style(look) {
        if (!content.nothing.empty()) content.axes = false;
        chart = new QChart; // the scene's
        scene.addItem(chart);
        canvas = new Canvas(content, style, chart);
        chart->setVisible(true);
    }
    void layOut(double width, double height) {
        const QSizeF wanted(width, height);
        if (wanted == size) return;
        size = wanted;
        canvas->layOut(size);
        scene.setSceneRect(QRectF(QPointF(0, 0), size));
    }
    Content content;
    const PlotStyle style;
    QGraphicsScene scene;
    QChart* chart = nullptr;
    Canvas* canvas = nullptr;
    QSizeF size;
};

Plot::Plot(Content content, const PlotStyle& style)
    : m_scene(std::make_unique<Scene>(std::move(content), style)) {}
Plot::~Plot() = default;
Plot::Plot(Plot&&) noexcept = default;
Plot& Plot::operator=(Plot&&) noexcept = default;

const std::string& Plot::title() const {
    return m_scene->content.title;
}

const std::string& Plot::description() const {
    return m_scene->content.description;
}

double Plot::heightFor(double width) const {
    return m_scene->canvas->heightFor(width);
}

void Plot::paint(QPainter& painter, const QRectF& target, double scale) const {
    m_scene->layOut(target.width() / scale, target.height() / scale);
    m_scene->scene.render(&painter, target, m_scene->scene.sceneRect(), Qt::IgnoreAspectRatio);
}

std::string Plot::svg(double width, double height) const {
    QBuffer buffer;
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setResolution(96);
    const QSize size(static_cast<int>(width), static_cast<int>(height));
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(0, 0), size));
    svg.setTitle(QString::fromStdString(title()));
    svg.setDescription(QString::fromStdString(description()));
    QPainter painter(&svg);
    paint(painter, QRectF(0, 0, size.width(), size.height()));
    painter.end();
    return buffer.data().toStdString();
}

Plot::Place Plot::place(double x, double y, double width, double height) const {
    m_scene->layOut(width, height);
    const QPointF at = m_scene->canvas->place(x, y);
    return {at.x(), at.y()};
}

} // namespace forameter::report
