// SPDX-License-Identifier: Apache-2.0
#include "forameter/geometry/image_plane.hpp"

#include <algorithm>
#include <numbers>
#include <utility>

namespace forameter::geometry {

namespace {

constexpr double kRadian = 180.0 / std::numbers::pi;

/// The part of p + s * d, s in [from, to], that lies within [low, high]; empty parts have from > to.
void clip(double p, double d, double low, double high, double& from, double& to) {
    if (d == 0.0) {
        if (p < low || p > high) to = from - 1.0;
        return;
    }
    double enter = (low - p) / d, leave = (high - p) / d;
    if (enter > leave) std::swap(enter, leave);
    from = std::max(from, enter);
    to = std::min(to, leave);
}

} // namespace

std::string_view name(Plane plane) noexcept {
    switch (plane) {
    case Plane::Sagittal:
        return "sagittal";
    case Plane::Axial:
        return "axial";
    case Plane::Coronal:
        return "coronal";
    case Plane::Oblique:
        break;
    }
    return "oblique";
}

std::optional<Plane> planeFromName(std::string_view text) noexcept {
    using enum Plane;
    for (const auto plane : {Sagittal, Axial, Coronal, Oblique})
        if (name(plane) == text) return plane;
    return std::nullopt;
}

Result<ImagePlane> ImagePlane::create(const Fields& given) {
    constexpr double tolerance = 1e-3;
    Fields f = given;
    if (!isFinite(f.origin))
        return fail(ErrorCode::BadPosition, "The image position has a coordinate that is not a number.");
    if (!isFinite(f.rowDirection) || !isFinite(f.columnDirection))
        return fail(ErrorCode::BadOrientation, "The image orientation has a component that is not a number.");
    if (!isPixelSpacing(f.rowSpacing) || !isPixelSpacing(f.columnSpacing))
        return fail(ErrorCode::BadSpacing, "The pixel spacing " + std::to_string(f.rowSpacing) + " by " +
                                               std::to_string(f.columnSpacing) +
                                               " mm is outside 0.01 to 20 mm.");
    if (std::abs(length(f.rowDirection) - 1.0) > tolerance ||
        std::abs(length(f.columnDirection) - 1.0) > tolerance)
        return fail(ErrorCode::BadOrientation, "The image orientation's directions are not of unit length.");
    if (std::abs(dot(f.rowDirection, f.columnDirection)) > tolerance)
        return fail(ErrorCode::BadOrientation, "The image orientation's directions are not at right angles.");
    if (f.columns < 1 || f.rows < 1)
        return fail(ErrorCode::BadDimensions, "An image of " + std::to_string(f.columns) + " columns and " +
                                                  std::to_string(f.rows) + " rows has no pixels.");
    f.rowDirection = normalized(f.rowDirection);
    f.columnDirection =
        normalized(f.columnDirection - dot(f.rowDirection, f.columnDirection) * f.rowDirection);
    return ImagePlane(f);
}

Plane ImagePlane::plane() const {
    const PatientVector n = normal();
    const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
    if (std::max({x, y, z}) < std::cos(35.0 / kRadian)) return Plane::Oblique;
    if (x >= y && x >= z) return Plane::Sagittal;
    return y >= z ? Plane::Coronal : Plane::Axial;
}

PatientPoint ImagePlane::toPatient(PlanePoint p) const {
    return origin() + p.x * rowDirection() + p.y * columnDirection();
}

PlanePoint ImagePlane::toPlane(const PatientPoint& p) const {
    const PatientVector d = p - origin();
    return {dot(d, rowDirection()), dot(d, columnDirection())};
}

Millimetres ImagePlane::distance(const PatientPoint& p) const {
    return Millimetres(dot(p - origin(), normal()));
}

bool ImagePlane::contains(const PatientPoint& p) const {
    const auto [x0, x1, y0, y1] = bounds();
    const PlanePoint q = toPlane(p);
    return q.x >= x0 && q.x <= x1 && q.y >= y0 && q.y <= y1;
}

PatientPoint ImagePlane::center() const {
    return toPatient(PixelPoint{(columns() - 1) / 2.0, (rows() - 1) / 2.0});
}

std::array<double, 4> ImagePlane::bounds() const {
    return {-0.5 * columnSpacing(), (columns() - 0.5) * columnSpacing(), -0.5 * rowSpacing(),
            (rows() - 0.5) * rowSpacing()};
}

bool operator==(const ImagePlane& a, const ImagePlane& b) {
    return a.origin() == b.origin() && a.rowDirection() == b.rowDirection() &&
           a.columnDirection() == b.columnDirection() && a.rowSpacing() == b.rowSpacing() &&
           a.columnSpacing() == b.columnSpacing() && a.columns() == b.columns() && a.rows() == b.rows();
}

std::string orientationLetters(const PatientVector& direction, double threshold) {
    std::array<std::pair<double, char>, 3> parts{{{std::abs(direction.x), direction.x < 0.0 ? 'R' : 'L'},
                                                  {std::abs(direction.y), direction.y < 0.0 ? 'A' : 'P'},
                                                  {std::abs(direction.z), direction.z < 0.0 ? 'F' : 'H'}}};
    std::stable_sort(parts.begin(), parts.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string letters;
    for (const auto& [size, letter] : parts)
        if (size > threshold) letters.push_back(letter);
    return letters;
}
Degrees angleBetween(const PatientVector& a, const PatientVector& b) {
    return Degrees(kRadian * std::atan2(length(cross(a, b)), std::abs(dot(a, b))));
}

Degrees angleBetween(const ImagePlane& a, const ImagePlane& b) {
    return angleBetween(a.normal(), b.normal());
}

std::optional<PlaneSegment> referenceLine(const ImagePlane& on, const ImagePlane& cut) {
    // The distance from `cut` is linear on `on`: gradient . p + offset.
    const PlanePoint gradient{dot(cut.normal(), on.rowDirection()), dot(cut.normal(), on.columnDirection())};
    const double sine = length(gradient);
    if (!(sine >= std::sin(5.0 / kRadian))) return std::nullopt;
    const PlanePoint foot = (-cut.distance(on.origin()).value() / (sine * sine)) * gradient;
    const PlanePoint along = (1.0 / sine) * PlanePoint{-gradient.y, gradient.x};

    double from = -1e9, to = 1e9;
    const auto clipTo = [&](const ImagePlane& plane, PlanePoint p, PlanePoint d) {
        const auto [x0, x1, y0, y1] = plane.bounds();
        clip(p.x, d.x, x0, x1, from, to);
        if (from <= to) clip(p.y, d.y, y0, y1, from, to);
    };
    clipTo(on, foot, along);
    if (from > to) return std::nullopt;
    const PlanePoint cutFoot = cut.toPlane(on.toPatient(foot));
    clipTo(cut, cutFoot, cut.toPlane(on.toPatient(foot + along)) - cutFoot);
    if (!(from < to)) return std::nullopt;
    return PlaneSegment{foot + from * along, foot + to * along};
}

} // namespace forameter::geometry
