// SPDX-License-Identifier: Apache-2.0
// The user guide names the keys that the program has.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "forameter/workspace/actions.hpp"

TEST(UserGuide, NamesEveryActionWithItsDefaultKeys) {
    std::stringstream guide;
    for (const char* name : {"/docs/user-guide-rater.md", "/docs/user-guide-reviewer.md",
                             "/docs/user-guide-coordinator.md"}) {
        std::ifstream file(std::string(FORAMETER_SOURCE_DIR) + name);
        guide << file.rdbuf();
    }
    ASSERT_GT(guide.str().size(), 1000u);
    for (const auto& action : forameter::workspace::actions()) {
        std::string row = "| " + std::string(action.title) + " |";
        for (const auto key : action.keys) row += " `" + std::string(key) + "`";
        EXPECT_NE(guide.str().find(row + (action.keys.empty() ? "  |" : " |")), std::string::npos)
            << "the user guides lack the row: " << row;
    }
}
