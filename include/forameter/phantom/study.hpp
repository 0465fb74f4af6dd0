// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/time.hpp"
#include "forameter/phantom/cohort.hpp"
#include "forameter/phantom/series.hpp"
#include "forameter/phantom/spine_model.hpp"
#include "forameter/phantom/truth.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::phantom {

/// Every identifier of a study, derived from the cohort's settings and the study's place in it by SHA-256:
/// the same cohort has the same identifiers anywhere and at any time, and cohorts of different settings share
/// none.
class StudyIds {
public:
    StudyIds(const CohortSettings& settings, std::size_t index);

    [[nodiscard]] StudyUid study() const;
    [[nodiscard]] FrameOfReferenceUid frameOfReference() const;
    [[nodiscard]] SeriesUid series(std::size_t series) const;
    [[nodiscard]] SopUid image(std::size_t series, std::size_t slice) const;
    /// A UUID (RFC 9562 version 8) for a contour of that name.
    [[nodiscard]] ContourId contour(std::string_view name) const;

private:
    std::string m_name;
};

/// One cell on one image of the study.
struct ImageOutline {
    anatomy::Cell cell;
    std::size_t series = 0, slice = 0;
    int step = 0; ///< slices away from the one that the protocol demands
    Outline outline;
};

/// The known answer to everything that can be measured in a study.
struct StudyTruth {
    anatomy::LevelSet levels;
    std::vector<ImageOutline> protocol; ///< the default protocol's cells in reading order: NF on T1 (else
                                        ///< T2), CC the dural sac on axial T2
    std::vector<ImageOutline>
        all; ///< those, every quantity of CC, the same foramina on sagittal T2, and the slices next to each
};

/// Study `index` (from 0) of a cohort, before its pixels are made (render() of series.hpp, with `random`).
struct SimulatedStudy {
    std::size_t index = 0;
    StudyIds ids;
    std::string patientId, patientName; ///< "PHANTOM-1-0001", "PHANTOM^0001"
    std::string date;                   ///< "2024-01-31", made up
    Subject subject;
    SpineModel model;
    StudyPlan plan;
    StudyTruth truth;
    ClinicalRecord clinical;
    Random random; ///< for render()

    /// Record of an outline drawn by `rater` on that image; `curve` in mm in the image's plane.
    [[nodiscard]] protocol::Contour contour(const ImageOutline& on, const geometry::PlaneCurve& curve,
                                            const std::string& rater, protocol::Source source) const;
    /// The outlines as records of rater "truth": splines that stay within 0.03 mm of the outline and have its
    /// area within 0.05 %.
    [[nodiscard]] std::vector<protocol::Contour> truthContours(std::span<const ImageOutline> outlines) const;
    [[nodiscard]] const geometry::ImagePlane& plane(const ImageOutline& on) const {
        return plan.series[on.series].planes[on.slice];
    }
};

/// Draws, plans and measures a study. In complete coverage a subject in whom a cell cannot be measured (a
/// foramen that is closed all the way) is made milder, then drawn anew (drawSubject); fails where that does
/// not help.
[[nodiscard]] Result<SimulatedStudy> simulateStudy(const CohortSettings& settings, std::size_t index);

/// The cells of a study's images; part of simulateStudy, for plans of one's own.
[[nodiscard]] StudyTruth truthOf(const SpineModel& model, const StudyPlan& plan);

} // namespace forameter::phantom
