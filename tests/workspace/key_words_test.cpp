// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/key_words.hpp"

#include <gtest/gtest.h>

namespace forameter::workspace {
namespace {

TEST(KeyWords, SentencesNameTheKeyThatThePersonHas) {
    const std::string sentence = "Press " + keyWord(ActionId::DoneNext) + " to go on.";
    EXPECT_EQ(withKeys(sentence, [](ActionId id) { return id == ActionId::DoneNext ? "F8" : ""; }),
              "Press F8 to go on.");
    EXPECT_EQ(withKeys(sentence, [](ActionId) { return ""; }),
              "Press \"" + std::string(action(ActionId::DoneNext).title) + "\" to go on.")
        << "an action without a key is called by its title";
    EXPECT_EQ(withKeys("{a} remark} with {braces", [](ActionId) { return "x"; }), "{a} remark} with {braces");
}

} // namespace
} // namespace forameter::workspace
