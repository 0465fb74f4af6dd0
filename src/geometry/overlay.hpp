// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "forameter/geometry/compare.hpp"

namespace forameter::geometry {

/// A closed polygon; the first point is not repeated.
using Loop = std::vector<PlanePoint>;

/// The set operation on two regions (non-zero winding of their loops) by an exact overlay: coordinates are
/// put on a grid of 2^-37 of the extent, edges are snap rounded (Hobby 1999), so that they meet in end points
/// only, and windings are carried from edge to edge. Identical, touching, collinear, nested, repeated and
/// self-crossing edges need no special case. Loops as combine() promises.
[[nodiscard]] std::vector<Loop> overlay(const std::vector<Loop>& a, const std::vector<Loop>& b,
                                        SetOperation operation);

/// The same of up to 64 regions, even-odd each: all places for which accepted(pattern), bit j of the pattern
/// standing for region j. accepted(0) must be false.
[[nodiscard]] std::vector<Loop> overlay(std::span<const std::vector<Loop>> regions,
                                        const std::function<bool(std::uint64_t pattern)>& accepted);

/// Area common to the two polygons, mm².
[[nodiscard]] double commonArea(const Loop& a, const Loop& b);

} // namespace forameter::geometry
