// SPDX-License-Identifier: Apache-2.0
// The coordinator's part of a round, and what every person at the window does. Raters:
// round_hand_reading.cpp, the reviewer: round_hand_review.cpp.
#include "round_hand.hpp"

#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QSpinBox>
#include <QTableWidget>

#include "forameter/store/contour_repository.hpp"
#include "manage_people.hpp"
#include "manage_round_dialog.hpp"
#include "overview.hpp"
#include "review_room.hpp"
#include "round_hand_steps.hpp"
#include "sign_in.hpp"
#include "sign_in_guard.hpp"

namespace forameter::testing {

using workspace::Room;

RoundHand::RoundHand(const PhantomRound& round, std::filesystem::path shots)
    : m_round(round), m_shots(std::move(shots)), m_chair(round.store(), "desk") {}

RoundHand::~RoundHand() = default;

std::string RoundHand::message() {
    return m_chair.message().toStdString();
}
ui::ReviewRoom& RoundHand::review() {
    return *window().findChild<ui::ReviewRoom*>();
}

// ---- the hand

void RoundHand::click(QWidget& widget, QPoint at) {
    QTest::mouseMove(&widget, at);
    QTest::mouseClick(&widget, Qt::LeftButton, Qt::NoModifier, at);
    QCoreApplication::processEvents();
}

void RoundHand::press(const char* button) {
    auto* found = window().findChild<QPushButton*>(QString::fromLatin1(button));
    ASSERT_TRUE(found && found->isVisible() && found->isEnabled()) << button;
    click(*found, found->rect().center());
}

void RoundHand::shoot(const std::string& name) {
    if (m_shots.empty()) return;
    QTest::qWait(150);
    QWidget* top = QApplication::activeModalWidget();
    // The whole screen where there is one, so that a dialog is seen over its window.
    const QPixmap picture = QGuiApplication::platformName() == QLatin1String("xcb")
                                ? window().screen()->grabWindow(0)
                                : (top ? top : &window())->grab();
    EXPECT_TRUE(picture.save(QString::fromStdString((m_shots / (name + ".png")).string())));
}

void RoundHand::shootLight(const std::string& name) {
    if (m_shots.empty()) return;
    auto preferences = workspace().preferences();
    const auto before = preferences.theme;
    preferences.theme = workspace::Theme::Light;
    workspace().setPreferences(preferences);
    shoot(name);
    preferences.theme = before;
    workspace().setPreferences(preferences);
}

void RoundHand::enterPassword(const std::string& name) {
    ASSERT_TRUE(waitFor([&] { return window().findChild<ui::SignInDialog*>() != nullptr; }, 5000));
    auto& dialog = *window().findChild<ui::SignInDialog*>();
    shoot("sign-in-" + name);
    auto& field = *dialog.findChild<QLineEdit*>("SignInName");
    click(field, field.rect().center());
    QTest::keyClick(&field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(&field, QString::fromStdString(name));
    QTest::keyClick(&field, Qt::Key_Tab);
    auto& password = *dialog.findChild<QLineEdit*>("SignInPassword");
    QTest::keyClicks(&password, QString::fromStdString(kPassword));
    QTest::keyClick(&password, Qt::Key_Return);
    QCoreApplication::processEvents();
    ASSERT_FALSE(window().guard().isLocked()) << name;
    ASSERT_EQ(workspace().rater(), name);
    ASSERT_TRUE(workspace().signedIn());
}

void RoundHand::signIn(const std::string& name) {
    press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    enterPassword(name);
}

// ---- the coordinator

void RoundHand::foundStore() {
    m_chair.answer<ui::PersonDialog>([&] { press(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier); },
                                     [&](ui::PersonDialog& dialog) {
                                         QTest::keyClicks(dialog.focusWidget(),
                                                          QString::fromStdString(kKeeper));
                                         auto* role = dialog.findChild<QComboBox*>("PersonRole");
                                         QTest::keyClicks(role, "admin");
                                         EXPECT_EQ(role->currentText(), "administrator");
                                         shoot("first-administrator");
                                         QTest::keyClick(&dialog, Qt::Key_Return);
                                     });
    ASSERT_EQ(workspace().rater(), kKeeper);
    press(Qt::Key_4, Qt::AltModifier);
    ASSERT_EQ(window().room(), Room::Manage);
    shoot("manage-empty");
    auto& people = *window().findChild<QTableWidget*>("People");
    const auto row = [&](const std::string& name) {
        const auto found = people.findItems(QString::fromStdString(name), Qt::MatchExactly);
        return found.empty() ? nullptr : found.front();
    };
    ASSERT_TRUE(row(kKeeper));
    click(*people.viewport(), people.visualItemRect(row(kKeeper)).center());
    const auto twice = [](ui::PersonEditor& editor) {
        for (const char* field : {"PersonEditorPassword", "PersonEditorAgain"})
            QTest::keyClicks(editor.findChild<QLineEdit*>(field), QString::fromStdString(kPassword));
    };
    m_chair.answer<ui::PersonEditor>([&] { press("SetPassword"); },
                                     [&](ui::PersonEditor& editor) {
                                         twice(editor);
                                         QTest::keyClick(&editor, Qt::Key_Return);
                                     });
    enterPassword(kKeeper);
    ASSERT_EQ(window().room(), Room::Manage);
    std::vector<std::pair<std::string, const char*>> others{{kCoordinator, "researcher"},
                                                            {kJudge, "reviewer"}};
    for (const auto& rater : m_round.raters())
        others.emplace_back(rater, "rater");
    for (const auto& [name, role] : others) {
        m_chair.answer<ui::PersonEditor>(
            [&] { press(Qt::Key_P, Qt::ControlModifier); },
            [&, &name = name, &role = role](ui::PersonEditor& editor) {
                QTest::keyClicks(editor.findChild<QLineEdit*>("PersonEditorName"),
                                 QString::fromStdString(name));
                QTest::keyClicks(editor.findChild<QComboBox*>("PersonEditorRole"),
                                 QString::fromLatin1(role).left(4));
                twice(editor);
                if (name == kJudge) shoot("add-person");
                QTest::keyClick(&editor, Qt::Key_Return);
            });
        ASSERT_TRUE(row(name)) << name;
        EXPECT_EQ(people.item(row(name)->row(), 1)->text(), role);
        EXPECT_EQ(people.item(row(name)->row(), 2)->text(), "set");
    }
    shoot("manage-people");
}

void RoundHand::confirmLevels() {
    using enum anatomy::Vertebra;
    press(Qt::Key_1, Qt::AltModifier);
    Pace pace{.who = "levels", .open = {}, .draw = {}, .whole = {}, .memory = {}, .processor = 0};
    for (std::size_t i = 0; i < m_round.levels().size(); ++i) {
        QElapsedTimer whole;
        whole.start();
        press(Qt::Key_Right, Qt::ControlModifier);
        ASSERT_TRUE(workspace().document());
        waitForPictures();
        pace.open.push_back(seconds(whole));
        ASSERT_FALSE(document().levels().isConfirmed()) << "the next open case is one without levels";
        ui::PaneView& pane = *window().overview().panes()[1];
        const auto& truth = m_round.levels().at(document().study());
        for (const auto vertebra : {S1, L5, L4, L3, L2, L1}) {
            const auto at = pane.mapping().toScreen(pane.plane()->toPlane(truth.at(vertebra))).toPoint();
            ASSERT_TRUE(pane.rect().contains(at)) << anatomy::name(vertebra);
            click(pane, at);
            QTest::qWait(1); // two clicks at one place would be a double click
        }
        if (i == 0) shoot("levels");
        press(Qt::Key_Return, Qt::ControlModifier);
        ASSERT_TRUE(document().levels().isConfirmed())
            << document().levels().obstacle().value_or("") << " " << message();
        if (i == 0) shoot("levels-confirmed");
        pace.whole.push_back(seconds(whole));
        pace.memory.push_back(residentMegabytes());
    }
    m_paces.push_back(std::move(pace));
}

void RoundHand::makeRound() {
    press(Qt::Key_4, Qt::AltModifier);
    m_chair.answer<ui::RoundDialog>(
        [&] { press(Qt::Key_N, Qt::ControlModifier); },
        [&](ui::RoundDialog& dialog) {
            QTest::keyClicks(dialog.focusWidget(), QString::fromStdString(kRoundName));
            auto* slices = dialog.findChild<QComboBox*>("RoundSlices");
            QTest::keyClicks(slices, "free");
            EXPECT_TRUE(slices->currentText().startsWith("free")) << slices->currentText().toStdString();
            auto* seed = dialog.findChild<QSpinBox*>("RoundSeed"); // the same orders in every run
            QTest::keyClick(seed, Qt::Key_A, Qt::ControlModifier);
            QTest::keyClicks(seed, "5");
            EXPECT_EQ(seed->value(), 5);
            const auto* raters = dialog.findChild<QListWidget*>("RoundRaters");
            std::size_t chosen =
                0; // who has the role of a rater is chosen already; "desk" does not read here
            for (int i = 0; i < raters->count(); ++i) {
                auto* item = raters->item(i);
                if (item->text() == "desk") {
                    const QRect box = raters->visualItemRect(item);
                    click(*raters->viewport(), {box.left() + 12, box.center().y()});
                }
                chosen += item->checkState() == Qt::Checked ? 1 : 0;
            }
            EXPECT_EQ(chosen, m_round.raters().size());
            shoot("new-round");
            auto* make = dialog.findChild<QPushButton*>("RoundMake");
            click(*make, make->rect().center());
            EXPECT_FALSE(dialog.isVisible());
            if (dialog.isVisible()) dialog.reject();
        });
    auto* rounds = window().findChild<QTableWidget*>("Rounds");
    ASSERT_EQ(rounds->rowCount(), 1);
    EXPECT_EQ(rounds->item(0, 4)->text(),
              QStringLiteral("0 of %1").arg(m_round.levels().size() * m_round.raters().size()));
    shoot("round-made");
}

void RoundHand::lookForReadings() {
    press(Qt::Key_4, Qt::AltModifier);
    press(Qt::Key_F5);
    const auto cases = m_round.levels().size() * m_round.raters().size();
    EXPECT_EQ(window().findChild<QTableWidget*>("Rounds")->item(0, 4)->text(),
              QStringLiteral("%1 of %1").arg(cases));
    shoot("manage-all-read");
    const auto seen = store::ContourRepository(workspace().store()).current({});
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_TRUE(seen->empty()) << "readings of a running round are nobody's but their raters'";
    press(Qt::Key_2, Qt::AltModifier);
    if (window().room() == Room::Review) {
        EXPECT_TRUE(waitFor([&] { return review().session() && !review().session()->progress(); }));
        EXPECT_TRUE(review().session()->entries().empty());
        shoot("review-still-blinded");
    }
    press(Qt::Key_4, Qt::AltModifier);
}

void RoundHand::openRound() {
    const auto state = [&] { return store::RoundRepository(workspace().store()).find(kRoundName)->state; };
    for (const auto& [button, after] : {std::pair{"CloseRound", store::RoundState::Closed},
                                        std::pair{"OpenRound", store::RoundState::Opened}}) {
        m_chair.answer<QMessageBox>([&, button = button] { press(button); },
                                    [&, button = button](QMessageBox& box) {
                                        shoot(std::string("ask-") + button);
                                        click(*box.button(QMessageBox::Ok),
                                              box.button(QMessageBox::Ok)->rect().center());
                                    });
        ASSERT_EQ(state(), after);
    }
    shoot("manage-opened");
    shootLight("manage-opened-light");
}

} // namespace forameter::testing
