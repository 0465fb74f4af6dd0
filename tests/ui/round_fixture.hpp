// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>
#include <QLineEdit>
#include <QTest>
#include <QTimer>
#include <gtest/gtest.h>

#include "action_map.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/ui/application.hpp"
#include "hint_bar.hpp"
#include "sign_in_guard.hpp"
#include "studies.hpp"
#include "window_desk.hpp"

namespace forameter::testing {

inline const std::string kPassword = "correct horse battery";

/// A store with a study that has pictures and confirmed levels, two more without, and people.
class RoundHouse {
public:
    RoundHouse() {
        m_desk.clickLevels();
        m_desk.close();
        auto opened = store::Store::open(path(), store::Actor::administrator());
        if (!opened) throw std::runtime_error(opened.error().message);
        m_store = std::make_unique<store::Store>(std::move(*opened));
        EXPECT_TRUE(store::RaterRepository(*m_store).add(RaterId("r2")));
        EXPECT_TRUE(store::RaterRepository(*m_store).add(RaterId("boss"), store::Role::Administrator));
    }
    void addStudy(const std::string& uid) {
        auto makers = usual();
        for (auto& maker : makers)
            maker.series = uid + "." + maker.series;
        ASSERT_TRUE(store::StudyRepository(*m_store).add(study(makers, uid, "FM-" + uid)));
    }
    void makeRound(std::vector<StudyUid> studies) {
        store::RoundPlan plan;
        plan.name = "pilot";
        plan.raters = {RaterId("r1"), RaterId("r2")};
        plan.studies = std::move(studies);
        const auto made = store::RoundRepository(*m_store).create(plan);
        ASSERT_TRUE(made) << made.error().message;
    }
    void givePasswords() {
        const auto boss = store::RaterRepository(*m_store).setPassword(RaterId("boss"), kPassword);
        ASSERT_TRUE(boss) << boss.error().message;
        const auto actor = store::signIn(path(), RaterId("boss"), kPassword);
        ASSERT_TRUE(actor) << actor.error().message;
        auto opened = store::Store::open(path(), *actor);
        ASSERT_TRUE(opened);
        *m_store = std::move(*opened);
        for (const char* name : {"r1", "r2"})
            ASSERT_TRUE(store::RaterRepository(*m_store).setPassword(RaterId(name), kPassword));
    }
    [[nodiscard]] std::filesystem::path path() const { return m_desk.store(); }
    [[nodiscard]] std::filesystem::path folder() const { return m_desk.folder(); }
    [[nodiscard]] store::Store& store() { return *m_store; }

private:
    WindowDesk m_desk;
    std::unique_ptr<store::Store> m_store;
};

/// One person's window on a store.
struct Chair {
    Chair(const std::filesystem::path& store, const std::string& who, bool signIn = false) {
        workspace::Workspace::Options options{.store = store,
                                              .rater = who,
                                              .configFolder = {},
                                              .scanProgram = FORAMETER_CLI,
                                              .post = ui::guiPost()};
        if (signIn) options.actor = store::signIn(store, RaterId(who), kPassword).value();
        auto opened = workspace::Workspace::open(std::move(options));
        if (!opened) throw std::runtime_error(opened.error().message);
        workspace = std::move(*opened);
        window = std::make_unique<ui::MainWindow>(*workspace);
        window->resize(1600, 1000);
        window->show();
        window->activateWindow();
        (void)QTest::qWaitForWindowActive(window.get());
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        if (!QApplication::activeModalWidget() && !window->isActiveWindow()) {
            window->activateWindow();
            (void)QTest::qWaitForWindowActive(window.get());
        }
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus ? focus : window.get(), key, modifiers);
        QCoreApplication::processEvents();
    }
    /// Presses a key that opens a dialog, and does something in it.
    template <class Dialog>
    void pressAndAnswer(Qt::Key key, Qt::KeyboardModifiers modifiers, std::function<void(Dialog&)> does) {
        answer<Dialog>(std::move(does), [&] { press(key, modifiers); });
    }
    template <class Dialog>
    void answer(std::function<void(Dialog&)> does, const std::function<void()>& opens) {
        bool answered = false;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, [&] {
            auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
            if (!dialog || answered) return;
            answered = true;
            does(*dialog);
        });
        timer.start(20);
        opens();
        EXPECT_TRUE(waitFor([&] { return answered; }, 5000)) << "no dialog came";
    }
    [[nodiscard]] QString message() { return window->findChild<ui::HintBar*>()->message(); }

    std::unique_ptr<workspace::Workspace> workspace;
    std::unique_ptr<ui::MainWindow> window;
};

} // namespace forameter::testing
