// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "forameter/agreement/staple.hpp"

namespace forameter::agreement {
namespace {

/// One row of pixels per rater, '1' where she drew, with `background` pixels that nobody drew behind them.
class Panel {
public:
    Panel(const std::vector<std::string>& rows, std::size_t background = 0)
        : m_patterns(static_cast<int>(rows.front().size() + background), 1, 0), m_raters(rows.size()) {
        std::vector<Grid<std::uint8_t>> masks;
        std::vector<GridView<const std::uint8_t>> views;
        for (const auto& row : rows) {
            masks.emplace_back(m_patterns.columns(), 1, std::uint8_t{0});
            for (std::size_t i = 0; i < row.size(); ++i)
                masks.back().data()[i] = row[i] == '1' ? 1 : 0;
        }
        for (const auto& mask : masks)
            views.push_back(mask.view());
        m_patterns = votePatterns(views);
    }
    [[nodiscard]] Staple result(const StapleSettings& settings = {}) const {
        const auto votes = countVotes(m_patterns.view());
        auto done = staple(votes, m_raters, settings);
        EXPECT_TRUE(done);
        return done.value_or(Staple{});
    }
    /// Probability of foreground of pixel `i`.
    [[nodiscard]] double weight(int i) const {
        const auto votes = countVotes(m_patterns.view());
        const Staple done = result();
        for (std::size_t k = 0; k < votes.size(); ++k)
            if (votes[k].pattern == m_patterns(i, 0)) return done.probabilities[k];
        ADD_FAILURE() << "pixel " << i << " has no pattern";
        return 0.0;
    }

private:
    Grid<VotePattern> m_patterns;
    std::size_t m_raters;
};

const std::vector<std::string> kTwelve{"111100000000", "111010000000", "110111000000"};
const std::vector<std::string> kFlip{"01110001", "10110010", "11111000"};

TEST(StapleTest, PublishedVectorOfTwelvePixels) {
    const Panel panel(kTwelve);
    const Staple done = panel.result();
    EXPECT_TRUE(done.converged);
    EXPECT_NEAR(done.prior, 0.361111, 1e-6);
    for (int i = 0; i < 5; ++i)
        EXPECT_NEAR(panel.weight(i), 1.0, 1e-6) << i;
    EXPECT_NEAR(panel.weight(5), 0.164879, 1e-6);
    for (int i = 6; i < 12; ++i)
        EXPECT_NEAR(panel.weight(i), 0.006870, 1e-6) << i;
    EXPECT_NEAR(done.sensitivity[0], 0.768330, 1e-6);
    EXPECT_NEAR(done.sensitivity[1], 0.768330, 1e-6);
    EXPECT_NEAR(done.sensitivity[2], 0.8, 1e-6);
    EXPECT_NEAR(done.specificity[0], 1.0, 1e-6);
    EXPECT_NEAR(done.specificity[1], 1.0, 1e-6);
    EXPECT_NEAR(done.specificity[2], 0.877078, 1e-6);
}

TEST(StapleTest, PublishedVectorWithMoreBackground) {
    const Panel panel(kTwelve, 988);
    const Staple done = panel.result();
    EXPECT_NEAR(done.prior, 0.004333, 1e-6);
    EXPECT_NEAR(panel.weight(5), 0.194784, 1e-6);
    EXPECT_NEAR(done.sensitivity[0], 0.762852, 1e-6);
    EXPECT_NEAR(done.sensitivity[1], 0.762852, 1e-6);
    EXPECT_NEAR(done.sensitivity[2], 0.8, 1e-6);
    EXPECT_NEAR(done.specificity[2], 0.999191, 1e-6);
}

/// A pixel changes sides with nothing but empty background added: why a consensus states its domain.
TEST(StapleTest, BackgroundSizeFlipsAPixel) {
    const Panel small(kFlip), large(kFlip, 500);
    EXPECT_NEAR(small.weight(0), 0.857, 5e-4);
    EXPECT_NEAR(small.weight(1), 0.857, 5e-4);
    EXPECT_NEAR(small.weight(2), 0.9594, 5e-5);
    EXPECT_NEAR(small.weight(3), 0.9594, 5e-5);
    EXPECT_NEAR(small.weight(4), 0.6029, 5e-5);
    EXPECT_NEAR(large.weight(0), 0.9989, 5e-5);
    EXPECT_NEAR(large.weight(2), 1.0, 5e-5);
    EXPECT_NEAR(large.weight(4), 0.4668, 5e-5);
    for (int i = 5; i < 8; ++i) {
        EXPECT_NEAR(small.weight(i), 0.0, 5e-3) << i;
        EXPECT_NEAR(large.weight(i), 0.0, 5e-3) << i;
    }
}

TEST(StapleTest, RatersWhoAgreeAreRight) {
    const Panel panel({"1110000", "1110000", "1110000"});
    const Staple done = panel.result();
    for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_NEAR(done.sensitivity[j], 1.0, 1e-9);
        EXPECT_NEAR(done.specificity[j], 1.0, 1e-9);
    }
    EXPECT_NEAR(panel.weight(0), 1.0, 1e-9);
    EXPECT_NEAR(panel.weight(6), 0.0, 1e-9);
}

TEST(StapleTest, RatersWhoNeverErrAndContradictGiveNumbers) {
    const Panel panel({"1100", "0011"});
    const Staple done = panel.result();
    for (const double w : done.probabilities)
        EXPECT_TRUE(w >= 0.0 && w <= 1.0) << w;
}

TEST(StapleTest, DomainLeavesPixelsOut) {
    Grid<VotePattern> patterns(4, 1, 0);
    patterns(0, 0) = 3;
    patterns(1, 0) = 1;
    Grid<std::uint8_t> domain(4, 1, 1);
    domain(3, 0) = 0;
    EXPECT_EQ(countVotes(patterns.view(), domain.view()), (std::vector<VoteCount>{{0, 1}, {1, 1}, {3, 1}}));
    EXPECT_EQ(countVotes(patterns.view()), (std::vector<VoteCount>{{0, 2}, {1, 1}, {3, 1}}));
}

TEST(StapleTest, ManyRatersArePatternsToo) {
    std::vector<std::string> rows(kMostRaters, "11100000");
    rows.back() = "11110000";
    const Panel panel(rows);
    EXPECT_NEAR(panel.weight(2), 1.0, 1e-9);
    EXPECT_NEAR(panel.weight(3), 0.0, 1e-9);
}

TEST(StapleTest, RefusesWhatHasNoAnswer) {
    EXPECT_FALSE(staple(std::vector<VoteCount>{}, 3));
    EXPECT_FALSE(staple(std::vector<VoteCount>{{0, 10}}, 3));
    EXPECT_FALSE(staple(std::vector<VoteCount>{{7, 10}}, 3));
    EXPECT_FALSE(staple(std::vector<VoteCount>{{0, 1}, {1, 1}}, 0));
    EXPECT_FALSE(staple(std::vector<VoteCount>{{0, 1}, {1, 1}}, kMostRaters + 1));
}

} // namespace
} // namespace forameter::agreement
