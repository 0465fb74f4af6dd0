// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <span>

namespace forameter {

/// Where a point lies between four pixels of a picture; beyond its outer pixel centres it is held at them.
/// Found once, it reads every picture of that size. `Weight` is what is reckoned in.
template <std::floating_point Weight = float>
class Bilinear {
public:
    /// The centre of the first pixel is (0, 0); the picture has at least one pixel, the point finite numbers.
    template <std::floating_point Coordinate>
    Bilinear(Coordinate column, Coordinate row, int columns, int rows)
        : m_across(column, columns), m_down(row, rows), m_columns(static_cast<std::size_t>(columns)) {}

    /// `pixels` row by row, as a Grid has them.
    [[nodiscard]] Weight operator()(std::span<const float> pixels) const {
        const std::size_t right = m_across.step, below = m_down.step * m_columns;
        const std::size_t at = m_down.first * m_columns + m_across.first;
        assert(at + right + below < pixels.size());
        const float* const corner = pixels.data() + at; // in loops over pixels
        const Weight x = m_across.share, y = m_down.share, one = 1;
        return (one - y) * ((one - x) * corner[0] + x * corner[right]) +
               y * ((one - x) * corner[below] + x * corner[below + right]);
    }

private:
    struct Axis {
        template <std::floating_point Coordinate>
        Axis(Coordinate wanted, int count) {
            const auto held = std::clamp(wanted, Coordinate{0}, static_cast<Coordinate>(count - 1));
            const int before = std::min(static_cast<int>(held), std::max(count - 2, 0));
            first = static_cast<std::size_t>(before);
            step = count > 1 ? 1 : 0;
            share = static_cast<Weight>(held - static_cast<Coordinate>(before));
        }
        std::size_t first, step; ///< the pixel before the point; from it to the one after
        Weight share;            ///< of the one after
    };
    Axis m_across, m_down;
    std::size_t m_columns;
};

} // namespace forameter
