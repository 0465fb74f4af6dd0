// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "forameter/core/ids.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::workspace {

/// What a row of a round's case says besides.
struct CaseFacts {
    store::AssignmentId reading;
    std::string round;
    store::CaseState state = store::CaseState::Todo;
    bool calibration = false, flagged = false;
    std::optional<int> difficulty;

    friend bool operator==(const CaseFacts&, const CaseFacts&) = default;
};
/// "in progress · calibration · flagged". Nothing of the patient, nothing of anybody else. Its round only
/// where there is another one, and after the state: the list is narrow, and the end of a long name can be
/// spared.
enum class NameRound { No, Yes };
[[nodiscard]] std::string described(const CaseFacts& facts, NameRound nameRound);

/// One row of the worklist: a study, or a case of a running round.
struct WorklistRow {
    StudyUid study;
    std::string title;                ///< patient id, or a short form of the study UID; "Case 7"
    std::string date;                 ///< "2026-01-31" or ""
    std::string series;               ///< "Sag T1 T2 · Ax T2", "localizer only", "no images"
    bool readable = true;             ///< has a series to read: the next open case may be this one
    std::size_t done = 0, total = 15; ///< cells of this rater
    std::optional<CaseFacts> round = {};
    std::string description = {}; ///< what the scanner calls the study; never of a case

    friend bool operator==(const WorklistRow&, const WorklistRow&) = default;
};

/// Which rows of the worklist a person wants to see. A value.
struct WorklistFilter {
    enum class Progress { Any, Open, Untouched, Begun, Done };
    std::string text; ///< words, all of which the row must have somewhere; case and accents do not count
    Progress progress = Progress::Any;

    [[nodiscard]] bool takesAll() const { return *this == WorklistFilter{}; }
    friend bool operator==(const WorklistFilter&, const WorklistFilter&) = default;
};

/// Applies a filter to many rows. Looked through is what a row shows, and of a study its description and UID
/// too. Not so of a case: its study could be told from the UID, and a silent repeat from the case it repeats.
class WorklistSieve {
public:
    explicit WorklistSieve(const WorklistFilter& filter);
    ~WorklistSieve();
    [[nodiscard]] bool takes(const WorklistRow& row) const;

private:
    struct Words;
    WorklistFilter m_filter;
    std::unique_ptr<Words> m_words;
};

} // namespace forameter::workspace
