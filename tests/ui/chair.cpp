// SPDX-License-Identifier: Apache-2.0
#include "chair.hpp"

#include <QElapsedTimer>
#include <QLineEdit>
#include <QWindow>

#include "forameter/store/sign_in.hpp"
#include "forameter/ui/application.hpp"
#include "hint_bar.hpp"

namespace forameter::testing {

namespace {

workspace::Workspace::Options optionsOf(const std::filesystem::path& store, const std::string& who,
                                        bool signIn) {
    workspace::Workspace::Options options{.store = store,
                                          .rater = who,
                                          .configFolder = {},
                                          .scanProgram = FORAMETER_CLI,
                                          .post = ui::guiPost()};
    if (signIn) options.actor = store::signIn(store, RaterId(who), kPassword).value();
    return options;
}

} // namespace

bool waitFor(const std::function<bool()>& done, int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
        if (timer.elapsed() > milliseconds) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    return true;
}

void doubleClick(QWidget& on, QPoint at) {
    QWindow* window = on.window()->windowHandle();
    QTest::mouseDClick(window, Qt::LeftButton, Qt::NoModifier, on.mapTo(on.window(), at));
}

Chair::Chair(const std::filesystem::path& store, const std::string& who, bool signIn)
    : Chair(optionsOf(store, who, signIn)) {}

Chair::Chair(workspace::Workspace::Options options) {
    auto opened = workspace::Workspace::open(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().message);
    workspace = std::move(*opened);
    window = std::make_unique<ui::MainWindow>(*workspace);
    window->resize(1600, 1000);
    window->show();
    window->activateWindow();
    (void)QTest::qWaitForWindowActive(window.get());
}

void Chair::press(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    if (!QApplication::activeModalWidget() && !window->isActiveWindow()) {
        window->activateWindow();
        (void)QTest::qWaitForWindowActive(window.get());
    }
    QWidget* focus = QApplication::focusWidget();
    QTest::keyClick(focus ? focus : window.get(), key, modifiers);
    if (key == Qt::Key_W || key == Qt::Key_Space) QTest::qWait(30); // held keys are up a little later
    QCoreApplication::processEvents();
}

void signIn(ui::SignInDialog& dialog, const std::string& name, const std::string& password) {
    auto* nameField = dialog.findChild<QLineEdit*>("SignInName");
    nameField->setFocus();
    nameField->selectAll();
    QTest::keyClicks(nameField, QString::fromStdString(name));
    QTest::keyClick(nameField, Qt::Key_Tab);
    auto* passwordField = dialog.findChild<QLineEdit*>("SignInPassword");
    QTest::keyClicks(passwordField, QString::fromStdString(password));
    QTest::keyClick(passwordField, Qt::Key_Return);
}

void Chair::signIn(const std::string& name, const std::string& password) {
    auto* dialog = window->findChild<ui::SignInDialog*>();
    ASSERT_TRUE(dialog) << "nobody is asked to sign in";
    testing::signIn(*dialog, name, password);
}

QString Chair::message() {
    return window->findChild<ui::HintBar*>()->message();
}

} // namespace forameter::testing
