// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/point.hpp"

namespace forameter::geometry {

/// The anatomical plane that an image is nearest to. `Oblique`: the normal is more than 35 degrees from every
/// axis (axial blocks angled to L5-S1 reach 30 and more).
enum class Plane { Sagittal, Axial, Coronal, Oblique };

/// "sagittal", "axial", "coronal", "oblique"
[[nodiscard]] std::string_view name(Plane plane) noexcept;
[[nodiscard]] std::optional<Plane> planeFromName(std::string_view text) noexcept;

/// Whether pixels can be this far apart: 0.01 to 20 mm. False for NaN.
[[nodiscard]] constexpr bool isPixelSpacing(double mm) {
    return mm >= 0.01 && mm <= 20.0;
}

/// Where one rectangular image lies in the patient (DICOM PS3.3 C.7.6.2.1.1). Always valid: directions are
/// orthonormal, spacings positive and finite, dimensions at least 1.
class ImagePlane {
public:
    struct Fields {
        PatientPoint origin;           ///< centre of the first pixel, mm
        PatientVector rowDirection;    ///< unit vector along a row, towards higher columns
        PatientVector columnDirection; ///< unit vector along a column, towards higher rows
        double rowSpacing =
            0.0; ///< mm between the centres of neighbouring rows (first value of Pixel Spacing)
        double columnSpacing = 0.0; ///< mm between the centres of neighbouring columns (second value)
        int columns = 0;
        int rows = 0;
    };

    /// Refuses non-finite values (bad-position, bad-orientation), spacings that are none (bad-spacing),
    /// directions whose length or right angle is off by more than 1e-3 (bad-orientation) and dimensions below
    /// 1 (bad-dimensions). Directions within that tolerance are made exactly orthonormal, the row direction
    /// kept.
    [[nodiscard]] static Result<ImagePlane> create(const Fields& fields);

    [[nodiscard]] const PatientPoint& origin() const { return m_fields.origin; }
    [[nodiscard]] const PatientVector& rowDirection() const { return m_fields.rowDirection; }
    [[nodiscard]] const PatientVector& columnDirection() const { return m_fields.columnDirection; }
    [[nodiscard]] double rowSpacing() const { return m_fields.rowSpacing; }
    [[nodiscard]] double columnSpacing() const { return m_fields.columnSpacing; }
    [[nodiscard]] int columns() const { return m_fields.columns; }
    [[nodiscard]] int rows() const { return m_fields.rows; }
    /// rowDirection x columnDirection.
    [[nodiscard]] PatientVector normal() const {
        return cross(m_fields.rowDirection, m_fields.columnDirection);
    }
    [[nodiscard]] Plane plane() const;
    [[nodiscard]] SquareMillimetres pixelArea() const {
        return SquareMillimetres(rowSpacing() * columnSpacing());
    }

    [[nodiscard]] PatientPoint toPatient(PlanePoint p) const;
    [[nodiscard]] PatientPoint toPatient(PixelPoint p) const { return toPatient(toPlane(p)); }
    [[nodiscard]] PlanePoint toPlane(PixelPoint p) const {
        return {p.x * columnSpacing(), p.y * rowSpacing()};
    }
    [[nodiscard]] PixelPoint toPixel(PlanePoint p) const {
        return {p.x / columnSpacing(), p.y / rowSpacing()};
    }
    /// The foot of the perpendicular from p.
    [[nodiscard]] PlanePoint toPlane(const PatientPoint& p) const;
    [[nodiscard]] PixelPoint toPixel(const PatientPoint& p) const { return toPixel(toPlane(p)); }
    /// Signed distance of p from the plane along normal(), mm.
    [[nodiscard]] Millimetres distance(const PatientPoint& p) const;
    /// Whether the foot of p lies on the image, its outer half pixels included.
    [[nodiscard]] bool contains(const PatientPoint& p) const;
    /// Centre of the image.
    [[nodiscard]] PatientPoint center() const;
    /// left, right, top and bottom edge of the image rectangle in plane millimetres: {x0, x1, y0, y1}, outer
    /// half pixels included.
    [[nodiscard]] std::array<double, 4> bounds() const;

    friend bool operator==(const ImagePlane& a, const ImagePlane& b);

private:
    explicit ImagePlane(const Fields& fields) : m_fields(fields) {}
    Fields m_fields;
};

/// Orientation letters of a direction, most important first: "P", "PH", "PHL"... from R L A P H F. Components
/// below `threshold` (default: sine of about 14 degrees) are left out.
[[nodiscard]] std::string orientationLetters(const PatientVector& direction, double threshold = 0.25);

/// The angle between two lines of these directions (not zero), or between two planes: 0..90 degrees.
[[nodiscard]] Degrees angleBetween(const PatientVector& a, const PatientVector& b);
[[nodiscard]] Degrees angleBetween(const ImagePlane& a, const ImagePlane& b);

/// Where image `cut` crosses image `on`, clipped to both rectangles: the reference line drawn on `on`. None
/// where they do not meet, or meet at less than 5 degrees.
struct PlaneSegment {
    PlanePoint from, to;
};
[[nodiscard]] std::optional<PlaneSegment> referenceLine(const ImagePlane& on, const ImagePlane& cut);

} // namespace forameter::geometry
