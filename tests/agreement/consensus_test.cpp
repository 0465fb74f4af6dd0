// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "forameter/agreement/consensus.hpp"
#include "forameter/core/random.hpp"
#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::agreement {
namespace {

using geometry::CurveKind;
using geometry::ImagePlane;
using geometry::PlaneCurve;
using geometry::PlanePoint;
using protocol::ConsensusMethod;
using std::numbers::pi;

constexpr ConsensusMethod kMethods[] = {ConsensusMethod::Majority, ConsensusMethod::Staple,
                                        ConsensusMethod::MeanShape};
constexpr PlanePoint kMiddle{20.13, 18.07}; ///< no pixel centre lies on a circle around it

/// Pixels that are not square, so that rows and columns cannot be mixed up unseen.
ImagePlane image(double rowSpacing = 0.6, double columnSpacing = 0.5) {
    return *ImagePlane::create({{3, -40, 60}, {0, 1, 0}, {0, 0, -1}, rowSpacing, columnSpacing, 80, 64});
}
PlaneCurve circle(double radius, PlanePoint center = kMiddle, int points = 48) {
    PlaneCurve curve{CurveKind::Spline, {}, {}};
    for (int i = 0; i < points; ++i) {
        const double angle = 2.0 * pi * i / points;
        curve.points.push_back({center.x + radius * std::cos(angle), center.y + radius * std::sin(angle)});
    }
    return curve;
}
/// A smooth star-shaped outline that differs from draw to draw.
PlaneCurve drawnBy(Random& random, double radius) {
    PlaneCurve curve{CurveKind::Spline, {}, {}};
    const double a = random.normal() * 0.06, b = random.normal() * 0.06, turn = random.uniform() * 6.28;
    for (int i = 0; i < 16; ++i) {
        const double t = 2.0 * pi * i / 16;
        const double r =
            radius * (1.0 + a * std::cos(2 * t + turn) + b * std::sin(3 * t)) + 0.2 * random.normal();
        curve.points.push_back({kMiddle.x + r * std::cos(t), kMiddle.y + 0.8 * r * std::sin(t)});
    }
    return curve;
}
protocol::Contour contour(const PlaneCurve& curve, const std::string& rater, const ImagePlane& on = image()) {
    protocol::Contour c;
    c.id = ContourId(newUuid());
    c.study = StudyUid("1.2.3");
    c.image = {SeriesUid("1.2.3.1"), SopUid("1.2.3.1.7"), 1};
    c.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    c.curve = geometry::toPatient(curve, on);
    c.rater = rater;
    c.protocol = "nf-pedicle-v1";
    return c;
}
ConsensusCase caseOf(const std::vector<PlaneCurve>& curves, const ImagePlane& on = image()) {
    std::vector<ConsensusMember> members;
    for (std::size_t i = 0; i < curves.size(); ++i)
        members.push_back({contour(curves[i], std::string(1, static_cast<char>('a' + i)), on), 1});
    auto cases = consensusCases(members);
    EXPECT_EQ(cases.size(), 1u);
    return cases.empty() ? ConsensusCase{} : cases.front();
}
protocol::Consensus made(const std::vector<PlaneCurve>& curves, ConsensusSettings settings,
                         const ImagePlane& on = image()) {
    auto done = makeConsensus(caseOf(curves, on), on, settings);
    EXPECT_TRUE(done) << clause(done.error());
    return done.value_or(protocol::Consensus{});
}
/// The consensus's mask on the whole image.
geometry::Mask whole(const protocol::Consensus& c, const ImagePlane& on = image()) {
    geometry::Mask mask(on.columns(), on.rows(), 0);
    for (int r = 0; r < c.mask.rows(); ++r)
        for (int x = 0; x < c.mask.columns(); ++x)
            mask(c.column + x, c.row + r) = c.mask(x, r);
    return mask;
}
PlaneCurve outlineOf(const protocol::Consensus& c, const ImagePlane& on = image()) {
    return geometry::toPlane(c.curve, on);
}

TEST(ConsensusTest, OfConcentricCirclesTheMiddleOne) {
    const std::vector<PlaneCurve> circles{circle(4), circle(5), circle(6)};
    for (const auto method : kMethods) {
        const auto c = made(circles, {.method = method});
        EXPECT_NEAR(c.area.value(), 25 * pi, 0.1) << name(method);
        EXPECT_EQ(whole(c), geometry::rasterize(circles[1], image())) << name(method);
        EXPECT_LT(geometry::compare(outlineOf(c), circles[1]).hd.value(), 0.006) << name(method);
        EXPECT_EQ(c.pieces, 1u);
        EXPECT_NEAR(c.majorityArea.value(), 25 * pi, 0.1);
        EXPECT_TRUE(geometry::validate(outlineOf(c)));
    }
}

TEST(ConsensusTest, ATieIsOutside) {
    const auto c = made({circle(4), circle(5), circle(6), circle(7)}, {.method = ConsensusMethod::Majority});
    EXPECT_NEAR(c.area.value(), 25 * pi, 0.1); // three of four, not two
    const auto two = made({circle(4), circle(6)}, {.method = ConsensusMethod::Majority});
    EXPECT_NEAR(two.area.value(), 16 * pi, 0.1);
}

/// The mean of the distances to two circles is zero where the distances to their centres add up to their
/// radii: an ellipse with the centres as foci.
TEST(ConsensusTest, MeanShapeOfShiftedCirclesIsAnEllipse) {
    const double radius = 6, shift = 2, minor = std::sqrt(radius * radius - shift * shift);
    const auto c =
        made({circle(radius, {kMiddle.x - shift, kMiddle.y}), circle(radius, {kMiddle.x + shift, kMiddle.y})},
             {.method = ConsensusMethod::MeanShape});
    EXPECT_NEAR(c.area.value(), pi * radius * minor, 0.1);
    PlaneCurve ellipse{CurveKind::Spline, {}, {}};
    for (int i = 0; i < 64; ++i)
        ellipse.points.push_back(
            {kMiddle.x + radius * std::cos(2 * pi * i / 64), kMiddle.y + minor * std::sin(2 * pi * i / 64)});
    EXPECT_LT(geometry::compare(outlineOf(c), ellipse).hd.value(), 0.005);
}

TEST(ConsensusTest, TheContourGivesTheMask) {
    Random random(11);
    for (int trial = 0; trial < 12; ++trial) {
        std::vector<PlaneCurve> curves;
        for (int i = 0; i < 2 + trial % 4; ++i)
            curves.push_back(drawnBy(random, 6.0));
        for (const auto method : kMethods) {
            const auto c = made(curves, {.method = method, .leaveOneOut = LeaveOneOut::No});
            ASSERT_TRUE(geometry::validate(outlineOf(c)));
            EXPECT_NEAR(c.area.value(), c.areaMask.value(), 0.04 * c.area.value());
            if (c.pieces > 1) continue;
            const auto again = geometry::rasterize(outlineOf(c), image()), mask = whole(c);
            for (int y = 0; y < mask.rows(); ++y)
                for (int x = 0; x < mask.columns(); ++x) {
                    if (again(x, y) == mask(x, y)) continue; // else the pixel's centre lies on the contour
                    const PlanePoint centre = image().toPlane(geometry::PixelPoint{x * 1.0, y * 1.0});
                    EXPECT_LT(geometry::nearestPoint(outlineOf(c), centre).distance, 0.006)
                        << name(method) << " " << trial;
                }
        }
    }
}

TEST(ConsensusTest, SoftMapIsTheShareOfRaters) {
    const auto c = made({circle(4), circle(5), circle(6)}, {});
    const auto at = [&](double x, double y) {
        const auto pixel = image().toPixel(PlanePoint{x, y});
        return c.soft(static_cast<int>(std::lround(pixel.x)) - c.column,
                      static_cast<int>(std::lround(pixel.y)) - c.row);
    };
    EXPECT_FLOAT_EQ(at(kMiddle.x, kMiddle.y), 1.0f);
    EXPECT_NEAR(at(kMiddle.x + 4.5, kMiddle.y), 2.0 / 3.0, 1e-6);
    EXPECT_NEAR(at(kMiddle.x + 5.5, kMiddle.y), 1.0 / 3.0, 1e-6);
    EXPECT_FLOAT_EQ(at(kMiddle.x + 7.0, kMiddle.y), 0.0f);
}

TEST(ConsensusTest, DomainIsTheUnionAndItsSurroundings) {
    const std::vector<PlaneCurve> curves{circle(3), circle(3.4, {kMiddle.x + 1, kMiddle.y})};
    const ImagePlane on = image();
    const auto a = geometry::rasterize(curves[0], on), b = geometry::rasterize(curves[1], on);
    for (const double reach : {0.0, 0.5, 1.0, 5.0}) {
        std::size_t pixels = 0, votes = 0;
        for (int r = 0; r < on.rows(); ++r)
            for (int c = 0; c < on.columns(); ++c) {
                bool near = false;
                for (int y = 0; y < on.rows() && !near; ++y)
                    for (int x = 0; x < on.columns() && !near; ++x)
                        near = (a(x, y) || b(x, y)) && std::hypot((x - c) * on.columnSpacing(),
                                                                  (y - r) * on.rowSpacing()) <= reach + 1e-9;
                pixels += near;
                votes += static_cast<std::size_t>(near) * (a(c, r) + b(c, r));
            }
        const auto c = made(curves, {.domain = Millimetres(reach)});
        EXPECT_EQ(c.domainPixels, pixels) << reach;
        EXPECT_NEAR(c.prior, static_cast<double>(votes) / (2.0 * static_cast<double>(pixels)), 1e-12)
            << reach;
    }
}

TEST(ConsensusTest, AWideDomainIsTheWholeImage) {
    const auto c = made({circle(4), circle(5), circle(6)},
                        {.method = ConsensusMethod::Staple, .domain = Millimetres(100)});
    EXPECT_EQ(c.domainPixels, 80u * 64u);
    EXPECT_EQ(c.mask.columns(), 80);
}

TEST(ConsensusTest, SensitivityIsMeasuredOnTheDomain) {
    const auto c = made({circle(4), circle(5), circle(6)}, {.method = ConsensusMethod::Majority});
    const auto pixels = [&](double radius) {
        return static_cast<double>(
            std::ranges::count(geometry::rasterize(circle(radius), image()).data(), 1));
    };
    EXPECT_NEAR(c.raters[0].sensitivity, pixels(4) / pixels(5), 1e-12);
    EXPECT_DOUBLE_EQ(c.raters[0].specificity, 1.0);
    EXPECT_DOUBLE_EQ(c.raters[1].sensitivity, 1.0);
    EXPECT_DOUBLE_EQ(c.raters[2].sensitivity, 1.0);
    EXPECT_NEAR(c.raters[2].specificity,
                1.0 - (pixels(6) - pixels(5)) / (static_cast<double>(c.domainPixels) - pixels(5)), 1e-12);
}

TEST(ConsensusTest, LeavingARaterOutSaysWhatSheChanges) {
    const auto c = made({circle(4), circle(5), circle(6)}, {.method = ConsensusMethod::Majority});
    ASSERT_TRUE(c.raters[0].areaWithout && c.raters[1].areaWithout && c.raters[2].areaWithout);
    // Of two that remain the mean shape: what both drew is less than either.
    EXPECT_NEAR(c.raters[0].areaWithout->value(), 5.5 * 5.5 * pi, 0.1);
    EXPECT_NEAR(c.raters[1].areaWithout->value(), 25 * pi, 0.1);
    EXPECT_NEAR(c.raters[2].areaWithout->value(), 4.5 * 4.5 * pi, 0.1);
    const auto four =
        made({circle(4), circle(5), circle(6), circle(7)}, {.method = ConsensusMethod::Majority});
    EXPECT_NEAR(four.raters[0].areaWithout->value(), 36 * pi, 0.1) << "of more, its own method";
    const auto two = made({circle(4), circle(5)}, {});
    EXPECT_FALSE(two.raters[0].areaWithout);
}

TEST(ConsensusTest, StapleTrustsRatersWhoAgree) {
    Random random(5);
    std::vector<PlaneCurve> curves;
    for (int i = 0; i < 4; ++i)
        curves.push_back(drawnBy(random, 6.0));
    curves.push_back(circle(9.0)); // draws far too large
    const auto c = made(curves, {.method = ConsensusMethod::Staple});
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_GT(c.raters[i].specificity, c.raters[4].specificity + 0.2);
    EXPECT_GT(c.raters[4].sensitivity, 0.999);
    EXPECT_LT(c.area.value(), 0.7 * 81 * pi);
    EXPECT_NE(c.parameters.find("\"converged\":true"), std::string::npos) << c.parameters;
}

TEST(ConsensusTest, WhatIsKeptWithIt) {
    const auto c = made({circle(4), circle(5), circle(6)}, {.method = ConsensusMethod::Staple});
    EXPECT_EQ(c.raters.size(), 3u);
    EXPECT_EQ(c.raters[0].rater, "a");
    EXPECT_EQ(c.raters[0].version, 1);
    EXPECT_NEAR(c.raters[2].area.value(), 36 * pi, 0.1);
    EXPECT_EQ(c.algorithm, kConsensusAlgorithmVersion);
    EXPECT_EQ(c.protocol, "nf-pedicle-v1");
    EXPECT_EQ(c.domain, Millimetres(5));
    const auto as = protocol::asContour(c);
    EXPECT_EQ(as.rater, "consensus-staple");
    EXPECT_EQ(as.source, protocol::Source::Consensus);
    EXPECT_TRUE(protocol::validate(as, image()));
    EXPECT_NEAR(protocol::measure(as, image())->area.value(), c.area.value(), 1e-9);
}

TEST(ConsensusTest, SaysWhyThereIsNone) {
    const auto message = [](const std::vector<PlaneCurve>& curves, const ConsensusSettings& settings = {}) {
        const auto done = makeConsensus(caseOf(curves), image(), settings);
        EXPECT_FALSE(done);
        return done ? std::string() : errorOf(done.error(), caseOf(curves), settings.method).message;
    };
    EXPECT_NE(message({circle(5)}).find("only a drew it"), std::string::npos);
    const auto apart = message({circle(3, {10, 10}), circle(3, {25, 25})});
    EXPECT_NE(apart.find("right foramen L4–L5 of study 1.2.3"), std::string::npos) << apart;
    EXPECT_NE(message({circle(5), circle(5)}, {.domain = Millimetres(-1)}).find("0 to 1000 mm"),
              std::string::npos);
    EXPECT_NE(message({circle(0.1, {20.2, 18.3}), circle(0.1, {20.2, 18.3})}).find("no pixel"),
              std::string::npos);
    auto off = caseOf({circle(5), circle(5)});
    off.members[1].contour.curve.points[3].x += 1.0;
    const auto refusal = makeConsensus(off, image()).error();
    EXPECT_EQ(refusal.why, ConsensusRefusal::Why::BadContour);
    EXPECT_EQ(refusal.rater, "b");
    EXPECT_EQ(errorOf(refusal, off, ConsensusMethod::Majority).code, ErrorCode::ConflictingGeometry);
    EXPECT_NE(clause(refusal).find("rater b: Point 3 lies"), std::string::npos) << clause(refusal);
    EXPECT_NE(message({circle(5), circle(5)}, {.method = ConsensusMethod::Staple, .domain = Millimetres(0)})
                  .find("somebody did not draw"),
              std::string::npos);
}

TEST(ConsensusTest, APieceApartIsCounted) {
    const PlanePoint left{12, 18}, right{28, 18};
    PlaneCurve both{CurveKind::Polygon,
                    {{9, 15},
                     {15, 15},
                     {15, 17.9},
                     {25, 17.9},
                     {25, 15},
                     {31, 15},
                     {31, 21},
                     {25, 21},
                     {25, 18.1},
                     {15, 18.1},
                     {15, 21},
                     {9, 21}},
                    {}};
    const auto c = made({both, circle(3, left), circle(3, left), circle(2.5, right), both}, {});
    EXPECT_EQ(c.pieces, 2u);
    EXPECT_NEAR(c.area.value(), 9 * pi, 0.1);
    EXPECT_GT(c.areaMask.value(), c.area.value() + 10);
}

TEST(DisagreementBandTest, BetweenTheInnermostAndTheOutermostCircle) {
    const auto band = disagreementBand(std::vector<PlaneCurve>{circle(4), circle(5), circle(6)});
    ASSERT_EQ(band.size(), 2u); // a ring: outline and hole
    EXPECT_NEAR(geometry::signedArea(band[0].points).value() + geometry::signedArea(band[1].points).value(),
                (36 - 16) * pi, 0.05);
    const auto one = disagreementBand(std::vector<PlaneCurve>{circle(4)});
    EXPECT_TRUE(one.empty());
}

} // namespace
} // namespace forameter::agreement
