// SPDX-License-Identifier: Apache-2.0
#include "progress_panel.hpp"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "action_map.hpp"
#include "forameter/core/words.hpp"
#include "labels.hpp"
#include "study_plot_view.hpp"

namespace forameter::ui {

ProgressPanel::ProgressPanel(QWidget* parent)
    : QWidget(parent),
      m_summary(plainLabel(QString(), this, "title")),
      m_detail(plainLabel(QString(), this)),
      m_raters(new PlotView(this)),
      m_days(new PlotView(this)) {
    setObjectName(QStringLiteral("ProgressPanel"));
    m_summary->setObjectName(QStringLiteral("ProgressSummary"));
    m_raters->setObjectName(QStringLiteral("ProgressRaters"));
    m_days->setObjectName(QStringLiteral("ProgressDays"));
    m_detail->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 14, 14, 14);
    column->setSpacing(8);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_summary, m_detail, m_raters, m_days})
        column->addWidget(widget);
    column->addStretch(1);
    setNothing(QStringLiteral("Choose a round to see how far it is."));
}

void ProgressPanel::setProgress(const report::RoundProgress& progress, report::Names names) {
    std::vector<std::string> people;
    for (const auto& rater : progress.raters)
        people.push_back(rater.rater);
    std::ranges::sort(people); // letters as in the report
    const report::Raters raters(std::move(people), {}, names);
    const auto percent = progress.cases == 0 ? 0 : 100 * progress.done / progress.cases;
    m_summary->setText(QStringLiteral("%1 of %2 read, %3 %")
                           .arg(progress.done)
                           .arg(qstring(counted(progress.cases, "case")))
                           .arg(percent));
    QStringList facts;
    if (progress.done == progress.cases)
        facts << QStringLiteral("The round is complete.");
    else if (progress.end)
        facts << QStringLiteral("Likely end %1 at the present pace.")
                     .arg(qstring(report::isoDate(*progress.end)));
    else
        facts << QStringLiteral("The end cannot be estimated: not everybody has read in the last two weeks.");
    if (progress.inProgress > 0) facts << QStringLiteral("%1 in progress.").arg(progress.inProgress);
    if (progress.flagged > 0) facts << QStringLiteral("%1 flagged.").arg(progress.flagged);
    m_detail->setText(facts.join(QLatin1Char(' ')));
    m_raters->setPlot(
        [=](const report::PlotStyle& style) { return roundProgressPlot(progress, raters, style); });
    m_days->setPlot([=](const report::PlotStyle& style) { return casesPerDayPlot(progress, raters, style); });
    m_raters->show();
    m_days->show();
}

void ProgressPanel::setNothing(const QString& sentence) {
    m_summary->setText(QStringLiteral("Progress"));
    m_detail->setText(sentence);
    m_raters->hide();
    m_days->hide();
}

} // namespace forameter::ui
