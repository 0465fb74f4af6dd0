// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <chrono>
#include <vector>

#include "forameter/workspace/workspace.hpp"
#include "sign_in.hpp"

namespace forameter::ui {

/// Who sits at the window: locks it after some time without input, signs out, changes person. Behind a lock
/// every window of the program is covered and nothing is closed, so the same person goes on where she was.
/// Where somebody else comes, the dialogs of who was here are closed. Tells the workspace of every input,
/// too.
class SignInGuard : public QObject {
    Q_OBJECT

public:
    SignInGuard(workspace::Workspace& workspace, QWidget* window);
    ~SignInGuard() override;

    void lock();
    void signOut();
    void changePerson();
    /// Where the store has got its first password: who is here has to give hers.
    void requireSignIn();
    [[nodiscard]] bool isLocked() const { return !m_curtains.empty(); }

    /// Reads the store's setting; 0 ms: never. A test sets its own.
    void readSetting();
    void setLockAfter(std::chrono::milliseconds after);

Q_SIGNALS:
    void said(const QString& sentence);
    void uncovered(); ///< somebody is back

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void ask(SignInDialog::Purpose purpose, const QString& name);
    void uncover();
    void closeDialogs();

    workspace::Workspace& m_workspace;
    workspace::Subscription m_personChanged;
    QWidget* m_window;
    QTimer m_idle;
    std::vector<QPointer<Curtain>> m_curtains;
    QPointer<SignInDialog> m_dialog;
};

} // namespace forameter::ui
