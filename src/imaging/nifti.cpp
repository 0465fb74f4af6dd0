// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/nifti.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "forameter/core/text.hpp"
#include "nifti_file.hpp"
#include "nifti_slicing.hpp"

namespace forameter::imaging {
namespace {

struct Opened {
    Slicing slicing;
    NiftiValues values;
    std::vector<std::string> warnings;
};

Result<Opened> open(const std::filesystem::path& file, const NiftiReadOptions& options) {
    auto read = readNiftiFile(file);
    if (!read) return tl::unexpected(read.error());
    auto slicing = slicingOf(read->header.axes, options.normal, file);
    if (!slicing) return tl::unexpected(slicing.error());
    return Opened{std::move(*slicing), std::move(read->values), std::move(read->header.warnings)};
}

/// Calls put(number of the slice, column, row, value) for every voxel.
template <class Values, class Put>
void forEachVoxel(const Slicing& slicing, const Values& values, Put put) {
    const int columns = slicing.planes.front().columns(), rows = slicing.planes.front().rows();
    for (int s = 0; s < static_cast<int>(slicing.planes.size()); ++s) {
        for (int r = 0; r < rows; ++r) {
            std::ptrdiff_t number = slicing.first + s * slicing.perSlice + r * slicing.perRow;
            for (int c = 0; c < columns; ++c, number += slicing.perColumn)
                put(s, c, r, values[static_cast<std::size_t>(number)]);
        }
    }
}

/// By the rule for stacks of DICOM images: shifts in plane that rounding does not make.
bool isSheared(const std::vector<geometry::ImagePlane>& planes) {
    const auto way = planes.back().origin() - planes.front().origin();
    const double along = dot(way, planes.front().normal());
    const double shift = length(way - along * planes.front().normal());
    const bool everySlice = planes.size() > 1 && shift >= 0.1 * static_cast<double>(planes.size() - 1);
    return everySlice || (shift > 0.3 && shift > 0.01 * std::abs(along));
}

} // namespace

Result<NiftiVolume> readNifti(const std::filesystem::path& file, const NiftiReadOptions& options) {
    auto opened = open(file, options);
    if (!opened) return tl::unexpected(opened.error());
    if (isSheared(opened->slicing.planes))
        return fail(
            ErrorCode::BadOrientation,
            "\"" + shown(file) +
                "\" was not read because its slices follow each other at a slant (its affine is sheared).");
    auto builder = VolumeBuilder::create(opened->slicing.planes);
    if (!builder) return tl::unexpected(builder.error());

    std::vector<GridView<float>> slices;
    for (int s = 0; s < builder->sliceCount(); ++s)
        slices.push_back(builder->slice(s));
    std::visit(
        [&](const auto& values) {
            forEachVoxel(opened->slicing, values, [&](int s, int c, int r, auto value) {
                slices[static_cast<std::size_t>(s)](c, r) = static_cast<float>(value);
            });
        },
        opened->values);
    auto volume = builder->finish(
        {.name = file.filename().string(), .sliceThickness = Millimetres(opened->slicing.sliceSpacing)});
    return NiftiVolume{std::move(volume), std::move(opened->warnings)};
}

Result<NiftiLabels> readNiftiLabels(const std::filesystem::path& file, const NiftiReadOptions& options) {
    auto opened = open(file, options);
    if (!opened) return tl::unexpected(opened.error());

    NiftiLabels labels{{.planes = opened->slicing.planes,
                        .slices = {},
                        .sliceThickness = Millimetres(opened->slicing.sliceSpacing)},
                       std::move(opened->warnings)};
    for (const auto& plane : labels.map.planes)
        labels.map.slices.emplace_back(plane.columns(), plane.rows());
    bool whole = true;
    std::visit(
        [&](const auto& values) {
            forEachVoxel(opened->slicing, values, [&](int s, int c, int r, auto value) {
                const auto number = static_cast<double>(value);
                const bool valid = number >= 0 && number <= std::numeric_limits<std::uint16_t>::max() &&
                                   number == std::floor(number);
                whole = whole && valid;
                if (valid)
                    labels.map.slices[static_cast<std::size_t>(s)](c, r) = static_cast<std::uint16_t>(number);
            });
        },
        opened->values);
    if (!whole)
        return fail(ErrorCode::UnsupportedPixelFormat,
                    quoted(file) +
                        " is not a label map: some of its values are not whole numbers from 0 to 65535.");
    return labels;
}

Result<> writeNiftiLabels(const LabelMap& labels, const std::filesystem::path& file,
                          const std::optional<std::filesystem::path>& like) {
    const auto axes = axesOf(labels.planes, labels.sliceThickness, "The label map");
    if (!axes) return tl::unexpected(axes.error());
    std::vector<std::uint16_t> values;
    for (std::size_t s = 0; s < labels.planes.size(); ++s) {
        if (s >= labels.slices.size() || labels.slices[s].columns() != axes->size[0] ||
            labels.slices[s].rows() != axes->size[1])
            return fail(ErrorCode::BadDimensions,
                        "The label map was not written because its slices do not fit their planes.");
        values.insert(values.end(), labels.slices[s].data().begin(), labels.slices[s].data().end());
    }
    if (!like) return writeNiftiFile(file, *axes, values);

    const auto header = readNiftiHeader(*like);
    if (!header) return tl::unexpected(header.error());
    const auto match = sameVoxels(header->axes, *axes, "The label map");
    if (!match) return tl::unexpected(match.error());
    std::vector<std::uint16_t> reordered;
    reordered.reserve(values.size());
    const auto& size = header->axes.size;
    for (std::ptrdiff_t k = 0; k < size[2]; ++k)
        for (std::ptrdiff_t j = 0; j < size[1]; ++j)
            for (std::ptrdiff_t i = 0; i < size[0]; ++i)
                reordered.push_back(values[static_cast<std::size_t>(
                    match->first + i * match->step[0] + j * match->step[1] + k * match->step[2])]);
    return writeNiftiFile(file, header->axes, reordered);
}

} // namespace forameter::imaging
