// SPDX-License-Identifier: Apache-2.0
#include "made_study.hpp"

#include <cmath>
#include <numbers>

#include "../support/dicom_writer.hpp"
#include "forameter/anatomy/level_set.hpp"

namespace forameter::testing {

using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;

namespace {

void write(const std::string& file, MrImage image, const ImagePlane& plane) {
    image.pixels.resize(static_cast<std::size_t>(plane.rows()) * static_cast<std::size_t>(plane.columns()));
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] =
            static_cast<std::uint16_t>((i * 7 + static_cast<std::size_t>(image.number) * 13) % 1200);
    writeMrImage(file, image, plane);
}

ImagePlane centred(const PatientPoint& middle, const PatientVector& row, const PatientVector& column,
                   double spacing, int size) {
    const double half = 0.5 * spacing * (size - 1);
    return *ImagePlane::create(
        {middle - half * row - half * column, row, column, spacing, spacing, size, size});
}

} // namespace

MadeStudy makeStudy(const std::string& folder, const std::string& uid) {
    MadeStudy study{uid, folder, {}};
    anatomy::LevelSet levels;
    const anatomy::Vertebra names[] = {anatomy::Vertebra::L1, anatomy::Vertebra::L2, anatomy::Vertebra::L3,
                                       anatomy::Vertebra::L4, anatomy::Vertebra::L5, anatomy::Vertebra::S1};
    const double y[] = {10, 4, 0, 0, 6, 20}, z[] = {150, 116, 81, 45, 11, -18};
    for (std::size_t i = 0; i < 6; ++i) {
        levels.marks.push_back({names[i], {1.0, y[i], z[i]}});
        study.marks.insert(study.marks.end(),
                           {"--mark", std::string(anatomy::name(names[i])) + "=1," + std::to_string(y[i]) +
                                          "," + std::to_string(z[i])});
    }
    const auto image = [&](int series, const char* description, Weighting weighting, int number,
                           double step) {
        MrImage made;
        made.study = uid;
        made.series = uid + "." + std::to_string(series);
        made.sop = uid + ".9." + std::to_string(number); // again in the next series
        made.description = description;
        made.weighting = weighting;
        made.seriesNumber = series;
        made.number = number;
        made.step = step;
        return made;
    };
    for (const int series : {1, 2})
        for (int i = 0; i < 15; ++i)
            write(folder + "/sag" + std::to_string(series) + "/" + std::to_string(i) + ".dcm",
                  image(series, "sag", series == 1 ? Weighting::T1 : Weighting::T2, i + 1, 4.4),
                  centred({(i - 7) * 4.4, 20.0, 65.0}, {0, 1, 0}, {0, 0, -1}, 2.0, 160));
    int number = 0;
    for (const auto level : anatomy::readingLevels(levels.lumbarCount)) {
        const auto disc = *anatomy::discPosition(levels, level);
        const PatientVector row{1, 0, 0};
        for (int i = -2; i <= 2; ++i) {
            ++number;
            write(folder + "/ax/" + std::to_string(number) + ".dcm",
                  image(3, "ax", Weighting::T2, number, 4.0),
                  centred(disc.center + 4.0 * i * disc.axis, row, geometry::cross(disc.axis, row), 1.0, 160));
        }
    }
    return study;
}

nlohmann::json ellipse(const nlohmann::json& suggestion, const std::string& study, double alongRows,
                       double alongColumns, const std::string& rater, int points) {
    nlohmann::json contour{{"study_uid", study}, {"curve", "spline"}, {"rater", rater}, {"source", "manual"}};
    for (const char* key : {"series_uid", "sop_uid", "frame", "structure", "level", "side", "quantity",
                            "plane", "weighting", "protocol"})
        contour[key] = suggestion[key];
    contour["midline_offset_mm"] = suggestion["offset_mm"];
    contour["obliquity_deg"] = suggestion["obliquity_deg"];
    const auto& center = suggestion["point_mm"];
    const auto& row = suggestion["image"]["row_direction"];
    const auto& column = suggestion["image"]["column_direction"];
    for (int i = 0; i < points; ++i) {
        const double t = 2.0 * std::numbers::pi * i / points;
        nlohmann::json point = nlohmann::json::array();
        for (std::size_t k = 0; k < 3; ++k)
            point.push_back(center[k].get<double>() + alongRows * std::cos(t) * row[k].get<double>() +
                            alongColumns * std::sin(t) * column[k].get<double>());
        contour["points_mm"].push_back(point);
    }
    return contour;
}

std::string document(const std::vector<nlohmann::json>& contours) {
    return nlohmann::json{{"format", "forameter-contours"}, {"version", 1}, {"contours", contours}}.dump();
}

} // namespace forameter::testing
