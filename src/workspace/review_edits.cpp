// SPDX-License-Identifier: Apache-2.0
#include "review_edits.hpp"

#include <algorithm>

#include "forameter/core/time.hpp"
#include "forameter/store/contour_repository.hpp"

namespace forameter::workspace {

using geometry::PlaneCurve;
using store::ReviewState;

void ReviewEdits::read(const geometry::ImagePlane& plane) {
    const auto current = store::ReviewRepository(m_store).current(m_case.study, m_case.cell, m_round);
    m_review = current ? *current : std::nullopt;
    if (m_curve || !m_review || !m_review->accepted || !m_review->accepted->version) return;
    const auto versions = store::ContourRepository(m_store).versions(
        {.study = m_case.study, .source = protocol::Source::Consensus, .cell = m_case.cell});
    if (!versions) return;
    for (const auto& stored : *versions) {
        if (stored.contour.id != m_review->accepted->id || stored.version != *m_review->accepted->version)
            continue;
        if (stored.contour.image != m_case.image) return; // made when the consensus lay elsewhere
        m_curve = geometry::toPlane(stored.contour.curve, plane);
        m_id = stored.contour.id;
        m_version = stored.version;
        m_note = stored.contour.note;
    }
}

Result<> ReviewEdits::append(const PlaneCurve& curve, const geometry::ImagePlane& plane) {
    if (m_case.members.empty())
        return fail(ErrorCode::NotFound,
                    "Nobody drew this cell on this image, so there is nothing to change.");
    const auto& model = m_case.members.front().contour;
    protocol::Contour contour;
    contour.id = m_mine ? m_id : ContourId(newUuid());
    contour.study = m_case.study;
    contour.image = m_case.image;
    contour.cell = m_case.cell;
    contour.curve = geometry::toPatient(curve, plane);
    contour.rater = m_store.actor().name();
    contour.source = protocol::Source::Consensus;
    contour.note = m_note;
    contour.plane = model.plane;
    contour.weighting = model.weighting;
    contour.protocol = model.protocol;
    contour.midlineOffset = model.midlineOffset;
    contour.obliquity = model.obliquity;
    contour.created = now();
    if (m_version > 0 && !m_mine) contour.parent = m_id;
    store::ContourRepository contours(m_store);
    // Import and not save(): the reviewer names the level that the raters named, whoever confirmed the
    // levels.
    const auto taken = contours.import({{contour}, {0}, {}, {}});
    if (!taken) return tl::unexpected(taken.error());
    if (!taken->refused.empty()) return tl::unexpected(taken->refused.front().error);
    auto stored = contours.find(contour.id);
    if (!stored) { // the same curve is there already, from an earlier day
        const auto all =
            contours.current({.study = contour.study, .rater = RaterId(contour.rater), .cell = contour.cell});
        if (!all) return tl::unexpected(all.error());
        const auto same = std::ranges::find_if(*all, [&](const store::StoredContour& other) {
            return other.contour.source == contour.source && other.contour.image == contour.image &&
                   other.measurement && other.contour.curve.points.size() == contour.curve.points.size() &&
                   geometry::length(other.contour.curve.points.front() - contour.curve.points.front()) < 1e-5;
        });
        if (same == all->end()) return tl::unexpected(stored.error());
        stored = *same;
    }
    m_id = stored->contour.id;
    m_version = stored->version;
    m_mine = true;
    return {};
}

Result<> ReviewEdits::keep(PlaneCurve curve, const geometry::ImagePlane& plane, const std::string& what,
                           const std::function<std::string()>& note) {
    if (const auto valid = geometry::validate(curve); !valid) return valid;
    if (!m_curve) m_note = note();
    Step step{.what = what, .curve = m_curve};
    if (const auto done = append(curve, plane); !done) return done;
    m_curve = std::move(curve);
    m_steps.push_back(std::move(step));
    return {};
}

void ReviewEdits::discard() {
    m_steps.push_back({.what = "Back to the consensus", .curve = m_curve});
    m_curve.reset();
}

Result<> ReviewEdits::write(ReviewState state, std::optional<store::Accepted> accepted, std::string reason,
                            const store::Basis& basis) {
    store::Review review;
    review.study = m_case.study;
    review.cell = m_case.cell;
    review.round = m_round;
    review.state = state;
    review.accepted = std::move(accepted);
    review.reason = std::move(reason);
    store::ReviewRepository reviews(m_store);
    const int version = m_review ? m_review->version : 0;
    auto set = reviews.set(review, version, basis);
    if (set) {
        m_review = std::move(*set);
        return {};
    }
    if (set.error().code != ErrorCode::Conflict) return tl::unexpected(set.error());
    const auto newer = reviews.current(m_case.study, m_case.cell, m_round);
    if (!newer || !*newer || (*newer)->version == version) return tl::unexpected(set.error());
    m_review = **newer;
    std::erase_if(m_steps,
                  [](const Step& s) { return s.decision; }); // what they would bring back is not ours
    const std::string did = m_review->state == ReviewState::Signed    ? "signed"
                            : m_review->state == ReviewState::Discuss ? "marked for discussion"
                            : m_review->accepted                      ? "accepted a contour of"
                                                                      : "opened";
    return fail(ErrorCode::Conflict, m_review->reviewer + " has " + did + " this case meanwhile" +
                                         (m_review->reason.empty() ? "" : " (" + m_review->reason + ")") +
                                         ". Your decision was not written; your contour is kept. Look again, "
                                         "then decide.");
}

Result<> ReviewEdits::decide(ReviewState state, std::optional<store::Accepted> accepted, std::string reason,
                             const std::string& what, const store::Basis& basis) {
    Step step{.what = what, .decision = true, .review = m_review};
    if (const auto done = write(state, std::move(accepted), std::move(reason), basis); !done) return done;
    m_steps.push_back(std::move(step));
    return {};
}

std::optional<std::string> ReviewEdits::undoText() const {
    if (m_steps.empty()) return std::nullopt;
    return m_steps.back().what;
}

Result<> ReviewEdits::undo(const geometry::ImagePlane& plane) {
    if (m_steps.empty()) return fail(ErrorCode::NotFound, "There is nothing to undo in this case.");
    const Step step = m_steps.back();
    if (step.decision) {
        const auto& before = step.review;
        const auto done =
            write(before ? before->state : ReviewState::Open, before ? before->accepted : std::nullopt,
                  "Taken back: " + step.what +
                      (before && !before->reason.empty() ? ". Before: " + before->reason : "."));
        if (!done) return done;
    } else {
        if (step.curve) {
            if (const auto done = append(*step.curve, plane); !done) return done;
        }
        m_curve = step.curve;
    }
    m_steps.pop_back();
    return {};
}

} // namespace forameter::workspace
