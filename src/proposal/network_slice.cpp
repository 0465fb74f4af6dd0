// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/network_slice.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <vector>

#include "forameter/core/bilinear.hpp"

namespace forameter::proposal {

using geometry::ImagePlane;
using geometry::PatientVector;

namespace {

constexpr double kLeastCrossing = 0.5;    // cosine of 60 degrees
constexpr double kLargestPicture = 800.0; // mm; MR bores are 600 to 700 wide

/// The vector or its opposite, whichever points along `wanted`.
PatientVector towards(const PatientVector& v, const PatientVector& wanted) {
    return geometry::dot(v, wanted) < 0.0 ? -1.0 * v : v;
}

} // namespace

Result<ImagePlane> networkPlane(const ImagePlane& acquired, geometry::Plane looksLike, double spacing) {
    assert(looksLike == geometry::Plane::Sagittal || looksLike == geometry::Plane::Axial);
    const bool sagittal = looksLike == geometry::Plane::Sagittal;
    const PatientVector across = sagittal ? PatientVector{1.0, 0.0, 0.0} : PatientVector{0.0, 0.0, 1.0};
    const PatientVector right = sagittal ? PatientVector{0.0, 1.0, 0.0} : PatientVector{1.0, 0.0, 0.0};
    const PatientVector down = sagittal ? PatientVector{0.0, 0.0, -1.0} : PatientVector{0.0, 1.0, 0.0};
    if (std::abs(geometry::dot(acquired.normal(), across)) < kLeastCrossing)
        return fail(ErrorCode::BadOrientation, "The slice stands more than 60 degrees off the " +
                                                   std::string(geometry::name(looksLike)) + " plane.");
    const double width = acquired.columns() * acquired.columnSpacing(),
                 height = acquired.rows() * acquired.rowSpacing();
    if (width > kLargestPicture || height > kLargestPicture)
        return fail(ErrorCode::BadDimensions, "The slice is " + std::to_string(std::lround(width)) + " by " +
                                                  std::to_string(std::lround(height)) +
                                                  " mm, larger than any lumbar image.");
    // The picture's own edges stay straight, so nothing has to be made up at its corners.
    const PatientVector u = acquired.rowDirection(), v = acquired.columnDirection();
    const bool swap = std::abs(geometry::dot(u, right)) + std::abs(geometry::dot(v, down)) <
                      std::abs(geometry::dot(v, right)) + std::abs(geometry::dot(u, down));
    const PatientVector row = towards(swap ? v : u, right), column = towards(swap ? u : v, down);
    const auto pixels = [&](double extent) {
        return std::max(1, static_cast<int>(std::ceil(extent / spacing - 1.0e-6)));
    };
    const int columns = pixels(swap ? height : width), rows = pixels(swap ? width : height);
    return ImagePlane::create(
        {acquired.center() - 0.5 * spacing * (columns - 1) * row - 0.5 * spacing * (rows - 1) * column, row,
         column, spacing, spacing, columns, rows});
}

Grid<float> resampled(GridView<const float> slice, const ImagePlane& from, const ImagePlane& onto,
                      float outside) {
    assert(slice.columns() == from.columns() && slice.rows() == from.rows());
    // Both planes are the same in space, so the way from one to the other is affine in pixels.
    const auto first = from.toPixel(onto.toPatient(geometry::PixelPoint{0.0, 0.0}));
    const auto right = from.toPixel(onto.toPatient(geometry::PixelPoint{1.0, 0.0})) - first;
    const auto down = from.toPixel(onto.toPatient(geometry::PixelPoint{0.0, 1.0})) - first;
    // A target pixel that covers more than one source pixel is the mean of as many looks along each side.
    const auto looks = [](geometry::PixelPoint step) {
        return std::clamp(static_cast<int>(std::ceil(geometry::length(step) - 0.05)), 1, 16);
    };
    const int nx = looks(right), ny = looks(down);
    const int columns = slice.columns(), rows = slice.rows();
    const auto at = [&](double x, double y) -> float {
        if (!(x > -0.5 && y > -0.5 && x < columns - 0.5 && y < rows - 0.5)) return outside;
        return Bilinear(x, y, columns, rows)(slice.data());
    };
    Grid<float> result(onto.columns(), onto.rows());
    const float share = 1.0f / static_cast<float>(nx * ny);
    for (int r = 0; r < result.rows(); ++r)
        for (int c = 0; c < result.columns(); ++c) {
            float sum = 0.0f;
            for (int j = 0; j < ny; ++j)
                for (int i = 0; i < nx; ++i) {
                    const double x = c + (i + 0.5) / nx - 0.5, y = r + (j + 0.5) / ny - 0.5;
                    const auto p = first + x * right + y * down;
                    sum += at(p.x, p.y);
                }
            result(c, r) = share * sum;
        }
    return result;
}

void normalise(Grid<float>& image, Normalisation how) {
    const auto pixels = image.data();
    std::vector<float> finite;
    finite.reserve(pixels.size());
    for (const float v : pixels)
        if (std::isfinite(v)) finite.push_back(v);
    if (finite.empty()) {
        std::ranges::fill(pixels, 0.0f);
        return;
    }
    const float least = *std::ranges::min_element(finite);
    for (float& v : pixels)
        if (!std::isfinite(v)) v = least;
    const auto scaleFrom = [&](double low, double width) {
        const double scale = width > 0.0 ? 1.0 / width : 0.0;
        for (float& v : pixels)
            v = static_cast<float>((v - low) * scale);
    };
    if (how == Normalisation::MinMax) return scaleFrom(least, *std::ranges::max_element(finite) - least);
    if (how == Normalisation::ZScore) {
        const auto count = static_cast<double>(pixels.size());
        double mean = 0.0, squares = 0.0;
        for (const float v : pixels)
            mean += v / count;
        for (const float v : pixels)
            squares += (v - mean) * (v - mean) / count;
        return scaleFrom(mean, std::sqrt(squares));
    }
    std::erase(finite, least);
    const auto rank = [&](double share) {
        const auto place = finite.begin() + std::lround(share * static_cast<double>(finite.size() - 1));
        std::ranges::nth_element(finite, place);
        return *place;
    };
    const float low = finite.empty() ? least : rank(0.01), high = finite.empty() ? least : rank(0.99);
    const float scale = high > low ? 1.0f / (high - low) : 0.0f;
    for (float& v : pixels)
        v = (v - low) * scale;
}

} // namespace forameter::proposal
