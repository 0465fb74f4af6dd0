// SPDX-License-Identifier: Apache-2.0
#include "sign_in_guard.hpp"

#include <QApplication>

#include "action_map.hpp"

namespace forameter::ui {

using workspace::Workspace;

namespace {

bool isInput(QEvent::Type type) {
    switch (type) {
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick:
    case QEvent::MouseMove:
    case QEvent::Wheel:
    case QEvent::TabletPress:
    case QEvent::TabletMove:
    case QEvent::TabletRelease:
        return true;
    default:
        return false;
    }
}

} // namespace

SignInGuard::SignInGuard(Workspace& workspace, QWidget* window)
    : QObject(window), m_workspace(workspace), m_window(window) {
    m_idle.setSingleShot(true);
    connect(&m_idle, &QTimer::timeout, this, &SignInGuard::lock);
    m_personChanged = m_workspace.personChanged.subscribe([this] { closeDialogs(); });
    qApp->installEventFilter(this);
    readSetting();
}

SignInGuard::~SignInGuard() = default;

void SignInGuard::readSetting() {
    const auto after = store::autoLock(m_workspace.store());
    setLockAfter(m_workspace.signedIn() && after ? *after : std::chrono::milliseconds(0));
}

void SignInGuard::setLockAfter(std::chrono::milliseconds after) {
    m_idle.stop();
    m_idle.setInterval(after);
    if (after.count() > 0) m_idle.start();
}

bool SignInGuard::eventFilter(QObject*, QEvent* event) {
    if (isInput(event->type())) {
        if (m_idle.isActive()) m_idle.start();
        m_workspace.noteInput();
    }
    return false;
}

void SignInGuard::lock() {
    if (m_dialog) return;
    if (!m_workspace.signedIn()) {
        Q_EMIT said(QStringLiteral("This store has no passwords, so there is nothing to unlock it with."));
        return;
    }
    (void)store::signOut(m_workspace.store()); // only a note in the audit
    m_workspace.setAway(true);
    ask(SignInDialog::Purpose::Locked, qstring(m_workspace.rater()));
}

void SignInGuard::signOut() {
    if (!m_workspace.signedIn()) return changePerson();
    if (const auto left = m_workspace.signOut(); !left) {
        Q_EMIT said(qstring("You are still signed in. " + left.error().message));
        return;
    }
    ask(SignInDialog::Purpose::SignedOut, QString());
}

void SignInGuard::requireSignIn() {
    ask(SignInDialog::Purpose::SignedOut, qstring(m_workspace.rater()));
}

void SignInGuard::changePerson() {
    if (const auto& packet = m_workspace.packet()) {
        Q_EMIT said(qstring("This packet is read by " + packet->rater.text() + " alone."));
        return;
    }
    if (m_workspace.signedIn()) return ask(SignInDialog::Purpose::Change, QString());
    PersonDialog dialog(m_workspace.storePath(), qstring(m_workspace.rater()), m_window);
    if (dialog.exec() != QDialog::Accepted) return;
    if (const auto changed = m_workspace.setRater(dialog.name().toStdString()); !changed)
        Q_EMIT said(qstring(changed.error().message));
}

void SignInGuard::ask(SignInDialog::Purpose purpose, const QString& name) {
    if (m_dialog) return;
    if (purpose != SignInDialog::Purpose::Change) {
        m_idle.stop();
        while (QWidget* popup = QApplication::activePopupWidget())
            if (!popup->close()) break;
        for (QWidget* top : QApplication::topLevelWidgets())
            if (top->isVisible() && top->windowType() != Qt::ToolTip)
                m_curtains.emplace_back(new Curtain(top));
    }
    m_dialog = new SignInDialog(
        m_workspace.storePath(), purpose, name,
        [this](const store::Actor& actor) { return m_workspace.become(actor); }, m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setModal(true); // before any dialog that was open already
    connect(m_dialog, &SignInDialog::quitRequested, this, [this] { m_window->close(); });
    connect(m_dialog, &QDialog::finished, this, [this] { uncover(); });
    m_dialog->show();
    m_dialog->activateWindow();
}

void SignInGuard::uncover() {
    m_dialog = nullptr;
    for (const auto& curtain : m_curtains)
        delete curtain.data();
    m_curtains.clear();
    m_workspace.setAway(false);
    readSetting();
    m_window->activateWindow();
    Q_EMIT uncovered();
}

/// What was being answered is given up: the answer would be that of somebody else.
void SignInGuard::closeDialogs() {
    for (auto* dialog : m_window->findChildren<QDialog*>())
        if (dialog != m_dialog && dialog->isVisible()) dialog->reject();
}

} // namespace forameter::ui
