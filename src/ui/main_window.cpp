// SPDX-License-Identifier: Apache-2.0
#include "forameter/ui/main_window.hpp"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QResizeEvent>
#include <QScreen>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "case_strip.hpp"
#include "cell_desk.hpp"
#include "dialogs.hpp"
#include "empty_state.hpp"
#include "hint_bar.hpp"
#include "keyboard_drawing.hpp"
#include "level_grid.hpp"
#include "levels_panel.hpp"
#include "manage_room.hpp"
#include "overview.hpp"
#include "panel_edge.hpp"
#include "review_room.hpp"
#include "scene_view.hpp"
#include "side_panel.hpp"
#include "sign_in_guard.hpp"
#include "study_room.hpp"
#include "theme.hpp"
#include "tool_bar.hpp"
#include "top_bar.hpp"
#include "window_place.hpp"
#include "worklist_model.hpp"
#include "worklist_panel.hpp"

namespace forameter::ui {

using workspace::ActionId;
using workspace::Arrangement;

MainWindow::MainWindow(workspace::Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_actions(new ActionMap(this)),
      m_menus(new QMenuBar(this)),
      m_top(new TopBar(m_menus, this)),
      m_banner(new Banner(this)),
      m_worklistModel(new WorklistModel(this)),
      m_worklist(new WorklistPanel(*m_actions, m_worklistModel, this)),
      m_worklistEdge(new PanelEdge(m_worklist, this)),
      m_rooms(new QStackedWidget(this)),
      m_stack(new QStackedWidget(this)),
      m_empty(new EmptyState(m_stack)),
      m_overview(new Overview(m_stack)),
      m_desk(new CellDesk(*m_actions, m_stack)),
      m_strip(new CaseStrip(*m_actions, this)),
      m_side(new SidePanel(*m_actions, this)),
      m_hints(new HintBar(this)),
      m_guard(new SignInGuard(workspace, this)) {
    setWindowTitle(QStringLiteral("Forameter"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/forameter.svg")));
    setAcceptDrops(true);
    setMinimumSize(760, 480); // explicit, or the minimum of the wide arrangement would keep it from narrowing
    resize(QSize(1600, 1000).boundedTo(screen()->availableSize()));
    layOut();
    m_actions->fillMenus(m_menus);
    new KeyboardDrawing(allPanes(), this);
    connectViews();
    connectActions();
    m_subscriptions.push_back(m_workspace.personChanged.subscribe([this] { personChanged(); }));
    m_subscriptions.push_back(m_workspace.worklistChanged.subscribe([this] {
        dropOldMessage();
        showWorklist();
        showOpenRow();
        refreshChips();
        if (!document()) showEmpty();
        m_worklist->setImportOffered(mayImport());
        if (page() && !page()->mayEnter()) enterRoom(workspace::Room::Read); // somebody else now
        showRooms();
    }));
    m_subscriptions.push_back(m_workspace.documentChanged.subscribe([this] { documentChanged(); }));
    m_subscriptions.push_back(m_workspace.newImagesChanged.subscribe([this] { refreshBanner(); }));
    m_subscriptions.push_back(m_workspace.preferencesChanged.subscribe([this] { applyPreferences(); }));
    m_subscriptions.push_back(m_workspace.message.subscribe(
        [this](const std::string& text) { m_hints->showMessage(qstring(text), HintBar::Tone::Warning); }));
    m_subscriptions.push_back(
        m_workspace.jobs().changed.subscribe([this](const workspace::Job& job) { jobChanged(job); }));
    applyPreferences();
    showWorklist();
    m_worklist->setImportOffered(mayImport());
    m_actions->setRoom(m_room);
    showRooms();
    documentChanged();
    m_empty->enter();
}

MainWindow::~MainWindow() {
    disconnect(qApp, nullptr, this, nullptr); // the focus moves once more while the parts go
    m_documentSubscriptions.clear();
    m_overview->setDocument(nullptr);
    m_desk->setDocument(nullptr);
    m_side->setDocument(nullptr, nullptr);
}

void MainWindow::layOut() {
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_overview);
    m_stack->addWidget(m_desk);
    m_stack->setMinimumWidth(248); // or what stands where nothing is open would push the panel out
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_top);
    column->addWidget(m_banner);
    auto* read = new QWidget(m_rooms);
    auto* row = new QHBoxLayout(read);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_worklist);
    row->addWidget(m_worklistEdge);
    auto* middle = new QVBoxLayout;
    middle->setSpacing(3);
    middle->addWidget(m_strip);
    middle->addWidget(m_stack, 1);
    row->addLayout(middle, 1);
    row->addSpacing(3);
    row->addWidget(m_side);
    m_rooms->addWidget(read);
    addRoom(workspace::Room::Review, new ReviewRoom(m_workspace, *m_actions, m_rooms));
    addRoom(workspace::Room::Study, new StudyRoom(m_workspace, *m_actions, m_rooms));
    connectManage();
    m_rooms->setMinimumSize(640, 320); // a stack asks for its widest page, also where nobody enters it
    column->addWidget(m_rooms, 1);
    column->addWidget(m_hints);
}

/// In a narrow window (200 % on a small screen) the pictures come first.
void MainWindow::fitWorklist() {
    constexpr int least = 150, pictures = 320;
    const bool collapsed = isNarrow() ? !m_worklistInNarrow : !m_workspace.preferences().worklistOpen;
    const int usual = isNarrow() ? 176 : width() < 1500 ? 210 : 250; // names and series whole, given room
    const int most = std::max(usual, width() - m_side->width() - pictures);
    m_worklist->setCollapsed(
        collapsed, std::clamp(m_workspace.preferences().worklistWidth.value_or(usual), least, most));
    m_worklistEdge->setMovable(!collapsed);
    refreshChecks();
}

void MainWindow::moveWorklistEdge(std::optional<int> width) {
    auto changed = m_workspace.preferences();
    changed.worklistWidth = width;
    m_workspace.rememberPreferences(std::move(changed));
    fitWorklist();
    if (width) { // where the hand wants it wider or narrower than it goes, the edge stays under the limit
        changed = m_workspace.preferences();
        changed.worklistWidth = m_worklist->width();
        m_workspace.rememberPreferences(std::move(changed));
    }
}

void MainWindow::takePlace() {
    if (m_place) return;
    m_place = new WindowPlaceKeeper(this, m_workspace.preferences().place,
                                    [this](const workspace::WindowPlace& place) {
                                        auto changed = m_workspace.preferences();
                                        changed.place = place;
                                        m_workspace.rememberPreferences(std::move(changed));
                                    });
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    if (event->oldSize().width() != event->size().width()) fitWorklist();
}

void MainWindow::addRoom(workspace::Room room, RoomPage* page) {
    m_pages[room] = page;
    m_rooms->addWidget(page);
    connect(page, &RoomPage::changed, this, [this, page] {
        if (page != this->page()) return;
        refreshChips();
        refreshHints();
    });
    connect(page, &RoomPage::said, m_hints, &HintBar::showMessage);
}

RoomPage* MainWindow::page() const {
    const auto found = m_pages.find(m_room);
    return found == m_pages.end() ? nullptr : found->second;
}

void MainWindow::showRooms() {
    std::vector<workspace::Room> open{workspace::Room::Read};
    for (const auto& [room, page] : m_pages)
        if (page->mayEnter()) open.push_back(room);
    m_top->setRooms(open, m_room);
}

void MainWindow::enterRoom(workspace::Room room) {
    if (room == m_room) return;
    const auto found = m_pages.find(room);
    if (room != workspace::Room::Read && (found == m_pages.end() || !found->second->mayEnter())) return;
    if (RoomPage* left = page()) left->leave();
    m_room = room;
    dropOldMessage();
    m_rooms->setCurrentIndex(0);
    m_actions->setRoom(room);
    if (RoomPage* entered = page()) {
        m_rooms->setCurrentWidget(entered);
        entered->enter();
    }
    showRooms();
    refreshChips();
    refreshUndo();
    refreshChecks();
    refreshHints();
    focusPicture();
}

void MainWindow::connectViews() {
    for (PaneView* pane : allPanes()) {
        connect(pane, &PaneView::refused, this, &MainWindow::showWarning);
        connect(pane, &PaneView::keyboardChanged, this, &MainWindow::refreshHints);
        connect(pane, &SliceView::focused, this, [this, pane] {
            m_lastPane = pane;
            refreshChecks();
        });
        connect(pane, &SliceView::menuRequested, this, [this, pane](QPoint at) { paneMenu(pane, at); });
        connect(pane, &SliceView::toolSizeStepped, this, &MainWindow::stepRadius);
        connect(pane, &SliceView::windowDragged, this, [this] { m_actions->heldKeysWereUsed(); });
        connect(pane, &SliceView::clicked, this,
                [this, pane](geometry::PlanePoint at) { levelClicked(pane, at); });
        connect(m_actions, &ActionMap::heldChanged, pane, [pane](ActionId id, bool down) {
            if (id == ActionId::HideContours) pane->setCurvesHidden(down);
            if (id == ActionId::HoldWindow) pane->setWindowKeyHeld(down);
        });
    }
    for (PaneView* pane : m_desk->side()) // beside the work pane: a double click looks at the whole study
        connect(pane, &SliceView::enlargeRequested, this,
                [this] { m_actions->trigger(ActionId::ShowOverview); });
    connect(m_desk->work(), &SliceView::enlargeRequested, this,
            [this] { m_actions->trigger(ActionId::ShowOverview); });
    connect(m_overview->scene(), &SceneView::menuRequested, this, &MainWindow::sceneMenu);
    connect(m_top, &TopBar::roomChosen, this, &MainWindow::enterRoom);
    connect(m_side, &SidePanel::failed, this, &MainWindow::showWarning);
    connect(m_side, &SidePanel::cellMenuRequested, this, &MainWindow::cellMenu);
    connect(m_worklist, &WorklistPanel::rowChosen, this, [this](std::size_t row) {
        if (m_workspace.currentRow() != row) openRow(row);
    });
    connect(m_worklist, &WorklistPanel::narrowed, this,
            [this](const workspace::WorklistFilter& filter) { m_workspace.narrow(filter); });
    connect(m_worklist, &WorklistPanel::left, this,
            [this] { document() ? activePane()->setFocus(Qt::OtherFocusReason) : void(m_empty->enter()); });
    connect(m_worklistEdge, &PanelEdge::dragged, this, [this](int width) { moveWorklistEdge(width); });
    connect(m_worklistEdge, &PanelEdge::reset, this, [this] { moveWorklistEdge(std::nullopt); });
    connect(m_strip, &CaseStrip::failed, this, &MainWindow::showWarning);
    connect(m_strip, &CaseStrip::commentEnded, this, [this] { activePane()->setFocus(); });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget* from) { focusMoved(from); });
    connect(m_guard, &SignInGuard::said, this, &MainWindow::showWarning);
    connect(m_guard, &SignInGuard::uncovered, this, &MainWindow::showImportReport);
    connect(m_worklist, &WorklistPanel::cancelRequested, this, [this] {
        if (const auto job = jobToShow()) m_workspace.jobs().cancel(job->id);
    });
    connect(m_banner, &Banner::buttonClicked, this, [this] {
        if (document() && document()->record().saveState().waiting == 0)
            tell(m_workspace.reload());
        else
            m_actions->trigger(ActionId::RetrySave);
    });
    m_retry.setInterval(1000);
    connect(&m_retry, &QTimer::timeout, this, [this] {
        if (document()) (void)document()->record().retry();
    });
    connect(m_empty, &EmptyState::firstClicked, this, [this] { m_actions->trigger(m_emptyActions[0]); });
    connect(m_empty, &EmptyState::secondClicked, this, [this] { m_actions->trigger(m_emptyActions[1]); });
}

