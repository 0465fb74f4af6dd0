// SPDX-License-Identifier: Apache-2.0
// What the window says: chips, banner, hints, the page where nothing is open, and how a job ended.
#include <QStackedWidget>
#include <QTimer>
#include <algorithm>

#include "action_map.hpp"
#include "dialogs.hpp"
#include "empty_state.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/ui/main_window.hpp"
#include "hint_bar.hpp"
#include "pane_view.hpp"
#include "read_hints.hpp"
#include "room.hpp"
#include "sentences.hpp"
#include "sign_in_guard.hpp"
#include "top_bar.hpp"
#include "worklist_model.hpp"
#include "worklist_panel.hpp"

namespace forameter::ui {

using workspace::ActionId;
using workspace::JobKind;
using workspace::SaveState;

bool MainWindow::mayImport() const {
    return !m_workspace.listsCases() && !m_workspace.packet() &&
           store::mayDo(m_workspace.store(), store::Operation::ImportImages).value_or(true);
}

void MainWindow::showEmpty() {
    m_stack->setCurrentWidget(m_empty);
    const auto show = [this](const char* icon, const QString& title, const QString& text,
                             const std::vector<std::pair<ActionId, QString>>& buttons = {}) {
        for (std::size_t i = 0; i < buttons.size(); ++i)
            m_emptyActions[i] = buttons[i].first;
        const auto button = [&](std::size_t i) { return i < buttons.size() ? buttons[i].second : QString(); };
        m_empty->show(QLatin1String(icon), title, text, button(0), button(1));
        refreshHints();
    };
    const std::pair importFolder(ActionId::ImportFolder, QStringLiteral("Import folder…"));
    const auto& packet = m_workspace.packet();
    if (m_workspace.jobs().busy(JobKind::Import))
        return show("import", QStringLiteral("Importing…"),
                    QStringLiteral(
                        "Studies appear in the worklist when the import is done. You can cancel it there."));
    if (m_workspace.listsCases() || packet) {
        const bool left = m_workspace.nextOpenRow().has_value() || !m_workspace.filter().takesAll();
        QString text = left ? QStringLiteral("Go to the next case that is due, or choose one in the list.")
                            : QStringLiteral("Nothing is due now. More cases may become due later.");
        if (packet)
            text = QStringLiteral("This is the packet of %1 for round %2; it is always read as %1. ")
                       .arg(qstring(packet->rater.text()), qstring(packet->round)) +
                   text;
        if (!left) return show("image", QStringLiteral("All cases done"), text);
        return show("image", QStringLiteral("Your cases"), text,
                    {{ActionId::NextOpenCase, QStringLiteral("Next open case")}});
    }
    if (m_workspace.worklist().empty())
        return show("folder", QStringLiteral("No studies yet"),
                    QStringLiteral("Import a folder with lumbar MR studies, or drop files and folders on "
                                   "this window. The images stay on this machine."),
                    {importFolder, {ActionId::ImportFiles, QStringLiteral("Import files…")}});
    const auto rights = workspace::rightsIn(m_workspace.store());
    if (!rights.draw)
        return show("image", QStringLiteral("Choose a study to look at"),
                    QStringLiteral("Click one in the worklist. ") + qstring(rights.sentence(false)),
                    {{ActionId::NextCase, QStringLiteral("First study")}, importFolder});
    show("image", QStringLiteral("Choose a study"),
         QStringLiteral("Click one in the worklist, or go straight to the next one that is not fully read "
                        "(%1).")
             .arg(m_actions->keyText(ActionId::NextOpenCase)),
         {{ActionId::NextOpenCase, QStringLiteral("Next open case")}, importFolder});
}

void MainWindow::refreshChips() {
    if (const RoomPage* here = page()) return m_top->caseChip()->show(here->caseText(), Chip::Tone::Quiet);
    workspace::StudyDocument* open = document();
    if (!open) {
        const bool cases = m_workspace.listsCases();
        const auto rows = m_workspace.worklist().size();
        m_top->caseChip()->show(qstring((cases ? counted(rows, "case") : counted(rows, "study", "studies")) +
                                        " · " + m_workspace.rater()),
                                Chip::Tone::Quiet);
        m_top->storedChip()->show(QString(), Chip::Tone::Quiet);
        return refreshBanner();
    }
    const auto row = m_workspace.currentRow();
    const QString rows = QString::number(m_workspace.worklist().size()), title = qstring(open->title());
    const QString place =
        m_workspace.roundCase()
            ? QStringLiteral("%1 of %2").arg(title, rows)
            : QStringLiteral("Case %1 of %2 · %3").arg(row.value_or(0) + 1).arg(rows, title);
    m_top->caseChip()->show(place + QStringLiteral(" · ") + qstring(open->rater()), Chip::Tone::Quiet, title);
    const SaveState& state = open->record().saveState();
    const Chip::Tone tone = state.kind == SaveState::Kind::Failed   ? Chip::Tone::Alarm
                            : state.kind == SaveState::Kind::Stored ? Chip::Tone::Good
                                                                    : Chip::Tone::Quiet;
    const QString text = qstring(state.text);
    m_top->storedChip()->show(text, tone, text.mid(text.startsWith(QLatin1String("all strokes ")) ? 12 : 0));
    refreshBanner();
}

void MainWindow::refreshBanner() {
    workspace::StudyDocument* open = document();
    if (!open) {
        m_retry.stop();
        return m_banner->show(QString(), Banner::Kind::Notice, QString());
    }
    const SaveState& state = open->record().saveState();
    if (state.waiting == 0)
        m_retry.stop();
    else if (!m_retry.isActive())
        m_retry.start();
    if (!state.banner.empty())
        return m_banner->show(qstring(state.banner), Banner::Kind::Alarm,
                              m_actions->withKey(QStringLiteral("Store again"), ActionId::RetrySave));
    if (m_workspace.hasNewImages())
        return m_banner->show(QStringLiteral("New pictures of this study were imported."),
                              Banner::Kind::Notice, QStringLiteral("Show them"));
    std::string lacks = open->images().allUnreadable();
    if (lacks.empty()) lacks = workspace::limit(open->views().hanging(), open->images().stacks());
    m_banner->show(qstring(lacks), Banner::Kind::Notice, QString());
}

void MainWindow::refreshHints() {
    if (const RoomPage* here = page()) return m_hints->setHints(here->sentence(), here->hints());
    const auto hint = [this](ActionId id, const QString& text) {
        return HintBar::Hint{m_actions->keyText(id), text};
    };
    workspace::StudyDocument* open = document();
    if (!open) {
        std::vector hints{mayImport() ? hint(ActionId::ImportFolder, QStringLiteral("import"))
                                      : hint(ActionId::NextOpenCase, QStringLiteral("next case"))};
        if (m_workspace.worklist().size() > 1)
            hints.push_back(hint(ActionId::FindCase, QStringLiteral("find")));
        hints.push_back(hint(ActionId::CheatSheet, QStringLiteral("keys")));
        m_hints->setHints({}, hints);
    } else {
        const bool holds = std::ranges::any_of(allPanes(), &PaneView::keyboardHolds);
        const auto words = readHints(*m_actions, *open,
                                     holds              ? PointCursor::Holding
                                     : keyboardActive() ? PointCursor::Free
                                                        : PointCursor::None);
        m_hints->setHints(words.sentence, words.hints);
    }
}

std::optional<workspace::Job> MainWindow::jobToShow() const {
    const auto running = m_workspace.jobs().running();
    const auto import = std::ranges::find(running, JobKind::Import, &workspace::Job::kind);
    if (import != running.end()) return *import;
    return running.empty() ? std::nullopt : std::optional(running.back());
}

void MainWindow::jobChanged(const workspace::Job& job) {
    m_worklist->showJob(jobToShow());
    if (!document()) showEmpty();
    if (job.status == workspace::JobStatus::Running) return;
    const bool cancelled = job.status == workspace::JobStatus::Cancelled;
    // What other levels or another study ended concerns nobody; the panel of proposals tells of the rest.
    if (cancelled && job.kind == JobKind::Proposal) return;
    const bool failed = job.status == workspace::JobStatus::Failed;
    m_hints->showMessage(qstring(job.message.empty() ? job.title : job.message),
                         failed ? HintBar::Tone::Warning : HintBar::Tone::Note);
    if (cancelled || job.kind != JobKind::Import) return;
    // The summary is set once everybody knows that the job has ended.
    QTimer::singleShot(0, this, &MainWindow::showImportReport);
}

/// Names files, and through them patients: never above a locked screen.
void MainWindow::showImportReport() {
    const auto& summary = m_workspace.lastImport();
    if (!summary || summary->job == m_reported || m_guard->isLocked()) return;
    m_reported = summary->job;
    const bool nothing = summary->images == 0 && summary->unchanged == 0;
    if (summary->refused.empty() && !(nothing && !summary->notDicom.empty())) return;
    auto* report = new ImportReport(*summary, this);
    report->setAttribute(Qt::WA_DeleteOnClose);
    report->open();
}

void MainWindow::showWarning(const QString& sentence) {
    m_answer = sentence;
    m_hints->showMessage(sentence, HintBar::Tone::Warning);
}

void MainWindow::dropAnswer() {
    if (!m_answer.isEmpty() && m_hints->message() == m_answer) m_hints->clearMessage();
    m_answer.clear();
}

void MainWindow::tell(const Result<>& result) {
    if (!result) return showWarning(withKeys(result.error().message, *m_actions));
    dropAnswer();
}

} // namespace forameter::ui
