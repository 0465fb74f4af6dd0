// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/window_level.hpp"

namespace forameter::imaging {

/// Whether low values are meant to be shown bright (MONOCHROME1). Voxel values themselves are never inverted.
enum class Greyscale { LowIsBlack, LowIsWhite };

/// What a reader knows about a stack beside its pixels.
struct VolumeInfo {
    std::string name = {}; ///< for messages: a file name or "series 1.2.3, stack 2"
    Greyscale greyscale = Greyscale::LowIsBlack;
    std::optional<WindowLevel> window = {}; ///< as the images name it
    std::optional<Millimetres> sliceThickness = {};
    std::map<int, Error> unread = {}; ///< slices that could not be read, and why; their voxels are all 0
};

/// How a stack whose slices are parallel and evenly spaced lies in the patient.
struct RegularGrid {
    geometry::PatientVector step; ///< mm from each slice to the next, perpendicular to the slices
};

/// The acquired pixels of one stack: an ordered list of slices, each with its own plane, never resampled.
/// Values are exact stored values times slope plus intercept. Immutable, so any number of threads may read
/// it; shared as VolumePtr.
class Volume {
public:
    ~Volume();
    Volume(const Volume&) = delete;
    Volume& operator=(const Volume&) = delete;

    [[nodiscard]] int sliceCount() const { return static_cast<int>(m_planes.size()); }
    [[nodiscard]] int columns() const { return m_planes.front().columns(); }
    [[nodiscard]] int rows() const { return m_planes.front().rows(); }
    [[nodiscard]] const geometry::ImagePlane& plane(int slice) const;
    [[nodiscard]] std::span<const geometry::ImagePlane> planes() const { return m_planes; }
    [[nodiscard]] GridView<const float> slice(int slice) const;
    /// All slices, one after the other.
    [[nodiscard]] std::span<const float> voxels() const;
    [[nodiscard]] const VolumeInfo& info() const { return m_info; }

    /// Set where all slices share orientation and spacing and follow each other by one step: within 0.1 mm in
    /// plane and 5 % of the step (the tolerance by which dicom forms stacks). None for a single slice or
    /// where a slice is missing or angled; such a volume is looked at slice by slice.
    [[nodiscard]] const std::optional<RegularGrid>& grid() const { return m_grid; }

    /// The slice whose plane is nearest to a point.
    struct NearestSlice {
        int slice = 0;
        Millimetres distance; ///< from the plane, never negative
        bool inside = false;  ///< the foot of the point lies on the image
    };
    /// Slices on whose rectangle the point falls go before others.
    [[nodiscard]] NearestSlice nearestSlice(const geometry::PatientPoint& point) const;

private:
    friend class VolumeBuilder;
    struct Voxels;
    Volume(std::vector<geometry::ImagePlane> planes, std::unique_ptr<Voxels> voxels, VolumeInfo info);

    std::vector<geometry::ImagePlane> m_planes;
    std::unique_ptr<Voxels> m_voxels;
    VolumeInfo m_info;
    std::optional<RegularGrid> m_grid;
};
using VolumePtr = std::shared_ptr<const Volume>;

/// Makes a volume without copying its voxels: create() allocates them (all zero), slice() is written to,
/// finish() hands them over. Different slices may be written from different threads at once.
class VolumeBuilder {
public:
    /// Refuses no plane at all, planes of different dimensions (bad-dimensions) and more than 2^31 voxels or
    /// memory that the machine does not have (too-large).
    [[nodiscard]] static Result<VolumeBuilder> create(std::vector<geometry::ImagePlane> planes);
    ~VolumeBuilder();
    VolumeBuilder(VolumeBuilder&&) noexcept;
    VolumeBuilder& operator=(VolumeBuilder&&) noexcept;

    [[nodiscard]] int sliceCount() const { return static_cast<int>(m_planes.size()); }
    [[nodiscard]] GridView<float> slice(int slice);
    /// Ends the builder; it must not be used afterwards.
    [[nodiscard]] VolumePtr finish(VolumeInfo info);

private:
    VolumeBuilder(std::vector<geometry::ImagePlane> planes, std::unique_ptr<Volume::Voxels> voxels);
    std::vector<geometry::ImagePlane> m_planes;
    std::unique_ptr<Volume::Voxels> m_voxels;
};

} // namespace forameter::imaging
