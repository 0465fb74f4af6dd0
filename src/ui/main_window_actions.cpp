// SPDX-License-Identifier: Apache-2.0
// What every action of the table does.
#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QMenu>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStyle>
#include <algorithm>
#include <array>

#include "action_map.hpp"
#include "cell_desk.hpp"
#include "dialogs.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/ui/main_window.hpp"
#include "guide.hpp"
#include "hint_bar.hpp"
#include "overview.hpp"
#include "preferences_dialog.hpp"
#include "scene_view.hpp"
#include "theme.hpp"
#include "tool_bar.hpp"
#include "worklist_panel.hpp"

namespace forameter::ui {

using tools::ToolKind;
using workspace::ActionId;
using workspace::Arrangement;
using workspace::Pane;
using workspace::StudyDocument;
using workspace::WindowOrigin;

namespace {
constexpr std::array kTools{
    std::pair{ActionId::Spline, ToolKind::Spline},     std::pair{ActionId::Polygon, ToolKind::Polygon},
    std::pair{ActionId::Freehand, ToolKind::Freehand}, std::pair{ActionId::LiveWire, ToolKind::LiveWire},
    std::pair{ActionId::Brush, ToolKind::Brush},       std::pair{ActionId::Sculpt, ToolKind::Sculpt},
    std::pair{ActionId::EditPoints, ToolKind::Vertex}, std::pair{ActionId::Smooth, ToolKind::Smooth}};
constexpr std::array kScenes{std::pair{ActionId::SceneOblique, render::CameraPreset::Oblique},
                             std::pair{ActionId::SceneFront, render::CameraPreset::Anterior},
                             std::pair{ActionId::SceneBack, render::CameraPreset::Posterior},
                             std::pair{ActionId::SceneLeft, render::CameraPreset::Left},
                             std::pair{ActionId::SceneRight, render::CameraPreset::Right},
                             std::pair{ActionId::SceneHead, render::CameraPreset::Superior}};
} // namespace

void MainWindow::handleDocument(ActionId id, std::function<void(StudyDocument&)> does) {
    m_actions->handle(
        id,
        [this, does = std::move(does)] {
            if (document())
                does(*document());
            else
                showWarning(QStringLiteral("Open a study first."));
        },
        workspace::Room::Read);
}

void MainWindow::connectActions() {
    connect(m_actions, &ActionMap::acting, this, &MainWindow::dropAnswer);
    connect(m_actions, &ActionMap::refused, this, &MainWindow::showWarning);
    connectCaseActions();
    connectRoundActions();
    connectImageActions();
    connectSceneActions();
    connectLevelActions();
    connectCellActions();
    connectToolActions();
}

void MainWindow::connectCaseActions() {
    const auto handle = [this](ActionId id, std::function<void()> does) {
        m_actions->handle(id, std::move(does));
    };
    handle(ActionId::ImportFolder, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, QStringLiteral("Import a folder"));
        if (!folder.isEmpty()) importPaths({folder.toStdString()});
    });
    handle(ActionId::ImportFiles, [this] {
        std::vector<std::filesystem::path> paths;
        for (const QString& file : QFileDialog::getOpenFileNames(this, QStringLiteral("Import files")))
            paths.emplace_back(file.toStdString());
        importPaths(paths);
    });
    const auto open = [this](const std::optional<std::size_t>& row, const char* none) {
        if (row)
            openRow(*row);
        else
            showWarning(QString::fromLatin1(none));
    };
    handle(ActionId::NextOpenCase, [this] { openNextCase(); });
    handle(ActionId::NextCase, [this, open] {
        open(m_workspace.neighbourRow(workspace::Workspace::Direction::Next),
             "This is the last study that the worklist shows.");
    });
    handle(ActionId::PreviousCase, [this, open] {
        open(m_workspace.neighbourRow(workspace::Workspace::Direction::Previous),
             "This is the first study that the worklist shows.");
    });
    m_actions->handle(
        ActionId::FindCase, [this] { findCase(); }, workspace::Room::Read);
    handleDocument(ActionId::ExportContours, [this](StudyDocument& document) {
        const QString suggested = qstring(document.title()) + QStringLiteral("-contours.json");
        const QString file = QFileDialog::getSaveFileName(this, QStringLiteral("Export contours"), suggested,
                                                          QStringLiteral("Forameter contours (*.json)"));
        if (file.isEmpty()) return;
        const auto count = m_workspace.exportContours(file.toStdString());
        if (!count) return showWarning(qstring(count.error().message));
        m_hints->showMessage(
            QStringLiteral("%1 written to %2.").arg(qstring(counted(*count, "contour")), file),
            HintBar::Tone::Note);
    });
    handle(ActionId::ShowPreferences, [this] {
        PreferencesDialog dialog(m_workspace.preferences(), this);
        if (dialog.exec() == QDialog::Accepted) m_workspace.setPreferences(dialog.preferences());
    });
    handle(ActionId::Quit, [this] { close(); });

    handleDocument(ActionId::ShowOverview,
                   [](StudyDocument& document) { document.views().setArrangement(Arrangement::Overview); });
    handleDocument(ActionId::ShowWorkPane, [this](StudyDocument& document) {
        if (document.reading().currentCell()) return document.views().setArrangement(Arrangement::Cell);
        if (const auto next = document.reading().nextCell()) tell(document.reading().goTo(*next));
    });
    handle(ActionId::ToggleWorklist, [this] {
        if (isNarrow()) {
            m_worklistInNarrow = !m_worklistInNarrow;
            return fitWorklist();
        }
        auto changed = m_workspace.preferences();
        changed.worklistOpen = !changed.worklistOpen;
        changePreferences(std::move(changed));
    });
    handle(ActionId::EnlargePane, [this] {
        if (m_stack->currentWidget() == m_desk) return m_desk->toggleAlone();
        if (m_stack->currentWidget() != static_cast<QWidget*>(m_overview)) return;
        m_overview->toggleEnlarged(
            m_overview->scene()->hasFocus() ? static_cast<QWidget*>(m_overview->scene()) : activePane());
    });
    handle(ActionId::RoomRead, [this] { enterRoom(workspace::Room::Read); });
    handle(ActionId::RoomStudy, [this] {
        enterRoom(workspace::Room::Study);
        if (m_room != workspace::Room::Study)
            showWarning(QStringLiteral("The Study room is for reviewers, researchers and administrators."));
    });
    handle(ActionId::RoomReview, [this] {
        enterRoom(workspace::Room::Review);
        if (m_room != workspace::Room::Review)
            showWarning(QStringLiteral("Reviewing needs the role of a reviewer; %1 has another.")
                            .arg(qstring(m_workspace.rater())));
    });
    handle(ActionId::FullScreen, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    handle(ActionId::NextPane, [this] { nextPane(); });
    handle(ActionId::NextArea, [this] { nextArea(); });
    handle(ActionId::OpenMenus, [this] {
        for (QAction* menu : m_menus->actions())
            if (menu->isVisible()) return m_menus->setActiveAction(menu);
    });
    handleDocument(ActionId::NextSeries,
                   [this](StudyDocument& document) { document.views().nextList(activePane()->pane()); });

    handle(ActionId::CheatSheet, [this] {
        auto* sheet = new CheatSheet(*m_actions, m_workspace.preferences().bindings, m_room, this);
        sheet->setAttribute(Qt::WA_DeleteOnClose);
        sheet->open();
    });
    handle(ActionId::UserGuide, [this] { showGuide(m_room, this); });
    handle(ActionId::About, [this] { showAbout(this, &m_workspace); });
}

