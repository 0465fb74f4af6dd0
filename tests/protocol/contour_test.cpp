// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/contour.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <numbers>

#include "forameter/protocol/measured.hpp"
#include "forameter/protocol/on_image.hpp"

namespace forameter::protocol {
namespace {

using geometry::ImagePlane;
using geometry::PatientPoint;

/// A sagittal image at x mm with pixels of 0.5 x 0.5 mm: columns run to the back, rows to the feet.
ImagePlane sagittal(double x = 12.0) {
    return *ImagePlane::create({{x, -60.0, 80.0}, {0, 1, 0}, {0, 0, -1}, 0.5, 0.5, 240, 240});
}
/// An axial image at z = -20: columns run to the patient's left, rows to the back.
ImagePlane axial() {
    return *ImagePlane::create({{-60.0, -60.0, -20.0}, {1, 0, 0}, {0, 1, 0}, 0.4, 0.5, 300, 240});
}

/// A rectangle of width (along rows) x height around the middle of `plane`, as a polygon.
Contour rectangle(const ImagePlane& plane, anatomy::Cell cell, double width, double height) {
    Contour c;
    c.id = ContourId(newUuid());
    c.study = StudyUid("1.2");
    c.image = {SeriesUid("1.2.3"), SopUid("1.2.3.4"), 1};
    c.cell = cell;
    c.rater = "r1";
    c.curve.kind = geometry::CurveKind::Polygon;
    const PatientPoint middle = plane.center();
    const auto u = 0.5 * width * plane.rowDirection(), v = 0.5 * height * plane.columnDirection();
    c.curve.points = {middle - u - v, middle + u - v, middle + u + v, middle - u + v};
    return c;
}

TEST(Measure, ForamenHasHeightFromFootToHeadAndWidthFromFrontToBack) {
    const Contour c =
        rectangle(sagittal(), anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::L), 9.0, 17.0);
    const auto m = measure(c, sagittal());
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_NEAR(m->area.value(), 153.0, 1e-9);
    EXPECT_NEAR(m->perimeter.value(), 52.0, 1e-9);
    EXPECT_NEAR(m->height->value(), 17.0, 1e-9);
    EXPECT_NEAR(m->width->value(), 9.0, 1e-9);
    EXPECT_NEAR(m->ap->value(), 9.0, 1e-9);
    EXPECT_NEAR(m->maxDiameter.value(), std::hypot(9.0, 17.0), 1e-9);
    EXPECT_NEAR(m->minDiameter.value(), 9.0, 1e-9);
    ASSERT_TRUE(m->areaMask);
    EXPECT_NEAR(m->areaMask->value(), 153.0, 0.25 * 52.0); // half a pixel along the outline
}

TEST(Measured, IsOfThatCurveOfThatCellOnThatImageAlone) {
    const auto right = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
    const Contour c = rectangle(sagittal(), right, 9.0, 17.0);
    const auto measured = Measured::of(c, sagittal());
    ASSERT_TRUE(measured) << measured.error().message;
    EXPECT_EQ(measured->numbers().area.value(), measure(c, sagittal())->area.value());
    EXPECT_TRUE(measured->isOf(c, sagittal()));
    EXPECT_FALSE(measured->isOf(c, sagittal(12.05))) << "another image";
    Contour other = c;
    other.curve.points.front().y = std::nextafter(other.curve.points.front().y, 100.0);
    EXPECT_FALSE(measured->isOf(other, sagittal()));
    other = c;
    other.curve.kind = geometry::CurveKind::Spline;
    EXPECT_FALSE(measured->isOf(other, sagittal()));
    other = c;
    other.cell.side = std::nullopt;
    EXPECT_FALSE(measured->isOf(other, sagittal())) << "a foramen without a side is refused";
    other = c;
    other.assessable = false;
    EXPECT_FALSE(measured->isOf(other, sagittal()));
    EXPECT_FALSE(Measured::of(other, sagittal())) << "it has no area";
}

TEST(Measure, CanalHasDepthAndTransverseWidthButNoHeight) {
    const Contour c = rectangle(axial(), anatomy::Cell::canal(anatomy::Level::L4_L5), 22.0, 14.0);
    const auto m = measure(c, axial());
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_NEAR(m->area.value(), 308.0, 1e-9);
    EXPECT_NEAR(m->ap->value(), 14.0, 1e-9);
    EXPECT_NEAR(m->width->value(), 22.0, 1e-9);
    EXPECT_FALSE(m->height);
}

TEST(Measure, WithoutItsImageThereIsNoMaskAreaAndTheRestAgrees) {
    const Contour c = rectangle(axial(), anatomy::Cell::canal(anatomy::Level::L4_L5), 22.0, 14.0);
    const auto m = measure(c, std::nullopt);
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_FALSE(m->areaMask);
    EXPECT_NEAR(m->area.value(), 308.0, 1e-9);
    EXPECT_NEAR(m->ap->value(), 14.0, 1e-6);
    EXPECT_NEAR(m->width->value(), 22.0, 1e-6);
}

TEST(Measure, MaskAreaCountsPixelsOfTheImagesOwnSpacing) {
    // 0.5 mm along the rows, 0.4 mm down the columns: its edges halfway between centres, it holds 10 x 10
    // pixels.
    const Contour c = rectangle(axial(), anatomy::Cell::canal(anatomy::Level::L4_L5), 5.0, 4.0);
    const auto m = measure(c, axial());
    ASSERT_TRUE(m);
    EXPECT_NEAR(m->areaMask->value(), 100 * 0.5 * 0.4, 1e-9);
}

TEST(Measure, SplineCircleOfSixteenPointsIsWithinATenthOfAPercent) {
    Contour c = rectangle(axial(), anatomy::Cell::canal(anatomy::Level::L3_L4), 10, 10);
    c.curve = {};
    for (int i = 0; i < 16; ++i) {
        const double t = 2.0 * std::numbers::pi * i / 16.0;
        c.curve.points.push_back(axial().center() + PatientPoint{8.0 * std::cos(t), 8.0 * std::sin(t), 0.0});
    }
    const auto m = measure(c, axial());
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_NEAR(m->area.value() / (std::numbers::pi * 64.0), 1.0, 1e-3);
}

TEST(Measure, RefusesPointsOffTheImagesPlane) {
    Contour c =
        rectangle(sagittal(), anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::L), 9.0, 17.0);
    c.curve.points[2].x += 0.09;
    EXPECT_TRUE(measure(c, sagittal()));
    c.curve.points[2].x += 0.02;
    const auto m = measure(c, sagittal());
    ASSERT_FALSE(m);
    EXPECT_EQ(m.error().code, ErrorCode::ConflictingGeometry);
    EXPECT_NE(m.error().message.find("Point 2"), std::string::npos) << m.error().message;
    c.curve.points[2].x = 12.1002;
    EXPECT_EQ(measure(c, sagittal()).error().message.find("lies 0.1 mm"), std::string::npos)
        << "which is allowed";
}

