// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forameter/workspace/review_desk.hpp"
#include "forameter/workspace/review_session.hpp"
#include "forameter/workspace/workspace.hpp"
#include "reason_dialog.hpp"
#include "room.hpp"

class QGridLayout;
class QStackedWidget;

namespace forameter::ui {

class ActionMap;
class EmptyState;
class ReviewListPanel;
class ReviewPanel;
class ReviewView;

/// The room in which several raters' contours of one cell become one truth: the list by disagreement, the
/// case, and the decisions about it.
class ReviewRoom : public RoomPage {
    Q_OBJECT

public:
    /// Handles the actions of Room::Review; both must outlive it.
    ReviewRoom(workspace::Workspace& workspace, ActionMap& actions, QWidget* parent);
    ~ReviewRoom() override;

    [[nodiscard]] bool mayEnter() const override;
    void enter() override;
    void leave() override;
    void forget() override;
    [[nodiscard]] QString caseText() const override;
    [[nodiscard]] QString sentence() const override;
    [[nodiscard]] std::vector<HintBar::Hint> hints() const override;

    [[nodiscard]] workspace::ReviewSession* session() const { return m_session.get(); }
    [[nodiscard]] ReviewView* view() const { return m_view; }
    [[nodiscard]] ReviewListPanel* list() const { return m_list; }
    [[nodiscard]] ReviewPanel* panel() const { return m_panel; }
    [[nodiscard]] const std::vector<ReviewView*>& sideBySide() const { return m_each; }
    /// Puts a case on the desk; where that fails the reason is shown.
    void take(std::size_t entry);

private:
    void connectActions();
    void connectArcActions();
    void open();
    void listChanged();
    void deskChanged();
    void refreshChecks();
    void showEmpty();
    void showSideBySide(bool shown);
    void buildSideBySide();
    void step(workspace::ReviewSession::Direction direction);
    void warn(const QString& sentence);
    void tell(const Result<>& result);
    void sign();
    /// Asks for words about the case on the desk; none where they were not given, or the case lies there no
    /// more.
    [[nodiscard]] std::optional<std::string> ask(const QString& title, const QString& question,
                                                 const QString& button, ReasonDialog::Need need);
    [[nodiscard]] workspace::ReviewDesk* desk() const;
    [[nodiscard]] ReviewView* activeView() const;
    [[nodiscard]] QString caseName() const;

    workspace::Workspace& m_workspace;
    ActionMap& m_actions;
    std::unique_ptr<workspace::ReviewSession> m_session;
    std::vector<workspace::Subscription> m_subscriptions, m_deskSubscriptions;
    workspace::Subscription m_preferences;
    ReviewListPanel* m_list;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ReviewView* m_view;
    QWidget* m_grid;
    QGridLayout* m_gridLayout;
    std::vector<ReviewView*> m_each;
    ReviewPanel* m_panel;
    bool m_sideBySide = false, m_entered = false, m_opened = false;
    bool m_untouched = false; ///< the case was opened by itself
    int m_desks = 0;          ///< that have lain here: what was asked about one is not answered for another
};

} // namespace forameter::ui