void MainWindow::openNextCase() {
    if (const auto next = m_workspace.nextOpenRow()) {
        openRow(*next);
        return;
    }
    const auto& rows = m_workspace.worklist();
    if (!m_workspace.filter().takesAll())
        return showWarning(
            QStringLiteral("None of what the worklist shows is open; %1 and Esc list all again.")
                .arg(m_actions->keyText(ActionId::FindCase)));
    if (m_workspace.listsCases()) {
        const auto* here = m_workspace.roundCase();
        const bool all = !here || here->assignment().state == store::CaseState::Done;
        return showWarning(all ? QStringLiteral("All your cases that are due are done.")
                               : QStringLiteral("Every other case that is due is done."));
    }
    if (rows.empty()) return showWarning(QStringLiteral("The worklist is empty."));
    // What is left cannot be measured: the first of it says why, where nothing is looked at yet.
    const auto current = m_workspace.currentRow();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i == current || rows[i].done >= rows[i].total) continue;
        if (!document())
            openRow(i);
        else
            showWarning(QStringLiteral("No other study of the worklist can be read: each is fully read, or "
                                       "cannot be measured."));
        return;
    }
    if (document() && rows.size() == 1)
        return showWarning(QStringLiteral("This is the only study of the worklist."));
    showWarning(document() ? QStringLiteral("Every other study of the worklist is fully read.")
                           : QStringLiteral("Every study of the worklist is fully read."));
}

