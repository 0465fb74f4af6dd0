// SPDX-License-Identifier: Apache-2.0
// The Manage room, driven as a coordinator would.
#include "manage_room.hpp"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QTableWidget>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "../store/fixture.hpp"
#include "forameter/protocol/interchange.hpp"
#include "manage_people.hpp"
#include "manage_round_dialog.hpp"
#include "manage_study_choice.hpp"
#include "progress_panel.hpp"
#include "review_fixture.hpp"
#include "round_fixture.hpp"
#include "sign_in.hpp"
#include "sign_in_guard.hpp"

namespace forameter::testing {
namespace {

using store::RoundState;
using workspace::Room;

ui::ManageRoom& room(Chair& chair) {
    return *chair.window->findChild<ui::ManageRoom*>();
}

void click(Chair& chair, const char* button) {
    auto* found = room(chair).findChild<QPushButton*>(QString::fromLatin1(button));
    ASSERT_TRUE(found && found->isVisible() && found->isEnabled()) << button;
    QTest::mouseClick(found, Qt::LeftButton);
}

TEST(ManageRoom, IsForCoordinatorsOnly) {
    RoundHouse house;
    Chair rater(house.path(), "r1");
    rater.press(Qt::Key_4, Qt::AltModifier);
    EXPECT_EQ(rater.window->room(), Room::Read);
    EXPECT_TRUE(rater.message().contains("coordinators"));
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    EXPECT_EQ(boss.window->room(), Room::Manage);
}

TEST(ManageRoom, AResearcherIsNotOfferedWhatTheAccessTableRefuses) {
    RoundHouse house;
    ASSERT_TRUE(store::RaterRepository(house.store()).add(RaterId("coord"), store::Role::Researcher));
    Chair coordinator(house.path(), "coord");
    coordinator.press(Qt::Key_4, Qt::AltModifier);
    ASSERT_EQ(coordinator.window->room(), Room::Manage);
    const auto hasHint = [](Chair& chair, const char* words) {
        const auto hints = room(chair).hints();
        return std::any_of(hints.begin(), hints.end(),
                           [&](const auto& hint) { return hint.text == QLatin1String(words); });
    };
    EXPECT_TRUE(hasHint(coordinator, "new round"));
    EXPECT_FALSE(hasHint(coordinator, "add person"));
    coordinator.press(Qt::Key_P, Qt::ControlModifier);
    EXPECT_EQ(QApplication::activeModalWidget(), nullptr) << "no dialog that would end in a refusal";
    EXPECT_TRUE(coordinator.message().contains("needs the role of an administrator"))
        << coordinator.message().toStdString();
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    EXPECT_TRUE(hasHint(boss, "add person"));
}

TEST(ManageRoom, ATinyRoundFromPeopleToOpening) {
    RoundHouse house;
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    ASSERT_EQ(boss.window->room(), Room::Manage);
    boss.pressAndAnswer<ui::PersonEditor>(Qt::Key_P, Qt::ControlModifier, [](ui::PersonEditor& editor) {
        QTest::keyClicks(editor.findChild<QLineEdit*>("PersonEditorName"), "dora");
        QTest::keyClick(&editor, Qt::Key_Return);
    });
    auto* people = room(boss).findChild<QTableWidget*>("People");
    ASSERT_EQ(people->findItems("dora", Qt::MatchExactly).size(), 1);
    EXPECT_EQ(store::RaterRepository(house.store()).find(RaterId("dora"))->role, store::Role::Rater);

    boss.pressAndAnswer<ui::RoundDialog>(Qt::Key_N, Qt::ControlModifier, [](ui::RoundDialog& dialog) {
        auto* count = dialog.findChild<QLabel*>("RoundCount");
        auto* where = dialog.findChild<QLineEdit*>("RoundWhere");
        QTest::keyClicks(where, "field >");
        EXPECT_FALSE(dialog.findChild<QLabel*>("RoundMessage")->text().isEmpty()) << "half an expression";
        EXPECT_FALSE(dialog.findChild<QPushButton*>("RoundMake")->isEnabled());
        where->clear();
        QTest::keyClicks(dialog.findChild<QLineEdit*>("RoundName"), "pilot");
        EXPECT_TRUE(count->text().startsWith("1 study, 3 raters")) << count->text().toStdString();
        QTest::mouseClick(dialog.findChild<QPushButton*>("RoundMake"), Qt::LeftButton);
        EXPECT_FALSE(dialog.isVisible()) << dialog.findChild<QLabel*>("RoundMessage")->text().toStdString();
        if (dialog.isVisible()) dialog.reject();
    });
    auto* rounds = room(boss).findChild<QTableWidget*>("Rounds");
    ASSERT_EQ(rounds->rowCount(), 1);
    EXPECT_EQ(rounds->item(0, 4)->text(), "0 of 3");

    const auto folder = house.folder() / "packets";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(room(boss).exportPackets(folder, true));
    EXPECT_FALSE(room(boss).exportPackets(folder, true)) << "one at a time";
    ASSERT_TRUE(waitFor([&] { return !room(boss).busy(); }));
    ASSERT_TRUE(std::filesystem::exists(folder / "dora.sqlite")) << room(boss).log().toStdString();
    EXPECT_TRUE(room(boss).log().contains("dora: 1 case,")) << room(boss).log().toStdString();
    {
        Chair dora(folder / "dora.sqlite", "whoever");
        EXPECT_EQ(dora.workspace->rater(), "dora");
        dora.press(Qt::Key_4, Qt::AltModifier);
        EXPECT_EQ(dora.window->room(), Room::Read);
        dora.press(Qt::Key_Right, Qt::ControlModifier);
        ASSERT_TRUE(dora.workspace->roundCase()) << dora.message().toStdString();
        dora.pressAndAnswer<QMessageBox>(
            Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier,
            [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton); });
    }
    ASSERT_TRUE(room(boss).collectPackets({folder / "dora.sqlite", house.folder() / "none.sqlite"}));
    ASSERT_TRUE(waitFor([&] { return !room(boss).busy(); }));
    EXPECT_TRUE(room(boss).log().contains("new entries of dora")) << room(boss).log().toStdString();
    EXPECT_TRUE(room(boss).log().contains("none.sqlite: refused.")) << room(boss).log().toStdString();
    EXPECT_EQ(rounds->item(0, 4)->text(), "1 of 3");