TEST(Validate, RefusesWhatNoAreaMayBeShownFor) {
    const Contour good =
        rectangle(sagittal(), anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::L), 9.0, 17.0);
    EXPECT_TRUE(validate(good, sagittal()));
    struct Row {
        const char* what;
        void (*spoil)(Contour&);
    };
    const Row rows[] = {
        {"two points", [](Contour& c) { c.curve.points.resize(2); }},
        {"no points", [](Contour& c) { c.curve.points.clear(); }},
        {"crossing", [](Contour& c) { std::swap(c.curve.points[1], c.curve.points[2]); }},
        {"repeated first point", [](Contour& c) { c.curve.points.push_back(c.curve.points.front()); }},
        {"NaN", [](Contour& c) { c.curve.points[1].y = std::numeric_limits<double>::quiet_NaN(); }},
        {"infinite", [](Contour& c) { c.curve.points[1].z = std::numeric_limits<double>::infinity(); }},
        {"collinear",
         [](Contour& c) {
             c.curve.points.resize(3), c.curve.points[2] = 0.5 * (c.curve.points[0] + c.curve.points[1]);
         }},
        {"foramen without a side", [](Contour& c) { c.cell.side.reset(); }},
        {"foramen with a quantity", [](Contour& c) { c.cell.quantity = anatomy::Quantity::Canal; }},
        {"canal with a side",
         [](Contour& c) {
             c.cell.structure = anatomy::Structure::CC, c.cell.quantity = anatomy::Quantity::Canal;
         }},
        {"canal without a quantity",
         [](Contour& c) { c.cell.structure = anatomy::Structure::CC, c.cell.side.reset(); }},
        {"points though not assessable", [](Contour& c) { c.assessable = false; }},
    };
    for (const Row& row : rows)
        for (const auto& image : {std::optional(sagittal()), std::optional<ImagePlane>()}) {
            Contour c = good;
            row.spoil(c);
            const auto valid = validate(c, image);
            EXPECT_FALSE(valid) << row.what;
            if (!valid) {
                EXPECT_FALSE(valid.error().message.empty());
            }
        }
}

TEST(Validate, ACurveThatCrossesItselfIsSaidToWithAndWithoutItsImage) {
    Contour c = rectangle(sagittal(), anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::L), 9, 17);
    std::swap(c.curve.points[1], c.curve.points[2]); // a bow tie: it encloses as much this way as that
    for (const auto& image : {std::optional<ImagePlane>(sagittal()), std::optional<ImagePlane>()}) {
        const auto valid = validate(c, image);
        ASSERT_FALSE(valid);
        EXPECT_NE(valid.error().message.find("cross"), std::string::npos) << valid.error().message;
    }
    c.curve.points = {{12, 0, 0}, {12, 1, 1}, {12, 2, 2}};
    EXPECT_NE(validate(c, std::nullopt).error().message.find("one line"), std::string::npos);
}

TEST(Validate, NotAssessableNeedsNoCurveAndHasNoArea) {
    Contour c =
        rectangle(sagittal(), anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::L), 9.0, 17.0);
    c.assessable = false;
    c.curve.points.clear();
    EXPECT_TRUE(validate(c, sagittal()));
    EXPECT_FALSE(measure(c, sagittal()));
}

