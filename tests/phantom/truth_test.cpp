// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/truth.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "field.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/phantom/pathology.hpp"
#include "people.hpp"

namespace forameter::phantom {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Quantity;
using anatomy::Side;
using geometry::ImagePlane;

ImagePlane sagittalAt(double x, double pixel = 0.5) {
    const int n = static_cast<int>(240.0 / pixel);
    return *ImagePlane::create({{x, -120.0, 120.0}, {0, 1, 0}, {0, 0, -1}, pixel, pixel, n, n});
}

std::vector<Cell> allCells() {
    std::vector<Cell> cells;
    for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five)) {
        for (const Side side : {Side::R, Side::L})
            cells.push_back(Cell::foramen(level, side));
        for (const Quantity q : {Quantity::DuralSac, Quantity::Canal, Quantity::BonyCanal})
            cells.push_back(Cell::canal(level, q));
    }
    return cells;
}

TEST(Field, SuperellipseIsZeroExactlyOnTheCurveOfItsFormula) {
    for (double t = 0.05; t < 1.55; t += 0.1) { // |a/w|^2.5 + |b/d|^2.5 = 1
        const double a = 11.0 * std::pow(std::cos(t), 2.0 / 2.5), b = 7.0 * std::pow(std::sin(t), 2.0 / 2.5);
        EXPECT_NEAR(superellipse<10>(a, b, 11.0, 7.0), 0.0, 1e-12);
        EXPECT_LT(superellipse<10>(0.99 * a, 0.99 * b, 11.0, 7.0), 0.0);
        EXPECT_GT(superellipse<10>(1.01 * a, 1.01 * b, 11.0, 7.0), 0.0);
    }
}

TEST(Truth, UndisturbedSacHasTheAreaOfItsSuperellipse) {
    // A small sac that nothing presses on: 4 Gamma(1 + 1/n)^2 / Gamma(1 + 2/n) w d with n = 2.25.
    SpineParameters spine = meanSpine(adult());
    for (auto& s : spine.segments) {
        s.sacWidth = 11.0;
        s.sacDepth = 8.0;
        s.bulge = 0.0;
    }
    const SpineModel model(spine);
    const auto disc = *model.disc(Level::L3_L4);
    const double half = 49.75;
    const auto plane = *ImagePlane::create({disc.canalCenter - half * disc.left - half * disc.posterior,
                                            disc.left, disc.posterior, 0.5, 0.5, 200, 200});
    const auto outline = cut(model, Cell::canal(Level::L3_L4), plane);
    ASSERT_TRUE(outline) << outline.error().message;
    const double n = 2.25, expected = 4.0 * std::pow(std::tgamma(1.0 + 1.0 / n), 2) /
                                      std::tgamma(1.0 + 2.0 / n) * 5.5 * 4.0;
    EXPECT_NEAR(outline->area.value(), expected, 0.006 * expected)
        << "the front rounds off against the disc, 1 mm away";
}

TEST(Truth, EveryCellOfAHealthyAdultHasASimpleOutline) {
    const SpineModel model(meanSpine(adult()));
    for (const Cell& cell : allCells()) {
        const auto outline = cut(model, cell, *standardPlane(model, cell));
        ASSERT_TRUE(outline) << label(cell) << ": " << outline.error().message;
        const auto valid = geometry::validate(outline->curve);
        EXPECT_TRUE(valid) << label(cell) << ": " << valid.error().message;
        EXPECT_DOUBLE_EQ(outline->area.value(), geometry::area(outline->curve).value());
        if (cell.structure == anatomy::Structure::NF) {
        }
    }
}

TEST(Truth, SickSpinesHaveSimpleOutlinesOfEveryCell) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Random random(seed);
        const Person person = adult(random.uniform(20.0, 88.0));
        SpineParameters spine = sampleSpine(person, random);
        for (const Finding& f : sampleFindings(person, spine, 2.5, random))
            spine = withFinding(std::move(spine), f);
        const SpineModel model(std::move(spine));
        for (const Cell& cell : allCells()) {
            const auto outline = cut(model, cell, *standardPlane(model, cell));
            ASSERT_TRUE(outline) << seed << " " << label(cell) << ": " << outline.error().message;
            const auto valid = geometry::validate(outline->curve);
            EXPECT_TRUE(valid) << seed << " " << label(cell) << ": " << valid.error().message;
        }
    }
}

TEST(Truth, PointsOfAnOutlineLieOnTheSurface) {
    const SpineModel model(meanSpine(adult()));
    const Cell cell = Cell::foramen(Level::L4_L5, Side::R);
    const auto plane = *standardPlane(model, cell);
    const auto outline = cut(model, cell, plane);
    ASSERT_TRUE(outline);
    std::size_t off = 0;
    for (const auto& p : outline->curve.points)
        off += std::abs(model.field(SpineModel::Field::ForamenWall, plane.toPatient(p))) > 1e-3;
    EXPECT_LE(off, outline->curve.points.size() / 50)
        << "points at creases of the wall may stay where the grid found them";
}

