// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/proposal_desk.hpp"

#include <algorithm>
#include <set>

#include "forameter/core/words.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/store/proposal_repository.hpp"
#include "forameter/workspace/hanging.hpp"
#include "forameter/workspace/key_words.hpp"

namespace forameter::workspace {

using anatomy::Cell;

struct ProposalDesk::Impl {
    ProposalDesk& desk;
    Parts parts;
    Proposer proposer;
    Offering offering;

    Impl(ProposalDesk& d, const Parts& p, Proposer how, Offering when)
        : desk(d), parts(p), proposer(std::move(how)), offering(when) {
        // Of single slices and localizers nothing can be counted on.
        const auto& stacks = parts.images.stacks();
        if (!limit(hang(stacks), stacks).empty()) offering = Offering::Never;
    }

    State state = State::Off;
    std::string failure;
    std::optional<proposal::Proposals> made;
    std::optional<anatomy::LevelSet>
        madeFor; ///< the confirmed levels that `made` belongs to; none: no levels
    std::set<Cell> rejected;
    std::optional<JobId> job;
    std::shared_ptr<ProposalDesk*> self; ///< expires with the desk
    Subscription onPixels, onLevels;

    [[nodiscard]] std::optional<anatomy::LevelSet> confirmed() const {
        return parts.record.levelsConfirmed() ? parts.record.levels() : std::nullopt;
    }
    [[nodiscard]] bool wanted() const { return proposer && offering != Offering::Never; }
    /// Nobody has begun to mark vertebrae, or somebody has finished.
    [[nodiscard]] bool askable() const {
        const auto& now = parts.record.levels();
        return parts.record.levelsConfirmed() || !now || now->marks.empty();
    }
    void cancel() {
        if (job) parts.jobs.cancel(*job);
        job.reset();
    }

    void readDecisions() {
        const auto said = store::ProposalRepository(parts.store)
                              .decisions({.study = parts.record.study(), .rater = parts.record.rater()});
        if (!said) return; // only what was turned down would be shown once more
        for (const auto& one : *said) {
            if (one.proposal.decision == store::Decision::Rejected)
                rejected.insert(one.proposal.cell);
            else
                rejected.erase(one.proposal.cell);
        }
    }

    /// Begins where everything needed is there and nothing newer is.
    void proceed() {
        if (!wanted()) return;
        if (job && madeFor != confirmed()) cancel();
        if (job || !askable() || (made && madeFor == confirmed()) || state == State::Failed) return;
        if (!parts.images.allLoaded()) {
            if (state != State::Waiting) {
                state = State::Waiting;
                for (std::size_t s = 0; s < parts.images.stacks().size(); ++s)
                    if (isOfUse(s)) (void)parts.images.volume(s); // begins to load
                desk.changed();
            }
            return;
        }
        begin();
    }
    [[nodiscard]] bool isOfUse(std::size_t stack) const {
        const auto& one = parts.images.stacks()[stack];
        return one.measurable && one.located &&
               (one.plane == geometry::Plane::Sagittal || one.plane == geometry::Plane::Axial);
    }

