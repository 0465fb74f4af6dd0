// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "database.hpp"
#include "forameter/store/study.hpp"
#include "images.hpp"

namespace forameter::store {

/// A study without its series.
struct StudyRow {
    std::int64_t id = 0;
    StudyRecord study;
    std::int64_t audit = 0;
};
[[nodiscard]] Result<StudyRow> studyRow(Connection& sql, const StudyUid& uid);
[[nodiscard]] std::string contentHash(const StudyRow& row);

struct PutStudy {
    std::int64_t id = 0;
    bool isNew = false;
};
/// Adds the study, or fills in what was not known of it.
[[nodiscard]] Result<PutStudy> putStudy(Transaction& change, const StudyRecord& study);

/// Writes a series (new where id is 0) and its stacks as they are in `row`, corrections of weighting applied,
/// with an audit row.
[[nodiscard]] Result<> putSeries(Transaction& change, SeriesRow& row, std::string_view action);

/// What each stack's weighting is: the one found, overlaid by corrections by hand.
[[nodiscard]] Result<std::vector<std::optional<Weighting>>> correctedWeightings(Connection& sql,
                                                                                const SeriesRow& row);

/// A correction of weighting by hand.
struct WeightingRow {
    std::string uuid;
    SeriesUid series;
    SopUid sop;
    int frame = 1;
    std::optional<Weighting> weighting;
    std::string actor;
    std::string time;
    std::int64_t audit = 0;
};
[[nodiscard]] std::string contentHash(const WeightingRow& row);
[[nodiscard]] Result<std::vector<WeightingRow>> weightingRows(Connection& sql, std::string_view where,
                                                              const QVariantList& args);
[[nodiscard]] Result<> putWeighting(Transaction& change, const SeriesRow& series, const StackRecord& stack,
                                    std::optional<Weighting> weighting);

} // namespace forameter::store
