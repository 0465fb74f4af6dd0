// SPDX-License-Identifier: Apache-2.0
#include "edge_features.hpp"

#include <itkImage.h>
#include <itkRecursiveGaussianImageFilter.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace forameter::imaging {
namespace {

using Image = itk::Image<float, 2>;
using Filter = itk::RecursiveGaussianImageFilter<Image, Image>;

/// One pass: smooths along an axis, or differentiates what is smoothed.
Image::Pointer along(const Image::Pointer& image, unsigned axis, itk::GaussianOrderEnum order, double sigma) {
    auto filter = Filter::New();
    filter->SetInput(image);
    filter->SetDirection(axis);
    filter->SetOrder(order);
    filter->SetSigma(sigma);
    filter->SetNormalizeAcrossScale(false);
    filter->Update();
    return filter->GetOutput();
}

} // namespace

EdgeFeatures edgeFeatures(GridView<const float> slice, double columnSpacing, double rowSpacing,
                          double sigma) {
    const int columns = slice.columns(), rows = slice.rows();
    EdgeFeatures result{Grid<float>(columns, rows), Grid<float>(columns, rows), Grid<float>(columns, rows)};
    if (columns < 4 || rows < 4) return result; // the recursion of the filter needs four pixels

    auto image = Image::New();
    image->SetRegions(
        Image::SizeType{static_cast<itk::SizeValueType>(columns), static_cast<itk::SizeValueType>(rows)});
    const double spacing[2] = {columnSpacing, rowSpacing};
    image->SetSpacing(spacing);
    image->Allocate();
    // One value that is not a number, or that overflows when squared, would spread over its whole row and
    // column.
    std::transform(slice.data().begin(), slice.data().end(), image->GetBufferPointer(),
                   [](float v) { return std::isfinite(v) ? std::clamp(v, -1e12F, 1e12F) : 0.0F; });

    using enum itk::GaussianOrderEnum;
    const auto smoothX = along(image, 0, ZeroOrder, sigma);
    const auto copy = [&](const Image::Pointer& from, Grid<float>& to) {
        std::copy_n(from->GetBufferPointer(), to.data().size(), to.data().begin());
    };
    copy(along(along(image, 0, FirstOrder, sigma), 1, ZeroOrder, sigma), result.gradientX);
    copy(along(smoothX, 1, FirstOrder, sigma), result.gradientY);
    copy(along(along(image, 0, SecondOrder, sigma), 1, ZeroOrder, sigma), result.laplacian);
    const auto secondY = along(smoothX, 1, SecondOrder, sigma);
    std::transform(result.laplacian.data().begin(), result.laplacian.data().end(),
                   secondY->GetBufferPointer(), result.laplacian.data().begin(), std::plus<>());
    return result;
}

} // namespace forameter::imaging