    void begin() {
        struct Question {
            std::vector<proposal::StackInput> stacks;
            proposal::ProposeRequest request;
            Result<proposal::Proposals> answer = fail(ErrorCode::Cancelled, "Nothing was asked.");
        };
        const auto question = std::make_shared<Question>();
        for (std::size_t s = 0; s < parts.images.stacks().size(); ++s) {
            const auto volume = isOfUse(s) ? parts.images.volume(s) : nullptr;
            if (!volume) continue;
            const auto& stack = parts.images.stacks()[s];
            question->stacks.push_back({stack.plane, stack.weighting, stack.measurable, stack.fitness,
                                        stack.images, volume, stack.frameOfReference});
        }
        const auto levels = confirmed();
        question->request.study = parts.record.study();
        question->request.stacks = question->stacks;
        question->request.levels = levels;
        question->request.contours = levels.has_value(); // areas wait for a person's levels
        if (levels)
            for (const auto& cell : protocol::readingCells(levels->lumbarCount, parts.record.quantity())) {
                question->request.cells.push_back(cell);
                if (const auto image = parts.record.fixedImage(cell))
                    question->request.slices.emplace_back(cell, *image);
            }
        made.reset();
        madeFor = levels;
        if (question->stacks.empty()) { // their files are gone, and the panes say so
            made.emplace();
            state = State::Ready;
            return desk.changed();
        }
        state = State::Working;
        job = parts.jobs.start(
            JobKind::Proposal, levels ? "Proposing contours" : "Looking for the vertebrae",
            [question, proposer = proposer](const Watch& watch) -> Result<std::string> {
                question->answer = proposer(question->request, watch);
                if (!question->answer) return tl::unexpected(question->answer.error());
                const auto& answer = *question->answer;
                if (!question->request.contours)
                    return std::string(answer.levels ? "The vertebrae are proposed."
                                                     : "No vertebrae were found.");
                if (answer.contours.empty()) return std::string("No contour was found to propose.");
                return counted(answer.contours.size(), "contour") + " proposed.";
            },
            [question, weak = std::weak_ptr(self)](const Job& ended) {
                const auto here = weak.lock();
                if (!here) return;
                auto& s = *(*here)->m_state;
                if (s.job != ended.id) return; // another question was asked meanwhile
                s.job.reset();
                if (ended.status == JobStatus::Done) {
                    s.made = std::move(*question->answer);
                    s.state = State::Ready;
                } else {
                    s.state = State::Failed;
                    s.failure = ended.status == JobStatus::Cancelled
                                    ? "Proposing was cancelled."
                                    : "There are no proposals: " + ended.message;
                }
                s.desk.changed();
            });
        desk.changed();
    }

