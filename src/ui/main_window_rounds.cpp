// SPDX-License-Identifier: Apache-2.0
// What the window does about rounds and people.
#include <QAbstractButton>
#include <QMessageBox>
#include <QStackedWidget>
#include <array>
#include <utility>

#include "action_map.hpp"
#include "case_strip.hpp"
#include "forameter/ui/main_window.hpp"
#include "hint_bar.hpp"
#include "manage_room.hpp"
#include "room.hpp"
#include "sign_in_guard.hpp"

namespace forameter::ui {

using store::CaseState;
using workspace::ActionId;
using workspace::Room;

void MainWindow::connectManage() {
    auto* manage = new ManageRoom(m_workspace, *m_actions, m_rooms);
    addRoom(Room::Manage, manage);
    connect(manage, &ManageRoom::passwordsBegan, m_guard, &SignInGuard::requireSignIn);
    connect(manage, &ManageRoom::storeChanged, this, [this] {
        tell(m_workspace.refreshWorklist());
        m_guard->readSetting();
    });
}

void MainWindow::connectRoundActions() {
    m_actions->handle(ActionId::RoomManage, [this] {
        enterRoom(Room::Manage);
        if (m_room != Room::Manage)
            showWarning(QStringLiteral("The Manage room is for coordinators, who are researchers or "
                                       "administrators; %1 has another role.")
                            .arg(qstring(m_workspace.rater())));
    });
    m_actions->handle(ActionId::ChangePerson, [this] {
        m_strip->commit();
        m_guard->changePerson();
    });
    m_actions->handle(ActionId::LockScreen, [this] { m_guard->lock(); });
    m_actions->handle(ActionId::SignOut, [this] {
        m_strip->commit();
        m_guard->signOut();
    });
    const auto ofCase = [this](ActionId id, std::function<void(workspace::RoundCase&)> does) {
        m_actions->handle(
            id,
            [this, does = std::move(does)] {
                if (auto* open = m_workspace.roundCase()) does(*open);
            },
            Room::Read);
    };
    ofCase(ActionId::FlagCase,
           [this](workspace::RoundCase& open) { tell(open.setFlagged(!open.assignment().flagged)); });
    constexpr std::array difficulties{ActionId::Difficulty1, ActionId::Difficulty2, ActionId::Difficulty3,
                                      ActionId::Difficulty4, ActionId::Difficulty5};
    for (std::size_t i = 0; i < difficulties.size(); ++i)
        ofCase(difficulties[i], [this, value = static_cast<int>(i) + 1](workspace::RoundCase& open) {
            const bool again = open.assignment().difficulty == value; // the same key takes it back
            tell(open.setDifficulty(again ? std::nullopt : std::optional(value)));
        });
    ofCase(ActionId::CommentCase, [this](workspace::RoundCase&) { m_strip->editComment(); });
    ofCase(ActionId::FinishCase, [this](workspace::RoundCase&) { finishCase(); });
}

/// What is for the cases of a round stands disabled where a study is read in none, and says why.
void MainWindow::refreshRoundActions() {
    QString why;
    if (!m_workspace.roundCase())
        why = document() ? QStringLiteral("This is for the cases of a round; this study is not read in one.")
                         : QStringLiteral("This is for the cases of a round; none is open.");
    for (const ActionId id :
         {ActionId::FlagCase, ActionId::Difficulty1, ActionId::Difficulty2, ActionId::Difficulty3,
          ActionId::Difficulty4, ActionId::Difficulty5, ActionId::FinishCase})
        m_actions->setObstacle(id, why);
    if (!why.isEmpty()) // somebody wants to leave word
        why += QStringLiteral(" Why a cell cannot be measured is kept with the cell (%1).")
                   .arg(m_actions->keyText(ActionId::NotAssessable));
    m_actions->setObstacle(ActionId::CommentCase, why);
}

void MainWindow::finishCase() {
    workspace::RoundCase& open = *m_workspace.roundCase();
    // The same key ends a case and opens it again, and a case ends by itself with its last cell: say which it
    // was.
    const auto set = [this](bool done) {
        const auto stored = m_workspace.roundCase()->setDone(done);
        if (!stored) return tell(stored);
        const QString title = qstring(workspace::title(m_workspace.roundCase()->assignment()));
        QString sentence = QStringLiteral("%1 is open again. %2 ends it.")
                               .arg(title, m_actions->keyText(ActionId::FinishCase));
        if (done && m_workspace.nextOpenRow())
            sentence = QStringLiteral("%1 is done. %2 opens the next one.")
                           .arg(title, m_actions->keyText(ActionId::NextOpenCase));
        else if (done && !m_workspace.filter().takesAll())
            sentence =
                QStringLiteral("%1 is done. No other case that the worklist shows is open.").arg(title);
        else if (done)
            sentence = QStringLiteral("%1 is done, and so are all your cases that are due.").arg(title);
        m_hints->showMessage(sentence, HintBar::Tone::Note);
    };
    if (open.assignment().state == CaseState::Done) return set(false);
    const auto& reading = document()->reading();
    const std::size_t left = reading.cells().size() - reading.done();
    if (left > 0) {
        QMessageBox box(QMessageBox::NoIcon, QStringLiteral("Case done"),
                        QStringLiteral("%1 of %2 cells are still open. Is this case done all the same?")
                            .arg(left)
                            .arg(reading.cells().size()),
                        QMessageBox::Ok | QMessageBox::Cancel, this);
        box.setObjectName(QStringLiteral("FinishCase"));
        box.button(QMessageBox::Ok)->setText(QStringLiteral("Case done"));
        box.setDefaultButton(QMessageBox::Cancel);
        if (box.exec() != QMessageBox::Ok || !m_workspace.roundCase()) return;
    }
    set(true);
}

/// The rooms begin anew; one that is not for her is left as soon as the worklist is hers.
void MainWindow::personChanged() {
    for (const auto& [room, page] : m_pages)
        page->forget();
    if (page() && page()->mayEnter()) page()->enter();
}

void MainWindow::dropOldMessage() {
    const auto* open = m_workspace.roundCase();
    const QString now =
        QStringLiteral("%1/%2/%3/%4")
            .arg(qstring(m_workspace.rater()), qstring(document() ? document()->study().text() : ""),
                 qstring(open ? open->assignment().id.text() : ""))
            .arg(static_cast<int>(m_room));
    if (now == std::exchange(m_messageOf, now)) return;
    m_hints->clearMessage();
}

} // namespace forameter::ui
