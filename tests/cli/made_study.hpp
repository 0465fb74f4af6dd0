// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "forameter/geometry/image_plane.hpp"

namespace forameter::testing {

/// A made lumbar study on disk: sagittal T1 and T2, and axial T2 in five blocks angled to the discs, each
/// block of one series, with SOP UIDs that repeat across series as in real ones.
struct MadeStudy {
    std::string uid = "1.2.840.7.1";
    std::string folder;
    std::vector<std::string> marks; ///< --mark arguments that name its vertebrae
};
MadeStudy makeStudy(const std::string& folder, const std::string& uid = "1.2.840.7.1");

/// An entry of a contour document: an ellipse with these half axes (mm, along the image's rows and columns)
/// about `center`, drawn on the image of a suggestion of `levels suggest`. A spline of many points is the
/// ellipse to within 1e-4 of its area.
[[nodiscard]] nlohmann::json ellipse(const nlohmann::json& suggestion, const std::string& study,
                                     double alongRows, double alongColumns, const std::string& rater,
                                     int points = 64);
[[nodiscard]] std::string document(const std::vector<nlohmann::json>& contours);

} // namespace forameter::testing
