// SPDX-License-Identifier: Apache-2.0
#include "slices.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "forameter/core/text.hpp"
#include "forameter/imaging/brightness.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "forameter/training/examples.hpp"

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

int thickReach(const imaging::Volume& volume) {
    if (!volume.grid()) return 0;
    return static_cast<int>(kThickStep / 2.0 / geometry::length(volume.grid()->step) + 1.0e-6);
}

Grid<float> thickSlice(const imaging::Volume& volume, int slice) {
    Grid<float> mean = imaging::brightness(volume, slice);
    const int reach = thickReach(volume);
    int count = 1;
    for (int k = std::max(0, slice - reach); k <= std::min(volume.sliceCount() - 1, slice + reach); ++k) {
        if (k == slice) continue;
        const Grid<float> other = imaging::brightness(volume, k);
        std::ranges::transform(other.data(), mean.data(), mean.data().begin(), std::plus<>{});
        ++count;
    }
    for (float& v : mean.data())
        v /= static_cast<float>(count);
    return mean;
}

int neighbour(int slice, int input, int inputs, int count) {
    return std::clamp(slice + input - inputs / 2, 0, count - 1);
}

std::vector<Grid<float>> thickSlices(const imaging::Volume& volume, int slice, int inputs) {
    const double step = volume.grid() ? geometry::length(volume.grid()->step) : kThickStep;
    const int stride = std::max(1, static_cast<int>(std::lround(kThickStep / step)));
    std::vector<Grid<float>> slices;
    for (int input = 0; input < inputs; ++input)
        slices.push_back(thickSlice(
            volume, std::clamp(slice + stride * (input - inputs / 2), 0, volume.sliceCount() - 1)));
    return slices;
}

void LabelledSlice::show(const std::vector<Grid<float>>& acquired, const geometry::ImagePlane& plane,
                         const geometry::ImagePlane& onto) {
    assert(acquired.size() % 2 == 1);
    beside.clear();
    for (std::size_t i = 0; i < acquired.size(); ++i) {
        auto picture = proposal::resampled(acquired[i].view(), plane, onto);
        proposal::normalise(picture);
        if (i == acquired.size() / 2)
            image = std::move(picture);
        else
            beside.push_back(std::move(picture));
    }
}

std::string volumeName(const std::filesystem::path& file) {
    constexpr std::string_view kEnd = "_image.nii";
    const std::string name = file.filename().string();
    const auto at = name.rfind(kEnd);
    const bool whole = at != std::string::npos &&
                       (at + kEnd.size() == name.size() || name.substr(at + kEnd.size()) == ".gz");
    return whole ? name.substr(0, at) : std::string();
}

} // namespace forameter::training
