// SPDX-License-Identifier: Apache-2.0
#include "peers_itk.hpp"

#include <algorithm>

#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImage.h>
#include <itkImageRegionConstIterator.h>
#include <itkImageSeriesReader.h>
#include <itkImportImageFilter.h>
#include <itkMultiThreaderBase.h>
#include <itkSTAPLEImageFilter.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

namespace bench {

double itkReadSeries(const std::filesystem::path& folder) {
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
    const auto names = itk::GDCMSeriesFileNames::New();
    names->SetDirectory(folder.string());
    const auto reader = itk::ImageSeriesReader<itk::Image<float, 3>>::New();
    reader->SetImageIO(itk::GDCMImageIO::New());
    reader->SetFileNames(names->GetInputFileNames());
    reader->Update();
    const auto* image = reader->GetOutput();
    const float* data = image->GetBufferPointer();
    double sum = 0.0;
    for (std::size_t i = 0; i < image->GetBufferedRegion().GetNumberOfPixels(); ++i)
        sum += static_cast<double>(data[i]);
    return sum;
}

namespace {
using Mask = itk::Image<std::uint8_t, 2>;
using Map = itk::Image<float, 2>;

Map::Pointer distanceMap(const std::vector<std::uint8_t>& pixels, int size, double spacing) {
    const auto import = itk::ImportImageFilter<std::uint8_t, 2>::New();
    Mask::RegionType region;
    region.SetSize({{static_cast<itk::SizeValueType>(size), static_cast<itk::SizeValueType>(size)}});
    import->SetRegion(region);
    const double spacings[] = {spacing, spacing};
    import->SetSpacing(spacings);
    import->SetImportPointer(const_cast<std::uint8_t*>(pixels.data()), pixels.size(), false);
    const auto filter = itk::SignedMaurerDistanceMapImageFilter<Mask, Map>::New();
    filter->SetInput(import->GetOutput());
    filter->SetUseImageSpacing(true);
    filter->SetSquaredDistance(false);
    filter->Update();
    return filter->GetOutput();
}

/// |distance| to the border of `to` at the border pixels of `from`.
std::vector<double> borderDistances(const std::vector<std::uint8_t>& from, const Map& to, int size) {
    std::vector<double> distances;
    const float* map = to.GetBufferPointer();
    for (int y = 1; y + 1 < size; ++y)
        for (int x = 1; x + 1 < size; ++x) {
            const auto i =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(size) + static_cast<std::size_t>(x);
            const auto row = static_cast<std::size_t>(size);
            if (from[i] && !(from[i - 1] && from[i + 1] && from[i - row] && from[i + row]))
                distances.push_back(std::abs(static_cast<double>(map[i])));
        }
    return distances;
}

double percentile95(std::vector<double> values) {
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}
} // namespace

MaskDistances itkDistances(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, int size,
                           double spacing) {
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
    const auto mapA = distanceMap(a, size, spacing), mapB = distanceMap(b, size, spacing);
    const auto aToB = borderDistances(a, *mapB, size), bToA = borderDistances(b, *mapA, size);
    double sum = 0.0;
    for (const double d : aToB)
        sum += d;
    for (const double d : bToA)
        sum += d;
    return {std::max(percentile95(aToB), percentile95(bToA)),
            sum / static_cast<double>(aToB.size() + bToA.size())};
}

ItkStaple itkStaple(const std::vector<std::vector<std::uint8_t>>& masks, int columns, int rows) {
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
    const auto filter = itk::STAPLEImageFilter<Mask, itk::Image<double, 2>>::New();
    Mask::RegionType region;
    region.SetSize({{static_cast<itk::SizeValueType>(columns), static_cast<itk::SizeValueType>(rows)}});
    for (std::size_t j = 0; j < masks.size(); ++j) {
        const auto import = itk::ImportImageFilter<std::uint8_t, 2>::New();
        import->SetRegion(region);
        import->SetImportPointer(const_cast<std::uint8_t*>(masks[j].data()), masks[j].size(), false);
        import->Update();
        filter->SetInput(static_cast<unsigned>(j), import->GetOutput());
    }
    filter->SetForegroundValue(1);
    filter->SetMaximumIterations(10'000);
    filter->Update();
    ItkStaple result;
    for (std::size_t j = 0; j < masks.size(); ++j)
        result.sensitivity.push_back(filter->GetSensitivity(static_cast<unsigned>(j)));
    const double* w = filter->GetOutput()->GetBufferPointer();
    for (int i = 0; i < columns * rows; ++i)
        result.foreground += w[i] >= 0.5;
    result.iterations = static_cast<int>(filter->GetElapsedIterations());
    return result;
}

} // namespace bench
