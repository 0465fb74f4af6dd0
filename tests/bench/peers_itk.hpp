// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace bench {

/// What ITK with GDCM makes of a folder with one series: the sum of its pixels as float, names sorted by
/// GDCM.
[[nodiscard]] double itkReadSeries(const std::filesystem::path& folder);

/// HD95 and ASSD of two masks by ITK's signed Maurer distance map, both directions, over border pixels.
struct MaskDistances {
    double hd95 = 0.0, assd = 0.0;
};
[[nodiscard]] MaskDistances itkDistances(const std::vector<std::uint8_t>& a,
                                         const std::vector<std::uint8_t>& b, int size, double spacing);

/// Foreground probabilities by ITK's STAPLE of square masks, and how many pixels reach 0.5.
struct ItkStaple {
    std::vector<double> sensitivity;
    int foreground = 0, iterations = 0;
};
[[nodiscard]] ItkStaple itkStaple(const std::vector<std::vector<std::uint8_t>>& masks, int columns, int rows);

} // namespace bench
