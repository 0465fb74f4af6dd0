// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/phantom/pathology.hpp"
#include "forameter/phantom/series.hpp"
#include "forameter/phantom/spine_parameters.hpp"

namespace forameter::phantom {

/// What a cohort is drawn from. Subject i depends on these and i alone, so a larger cohort begins with the
/// smaller one.
struct CohortSettings {
    /// No findings at all; findings by age in volunteers and patients; patients of whom each has as many and
    /// as large ones as few have (a third of the foramina below 70 mm²), to train and to test on.
    enum class Mix { Healthy, Mixed, Severe };
    std::uint64_t seed = 1;
    Mix pathology = Mix::Mixed;
    Coverage coverage = Coverage::Complete;

    friend bool operator==(const CohortSettings&, const CohortSettings&) = default;
};

/// One person of the cohort with the spine that is imaged.
struct Subject {
    Person person;
    bool patient = true;           ///< came with complaints; the others are volunteers
    std::vector<Finding> findings; ///< already in `spine`
    SpineParameters spine;
};
/// Draws subject `index`. Clinical coverage also has transitional anatomy (six lumbar vertebrae in 2 %, a
/// sacralised L5 in 5 %); complete studies always have the five levels. `attempt` is for persons in whom a
/// foramen is closed up: each makes what narrows it a tenth milder, and every kMildest-th draws the spine
/// anew.
inline constexpr std::uint64_t kMildest = 6;
[[nodiscard]] Subject drawSubject(const CohortSettings& settings, std::size_t index,
                                  std::uint64_t attempt = 0);

/// Areas of the foramina and of the dural sac, mm², by cell.
using CellAreas = std::map<anatomy::Cell, SquareMillimetres>;

/// One row of clinical.csv. Its columns: resources/clinical-data-dictionary.md, with the model they are drawn
/// from.
struct ClinicalRecord {
    std::string symptomSide = "none";        ///< none, R, L or both: side of leg pain
    std::optional<anatomy::Level> painLevel; ///< as the clinician judged it
    std::string diagnosis, symptoms, history, treatment;
    bool smoker = false;
    int durationMonths = 0;
    /// Before treatment and twelve months later; nothing where the person did not come back.
    struct Scores {
        double odi = 0.0;                   ///< Oswestry disability index, 0..100 %
        double vasBack = 0.0, vasLeg = 0.0; ///< pain, 0..100 mm
        double eq5d = 1.0;                  ///< EQ-5D-5L index, -0.2..1
    };
    Scores before;
    std::optional<Scores> after;
};
/// Draws the clinic from what the images show: leg pain follows the narrowest foramen of its side,
/// claudication and disability the narrowest sac, back pain the discs; relief after decompression is greater
/// where there was a narrowing. Noise keeps single correlations at 0.2 to 0.5, as in patients.
[[nodiscard]] ClinicalRecord drawClinicalRecord(const Subject& subject, const CellAreas& areas,
                                                Random random);

/// What a row of the table is about.
struct ClinicalRow {
    StudyUid study;
    std::string patientId, studyDate; ///< "2024-01-31"
    Person person;
    ClinicalRecord record;
};
/// The table as RFC 4180 text with a header line.
[[nodiscard]] std::string clinicalCsv(const std::vector<ClinicalRow>& rows);

} // namespace forameter::phantom
