// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "forameter/proposal/propose.hpp"
#include "forameter/protocol/reading.hpp"

namespace forameter::proposal {

/// A stack as it was acquired: its slices, those that cannot be read, and those that an even spacing lacks
/// (the step between two is two or three times the usual one).
class WholeStack {
public:
    WholeStack(const StackInput& stack, const protocol::StackGeometry& geometry);

    /// A slice that should be there: where it lies, and its neighbours among the stack's slices.
    struct Missing {
        geometry::ImagePlane plane;
        std::vector<int> neighbours;
        std::string why; ///< a sentence
    };
    [[nodiscard]] const std::vector<Missing>& missing() const { return m_missing; }

    [[nodiscard]] bool readable(int slice) const { return !m_unread[static_cast<std::size_t>(slice)]; }
    /// Where the slice that the protocol suggests for a cell is none that can be looked at: a sentence.
    [[nodiscard]] std::optional<std::string> lacks(const anatomy::Cell& cell,
                                                   const anatomy::LevelSet& levels) const;
    /// The same of a slice of the stack that was asked for.
    [[nodiscard]] std::optional<std::string> cannotRead(int slice) const;

private:
    std::vector<bool> m_unread; ///< of the stack's slices
    std::vector<Missing> m_missing;
    protocol::StackGeometry m_geometry; ///< the stack's slices, then those that it lacks
};

} // namespace forameter::proposal
