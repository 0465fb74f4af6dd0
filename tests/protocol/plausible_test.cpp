// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/plausible.hpp"

#include <gtest/gtest.h>

namespace forameter::protocol {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Quantity;
using anatomy::Side;

const Cell kForamen = Cell::foramen(Level::L4_L5, Side::R);

TEST(PlausibleArea, DoubtsWhatNoPatientHas) {
    for (const double area : {0.5, 2.2, 14.9, 321.0, 2000.0})
        EXPECT_TRUE(unlikelyArea(kForamen, SquareMillimetres(area))) << area;
    const auto sac = Cell::canal(Level::L4_L5);
    for (const double area : {0.5, 19.0, 451.0})
        EXPECT_TRUE(unlikelyArea(sac, SquareMillimetres(area))) << area;
    EXPECT_EQ(unlikelyArea(kForamen, SquareMillimetres(2.24)).value_or(""),
              "2.2 mm² is less than any foramen is expected to have (15 mm²): is the whole border drawn?");
}

TEST(PlausibleArea, LeavesNarrowAndWideOnesInPeace) {
    for (const double area : {20.0, 43.0, 122.0, 199.0, 250.0}) // a collapsed one to the widest
        EXPECT_FALSE(unlikelyArea(kForamen, SquareMillimetres(area))) << area;
    for (const double area : {27.0, 75.0, 181.0, 400.0})
        EXPECT_FALSE(unlikelyArea(Cell::canal(Level::L4_L5), SquareMillimetres(area))) << area;
    for (const Quantity quantity : {Quantity::Canal, Quantity::BonyCanal})
        EXPECT_FALSE(unlikelyArea(Cell::canal(Level::L4_L5, quantity), SquareMillimetres(520.0)));
}

} // namespace
} // namespace forameter::protocol
