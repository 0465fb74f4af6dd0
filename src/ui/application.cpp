// SPDX-License-Identifier: Apache-2.0
#include "forameter/ui/application.hpp"

#include <QApplication>
#include <QEventLoop>
#include <QFileDialog>
#include <QIcon>
#include <QVBoxLayout>
#include <QWidget>

#include "action_map.hpp"
#include "empty_state.hpp"
#include "forameter/store/sign_in.hpp"
#include "sign_in.hpp"
#include "theme.hpp"

static void loadResources() {
    Q_INIT_RESOURCE(forameter);
} // must stand outside of any namespace

namespace forameter::ui {

void prepareApplication(workspace::Theme theme) {
    loadResources();
    QApplication::setApplicationName(QStringLiteral("forameter"));
    QApplication::setApplicationDisplayName(QStringLiteral("Forameter"));
    QApplication::setApplicationVersion(QStringLiteral(FORAMETER_VERSION));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/forameter.svg")));
    applyTheme(theme == workspace::Theme::Light ? Theme::lightTheme() : Theme::darkTheme());
}

workspace::Post guiPost() {
    return [](std::function<void()> task) {
        QMetaObject::invokeMethod(qApp, std::move(task), Qt::QueuedConnection);
    };
}

ProblemAnswer showStartProblem(const std::string& sentence) {
    QWidget window;
    window.setObjectName(QStringLiteral("StartProblem"));
    window.resize(900, 560);
    auto* state = new EmptyState(&window);
    state->show(QStringLiteral("error"), QStringLiteral("The store cannot be opened"),
                qstring(sentence) + QStringLiteral("\n\nNothing was changed."),
                QStringLiteral("Choose another store…"), QStringLiteral("Quit"));
    auto* column = new QVBoxLayout(&window);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(state);
    ProblemAnswer answer;
    QEventLoop loop;
    QObject::connect(state, &EmptyState::firstClicked, &window, [&] {
        const QString file = QFileDialog::getSaveFileName(
            &window, QStringLiteral("Choose a store, or name a new one"), QString(),
            QStringLiteral("Forameter stores (*.sqlite);;All files (*)"), nullptr,
            QFileDialog::DontConfirmOverwrite);
        if (file.isEmpty()) return;
        answer = {AfterProblem::TryOther, file.toStdString()};
        loop.quit();
    });
    QObject::connect(state, &EmptyState::secondClicked, &loop, &QEventLoop::quit);
    QObject::connect(qApp, &QApplication::lastWindowClosed, &loop, &QEventLoop::quit);
    window.show();
    loop.exec();
    return answer;
}

bool asksForPassword(const std::filesystem::path& store, const std::string& name) {
    std::error_code error;
    if (!std::filesystem::exists(store, error)) return false;
    return store::needsSignIn(store, store::Actor::as(RaterId(name))).value_or(false) ||
           store::needsSignIn(store, store::Actor::administrator()).value_or(false);
}

std::optional<store::Actor> askSignIn(const std::filesystem::path& store, const std::string& suggestedName) {
    std::optional<store::Actor> actor;
    SignInDialog dialog(
        store, SignInDialog::Purpose::Start, qstring(suggestedName),
        [&](const store::Actor& entered) {
            actor = entered;
            return Result<>();
        },
        nullptr);
    dialog.exec();
    return actor;
}

} // namespace forameter::ui
