// SPDX-License-Identifier: Apache-2.0
// STAPLE beside that of ITK, on the same pixels.
#include <gtest/gtest.h>

#include <itkImage.h>
#include <itkSTAPLEImageFilter.h>

#include "forameter/agreement/staple.hpp"
#include "forameter/core/random.hpp"

namespace forameter::agreement {
namespace {

using Mask = itk::Image<std::uint8_t, 2>;
using Map = itk::Image<double, 2>;

struct Drawn {
    std::vector<Grid<std::uint8_t>> masks;
    std::vector<Mask::Pointer> images;
};

/// Ellipses of raters who differ, in size, place and care.
Drawn draw(Random& random, int raters, int columns, int rows) {
    Drawn drawn;
    for (int j = 0; j < raters; ++j) {
        const double x0 = 0.5 * columns + random.normal(), y0 = 0.5 * rows + random.normal(),
                     a = 0.25 * columns * random.uniform(0.85, 1.15),
                     b = 0.2 * rows * random.uniform(0.85, 1.15);
        Grid<std::uint8_t> mask(columns, rows, 0);
        auto image = Mask::New();
        image->SetRegions(Mask::SizeType{
            {static_cast<itk::SizeValueType>(columns), static_cast<itk::SizeValueType>(rows)}});
        image->Allocate();
        for (int r = 0; r < rows; ++r)
            for (int c = 0; c < columns; ++c) {
                const double u = (c - x0) / a, v = (r - y0) / b;
                const bool slip = random.chance(0.01);
                mask(c, r) = (u * u + v * v < 1.0) != slip ? 1 : 0;
                image->SetPixel({{c, r}}, mask(c, r));
            }
        drawn.masks.push_back(std::move(mask));
        drawn.images.push_back(image);
    }
    return drawn;
}

/// ITK stops once no rater's rate changes by 1e-7, which is short of the end where steps are small; ours goes
/// on to 1e-12. Hence the tolerances; the masks are the same pixel by pixel.
TEST(StapleOracleTest, EqualsItkOnTheSamePixels) {
    Random random(20);
    for (int trial = 0; trial < 6; ++trial) {
        const int raters = 3 + trial % 3, columns = 40 + 3 * trial, rows = 32;
        const Drawn drawn = draw(random, raters, columns, rows);
        const auto filter = itk::STAPLEImageFilter<Mask, Map>::New();
        std::vector<GridView<const std::uint8_t>> views;
        for (int j = 0; j < raters; ++j) {
            filter->SetInput(static_cast<unsigned>(j), drawn.images[static_cast<std::size_t>(j)]);
            views.push_back(drawn.masks[static_cast<std::size_t>(j)].view());
        }
        filter->SetForegroundValue(1);
        filter->SetMaximumIterations(10'000);
        filter->Update();

        const auto patterns = votePatterns(views);
        const auto votes = countVotes(patterns.view());
        const auto ours = staple(votes, static_cast<std::size_t>(raters));
        ASSERT_TRUE(ours);
        for (int j = 0; j < raters; ++j) {
            EXPECT_NEAR(ours->sensitivity[static_cast<std::size_t>(j)],
                        filter->GetSensitivity(static_cast<unsigned>(j)), 1e-5);
            EXPECT_NEAR(ours->specificity[static_cast<std::size_t>(j)],
                        filter->GetSpecificity(static_cast<unsigned>(j)), 1e-5);
        }
        int different = 0;
        for (int r = 0; r < rows; ++r)
            for (int c = 0; c < columns; ++c) {
                const double theirs = filter->GetOutput()->GetPixel({{c, r}});
                const double mine = probabilityOf(patterns(c, r), *ours);
                EXPECT_NEAR(mine, theirs, 3e-4);
                different += (mine >= 0.5) != (theirs >= 0.5);
            }
        EXPECT_EQ(different, 0);
    }
}

} // namespace
} // namespace forameter::agreement
