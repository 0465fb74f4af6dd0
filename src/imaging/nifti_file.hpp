// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/point.hpp"

namespace forameter::imaging {

/// How a file's voxels lie in the patient (LPS mm): voxel (i, j, k) is centred at origin + i spacing[0]
/// direction[0] + ...
struct NiftiAxes {
    std::array<int, 3> size{1, 1, 1};
    std::array<double, 3> spacing{1.0, 1.0, 1.0};
    std::array<geometry::PatientVector, 3> direction; ///< unit vectors
    geometry::PatientPoint origin;
};

struct NiftiHeader {
    NiftiAxes axes;
    std::vector<std::string> warnings;
};
[[nodiscard]] Result<NiftiHeader> readNiftiHeader(const std::filesystem::path& file);

/// Voxels in the file's order, first axis fastest, slope and intercept applied (as float where there are
/// any).
using NiftiValues =
    std::variant<std::vector<std::int8_t>, std::vector<std::uint8_t>, std::vector<std::int16_t>,
                 std::vector<std::uint16_t>, std::vector<std::int32_t>, std::vector<std::uint32_t>,
                 std::vector<float>, std::vector<double>>;
struct NiftiFile {
    NiftiHeader header;
    NiftiValues values; ///< as many as the axes say
};
/// Read here and not by ITK, whose NIfTI library fills up truncated files without a word and refuses sound
/// ones.
[[nodiscard]] Result<NiftiFile> readNiftiFile(const std::filesystem::path& file);

/// Whether the name ends in .nii or .nii.gz.
[[nodiscard]] bool hasNiftiName(const std::filesystem::path& file);

[[nodiscard]] Result<> writeNiftiFile(const std::filesystem::path& file, const NiftiAxes& axes,
                                      std::span<const std::uint16_t> values);

} // namespace forameter::imaging
