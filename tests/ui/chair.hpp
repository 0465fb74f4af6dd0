// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>
#include <QTest>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "forameter/ui/main_window.hpp"
#include "sign_in.hpp"

namespace forameter::testing {

/// Runs the event loop until `done` holds; false where it does not within the limit.
[[nodiscard]] bool waitFor(const std::function<bool()>& done, int milliseconds = 20000);

/// Two presses and two releases on the screen; a double click is what Qt makes of them.
void doubleClick(QWidget& on, QPoint at);

inline const std::string kPassword = "correct horse battery"; ///< of everybody who has one

/// By keys alone.
void signIn(ui::SignInDialog& dialog, const std::string& name, const std::string& password);

/// One person at a window of her own, with the keys under her hand. Throws where the store cannot be opened.
struct Chair {
    /// Without settings of her own.
    Chair(const std::filesystem::path& store, const std::string& who, bool signIn = false);
    explicit Chair(workspace::Workspace::Options options);

    /// To whatever has the focus, as a keyboard does.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    /// Does something that opens a dialog, and something in it that closes it.
    template <class Dialog>
    void answer(const std::function<void()>& opens, const std::function<void(Dialog&)>& does);
    template <class Dialog>
    void pressAndAnswer(Qt::Key key, Qt::KeyboardModifiers modifiers,
                        const std::function<void(Dialog&)>& does) {
        answer<Dialog>([&] { press(key, modifiers); }, does);
    }
    /// Types a name and a password into the dialog that asks for them.
    void signIn(const std::string& name, const std::string& password = kPassword);
    /// What the window says at its foot.
    [[nodiscard]] QString message();

    std::unique_ptr<workspace::Workspace> workspace;
    std::unique_ptr<ui::MainWindow> window;
};

template <class Dialog>
void Chair::answer(const std::function<void()>& opens, const std::function<void(Dialog&)>& does) {
    bool answered = false;
    QTimer looking;
    QObject::connect(&looking, &QTimer::timeout, [&] {
        auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
        if (!dialog || answered) return;
        answered = true;
        does(*dialog);
        if (dialog->isVisible()) {
            ADD_FAILURE() << "the dialog " << dialog->objectName().toStdString() << " stays";
            dialog->reject();
        }
    });
    looking.start(5);
    opens();
    EXPECT_TRUE(waitFor([&] { return answered; }, 5000)) << "no dialog came";
}

} // namespace forameter::testing
