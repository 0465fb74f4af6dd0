// SPDX-License-Identifier: Apache-2.0
#include "slices.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::training {

Grid<float> distanceTo(const Grid<std::uint8_t>& mask) {
    const int columns = mask.columns(), rows = mask.rows();
    Grid<float> far(columns, rows, 1.0e6f);
    for (std::size_t i = 0; i < mask.data().size(); ++i)
        if (mask.data()[i]) far.data()[i] = 0.0f;
    const auto relax = [&](int c, int r, int dc, int dr, float step) {
        if (far.view().contains(c + dc, r + dr)) far(c, r) = std::min(far(c, r), far(c + dc, r + dr) + step);
    };
    constexpr float kSide = 1.0f, kCorner = 4.0f / 3.0f;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            relax(c, r, -1, 0, kSide);
            relax(c, r, 0, -1, kSide);
            relax(c, r, -1, -1, kCorner);
            relax(c, r, 1, -1, kCorner);
        }
    for (int r = rows - 1; r >= 0; --r)
        for (int c = columns - 1; c >= 0; --c) {
            relax(c, r, 1, 0, kSide);
            relax(c, r, 0, 1, kSide);
            relax(c, r, 1, 1, kCorner);
            relax(c, r, -1, 1, kCorner);
        }
    return far;
}

Grid<float> thickSlice(const imaging::Volume& volume, int slice) {
    constexpr double kReach = 2.0; // mm to both sides
    const auto own = volume.slice(slice);
    Grid<float> mean(own.columns(), own.rows());
    std::copy(own.data().begin(), own.data().end(), mean.data().begin());
    if (!volume.grid()) return mean;
    const double step = geometry::length(volume.grid()->step);
    const int reach = static_cast<int>(kReach / step + 1.0e-6);
    int count = 1;
    for (int k = std::max(0, slice - reach); k <= std::min(volume.sliceCount() - 1, slice + reach); ++k) {
        if (k == slice) continue;
        const auto other = volume.slice(k).data();
        std::transform(other.begin(), other.end(), mean.data().begin(), mean.data().begin(), std::plus<>{});
        ++count;
    }
    for (float& v : mean.data())
        v /= static_cast<float>(count);
    return mean;
}

std::string volumeName(const std::filesystem::path& file) {
    constexpr std::string_view kEnd = "_image.nii";
    const std::string name = file.filename().string();
    const auto at = name.rfind(kEnd);
    const bool whole = at != std::string::npos &&
                       (at + kEnd.size() == name.size() || name.substr(at + kEnd.size()) == ".gz");
    return whole ? name.substr(0, at) : std::string();
}

std::string quoted(const std::filesystem::path& path) {
    return "\"" + path.string() + "\"";
}

} // namespace forameter::training
