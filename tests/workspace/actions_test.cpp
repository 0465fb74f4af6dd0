// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/actions.hpp"

#include <gtest/gtest.h>

#include <set>

namespace forameter::workspace {
namespace {

TEST(Actions, TableFollowsTheOrderOfTheIds) {
    const auto rows = actions();
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(rows[i].id), i) << rows[i].name;
    EXPECT_EQ(rows.back().id, ActionId::About);
}

TEST(Actions, NamesAreUniqueAndGroupsTogether) {
    std::set<std::string_view> names, left;
    std::string_view group;
    for (const auto& row : actions()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(actionFromName(row.name), row.id);
        EXPECT_FALSE(row.title.empty());
        EXPECT_TRUE(row.hint.ends_with('.')) << row.name;
        if (row.group != group) {
            EXPECT_TRUE(left.insert(row.group).second) << row.group << " is in two places";
        }
        group = row.group;
    }
    EXPECT_FALSE(actionFromName("no-such-action"));
}

TEST(Bindings, DefaultsHaveNoConflictsAndEveryKeyIsReadable) {
    Bindings bindings;
    EXPECT_TRUE(bindings.conflicts().empty());
    for (const auto& row : actions()) {
        auto keys = bindings.keys(row.id);
        EXPECT_TRUE(bindings.setKeys(row.id, keys)) << row.name;
    }
    EXPECT_EQ(bindings, Bindings());
}

TEST(Bindings, ActionsOfDifferentRoomsMayShareAKey) {
    Action read{}, review{};
    read.room = Room::Read;
    review.room = Room::Review;
    const Action anywhere{};
    EXPECT_FALSE(meet(read, review));
    EXPECT_TRUE(meet(read, anywhere));
    EXPECT_TRUE(meet(anywhere, review));
    const Bindings bindings;
    EXPECT_EQ(bindings.actionFor("Q", Room::Read), ActionId::RightForamen);
    EXPECT_FALSE(bindings.actionFor("Q", Room::Manage)) << "cells are about reading";
    EXPECT_EQ(bindings.actionFor("F1", Room::Manage), ActionId::CheatSheet);
}

TEST(Bindings, KeysOfTheGuideDoWhatItSays) {
    const Bindings bindings;
    EXPECT_EQ(bindings.actionFor("1"), ActionId::Level1);
    EXPECT_EQ(bindings.actionFor("Q"), ActionId::RightForamen);
    EXPECT_EQ(bindings.actionFor("W"), ActionId::Canal);
    EXPECT_EQ(bindings.actionFor("E"), ActionId::LeftForamen);
    EXPECT_EQ(bindings.actionFor("["), ActionId::PreviousSlice);
    EXPECT_EQ(bindings.actionFor("Return"), ActionId::DoneNext);
    EXPECT_EQ(bindings.actionFor("Ctrl+Shift+Z"), ActionId::Redo);
    EXPECT_EQ(bindings.actionFor("B"), ActionId::Brush);
    EXPECT_EQ(bindings.actionFor("L"), ActionId::LiveWire);
    EXPECT_EQ(bindings.actionFor("F1"), ActionId::CheatSheet);
    EXPECT_TRUE(action(ActionId::HideContours).held);
    EXPECT_EQ(bindings.actionFor("J"), ActionId::PointCursor);
}

TEST(Bindings, AHeldActionMayShareItsKeyWithOneOrdinaryAction) {
    Bindings bindings;
    EXPECT_EQ(bindings.keys(ActionId::HoldWindow), bindings.keys(ActionId::Canal));
    ASSERT_TRUE(bindings.setKeys(ActionId::HoldWindow, {"B"})) << "a tap is the brush, holding it the window";
    EXPECT_EQ(bindings.actionFor("B"), ActionId::Brush);
    EXPECT_TRUE(bindings.conflicts().empty());
    EXPECT_FALSE(bindings.setKeys(ActionId::HoldWindow, {"Space"})) << "two held actions cannot share one";
    EXPECT_FALSE(bindings.setKeys(ActionId::Smooth, {"B"}));
    const auto read = Bindings::fromJson(bindings.toJson());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->bindings, bindings);
    EXPECT_TRUE(read->skipped.empty());
}