bool MainWindow::openStudy(const StudyUid& study) {
    const auto opened = m_workspace.openStudy(study);
    if (!opened) showWarning(qstring(opened.error().message));
    return opened.has_value();
}

bool MainWindow::openRow(std::size_t row) {
    m_strip->commit();
    const auto opened = m_workspace.openRow(row);
    if (!opened) showWarning(qstring(opened.error().message));
    return opened.has_value();
}

void MainWindow::showWorklist() {
    m_worklistModel->setRows(m_workspace.worklist(), m_workspace.listedRows());
    m_worklist->refresh(m_workspace.filter());
}

/// The field is in the worklist, which may be hidden.
void MainWindow::findCase() {
    if (isNarrow()) {
        m_worklistInNarrow = true;
        fitWorklist();
    } else if (!m_workspace.preferences().worklistOpen) {
        m_actions->trigger(ActionId::ToggleWorklist);
    }
    m_worklist->find();
}

void MainWindow::showOpenRow() {
    const auto* open = m_workspace.roundCase();
    m_worklist->setOpenStudy(document() ? std::optional(document()->study()) : std::nullopt,
                             open ? std::optional(open->assignment().id) : std::nullopt);
}

void MainWindow::importPaths(const std::vector<std::filesystem::path>& paths) {
    if (!paths.empty()) m_workspace.import(paths);
}

