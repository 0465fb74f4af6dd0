// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/preferences.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "../support/temporary_folder.hpp"

namespace forameter::workspace {
namespace {

using testing::TemporaryFolder;

TEST(Preferences, MissingFilesMeanDefaultsWithoutAMessage) {
    const TemporaryFolder folder;
    const auto loaded = loadPreferences(folder.path() / "none");
    EXPECT_EQ(loaded.preferences, Preferences());
    EXPECT_TRUE(loaded.messages.empty());
}

TEST(Preferences, SurviveARestart) {
    const TemporaryFolder folder;
    Preferences mine;
    mine.theme = Theme::Light;
    mine.scale = 1.5;
    mine.tool = "brush";
    mine.brushRadius = 2.25;
    mine.window = WindowOrigin::Percentile;
    mine.windows[Weighting::T2] = {0.4, 0.8};
    mine.onImport = OnImport::LeaveInPlace;
    mine.overlays = false;
    mine.lastRater = "r7";
    ASSERT_TRUE(mine.bindings.setKeys(ActionId::Smooth, {"F12"}));
    ASSERT_TRUE(savePreferences(mine, folder.path() / "config"));
    const auto loaded = loadPreferences(folder.path() / "config");
    EXPECT_TRUE(loaded.messages.empty());
    EXPECT_EQ(loaded.preferences, mine);
}

TEST(Preferences, ADamagedFileGivesDefaultsAMessageAndIsKept) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "preferences.json") << "{\"theme\": \"li";
    std::ofstream(folder.path() / "bindings.json") << std::string(100, '\0');
    const auto loaded = loadPreferences(folder.path());
    EXPECT_EQ(loaded.preferences, Preferences());
    ASSERT_EQ(loaded.messages.size(), 2U);
    EXPECT_NE(loaded.messages[0].find("preferences.json"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "preferences.json.broken"));
    EXPECT_TRUE(loadPreferences(folder.path()).messages.empty()) << "said once";
}

TEST(Preferences, ValuesOutOfRangeOrOfTheWrongTypeAreIgnored) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "preferences.json")
        << R"({"scale": 40, "brush_radius_mm": "wide", "overlays": 1, "theme": ["light"], "windows": {"T1": {"center": 0.5, "width": -1}, "T9": {}}})";
    const auto loaded = loadPreferences(folder.path());
    EXPECT_EQ(loaded.preferences, Preferences());
}

TEST(Preferences, AFolderThatCannotBeMadeIsASentence) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "file") << "x";
    const auto saved = savePreferences(Preferences(), folder.path() / "file" / "config");
    ASSERT_FALSE(saved);
    EXPECT_NE(saved.error().message.find("config"), std::string::npos);
}

} // namespace
} // namespace forameter::workspace
