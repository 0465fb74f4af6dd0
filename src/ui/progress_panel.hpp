// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "forameter/report/plots.hpp"

class QLabel;

namespace forameter::ui {

class PlotView;

/// How a round goes on: cases per rater and per day, what remains, the likely end. For the Study and Manage
/// rooms; whoever shows it asks the store (report::readProgress).
class ProgressPanel : public QWidget {
    Q_OBJECT

public:
    explicit ProgressPanel(QWidget* parent);

    void setProgress(const report::RoundProgress& progress, report::Names names = report::Names::Shown);
    /// Nothing to show, and why: "Choose a round."
    void setNothing(const QString& sentence);

private:
    QLabel *m_summary, *m_detail;
    PlotView *m_raters, *m_days;
};

} // namespace forameter::ui
