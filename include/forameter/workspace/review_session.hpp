// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forameter/agreement/bland_altman.hpp"
#include "forameter/agreement/estimate.hpp"
#include "forameter/anatomy/level.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/store/access.hpp"
#include "forameter/store/review_repository.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/executor.hpp"
#include "forameter/workspace/signal.hpp"

namespace forameter::workspace {

class ReviewDesk;

/// Whether somebody with this role reviews: makes a consensus of others' readings, or signs one.
[[nodiscard]] bool mayReview(const store::Store& store);

/// Readings that are reviewed together.
struct ReviewScope {
    std::string round; ///< name; "" for all readings outside of rounds
    friend bool operator==(const ReviewScope&, const ReviewScope&) = default;
};

/// One cell of one study that several raters have read.
struct ReviewEntry {
    StudyUid study = {};
    std::string title = {}; ///< patient id, or a short form of the study UID
    anatomy::Cell cell = {};
    std::size_t raters = 0; ///< who drew; without mix-ups once `compared`
    std::size_t notAssessable = 0, mixUps = 0, images = 1;
    SquareMillimetres spread = {};        ///< greatest minus least area
    std::optional<double> relative = {};  ///< standard deviation of the areas over their mean
    std::optional<Millimetres> hd95 = {}; ///< greatest of a pair
    bool compared = false;                ///< the contours themselves were compared, not only their areas
    store::ReviewState state = store::ReviewState::Open;
    bool looked = false; ///< somebody has accepted or marked something here
};

/// All that is named must hold.
struct ReviewListFilter {
    std::optional<anatomy::Structure> structure = {};
    std::optional<anatomy::Level> level = {};
    std::optional<store::ReviewState> state = {};
    friend bool operator==(const ReviewListFilter&, const ReviewListFilter&) = default;
};

/// How far the raters of a scope agree on one structure and level. Nobody is named: differences are those of
/// each rater from the mean of the others (Jones, Dobson, O'Brian, Int J Epidemiol 40:1308, 2011).
struct AgreementFigures {
    std::string label; ///< "canal L4–L5 (dural sac)"
    std::size_t cases = 0, raters = 0;
    std::optional<agreement::Estimate> icc;       ///< ICC(2,1) of the areas, slices as chosen
    std::optional<agreement::BlandAltman> limits; ///< mm²
    std::optional<double> detectableChange;       ///< mm²
    std::optional<double> medianDice, medianHd95; ///< of pairs on one image; mm
    std::vector<std::pair<double, double>> areas; ///< mean of the others, rater; mm²
    struct Share {
        std::string what; ///< "rater", "slice", "level", "delineation", "repeat"
        double share = 0.0;
    };
    std::vector<Share> variance; ///< of the error of one area; of the whole structure, all levels
};

/// What several raters read of a scope, the most disagreed about first, and the case that lies on the desk.
/// Sees what the store shows to its actor: of a round that has not been opened, nothing. Reading and
/// comparing go on in the background; the list is there as soon as the areas are. Owner thread only.
class ReviewSession {
public:
    /// Opens a connection of its own, as this actor.
    [[nodiscard]] static Result<std::unique_ptr<ReviewSession>> open(const std::filesystem::path& store,
                                                                     const store::Actor& actor, Post post);
    ~ReviewSession();

    [[nodiscard]] const store::Store& store() const;
    /// Opened rounds, newest first, then the readings outside of rounds where there are any.
    [[nodiscard]] const std::vector<ReviewScope>& scopes() const;
    [[nodiscard]] const std::optional<ReviewScope>& scope() const;
    void choose(const ReviewScope& scope);
    /// Reads the store again: scopes, readings and reviews. The case on the desk stays.
    void refresh();
    /// refresh() where rounds were made, closed or opened since: for whoever comes back from another room.
    void catchUp();

    /// Why there is nothing to review.
    enum class Lack { None, Loading, Role, NoRound, NoReadings, OneRater, Hidden, Filter, Failed };
    [[nodiscard]] Lack lack() const;
    /// Of Lack::Hidden: "Round second is still running", and hides what its raters drew in this scope.
    [[nodiscard]] std::string hiding() const;
    [[nodiscard]] const std::string& failure() const; ///< of Lack::Failed, a sentence
    [[nodiscard]] bool phantom() const; ///< the patients are simulated; results are to be called so

    /// Mix-ups first, then by spread of area and distance (agreement::worstFirst); what has not been compared
    /// yet by its areas, after those that have.
    [[nodiscard]] const std::vector<ReviewEntry>& entries() const;
    [[nodiscard]] std::size_t total() const; ///< without the filter
    [[nodiscard]] const ReviewListFilter& filter() const;
    void setFilter(const ReviewListFilter& filter);
    [[nodiscard]] std::optional<std::size_t> find(const StudyUid& study, const anatomy::Cell& cell) const;

    /// The comparison in the background; none while nothing runs.
    [[nodiscard]] std::optional<Progress> progress() const;
    void cancel();
    /// Until then the list stands in the order of its areas; starts again what was cancelled.
    [[nodiscard]] bool complete() const;

    /// Puts a case on the desk. Fails where the store does not give its contours or images.
    [[nodiscard]] Result<> take(std::size_t entry);
    [[nodiscard]] ReviewDesk* desk(); ///< null before the first
    [[nodiscard]] std::optional<std::size_t> current() const;
    enum class Direction { Next, Previous };
    [[nodiscard]] std::optional<std::size_t> neighbour(Direction direction) const;
    [[nodiscard]] std::optional<std::size_t> nextUnsigned() const;

    /// None until the background has worked it out.
    [[nodiscard]] std::optional<AgreementFigures> figures(const anatomy::Cell& cell) const;

    Signal<> listChanged;     ///< entries, filter, lack, scopes
    Signal<> progressChanged; ///< also when it ends
    Signal<> figuresChanged;
    Signal<> deskChanged; ///< another case lies there, or none

private:
    struct State;
    explicit ReviewSession(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
