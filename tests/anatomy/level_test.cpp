// SPDX-License-Identifier: Apache-2.0
#include "forameter/anatomy/level.hpp"

#include <gtest/gtest.h>

namespace forameter::anatomy {
namespace {

TEST(Level, NamesAreThoseOfTheInterchangeAndReadBack) {
    const std::vector<std::pair<Level, std::string_view>> rows{
        {Level::T12_L1, "T12-L1"}, {Level::L1_L2, "L1-L2"}, {Level::L2_L3, "L2-L3"}, {Level::L3_L4, "L3-L4"},
        {Level::L4_L5, "L4-L5"},   {Level::L5_S1, "L5-S1"}, {Level::L5_L6, "L5-L6"}, {Level::L6_S1, "L6-S1"}};
    for (const auto& [level, text] : rows) {
        EXPECT_EQ(name(level), text);
        EXPECT_EQ(levelFromName(text), level);
        EXPECT_EQ(levelBetween(above(level), below(level)), level);
        EXPECT_EQ(std::string(name(above(level))) + "-" + std::string(name(below(level))), text);
    }
    for (const std::string_view bad : {"", "L4", "l4-l5", "L4-5", "L4-L5 ", "L6-L7", "S1-S2"})
        EXPECT_FALSE(levelFromName(bad)) << bad;
}

TEST(Level, EveryVertebraAndCategoryReadsBack) {
    for (int i = 0; i <= static_cast<int>(Vertebra::S2); ++i) {
        const auto vertebra = static_cast<Vertebra>(i);
        EXPECT_EQ(vertebraFromName(name(vertebra)), vertebra);
    }
    for (const auto structure : {Structure::NF, Structure::CC})
        EXPECT_EQ(structureFromName(name(structure)), structure);
    for (const auto side : {Side::R, Side::L})
        EXPECT_EQ(sideFromName(name(side)), side);
    for (const auto quantity : {Quantity::DuralSac, Quantity::Canal, Quantity::BonyCanal})
        EXPECT_EQ(quantityFromName(name(quantity)), quantity);
    EXPECT_FALSE(sideFromName("r"));
    EXPECT_FALSE(vertebraFromName("L7"));
    EXPECT_FALSE(structureFromName("nf"));
    EXPECT_FALSE(quantityFromName("dural-sac"));
}

TEST(Level, VertebraeThatAreNotNeighboursHaveNoLevel) {
    EXPECT_FALSE(levelBetween(Vertebra::L3, Vertebra::L5));
    EXPECT_FALSE(levelBetween(Vertebra::L5, Vertebra::L4));
    EXPECT_FALSE(levelBetween(Vertebra::T11, Vertebra::T12));
}

TEST(Level, AReadingCoversFiveLevelsOrSixWithASixthVertebra) {
    using enum Level;
    EXPECT_EQ(readingLevels(LumbarCount::Five), (std::vector{L1_L2, L2_L3, L3_L4, L4_L5, L5_S1}));
    EXPECT_EQ(readingLevels(LumbarCount::Six), (std::vector{L1_L2, L2_L3, L3_L4, L4_L5, L5_L6, L6_S1}));
}

TEST(Cell, LabelSaysSideOrQuantityInWords) {
    EXPECT_EQ(label(Level::L5_S1), "L5–S1");
    EXPECT_EQ(label(Cell::foramen(Level::L4_L5, Side::R)), "right foramen L4–L5");
    EXPECT_EQ(label(Cell::canal(Level::L5_S1)), "canal L5–S1 (dural sac)");
    EXPECT_EQ(label(Cell::canal(Level::L1_L2, Quantity::BonyCanal)), "canal L1–L2 (bony canal)");
}

} // namespace
} // namespace forameter::anatomy