    const auto state = [&] { return store::RoundRepository(house.store()).find("pilot")->state; };
    boss.answer<QMessageBox>([&] { click(boss, "OpenRound"); },
                             [](QMessageBox& box) { QTest::keyClick(&box, Qt::Key_Escape); });
    EXPECT_EQ(state(), RoundState::Running) << "asked, and said no";
    boss.answer<QMessageBox>(
        [&] { click(boss, "CloseRound"); },
        [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton); });
    EXPECT_EQ(state(), RoundState::Closed);
    EXPECT_EQ(boss.message(), "Round pilot is closed; its packets can still be collected.");
    boss.answer<QMessageBox>([&] { click(boss, "OpenRound"); },
                             [](QMessageBox& box) {
                                 EXPECT_TRUE(box.text().contains("for good"));
                                 QTest::mouseClick(box.button(QMessageBox::Ok), Qt::LeftButton);
                             });
    EXPECT_EQ(state(), RoundState::Opened);
    EXPECT_EQ(boss.message(), "Round pilot is open; its readings can be reviewed and compared.");
    EXPECT_FALSE(room(boss).findChild<QPushButton*>("ExportPackets")->isEnabled());
}

TEST(ManageRoom, StudiesAreChosenByHandOrByAList) {
    RoundHouse house;
    for (const char* uid : {"1.2.840.2", "1.2.840.3", "1.2.840.4"})
        house.addStudy(uid);
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    boss.pressAndAnswer<ui::RoundDialog>(Qt::Key_N, Qt::ControlModifier, [&](ui::RoundDialog& dialog) {
        QTest::keyClicks(dialog.findChild<QLineEdit*>("RoundName"), "by-hand");
        const auto choose = [&](const std::function<void(ui::StudyPicker&, QTableWidget&)>& does) {
            boss.answer<ui::StudyPicker>(
                [&] { QTest::keyClick(dialog.findChild<QPushButton*>("RoundChoose"), Qt::Key_Space); },
                [&](ui::StudyPicker& picker) { does(picker, *picker.findChild<QTableWidget*>()); });
        };
        const auto text = [](QWidget& of, const char* label) {
            return of.findChild<QLabel*>(QLatin1String(label))->text().toStdString();
        };
        const auto* counted = "StudyPickerCount";
        choose([&](ui::StudyPicker& picker, QTableWidget& table) {
            ASSERT_EQ(table.rowCount(), 4);
            EXPECT_EQ(text(picker, counted), "0 of 4 studies chosen.");
            QTest::keyClick(&table, Qt::Key_Home, Qt::ControlModifier);
            QTest::keyClick(&table, Qt::Key_Down);
            QTest::keyClick(&table, Qt::Key_Down, Qt::ShiftModifier);
            EXPECT_EQ(text(picker, counted), "2 of 4 studies chosen.");
            QTest::keyClick(&table, Qt::Key_Down, Qt::ControlModifier);
            QTest::keyClick(&table, Qt::Key_Space, Qt::ControlModifier);
            EXPECT_EQ(text(picker, counted), "3 of 4 studies chosen.");
            QTest::keyClicks(picker.findChild<QLineEdit*>("StudyPickerFind"), "840.3");
            EXPECT_EQ(text(picker, counted), "3 of 4 studies chosen, 2 of them not shown now.");
            QTest::keyClick(&table, Qt::Key_Return);
        });
        EXPECT_EQ(text(dialog, "RoundChosen"), "the 3 chosen studies");
        EXPECT_EQ(text(dialog, "RoundCount").rfind("3 studies", 0), 0u) << text(dialog, "RoundCount");
        choose([&](ui::StudyPicker& picker, QTableWidget& table) {
            EXPECT_EQ(text(picker, counted), "3 of 4 studies chosen.") << "as it was left";
            QApplication::clipboard()->setText("no list at all\n");
            QTest::keyClick(&table, Qt::Key_V, Qt::ControlModifier);
            EXPECT_EQ(text(picker, counted), "0 of 4 studies chosen.");
            EXPECT_FALSE(picker.findChild<QPushButton*>()->text().isEmpty());
            QApplication::clipboard()->setText("1.2.840.3\r\n\n  1.2.840.2 \n9.9.9\n");
            QTest::keyClick(&table, Qt::Key_V, Qt::ControlModifier);
            EXPECT_EQ(text(picker, "StudyPickerMessage"),
                      "Not in this store: 1 of the 3 studies of the list, the first is 9.9.9.");
            QTest::keyClick(&table, Qt::Key_Return);
        });
        EXPECT_EQ(text(dialog, "RoundChosen"), "the 2 chosen studies");
        choose([&](ui::StudyPicker& picker, QTableWidget& table) {
            QTest::keyClick(&table, Qt::Key_A, Qt::ControlModifier);
            QTest::keyClick(&picker, Qt::Key_Escape);
        });
        EXPECT_EQ(text(dialog, "RoundChosen"), "the 2 chosen studies") << "given up";
        QTest::keyClick(dialog.findChild<QPushButton*>("RoundByExpression"), Qt::Key_Space);
        EXPECT_EQ(text(dialog, "RoundCount").rfind("4 studies", 0), 0u) << text(dialog, "RoundCount");
        QTest::keyClicks(dialog.findChild<QLineEdit*>("RoundWhere"),
                         "study_uid in ('1.2.840.2', '1.2.840.3')");
        choose([&](ui::StudyPicker& picker, QTableWidget& table) {
            EXPECT_EQ(text(picker, counted), "2 of 4 studies chosen.") << "begins with what the words give";
            QTest::keyClick(&table, Qt::Key_Return);
        });
        QTest::mouseClick(dialog.findChild<QPushButton*>("RoundMake"), Qt::LeftButton);
        EXPECT_FALSE(dialog.isVisible()) << text(dialog, "RoundMessage");
        if (dialog.isVisible()) dialog.reject();
    });
    const auto made = store::RoundRepository(house.store()).find("by-hand");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->plan.studies, (std::vector{StudyUid("1.2.840.2"), StudyUid("1.2.840.3")}));
    EXPECT_TRUE(room(boss).log().contains("2 of its studies have no confirmed levels"))
        << room(boss).log().toStdString();
}