void MainWindow::connectImageActions() {
    const auto pane = [this](ActionId id, std::function<void(StudyDocument&, Pane)> does) {
        handleDocument(id, [this, does = std::move(does)](StudyDocument& document) {
            does(document, activePane()->pane());
        });
    };
    pane(ActionId::NextSlice, [](StudyDocument& d, Pane p) { d.views().stepSlice(p, 1); });
    pane(ActionId::PreviousSlice, [](StudyDocument& d, Pane p) { d.views().stepSlice(p, -1); });
    pane(ActionId::FirstSlice, [](StudyDocument& d, Pane p) { d.views().setSlice(p, 0); });
    pane(ActionId::LastSlice, [](StudyDocument& d, Pane p) {
        if (const auto count = d.views().pane(p).count) d.views().setSlice(p, count - 1);
    });
    handleDocument(ActionId::SuggestedSlice,
                   [this](StudyDocument& d) { tell(d.reading().goToSuggestedSlice()); });
    handleDocument(ActionId::ZoomIn, [this](StudyDocument&) { activePane()->zoomBy(1.25); });
    handleDocument(ActionId::ZoomOut, [this](StudyDocument&) { activePane()->zoomBy(1 / 1.25); });
    pane(ActionId::ResetView, [](StudyDocument& d, Pane p) { d.views().resetViewport(p); });
    pane(ActionId::WindowDicom,
         [](StudyDocument& d, Pane p) { d.views().resetWindow(p, WindowOrigin::Dicom); });
    pane(ActionId::WindowAuto,
         [](StudyDocument& d, Pane p) { d.views().resetWindow(p, WindowOrigin::Percentile); });
    pane(ActionId::InvertGrey, [this](StudyDocument& d, Pane p) {
        d.views().setInverted(p, !d.views().pane(p).inverted);
        refreshChecks();
    });
    pane(ActionId::CorrectWeighting, [this](StudyDocument& d, Pane p) { correctWeighting(d, p); });
    m_actions->handle(ActionId::ToggleOverlays, [this] {
        auto changed = m_workspace.preferences();
        changed.overlays = !changed.overlays;
        changePreferences(std::move(changed));
    });
    m_actions->handle(ActionId::ToggleReferenceLines, [this] {
        auto changed = m_workspace.preferences();
        changed.referenceLines = !changed.referenceLines;
        changePreferences(std::move(changed));
    });
    m_actions->handle(ActionId::ToggleLevelLabels, [this] {
        auto changed = m_workspace.preferences();
        changed.levelLabels = !changed.levelLabels;
        changePreferences(std::move(changed));
    });
}

void MainWindow::correctWeighting(StudyDocument& document, Pane pane) {
    const auto slice = document.views().pane(pane).slice;
    if (!slice) return showWarning(QStringLiteral("This pane shows no series."));
    if (!store::mayDo(m_workspace.store(), store::Operation::CorrectWeighting, document.study())
             .value_or(true))
        return showWarning(QStringLiteral("Whoever keeps this round corrects what a series is weighted by."));
    const auto& stack = document.images().stacks()[slice->stack];
    const auto series = stack.series; // the study may be left while the dialog is open
    const int index = stack.index;
    const auto before = stack.weighting;
    WeightingDialog dialog(qstring(stack.title), qstring(stack.description), before, this);
    if (dialog.exec() != QDialog::Accepted) return;
    if (const auto done = m_workspace.correctWeighting(series, index, dialog.weighting()); !done)
        return tell(done);
    const auto name = [](std::optional<Weighting> one) {
        return one ? qstring(forameter::name(*one)) : QStringLiteral("not known");
    };
    m_hints->showMessage(
        QStringLiteral("The weighting of the series is %1 now; it was %2. Undo does not take "
                       "this back: %3 corrects it again.")
            .arg(name(dialog.weighting()), name(before), m_actions->keyText(ActionId::CorrectWeighting)),
        HintBar::Tone::Note);
}

void MainWindow::connectSceneActions() {
    for (const auto& [id, preset] : kScenes)
        handleDocument(id, [this, preset = preset](StudyDocument& d) {
            d.views().setArrangement(Arrangement::Overview);
            SceneView* scene = m_overview->scene();
            if (!scene->isVisible()) m_overview->toggleEnlarged(nullptr); // another pane is alone
            if (!scene->obstacle().isEmpty()) showWarning(scene->obstacle());
            scene->look(preset);
        });
}