TEST(Truth, HealthyAreasLieInThePublishedRanges) {
    const SpineParameters spine = meanSpine(adult(30.0));
    for (const Level level : {Level::L2_L3, Level::L3_L4, Level::L4_L5}) {
        const double nf = areaOf(spine, Cell::foramen(level, Side::L)),
                     sac = areaOf(spine, Cell::canal(level));
        EXPECT_GT(nf, 90.0);
        EXPECT_LT(nf, 165.0);
        EXPECT_GT(sac, 165.0);
        EXPECT_LT(sac, 230.0);
        EXPECT_GT(areaOf(spine, Cell::canal(level, Quantity::Canal)), sac);
        EXPECT_GT(areaOf(spine, Cell::canal(level, Quantity::BonyCanal)),
                  areaOf(spine, Cell::canal(level, Quantity::Canal)));
    }
}

TEST(Truth, BothSidesOfASymmetricSpineAreEqual) {
    const SpineParameters spine = meanSpine(adult());
    for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five)) {
        const double left = areaOf(spine, Cell::foramen(level, Side::L));
        EXPECT_NEAR(areaOf(spine, Cell::foramen(level, Side::R)), left, 2e-3 * left);
    }
}

TEST(Truth, SacShrinksWithAgeAsPublished) {
    // 70s against 20s at L4-L5: 79.9 % (Nakashima 2021), before discs and ligaments press on it.
    const Cell cell = Cell::canal(Level::L4_L5);
    const double ratio = areaOf(meanSpine(adult(75.0)), cell) / areaOf(meanSpine(adult(25.0)), cell);
    EXPECT_NEAR(ratio, 0.80, 0.06);
}

TEST(Truth, PixelAreaAgreesWithinTheGriddingError) {
    // Standard deviation of a grid count over random positions is below 0.7 pixel^1.5 sqrt(perimeter) (half
    // the cells that the border crosses); four of them are allowed.
    const SpineModel model(meanSpine(adult()));
    for (const Cell& cell : allCells()) {
        const auto plane = *standardPlane(model, cell); // 0.5 mm
        const auto outline = cut(model, cell, plane);
        ASSERT_TRUE(outline);
        const double bound =
            4.0 * 0.7 * std::pow(0.5, 1.5) * std::sqrt(geometry::perimeter(outline->curve).value());
        EXPECT_NEAR(geometry::pixelArea(outline->curve, plane).value(), outline->area.value(), bound)
            << label(cell);
    }
}

TEST(Model, EveryPlaceHasATissueUpToTheEndsOfTheSpineAndBeyond) {
    const SpineModel model(meanSpine(adult()));
    std::array<int, kTissueCount> seen{};
    for (double x = -180.0; x <= 180.0; x += 9.0)
        for (double y = -180.0; y <= 130.0; y += 5.0)
            for (double z = -260.0; z <= 260.0; z += 4.0)
                ++seen.at(static_cast<std::size_t>(model.sampleAt({x, y, z}).tissue));
    for (const Tissue t : {Tissue::Air, Tissue::Skin, Tissue::SubcutaneousFat, Tissue::Muscle, Tissue::Marrow,
                           Tissue::CorticalBone, Tissue::Nucleus, Tissue::Annulus, Tissue::Ligament,
                           Tissue::EpiduralFat, Tissue::Csf, Tissue::Artery, Tissue::BowelWall,
                           Tissue::BowelContent, Tissue::Kidney, Tissue::VisceralFat})
        EXPECT_GT(seen[static_cast<std::size_t>(t)], 0) << static_cast<int>(t);
}

TEST(Truth, ImagePixelsOfTheSacCoverItsOutline) {
    // The picture and the outline come from the same field: counting sac samples on a fine grid gives the
    // outline's area.
    const SpineModel model(meanSpine(adult()));
    const Cell cell = Cell::canal(Level::L3_L4);
    const auto plane = *standardPlane(model, cell);
    const auto outline = cut(model, cell, plane);
    ASSERT_TRUE(outline);
    int inside = 0;
    for (int r = 0; r < plane.rows(); ++r)
        for (int c = 0; c < plane.columns(); ++c)
            inside += model.sampleAt(plane.toPatient(geometry::PixelPoint{double(c), double(r)})).region ==
                      Region::DuralSac;
    EXPECT_NEAR(inside * 0.25, outline->area.value(), 0.02 * outline->area.value());
}

