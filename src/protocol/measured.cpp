// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/measured.hpp"

namespace forameter::protocol {

Measured::Measured(const Contour& contour, const geometry::ImagePlane& image, const Measurement& numbers)
    : m_curve(contour.curve), m_cell(contour.cell), m_image(image), m_numbers(numbers) {}

Result<Measured> Measured::of(const Contour& contour, const geometry::ImagePlane& image) {
    return measure(contour, image).map([&](const Measurement& numbers) {
        return Measured(contour, image, numbers);
    });
}

bool Measured::isOf(const Contour& contour, const geometry::ImagePlane& image) const {
    return contour.assessable && contour.cell == m_cell && contour.curve == m_curve && image == m_image;
}

} // namespace forameter::protocol
