// SPDX-License-Identifier: Apache-2.0
// A whole round of phantom studies by hand: from the first password to the last signature, in one window, by
// mouse, wheel and keys. How large it is, and where pictures of it go, is said by the environment:
// docs/testing.md.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <span>

#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/maintenance.hpp"
#include "forameter/store/review_repository.hpp"
#include "round_hand_steps.hpp"

namespace forameter::testing {
namespace {

double mean(std::span<const double> values) {
    if (values.empty()) return 0.0;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median(std::vector<double> values) {
    if (values.empty()) return 0.0;
    std::ranges::sort(values);
    const auto n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double greatest(const std::vector<double>& values) {
    return values.empty() ? 0.0 : *std::ranges::max_element(values);
}

void print(const Pace& pace) {
    std::printf("%-10s %3zu cases: opened %.2f s (slowest %.2f), whole %.2f s (slowest %.2f)",
                pace.who.c_str(), pace.whole.size(), mean(pace.open), greatest(pace.open), mean(pace.whole),
                greatest(pace.whole));
    if (!pace.draw.empty())
        std::printf(", contour %.3f s (slowest %.3f)", mean(pace.draw), greatest(pace.draw));
    const auto third = std::max<std::size_t>(1, pace.whole.size() / 3);
    const std::span all(pace.whole);
    if (!pace.whole.empty())
        std::printf("; first third %.2f s, last third %.2f s; memory %.0f to %.0f MB; processor %.1f s\n",
                    mean(all.first(third)), mean(all.last(third)), pace.memory.front(), pace.memory.back(),
                    pace.processor);
}

/// Every contour that the hand drew is stored once, with the area of its clicks.
void checkContours(const store::Store& store, const RoundHand& hand) {
    const auto stored = store::ContourRepository(store).current({.round = kRoundName});
    ASSERT_TRUE(stored) << stored.error().message;
    std::map<std::tuple<std::string, StudyUid, anatomy::Cell>, const store::StoredContour*> found;
    for (const auto& one : *stored)
        if (one.contour.source == protocol::Source::Manual && one.contour.assessable) {
            const auto key = std::tuple{one.contour.rater, one.contour.study, one.contour.cell};
            EXPECT_TRUE(found.emplace(key, &one).second);
        }
    EXPECT_EQ(found.size(), hand.drawn().size());
    std::vector<double> rounding, reduction, all;
    for (const auto& one : hand.drawn()) {
        const auto at = found.find({one.rater, one.study, one.cell});
        ASSERT_TRUE(at != found.end()) << one.rater << ", " << anatomy::label(one.cell);
        const double area = at->second->measurement.value().area.value();
        EXPECT_EQ(at->second->contour.curve.points.size(), one.points)
            << one.rater << ", " << anatomy::label(one.cell) << ", " << area << " of " << one.document
            << " mm²";
        rounding.push_back(100 * std::abs(area - one.clicks) / one.clicks);
        reduction.push_back(100 * std::abs(one.clicks - one.document) / one.document);
        all.push_back(100 * std::abs(area - one.document) / one.document);
    }
    std::printf("%zu contours: area against the document %.2f %% (greatest %.2f %%), of which fewer points "
                "%.2f %% (%.2f %%), whole pixels %.2f %% (%.2f %%)\n",
                all.size(), mean(all), greatest(all), mean(reduction), greatest(reduction), mean(rounding),
                greatest(rounding));
    EXPECT_LT(mean(rounding), 0.5) << "a click falls at most 0.7 pixels from where it was meant";
    EXPECT_LT(greatest(rounding), 4.0);
    EXPECT_LT(mean(all), 2.0);
}

/// Signed consensus of every case, nearer to the truth than the rater in the middle.
void checkConsensus(const store::Store& store, const PhantomRound& round, const RoundHand& hand) {
    const auto reviews = store::ReviewRepository(store).list({.round = kRoundName});
    ASSERT_TRUE(reviews) << reviews.error().message;
    const auto& counts = hand.counts();
    EXPECT_EQ(reviews->size(), counts.cases);
    EXPECT_EQ(std::ranges::count(*reviews, store::ReviewState::Signed, &store::Review::state),
              static_cast<std::ptrdiff_t>(counts.cases));
    const auto kept = store::ConsensusRepository(store).list({.round = kRoundName});
    ASSERT_TRUE(kept) << kept.error().message;
    std::map<ContourId, const protocol::Consensus*> byId;
    for (const auto& one : *kept)
        byId[one.id] = &one;
    std::size_t consensus = 0, contours = 0, none = 0;
    std::vector<double> ofConsensus, ofRater;
    for (const auto& review : *reviews) {
        EXPECT_FALSE(review.reason.empty());
        if (!review.accepted) ++none;
        if (review.accepted && review.accepted->version) ++contours;
        if (!review.accepted || review.accepted->version) continue;
        ++consensus;
        ASSERT_TRUE(byId.contains(review.accepted->id));
        const auto& one = *byId.at(review.accepted->id);
        const auto* truth = round.truth(review.study, review.cell, one.image);
        if (!truth) continue;
        const double real = protocol::measure(*truth, std::nullopt).value().area.value();
        std::vector<double> errors;
        for (const auto& input : one.raters)
            errors.push_back(100 * std::abs(input.area.value() - real) / real);
        ofRater.push_back(median(errors));
        ofConsensus.push_back(100 * std::abs(one.area.value() - real) / real);
    }
    EXPECT_EQ(consensus, counts.signedAsProposed);
    EXPECT_EQ(contours, counts.edited);
    EXPECT_EQ(none, counts.without);
    EXPECT_EQ(kept->size(), counts.signedAsProposed)
        << "one consensus is kept for each case that was accepted";
    std::printf(
        "%zu of %zu signed as proposed, %zu edited, %zu without truth; area against the truth (phantom "
        "result): consensus %.2f %%, median rater %.2f %%\n",
        consensus, reviews->size(), contours, none, mean(ofConsensus), mean(ofRater));
    EXPECT_LT(mean(ofConsensus), mean(ofRater));
}

int fromEnvironment(const char* name, int usual) {
    bool fine = false;
    const int value = qEnvironmentVariableIntValue(name, &fine);
    return fine && value > 0 ? value : usual;
}

TEST(RoundByHand, FromTheFirstPasswordToTheLastSignature) {
    const int studies = fromEnvironment("FORAMETER_ROUND_STUDIES", 2),
              raters = std::max(2, fromEnvironment("FORAMETER_ROUND_RATERS", 2));
    const std::filesystem::path shots = qgetenv("FORAMETER_ROUND_SHOTS").toStdString();
    if (!shots.empty()) std::filesystem::create_directories(shots);
    const TemporaryFolder temporary;
    const std::filesystem::path kept = qgetenv("FORAMETER_ROUND_FOLDER").toStdString();
    if (!kept.empty()) {
        std::filesystem::create_directories(kept);
        for (const char* old : {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm"})
            std::filesystem::remove(kept / old);
    }
    QElapsedTimer timer;
    timer.start();
    const PhantomRound round(kept.empty() ? temporary.path() : kept, studies, raters);
    std::printf("%d phantom studies made and imported in %.1f s\n", studies, seconds(timer));
    timer.restart();
    {
        RoundHand hand(round, shots);
        const auto step = [&](const char* what, const std::function<void()>& does) {
            if (::testing::Test::HasFatalFailure()) return;
            QElapsedTimer each;
            each.start();
            does();
            std::printf("%-28s %7.1f s\n", what, seconds(each));
            std::fflush(stdout);
        };
        step("people and passwords", [&] { hand.foundStore(); });
        step("levels", [&] {
            hand.signIn(kCoordinator);
            if (!::testing::Test::HasFatalFailure()) hand.confirmLevels();
        });
        step("the round", [&] { hand.makeRound(); });
        for (std::size_t k = 1; k <= round.raters().size(); ++k)
            step(round.raters()[k - 1].c_str(), [&] {
                hand.signIn(round.raters()[k - 1]);
                if (!::testing::Test::HasFatalFailure()) hand.readCases(k);
            });
        step("nothing seen, then opened", [&] {
            hand.signIn(kCoordinator);
            hand.lookForReadings();
            hand.openRound();
        });
        step("review", [&] {
            hand.signIn(kJudge);
            if (!::testing::Test::HasFatalFailure()) hand.reviewCases();
        });
        if (::testing::Test::HasFatalFailure()) return;
        for (const auto& pace : hand.paces())
            print(pace);
        std::printf("by hand: %.1f s; %zu not assessable, %zu left open, %zu flagged, %zu comments\n",
                    seconds(timer), hand.counts().notAssessable, hand.counts().leftOpen,
                    hand.counts().flagged, hand.counts().comments);
        const auto& store = hand.workspace().store(); // the reviewer's
        checkContours(store, hand);
        checkConsensus(store, round, hand);
        std::set<StudyUid> seen;
        for (const auto& one : hand.drawn())
            seen.insert(one.study);
        EXPECT_EQ(seen.size(), static_cast<std::size_t>(studies));
    }
    const auto verified = store::verify(round.store());
    ASSERT_TRUE(verified) << verified.error().message;
    for (const auto& problem : verified->problems)
        ADD_FAILURE() << problem.what << ", " << problem.where << ": " << problem.message;
    EXPECT_GT(verified->auditEntries, static_cast<std::int64_t>(studies * raters * 15));
    std::printf("verified: %lld audit entries\n", static_cast<long long>(verified->auditEntries));
}

} // namespace
} // namespace forameter::testing
