// SPDX-License-Identifier: Apache-2.0
#include "forameter/render/slice_painter.hpp"

#include <gtest/gtest.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkImageMapToColors.h>
#include <vtkImageReslice.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>
#include <vtkPointData.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace forameter::render {
namespace {

using geometry::ImagePlane;
using geometry::PlanePoint;

ImagePlane planeOf(int columns, int rows, double columnSpacing, double rowSpacing) {
    // A sagittal image: rows to the back, columns to the feet.
    return ImagePlane::create({.origin = {-12, -80, 130},
                               .rowDirection = {0, 1, 0},
                               .columnDirection = {0, 0, -1},
                               .rowSpacing = rowSpacing,
                               .columnSpacing = columnSpacing,
                               .columns = columns,
                               .rows = rows})
        .value();
}

Grid<float> texture(int columns, int rows) {
    Grid<float> image(columns, rows);
    std::uint32_t state = 7;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            state = state * 1664525U + 1013904223U;
            image(c, r) = static_cast<float>(500 + 300 * std::sin(c / 5.0) * std::cos(r / 7.0) +
                                             200 * ((state >> 8) / double(1 << 24)));
        }
    return image;
}

/// `span` mm across the shorter side.
ViewTransform around(PlanePoint center, double span, int width, int height) {
    const double mm = span / std::min(width, height);
    return {.topLeft = center - PlanePoint{width / 2.0 * mm, height / 2.0 * mm},
            .right = {mm, 0},
            .down = {0, mm},
            .width = width,
            .height = height};
}

/// The whole image, centred, as large as it fits.
ViewTransform fitting(const ImagePlane& plane, int width, int height) {
    const auto [x0, x1, y0, y1] = plane.bounds();
    const double mm = std::max((x1 - x0) / width, (y1 - y0) / height);
    return around({(x0 + x1) / 2, (y0 + y1) / 2}, mm * std::min(width, height), width, height);
}

DevicePoint deviceOf(PlanePoint p, const ViewTransform& view) {
    const PlanePoint offset = p - view.topLeft;
    const double determinant = cross(view.right, view.down);
    return {cross(offset, view.down) / determinant, cross(view.right, offset) / determinant};
}

int greyOf(std::uint32_t pixel) {
    return static_cast<int>(pixel & 0xff);
}

GridView<const float> constView(const Grid<float>& grid) {
    return grid.view();
}

/// The same picture by VTK: vtkImageReslice, then a table of 256 greys through vtkImageMapToColors.
Grid<int> paintedByVtk(const Grid<float>& image, const ImagePlane& plane, const ViewTransform& view,
                       const SliceLook& look) {
    vtkNew<vtkFloatArray> values;
    values->SetNumberOfTuples(static_cast<vtkIdType>(image.data().size()));
    std::copy(image.data().begin(), image.data().end(), values->GetPointer(0));
    vtkNew<vtkImageData> data;
    data->SetDimensions(image.columns(), image.rows(), 1);
    data->SetSpacing(plane.columnSpacing(), plane.rowSpacing(), 1);
    data->GetPointData()->SetScalars(values);

    const auto origin = view.toPlane({0.5, 0.5});
    vtkNew<vtkImageReslice> reslice;
    reslice->SetInputData(data);
    reslice->SetOutputDimensionality(2);
    const double mm = view.mmPerPixel();
    reslice->SetResliceAxesDirectionCosines(view.right.x / mm, view.right.y / mm, 0, view.down.x / mm,
                                            view.down.y / mm, 0, 0, 0, 1);
    reslice->SetResliceAxesOrigin(origin.x, origin.y, 0);
    reslice->SetOutputOrigin(0, 0, 0);
    reslice->SetOutputSpacing(mm, mm, 1);
    reslice->SetOutputExtent(0, view.width - 1, 0, view.height - 1, 0, 0);
    reslice->SetBackgroundLevel(-1e9);
    if (look.interpolation == Interpolation::Nearest) reslice->SetInterpolationModeToNearestNeighbor();
    if (look.interpolation == Interpolation::Linear) reslice->SetInterpolationModeToLinear();
    if (look.interpolation == Interpolation::Cubic) reslice->SetInterpolationModeToCubic();
    vtkNew<vtkLookupTable> table;
    table->SetNumberOfTableValues(256);
    table->SetTableRange(look.window.low(), look.window.high());
    for (int i = 0; i < 256; ++i) {
        const double g = (look.greyscale == imaging::Greyscale::LowIsBlack ? i : 255 - i) / 255.0;
        table->SetTableValue(i, g, g, g, 1);
    }
    vtkNew<vtkImageMapToColors> colors;
    colors->SetInputConnection(reslice->GetOutputPort());
    colors->SetLookupTable(table);
    colors->SetOutputFormatToLuminance();
    colors->Update();
    Grid<int> result(view.width, view.height);
    for (int y = 0; y < view.height; ++y)
        for (int x = 0; x < view.width; ++x)
            result(x, y) = *static_cast<unsigned char*>(colors->GetOutput()->GetScalarPointer(x, y, 0));
    return result;
}

