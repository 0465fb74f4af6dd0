// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <system_error>

#include "forameter/core/text.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "forameter/training/examples.hpp"
#include "slices.hpp"

namespace forameter::training {

namespace fs = std::filesystem;
using proposal::Label;
using proposal::LabelSet;
using proposal::only;

namespace {

constexpr double kKnown = 10.0; // mm around a labelled structure in which other labels are known to be absent

/// Share of the slices within 2 mm in which each pixel is labelled.
Grid<float> share(const imaging::LabelMap& labels, int slice, int reach) {
    const auto& own = labels.slices[static_cast<std::size_t>(slice)];
    Grid<float> sum(own.columns(), own.rows());
    const int from = std::max(0, slice - reach),
              to = std::min(static_cast<int>(labels.slices.size()) - 1, slice + reach);
    for (int k = from; k <= to; ++k) {
        const auto other = labels.slices[static_cast<std::size_t>(k)].data();
        for (std::size_t i = 0; i < other.size(); ++i)
            if (other[i] != 0) sum.data()[i] += 1.0f / static_cast<float>(to - from + 1);
    }
    return sum;
}

Result<> readVolume(const fs::path& image, const std::string& name, double spacing, int inputs,
                    std::vector<LabelledSlice>& slices) {
    const fs::path labelFile = image.parent_path() / (name + "_labels.nii.gz");
    const auto volume = imaging::readNifti(image);
    if (!volume) return tl::unexpected(volume.error());
    const auto labels = imaging::readNiftiLabels(labelFile, {volume->volume->plane(0).normal()});
    if (!labels) return tl::unexpected(labels.error());
    const imaging::Volume& picture = *volume->volume;
    if (static_cast<int>(labels->map.slices.size()) != picture.sliceCount() ||
        labels->map.slices.front().columns() != picture.columns() ||
        labels->map.slices.front().rows() != picture.rows() || !picture.grid())
        return fail(ErrorCode::ConflictingGeometry,
                    "The volume " + quoted(image) + " and its labels do not lie on the same voxels.");
    if (picture.plane(0).plane() != geometry::Plane::Sagittal)
        return fail(ErrorCode::BadOrientation, "The volume " + quoted(image) + " is not cut sagittally.");
    LabelSet inside = name.starts_with("IVD") ? only(Label::Disc) : only(Label::Body);
    if (name.starts_with("VB1")) inside |= only(Label::Sacrum); // its readers took S1 for a body now and then
    const double step = geometry::length(picture.grid()->step);
    const int stride = std::max(1, static_cast<int>(std::lround(kThickStep / step)));
    const int reach = thickReach(picture); // labels of the very slices that the picture is the mean of
    for (int k = stride / 2; k < picture.sliceCount(); k += stride) {
        const auto plane = proposal::networkPlane(picture.plane(k), geometry::Plane::Sagittal, spacing);
        if (!plane) return tl::unexpected(plane.error());
        const auto part = proposal::resampled(share(labels->map, k, reach).view(), picture.plane(k), *plane);
        Grid<std::uint8_t> any(part.columns(), part.rows());
        for (std::size_t i = 0; i < part.data().size(); ++i)
            any.data()[i] = part.data()[i] > 0.2f;
        const auto away = distanceTo(any);
        LabelledSlice slice{{},
                            Grid<LabelSet>(part.columns(), part.rows(), proposal::kAnyLabel),
                            spacing,
                            name,
                            image.filename().string() + "#" + std::to_string(k),
                            true};
        bool labelled = false;
        for (std::size_t i = 0; i < part.data().size(); ++i) {
            LabelSet& allowed = slice.allowed.data()[i];
            if (part.data()[i] >= 0.6f) {
                allowed = inside;
                labelled = true;
            } else if (part.data()[i] < 0.2f && away.data()[i] * spacing < kKnown)
                allowed = static_cast<LabelSet>(proposal::kAnyLabel & ~inside);
        }
        if (!labelled) continue; // nothing is known of it
        slice.show(thickSlices(picture, k, inputs), picture.plane(k), *plane);
        slices.push_back(std::move(slice));
    }
    return {};
}

} // namespace

Result<std::vector<LabelledSlice>> readLabelVolumes(const fs::path& folder, double spacing, int inputs) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = volumeName(at->path());
        if (name.starts_with("VB") || name.starts_with("IVD")) files.push_back(at->path());
    }
    if (error || files.empty())
        return fail(ErrorCode::NotFound,
                    "There are no volumes VB*_image.nii.gz or IVD*_image.nii.gz in " + quoted(folder) + ".");
    std::ranges::sort(files);
    std::vector<LabelledSlice> slices;
    for (const fs::path& file : files)
        if (auto read = readVolume(file, volumeName(file), spacing, inputs, slices); !read)
            return tl::unexpected(read.error());
    return slices;
}

} // namespace forameter::training
