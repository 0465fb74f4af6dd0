// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <type_traits>

#include "forameter/core/grid.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/time.hpp"
#include "forameter/core/weighting.hpp"

namespace forameter {
namespace {

using namespace literals;

TEST(Uuid, IsRandomVersion4AndNeverTheSame) {
    std::set<std::string> seen;
    for (int k = 0; k < 2000; ++k) {
        const std::string uuid = newUuid();
        ASSERT_TRUE(isUuid(uuid)) << uuid;
        EXPECT_EQ(uuid[14], '4');
        EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(Uuid, IsRecognisedByItsForm) {
    EXPECT_TRUE(isUuid("123e4567-e89b-42d3-a456-426614174000"));
    EXPECT_TRUE(isUuid("123E4567-E89B-42D3-A456-426614174000"));
    for (const char* text : {"", "123e4567", "123e4567-e89b-42d3-a456-42661417400",
                             "123e4567-e89b-42d3-a456-4266141740000", "123e4567ee89b-42d3-a456-426614174000",
                             "123e4567-e89b-42d3-a456-42661417400g", "123e4567-e89b-42d3-a456-42661417400-"})
        EXPECT_FALSE(isUuid(text)) << text;
}

TEST(Ids, OfDifferentKindsDoNotMix) {
    static_assert(!std::is_convertible_v<std::string, StudyUid>);
    static_assert(!std::is_convertible_v<StudyUid, SeriesUid>);
    static_assert(!std::is_constructible_v<SeriesUid, StudyUid>);
    EXPECT_LT(StudyUid("1.2"), StudyUid("1.3"));
    EXPECT_EQ(std::hash<StudyUid>{}(StudyUid("1.2")), std::hash<StudyUid>{}(StudyUid("1.2")));
}

TEST(ImageIds, DifferWhereOnlySeriesOrFrameDiffer) {
    const ImageId image{SeriesUid("1"), SopUid("9"), 1};
    EXPECT_NE(image, (ImageId{SeriesUid("2"), SopUid("9"), 1})); // real studies repeat SOP UIDs across series
    EXPECT_NE(image, (ImageId{SeriesUid("1"), SopUid("9"), 2}));
    EXPECT_EQ(image, (ImageId{SeriesUid("1"), SopUid("9")}));
}

TEST(Time, GoesThereAndBackToTheMillisecond) {
    for (const char* text : {"2026-01-31T10:00:00.000Z", "1969-12-31T23:59:59.999Z",
                             "2000-02-29T00:00:00.001Z", "9999-12-31T23:59:59.999Z"}) {
        const auto time = timestampFromIso8601(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(toIso8601(*time), text);
    }
    const Timestamp time = now();
    EXPECT_EQ(timestampFromIso8601(toIso8601(time)).value(), time);
}

TEST(Time, TakesFractionsOfAnyLengthAndNone) {
    const auto base = timestampFromIso8601("2026-01-31T10:00:00Z").value();
    EXPECT_EQ(timestampFromIso8601("2026-01-31T10:00:00.5Z").value() - base, std::chrono::milliseconds(500));
    EXPECT_EQ(timestampFromIso8601("2026-01-31T10:00:00.123456789Z").value() - base,
              std::chrono::milliseconds(123));
}

TEST(Time, RefusesWhatIsNoUtcTime) {
    for (const char* text :
         {"", "2026-01-31", "2026-01-31T10:00:00", "2026-01-31T10:00:00+01:00", "2026-02-30T10:00:00Z",
          "2026-13-01T10:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T10:60:00Z", "2026-01-31 10:00:00Z",
          "2026-01-31T10:00:00.Z", "2026-01-31T10:00:00.xZ", "-026-01-31T10:00:00Z", "2026-01-31T10:00:00,5Z",
          "2026-01-31T1 :00:00Z"}) {
        const auto time = timestampFromIso8601(text);
        ASSERT_FALSE(time) << text;
        EXPECT_EQ(time.error().code, ErrorCode::InvalidArgument);
        EXPECT_NE(time.error().message.find("UTC"), std::string::npos);
    }
}

TEST(ErrorCodes, HaveDistinctStableNames) {
    std::set<std::string_view> names;
    for (int k = 0; k <= static_cast<int>(ErrorCode::Corrupt); ++k) {
        const auto code = static_cast<ErrorCode>(k);
        EXPECT_TRUE(names.insert(name(code)).second) << name(code);
        EXPECT_EQ(errorCodeFromName(name(code)), code);
    }
    EXPECT_EQ(name(ErrorCode::PixelDataMismatch), "pixel-data-mismatch");
    EXPECT_EQ(name(ErrorCode::NotAnMrImage), "not-an-mr-image");
    EXPECT_EQ(errorCodeFromName("of-a-later-version"), ErrorCode::Other);
}

TEST(Results, CarryTheirReason) {
    const Result<int> failed = fail(ErrorCode::NotFound, "There is no study 1.2.3 in this store.");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), (Error{ErrorCode::NotFound, "There is no study 1.2.3 in this store."}));
}

TEST(Quantities, KeepTheirUnits) {
    static_assert(!std::is_convertible_v<double, Millimetres>);
    static_assert(!std::is_convertible_v<Millimetres, SquareMillimetres>);
    static_assert(std::is_same_v<decltype(2.0_mm * 3.0_mm), SquareMillimetres>);
    static_assert(std::is_same_v<decltype(2.0_mm / 3.0_mm), double>);
    EXPECT_EQ(2.0_mm * 3.0_mm, 6.0_mm2);
    EXPECT_EQ(2.0 * 1.5_mm + 1.0_mm - 0.5_mm, 3.5_mm);
    EXPECT_LT(-1.0_mm, 0.5_mm);
    EXPECT_EQ(6.0_mm2 / 4.0, 1.5_mm2);
}

TEST(Grids, LieRowByRow) {
    Grid<int> grid(3, 2, 7);
    grid(2, 1) = 5;
    EXPECT_EQ(grid.data()[5], 5);
    EXPECT_EQ(grid.view().row(1)[2], 5);
    EXPECT_EQ(grid.view().row(0)[2], 7);
    EXPECT_TRUE(grid.view().contains(2, 1));
    EXPECT_FALSE(grid.view().contains(3, 0));
    EXPECT_FALSE(grid.view().contains(0, 2));
    EXPECT_FALSE(grid.view().contains(-1, 0));
    const GridView<const int> readOnly = grid.view();
    EXPECT_EQ(readOnly(2, 1), 5);
    grid.view()(0, 0) = 9;
    EXPECT_EQ(readOnly(0, 0), 9); // borrowed, not copied
    EXPECT_EQ(Grid<int>().columns(), 0);
}

TEST(Watches, ReportAndCancelAndMayBeEmpty) {
    Watch{}.report(1, 2, "anything");
    EXPECT_FALSE(Watch{}.cancelled());
    std::size_t done = 0;
    std::stop_source stop;
    const Watch watch{[&](const Progress& p) { done = p.done; }, stop.get_token()};
    watch.report(3, 10, "reading headers");
    EXPECT_EQ(done, 3u);
    stop.request_stop();
    EXPECT_TRUE(watch.cancelled());
}

TEST(Sha256Digests, MatchThePublishedVectors) { // FIPS 180-4 examples
    EXPECT_EQ(toHex(sha256(std::string_view(""))),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(toHex(sha256(std::string_view("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    for (int k = 0; k < 1'000'000 / 50; ++k)
        pieces.update(std::string(50, 'a'));
    EXPECT_EQ(toHex(pieces.finish()), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(toHex(pieces.update("abc").finish()), toHex(sha256(std::string_view("abc")))); // begins anew
}

TEST(Sha256Digests, OfAMissingFileAreAnError) {
    const auto digest = sha256OfFile("/nonexistent/file");
    ASSERT_FALSE(digest);
    EXPECT_EQ(digest.error().code, ErrorCode::Unreadable);
}

TEST(Weightings, GoByTheirNames) {
    for (const Weighting w : {Weighting::T1, Weighting::T2, Weighting::PD, Weighting::STIR})
        EXPECT_EQ(weightingFromName(name(w)), w);
    EXPECT_FALSE(weightingFromName("T3"));
}

} // namespace
} // namespace forameter
