// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/raters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::phantom {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;
using geometry::ImagePlane;
using geometry::PlaneCurve;
using geometry::PlanePoint;

const CohortSettings kCohort{11, CohortSettings::Mix::Mixed, Coverage::Complete};
const Cell kForamen = Cell::foramen(Level::L4_L5, Side::R), kCanal = Cell::canal(Level::L4_L5);

ImagePlane sagittal() {
    return *ImagePlane::create({{0, 0, 0}, {0, 1, 0}, {0, 0, -1}, 0.6, 0.6, 200, 200});
}
ImagePlane axial() {
    return *ImagePlane::create({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, 0.6, 0.6, 200, 200});
}

/// Ellipse about (60, 60) mm with full axes along x and y.
PlaneCurve ellipse(double width, double height) {
    PlaneCurve curve{geometry::CurveKind::Polygon, {}, {}};
    for (int i = 0; i < 240; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 240.0;
        curve.points.push_back({60.0 + 0.5 * width * std::cos(t), 60.0 + 0.5 * height * std::sin(t)});
    }
    return curve;
}

/// A keyhole: wide above, a narrow recess below, as foramina are.
PlaneCurve keyhole() {
    PlaneCurve curve{geometry::CurveKind::Polygon, {}, {}};
    for (int i = 0; i < 240; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 240.0;
        const double width =
            std::sin(t) > 0.0 ? 1.6 + 1.2 * std::cos(t) * std::cos(t) : 5.0; // y runs to the feet
        curve.points.push_back({60.0 + width * std::cos(t), 60.0 + 9.0 * std::sin(t)});
    }
    return curve;
}

struct Shape {
    const char* name;
    PlaneCurve truth;
    Cell cell;
    ImagePlane plane;
    double low, high; ///< mean Dice to truth must lie here (measured ranges of human readers)
};
std::vector<Shape> shapes() {
    return {{"central canal", ellipse(20, 13), kCanal, axial(), 0.92, 0.97},
            {"foramen", ellipse(8, 18), kForamen, sagittal(), 0.89, 0.95},
            {"stenotic foramen", ellipse(5, 12), kForamen, sagittal(), 0.83, 0.93}};
}

