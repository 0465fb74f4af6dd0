// SPDX-License-Identifier: Apache-2.0
// Signing in, the lock, and who sits at the desk; by keys, as a person would.
#include "sign_in.hpp"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtMath>
#include <filesystem>
#include <fstream>
#include <set>

#include "cell_desk.hpp"
#include "dialogs.hpp"
#include "forameter/ui/application.hpp"
#include "manage_round_dialog.hpp"
#include "round_fixture.hpp"
#include "sign_in_guard.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

using ui::Curtain;
using ui::SignInDialog;

SignInDialog* dialogOf(ui::MainWindow& window) {
    return window.findChild<SignInDialog*>();
}

/// The number of colours in a window's picture: a covered one has few, a slice of an MR study many.
std::size_t colours(QWidget& window) {
    const QImage picture = window.grab().toImage();
    std::set<QRgb> all;
    for (int y = 0; y < picture.height(); y += 3)
        for (int x = 0; x < picture.width(); x += 3)
            all.insert(picture.pixel(x, y));
    return all.size();
}

TEST(SignIn, ByKeysAloneAndFailuresAreSentences) {
    RoundHouse house;
    house.givePasswords();
    workspace::Workspace::Options options;
    options.store = house.path();
    options.rater = "r1";
    options.post = ui::guiPost();
    EXPECT_FALSE(workspace::Workspace::open(options)) << "nothing is shown before";
    std::optional<store::Actor> actor;
    SignInDialog dialog(
        house.path(), SignInDialog::Purpose::Start, "",
        [&](const store::Actor& entered) {
            actor = entered;
            return Result<>();
        },
        nullptr);
    dialog.show();
    dialog.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&dialog));
    auto* message = dialog.findChild<QLabel*>("SignInMessage");
    signIn(dialog, "r1", "wrong password");
    EXPECT_FALSE(actor);
    EXPECT_EQ(message->text(), "The name or the password is wrong.");
    EXPECT_TRUE(dialog.findChild<QLineEdit*>("SignInPassword")->text().isEmpty());
    for (int i = 0; i < 4; ++i)
        signIn(dialog, "r1", "wrong password");
    signIn(dialog, "r1", kPassword);
    EXPECT_FALSE(actor) << "five failures in a row make one wait";
    EXPECT_TRUE(message->text().contains("failed too often")) << message->text().toStdString();
    signIn(dialog, "r2", kPassword);
    ASSERT_TRUE(actor);
    EXPECT_EQ(actor->rater, RaterId("r2"));
    EXPECT_FALSE(dialog.isVisible());
    options.actor = actor;
    EXPECT_TRUE(workspace::Workspace::open(options));
}

TEST(SignIn, WhoHasNoPasswordIsAskedToSignInWhereOthersHaveOne) {
    RoundHouse house;
    EXPECT_FALSE(ui::asksForPassword(house.path(), "r1"));
    EXPECT_FALSE(ui::asksForPassword(house.folder() / "new.sqlite", "r1"));
    house.givePasswords();
    ASSERT_TRUE(store::RaterRepository(house.store()).add(RaterId("r3")));
    for (const char* name : {"r1", "boss", "r3", "nobody that the store knows"})
        EXPECT_TRUE(ui::asksForPassword(house.path(), name)) << name;
}

TEST(SignIn, ALockHidesEverythingAndTheSamePersonGoesOnWithAnOpenContour) {
    RoundHouse house;
    house.givePasswords();
    Chair chair(house.path(), "r1", true);
    ASSERT_TRUE(chair.window->openStudy(kMadeStudy));
    ASSERT_TRUE(waitFor([&] { return chair.workspace->document()->images().allLoaded(); }));
    chair.press(Qt::Key_4);
    chair.press(Qt::Key_Q);
    auto& work = *chair.window->desk().work();
    for (int i = 0; i < 4; ++i) {
        const QPoint at = work.rect().center() + QPoint(int(70 * qCos(i)), int(70 * qSin(i)));
        QTest::mouseMove(&work, at);
        QTest::mouseClick(&work, Qt::LeftButton, Qt::NoModifier, at);
    }
    auto& editor = chair.workspace->document()->editor();
    ASSERT_TRUE(editor.busy());
    const auto cell = chair.workspace->document()->reading().currentCell();
    const std::size_t before = colours(*chair.window);
    ASSERT_GT(before, 200U);

    chair.press(Qt::Key_L, Qt::ControlModifier);
    ASSERT_TRUE(chair.window->guard().isLocked());
    EXPECT_LT(colours(*chair.window), 120U) << "no picture, no number; only letters of one sentence";
    auto* dialog = dialogOf(*chair.window);
    ASSERT_TRUE(dialog);
    QTest::keyClick(dialog, Qt::Key_Escape);
    EXPECT_TRUE(chair.window->guard().isLocked()) << "Escape opens nothing";
    chair.signIn("r1", "wrong password");
    EXPECT_TRUE(chair.window->guard().isLocked());
    chair.signIn("r1");
    ASSERT_FALSE(chair.window->guard().isLocked());
    QCoreApplication::processEvents();
    EXPECT_TRUE(editor.busy()) << "the open contour is still there";
    EXPECT_EQ(chair.workspace->document()->reading().currentCell(), cell);
    EXPECT_GT(colours(*chair.window), 200U);
    chair.press(Qt::Key_Return);
    EXPECT_TRUE(chair.workspace->document()->record().contour(*cell));
}