void MainWindow::sceneMenu(QPoint at) {
    QMenu menu(this);
    for (const auto& [id, preset] : kScenes)
        menu.addAction(m_actions->action(id));
    menu.exec(at);
}

void MainWindow::connectLevelActions() {
    handleDocument(ActionId::EditLevels, [this](StudyDocument& d) {
        if (const auto no = d.levels().refusal(); no && !d.levels().active()) {
            refreshChecks();
            return showWarning(qstring(*no));
        }
        d.levels().setActive(true); // Esc, or confirming, leaves it
        d.views().setArrangement(Arrangement::Overview);
    });
    handleDocument(ActionId::ConfirmLevels, [this](StudyDocument& d) { tell(d.levels().confirm()); });
    handleDocument(ActionId::LabelsUp, [this](StudyDocument& d) { tell(d.levels().shift(-1)); });
    handleDocument(ActionId::LabelsDown, [this](StudyDocument& d) { tell(d.levels().shift(1)); });
    handleDocument(ActionId::RemoveLastMark, [this](StudyDocument& d) { tell(d.levels().removeLast()); });
    handleDocument(ActionId::TakeProposedLevels,
                   [this](StudyDocument&) { tell(m_workspace.proposals()->takeLevels()); });
    handleDocument(ActionId::ToggleSixthLumbar, [this](StudyDocument& d) {
        const bool six = d.levels().draft().lumbarCount == anatomy::LumbarCount::Six;
        tell(d.levels().setLumbarCount(six ? anatomy::LumbarCount::Five : anatomy::LumbarCount::Six));
    });
}

void MainWindow::connectCellActions() {
    constexpr std::array levels{ActionId::Level1, ActionId::Level2, ActionId::Level3,
                                ActionId::Level4, ActionId::Level5, ActionId::Level6};
    for (std::size_t row = 0; row < levels.size(); ++row)
        handleDocument(levels[row], [this, row](StudyDocument& d) { tell(d.reading().goToLevel(row)); });
    using Column = workspace::Reading::Column;
    for (const auto& [id, column] :
         {std::pair{ActionId::RightForamen, Column::RightForamen}, std::pair{ActionId::Canal, Column::Canal},
          std::pair{ActionId::LeftForamen, Column::LeftForamen}})
        handleDocument(id,
                       [this, column = column](StudyDocument& d) { tell(d.reading().goToColumn(column)); });
    handleDocument(ActionId::DoneNext, [this](StudyDocument& d) {
        for (PaneView* pane : allPanes()) // ends a drag by keyboard, as it ends a drawing
            if (pane->keyboardHolds()) return pane->placePoint();
        tell(d.reading().doneNext());
    });
    handleDocument(ActionId::NextCell, [this](StudyDocument& d) {
        if (const auto next = d.reading().nextCell())
            tell(d.reading().goTo(*next));
        else
            showWarning(QStringLiteral("No cell is open: the reading is complete."));
    });
    handleDocument(ActionId::PreviousCell, [this](StudyDocument& d) {
        if (const auto previous = d.reading().previousCell()) tell(d.reading().goTo(*previous));
    });
    const auto cell = [this](ActionId id, std::function<void(StudyDocument&, const anatomy::Cell&)> does) {
        handleDocument(id, [this, does = std::move(does)](StudyDocument& d) {
            if (const auto current = d.reading().currentCell())
                does(d, *current);
            else
                showWarning(QStringLiteral("Choose a cell of the level grid first."));
        });
    };
    cell(ActionId::NotAssessable, [this](StudyDocument&, const anatomy::Cell& c) { recordNotAssessable(c); });
    cell(ActionId::NotCovered,
         [this](StudyDocument& d, const anatomy::Cell& c) { tell(d.reading().markNotCovered(c)); });
    cell(ActionId::ReopenCell,
         [this](StudyDocument& d, const anatomy::Cell& c) { tell(d.reading().reopen(c)); });
}