TEST(CheckOnImage, WhollyOutsideIsRefusedAndPartlyIsTold) {
    const auto plane = sagittal(); // 120 mm wide: 60 mm from its middle to the edge
    Contour contour =
        rectangle(plane, anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R), 10, 16);
    const auto moved = [&](double along) {
        Contour other = contour;
        for (auto& point : other.curve.points)
            point = point + along * plane.rowDirection();
        EXPECT_TRUE(validate(other, plane));
        return checkOnImage(other, plane);
    };
    EXPECT_TRUE(moved(0.0)->empty());
    EXPECT_TRUE(moved(54.9)->empty());
    const auto partly = moved(58.0);
    ASSERT_EQ(partly->size(), 1u);
    EXPECT_EQ(partly->front().code, ErrorCode::BadPosition);
    EXPECT_NE(partly->front().message.find("3.0 mm beyond"), std::string::npos) << partly->front().message;
    const auto wholly = moved(500.0);
    ASSERT_FALSE(wholly);
    EXPECT_EQ(wholly.error().code, ErrorCode::BadPosition);
    contour.assessable = false;
    contour.curve.points.clear();
    EXPECT_TRUE(checkOnImage(contour, plane)->empty());
}

TEST(CheckOnImage, ACanalOnASagittalImageIsTold) {
    const auto plane = sagittal();
    const auto canal = rectangle(plane, anatomy::Cell::canal(anatomy::Level::L4_L5), 10, 16);
    const auto told = checkOnImage(canal, plane);
    ASSERT_EQ(told->size(), 1u);
    EXPECT_EQ(told->front().code, ErrorCode::ConflictingGeometry);
}

TEST(CheckLevel, AContourBesideAnotherDiscIsTold) {
    const auto plane = sagittal();
    const auto foramen = [&](anatomy::Level level) {
        return rectangle(plane, anatomy::Cell::foramen(level, anatomy::Side::L), 10, 16);
    };
    const auto drawn = foramen(anatomy::Level::L4_L5);
    const auto middle = plane.toPatient(
        geometry::centroid(geometry::toPlane(drawn.curve, plane))); // level with the disc L4-L5
    anatomy::LevelSet levels;
    double z = middle.z + 17.5 + 3 * 35.0;
    for (const auto vertebra : {anatomy::Vertebra::L1, anatomy::Vertebra::L2, anatomy::Vertebra::L3,
                                anatomy::Vertebra::L4, anatomy::Vertebra::L5, anatomy::Vertebra::S1}) {
        levels.marks.push_back({vertebra, {middle.x, middle.y - 25.0, z}});
        z -= 35.0;
    }
    EXPECT_FALSE(checkLevel(drawn, plane, levels));
    const auto wrong = checkLevel(foramen(anatomy::Level::L5_S1), plane, levels);
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->code, ErrorCode::ConflictingGeometry);
    EXPECT_NE(wrong->message.find("35 mm above that disc"), std::string::npos) << wrong->message;
    EXPECT_FALSE(checkLevel(drawn, plane, {})) << "nothing is known";
}

TEST(CheckOnImage, AForamenOnTheOtherSideThanItSaysIsTold) {
    const auto middle = sagittal(), right = sagittal(1), left = sagittal(23);
    const auto says = [&](const geometry::ImagePlane& image, anatomy::Side side) {
        const auto contour = rectangle(image, anatomy::Cell::foramen(anatomy::Level::L4_L5, side), 10, 16);
        return *checkOnImage(contour, image, sideOf(image, middle));
    };
    EXPECT_TRUE(says(right, anatomy::Side::R).empty());
    EXPECT_TRUE(says(left, anatomy::Side::L).empty());
    EXPECT_TRUE(says(sagittal(5), anatomy::Side::L).empty()) << "the midline is not known so well";
    for (const auto& wrong : {says(right, anatomy::Side::L), says(left, anatomy::Side::R)}) {
        ASSERT_EQ(wrong.size(), 1u);
        EXPECT_EQ(wrong.front().code, ErrorCode::ConflictingGeometry);
    }
    EXPECT_EQ(sideOf(left, middle, SlicePosition{12, {}, false}), anatomy::Side::R)
        << "marked vertebrae know the midline better";
    EXPECT_EQ(sideOf(left, middle, SlicePosition{-2, {}, false}), std::nullopt);
}

TEST(Contour, NamesReadBack) {
    for (const auto s :
         {Source::Manual, Source::Model, Source::EditedModel, Source::Consensus, Source::Phantom})
        EXPECT_EQ(sourceFromName(name(s)), s);
    EXPECT_EQ(name(Source::EditedModel), "edited-model");
    EXPECT_FALSE(sourceFromName("Manual"));
    EXPECT_EQ(defaultProtocol(anatomy::Structure::NF), "nf-pedicle-v1");
    EXPECT_EQ(defaultProtocol(anatomy::Structure::CC), "cc-disc-v1");
}

} // namespace
} // namespace forameter::protocol
