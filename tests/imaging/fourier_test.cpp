// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/fourier.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

using forameter::Grid;
using forameter::imaging::Fourier;
using Complex = std::complex<float>;

TEST(Fourier, WaveBecomesOnePeakAtItsFrequency) {
    constexpr int columns = 30, rows = 16, u = 3, v = 5;
    Grid<Complex> data(columns, rows);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            data(c, r) =
                std::polar(1.0f, static_cast<float>(2.0 * std::numbers::pi *
                                                    (u * c / double(columns) + v * r / double(rows))));
    Fourier(columns, rows).forward(data.view());
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            EXPECT_NEAR(std::abs(data(c, r)), c == u && r == v ? columns * rows : 0.0, 2e-3) << c << " " << r;
}

TEST(Fourier, InverseUndoesForwardTimesTheSize) {
    Grid<Complex> data(20, 36);
    for (std::size_t i = 0; i < data.data().size(); ++i)
        data.data()[i] = {std::sin(0.7f * static_cast<float>(i)), std::cos(1.3f * static_cast<float>(i))};
    const Grid<Complex> before = data;
    Fourier fourier(20, 36);
    fourier.forward(data.view());
    fourier.inverse(data.view());
    for (std::size_t i = 0; i < data.data().size(); ++i)
        EXPECT_NEAR(std::abs(data.data()[i] / 720.0f - before.data()[i]), 0.0f, 1e-5f);
}

TEST(Fourier, SizesAreEvenProductsOfTwoThreeAndFive) {
    EXPECT_EQ(Fourier::smoothAtLeast(320), 320);
    EXPECT_EQ(Fourier::smoothAtLeast(321), 324);
    EXPECT_EQ(Fourier::smoothAtLeast(7), 8);
    EXPECT_EQ(Fourier::smoothAtLeast(1), 2);
}
