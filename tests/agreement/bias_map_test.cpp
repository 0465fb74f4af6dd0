// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/bias_map.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "drawn.hpp"

namespace forameter::agreement {
namespace {

using testing::draw;
using testing::drawSac;
using testing::prepared;

TEST(BiasMap, TemplateBeginsAboveAndGoesByTheFrontWhicheverWayTheCurveRuns) {
    for (const bool reversed : {false, true}) {
        auto contour = draw({});
        if (reversed) std::ranges::reverse(contour.curve.points);
        const auto plane = geometry::fittedPlane(contour.curve).value();
        const auto samples =
            sampleTemplate(geometry::toPlane(contour.curve, plane), plane, anatomy::Structure::NF, 72);
        ASSERT_TRUE(samples);
        ASSERT_EQ(samples->size(), 72u);
        EXPECT_NEAR((*samples)[0].onScreen.y, -9.0, 1e-2);  // up on the screen is superior
        EXPECT_NEAR((*samples)[18].onScreen.x, -5.0, 1e-2); // the front is on the left
        EXPECT_NEAR((*samples)[36].onScreen.y, 9.0, 1e-2);
        EXPECT_NEAR((*samples)[54].onScreen.x, 5.0, 1e-2);
        EXPECT_EQ(wallAt(anatomy::Structure::NF, 0.95), Wall::Superior);
        EXPECT_EQ(wallAt(anatomy::Structure::NF, 0.25), Wall::Anterior);
        EXPECT_EQ(wallAt(anatomy::Structure::CC, 0.25), Wall::Left);
    }
}

TEST(BiasMap, CanalIsSeenFromTheFeetWithThePatientsLeftOnTheRight) {
    const auto contour = drawSac("a", "1.1", 8.0);
    const auto plane = geometry::fittedPlane(contour.curve).value();
    const auto samples =
        sampleTemplate(geometry::toPlane(contour.curve, plane), plane, anatomy::Structure::CC, 4);
    ASSERT_TRUE(samples);
    EXPECT_NEAR((*samples)[0].onScreen.y, -8.0, 1e-2);
    EXPECT_NEAR((*samples)[1].onScreen.x, 8.0, 1e-2);
    const auto patient = plane.toPatient((*samples)[1].point);
    EXPECT_NEAR(patient.x, 8.0, 1e-2); // LPS: left is +x
}

TEST(BiasMap, ForamenHasNoTemplateOnAnAxialImage) {
    const auto contour = drawSac("a", "1.1", 8.0);
    const auto plane = geometry::fittedPlane(contour.curve).value();
    EXPECT_FALSE(sampleTemplate(geometry::toPlane(contour.curve, plane), plane, anatomy::Structure::NF, 8));
}

TEST(BiasMap, EvenOffsetIsFoundOnEveryWallOfBothSides) {
    std::vector<protocol::Contour> contours;
    Reference truth{"truth", {}};
    for (const char* study : {"1.1", "1.2", "1.3"})
        for (const auto side : {anatomy::Side::R, anatomy::Side::L}) {
            const auto cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, side);
            const double x = side == anatomy::Side::R ? -15.0 : 15.0;
            truth.contours.push_back(
                draw({.study = study, .cell = cell, .x = x, .halfDepth = 7.0, .halfHeight = 7.0}));
            contours.push_back(draw(
                {.rater = "a", .study = study, .cell = cell, .x = x, .halfDepth = 7.3, .halfHeight = 7.3}));
        }
    const auto maps = biasMaps(prepared(contours, {truth})).value();
    ASSERT_EQ(maps.size(), 1u);
    EXPECT_EQ(maps[0].against, "truth");
    EXPECT_EQ(maps[0].cases, 6u);
    EXPECT_EQ(maps[0].patients, 3u);
    ASSERT_EQ(maps[0].points.size(), kBiasMapPositions);
    for (const auto& point : maps[0].points) {
        EXPECT_NEAR(point.distance.value, 0.3, 2e-3) << point.position;
        EXPECT_TRUE(point.distance.interval);
    }
    ASSERT_EQ(maps[0].walls.size(), 4u);
    EXPECT_EQ(maps[0].walls[0].wall, Wall::Superior);
    EXPECT_NEAR(maps[0].overall.value, 0.3, 2e-3);
}

TEST(BiasMap, ShiftToTheBackIsLargerBehindAndSmallerInFrontOnBothSides) {
    std::vector<protocol::Contour> contours;
    Reference truth{"truth", {}};
    for (const auto side : {anatomy::Side::R, anatomy::Side::L}) {
        const auto cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, side);
        const double x = side == anatomy::Side::R ? -15.0 : 15.0;
        truth.contours.push_back(draw({.cell = cell, .x = x}));
        contours.push_back(draw({.rater = "a", .cell = cell, .x = x, .back = 0.5}));
    }
    const auto maps = biasMaps(prepared(contours, {truth})).value();
    ASSERT_EQ(maps.size(), 1u);
    EXPECT_NEAR(maps[0].points[18].distance.value, -0.5, 1e-2);
    EXPECT_NEAR(maps[0].points[54].distance.value, 0.5, 1e-2);
    // Above the middle the shifted ellipse lies lower by 9 (1 - sqrt(1 - (0.5 / 5)^2)).
    EXPECT_NEAR(maps[0].points[0].distance.value, -9.0 * (1.0 - std::sqrt(0.99)), 1e-3);
}

