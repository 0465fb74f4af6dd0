// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/readings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace forameter;
using namespace forameter::training;
using proposal::Label;
using proposal::LabelSet;
using proposal::only;

namespace {

constexpr int kSize = 80;

geometry::ImagePlane sagittal() {
    return *geometry::ImagePlane::create(
        {{5.0, -40.0, 30.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, -1.0}, 1.0, 1.0, kSize, kSize});
}

protocol::Contour square(double from, double to, const std::string& rater) {
    protocol::Contour contour;
    contour.id = ContourId(newUuid());
    contour.study = StudyUid("1.2");
    contour.image = {SeriesUid("1.2.3"), SopUid("1.2.3.4"), 1};
    contour.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    contour.curve.kind = geometry::CurveKind::Polygon;
    for (const auto& [c, r] : {std::pair{from, from}, {to, from}, {to, to}, {from, to}})
        contour.curve.points.push_back(sagittal().toPatient(geometry::PixelPoint{c, r}));
    contour.rater = rater;
    return contour;
}

/// What several readers' contours of the foramen came to, with its first pixel there.
protocol::Consensus consensusAt(int column, int row, Grid<float> soft) {
    protocol::Consensus consensus;
    consensus.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    consensus.column = column;
    consensus.row = row;
    consensus.soft = std::move(soft);
    return consensus;
}

ReadSlice slice() {
    Grid<float> image(kSize, kSize);
    for (std::size_t i = 0; i < image.data().size(); ++i)
        image.data()[i] = static_cast<float>(i % 97);
    return {{image}, sagittal(), "p", "1.2.3.4", {}, {}};
}

std::size_t count(const Grid<LabelSet>& answer, LabelSet set) {
    return static_cast<std::size_t>(std::ranges::count(answer.data(), set));
}

} // namespace

TEST(Readings, EachReadersContoursAreOneAnswerAndExamplesShowThemInTurn) {
    ReadSlice read = slice();
    for (const double half : {5.0, 7.0, 9.0})
        read.readings.push_back({square(39.5 - half, 39.5 + half, "r")});
    const auto made = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->others.size(), 2u);
    EXPECT_EQ(count(made->allowed, only(Label::Foramen)), 100u);
    EXPECT_EQ(count(made->others[0], only(Label::Foramen)), 196u);
    EXPECT_EQ(count(made->others[1], only(Label::Foramen)), 324u);
    std::map<std::ptrdiff_t, int> seen;
    Random random(3);
    for (int i = 0; i < 300; ++i) {
        const auto example = augmented(*made, {kSize, 1.0, false, 0.0}, random);
        ++seen[std::ranges::count(example.allowed.data(), only(Label::Foramen))];
    }
    ASSERT_EQ(seen.size(), 3u);
    for (const auto& [pixels, times] : seen)
        EXPECT_NEAR(times, 100, 30) << pixels;
}

TEST(Readings, ASoftMapTeachesEveryPixelByTheShareOfItsReaders) {
    ReadSlice read = slice();
    auto consensus = consensusAt(30, 20, Grid<float>(16, 10));
    for (int r = 0; r < 10; ++r)
        for (int c = 0; c < 16; ++c)
            consensus.soft(c, r) = static_cast<float>(c) / 16.0f; // a ramp from nobody to nearly all
    read.soft.push_back({consensus});
    const auto made = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->others.size(), static_cast<std::size_t>(kSoftAnswers - 1));
    for (int c = 0; c < 16; ++c) {
        int inside = made->allowed(30 + c, 25) == only(Label::Foramen);
        for (const auto& answer : made->others)
            inside += answer(30 + c, 25) == only(Label::Foramen);
        EXPECT_NEAR(static_cast<double>(inside) / kSoftAnswers, c / 16.0, 0.5 / kSoftAnswers + 1e-6) << c;
    }
    EXPECT_EQ(made->allowed(2, 2), proposal::kAnyLabel) << "far away nothing is known";
    EXPECT_EQ(made->allowed(28, 25), static_cast<LabelSet>(proposal::kAnyLabel & ~only(Label::Foramen)))
        << "beside it, anything else";
}

TEST(Readings, SoftMapsOfTwoRoundsAreAnswersOfTheirOwn) {
    ReadSlice read = slice();
    read.soft = {{consensusAt(30, 20, Grid<float>(10, 10, 1.0f))},
                 {consensusAt(30, 20, Grid<float>(16, 10, 1.0f))}};
    const auto made = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->others.size(), static_cast<std::size_t>(2 * kSoftAnswers - 1));
    int inside = made->allowed(43, 25) == only(Label::Foramen);
    for (const auto& answer : made->others)
        inside += answer(43, 25) == only(Label::Foramen);
    EXPECT_EQ(inside, kSoftAnswers) << "in the large one, not in the small one";
}

TEST(Readings, ASoftMapBeyondItsImageOrAContourOffItsPlaneIsRefused) {
    ReadSlice read = slice();
    read.soft.push_back({consensusAt(70, 0, Grid<float>(16, 10, 1.0f))});
    const auto beyond = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_FALSE(beyond);
    EXPECT_NE(beyond.error().message.find("does not lie within its image"), std::string::npos);
    read.soft.clear();
    read.readings.push_back({square(30, 50, "r")});
    read.readings[0][0].curve.points[1].x += 0.5;
    const auto off = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_FALSE(off);
    EXPECT_NE(off.error().message.find("plane"), std::string::npos) << off.error().message;
}

TEST(Readings, WhatIsNotAssessableTeachesNothing) {
    ReadSlice read = slice();
    read.readings.push_back({square(30, 50, "r")});
    read.readings[0][0].assessable = false;
    const auto made = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(count(made->allowed, proposal::kAnyLabel), made->allowed.data().size());
}

TEST(Readings, NeighboursComeAlongInOrder) {
    ReadSlice read = slice();
    for (const float value : {1.0f, 2.0f}) { // a bright row in each, at another place
        Grid<float> image = slice().images.front();
        for (int c = 0; c < kSize; ++c)
            image(c, static_cast<int>(20 * value)) = 500.0f;
        if (value < 1.5f)
            read.images.insert(read.images.begin(), image);
        else
            read.images.push_back(image);
    }
    const auto made = labelled(read, geometry::Plane::Sagittal, 1.0);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->beside.size(), 2u);
    EXPECT_GT(made->beside[0](5, 20), made->beside[0](5, 40));
    EXPECT_GT(made->beside[1](5, 40), made->beside[1](5, 20));
}
