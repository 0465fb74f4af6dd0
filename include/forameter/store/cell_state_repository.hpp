// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "forameter/core/time.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// What a rater has said of one cell of the level grid.
struct StoredCellState {
    anatomy::Cell cell;
    protocol::CellState state = protocol::CellState::Todo;
    std::string reason; ///< for NotAssessable and NotCovered
    Timestamp time;
};

class CellStateRepository {
public:
    explicit CellStateRepository(const Store& store) : m_database(store.database()) {}

    /// Marks a cell NotAssessable or NotCovered (reason needed for the former), or takes the mark back
    /// (Todo): one step of undo. Done cannot be set: it follows from a contour. Conflict where the cell has a
    /// contour; remove that first.
    [[nodiscard]] Result<> set(const StudyUid& study, const anatomy::Cell& cell, const RaterId& rater,
                               protocol::CellState state, const std::string& reason = {});

    /// The cells of a rater that are not Todo: Done where there is an assessable contour, NotAssessable where
    /// marked so or where the contour says so, NotCovered where marked.
    [[nodiscard]] Result<std::vector<StoredCellState>> states(const StudyUid& study,
                                                              const RaterId& rater) const;

private:
    Database& m_database;
};

} // namespace forameter::store