void MainWindow::documentChanged() {
    m_documentSubscriptions.clear();
    dropOldMessage();
    workspace::StudyDocument* open = document();
    m_overview->setDocument(open);
    m_desk->setDocument(open);
    m_side->setDocument(open, m_workspace.proposals());
    m_strip->setCase(m_workspace.roundCase());
    refreshRoundActions();
    showOpenRow();
    if (open) {
        auto& subscriptions = m_documentSubscriptions;
        subscriptions.push_back(open->views().arrangementChanged.subscribe([this] { arrangementChanged(); }));
        subscriptions.push_back(open->record().saveChanged.subscribe([this] { refreshChips(); }));
        subscriptions.push_back(open->record().changed.subscribe([this] { refreshUndo(); }));
        subscriptions.push_back(
            open->images().stackChanged.subscribe([this](std::size_t) { refreshBanner(); }));
        subscriptions.push_back(open->editor().changed.subscribe([this] {
            refreshTools();
            refreshHints();
        }));
        subscriptions.push_back(
            open->editor().refused.subscribe([this](const std::string& why) { showWarning(qstring(why)); }));
        subscriptions.push_back(open->levels().changed.subscribe([this] {
            refreshHints();
            refreshChecks();
        }));
        subscriptions.push_back(open->reading().currentChanged.subscribe([this] {
            endKeyboard();
            dropAnswer();
            refreshHints();
        }));
        subscriptions.push_back(open->reading().cellsChanged.subscribe([this] { refreshHints(); }));
    }
    arrangementChanged();
    refreshChips();
    refreshUndo();
    refreshChecks();
}

