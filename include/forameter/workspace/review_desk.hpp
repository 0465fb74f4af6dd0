// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forameter/agreement/consensus.hpp"
#include "forameter/agreement/consensus_case.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/take_arc.hpp"
#include "forameter/protocol/consensus.hpp"
#include "forameter/store/review_repository.hpp"
#include "forameter/store/store.hpp"
#include "forameter/tools/tool.hpp"
#include "forameter/workspace/executor.hpp"
#include "forameter/workspace/signal.hpp"
#include "forameter/workspace/study_images.hpp"

namespace forameter::workspace {

/// One rater's contour on the case's image. Raters are letters: A, B, C in an order that differs from case to
/// case.
struct ReviewCurve {
    char letter = 'A';
    std::string rater = {}; ///< "" until the names are revealed
    geometry::PlaneCurve curve;
    SquareMillimetres area;
    std::optional<double> dice = {};                          ///< against the result shown
    std::optional<Millimetres> hd95 = {};                     ///< the same
    std::optional<double> sensitivity = {}, specificity = {}; ///< of the method chosen
    std::optional<SquareMillimetres> areaWithout = {};        ///< its area without this rater
};

/// What a rater did that takes no part in the consensus, and is not averaged away.
struct ReviewAside {
    enum class Kind { MixUp, OtherSlice, NotAssessable };
    Kind kind = Kind::OtherSlice;
    char letter = 'A';
    std::string rater = {};                         ///< "" until revealed
    std::string sentence = {};                      ///< "B outlined L3–L4.", without names
    std::optional<SliceRef> slice = {};             ///< where it lies
    std::optional<geometry::PlaneCurve> curve = {}; ///< on that slice
    std::optional<SquareMillimetres> area = {};
    bool here = false; ///< on the case's image
};

/// A stretch of one rater's curve that is about to take the place of the result's.
struct ReviewArc {
    std::size_t rater = 0;                                  ///< into ReviewDesk::curves
    std::optional<geometry::PlanePoint> from = {}, to = {}; ///< on the rater's curve
    std::optional<geometry::PlaneCurve> result = {}; ///< none while an end is missing, or it cannot be taken
    std::string problem = {};                        ///< why it cannot be taken
};

/// One case under review: image, curves, consensus, and what the reviewer makes of it. Every change is kept
/// in the store before the call returns; what others kept meanwhile is a Conflict and is never overwritten.
/// Owner thread only; made by ReviewSession.
class ReviewDesk {
public:
    struct Case; ///< src/workspace/review_case.hpp
    ReviewDesk(const store::Store& store, Case of, Post post);
    ~ReviewDesk();

    [[nodiscard]] const StudyUid& study() const;
    [[nodiscard]] const std::string& title() const; ///< patient id
    [[nodiscard]] const anatomy::Cell& cell() const;
    [[nodiscard]] const std::string& round() const;

    [[nodiscard]] StudyImages& images();
    [[nodiscard]] SliceRef slice() const;                         ///< of the consensus
    [[nodiscard]] const std::vector<ReviewCurve>& curves() const; ///< by letter
    [[nodiscard]] const std::vector<ReviewAside>& asides() const;
    [[nodiscard]] const std::vector<geometry::PlaneCurve>& band() const;

    // Names.
    [[nodiscard]] bool revealed() const;
    /// Written to the audit first; refused where that fails or the role does not allow it.
    [[nodiscard]] Result<> reveal();

    // Consensus.
    /// STAPLE from three raters on, the mean shape of two.
    [[nodiscard]] protocol::ConsensusMethod proposal() const;
    [[nodiscard]] protocol::ConsensusMethod method() const;
    void setMethod(protocol::ConsensusMethod method);
    [[nodiscard]] const Result<protocol::Consensus>& consensus(protocol::ConsensusMethod method);
    /// Least and greatest area of the chosen consensus with one rater left out.
    [[nodiscard]] std::optional<std::pair<SquareMillimetres, SquareMillimetres>> leaveOneOut();

    // Result: the chosen consensus, or what the reviewer made of it.
    [[nodiscard]] const std::optional<geometry::PlaneCurve>& result();
    [[nodiscard]] bool edited() const;
    [[nodiscard]] std::optional<SquareMillimetres> resultArea();
    /// Makes this the result: kept as a contour of the reviewer, of source `consensus`.
    [[nodiscard]] Result<> edit(geometry::PlaneCurve curve, const std::string& what);
    /// Goes on from one rater's whole contour.
    [[nodiscard]] Result<> startFrom(std::size_t rater);
    [[nodiscard]] Result<> discardEdit();

    // Contour tools on the result.
    void setTool(std::optional<tools::ToolKind> tool);
    [[nodiscard]] std::optional<tools::ToolKind> tool() const;
    void setRadius(Millimetres radius);
    [[nodiscard]] Millimetres radius() const;
    bool press(const tools::PointerEvent& event);
    bool move(const tools::PointerEvent& event);
    bool release(const tools::PointerEvent& event);
    bool doubleClick(const tools::PointerEvent& event); ///< instead of the second press
    bool key(tools::Key key);
    void leave();
    [[nodiscard]] bool busy() const;
    [[nodiscard]] tools::Preview preview() const;
    /// Why the last stroke was not kept; "".
    [[nodiscard]] const std::string& problem() const;

    // Taking an arc.
    /// Begins with this rater, both ends where her curve leaves the result furthest.
    [[nodiscard]] Result<> beginArc(std::size_t rater);
    /// The first click near a rater's curve chooses the rater and sets one end, the second sets the other and
    /// takes the arc.
    [[nodiscard]] Result<> clickArc(geometry::PlanePoint at, Millimetres reach);
    /// Shows what a second click here would take.
    void hoverArc(geometry::PlanePoint at);
    enum class End { From, To };
    void moveArc(End end, Millimetres along); ///< along the rater's curve
    void turnArc();                           ///< the other way around
    void nextArcRater();
    [[nodiscard]] Result<> takeArc();
    void cancelArc();
    [[nodiscard]] const std::optional<ReviewArc>& arc() const; ///< none: no arc is being taken

    // Decisions.
    [[nodiscard]] const std::optional<store::Review>& review() const; ///< current version
    /// What was accepted is no longer what is shown.
    [[nodiscard]] bool acceptedIsShown();
    /// What raters have changed since the accepted consensus was made, by letters: "B has changed a contour that
    /// the accepted consensus was made from." Empty where it still stands, or a contour was accepted.
    [[nodiscard]] std::string stale() const;
    [[nodiscard]] Result<> accept();
    /// Signing needs the person's own words: the result was edited, or is not the proposal.
    [[nodiscard]] bool needsReason() const;
    [[nodiscard]] Result<> sign(std::string reason);
    /// Signs that the cell has no truth.
    [[nodiscard]] Result<> signWithout(std::string reason);
    [[nodiscard]] Result<> discuss(std::string note);
    [[nodiscard]] Result<> reopen(std::string reason);

    /// Takes the last change of this case back, by appending: edits, accepting, signing, marking.
    [[nodiscard]] std::optional<std::string> undoText() const;
    [[nodiscard]] Result<> undo();

    Signal<> changed;  ///< anything but the pointer
    Signal<> hovered;  ///< preview or arc under the pointer
    Signal<> reviewed; ///< review()

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