TEST(Truth, ProtocolTakesTheSliceOfLargestPedicles) {
    const SpineModel model(meanSpine(adult()));
    std::vector<ImagePlane> stack;
    for (int i = -8; i <= 8; ++i)
        stack.push_back(sagittalAt(4.0 * i));
    for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five))
        for (const Side side : {Side::R, Side::L}) {
            const auto found = ofProtocol(model, Cell::foramen(level, side), stack);
            ASSERT_TRUE(found) << name(level);
            const double x = stack[found->slice].origin().x;
            EXPECT_EQ(x > 0.0, side == Side::L) << "left is +x";
            const auto both = [&](const ImagePlane& p) {
                return model.pedicleSection(anatomy::above(level), side, p) +
                       model.pedicleSection(anatomy::below(level), side, p);
            };
            for (const auto& plane : stack)
                if (plane.origin().x * x > 0.0) {
                    EXPECT_GE(both(stack[found->slice]), 0.98 * both(plane));
                }
        }
}

TEST(Truth, OutlinesOfRandomSpinesAreSimpleAndNoForamenRunsOut) {
    // Slices 4 mm apart; medial and lateral of the pedicles there is nothing to draw.
    std::vector<ImagePlane> stack;
    for (int i = -8; i <= 8; ++i)
        stack.push_back(sagittalAt(4.0 * i + 1.3));
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Random random(seed);
        const Person person = adult(20.0 + 11.0 * static_cast<double>(seed));
        SpineParameters spine = sampleSpine(person, random);
        for (const Finding& f : sampleFindings(person, spine, 2.0, random))
            spine = withFinding(std::move(spine), f);
        const SpineModel model(std::move(spine));
        for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five))
            for (const Side side : {Side::R, Side::L}) {
                const Cell cell = Cell::foramen(level, side);
                for (const auto& plane : stack) {
                    const auto outline = cut(model, cell, plane);
                    if (!outline) continue;
                    const auto valid = geometry::validate(outline->curve);
                    EXPECT_TRUE(valid) << label(cell) << ": " << valid.error().message;
                    EXPECT_LT(outline->area.value(), 300.0) << label(cell);
                    const auto extents = geometry::anatomicalExtents(outline->curve, plane);
                    EXPECT_LT(extents.craniocaudal->value(), 26.0) << label(cell);
                    EXPECT_LT(extents.ap->value(), 26.0) << label(cell);
                }
            }
    }
}

TEST(Truth, TheSacShrinksWithAgeAsPublished) {
    // 70s against 20s: Nakashima 2021.
    const std::array<std::pair<Level, double>, 5> published{{{Level::L1_L2, 0.860},
                                                             {Level::L2_L3, 0.846},
                                                             {Level::L3_L4, 0.803},
                                                             {Level::L4_L5, 0.799},
                                                             {Level::L5_S1, 1.0}}};
    for (const auto& [level, share] : published) {
        const Cell cell = Cell::canal(level);
        EXPECT_NEAR(areaOf(meanSpine(adult(75.0)), cell) / areaOf(meanSpine(adult(25.0)), cell), share, 0.03)
            << label(cell);
    }
}

TEST(Truth, ProtocolTakesTheSmallestSacWithinTheDisc) {
    const SpineModel model(meanSpine(adult()));
    const auto disc = *model.disc(Level::L4_L5);
    std::vector<ImagePlane> block;
    for (int i = -3; i <= 3; ++i)
        block.push_back(*ImagePlane::create(
            {disc.center - 60.0 * disc.left - 60.0 * disc.posterior + (4.4 * i) * disc.superior, disc.left,
             disc.posterior, 0.5, 0.5, 240, 240}));
    const Cell cell = Cell::canal(Level::L4_L5);
    const auto found = ofProtocol(model, cell, block);
    ASSERT_TRUE(found);
    EXPECT_LE(std::abs(static_cast<int>(found->slice) - 3), 1);
    EXPECT_EQ(neighbours(model, *found, block).size(), 2u);
    const auto wide = ofProtocol(model, Cell::canal(Level::L4_L5, Quantity::Canal), block);
    ASSERT_TRUE(wide);
    EXPECT_EQ(wide->slice, found->slice) << "all quantities on one slice";
}

TEST(Truth, MissingLevelsAndPlanesBesideTheSpineAreRefused) {
    const SpineModel model(meanSpine(adult()));
    EXPECT_FALSE(cut(model, Cell::foramen(Level::L5_L6, Side::L), sagittalAt(15.0)));
    EXPECT_FALSE(cut(model, Cell::foramen(Level::L3_L4, Side::L), sagittalAt(80.0)));
    EXPECT_FALSE(cut(model, Cell::canal(Level::L3_L4), sagittalAt(0.0)));
    EXPECT_FALSE(standardPlane(model, Cell::canal(Level::L6_S1)));
}

} // namespace
} // namespace forameter::phantom
