// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/protocol/contour.hpp"

namespace forameter::protocol {

/// A measurement that knows what was measured. The screen shows the numbers of a stroke and the store keeps
/// them: the one hands them to the other, and neither need believe the other, because only of() makes them.
class Measured {
public:
    /// What measure() says of the contour on its image; fails as it does.
    [[nodiscard]] static Result<Measured> of(const Contour& contour, const geometry::ImagePlane& image);

    [[nodiscard]] const Measurement& numbers() const noexcept { return m_numbers; }
    /// Whether measure() would say the same of this contour: the same curve of the same cell on the same
    /// image plane, to the last bit.
    [[nodiscard]] bool isOf(const Contour& contour, const geometry::ImagePlane& image) const;

private:
    Measured(const Contour& contour, const geometry::ImagePlane& image, const Measurement& numbers);

    geometry::PatientCurve m_curve;
    anatomy::Cell m_cell;
    geometry::ImagePlane m_image;
    Measurement m_numbers;
};

} // namespace forameter::protocol
