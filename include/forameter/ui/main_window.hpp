// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>
#include <array>
#include <filesystem>
#include <map>
#include <vector>

#include "forameter/workspace/workspace.hpp"

class QHBoxLayout;
class QMenuBar;
class QStackedWidget;

namespace forameter::ui {

class ActionMap;
class Banner;
class CaseStrip;
class CellDesk;
class EmptyState;
class HintBar;
class KeyboardDrawing;
class Overview;
class PaneView;
class PanelEdge;
class RoomPage;
class SidePanel;
class SignInGuard;
class SliceView;
class TopBar;
class WindowPlaceKeeper;
class WorklistModel;
class WorklistPanel;

/// The window: the Read room (worklist, pictures, level grid), and other rooms as pages beside it. GUI
/// thread; the workspace must outlive it.
///
/// It holds no state of the reading: what is open, drawn and done lives in the workspace, and every widget
/// follows its signals.
class MainWindow : public QWidget {
    Q_OBJECT

public:
    explicit MainWindow(workspace::Workspace& workspace, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Goes where it was left, as far as the screens allow, and remembers from now on where it is moved to.
    void takePlace();
    /// Opens a study; where that fails the reason is shown.
    bool openStudy(const StudyUid& study);
    /// The same for a row of the worklist: a study, or a case of a round.
    bool openRow(std::size_t row);
    void importPaths(const std::vector<std::filesystem::path>& paths);
    /// Does nothing for a room that the person may not enter.
    void enterRoom(workspace::Room room);
    [[nodiscard]] workspace::Room room() const { return m_room; }
    /// Shows a sentence at the foot of the window.
    void showWarning(const QString& sentence); ///< the answer to what was tried; gone with what is done next
    void dropAnswer();

    [[nodiscard]] ActionMap& actions() { return *m_actions; }
    [[nodiscard]] Overview& overview() { return *m_overview; }
    [[nodiscard]] CellDesk& desk() { return *m_desk; }
    [[nodiscard]] SidePanel& side() { return *m_side; }
    [[nodiscard]] SignInGuard& guard() { return *m_guard; }
    [[nodiscard]] workspace::Workspace& workspace() { return m_workspace; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void layOut();
    void addRoom(workspace::Room room, RoomPage* page);
    void showRooms();
    [[nodiscard]] RoomPage* page() const; ///< null in the Read room
    void fitWorklist();
    void moveWorklistEdge(std::optional<int> width); ///< none: as wide as the window has room for
    void connectViews();
    void connectActions();
    void connectCaseActions();
    void connectRoundActions();
    void connectManage();
    void connectImageActions();
    void connectSceneActions();
    void connectLevelActions();
    void connectCellActions();
    void connectToolActions();
    void personChanged();
    void applyPreferences();
    void changePreferences(workspace::Preferences changed);
    void documentChanged();
    void arrangementChanged();
    void showEmpty();
    /// Whether bringing images in is this person's next thing to do: not where a round gives her cases.
    [[nodiscard]] bool mayImport() const;
    void showWorklist();
    void findCase();
    void showOpenRow();
    void refreshRoundActions();
    void finishCase();
    /// What was said of another person's, study's or room's matters no longer concerns who looks now.
    void dropOldMessage();
    void refreshChips();
    void refreshBanner();
    void refreshHints();
    void refreshTools();
    void refreshUndo();
    void refreshChecks();
    void jobChanged(const workspace::Job& job);
    void showImportReport();
    /// The one that the person can stop: what she asked for before what began by itself.
    [[nodiscard]] std::optional<workspace::Job> jobToShow() const;
    void levelClicked(PaneView* pane, geometry::PlanePoint at);
    void paneMenu(PaneView* pane, QPoint at);
    void sceneMenu(QPoint at);
    void cellMenu(const anatomy::Cell& cell, QPoint at);
    void recordNotAssessable(const anatomy::Cell& cell);
    void correctWeighting(workspace::StudyDocument& document, workspace::Pane pane);
    void tell(const Result<>& result);
    void nextPane();
    void nextArea();
    /// The keys act on a picture, and its ring says on which.
    void focusPicture();
    void focusMoved(QWidget* from);
    /// Shows the point cursor, or does at it what a press of the mouse would.
    void pointByKeyboard(workspace::StudyDocument& document, Qt::KeyboardModifiers modifiers);
    [[nodiscard]] bool keyboardActive() const; ///< a pane has its point cursor
    bool endKeyboard();                        ///< whether a pane had it
    void openNextCase();
    void stepRadius(int steps);
    [[nodiscard]] PaneView* activePane() const;
    [[nodiscard]] std::vector<PaneView*> allPanes() const;
    [[nodiscard]] std::vector<PaneView*> shownPanes() const;
    [[nodiscard]] bool isNarrow() const { return width() < 1000; }
    [[nodiscard]] workspace::StudyDocument* document() const { return m_workspace.document(); }
    /// Handler that does nothing while no study is open.
    void handleDocument(workspace::ActionId id, std::function<void(workspace::StudyDocument&)> does);

    workspace::Workspace& m_workspace;
    ActionMap* m_actions;
    QMenuBar* m_menus;
    TopBar* m_top;
    Banner* m_banner;
    WorklistModel* m_worklistModel;
    WorklistPanel* m_worklist;
    PanelEdge* m_worklistEdge;
    QStackedWidget *m_rooms, *m_stack;
    EmptyState* m_empty;
    Overview* m_overview;
    CellDesk* m_desk;
    CaseStrip* m_strip;
    SidePanel* m_side;
    HintBar* m_hints;
    SignInGuard* m_guard;
    WindowPlaceKeeper* m_place = nullptr;
    std::array<workspace::ActionId, 2> m_emptyActions{}; ///< of the buttons where nothing is open
    std::map<workspace::Room, RoomPage*> m_pages;
    workspace::Room m_room = workspace::Room::Read;
    std::vector<workspace::Subscription> m_subscriptions, m_documentSubscriptions;
    PaneView* m_lastPane = nullptr;  ///< that had the focus
    QString m_answer;                ///< the last warning
    QString m_messageOf;             ///< person, study and room of what stands at the foot
    workspace::JobId m_reported = 0; ///< import whose refusals have been shown
    QTimer m_retry;                  ///< runs while edits wait to be stored
    bool m_hasUndo = false;
    bool m_worklistInNarrow = false; ///< a narrow window hides the worklist until it is asked for
};

} // namespace forameter::ui
