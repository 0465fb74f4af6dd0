// SPDX-License-Identifier: Apache-2.0
#include "plot_grid.hpp"

#include <QGridLayout>

namespace forameter::ui {

namespace {
constexpr int kTwoFrom = 1150; ///< pixels, for two forests with their columns of numbers
}

PlotGrid::PlotGrid(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(10);
}

void PlotGrid::add(QWidget* plot) {
    plot->setParent(this);
    m_plots.push_back(plot);
    arrange();
}

void PlotGrid::clear() {
    for (QWidget* plot : m_plots) {
        m_grid->removeWidget(plot);
        plot->hide();
        plot->deleteLater();
    }
    m_plots.clear();
}

void PlotGrid::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const int across = width() >= kTwoFrom ? 2 : 1;
    if (across == m_across) return;
    m_across = across;
    arrange();
}

void PlotGrid::arrange() {
    for (QWidget* plot : m_plots)
        m_grid->removeWidget(plot);
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        const int n = static_cast<int>(i);
        m_grid->addWidget(m_plots[i], n / m_across, n % m_across, Qt::AlignTop);
        m_plots[i]->show();
    }
    for (int column = 0; column < 2; ++column)
        m_grid->setColumnStretch(column, column < m_across ? 1 : 0);
}

} // namespace forameter::ui
