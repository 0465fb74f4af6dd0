// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/reslice.hpp"

#include <itkImportImageFilter.h>
#include <itkResampleImageFilter.h>

#include <algorithm>

namespace forameter::imaging {
namespace {

using Image = itk::Image<float, 3>;
using geometry::PatientPoint;
using geometry::PatientVector;

Image::DirectionType directionOf(const PatientVector& x, const PatientVector& y, const PatientVector& z) {
    Image::DirectionType direction;
    const PatientVector axes[3] = {x, y, z};
    for (unsigned c = 0; c < 3; ++c) {
        direction(0, c) = axes[c].x;
        direction(1, c) = axes[c].y;
        direction(2, c) = axes[c].z;
    }
    return direction;
}

Image::PointType pointOf(const PatientPoint& p) {
    const double xyz[3] = {p.x, p.y, p.z};
    return Image::PointType(xyz);
}

/// The volume's own memory as an ITK image.
Image::Pointer borrowed(const Volume& volume, const RegularGrid& grid) {
    using Import = itk::ImportImageFilter<float, 3>;
    auto import = Import::New();
    Import::RegionType region;
    region.SetSize({static_cast<itk::SizeValueType>(volume.columns()),
                    static_cast<itk::SizeValueType>(volume.rows()),
                    static_cast<itk::SizeValueType>(volume.sliceCount())});
    import->SetRegion(region);
    const auto& plane = volume.plane(0);
    const double spacing[3] = {plane.columnSpacing(), plane.rowSpacing(), length(grid.step)};
    import->SetSpacing(spacing);
    import->SetOrigin(pointOf(plane.origin()));
    import->SetDirection(directionOf(plane.rowDirection(), plane.columnDirection(), normalized(grid.step)));
    const auto voxels = volume.voxels();
    // ITK has no import of const memory; resampling only reads.
    import->SetImportPointer(const_cast<float*>(voxels.data()), voxels.size(), false);
    import->Update();
    return import->GetOutput();
}

} // namespace

Result<Grid<float>> reslice(const Volume& volume, const geometry::ImagePlane& onto) {
    if (!volume.grid())
        return fail(
            ErrorCode::InvalidArgument,
            "The volume " + volume.info().name +
                " cannot be cut along another plane because its slices are not parallel and evenly spaced.");
    auto resample = itk::ResampleImageFilter<Image, Image>::New(); // linear by default
    resample->SetInput(borrowed(volume, *volume.grid()));
    resample->SetDefaultPixelValue(0);
    resample->SetSize(
        {static_cast<itk::SizeValueType>(onto.columns()), static_cast<itk::SizeValueType>(onto.rows()), 1});
    const double spacing[3] = {onto.columnSpacing(), onto.rowSpacing(), 1.0};
    resample->SetOutputSpacing(spacing);
    resample->SetOutputOrigin(pointOf(onto.origin()));
    resample->SetOutputDirection(directionOf(onto.rowDirection(), onto.columnDirection(), onto.normal()));
    resample->Update();

    Grid<float> result(onto.columns(), onto.rows());
    std::copy_n(resample->GetOutput()->GetBufferPointer(), result.data().size(), result.data().begin());
    return result;
}

} // namespace forameter::imaging
