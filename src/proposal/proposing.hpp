// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/proposal/propose.hpp"
#include "forameter/protocol/reading.hpp"
#include "maps.hpp"
#include "midline_picture.hpp"
#include "offer.hpp"
#include "whole_stack.hpp"

namespace forameter::proposal {

/// One study on its way from pictures to proposals: levels (propose_levels.cpp), foramina
/// (propose_foramina.cpp), dural sacs and canals (propose_canals.cpp). Every step first has one look at all
/// slices that come into question, then looks closer at those that it measures on.
class Proposing {
public:
    Proposing(const ProposeRequest& request, std::span<const Model> models, const Infer& infer,
              const Watch& watch);

    Result<Proposals> go();

private:
    struct Spot {
        std::size_t stack = 0;
        int slice = 0;
    };

    void withhold(const anatomy::Cell& cell, std::string reason,
                  std::optional<Proposal> found = std::nullopt);
    /// What a sighting comes to, and what speaks against offering it (a sentence; empty: nothing).
    struct Judged {
        std::optional<Proposal> made;
        std::string against;
    };
    /// `miss`: mm along the spine from where the cell's level is expected.
    [[nodiscard]] Judged judged(const Sighting& sighting, const Model& model, double miss) const;
    /// Offers it, or says why not.
    void take(const anatomy::Cell& cell, Judged what);
    /// The slice that the request fixes for a cell, where it is among the stacks.
    [[nodiscard]] std::optional<Spot> fixed(const anatomy::Cell& cell) const;
    /// The reader's or the round's image for it is not among the stacks.
    [[nodiscard]] bool fixedElsewhere(const anatomy::Cell& cell) const;

    Result<> findLevels();
    Result<> askAcross(std::span<const View> views, MidlinePicture& picture,
                       const std::optional<geometry::PatientVector>& down);
    /// mm of a slice from the middle of its stack.
    [[nodiscard]] double fromMiddle(const View& view) const;

    Result<> foramina(const anatomy::LevelSet& levels, const std::vector<anatomy::Cell>& cells);
    /// What spoke against the best that was seen so far for cells without an offer.
    using Refused = std::map<anatomy::Cell, Judged>;
    using Offers = std::map<anatomy::Cell, Judged>; ///< nothing against them
    class ForamenSearch;

    Result<> canals(const anatomy::LevelSet& levels, const std::vector<anatomy::Cell>& cells);
    /// The spots of one series whose sacs say what a canal's is: the fixed one, or the suggested one and then
    /// the others within reach of the disc.
    using CanalSpots = std::vector<Spot>;
    /// Those of the suggested series, then those of its repeats: series of the same kind that lie as well to
    /// the disc. One that lacks the slice stands back for one that has it.
    [[nodiscard]] std::vector<CanalSpots> canalSpots(const anatomy::LevelSet& levels,
                                                     const anatomy::Cell& cell) const;
    /// A sentence; none where it can.
    [[nodiscard]] std::optional<std::string> cannotSeekCanal(const anatomy::LevelSet& levels,
                                                             const anatomy::Cell& cell) const;
    class CanalSearch;

    /// Brings what was made into the order of the cells that were asked for.
    void order(const std::vector<anatomy::Cell>& cells);

    const ProposeRequest& m_request;
    Asker m_asker;
    std::vector<const Model*> m_sagittal, m_axial;
    std::vector<protocol::StackGeometry> m_geometry; ///< of every stack
    std::vector<std::optional<WholeStack>> m_whole;  ///< of every stack that is usable
    std::optional<std::size_t> m_marked;             ///< the stack in whose space levels are
    std::vector<std::size_t> m_sagittalStacks;
    Proposals m_made;
};

/// The place of a cell's level, for sentences.
[[nodiscard]] inline std::string levelText(const anatomy::Cell& cell) {
    return anatomy::label(cell.level);
}

} // namespace forameter::proposal