    [[nodiscard]] const proposal::Proposal* found(const Cell& cell) const {
        if (!made || !madeFor || madeFor != confirmed()) return nullptr;
        const auto one = std::ranges::find(made->contours, cell,
                                           [](const proposal::Proposal& p) { return p.contour.cell; });
        return one == made->contours.end() ? nullptr : &*one;
    }
    /// The reader may know what the models say of this cell.
    [[nodiscard]] bool visible(const Cell& cell) const {
        if (offering == Offering::Never) return false;
        const auto* drawn = parts.record.contour(cell);
        if (offering == Offering::First) return parts.record.state(cell) == protocol::CellState::Todo;
        return drawn && drawn->contour.assessable && drawn->contour.source == protocol::Source::Manual;
    }
    Result<> keep(const proposal::Proposal& offer, store::Decision decision) {
        store::ProposalDecision said;
        said.study = parts.record.study();
        said.image = offer.contour.image;
        said.cell = offer.contour.cell;
        said.model = offer.contour.model.value_or("");
        said.curve = offer.contour.curve;
        said.area = offer.areaMm2;
        said.confidence = offer.confidence;
        if (offer.areaHigh > offer.areaLow) {
            said.areaLow = offer.areaLow;
            said.areaHigh = offer.areaHigh;
        }
        said.failure = offer.failure;
        said.doubtful = offer.doubtful;
        said.decision = decision;
        if (decision == store::Decision::Accepted)
            if (const auto* entry = parts.record.contour(said.cell)) said.contour = entry->contour.id;
        return store::ProposalRepository(parts.store).append(said, parts.record.rater());
    }
};

ProposalDesk::ProposalDesk(const Parts& parts, Proposer proposer, Offering offering)
    : m_state(std::make_unique<Impl>(*this, parts, std::move(proposer), offering)) {
    auto& s = *m_state;
    if (!s.wanted()) return;
    s.self = std::make_shared<ProposalDesk*>(this);
    s.readDecisions();
    s.onPixels = parts.images.stackChanged.subscribe([this](std::size_t) { m_state->proceed(); });
    s.onLevels = parts.record.levelsChanged.subscribe([this] {
        if (m_state->state == State::Failed) m_state->state = State::Waiting; // worth another try
        m_state->proceed();
        changed();
    });
    s.proceed();
}

ProposalDesk::~ProposalDesk() {
    m_state->cancel();
}

ProposalDesk::State ProposalDesk::state() const {
    return m_state->state;
}

Offering ProposalDesk::offering() const {
    return m_state->offering;
}

std::string ProposalDesk::sentence() const {
    const auto& s = *m_state;
    switch (s.state) {
    case State::Off:
        return "";
    case State::Waiting:
        return "Proposals follow when the pictures are loaded.";
    case State::Working:
        return s.madeFor ? "Contours are being proposed…" : "The vertebrae are being looked for…";
    case State::Failed:
        return s.failure;
    case State::Ready:
        break;
    }
    return "";
}

void ProposalDesk::ask() {
    auto& s = *m_state;
    if (!s.wanted()) return;
    s.cancel();
    s.made.reset();
    s.state = State::Waiting;
    s.proceed();
    changed();
}

const proposal::Proposal* ProposalDesk::offered(const Cell& cell) const {
    return m_state->visible(cell) && !m_state->rejected.contains(cell) ? m_state->found(cell) : nullptr;
}

bool ProposalDesk::rejected(const Cell& cell) const {
    return m_state->visible(cell) && m_state->rejected.contains(cell) && m_state->found(cell);
}

std::optional<std::string> ProposalDesk::withheld(const Cell& cell) const {
    const auto& s = *m_state;
    if (!s.made || !s.madeFor || s.madeFor != s.confirmed() || !s.visible(cell)) return std::nullopt;
    const auto one = std::ranges::find(s.made->withheld, cell, &proposal::Withheld::cell);
    return one == s.made->withheld.end() ? std::nullopt : std::optional(one->reason);
}

Result<> ProposalDesk::accept(const Cell& cell) {
    auto& s = *m_state;
    const auto* offer = offered(cell);
    if (!offer)
        return fail(ErrorCode::NotFound,
                    "There is no proposal for the " + anatomy::label(cell) + " to accept.");
    const auto taken = *offer; // saving tells of a change, after which the offer is gone
    if (const auto saved = s.parts.record.save(taken.contour); !saved) return saved;
    return s.keep(taken, store::Decision::Accepted);
}

Result<> ProposalDesk::reject(const Cell& cell) {
    auto& s = *m_state;
    const auto* offer = s.visible(cell) ? s.found(cell) : nullptr;
    if (!offer)
        return fail(ErrorCode::NotFound,
                    "There is no proposal for the " + anatomy::label(cell) + " to reject.");
    const bool again = s.rejected.contains(cell);
    if (const auto kept = s.keep(*offer, again ? store::Decision::Offered : store::Decision::Rejected); !kept)
        return kept;
    if (again)
        s.rejected.erase(cell);
    else
        s.rejected.insert(cell);
    changed();
    return {};
}

const proposal::ProposedLevels* ProposalDesk::levels() const {
    const auto& s = *m_state;
    const auto& now = s.parts.record.levels();
    const bool unmarked = !now || now->marks.empty();
    return unmarked && s.made && !s.madeFor && s.made->levels ? &*s.made->levels : nullptr;
}

Result<> ProposalDesk::takeLevels() {
    const auto* proposed = levels();
    if (!proposed) {
        const auto& s = *m_state;
        return fail(ErrorCode::NotFound,
                    s.made && !s.madeFor && s.made->levels
                        ? "Vertebrae are proposed, but some are marked already: remove those marks first (" +
                              keyWord(ActionId::RemoveLastMark) + ")."
                        : "No vertebrae are proposed for this study.");
    }
    return m_state->parts.record.saveDraftLevels(anatomy::LevelSet(proposed->levels));
}

} // namespace forameter::workspace
