// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forameter {
namespace {

TEST(Text, WhatActsOnAScreenIsEscapedAndTheRestStays) {
    EXPECT_EQ(printable("M\u00fcller L4-L5"), "M\u00fcller L4-L5");
    EXPECT_EQ(printable("\x1b[2Jgone\n"), "\\x1b[2Jgone\\x0a");
    EXPECT_EQ(printable("exe.\u202egpj"), "exe.\\u202egpj");
    EXPECT_EQ(printable("a\xff"), "a\ufffd");
    EXPECT_EQ(shown("/images/\x07"), "/images/\\x07");
}

TEST(Text, Utf8IsToldFromOtherBytes) {
    EXPECT_TRUE(isUtf8("M\u00fcller \ufffd"));
    for (const char* bad : {"\xff", "M\xfcller", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82"})
        EXPECT_FALSE(isUtf8(bad)) << bad;
}

TEST(Text, AUidIsShortAndNamesNoOtherFolder) {
    EXPECT_TRUE(isUid("1.2.840.10008"));
    for (const char* bad : {"", ".", "1..2", "../1", "1/2", "1 2"})
        EXPECT_FALSE(isUid(bad)) << bad;
    EXPECT_TRUE(isUid(std::string(64, '1')));
    EXPECT_FALSE(isUid(std::string(65, '1')));
}

TEST(Text, BytesThatAreNoUtf8DoNotKeepADocumentFromBeingWritten) {
    const nlohmann::json document{{"path", "a\xff"}};
    EXPECT_THROW((void)document.dump(), nlohmann::json::exception);
    EXPECT_EQ(dumped(document), "{\"path\":\"a\ufffd\"}");
    EXPECT_EQ(dumped(document, 1), "{\n \"path\": \"a\ufffd\"\n}");
}

} // namespace
} // namespace forameter