TEST(SlicePainter, PaintsWhatVtkPaints) {
    const auto plane = planeOf(90, 70, 0.6, 0.9);
    const auto image = texture(90, 70);
    SlicePainter painter;
    const auto enlarged =
        around({30, 28}, 20, 160, 120); // inside the image, where VTK has no border of its own
    for (const auto interpolation : {Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic}) {
        for (const auto greyscale : {imaging::Greyscale::LowIsBlack, imaging::Greyscale::LowIsWhite}) {
            for (int turn = 0; turn < 4; ++turn) {
                auto view = enlarged;
                if (turn == 1)
                    view = {.topLeft = {41, 20},
                            .right = -1.0 * enlarged.right,
                            .down = enlarged.down,
                            .width = 160,
                            .height = 120};
                if (turn == 2)
                    view = {.topLeft = {20, 20},
                            .right = enlarged.down,
                            .down = enlarged.right,
                            .width = 160,
                            .height = 120};
                if (turn == 3)
                    view = {.topLeft = {40, 18},
                            .right = enlarged.down,
                            .down = -1.0 * enlarged.right,
                            .width = 90,
                            .height = 120};
                const SliceLook look{
                    .window = {600, 700}, .greyscale = greyscale, .interpolation = interpolation};
                const auto& picture = painter.paint(constView(image), plane, view, look);
                const auto reference = paintedByVtk(image, plane, view, look);
                int worst = 0, different = 0;
                for (int y = 0; y < view.height; ++y)
                    for (int x = 0; x < view.width; ++x) {
                        ASSERT_EQ(picture(x, y) >> 24, 0xffU);
                        const int d = std::abs(greyOf(picture(x, y)) - reference(x, y));
                        worst = std::max(worst, d);
                        different += d > 1;
                    }
                // VTK truncates to a grey where the painter rounds; nearest may fall the other way exactly
                // between two pixels.
                if (interpolation == Interpolation::Nearest) {
                    EXPECT_LT(different, view.width * view.height / 100) << turn;
                } else {
                    EXPECT_LE(worst, 1)
                        << "interpolation " << static_cast<int>(interpolation) << " turn " << turn;
                }
            }
        }
    }
}

TEST(SlicePainter, ABrightPixelAtAKnownPatientPositionLandsOnItsDevicePixel) {
    const auto plane = planeOf(120, 80, 0.667, 0.9);
    Grid<float> image(120, 80);
    image(71, 33) = 1000;
    const auto patient = plane.toPatient(geometry::PixelPoint{71, 33});
    SlicePainter painter;
    for (const double span : {200.0, 60.0, 25.0}) {
        for (const double flip : {1.0, -1.0}) {
            auto view = around(plane.toPlane(patient) + PlanePoint{3.1, -2.3}, span, 641, 483);
            if (flip < 0) {
                view.topLeft = view.topLeft + 640.0 * view.right;
                view.right = -1.0 * view.right;
            }
            const auto& picture =
                painter.paint(constView(image), plane, view,
                              {.window = {500, 1000}, .interpolation = Interpolation::Linear});
            // The spot's centre of mass: symmetric, so it is where the pixel's centre is.
            double sum = 0, x = 0, y = 0;
            for (int r = 0; r < 483; ++r)
                for (int c = 0; c < 641; ++c) {
                    const double g = greyOf(picture(c, r));
                    sum += g;
                    x += g * (c + 0.5);
                    y += g * (r + 0.5);
                }
            ASSERT_GT(sum, 0);
            const auto expected = deviceOf(plane.toPlane(patient), view);
            EXPECT_NEAR(x / sum, expected.x, 0.15) << span;
            EXPECT_NEAR(y / sum, expected.y, 0.15) << span;
            // And its height and width on the screen are in the ratio of the pixel's sides, which is what the
            // mean square distances say.
            double xx = 0, yy = 0;
            for (int r = 0; r < 483; ++r)
                for (int c = 0; c < 641; ++c) {
                    const double g = greyOf(picture(c, r));
                    xx += g * std::pow(c + 0.5 - x / sum, 2);
                    yy += g * std::pow(r + 0.5 - y / sum, 2);
                }
            if (span < 100) {
                EXPECT_NEAR(std::sqrt(yy / xx), 0.9 / 0.667, 0.06) << span;
            }
        }
    }
}

