// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/study.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/phantom/raters.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/protocol/reading.hpp"

namespace forameter::phantom {
namespace {

using anatomy::Structure;

const CohortSettings kCohort{5, CohortSettings::Mix::Mixed, Coverage::Complete};

/// Made once: cutting all outlines takes a while.
const SimulatedStudy& study() {
    static const Result<SimulatedStudy> made = simulateStudy(kCohort, 2);
    if (!made) throw std::runtime_error(made.error().message);
    return *made;
}
const std::vector<protocol::Contour>& truthRecords() {
    static const auto records = study().truthContours(study().truth.protocol);
    return records;
}

TEST(Study, IdentifiersBelongToTheCohortAndItsPlace) {
    const StudyIds ids(kCohort, 0);
    EXPECT_EQ(ids.study(), StudyIds(kCohort, 0).study());
    std::set<std::string> all;
    for (const auto& settings : {kCohort, CohortSettings{6, kCohort.pathology, kCohort.coverage},
                                 CohortSettings{5, CohortSettings::Mix::Healthy, kCohort.coverage},
                                 CohortSettings{5, kCohort.pathology, Coverage::Clinical}})
        for (std::size_t i = 0; i < 3; ++i) {
            const StudyIds of(settings, i);
            for (const std::string& uid :
                 {of.study().text(), of.frameOfReference().text(), of.series(0).text(), of.series(1).text(),
                  of.image(0, 0).text(), of.image(0, 1).text(), of.image(1, 0).text()}) {
                EXPECT_TRUE(all.insert(uid).second) << uid << " twice";
                EXPECT_TRUE(uid.starts_with("2.25."));
                EXPECT_LE(uid.size(), 44u);
                EXPECT_NE(uid[5], '0');
                EXPECT_EQ(uid.find_first_not_of("0123456789", 5), std::string::npos);
            }
        }
    EXPECT_TRUE(isUuid(ids.contour("a").text()));
    EXPECT_NE(ids.contour("a"), ids.contour("b"));
}

TEST(Study, TruthHasTheFifteenCellsOfTheProtocolOnTheRightImages) {
    const auto& truth = study().truth;
    const auto cells = protocol::readingCells(anatomy::LumbarCount::Five);
    ASSERT_EQ(truth.protocol.size(), 15u);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto& on = truth.protocol[i];
        EXPECT_EQ(on.cell, cells[i]);
        const auto& series = study().plan.series[on.series];
        const bool foramen = on.cell.structure == Structure::NF;
        EXPECT_EQ(series.acquisition.sequence.weighting, foramen ? Weighting::T1 : Weighting::T2);
        EXPECT_EQ(study().plane(on).plane() == geometry::Plane::Sagittal, foramen);
        const auto position = protocol::slicePosition(on.cell, truth.levels, study().plane(on));
        ASSERT_TRUE(position) << label(on.cell);
        if (foramen) {
            EXPECT_GT(position->offset, 5.0)
                << label(on.cell) << ": on its own side of the midline, beside it";
            EXPECT_LT(position->offset, 32.0);
        } else {
            EXPECT_LT(std::abs(position->offset), 12.0) << label(on.cell);
        }
    }
    EXPECT_TRUE(anatomy::validate(truth.levels));
}

TEST(Study, AllOfTheTruthHoldsEveryQuantityAndTheSlicesBeside) {
    std::set<std::string> names;
    int beside = 0, onT2 = 0;
    for (const auto& on : study().truth.all) {
        names.insert(label(on.cell));
        EXPECT_TRUE(names.size() <= 25);
        beside += on.step != 0;
        onT2 += on.cell.structure == Structure::NF &&
                study().plan.series[on.series].acquisition.sequence.weighting == Weighting::T2;
        if (on.step == 0) continue;
        const auto middle = std::ranges::find_if(study().truth.all, [&](const auto& other) {
            return other.cell == on.cell && other.series == on.series && other.step == 0;
        });
        ASSERT_NE(middle, study().truth.all.end());
        EXPECT_EQ(static_cast<int>(on.slice) - static_cast<int>(middle->slice), on.step);
        EXPECT_LT(angleBetween(study().plane(on), study().plane(*middle)).value(), 0.01)
            << "never a slice of another block";
    }
    EXPECT_EQ(names.size(), 25u) << "two foramina and three canals per level";
    EXPECT_GT(beside, 20);
    EXPECT_GE(onT2, 10);
}

TEST(Study, RecordsHaveTheAreaOfTheAnalyticOutlineAndSurviveTheInterchange) {
    protocol::ReadContours read;
    {
        std::vector<protocol::MeasuredContour> out;
        for (const auto& contour : truthRecords())
            out.push_back({contour, std::nullopt, std::nullopt, false});
        const auto back = protocol::contoursFromJson(protocol::contoursToJson(out));
        ASSERT_TRUE(back);
        read = *back;
    }
    ASSERT_TRUE(read.refused.empty());
    ASSERT_EQ(read.contours.size(), 15u);
    for (std::size_t i = 0; i < 15; ++i) {
        const auto& on = study().truth.protocol[i];
        const auto& plane = study().plane(on);
        const auto& record = read.contours[i];
        EXPECT_EQ(record.source, protocol::Source::Phantom);
        EXPECT_EQ(record.rater, "truth");
        const auto measured = protocol::measure(record, plane);
        ASSERT_TRUE(measured) << label(record.cell) << ": " << measured.error().message;
        EXPECT_TRUE(protocol::validate(record, plane));
        const double area = on.outline.area.value();
        EXPECT_NEAR(measured->area.value(), area, 1e-3 * area) << label(record.cell);
        EXPECT_LT(geometry::compare(geometry::toPlane(record.curve, plane), on.outline.curve).hd.value(),
                  0.05);
        // Pixels count the same up to what a grid of this size can do (4 standard deviations of a random
        // placement).
        const double pixel = plane.rowSpacing();
        EXPECT_NEAR(measured->areaMask->value(), area,
                    4.0 * pixel * pixel * std::sqrt(measured->perimeter.value() / pixel))
            << label(record.cell);
    }
}

TEST(Study, ReadersDrawEveryCellTheirOwnWayAndTheSameWayOnTheSameSeed) {
    const RaterProfile rater = drawRater(kCohort, 1);
    const auto first = readStudy(study(), kCohort, rater, 0);
    ASSERT_EQ(first.size(), 15u);
    EXPECT_EQ(first, readStudy(study(), kCohort, rater, 0));
    std::map<ImageId, geometry::ImagePlane> planes;
    for (std::size_t k = 0; k < study().plan.series.size(); ++k)
        for (std::size_t i = 0; i < study().plan.series[k].planes.size(); ++i)
            planes.emplace(ImageId{study().ids.series(k), study().ids.image(k, i), 1},
                           study().plan.series[k].planes[i]);
    std::set<std::string> ids;
    for (const std::uint64_t repeat : {0u, 1u})
        for (std::size_t r = 1; r <= 4; ++r)
            for (const auto& contour : readStudy(study(), kCohort, drawRater(kCohort, r), 30, repeat)) {
                EXPECT_TRUE(ids.insert(contour.id.text()).second);
                const auto valid = protocol::validate(contour, planes.at(contour.image));
                EXPECT_TRUE(valid) << contour.rater << " " << label(contour.cell) << ": "
                                   << valid.error().message;
            }
    EXPECT_EQ(ids.size(), 120u);
}

TEST(Study, ChoicesAndSlipsHappenAsOftenAsAsked) {
    RaterProfile rater = drawRater(kCohort, 1);
    rater.slip = 0.0;
    rater.skill = 1.0;
    const auto elsewhere = [&](double otherSlice, double slip) {
        rater.otherSlice = otherSlice;
        rater.slip = slip;
        int moved = 0, total = 0;
        for (int r = 0; r < 60; ++r) {
            rater.name = "r" + std::to_string(r);
            const auto contours = readStudy(study(), kCohort, rater, 0);
            for (std::size_t i = 0; i < contours.size(); ++i, ++total) {
                EXPECT_EQ(contours[i].cell, study().truth.protocol[i].cell)
                    << "a slip keeps the name that was meant";
                moved += contours[i].image != truthRecords()[i].image;
            }
        }
        return static_cast<double>(moved) / total;
    };
    EXPECT_EQ(elsewhere(0.0, 0.0), 0.0);
    double possible = 0.0; // a reader who looks for an outline on the slice beside may find none
    for (const auto& on : study().truth.protocol)
        for (const auto& beside : study().truth.all)
            possible += beside.step != 0 && beside.cell == on.cell && beside.series == on.series;
    possible /= 2.0 * static_cast<double>(study().truth.protocol.size());
    EXPECT_GT(possible, 0.5);
    EXPECT_NEAR(elsewhere(0.2, 0.0), 0.2 * possible, 0.05);
    const double slips = elsewhere(0.0, 0.2); // a foramen's neighbouring level mostly lies on the same slice
    EXPECT_GT(slips, 0.08);
    EXPECT_LT(slips, 0.36);
}

TEST(Study, ClinicalCoverageLeavesThingsOutAndStillMeasuresTheRest) {
    int missing = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto made = simulateStudy({9, CohortSettings::Mix::Healthy, Coverage::Clinical}, i);
        ASSERT_TRUE(made) << made.error().message;
        missing +=
            made->truth.protocol.size() < protocol::readingCells(made->subject.spine.lumbarCount).size();
        EXPECT_GE(made->truth.protocol.size(), 8u);
        for (const auto& on : made->truth.protocol)
            EXPECT_GT(on.outline.area.value(), 8.0) << label(on.cell);
    }
    EXPECT_GE(missing, 1);
}

} // namespace
} // namespace forameter::phantom
