// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "forameter/imaging/volume.hpp"

namespace forameter::imaging::testing {

/// A right-handed oblique orientation: unit vectors, nothing aligned with the patient.
inline geometry::PatientVector obliqueRow() {
    return geometry::normalized(geometry::PatientVector{0.9, 0.3, -0.2});
}
inline geometry::PatientVector obliqueColumn() {
    const auto row = obliqueRow();
    const geometry::PatientVector v{-0.1, 0.8, 0.5};
    return geometry::normalized(v - geometry::dot(v, row) * row);
}

inline geometry::ImagePlane plane(const geometry::PatientPoint& origin, int columns = 8, int rows = 6,
                                  double columnSpacing = 0.7, double rowSpacing = 0.9) {
    return geometry::ImagePlane::create({.origin = origin,
                                         .rowDirection = obliqueRow(),
                                         .columnDirection = obliqueColumn(),
                                         .rowSpacing = rowSpacing,
                                         .columnSpacing = columnSpacing,
                                         .columns = columns,
                                         .rows = rows})
        .value();
}

/// Parallel slices `step` mm apart along their normal.
inline std::vector<geometry::ImagePlane> stack(int slices, double step, int columns = 8, int rows = 6) {
    const geometry::PatientPoint origin{-30, 12, 85};
    const auto normal = plane(origin).normal();
    std::vector<geometry::ImagePlane> planes;
    for (int s = 0; s < slices; ++s)
        planes.push_back(plane(origin + s * step * normal, columns, rows));
    return planes;
}

/// Voxels from a function of slice, column and row.
inline VolumePtr volume(std::vector<geometry::ImagePlane> planes,
                        const std::function<double(int, int, int)>& value, VolumeInfo info = {}) {
    auto builder = VolumeBuilder::create(std::move(planes)).value();
    for (int s = 0; s < builder.sliceCount(); ++s) {
        const auto slice = builder.slice(s);
        for (int r = 0; r < slice.rows(); ++r)
            for (int c = 0; c < slice.columns(); ++c)
                slice(c, r) = static_cast<float>(value(s, c, r));
    }
    return builder.finish(std::move(info));
}

} // namespace forameter::imaging::testing
