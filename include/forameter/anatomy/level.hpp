// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forameter::anatomy {

/// Vertebrae that a lumbar study shows. L6 exists only in a patient with six lumbar vertebrae.
enum class Vertebra { T11, T12, L1, L2, L3, L4, L5, L6, S1, S2 };

/// A disc level, named by the vertebrae above and below it: L5-S1, or L5-L6 and L6-S1 with a sixth lumbar
/// vertebra.
enum class Level { T12_L1, L1_L2, L2_L3, L3_L4, L4_L5, L5_S1, L5_L6, L6_S1 };

enum class Structure { NF, CC };
/// The patient's side, from patient coordinates; never the image's.
enum class Side { R, L };
/// Which of the three central canals is meant.
enum class Quantity { DuralSac, Canal, BonyCanal };

[[nodiscard]] std::string_view name(Vertebra) noexcept;  ///< "L4"
[[nodiscard]] std::string_view name(Level) noexcept;     ///< "L4-L5"
[[nodiscard]] std::string_view name(Structure) noexcept; ///< "NF", "CC"
[[nodiscard]] std::string_view name(Side) noexcept;      ///< "R", "L"
[[nodiscard]] std::string_view name(Quantity) noexcept;  ///< "dural_sac", "canal", "bony_canal"
[[nodiscard]] std::optional<Vertebra> vertebraFromName(std::string_view) noexcept;
[[nodiscard]] std::optional<Level> levelFromName(std::string_view) noexcept;
[[nodiscard]] std::optional<Structure> structureFromName(std::string_view) noexcept;
[[nodiscard]] std::optional<Side> sideFromName(std::string_view) noexcept;
[[nodiscard]] std::optional<Quantity> quantityFromName(std::string_view) noexcept;

[[nodiscard]] Vertebra above(Level) noexcept;
[[nodiscard]] Vertebra below(Level) noexcept;
/// The level between two neighbouring vertebrae, if there is one.
[[nodiscard]] std::optional<Level> levelBetween(Vertebra upper, Vertebra lower) noexcept;

enum class LumbarCount { Five, Six };
/// The levels that a complete reading covers, from the head down: L1-L2 ... L5-S1, or L1-L2 ... L5-L6, L6-S1.
[[nodiscard]] std::vector<Level> readingLevels(LumbarCount count);

/// What is measured: one cell of the level grid. NF has a side and no quantity, CC a quantity and no side.
struct Cell {
    Structure structure = Structure::NF;
    Level level = Level::L4_L5;
    std::optional<Side> side;
    std::optional<Quantity> quantity;

    [[nodiscard]] static Cell foramen(Level level, Side side) {
        return {Structure::NF, level, side, std::nullopt};
    }
    [[nodiscard]] static Cell canal(Level level, Quantity quantity = Quantity::DuralSac) {
        return {Structure::CC, level, std::nullopt, quantity};
    }
    friend auto operator<=>(const Cell&, const Cell&) = default;
};
/// For people: "L4–L5", "dural sac", "right foramen L4–L5", "canal L4–L5 (dural sac)"
[[nodiscard]] std::string label(Level level);
[[nodiscard]] std::string label(Quantity quantity);
[[nodiscard]] std::string label(const Cell& cell);

} // namespace forameter::anatomy
