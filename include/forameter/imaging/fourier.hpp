// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <memory>

#include "forameter/core/grid.hpp"

namespace forameter::imaging {

/// Discrete Fourier transforms of one matrix size, by ITK's VNL (GPFA). Neither direction is scaled: forward,
/// then inverse multiplies by columns * rows. Element (0, 0) is the mean's place. Not to be used by two
/// threads at once.
class Fourier {
public:
    /// Both numbers must be products of 2, 3 and 5 (see smoothAtLeast).
    Fourier(int columns, int rows);
    ~Fourier();
    Fourier(Fourier&&) noexcept;
    Fourier& operator=(Fourier&&) noexcept;

    void forward(GridView<std::complex<float>> data);
    void inverse(GridView<std::complex<float>> data);

    /// The least even product of 2, 3 and 5 that is not below n.
    [[nodiscard]] static int smoothAtLeast(int n);

private:
    struct Plan;
    std::unique_ptr<Plan> m_plan;
};

} // namespace forameter::imaging
