// SPDX-License-Identifier: Apache-2.0
#include "levels.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace forameter::proposal {
namespace {

using anatomy::Vertebra;
using geometry::PatientPoint;

/// A spine whose column bends to the back: T12 to L5 of 26 mm, discs of 10 mm, a sacrum of 50 mm.
struct BentSpine {
    static constexpr double kBody = 26.0, kStep = 36.0, kSacrum = 6 * kStep;
    double tilt = 0.0; ///< degrees to the vertical that the sacrum has; L3 has none

    [[nodiscard]] double angleAt(double along) const { // radians; from the upper edge of T12
        return std::clamp((along - 3 * kStep) / (kSacrum - 3 * kStep), 0.0, 1.0) * tilt * M_PI / 180.0;
    }
    /// The column's middle, mm by mm.
    [[nodiscard]] std::vector<PatientPoint> way() const {
        std::vector<PatientPoint> way{{0.0, 0.0, 200.0}};
        for (int i = 0; i < static_cast<int>(kSacrum) + 50; ++i)
            way.push_back(way.back() +
                          geometry::PatientVector{0.0, std::sin(angleAt(i)), -std::cos(angleAt(i))});
        return way;
    }
    static Label at(double along, double behind) {
        if (std::abs(behind) < 17.0)
            return along >= kSacrum                  ? Label::Sacrum
                   : std::fmod(along, kStep) < kBody ? Label::Body
                                                     : Label::Disc;
        return behind > 17.0 && behind < 30.0 ? Label::DuralSac : Label::Background;
    }
    /// What a network that is certain says of its midsagittal slice.
    [[nodiscard]] LabelMaps maps() const {
        const auto plane =
            *geometry::ImagePlane::create({{0.0, -80.0, 215.0}, {0, 1, 0}, {0, 0, -1}, 1.0, 1.0, 240, 300});
        LabelMaps maps{{}, plane, {}, {}};
        for (auto& grid : maps.probability)
            grid = Grid<float>(plane.columns(), plane.rows(), 0.0f);
        const auto course = way();
        for (int r = 0; r < plane.rows(); ++r)
            for (int c = 0; c < plane.columns(); ++c) {
                const auto p = plane.toPatient(geometry::PixelPoint{double(c), double(r)});
                std::size_t nearest = 0;
                for (std::size_t i = 1; i < course.size(); ++i)
                    if (geometry::length(p - course[i]) < geometry::length(p - course[nearest])) nearest = i;
                const auto from = p - course[nearest];
                const double a = angleAt(double(nearest));
                if (std::abs(from.y * std::sin(a) - from.z * std::cos(a)) > 1.5) continue; // beyond an end
                const Label label = at(double(nearest), from.y * std::cos(a) + from.z * std::sin(a));
                maps.probability[static_cast<std::size_t>(label)](c, r) = 1.0f;
            }
        return maps;
    }
};

TEST(Levels, AreCountedWhereTheSacrumLiesAtTheHeightOfL5) {
    // As below a slipped L5 of a person who lies bent. Marks at one height would contradict each other.
    for (const double tilt : {60.0, 105.0}) {
        const BentSpine spine{tilt};
        const auto maps = spine.maps();
        MidlinePicture picture(std::span(&maps.plane, 1));
        picture.add(maps);
        picture.finish();
        const auto made = levelsFrom(picture);
        ASSERT_TRUE(made) << tilt;
        ASSERT_TRUE(anatomy::validate(made->levels)) << tilt;
        ASSERT_EQ(made->levels.marks.size(), 6u) << tilt;
        EXPECT_GT(made->confidence, 0.9) << tilt;
        const auto way = spine.way();
        for (const auto& mark : made->levels.marks) {
            const int fromL1 = static_cast<int>(mark.vertebra) - static_cast<int>(Vertebra::L1);
            const double middle = mark.vertebra == Vertebra::S1 ? BentSpine::kSacrum + 15.0
                                                                : BentSpine::kStep * (1 + fromL1) + 13.0;
            EXPECT_LT(geometry::length(mark.center - way[static_cast<std::size_t>(middle)]), 13.0)
                << anatomy::name(mark.vertebra) << " at " << tilt;
        }
    }
}

} // namespace
} // namespace forameter::proposal
