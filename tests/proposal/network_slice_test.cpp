// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/network_slice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace forameter::proposal {
namespace {

using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;
using geometry::Plane;

ImagePlane made(const ImagePlane::Fields& fields) {
    return ImagePlane::create(fields).value();
}

/// A field that is linear in space, so that bilinear reading of it is exact.
float field(const PatientPoint& p) {
    return static_cast<float>(100.0 + 1.5 * p.y - 0.7 * p.z + 0.3 * p.x);
}

Grid<float> pictureOf(const ImagePlane& plane) {
    Grid<float> picture(plane.columns(), plane.rows());
    for (int r = 0; r < picture.rows(); ++r)
        for (int c = 0; c < picture.columns(); ++c)
            picture(c, r) = field(plane.toPatient(geometry::PixelPoint{double(c), double(r)}));
    return picture;
}

/// The eight ways in which a scanner may store a sagittal or axial slice.
std::vector<ImagePlane> storedWays(const PatientPoint& centre, PatientVector a, PatientVector b, int na,
                                   int nb, double sa, double sb) {
    std::vector<ImagePlane> all;
    for (const bool swap : {false, true})
        for (const double fa : {1.0, -1.0})
            for (const double fb : {1.0, -1.0}) {
                const PatientVector u = fa * a, v = fb * b;
                const auto origin = centre - 0.5 * sa * (na - 1) * u - 0.5 * sb * (nb - 1) * v;
                all.push_back(swap ? made({origin, v, u, sa, sb, nb, na})
                                   : made({origin, u, v, sb, sa, na, nb}));
            }
    return all;
}

TEST(NetworkSlice, SagittalSlicesLookTheSameHoweverTheyAreStored) {
    const PatientPoint centre{12.0, -30.0, 55.0};
    const double t = 0.2;
    for (const auto& plane : storedWays(centre, {0.0, std::cos(t), std::sin(t)},
                                        {0.0, std::sin(t), -std::cos(t)}, 60, 80, 0.5, 0.9)) {
        const auto seen = networkPlane(plane, Plane::Sagittal, 0.8);
        ASSERT_TRUE(seen);
        EXPECT_GT(seen->rowDirection().y, 0.9);
        EXPECT_LT(seen->columnDirection().z, -0.9);
        EXPECT_EQ(seen->columns(), 38);
        EXPECT_EQ(seen->rows(), 90);
        EXPECT_NEAR(geometry::length(seen->center() - centre), 0.0, 1e-9);
        const auto picture = resampled(pictureOf(plane).view(), plane, *seen);
        for (int r = 2; r < picture.rows() - 2; ++r)
            for (int c = 2; c < picture.columns() - 2; ++c)
                ASSERT_NEAR(picture(c, r), field(seen->toPatient(geometry::PixelPoint{double(c), double(r)})),
                            1e-2);
    }
}

TEST(NetworkSlice, AxialSlicesShowThePatientsLeftOnTheRight) {
    const double tilt = 0.5; // as a block angled to L5-S1
    for (const auto& plane : storedWays({3.0, 20.0, -80.0}, {1.0, 0.0, 0.0},
                                        {0.0, std::cos(tilt), std::sin(tilt)}, 70, 50, 0.6, 0.6)) {
        const auto seen = networkPlane(plane, Plane::Axial, 0.6);
        ASSERT_TRUE(seen);
        EXPECT_NEAR(seen->rowDirection().x, 1.0, 1e-9);
        EXPECT_GT(seen->columnDirection().y, 0.8);
        EXPECT_EQ(seen->columns(), 70);
        EXPECT_EQ(seen->rows(), 50);
    }
}

TEST(NetworkSlice, SlicesAcrossTheWantedPlaneAreRefused) {
    const auto coronal = made({{0, 0, 0}, {1, 0, 0}, {0, 0, -1}, 1.0, 1.0, 10, 10});
    EXPECT_EQ(networkPlane(coronal, Plane::Sagittal, 0.8).error().code, ErrorCode::BadOrientation);
    EXPECT_EQ(networkPlane(coronal, Plane::Axial, 0.8).error().code, ErrorCode::BadOrientation);
    const auto huge = made({{0, 0, 0}, {0, 1, 0}, {0, 0, -1}, 20.0, 20.0, 60000, 10});
    EXPECT_EQ(networkPlane(huge, Plane::Sagittal, 0.8).error().code, ErrorCode::BadDimensions);
}

TEST(NetworkSlice, FinePixelsAreAveraged) {
    const auto fine = made({{0, 0, 0}, {0, 1, 0}, {0, 0, -1}, 0.2, 0.2, 80, 80});
    Grid<float> stripes(80, 80);
    for (int r = 0; r < 80; ++r)
        for (int c = 0; c < 80; ++c)
            stripes(c, r) = c % 2 ? 1.0f : 0.0f;
    const auto coarse = resampled(stripes.view(), fine, *networkPlane(fine, Plane::Sagittal, 0.8));
    ASSERT_EQ(coarse.columns(), 20);
    for (const float v : coarse.data())
        EXPECT_NEAR(v, 0.5f, 1e-5f);
}

TEST(NetworkSlice, BeyondTheBorderIsOutside) {
    const auto small = made({{0, 0, 0}, {0, 1, 0}, {0, 0, -1}, 1.0, 1.0, 4, 4});
    const auto large = made({{0, -5, 5}, {0, 1, 0}, {0, 0, -1}, 1.0, 1.0, 14, 14});
    const auto picture = resampled(Grid<float>(4, 4, 7.0f).view(), small, large, -1.0f);
    EXPECT_EQ(picture(0, 0), -1.0f);
    EXPECT_EQ(picture(4, 5), -1.0f);
    EXPECT_EQ(picture(5, 5), 7.0f);
    EXPECT_EQ(picture(8, 8), 7.0f);
    EXPECT_EQ(picture(9, 8), -1.0f);
}

TEST(Normalise, PercentilesBecomeNoughtAndOneAndPaddingDoesNotCount) {
    Grid<float> image(100, 20, 0.0f); // half of it padding
    for (int i = 0; i < 1000; ++i)
        image.data()[static_cast<std::size_t>(i)] = static_cast<float>(101 + i);
    normalise(image);
    EXPECT_NEAR(image.data()[10], 0.0f, 0.002f);
    EXPECT_NEAR(image.data()[989], 1.0f, 0.002f);
    EXPECT_GT(image.data()[999], 1.0f); // not cut off
}

TEST(Normalise, AsNetworksFromElsewhereWantIt) {
    const auto picture = [] {
        Grid<float> image(2, 2);
        std::ranges::copy(std::array{0.0f, 2.0f, 4.0f, 10.0f}, image.data().begin());
        return image;
    };
    auto image = picture();
    normalise(image, Normalisation::MinMax);
    EXPECT_NEAR(image.data()[1], 0.2f, 1e-6f);
    EXPECT_NEAR(image.data()[3], 1.0f, 1e-6f);
    image = picture();
    normalise(image, Normalisation::ZScore); // mean 4, variance (16 + 4 + 0 + 36) / 4
    EXPECT_NEAR(image.data()[0], -4.0f / std::sqrt(14.0f), 1e-6f);
    EXPECT_NEAR(image.data()[2], 0.0f, 1e-6f);
}

TEST(Normalise, PicturesWithoutContentBecomeNought) {
    for (const float value :
         {0.0f, 5.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const auto how : {Normalisation::Percentile, Normalisation::ZScore, Normalisation::MinMax}) {
            Grid<float> image(9, 9, value);
            normalise(image, how);
            for (const float v : image.data())
                EXPECT_EQ(v, 0.0f);
        }
    }
    Grid<float> broken(20, 20);
    for (std::size_t i = 0; i < 400; ++i)
        broken.data()[i] = static_cast<float>(i % 37);
    broken(3, 3) = std::numeric_limits<float>::quiet_NaN();
    normalise(broken);
    for (const float v : broken.data())
        EXPECT_TRUE(std::isfinite(v));
}

} // namespace
} // namespace forameter::proposal