void MainWindow::connectToolActions() {
    handleDocument(ActionId::NoTool, [this](StudyDocument& d) {
        d.editor().setTool(std::nullopt);
        refreshTools();
    });
    for (const auto& [id, kind] : kTools)
        handleDocument(id, [this, kind = kind](StudyDocument& d) {
            d.editor().setTool(kind);
            refreshTools();
        });
    for (const auto& [id, modifier] : {std::pair{ActionId::PointCursor, Qt::NoModifier},
                                       std::pair{ActionId::PointCursorAdd, Qt::ShiftModifier},
                                       std::pair{ActionId::PointCursorRemove, Qt::ControlModifier}})
        handleDocument(id, [this, modifier = modifier](StudyDocument& d) { pointByKeyboard(d, modifier); });
    for (const auto& [id, steps] : {std::pair{ActionId::ToolSmaller, -1}, {ActionId::ToolLarger, 1}})
        m_actions->handle(
            id, [this, steps = steps] { stepRadius(steps); }, workspace::Room::Read);

    handleDocument(ActionId::Undo, [this](StudyDocument& d) {
        const auto cell = d.reading().currentCell();
        const auto step = d.record().undoText();
        const auto done = d.reading().undo();
        tell(done);
        // What was taken back elsewhere is not seen to go.
        if (done && step && d.reading().currentCell() != cell)
            m_hints->showMessage(QStringLiteral("Taken back: %1.").arg(qstring(*step)), HintBar::Tone::Note);
    });
    handleDocument(ActionId::Redo, [this](StudyDocument& d) { tell(d.reading().redo()); });
    handleDocument(ActionId::CancelStroke, [this](StudyDocument& d) {
        for (PaneView* pane : allPanes()) // the cursor stays, to begin again
            if (pane->keyboardHolds()) return pane->giveUpHold();
        const bool wasKeyboard = endKeyboard();
        if (d.editor().busy())
            d.editor().cancel();
        else if (m_overview->isEnlarged())
            m_overview->toggleEnlarged(nullptr);
        else if (!wasKeyboard) {
            // Without confirmed levels there is nothing else to do.
            if (d.levels().active() && d.levels().isConfirmed()) d.levels().setActive(false);
            d.views().setArrangement(Arrangement::Overview);
        }
    });
    handleDocument(ActionId::TakeBackPoint, [](StudyDocument& d) { d.editor().key(tools::Key::Backspace); });
    handleDocument(ActionId::RemovePoint, [](StudyDocument& d) { d.editor().key(tools::Key::Delete); });
    handleDocument(ActionId::ToggleCorner,
                   [](StudyDocument& d) { d.editor().key(tools::Key::ToggleCorner); });
    handleDocument(ActionId::DeleteContour, [this](StudyDocument& d) { tell(d.editor().deleteContour()); });
    handleDocument(ActionId::CopyFromNeighbour,
                   [this](StudyDocument& d) { tell(d.editor().copyFromNeighbour()); });
    const auto proposal =
        [this](ActionId id, std::function<Result<>(workspace::ProposalDesk&, const anatomy::Cell&)> does) {
            handleDocument(id, [this, does = std::move(does)](StudyDocument& d) {
                if (const auto cell = d.reading().currentCell())
                    tell(does(*m_workspace.proposals(), *cell));
                else
                    showWarning(QStringLiteral("Choose a cell of the level grid first."));
            });
        };
    proposal(ActionId::AcceptProposal,
             [](workspace::ProposalDesk& desk, const anatomy::Cell& c) { return desk.accept(c); });
    proposal(ActionId::EditProposal, [this](workspace::ProposalDesk& desk, const anatomy::Cell& c) {
        return desk.accept(c).map([this] { m_actions->trigger(ActionId::EditPoints); });
    });
    proposal(ActionId::RejectProposal,
             [](workspace::ProposalDesk& desk, const anatomy::Cell& c) { return desk.reject(c); });
    handleDocument(ActionId::AskProposals, [this](StudyDocument&) {
        m_workspace.proposals()->ask();
        if (m_workspace.proposals()->state() == workspace::ProposalDesk::State::Off)
            showWarning(QStringLiteral("Nothing is proposed for this study."));
    });
    handleDocument(ActionId::RetrySave, [this](StudyDocument& d) {
        tell(d.record().retry());
        refreshChips();
    });
}