TEST(ManageRoom, WhoDoesNotReadHasABoxThatCanBeSeenInBothThemes) {
    RoundHouse house;
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    for (const auto theme : {workspace::Theme::Light, workspace::Theme::Dark}) {
        auto preferences = boss.workspace->preferences();
        preferences.theme = theme;
        boss.workspace->setPreferences(preferences);
        boss.pressAndAnswer<ui::RoundDialog>(Qt::Key_N, Qt::ControlModifier, [](ui::RoundDialog& dialog) {
            auto* raters = dialog.findChild<QListWidget*>("RoundRaters");
            raters->item(0)->setCheckState(Qt::Unchecked);
            raters->setCurrentRow(-1);
            QRect box = raters->visualItemRect(raters->item(0));
            box.setWidth(22);
            const QImage picture = raters->viewport()->grab(box).toImage();
            int least = 255, most = 0;
            for (int y = 0; y < picture.height(); ++y)
                for (int x = 0; x < picture.width(); ++x) {
                    least = std::min(least, picture.pixelColor(x, y).lightness());
                    most = std::max(most, picture.pixelColor(x, y).lightness());
                }
            EXPECT_GT(most - least, 90);
            dialog.reject();
        });
    }
}

TEST(ManageRoom, FitsASmallScreenAtTwiceTheSize) {
    RoundHouse house;
    house.makeRound({kMadeStudy});
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    boss.window->resize(800, 500);
    QCoreApplication::processEvents();
    for (const auto* button : room(boss).findChildren<QPushButton*>()) {
        if (!button->isVisible()) continue;
        EXPECT_GE(button->width(), button->sizeHint().width()) << button->text().toStdString();
        EXPECT_LE(button->mapTo(boss.window.get(), button->rect().topRight()).x(), 800)
            << button->text().toStdString();
    }
    boss.pressAndAnswer<ui::RoundDialog>(Qt::Key_N, Qt::ControlModifier, [](ui::RoundDialog& dialog) {
        EXPECT_LE(dialog.height(), 500);
        const auto* make = dialog.findChild<QPushButton*>(QStringLiteral("RoundMake"));
        EXPECT_TRUE(dialog.rect().contains(make->geometry().translated(make->parentWidget()->pos())));
        QTest::keyClick(&dialog, Qt::Key_Escape);
    });
}