TEST(Raters, AgreeWithTheTruthAsPeopleDo) {
    for (const Shape& shape : shapes()) {
        double truth = 0.0, intra = 0.0, inter = 0.0;
        int n = 0;
        for (std::size_t r = 1; r <= 8; ++r) {
            const RaterProfile rater = drawRater(kCohort, r), other = drawRater(kCohort, r + 1);
            for (std::uint64_t i = 0; i < 25; ++i, ++n) {
                const Random mine(1000 * r + i), hers(1000 * (r + 1) + i + 500'000);
                const PlaneCurve first =
                    drawnBy(rater, shape.truth, shape.cell, shape.plane, mine, mine.stream(1));
                const PlaneCurve again =
                    drawnBy(rater, shape.truth, shape.cell, shape.plane, mine, mine.stream(2));
                const PlaneCurve she =
                    drawnBy(other, shape.truth, shape.cell, shape.plane, hers, hers.stream(1));
                ASSERT_TRUE(geometry::validate(first));
                truth += geometry::compare(first, shape.truth).dice;
                intra += geometry::compare(first, again).dice;
                inter += geometry::compare(first, she).dice;
            }
        }
        SCOPED_TRACE(shape.name);
        EXPECT_GT(truth / n, shape.low);
        EXPECT_LT(truth / n, shape.high);
        EXPECT_GT(intra / n, inter / n + 0.005) << "a reader agrees more with himself than with others";
        EXPECT_LT(inter / n, truth / n) << "two readers err in their own ways";
    }
}

TEST(Raters, AWallsBiasMovesThatWallAlone) {
    RaterProfile rater;
    rater.noise = 0.0;
    rater.clickDistance = 1.0;
    const auto boundsOf = [&](const Cell& cell, const ImagePlane& plane, const PlaneCurve& truth) {
        double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
        for (const PlanePoint p :
             geometry::flatten(drawnBy(rater, truth, cell, plane, Random(1), Random(2)))) {
            left = std::min(left, p.x);
            right = std::max(right, p.x);
            top = std::min(top, p.y);
            bottom = std::max(bottom, p.y);
        }
        return std::array{left, right, top, bottom};
    };
    const PlaneCurve hole = ellipse(10, 16);
    const auto expectNear = [](const std::array<double, 4>& found, const std::array<double, 4>& wanted) {
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_NEAR(found[i], wanted[i], 0.06) << "edge " << i;
    };
    rater.foramen = {0.4, 0.0, 0.0, 0.0}; // superior
    expectNear(boundsOf(kForamen, sagittal(), hole), {55, 65, 51.6, 68});
    rater.foramen = {0.0, 0.4, 0.0, 0.0}; // anterior: columns run to the back
    expectNear(boundsOf(kForamen, sagittal(), hole), {54.6, 65, 52, 68});
    rater.foramen = {0.0, 0.0, -0.4, 0.0}; // posterior, inwards
    expectNear(boundsOf(kForamen, sagittal(), hole), {55, 64.6, 52, 68});
    rater.foramen = {0.0, 0.0, 0.0, 0.4}; // inferior
    expectNear(boundsOf(kForamen, sagittal(), hole), {55, 65, 52, 68.4});
    rater.canal = {0.0, 0.4, 0.0}; // posterior: rows run to the back
    expectNear(boundsOf(kCanal, axial(), hole), {55, 65, 52, 68.4});
    rater.canal = {0.0, 0.0, 0.4}; // lateral
    expectNear(boundsOf(kCanal, axial(), hole), {54.6, 65.4, 52, 68});
}

TEST(Raters, NoiseHasTheSizeAndLengthAskedFor) {
    RaterProfile rater;
    rater.correlation = 4.0;
    rater.noise = 0.5;
    rater.clickDistance = 1.0;
    const PlaneCurve circle = ellipse(40, 40);
    double square = 0.0, near = 0.0, far = 0.0;
    int n = 0;
    const auto deviation = [&](const PlaneCurve& curve, double angle) { // along a ray from the centre
        const auto line = geometry::flatten(curve, 0.001);
        double best = 1e9, radius = 0.0;
        for (const PlanePoint p : line) {
            const double off =
                std::abs(std::remainder(std::atan2(p.y - 60.0, p.x - 60.0) - angle, 2.0 * std::numbers::pi));
            if (off < best) {
                best = off;
                radius = std::hypot(p.x - 60.0, p.y - 60.0);
            }
        }
        return radius - 20.0;
    };
    for (std::uint64_t i = 0; i < 150; ++i) {
        const PlaneCurve curve =
            drawnBy(rater, circle, kForamen, sagittal(), Random(2 * i), Random(2 * i + 1));
        for (const double angle : {-2.0, 0.0, 2.0}) {
            const double d = deviation(curve, angle);
            square += d * d;
            near += d * deviation(curve, angle + 4.0 / 20.0); // one correlation length along the circle
            far += d * deviation(curve, angle + 16.0 / 20.0);
            ++n;
        }
    }
    EXPECT_NEAR(std::sqrt(square / n), 0.5, 0.06);
    EXPECT_NEAR(near / square, std::exp(-0.5), 0.12);
    EXPECT_NEAR(far / square, 0.0, 0.15);
}

TEST(Raters, NeverCrossThemselvesEvenInNarrowOutlines) {
    RaterProfile wild;
    wild.noise = 1.2;
    wild.skill = 1.3;
    wild.foramen = {-0.4, -0.4, -0.4, -0.4};
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto curve = drawnBy(wild, keyhole(), kForamen, sagittal(), Random(i), Random(i + 1000), 1.4);
        ASSERT_TRUE(geometry::validate(curve)) << i;
        ASSERT_GT(geometry::area(curve).value(), 5.0);
    }
}

TEST(Raters, TheSameSeedDrawsTheSameLine) {
    const RaterProfile rater = drawRater(kCohort, 2);
    EXPECT_EQ(rater.foramen.superior, drawRater(kCohort, 2).foramen.superior);
    EXPECT_NE(rater.foramen.superior, drawRater(kCohort, 3).foramen.superior);
    const auto draw = [&](std::uint64_t fresh) {
        return drawnBy(rater, keyhole(), kForamen, sagittal(), Random(1), Random(fresh));
    };
    EXPECT_EQ(draw(5), draw(5));
    EXPECT_NE(draw(5), draw(6));
}

/// Somebody who miscounts is one level off, also in a study that shows no outline of that level.
TEST(Raters, SlipByOneLevelAlsoWhereTheNextHasNoOutline) {
    auto study = simulateStudy(kCohort, 0).value();
    std::erase_if(study.truth.protocol, [](const auto& on) { return on.cell.level == Level::L3_L4; });
    RaterProfile rater = drawRater(kCohort, 1);
    rater.slip = rater.skill = 1.0;
    std::size_t slips = 0;
    for (std::uint64_t repeat = 0; repeat < 8; ++repeat)
        for (const auto& contour : readStudy(study, kCohort, rater, 0, repeat)) {
            geometry::PatientPoint middle;
            for (const auto& point : contour.curve.points)
                middle = middle + (1.0 / static_cast<double>(contour.curve.points.size())) * point;
            const auto at = anatomy::nearestLevel(study.truth.levels, middle);
            ASSERT_TRUE(at);
            slips += at->level != contour.cell.level;
            if (contour.cell.level == Level::L2_L3) {
                EXPECT_NE(at->level, Level::L4_L5);
            }
            if (contour.cell.level == Level::L4_L5) {
                EXPECT_NE(at->level, Level::L2_L3);
            }
        }
    EXPECT_GT(slips, 10u);
}

} // namespace
} // namespace forameter::phantom