TEST(SignIn, WithoutInputTheScreenLocksItselfAndAnOpenDialogIsCoveredToo) {
    RoundHouse house;
    house.givePasswords();
    Chair chair(house.path(), "r1", true);
    QDialog other(chair.window.get());
    other.resize(300, 200);
    other.setModal(true);
    other.show();
    chair.window->guard().setLockAfter(std::chrono::milliseconds(2500));
    for (int i = 0; i < 8; ++i) { // input keeps it open
        QTest::qWait(400);
        QTest::keyClick(&other, Qt::Key_Shift);
    }
    EXPECT_FALSE(chair.window->guard().isLocked());
    ASSERT_TRUE(waitFor([&] { return chair.window->guard().isLocked(); }, 10000));
    EXPECT_TRUE(other.findChild<Curtain*>());
    chair.signIn("r1");
    EXPECT_FALSE(chair.window->guard().isLocked());
    EXPECT_TRUE(other.isVisible()) << "it is as it was";
    EXPECT_FALSE(other.findChild<Curtain*>());
}

TEST(SignIn, SomebodyElseMaySignInAtALockedScreenAndSeesHerOwnWork) {
    RoundHouse house;
    house.givePasswords();
    Chair chair(house.path(), "r1", true);
    ASSERT_TRUE(chair.window->openStudy(kMadeStudy));
    chair.press(Qt::Key_L, Qt::ControlModifier);
    chair.window->showWarning("This is for r1 alone.");
    chair.signIn("r2");
    EXPECT_FALSE(chair.window->guard().isLocked());
    EXPECT_EQ(chair.workspace->rater(), "r2");
    EXPECT_TRUE(chair.message().isEmpty()) << chair.message().toStdString();
    EXPECT_FALSE(chair.workspace->document());
    chair.press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(chair.window->guard().isLocked()) << "signed out: nothing is shown";
    chair.signIn("r2");
    EXPECT_FALSE(chair.window->guard().isLocked());
}

TEST(SignIn, WhoSignsInAtALockedScreenFindsNoDialogOfWhoWasHereBefore) {
    RoundHouse house;
    house.givePasswords();
    Chair chair(house.path(), "boss", true);
    chair.press(Qt::Key_4, Qt::AltModifier);
    chair.answer<ui::RoundDialog>([&] { chair.press(Qt::Key_N, Qt::ControlModifier); },
                                  [&](ui::RoundDialog& dialog) {
                                      QTest::keyClicks(dialog.findChild<QLineEdit*>("RoundName"),
                                                       "half a plan");
                                      chair.window->guard().lock();
                                      chair.signIn("r2");
                                      EXPECT_FALSE(dialog.isVisible());
                                  });
    EXPECT_EQ(chair.workspace->rater(), "r2");
    EXPECT_EQ(chair.window->room(), workspace::Room::Read) << "a rater has no Manage room";
    EXPECT_TRUE(store::RoundRepository(house.store()).list()->empty());
}

TEST(SignIn, WhatAnImportRefusedIsToldOnceThePersonIsBackAndToNobodyElse) {
    RoundHouse house;
    house.givePasswords();
    const auto folder = house.folder() / "broken";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "image.dcm") << std::string(128, '\0') << "DICM and nothing that can be read";
    for (const char* back : {"r1", "r2"}) {
        Chair chair(house.path(), "r1", true);
        const auto report = [&] { return chair.window->findChild<ui::ImportReport*>(); };
        chair.window->importPaths({folder});
        chair.window->guard().lock();
        ASSERT_TRUE(waitFor([&] { return chair.workspace->lastImport().has_value(); }));
        ASSERT_FALSE(chair.workspace->lastImport()->refused.empty());
        QTest::qWait(50);
        EXPECT_EQ(report(), nullptr) << "nothing lies above a locked screen";
        chair.signIn(back);
        QTest::qWait(50);
        if (back == std::string("r1")) {
            ASSERT_NE(report(), nullptr);
            EXPECT_TRUE(report()->isVisible());
            QTest::keyClick(report(), Qt::Key_Escape);
        } else {
            EXPECT_EQ(report(), nullptr) << "its files are not hers";
            EXPECT_FALSE(chair.workspace->lastImport());
        }
    }
}

TEST(SignIn, WithoutPasswordsNobodyIsAskedAndAPersonIsChosen) {
    RoundHouse house;
    Chair chair(house.path(), "r1");
    chair.press(Qt::Key_L, Qt::ControlModifier);
    EXPECT_FALSE(chair.window->guard().isLocked());
    EXPECT_TRUE(chair.message().contains("no passwords"));
    chair.pressAndAnswer<ui::PersonDialog>(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier,
                                           [](ui::PersonDialog& dialog) {
                                               QTest::keyClicks(dialog.focusWidget(), "newcomer");
                                               QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
                                           });
    EXPECT_EQ(chair.workspace->rater(), "newcomer");
    EXPECT_EQ(store::RaterRepository(house.store()).find(RaterId("newcomer"))->role, store::Role::Rater);
}

} // namespace
} // namespace forameter::testing
