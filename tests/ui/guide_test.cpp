// SPDX-License-Identifier: Apache-2.0
#include "guide.hpp"

#include <QTextBlock>
#include <gtest/gtest.h>

namespace forameter::testing {
namespace {

/// Follows the link whose words are these, as a click does; false where there is none.
bool follow(ui::GuideBrowser& guide, const QString& words) {
    for (QTextBlock block = guide.document()->begin(); block.isValid(); block = block.next())
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            const QTextCharFormat format = part.fragment().charFormat();
            if (!format.isAnchor() || part.fragment().text() != words) continue;
            guide.setSource(guide.source().resolved(QUrl(format.anchorHref())));
            return true;
        }
    return false;
}

TEST(Guide, HasNoBrokenPictureAndItsLinksLeadFromGuideToGuide) {
    ui::GuideBrowser guide;
    guide.open("user-guide-rater");
    EXPECT_TRUE(guide.toPlainText().contains("In a round"));
    EXPECT_FALSE(guide.toPlainText().contains(QChar::ObjectReplacementCharacter)) << "a picture";
    ASSERT_TRUE(follow(guide, "measuring-protocol.md"));
    EXPECT_TRUE(guide.toPlainText().startsWith("Measuring protocol"))
        << guide.toPlainText().left(80).toStdString();
    guide.backward();
    ASSERT_TRUE(follow(guide, "guide for coordinators"));
    EXPECT_TRUE(guide.toPlainText().startsWith("Guide for coordinators"));
    EXPECT_EQ(guide.textCursor().block().text(), "Working times");
}

} // namespace
} // namespace forameter::testing