TEST(ManageRoom, F1ShowsNoKeysOfPicturesThatAreElsewhere) {
    RoundHouse house;
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    boss.press(Qt::Key_F1);
    auto* sheet = boss.window->findChild<QDialog*>(QStringLiteral("CheatSheet"));
    ASSERT_TRUE(sheet);
    QString spoken;
    for (const QWidget* group : sheet->findChildren<QWidget*>())
        spoken += group->accessibleName() + QLatin1Char('\n');
    EXPECT_TRUE(spoken.contains(QStringLiteral("Export packets"))) << spoken.toStdString();
    for (const char* absent : {"Brush", "Undo", "Hide contours"})
        EXPECT_FALSE(spoken.contains(QLatin1String(absent))) << absent;
    sheet->close();
}

TEST(ManageRoom, ThePasswordDialogAsksForNoRole) {
    RoundHouse house;
    Chair boss(house.path(), "boss");
    store::Rater person;
    person.name = RaterId("r1");
    ui::PersonEditor editor(*boss.workspace, ui::PersonEditor::Kind::Password, person, nullptr);
    editor.show();
    EXPECT_FALSE(editor.findChild<QComboBox*>(QStringLiteral("PersonEditorRole"))->isVisible());
}

TEST(ManageRoom, CalibrationIsScoredAgainstADocument) {
    RoundHouse house;
    const StudyUid trial("1.2.3.77");
    house.addStudy(trial.text());
    store::RoundPlan plan;
    plan.name = "pilot";
    plan.raters = {RaterId("r1"), RaterId("r2")};
    plan.studies = {StudyUid("1.2.840.1")};
    plan.calibration = {trial};
    plan.slices = store::SliceRule::Free;
    const auto made = store::RoundRepository(house.store()).create(plan);
    ASSERT_TRUE(made) << made.error().message;
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    EXPECT_TRUE(room(boss).findChild<QPushButton*>("ScoreCalibration")->isEnabled());
    const auto file = house.folder() / "truth.json";
    const auto score = [&](const std::string& document) {
        std::ofstream(file) << document;
        EXPECT_TRUE(room(boss).scoreCalibration(file));
        EXPECT_TRUE(waitFor([&] { return !room(boss).busy(); }));
        return room(boss).log().toStdString();
    };
    EXPECT_NE(score("[]").find("truth.json: "), std::string::npos) << room(boss).log().toStdString();
    EXPECT_NE(score(protocol::contoursToJson({})).find(trial.text()), std::string::npos)
        << room(boss).log().toStdString();
    const auto truth = raterContour({.rater = "truth"}, trial, trial.text() + ".1.2.840.1.1");
    EXPECT_EQ(score(protocol::contoursToJson({{truth, std::nullopt, std::nullopt, false}})),
              "r1: 0 of 1 calibration cases done.\nr2: 0 of 1 calibration cases done.");
    auto other = truth;
    other.id = ContourId(newUuid());
    other.cell.level = anatomy::Level::L3_L4;
    std::string partly = protocol::contoursToJson(
        {{truth, std::nullopt, std::nullopt, false}, {other, std::nullopt, std::nullopt, false}});
    partly.replace(partly.find("L3-L4"), 5, "L3-L9");
    EXPECT_EQ(score(partly).rfind("truth.json: 1 contour was refused and takes no part. The first: ", 0), 0u)
        << room(boss).log().toStdString();
    EXPECT_NE(score(partly).find("r2: 0 of 1"), std::string::npos) << "what is left is scored";
    std::filesystem::remove(file);
    EXPECT_TRUE(room(boss).scoreCalibration(file));
    EXPECT_TRUE(waitFor([&] { return !room(boss).busy(); }));
    EXPECT_TRUE(room(boss).log().endsWith("truth.json cannot be read: No such file or directory."))
        << room(boss).log().toStdString();
}

