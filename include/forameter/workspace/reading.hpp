// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/proposal/propose.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/workspace/contour_editor.hpp"
#include "forameter/workspace/record.hpp"
#include "forameter/workspace/signal.hpp"
#include "forameter/workspace/study_images.hpp"
#include "forameter/workspace/views.hpp"

namespace forameter::workspace {

/// Steps of a guided reading, in order.
enum class Step { Levels, RightForamina, LeftForamina, Canal };
[[nodiscard]] std::string_view title(Step step) noexcept; ///< "Right foramina"

/// A cell of the level grid as the screen shows it.
struct CellView {
    anatomy::Cell cell;
    protocol::CellState state = protocol::CellState::Todo;
    std::optional<SquareMillimetres> area; ///< live while drawing; none where the curve has no area
    bool current = false;
    bool drawing = false; ///< the area is that of a stroke not finished yet
    bool covered =
        true; ///< false: the study has no slice that the protocol could use; the person may still draw
    std::string note;                  ///< why not assessable
    std::vector<std::string> warnings; ///< short: "tilt 17°", "crosses"; they stand in a cell of the grid
    std::optional<int> versions;       ///< of its contour
    /// What a model offers for the cell: not a measurement until somebody accepts it.
    struct Offer {
        SquareMillimetres area;
        double confidence = 0.0; ///< predicted Dice
        bool doubtful = false;

        friend bool operator==(const Offer&, const Offer&) = default;
    };
    std::optional<Offer> offer;
    std::optional<protocol::Source> source; ///< of its contour
};

/// Who chose the slice: it is the protocol's, the one on which a model proposed, or neither.
enum class SliceChoice { Protocol, Model, Own };

/// What the right panel says about the current cell's contour.
struct ContourFacts {
    std::string slice; ///< "Sag T1 · 4/15"
    SliceChoice choice = SliceChoice::Protocol;
    std::optional<double> midlineOffset; ///< mm
    std::optional<Degrees> obliquity;
    std::chrono::seconds drawingTime{0}; ///< ContourEditor::drawingTime()
    int versions = 0;
};

/// The guided reading of one study by one rater: which cell comes next, where it is, what is missing.
class Reading {
public:
    Reading(StudyImages& images, Views& views, Record& record, ContourEditor& editor);
    ~Reading();

    /// In reading order: right foramina from the head down, left foramina, canal.
    [[nodiscard]] const std::vector<anatomy::Cell>& cells() const;
    [[nodiscard]] CellView view(const anatomy::Cell& cell) const;
    [[nodiscard]] std::size_t done() const; ///< cells that are not Todo
    [[nodiscard]] Step step() const;
    [[nodiscard]] std::string sentence() const; ///< what to do now

    [[nodiscard]] std::optional<anatomy::Cell> currentCell() const;
    /// The next cell in reading order that is Todo, after `from` (or the current cell), wrapping around once;
    /// none: all done.
    [[nodiscard]] std::optional<anatomy::Cell> nextCell() const;
    [[nodiscard]] std::optional<anatomy::Cell> previousCell() const; ///< in reading order, done or not

    /// Makes a cell current: the work pane gets its stack and slice (where its contour lies, else the
    /// protocol's suggestion), centred, about 60 mm wide; the other panes follow. Refused, with a sentence,
    /// until the levels are confirmed. A cell that the study does not cover becomes current too and shows the
    /// nearest slice.
    [[nodiscard]] Result<> goTo(const anatomy::Cell& cell);
    [[nodiscard]] Result<> goToLevel(std::size_t row); ///< row of the grid, from 0; same structure and side
    enum class Column { RightForamen, Canal, LeftForamen };
    [[nodiscard]] Result<> goToColumn(Column column); ///< same level
    /// Closes what is being drawn, and stays; where nothing is, goes to nextCell(). A cell that the study
    /// does not cover, and for which nothing was drawn, is then recorded as not covered.
    [[nodiscard]] Result<> doneNext();
    void leaveCell(); ///< back to the overview
    [[nodiscard]] Result<> goToSuggestedSlice();
    [[nodiscard]] std::optional<SliceRef> suggestedSlice(const anatomy::Cell& cell) const;

    [[nodiscard]] Result<> markNotAssessable(const anatomy::Cell& cell, std::string reason);
    [[nodiscard]] Result<> markNotCovered(const anatomy::Cell& cell);
    /// Takes such a mark back.
    [[nodiscard]] Result<> reopen(const anatomy::Cell& cell);

    /// Takes the last step back and goes to the cell that it changed. Of a contour whose points are not
    /// recorded yet the last point.
    [[nodiscard]] Result<> undo();
    [[nodiscard]] Result<> redo();

    [[nodiscard]] std::optional<protocol::Contour> contour(const anatomy::Cell& cell) const;
    /// Who knows what is offered for a cell (null: nothing): goTo() shows its slice, view() its area.
    using Offers = std::function<const proposal::Proposal*(const anatomy::Cell&)>;
    void setOffers(Offers offers);
    [[nodiscard]] const proposal::Proposal* offer(const anatomy::Cell& cell) const;
    [[nodiscard]] std::optional<ContourFacts> facts(const anatomy::Cell& cell) const;

    Signal<> cellsChanged; ///< state or area of any cell
    /// Only what view() says of the current cell, while it is drawn: with every move of the pointer.
    Signal<const anatomy::Cell&> cellDrawn;
    Signal<> currentChanged; ///< another cell is current, or none

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
