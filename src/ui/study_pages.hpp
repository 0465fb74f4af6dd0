// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTabWidget>
#include <memory>
#include <optional>
#include <vector>

#include "forameter/report/agreement_report.hpp"

class QComboBox;
class QVBoxLayout;

namespace forameter::ui {

class PlotGrid;
class ProgressPanel;

/// What of a report is shown.
struct StudySelection {
    std::optional<agreement::Group> structure; ///< structure and quantity; none: all of them
    std::optional<anatomy::Level> level;
    std::optional<anatomy::Side> side;

    [[nodiscard]] bool contains(const agreement::Group& group) const;
    friend bool operator==(const StudySelection&, const StudySelection&) = default;
};
/// The structures (and quantities) of a report.
[[nodiscard]] std::vector<agreement::Group> structuresOf(const report::AgreementReport& report);

/// The dashboard: plots and below them their tables, page by page; the last page is the progress of the
/// round. A page scrolls as a whole, downwards alone.
class StudyPages : public QTabWidget {
    Q_OBJECT

public:
    explicit StudyPages(QWidget* parent);

    void setReport(std::shared_ptr<const report::AgreementReport> report);
    void setSelection(const StudySelection& selection);
    [[nodiscard]] ProgressPanel* progress() const { return m_progress; }

private:
    struct Page {
        QVBoxLayout* column;
        PlotGrid* plots;
        std::vector<QWidget*> tables; ///< with their headings and notes
    };
    Page addPage(const QString& title);
    void clear(Page& page);
    void addPlot(Page& page, std::function<report::Plot(const report::PlotStyle&)> make);
    [[nodiscard]] report::Table selected(const char* id) const; ///< of the report, its rows that are shown
    void addTable(Page& page, report::Table table, const std::vector<std::string>& groups = {});
    void refresh();
    void refreshLimits();
    [[nodiscard]] std::vector<agreement::Group> shownStructures() const;

    std::shared_ptr<const report::AgreementReport> m_report;
    std::vector<report::Table> m_tables;
    StudySelection m_selection;
    Page m_reliability, m_bias, m_outlines, m_limits, m_cases;
    QComboBox* m_pair;
    ProgressPanel* m_progress;
};

} // namespace forameter::ui
