// SPDX-License-Identifier: Apache-2.0
#include "study_plot_view.hpp"

#include <QEvent>
#include <QPainter>
#include <cmath>

#include "action_map.hpp"
#include "theme.hpp"

namespace forameter::ui {

const report::PlotStyle& plotStyle() {
    return theme().dark ? report::PlotStyle::darkScreen() : report::PlotStyle::lightScreen();
}

PlotView::PlotView(QWidget* parent, int margin) : QWidget(parent), m_margin(margin) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void PlotView::setPlot(Make make) {
    m_make = std::move(make);
    makePlot();
    updateGeometry();
}

void PlotView::makePlot() {
    m_picture = {};
    m_plot.reset();
    if (m_make) m_plot = m_make(plotStyle());
    setAccessibleName(m_plot ? qstring(m_plot->title()) : QString());
    setAccessibleDescription(m_plot ? qstring(m_plot->description()) : QString());
    update();
}

int PlotView::heightForWidth(int width) const {
    if (!m_plot) return 80;
    return static_cast<int>(std::ceil(m_plot->heightFor(std::max(width, 200) - 2 * m_margin))) + 2 * m_margin;
}

void PlotView::paintEvent(QPaintEvent*) {
    const qreal ratio = devicePixelRatioF();
    if (m_picture.size() != size() * ratio) {
        m_picture = QPixmap(size() * ratio);
        m_picture.setDevicePixelRatio(ratio);
        m_picture.fill(theme().panel);
        QPainter painter(&m_picture);
        if (m_plot) m_plot->paint(painter, QRectF(rect()).adjusted(m_margin, m_margin, -m_margin, -m_margin));
    }
    QPainter(this).drawPixmap(0, 0, m_picture);
}

void PlotView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) makePlot();
    QWidget::changeEvent(event);
}

} // namespace forameter::ui