TEST(Bindings, ATakenKeyIsRefusedWithTheNameOfItsOwner) {
    Bindings bindings;
    const auto refused = bindings.setKeys(ActionId::Smooth, {"B"});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("Brush"), std::string::npos);
    EXPECT_FALSE(bindings.setKeys(ActionId::Smooth, {"Shift+Ctrl+M"})) << "one spelling per key";
    EXPECT_FALSE(bindings.setKeys(ActionId::Smooth, {""}));
    EXPECT_TRUE(bindings.setKeys(ActionId::Smooth, {"Ctrl+Alt+M", "F12"}));
    EXPECT_EQ(bindings.actionFor("F12"), ActionId::Smooth);
    EXPECT_FALSE(bindings.actionFor("M"));
}

TEST(Bindings, LeftBelongsToTheToolAndTheOthersAlwaysWork) {
    const Bindings bindings;
    using enum Bindings::ToolActive;
    EXPECT_EQ(bindings.mouseAction({MouseButton::Left}, No), MouseAction::WindowLevel);
    EXPECT_EQ(bindings.mouseAction({MouseButton::Left}, Yes), MouseAction::Tool);
    EXPECT_EQ(bindings.mouseAction({MouseButton::Left, true}, Yes), MouseAction::Tool);
    for (const auto tool : {No, Yes}) {
        EXPECT_EQ(bindings.mouseAction({MouseButton::Middle}, tool), MouseAction::Pan);
        EXPECT_EQ(bindings.mouseAction({MouseButton::Right}, tool), MouseAction::Zoom);
        EXPECT_EQ(bindings.mouseAction({MouseButton::Wheel}, tool), MouseAction::Slices);
        EXPECT_EQ(bindings.mouseAction({MouseButton::Right, false, true}, tool), MouseAction::WindowLevel);
    }
}

TEST(Bindings, MouseCanBeRemappedButNothingNeededGetsLost) {
    Bindings bindings;
    EXPECT_FALSE(bindings.setMouse({MouseButton::Middle}, MouseAction::Zoom)) << "pan would be gone";
    ASSERT_TRUE(bindings.setMouse({MouseButton::Right, true}, MouseAction::Pan));
    EXPECT_TRUE(bindings.setMouse({MouseButton::Middle}, MouseAction::Zoom));
    EXPECT_FALSE(bindings.setMouse({MouseButton::Wheel}, MouseAction::Crosshair)) << "a wheel points nowhere";
}

TEST(Bindings, RemapsSurviveJson) {
    Bindings bindings;
    ASSERT_TRUE(bindings.setKeys(ActionId::Smooth, {}));
    ASSERT_TRUE(bindings.setKeys(ActionId::Brush, {"M"}));
    ASSERT_TRUE(bindings.setKeys(ActionId::Smooth, {"B"})); // swapped
    ASSERT_TRUE(bindings.setMouse({MouseButton::Right, true}, MouseAction::Pan));
    const auto read = Bindings::fromJson(bindings.toJson());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->skipped.empty());
    EXPECT_EQ(read->bindings.actionFor("M"), ActionId::Brush);
    EXPECT_EQ(read->bindings.actionFor("B"), ActionId::Smooth);
    EXPECT_EQ(read->bindings, bindings);
    EXPECT_LT(Bindings().toJson().size(), 100U) << "defaults need no entries";
}

TEST(Bindings, AFileWithUnknownNamesOrConflictsIsReadAsFarAsItMakesSense) {
    const auto read = Bindings::fromJson(
        R"({"keys": {"levitate": ["Z"], "smooth": ["B"], "brush": ["B"], "undo": 3}, "mouse": {"Nose": "pan"}})");
    ASSERT_TRUE(read);
    EXPECT_GE(read->skipped.size(), 3U);
    EXPECT_TRUE(read->bindings.conflicts().empty());
    EXPECT_EQ(read->bindings.mouse(), Bindings().mouse());
    EXPECT_FALSE(Bindings::fromJson("{\"keys\": "));
    EXPECT_FALSE(Bindings::fromJson("[1, 2]"));
}

TEST(MouseChord, TextRoundTrips) {
    for (const auto button :
         {MouseButton::Left, MouseButton::Middle, MouseButton::Right, MouseButton::Wheel}) {
        for (int bits = 0; bits < 8; ++bits) {
            const MouseChord chord{button, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
            EXPECT_EQ(chordFromText(text(chord)), chord) << text(chord);
        }
    }
    EXPECT_FALSE(chordFromText("Ctrl+"));
    EXPECT_FALSE(chordFromText("Hyper+Left"));
}

} // namespace
} // namespace forameter::workspace
