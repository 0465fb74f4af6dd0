// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "forameter/report/gather.hpp"
#include "forameter/workspace/workspace.hpp"
#include "room.hpp"

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace forameter::ui {

class ActionMap;
class EmptyState;
class StudyPages;

/// The researcher's room: agreement of a round's raters and how the round goes on, as plots and tables, and
/// their export. What may be seen is decided by the store.
class StudyRoom : public RoomPage {
    Q_OBJECT

public:
    StudyRoom(workspace::Workspace& workspace, ActionMap& actions, QWidget* parent);
    ~StudyRoom() override;

    [[nodiscard]] bool mayEnter() const override;
    void enter() override;
    void forget() override;
    [[nodiscard]] QString caseText() const override;
    [[nodiscard]] QString sentence() const override;
    [[nodiscard]] std::vector<HintBar::Hint> hints() const override;

    /// Works the agreement out in the background; a second call while that runs cancels it.
    void compute();
    [[nodiscard]] bool busy() const;
    [[nodiscard]] const report::AgreementReport* report() const { return m_report.get(); }
    [[nodiscard]] StudyPages* pages() const { return m_pages; }
    /// Writes the report: a file for ".pdf" and ".html", else a folder of CSV tables.
    [[nodiscard]] Result<> exportTo(const std::filesystem::path& path) const;

private:
    [[nodiscard]] Result<store::Store> openStore() const;
    [[nodiscard]] QWidget* makeControls();
    [[nodiscard]] report::Request request() const;
    void showRounds();
    void roundChosen();
    void nameRaters();
    void showProgress();
    void dropReport();
    void showReport();
    void filterChanged();
    void namesChanged();
    void jobChanged(const workspace::Job& job);
    void exportFile(const QString& title, const QString& suffix);
    void exportTables();
    void tellExported(const Result<>& done, const QString& where);
    void refresh();

    workspace::Workspace& m_workspace;
    ActionMap& m_actions;
    workspace::JobRunner m_jobs;
    workspace::Subscription m_subscription;
    std::optional<workspace::JobId> m_job;
    std::vector<std::string> m_rounds; ///< behind the combo box; "" for readings of no round
    std::shared_ptr<const report::AgreementReport> m_report;

    QComboBox *m_round, *m_structure, *m_level, *m_side;
    QListWidget* m_raters;
    QCheckBox* m_names;
    QPushButton *m_compute, *m_pdf, *m_html, *m_csv;
    QProgressBar* m_progress;
    QLabel* m_status;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    StudyPages* m_pages;
};

} // namespace forameter::ui
