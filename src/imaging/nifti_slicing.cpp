// SPDX-License-Identifier: Apache-2.0
#include "nifti_slicing.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "regular_grid.hpp"

namespace forameter::imaging {
namespace {

using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;

constexpr PatientVector kToLeft{1, 0, 0}, kToBack{0, 1, 0}, kToFeet{0, 0, -1};

std::array<std::ptrdiff_t, 3> stridesOf(const NiftiAxes& axes) {
    return {1, axes.size[0], static_cast<std::ptrdiff_t>(axes.size[0]) * axes.size[1]};
}

std::size_t nearestAxis(const NiftiAxes& axes, const PatientVector& direction) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < 3; ++k)
        if (std::abs(dot(axes.direction[k], direction)) > std::abs(dot(axes.direction[best], direction)))
            best = k;
    return best;
}

/// The axis across which the image was acquired.
std::size_t sliceAxis(const NiftiAxes& axes) {
    for (std::size_t k = 3; k-- > 0;)
        if (axes.size[k] == 1) return k;
    const auto coarsest = static_cast<std::size_t>(
        std::max_element(axes.spacing.begin(), axes.spacing.end()) - axes.spacing.begin());
    for (std::size_t k = 0; k < 3; ++k)
        if (k != coarsest && axes.spacing[coarsest] < 1.01 * axes.spacing[k])
            return nearestAxis(axes, kToLeft);
    return coarsest;
}

struct Hanging {
    PatientVector row, column;
};
/// The directions in which rows and columns of an image with this normal usually run on a screen.
Hanging hangingFor(const PatientVector& normal) {
    const double x = std::abs(normal.x), y = std::abs(normal.y), z = std::abs(normal.z);
    if (x >= y && x >= z) return {kToBack, kToFeet};
    if (z >= y) return {kToLeft, kToBack};
    return {kToLeft, kToFeet};
}

} // namespace

Result<Slicing> slicingOf(const NiftiAxes& axes, const std::optional<PatientVector>& normal,
                          const std::filesystem::path& file) {
    const std::size_t across = normal ? nearestAxis(axes, *normal) : sliceAxis(axes);
    const auto hanging = hangingFor(axes.direction[across]);
    std::size_t column = (across + 1) % 3,
                row = (across + 2) % 3; // the axes along which columns and rows are counted
    const auto fit = [&](std::size_t c, std::size_t r) {
        return std::abs(dot(axes.direction[c], hanging.row)) +
               std::abs(dot(axes.direction[r], hanging.column));
    };
    if (fit(row, column) > fit(column, row)) std::swap(row, column);

    Slicing result;
    const auto strides = stridesOf(axes);
    PatientPoint corner = axes.origin;
    // The direction of a counted axis; where it runs the wrong way the count starts at its other end.
    const auto oriented = [&](std::size_t axis, const PatientVector& wanted, std::ptrdiff_t& stride) {
        const auto& direction = axes.direction[axis];
        stride = strides[axis];
        if (dot(direction, wanted) >= 0) return direction;
        corner = corner + (axes.size[axis] - 1) * axes.spacing[axis] * direction;
        result.first += (axes.size[axis] - 1) * strides[axis];
        stride = -stride;
        return -1.0 * direction;
    };
    const auto rowDirection = oriented(column, hanging.row, result.perColumn);
    const auto columnDirection = oriented(row, hanging.column, result.perRow);
    const auto step =
        axes.spacing[across] * oriented(across, cross(rowDirection, columnDirection), result.perSlice);
    result.sliceSpacing = axes.spacing[across];

    for (int s = 0; s < axes.size[across]; ++s) {
        auto plane = ImagePlane::create({.origin = corner + static_cast<double>(s) * step,
                                         .rowDirection = rowDirection,
                                         .columnDirection = columnDirection,
                                         .rowSpacing = axes.spacing[row],
                                         .columnSpacing = axes.spacing[column],
                                         .columns = axes.size[column],
                                         .rows = axes.size[row]});
        if (!plane)
            return fail(plane.error().code,
                        "\"" + file.string() + "\" was not read: " + plane.error().message);
        result.planes.push_back(*plane);
    }
    return result;
}

Result<NiftiAxes> axesOf(std::span<const ImagePlane> planes, std::optional<Millimetres> thickness,
                         const std::string& what) {
    if (planes.empty()) return fail(ErrorCode::InvalidArgument, what + " has no slice to write.");
    const auto& first = planes.front();
    PatientVector step = thickness.value_or(Millimetres(1.0)).value() * first.normal();
    if (planes.size() > 1) {
        const auto grid = regularGrid(planes);
        if (!grid)
            return fail(
                ErrorCode::InvalidArgument,
                what + " cannot be written as NIfTI because its slices are not parallel and evenly spaced.");
        step = grid->step;
    }
    NiftiAxes axes;
    axes.size = {first.columns(), first.rows(), static_cast<int>(planes.size())};
    axes.spacing = {first.columnSpacing(), first.rowSpacing(), length(step)};
    axes.direction = {first.rowDirection(), first.columnDirection(), normalized(step)};
    axes.origin = first.origin();
    return axes;
}

Result<SameVoxels> sameVoxels(const NiftiAxes& file, const NiftiAxes& inner, const std::string& what) {
    const auto refusal =
        fail(ErrorCode::ConflictingGeometry, what + " does not have the voxels of the file it is to match.");
    const auto strides = stridesOf(inner);
    SameVoxels result;
    std::array<bool, 3> taken{};
    for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t axis = nearestAxis(inner, file.direction[k]);
        if (taken[axis] || inner.size[axis] != file.size[k]) return refusal;
        taken[axis] = true;
        const bool reversed = dot(inner.direction[axis], file.direction[k]) < 0;
        result.step[k] = reversed ? -strides[axis] : strides[axis];
        if (reversed) result.first += (inner.size[axis] - 1) * strides[axis];
    }
    // Both grids are affine, so agreeing at four corners they agree everywhere.
    const double tolerance = 0.01 * *std::min_element(file.spacing.begin(), file.spacing.end());
    const auto at = [](const NiftiAxes& axes, const std::array<std::ptrdiff_t, 3>& index) {
        PatientPoint p = axes.origin;
        for (std::size_t k = 0; k < 3; ++k)
            p = p + static_cast<double>(index[k]) * axes.spacing[k] * axes.direction[k];
        return p;
    };
    for (int corner = 0; corner < 4; ++corner) {
        std::array<std::ptrdiff_t, 3> outer{};
        if (corner > 0)
            outer[static_cast<std::size_t>(corner - 1)] = file.size[static_cast<std::size_t>(corner - 1)] - 1;
        std::ptrdiff_t number = result.first;
        for (std::size_t k = 0; k < 3; ++k)
            number += outer[k] * result.step[k];
        const std::array<std::ptrdiff_t, 3> within{number % strides[1], number / strides[1] % inner.size[1],
                                                   number / strides[2]};
        if (length(at(file, outer) - at(inner, within)) > tolerance) return refusal;
    }
    return result;
}

} // namespace forameter::imaging