TEST(ManageRoom, ACancelledCollectionSaysWhatBecameOfThePackets) {
    RoundHouse house;
    house.makeRound({kMadeStudy});
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    const auto folder = house.folder() / "packets";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(room(boss).exportPackets(folder, false));
    ASSERT_TRUE(waitFor([&] { return !room(boss).busy(); }));
    ASSERT_TRUE(room(boss).collectPackets({folder / "r1.sqlite", folder / "r2.sqlite"}));
    click(boss, "CancelPackets");
    ASSERT_TRUE(waitFor([&] { return !room(boss).busy(); }));
    EXPECT_TRUE(room(boss).log().contains("r1.sqlite: ")) << room(boss).log().toStdString();
}

TEST(ManageRoom, WhoWasAddedIsListedAlsoWhereHerPasswordIsGivenUp) {
    RoundHouse house;
    store::rawSql(house.path(), {"CREATE TRIGGER broken BEFORE INSERT ON rater_password BEGIN "
                                 "SELECT RAISE(ABORT, 'as on a full disk'); END"});
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    boss.pressAndAnswer<ui::PersonEditor>(Qt::Key_P, Qt::ControlModifier, [](ui::PersonEditor& editor) {
        QTest::keyClicks(editor.findChild<QLineEdit*>("PersonEditorName"), "dora");
        for (const char* field : {"PersonEditorPassword", "PersonEditorAgain"})
            QTest::keyClicks(editor.findChild<QLineEdit*>(field), QString::fromStdString(kPassword));
        QTest::keyClick(&editor, Qt::Key_Return);
        EXPECT_TRUE(editor.isVisible()) << "the password could not be stored";
        QTest::keyClick(&editor, Qt::Key_Escape);
    });
    ASSERT_TRUE(store::RaterRepository(house.store()).find(RaterId("dora")));
    auto* people = room(boss).findChild<QTableWidget*>("People");
    EXPECT_EQ(people->findItems("dora", Qt::MatchExactly).size(), 1);
}

TEST(ManageRoom, TheFirstPasswordAsksWhoIsHere) {
    RoundHouse house;
    Chair boss(house.path(), "boss");
    boss.press(Qt::Key_4, Qt::AltModifier);
    auto* people = room(boss).findChild<QTableWidget*>("People");
    people->selectRow(people->findItems("boss", Qt::MatchExactly).front()->row());
    boss.answer<ui::PersonEditor>(
        [&] { click(boss, "SetPassword"); },
        [](ui::PersonEditor& editor) {
            QTest::keyClicks(editor.findChild<QLineEdit*>("PersonEditorPassword"), "short");
            QTest::keyClicks(editor.findChild<QLineEdit*>("PersonEditorAgain"), "short");
            QTest::keyClick(&editor, Qt::Key_Return);
            EXPECT_TRUE(editor.isVisible()) << "too short";
            for (const char* field : {"PersonEditorPassword", "PersonEditorAgain"}) {
                editor.findChild<QLineEdit*>(field)->clear();
                QTest::keyClicks(editor.findChild<QLineEdit*>(field), QString::fromStdString(kPassword));
            }
            QTest::keyClick(&editor, Qt::Key_Return);
        });
    ASSERT_TRUE(boss.window->guard().isLocked());
    boss.signIn("boss");
    EXPECT_FALSE(boss.window->guard().isLocked());
    EXPECT_TRUE(boss.workspace->signedIn());
    EXPECT_EQ(boss.window->room(), Room::Manage);
    const int row = people->findItems("boss", Qt::MatchExactly).front()->row();
    EXPECT_EQ(people->item(row, 2)->text(), "set") << "the room is entered anew";
}

} // namespace
} // namespace forameter::testing
