// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/volume.hpp"

#include <cassert>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "regular_grid.hpp"

namespace forameter::imaging {

using geometry::ImagePlane;

// calloc and not a vector: the system hands out zero pages that cost nothing until a slice is written.
struct Volume::Voxels {
    struct Free {
        void operator()(float* p) const { std::free(p); }
    };
    std::unique_ptr<float, Free> data;
    std::size_t sliceSize = 0;
    std::size_t size = 0;
};

Volume::Volume(std::vector<ImagePlane> planes, std::unique_ptr<Voxels> voxels, VolumeInfo info)
    : m_planes(std::move(planes)),
      m_voxels(std::move(voxels)),
      m_info(std::move(info)),
      m_grid(regularGrid(m_planes)) {}

Volume::~Volume() = default;

const ImagePlane& Volume::plane(int slice) const {
    assert(slice >= 0 && slice < sliceCount());
    return m_planes[static_cast<std::size_t>(slice)];
}

GridView<const float> Volume::slice(int slice) const {
    assert(slice >= 0 && slice < sliceCount());
    return {voxels().subspan(static_cast<std::size_t>(slice) * m_voxels->sliceSize, m_voxels->sliceSize),
            columns(), rows()};
}

std::span<const float> Volume::voxels() const {
    return {m_voxels->data.get(), m_voxels->size};
}

Volume::NearestSlice Volume::nearestSlice(const geometry::PatientPoint& point) const {
    NearestSlice best{0, Millimetres(std::numeric_limits<double>::infinity()), false};
    for (int i = 0; i < sliceCount(); ++i) {
        const NearestSlice candidate{i, Millimetres(std::abs(plane(i).distance(point).value())),
                                     plane(i).contains(point)};
        const bool better =
            candidate.inside != best.inside ? candidate.inside : candidate.distance < best.distance;
        if (better) best = candidate;
    }
    return best;
}

VolumeBuilder::VolumeBuilder(std::vector<ImagePlane> planes, std::unique_ptr<Volume::Voxels> voxels)
    : m_planes(std::move(planes)), m_voxels(std::move(voxels)) {}

VolumeBuilder::~VolumeBuilder() = default;
VolumeBuilder::VolumeBuilder(VolumeBuilder&&) noexcept = default;
VolumeBuilder& VolumeBuilder::operator=(VolumeBuilder&&) noexcept = default;

Result<VolumeBuilder> VolumeBuilder::create(std::vector<ImagePlane> planes) {
    if (planes.empty()) return fail(ErrorCode::BadDimensions, "A volume needs at least one slice.");
    const auto& first = planes.front();
    for (const auto& plane : planes) {
        if (plane.columns() != first.columns() || plane.rows() != first.rows())
            return fail(ErrorCode::BadDimensions,
                        "The slices of one volume must have the same size, but one has " +
                            std::to_string(first.columns()) + " x " + std::to_string(first.rows()) +
                            " pixels and another " + std::to_string(plane.columns()) + " x " +
                            std::to_string(plane.rows()) + ".");
    }
    constexpr double kMostVoxels = 2147483648.0;
    const double wanted = static_cast<double>(planes.size()) * first.columns() * first.rows();
    auto voxels = std::make_unique<Volume::Voxels>();
    if (wanted <= kMostVoxels) {
        voxels->sliceSize =
            static_cast<std::size_t>(first.columns()) * static_cast<std::size_t>(first.rows());
        voxels->size = voxels->sliceSize * planes.size();
        voxels->data.reset(static_cast<float*>(std::calloc(voxels->size, sizeof(float))));
    }
    if (!voxels->data)
        return fail(ErrorCode::TooLarge, "A volume of " + std::to_string(first.columns()) + " x " +
                                             std::to_string(first.rows()) + " x " +
                                             std::to_string(planes.size()) +
                                             " voxels is more than this machine can hold.");
    return VolumeBuilder(std::move(planes), std::move(voxels));
}

GridView<float> VolumeBuilder::slice(int slice) {
    assert(m_voxels && slice >= 0 && slice < sliceCount());
    const std::span<float> all(m_voxels->data.get(), m_voxels->size);
    return {all.subspan(static_cast<std::size_t>(slice) * m_voxels->sliceSize, m_voxels->sliceSize),
            m_planes.front().columns(), m_planes.front().rows()};
}

VolumePtr VolumeBuilder::finish(VolumeInfo info) {
    assert(m_voxels);
    return VolumePtr(new Volume(std::move(m_planes), std::move(m_voxels), std::move(info)));
}

} // namespace forameter::imaging
