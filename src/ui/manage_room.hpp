// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "forameter/store/access.hpp"
#include "forameter/workspace/workspace.hpp"
#include "room.hpp"

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace forameter::ui {

class ActionMap;
class EmptyState;
class ManagePeople;
class ProgressPanel;

/// The coordinator's room: people with their roles and passwords, rounds with their progress, packets out and
/// in. The store decides who may do what; buttons that would be refused are not shown.
class ManageRoom : public RoomPage {
    Q_OBJECT

public:
    ManageRoom(workspace::Workspace& workspace, ActionMap& actions, QWidget* parent);
    ~ManageRoom() override;

    [[nodiscard]] bool mayEnter() const override;
    void enter() override;
    void forget() override;
    [[nodiscard]] QString caseText() const override;
    [[nodiscard]] QString sentence() const override;
    [[nodiscard]] std::vector<HintBar::Hint> hints() const override;
    /// What the access table grants to the store's actor.
    [[nodiscard]] bool mayDo(store::Operation operation) const;

    /// Each runs in the background with progress; false while another does.
    bool exportPackets(const std::filesystem::path& folder, bool copyImages);
    bool collectPackets(std::vector<std::filesystem::path> files);
    /// Against a document of contours; the scores are kept, the readings stay hidden.
    bool scoreCalibration(const std::filesystem::path& truth);
    [[nodiscard]] bool busy() const { return m_job.has_value(); }
    [[nodiscard]] QString log() const; ///< what the last export or collection said

Q_SIGNALS:
    void passwordsBegan(); ///< the store has got its first password
    void storeChanged();   ///< rounds or people: worklists and rooms may be others

private:
    void resizeEvent(QResizeEvent* event) override;
    [[nodiscard]] QWidget* makeRounds();
    void placeButtons();
    [[nodiscard]] std::optional<std::string> chosenRound() const;
    void showRounds();
    void roundChosen();
    void newRound();
    void askExport();
    void askCollect();
    void askScore();
    void askClose();
    void askOpen();
    void start(const std::string& title, workspace::JobRunner::Work work);
    void tell(const QString& sentence, HintBar::Tone tone);

    workspace::Workspace& m_workspace;
    ActionMap& m_actions;
    workspace::JobRunner m_jobs;
    workspace::Subscription m_subscription;
    std::optional<workspace::JobId> m_job;
    std::vector<store::Round> m_shown; ///< behind the table

    ManagePeople* m_people;
    QTableWidget* m_rounds;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ProgressPanel* m_panel;
    QGridLayout* m_buttons;
    QPushButton *m_new, *m_export, *m_collect, *m_score, *m_close, *m_open, *m_cancel;
    QProgressBar* m_progress;
    QLabel *m_plan, *m_log;
};

} // namespace forameter::ui
