// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPixmap>
#include <QWidget>
#include <functional>
#include <optional>

#include "forameter/report/plot.hpp"

namespace forameter::ui {

/// The report's look in the theme in force.
[[nodiscard]] const report::PlotStyle& plotStyle();

/// Shows a plot of the report module as wide as there is room, as high as the plot wants to be.
class PlotView : public QWidget {
    Q_OBJECT

public:
    using Make = std::function<report::Plot(const report::PlotStyle&)>;

    explicit PlotView(QWidget* parent, int margin = 14);
    /// `make` is asked again when the theme changes; what it needs it must keep alive.
    void setPlot(Make make);
    [[nodiscard]] const report::Plot* plot() const { return m_plot ? &*m_plot : nullptr; }

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override { return {560, heightForWidth(560)}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {300, 80}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makePlot();

    int m_margin; ///< pixels, all around
    Make m_make;
    std::optional<report::Plot> m_plot;
    QPixmap m_picture; ///< painted once for a size
};

} // namespace forameter::ui