TEST(BiasMap, OfEveryReferenceThatHasTheImage) {
    std::vector<protocol::Contour> contours;
    Reference truth{"truth", {}}, consensus{"consensus-staple", {}};
    for (const char* study : {"1.1", "1.2", "1.3"}) {
        contours.push_back(draw({.rater = "a", .study = study, .halfDepth = 7.0, .halfHeight = 7.0}));
        truth.contours.push_back(draw({.study = study, .halfDepth = 6.5, .halfHeight = 6.5}));
        if (study != std::string("1.3")) // the third case has none
            consensus.contours.push_back(draw({.study = study, .halfDepth = 7.2, .halfHeight = 7.2}));
    }
    const auto maps = biasMaps(prepared(contours, {truth, consensus})).value();
    ASSERT_EQ(maps.size(), 2u);
    EXPECT_EQ(maps[0].against, "truth");
    EXPECT_EQ(maps[0].cases, 3u);
    EXPECT_NEAR(maps[0].overall.value, 0.5, 3e-3);
    EXPECT_EQ(maps[1].against, "consensus-staple");
    EXPECT_EQ(maps[1].cases, 2u);
    EXPECT_NEAR(maps[1].overall.value, -0.2, 3e-3);
}

TEST(BiasMap, WithoutAReferenceIsAgainstTheMeanShapeOfTheOthers) {
    std::vector<protocol::Contour> contours;
    const double radius[]{7.0, 7.2, 7.7};
    for (const char* study : {"1.1", "1.2"})
        for (int r = 0; r < 3; ++r)
            contours.push_back(draw({.rater = std::string(1, static_cast<char>('a' + r)),
                                     .study = study,
                                     .halfDepth = radius[r],
                                     .halfHeight = radius[r]}));
    const auto maps = biasMaps(prepared(contours)).value();
    ASSERT_EQ(maps.size(), 3u);
    for (int r = 0; r < 3; ++r) {
        EXPECT_EQ(maps[static_cast<std::size_t>(r)].against, "others");
        EXPECT_NEAR(maps[static_cast<std::size_t>(r)].overall.value, radius[r] - (21.9 - radius[r]) / 2.0,
                    3e-3);
    }
    contours.resize(2); // a rater with one other: no mean of others
    EXPECT_TRUE(biasMaps(prepared(contours)).value().empty());
}

} // namespace
} // namespace forameter::agreement