void MainWindow::arrangementChanged() {
    endKeyboard();
    dropAnswer();
    if (!document()) return showEmpty();
    const bool cell = document()->views().arrangement() == Arrangement::Cell;
    m_stack->setCurrentWidget(cell ? static_cast<QWidget*>(m_desk) : m_overview);
    if (cell && !page())
        m_desk->work()->setFocus(Qt::OtherFocusReason);
    else
        focusPicture();
    refreshHints();
}

void MainWindow::levelClicked(PaneView* pane, geometry::PlanePoint at) {
    workspace::StudyDocument* open = document();
    if (!open || !open->levels().active() || !pane->plane()) return;
    if (!pane->takesMarks())
        return showWarning(QStringLiteral("Vertebrae are marked on a sagittal series that can be measured."));
    tell(open->levels().mark(pane->plane()->toPatient(at)));
}

bool MainWindow::keyboardActive() const {
    return std::ranges::any_of(allPanes(), &PaneView::keyboardActive);
}

bool MainWindow::endKeyboard() {
    const bool had = keyboardActive();
    for (PaneView* pane : allPanes())
        pane->endKeyboard();
    return had;
}

void MainWindow::paneMenu(PaneView* pane, QPoint at) {
    pane->setFocus(); // the actions act on the pane in focus
    QMenu menu(this);
    for (const ActionId id : {ActionId::WindowDicom, ActionId::WindowAuto, ActionId::InvertGrey})
        menu.addAction(m_actions->action(id));
    menu.addSeparator();
    for (const ActionId id :
         {ActionId::ResetView, ActionId::EnlargePane, ActionId::NextSeries, ActionId::CorrectWeighting})
        menu.addAction(m_actions->action(id));
    menu.addSeparator();
    for (const ActionId id :
         {ActionId::ToggleOverlays, ActionId::ToggleReferenceLines, ActionId::ToggleLevelLabels})
        menu.addAction(m_actions->action(id));
    menu.exec(at);
}