void MainWindow::pointByKeyboard(StudyDocument& document, Qt::KeyboardModifiers modifiers) {
    PaneView* target = m_desk->work();
    if (!target->isVisible() && document.levels().active()) { // vertebrae are marked in the overview
        target = activePane();
        for (PaneView* pane : shownPanes())
            if (pane->keyboardActive() || (!target->takesMarks() && pane->takesMarks())) target = pane;
    }
    if (!target->isVisible()) {
        const auto& record = document.record();
        const auto rights = record.rights().sentence(record.levelsConfirmed());
        const auto no = rights.empty() ? document.levels().refusal() : rights;
        return showWarning(no ? qstring(*no) : QStringLiteral("Choose a cell of the level grid first."));
    }
    target->keyboardActive() ? target->placePoint(modifiers) : target->startKeyboard();
}

void MainWindow::stepRadius(int steps) {
    if (!document()) return;
    auto& editor = document()->editor();
    editor.setRadius(Millimetres(std::clamp(editor.radius().value() + 0.25 * steps, 0.3, 50.0)));
    auto changed = m_workspace.preferences(); // the next study begins with it
    changed.brushRadius = editor.radius().value();
    m_workspace.rememberPreferences(std::move(changed));
    refreshTools();
}

void MainWindow::refreshTools() {
    if (page()) return; // its own tools
    StudyDocument* open = document();
    const auto tool = open ? open->editor().tool() : std::nullopt;
    m_actions->action(ActionId::NoTool)->setChecked(!tool);
    for (const auto& [id, kind] : kTools)
        m_actions->action(id)->setChecked(tool == kind);
    m_desk->toolBar()->setRadius(open && tools::hasSize(tool) ? std::optional(open->editor().radius().value())
                                                              : std::nullopt);
    const bool pending = open && open->editor().busy(); // its last click is what undo takes back
    m_actions->action(ActionId::Undo)->setEnabled(pending || m_hasUndo);
}

/// Asks the store, so not with every move of the pointer.
void MainWindow::refreshUndo() {
    if (page()) return; // its own undo
    StudyDocument* open = document();
    const auto undo = open ? open->record().undoText() : std::nullopt,
               redo = open ? open->record().redoText() : std::nullopt;
    m_hasUndo = undo.has_value();
    QAction* undoAction = m_actions->action(ActionId::Undo);
    QAction* redoAction = m_actions->action(ActionId::Redo);
    redoAction->setEnabled(redo.has_value());
    undoAction->setText(undo ? QStringLiteral("Undo: %1").arg(qstring(*undo)) : QStringLiteral("Undo"));
    redoAction->setText(redo ? QStringLiteral("Redo: %1").arg(qstring(*redo)) : QStringLiteral("Redo"));
    refreshTools();
}

void MainWindow::refreshChecks() {
    const auto& preferences = m_workspace.preferences();
    m_actions->action(ActionId::ToggleWorklist)
        ->setChecked(isNarrow() ? m_worklistInNarrow : preferences.worklistOpen);
    m_actions->action(ActionId::ToggleOverlays)->setChecked(preferences.overlays);
    m_actions->action(ActionId::ToggleReferenceLines)->setChecked(preferences.referenceLines);
    m_actions->action(ActionId::ToggleLevelLabels)->setChecked(preferences.levelLabels);
    m_actions->action(ActionId::FullScreen)->setChecked(isFullScreen());
    StudyDocument* open = document();
    if (!page()) // of the picture that the key would invert; other rooms have their own
        m_actions->action(ActionId::InvertGrey)
            ->setChecked(open && open->views().pane(activePane()->pane()).inverted);
    m_actions->action(ActionId::EditLevels)->setChecked(open && open->levels().active());
    m_actions->action(ActionId::ToggleSixthLumbar)
        ->setChecked(open && open->levels().draft().lumbarCount == anatomy::LumbarCount::Six);
}

void MainWindow::changePreferences(workspace::Preferences changed) {
    m_workspace.setPreferences(std::move(changed));
}

void MainWindow::applyPreferences() {
    const auto& preferences = m_workspace.preferences();
    const Theme& wanted =
        preferences.theme == workspace::Theme::Light ? Theme::lightTheme() : Theme::darkTheme();
    if (&theme() != &wanted || QApplication::style()->objectName() != QLatin1String("fusion"))
        applyTheme(wanted);
    m_actions->setBindings(preferences.bindings);
    fitWorklist();
    for (PaneView* pane : allPanes()) {
        pane->setBindings(&preferences.bindings);
        pane->setAnnotationsShown(preferences.overlays);
        pane->setReferenceLines(preferences.referenceLines);
        pane->setLevelLabels(preferences.levelLabels);
    }
    refreshChecks();
    refreshBanner();
    document() ? refreshHints() : showEmpty();
}

} // namespace forameter::ui
