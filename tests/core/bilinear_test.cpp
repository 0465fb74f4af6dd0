// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/bilinear.hpp"

#include <gtest/gtest.h>

#include "forameter/core/grid.hpp"

using forameter::Bilinear;
using forameter::Grid;

namespace {
Grid<float> sloping(int columns, int rows) {
    Grid<float> grid(columns, rows);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            grid(c, r) = static_cast<float>(3 * c - 2 * r);
    return grid;
}
double read(const Grid<float>& grid, double column, double row) {
    return Bilinear<double>(column, row, grid.columns(), grid.rows())(grid.data());
}
} // namespace

TEST(Bilinear, IsExactOnASlope) {
    const auto grid = sloping(5, 4);
    for (const double row : {0.0, 0.25, 1.5, 3.0})
        for (const double column : {0.0, 0.75, 2.0, 3.5, 4.0})
            EXPECT_DOUBLE_EQ(read(grid, column, row), 3.0 * column - 2.0 * row);
}

TEST(Bilinear, HoldsThePointAtTheOuterPixelCentres) {
    const auto grid = sloping(5, 4);
    EXPECT_EQ(read(grid, -7.0, 1.0), read(grid, 0.0, 1.0));
    EXPECT_EQ(read(grid, 9.0, 1.0), read(grid, 4.0, 1.0));
    EXPECT_EQ(read(grid, 2.0, -0.4), read(grid, 2.0, 0.0));
    EXPECT_EQ(read(grid, 2.0, 1.0e9), read(grid, 2.0, 3.0));
}

TEST(Bilinear, ReadsPicturesOfOneColumnOrRow) {
    EXPECT_EQ(read(sloping(1, 1), 0.3, -2.0), 0.0);
    EXPECT_EQ(read(sloping(1, 3), 5.0, 1.5), -3.0);
    EXPECT_EQ(read(sloping(3, 1), 1.5, 5.0), 4.5);
}

TEST(Bilinear, MeasuredInSinglePrecisionIsTheSamePlace) {
    const auto grid = sloping(5, 4);
    EXPECT_FLOAT_EQ(Bilinear(1.25F, 2.5F, 5, 4)(grid.data()), -1.25F);
    EXPECT_FLOAT_EQ(Bilinear(1.25, 2.5, 5, 4)(grid.data()), -1.25F);
}
