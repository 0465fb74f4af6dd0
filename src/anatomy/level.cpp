// SPDX-License-Identifier: Apache-2.0
#include "forameter/anatomy/level.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace forameter::anatomy {

namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<Vertebra, 10> kVertebrae{{{Vertebra::T11, "T11"},
                                          {Vertebra::T12, "T12"},
                                          {Vertebra::L1, "L1"},
                                          {Vertebra::L2, "L2"},
                                          {Vertebra::L3, "L3"},
                                          {Vertebra::L4, "L4"},
                                          {Vertebra::L5, "L5"},
                                          {Vertebra::L6, "L6"},
                                          {Vertebra::S1, "S1"},
                                          {Vertebra::S2, "S2"}}};
constexpr Names<Level, 8> kLevels{{{Level::T12_L1, "T12-L1"},
                                   {Level::L1_L2, "L1-L2"},
                                   {Level::L2_L3, "L2-L3"},
                                   {Level::L3_L4, "L3-L4"},
                                   {Level::L4_L5, "L4-L5"},
                                   {Level::L5_S1, "L5-S1"},
                                   {Level::L5_L6, "L5-L6"},
                                   {Level::L6_S1, "L6-S1"}}};
constexpr Names<Structure, 2> kStructures{{{Structure::NF, "NF"}, {Structure::CC, "CC"}}};
constexpr Names<Side, 2> kSides{{{Side::R, "R"}, {Side::L, "L"}}};
constexpr Names<Quantity, 3> kQuantities{
    {{Quantity::DuralSac, "dural_sac"}, {Quantity::Canal, "canal"}, {Quantity::BonyCanal, "bony_canal"}}};

template <class Enum, std::size_t N>
constexpr std::string_view find(const Names<Enum, N>& names, Enum value) {
    for (const auto& [known, text] : names)
        if (known == value) return text;
    return {};
}

template <class Enum, std::size_t N>
constexpr std::optional<Enum> find(const Names<Enum, N>& names, std::string_view name) {
    for (const auto& [value, text] : names)
        if (text == name) return value;
    return std::nullopt;
}

struct Neighbours {
    Level level;
    Vertebra upper, lower;
};
constexpr std::array<Neighbours, 8> kNeighbours{{{Level::T12_L1, Vertebra::T12, Vertebra::L1},
                                                 {Level::L1_L2, Vertebra::L1, Vertebra::L2},
                                                 {Level::L2_L3, Vertebra::L2, Vertebra::L3},
                                                 {Level::L3_L4, Vertebra::L3, Vertebra::L4},
                                                 {Level::L4_L5, Vertebra::L4, Vertebra::L5},
                                                 {Level::L5_S1, Vertebra::L5, Vertebra::S1},
                                                 {Level::L5_L6, Vertebra::L5, Vertebra::L6},
                                                 {Level::L6_S1, Vertebra::L6, Vertebra::S1}}};

} // namespace

std::string_view name(Vertebra vertebra) noexcept {
    return find(kVertebrae, vertebra);
}
std::string_view name(Level level) noexcept {
    return find(kLevels, level);
}
std::string_view name(Structure structure) noexcept {
    return find(kStructures, structure);
}
std::string_view name(Side side) noexcept {
    return find(kSides, side);
}
std::string_view name(Quantity quantity) noexcept {
    return find(kQuantities, quantity);
}

std::optional<Vertebra> vertebraFromName(std::string_view text) noexcept {
    return find(kVertebrae, text);
}
std::optional<Level> levelFromName(std::string_view text) noexcept {
    return find(kLevels, text);
}
std::optional<Structure> structureFromName(std::string_view text) noexcept {
    return find(kStructures, text);
}
std::optional<Side> sideFromName(std::string_view text) noexcept {
    return find(kSides, text);
}
std::optional<Quantity> quantityFromName(std::string_view text) noexcept {
    return find(kQuantities, text);
}

Vertebra above(Level level) noexcept {
    return kNeighbours[static_cast<std::size_t>(level)].upper;
}
Vertebra below(Level level) noexcept {
    return kNeighbours[static_cast<std::size_t>(level)].lower;
}

std::optional<Level> levelBetween(Vertebra upper, Vertebra lower) noexcept {
    for (const Neighbours& n : kNeighbours)
        if (n.upper == upper && n.lower == lower) return n.level;
    return std::nullopt;
}

std::vector<Level> readingLevels(LumbarCount count) {
    using enum Level;
    if (count == LumbarCount::Six) return {L1_L2, L2_L3, L3_L4, L4_L5, L5_L6, L6_S1};
    return {L1_L2, L2_L3, L3_L4, L4_L5, L5_S1};
}

std::string label(Level level) {
    std::string text(name(level));
    return text.replace(text.find('-'), 1, "–");
}

std::string label(Quantity quantity) {
    std::string text(name(quantity));
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string label(const Cell& cell) {
    if (cell.structure == Structure::NF)
        return (cell.side == Side::R ? "right foramen " : "left foramen ") + label(cell.level);
    const auto quantity = cell.quantity.value_or(Quantity::DuralSac);
    return "canal " + label(cell.level) + (quantity == Quantity::Canal ? "" : " (" + label(quantity) + ")");
}

} // namespace forameter::anatomy
