// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "forameter/agreement/consensus_case.hpp"
#include "forameter/workspace/review_desk.hpp"
#include "study_parts.hpp"

namespace forameter::workspace {

/// What a case on the desk is made of.
struct ReviewDesk::Case {
    std::string title; ///< of the study
    std::string round;
    std::uint64_t seed = 0; ///< of the round: orders the letters
    agreement::ConsensusCase of;
    std::map<ContourId, anatomy::Cell> outlined = {}; ///< of mix-ups: what the contour really shows
    OpenedStudy images = {};
};

/// Who took part in a case, in the order of their letters: shuffled by the seed, the study and the cell, so
/// that a letter says nothing about the person, and the same each time.
[[nodiscard]] std::vector<std::string> ratersByLetter(const agreement::ConsensusCase& of, std::uint64_t seed);

/// NotAllowed, with a sentence, where the actor's role does not let her see names in this round.
[[nodiscard]] Result<> mayReveal(const store::Store& store, const std::string& round);

} // namespace forameter::workspace
