// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/reslice.hpp"

#include <gtest/gtest.h>

#include "volumes.hpp"

namespace forameter::imaging {
namespace {

using geometry::ImagePlane;
using geometry::PatientPoint;

double field(const PatientPoint& p) {
    return 100 + 2 * p.x - 3 * p.y + 0.5 * p.z;
}

TEST(Reslice, ReproducesALinearFieldOnAnyPlaneInEitherSliceOrder) {
    for (const double step : {4.0, -4.0}) {
        const auto planes = testing::stack(6, step, 30, 30);
        const auto volume = testing::volume(planes, [&](int s, int c, int r) {
            return field(
                planes[static_cast<std::size_t>(s)].toPatient(geometry::PixelPoint{double(c), double(r)}));
        });
        const auto middle = planes[2].center() + 0.5 * (planes[3].center() - planes[2].center());
        const auto x = normalized(planes[0].normal() + planes[0].rowDirection());
        const auto y = planes[0].columnDirection();
        const auto onto = ImagePlane::create({.origin = middle - 4.0 * x - 4.0 * y,
                                              .rowDirection = x,
                                              .columnDirection = y,
                                              .rowSpacing = 0.5,
                                              .columnSpacing = 0.8,
                                              .columns = 11,
                                              .rows = 17})
                              .value();
        const auto cut = reslice(*volume, onto);
        ASSERT_TRUE(cut) << cut.error().message;
        for (int r = 0; r < 17; ++r)
            for (int c = 0; c < 11; ++c)
                ASSERT_NEAR((*cut)(c, r), field(onto.toPatient(geometry::PixelPoint{double(c), double(r)})),
                            1e-3)
                    << c << " " << r;
    }
}

TEST(Reslice, IsZeroOutsideTheVolume) {
    const auto planes = testing::stack(3, 4.0);
    const auto volume = testing::volume(planes, [](int, int, int) { return 5; });
    const auto cut = reslice(*volume, testing::plane(planes[0].origin() + 500.0 * planes[0].rowDirection()));
    ASSERT_TRUE(cut);
    for (const float v : cut->data())
        EXPECT_EQ(v, 0.0F);
}

TEST(Reslice, RefusesAVolumeWithAMissingSlice) {
    auto planes = testing::stack(4, 4.0);
    planes.erase(planes.begin() + 1);
    const auto volume = testing::volume(planes, [](int, int, int) { return 5; }, {.name = "gap"});
    const auto cut = reslice(*volume, planes[0]);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(cut.error().message.find("gap"), std::string::npos);
}

} // namespace
} // namespace forameter::imaging
