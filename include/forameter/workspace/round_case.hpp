// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "forameter/core/result.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/workspace/signal.hpp"

namespace forameter::workspace {

/// What people call a case: "Case 7", never the patient.
[[nodiscard]] std::string title(const store::Assignment& assignment);

/// The case of a round that is being read: what its rater says of it as a whole. Every change is committed
/// before the call returns; fails where the round was closed meanwhile. Owner thread only.
class RoundCase {
public:
    /// `store` is seen within this reading (Store::inReading) and must outlive the case.
    RoundCase(const store::Store& store, store::Assignment assignment);

    [[nodiscard]] const store::Assignment& assignment() const { return m_assignment; }

    [[nodiscard]] Result<> setFlagged(bool flagged);
    [[nodiscard]] Result<> setDifficulty(std::optional<int> difficulty); ///< 1 (easy) to 5
    [[nodiscard]] Result<> setComment(std::string comment);
    /// Done, or in progress again.
    [[nodiscard]] Result<> setDone(bool done);
    /// How many cells are done, not assessable or not covered. A case becomes done with its last cell, and is
    /// in progress again when that is taken back; what was set by hand stays until then.
    [[nodiscard]] Result<> follow(std::size_t done, std::size_t total);

    Signal<> changed;

private:
    [[nodiscard]] Result<> update(const store::AssignmentChange& change);

    const store::Store& m_store;
    store::Assignment m_assignment;
    std::optional<bool> m_complete; ///< none before the first follow()
};

} // namespace forameter::workspace
