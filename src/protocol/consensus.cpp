// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/consensus.hpp"

#include <array>
#include <utility>

namespace forameter::protocol {

namespace {

constexpr std::array kMethods{std::pair{ConsensusMethod::Majority, std::string_view("majority")},
                              std::pair{ConsensusMethod::Staple, std::string_view("staple")},
                              std::pair{ConsensusMethod::MeanShape, std::string_view("mean-shape")}};

} // namespace

std::string_view name(ConsensusMethod method) noexcept {
    for (const auto& [known, text] : kMethods)
        if (known == method) return text;
    return {};
}

std::optional<ConsensusMethod> consensusMethodFromName(std::string_view name) noexcept {
    for (const auto& [value, text] : kMethods)
        if (text == name) return value;
    return std::nullopt;
}

Contour asContour(const Consensus& consensus) {
    Contour contour;
    contour.id = consensus.id;
    contour.study = consensus.study;
    contour.image = consensus.image;
    contour.cell = consensus.cell;
    contour.curve = consensus.curve;
    contour.rater = "consensus-" + std::string(name(consensus.method));
    contour.source = Source::Consensus;
    contour.plane = consensus.plane;
    contour.weighting = consensus.weighting;
    contour.protocol = consensus.protocol;
    contour.created = consensus.created;
    return contour;
}

} // namespace forameter::protocol