void MainWindow::cellMenu(const anatomy::Cell& cell, QPoint at) {
    workspace::StudyDocument* open = document();
    if (!open) return;
    QMenu menu(this);
    const auto state = open->reading().view(cell).state;
    const bool closed =
        state == protocol::CellState::NotAssessable || state == protocol::CellState::NotCovered;
    menu.addAction(QStringLiteral("Go to %1").arg(cellText(cell)), this,
                   [this, cell] { tell(document()->reading().goTo(cell)); });
    if (!open->record().rights().draw) { // only looks
        menu.exec(at);
        return;
    }
    menu.addSeparator();
    if (closed) {
        menu.addAction(QStringLiteral("Reopen"), this,
                       [this, cell] { tell(document()->reading().reopen(cell)); });
    } else {
        menu.addAction(QStringLiteral("Not assessable…"), this, [this, cell] { recordNotAssessable(cell); });
        menu.addAction(QStringLiteral("Not covered"), this,
                       [this, cell] { tell(document()->reading().markNotCovered(cell)); });
    }
    menu.exec(at);
}

void MainWindow::recordNotAssessable(const anatomy::Cell& cell) {
    const auto& record = document()->record();
    if (!record.rights().draw)
        return showWarning(qstring(record.rights().sentence(record.levelsConfirmed())));
    NotAssessableDialog dialog(cellText(cell), this);
    if (dialog.exec() == QDialog::Accepted && document())
        tell(document()->reading().markNotAssessable(cell, dialog.reason().toStdString()));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_strip->commit();
    if (const auto settled = m_workspace.settle(); !settled) {
        QMessageBox box(QMessageBox::Warning, QStringLiteral("Not everything is stored"),
                        QStringLiteral("%1\n\nQuit and lose what is not stored?")
                            .arg(qstring(document()->record().saveState().banner)),
                        QMessageBox::Discard | QMessageBox::Cancel, this);
        box.setTextFormat(Qt::PlainText); // it names files, which may look like markup
        box.button(QMessageBox::Discard)->setText(QStringLiteral("Quit and lose it"));
        box.setDefaultButton(QMessageBox::Cancel);
        if (box.exec() != QMessageBox::Discard) return event->ignore();
    }
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); }))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    std::vector<std::filesystem::path> paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) paths.emplace_back(url.toLocalFile().toStdString());
    importPaths(paths);
    event->acceptProposedAction();
}

} // namespace forameter::ui