TEST(SlicePainter, MapsTheWindowToGreysAndInvertsOnlyThePicture) {
    const auto plane = planeOf(8, 1, 1, 1);
    Grid<float> image(8, 1);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float values[] = {-1e30F, 99, 100, 150, 200, 201, 1e30F, nan};
    std::copy(std::begin(values), std::end(values), image.data().begin());
    SlicePainter painter;
    SliceLook look{.window = {150, 100}, .interpolation = Interpolation::Nearest};
    const auto view = fitting(plane, 8, 1);
    const auto greys = [&] {
        std::vector<int> result;
        for (const auto pixel : painter.paint(constView(image), plane, view, look).data()) {
            EXPECT_EQ(pixel, 0xff000000U | static_cast<std::uint32_t>(greyOf(pixel)) * 0x010101U);
            result.push_back(greyOf(pixel));
        }
        return result;
    };
    EXPECT_EQ(greys(), (std::vector<int>{0, 0, 0, 128, 255, 255, 255, 0}));
    look.greyscale = imaging::Greyscale::LowIsWhite;
    EXPECT_EQ(greys(), (std::vector<int>{255, 255, 255, 128, 0, 0, 0, 0}));
}

TEST(SlicePainter, IsBlackOutsideTheImageAndShowsItsOuterHalfPixels) {
    const auto plane = planeOf(10, 10, 1, 1);
    const Grid<float> image(10, 10, 1000.0F);
    SlicePainter painter;
    // One device pixel per mm from -3 on: the image covers -0.5..9.5, so device pixels whose centres lie in
    // it are 3 (0 mm)...
    const ViewTransform view{
        .topLeft = {-3, -3}, .right = {0.5, 0}, .down = {0, 0.5}, .width = 40, .height = 40};
    for (const auto interpolation : {Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic}) {
        const auto& picture = painter.paint(constView(image), plane, view,
                                            {.window = {500, 1000}, .interpolation = interpolation});
        for (int y = 0; y < 40; ++y)
            for (int x = 0; x < 40; ++x) {
                const auto p = view.toPlane({x + 0.5, y + 0.5});
                const bool inside = p.x > -0.5 && p.x < 9.5 && p.y > -0.5 && p.y < 9.5;
                ASSERT_EQ(greyOf(picture(x, y)), inside ? 255 : 0) << x << " " << y;
            }
    }
    const ViewTransform elsewhere{.topLeft = {500, 500}, .width = 20, .height = 10};
    const auto& nothing = painter.paint(constView(image), plane, elsewhere, {});
    EXPECT_TRUE(std::ranges::all_of(nothing.data(), [](auto p) { return p == 0xff000000U; }));
    EXPECT_EQ(painter.paint(constView(image), plane, {.width = 0, .height = 10}, {}).data().size(), 0U);
}

TEST(SlicePainter, SmallPicturesDoNotAlias) {
    // Columns alternate between 0 and 1000: at a tenth of the size that is grey, not stripes.
    const auto plane = planeOf(400, 400, 1, 1);
    Grid<float> image(400, 400);
    for (int r = 0; r < 400; ++r)
        for (int c = 0; c < 400; ++c)
            image(c, r) = c % 2 ? 1000.0F : 0.0F;
    SlicePainter painter;
    const auto& picture =
        painter.paint(constView(image), plane, fitting(plane, 40, 40), {.window = {500, 1000}});
    for (int x = 1; x < 39; ++x)
        EXPECT_NEAR(greyOf(picture(x, 20)), 128, 3); // at the border the outer column counts again
}

TEST(SlicePainter, KeepsItsPicturesMemoryBetweenCalls) {
    const auto plane = planeOf(64, 64, 1, 1);
    const auto image = texture(64, 64);
    SlicePainter painter;
    const auto view = fitting(plane, 300, 200);
    const auto* memory = painter.paint(constView(image), plane, view, {.window = {500, 500}}).data().data();
    const auto near = around({10, 10}, 20, 300, 200);
    EXPECT_EQ(painter.paint(constView(image), plane, near, {.window = {300, 500}}).data().data(), memory);
}

} // namespace
} // namespace forameter::render
