// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "review_case.hpp"
#include "review_edits.hpp"

namespace forameter::workspace {

struct ReviewDesk::State {
    State(ReviewDesk& d, const store::Store& s, Case c, Post post)
        : desk(d),
          store(s),
          of(std::move(c)),
          images(std::move(of.images.stacks), std::move(of.images.loader), std::move(post)),
          edits(s, of.of, of.round) {}

    ReviewDesk& desk;
    const store::Store& store;
    Case of;
    StudyImages images;
    SliceRef slice;
    const geometry::ImagePlane* plane = nullptr;
    std::vector<std::string> names; ///< by letter
    bool revealed = false;
    std::vector<ReviewCurve> curves;
    std::vector<ReviewAside> asides;
    std::vector<geometry::PlaneCurve> band; ///< agreement::disagreementBand()

    protocol::ConsensusMethod method = protocol::ConsensusMethod::Staple;
    std::map<protocol::ConsensusMethod, Result<protocol::Consensus>> known;
    std::optional<geometry::PlaneCurve> shown; ///< the result; none while it has to be worked out
    bool shownKnown = false;

    ReviewEdits edits;
    std::optional<tools::ToolKind> kind;
    std::unique_ptr<tools::Tool> tool;
    Millimetres radius{1.5};
    std::string problem;

    std::optional<ReviewArc> arc;
    bool awaitsSecond = false; ///< the first end was clicked
    geometry::Way way = geometry::Way::Shorter;

    [[nodiscard]] char letterOf(const std::string& rater) const {
        return static_cast<char>('A' + (std::ranges::find(names, rater) - names.begin()));
    }
    void prepare();
    void addAsides();
    void name();
    void judge();
    [[nodiscard]] Error withoutNames(agreement::ConsensusRefusal refusal) const;
    void resultChanged();
    void readTool();
    void previewArc();
    bool take(const tools::Outcome& outcome);
    Result<> takeShown(store::ReviewState as, std::string reason, const std::string& what);
};

/// A consensus runs along its raters' curves and has hundreds of points; a hand needs few.
[[nodiscard]] geometry::PlaneCurve editable(const geometry::PlaneCurve& curve);

} // namespace forameter::workspace
