// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

class QGridLayout;

namespace forameter::ui {

/// Plots in two columns where there is room for two, else below each other.
class PlotGrid : public QWidget {
    Q_OBJECT

public:
    explicit PlotGrid(QWidget* parent);

    void add(QWidget* plot); ///< takes it
    void clear();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    std::vector<QWidget*> m_plots;
    QGridLayout* m_grid;
    int m_across = 1;
};

} // namespace forameter::ui
