// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/review_desk.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include "forameter/core/random.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/words.hpp"
#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "review_desk_state.hpp"

namespace forameter::workspace {

using geometry::PlaneCurve;
using protocol::ConsensusMethod;
using store::ReviewState;

namespace {

std::string methodText(ConsensusMethod method) {
    switch (method) {
    case ConsensusMethod::Majority:
        return "majority";
    case ConsensusMethod::Staple:
        return "STAPLE";
    case ConsensusMethod::MeanShape:
        break;
    }
    return "mean shape";
}

} // namespace

std::vector<std::string> ratersByLetter(const agreement::ConsensusCase& of, std::uint64_t seed) {
    std::set<std::string> names;
    for (const auto& member : of.members)
        names.insert(member.contour.rater);
    for (const auto& other : of.elsewhere)
        names.insert(other.contour.rater);
    for (const auto& left : of.leftOut)
        names.insert(left.contour.rater);
    std::vector<std::string> letters(names.begin(), names.end());
    const auto hash = sha256(of.study.text() + "\n" + anatomy::label(of.cell));
    std::uint64_t stream = 0;
    for (std::size_t i = 0; i < 8; ++i)
        stream = 256 * stream + hash[i];
    Random random = Random(seed).stream(stream);
    random.shuffle(std::span(letters));
    return letters;
}

void ReviewDesk::State::prepare() {
    names = ratersByLetter(of.of, of.seed);
    for (const auto& member : of.of.members) {
        ReviewCurve curve;
        curve.letter = letterOf(member.contour.rater);
        curve.curve = geometry::toPlane(member.contour.curve, *plane);
        curve.area = geometry::area(curve.curve);
        curves.push_back(std::move(curve));
    }
    std::ranges::sort(of.of.members, {}, [this](const auto& m) { return letterOf(m.contour.rater); });
    std::ranges::sort(curves, {}, &ReviewCurve::letter);
    std::vector<PlaneCurve> all;
    for (const auto& curve : curves)
        all.push_back(curve.curve);
    if (!all.empty()) band = agreement::disagreementBand(all);
    addAsides();
    method = desk.proposal();
    judge();
}

void ReviewDesk::State::addAsides() {
    const auto add = [this](ReviewAside::Kind what, const protocol::Contour& contour, std::string sentence) {
        ReviewAside aside{.kind = what, .letter = letterOf(contour.rater), .sentence = std::move(sentence)};
        if (contour.assessable && !contour.curve.points.empty()) {
            aside.slice = images.find(contour.image);
            if (aside.slice) {
                aside.curve = geometry::toPlane(contour.curve, images.plane(*aside.slice));
                aside.area = geometry::area(*aside.curve);
                aside.here = *aside.slice == slice;
            }
        }
        asides.push_back(std::move(aside));
    };
    for (const auto& other : of.of.elsewhere) {
        add(ReviewAside::Kind::OtherSlice, other.contour,
            std::string(1, letterOf(other.contour.rater)) + " drew on another slice, " +
                printed(std::abs(other.offset.value()), 1) + " mm away.");
    }
    for (const auto& left : of.of.leftOut) {
        const std::string letter(1, letterOf(left.contour.rater));
        switch (left.reason) {
        case agreement::LeftOut::Reason::MixUp: {
            const auto cell = of.outlined.find(left.contour.id);
            add(ReviewAside::Kind::MixUp, left.contour,
                letter + " outlined " +
                    (cell == of.outlined.end() ? "another level or side"
                                               : "the " + anatomy::label(cell->second)) +
                    ": left out.");
            break;
        }
        case agreement::LeftOut::Reason::NotAssessable:
            add(ReviewAside::Kind::NotAssessable, left.contour,
                letter + " calls it not assessable" +
                    (left.contour.note.empty() ? "." : ": " + left.contour.note + "."));
            break;
        case agreement::LeftOut::Reason::Superseded:
            break;
        }
    }
    std::ranges::stable_sort(asides, {}, &ReviewAside::letter);
}

void ReviewDesk::State::name() {
    for (auto& curve : curves)
        curve.rater = revealed ? names[static_cast<std::size_t>(curve.letter - 'A')] : "";
    for (auto& aside : asides)
        aside.rater = revealed ? names[static_cast<std::size_t>(aside.letter - 'A')] : "";
}

/// Why there is no consensus, for somebody to whom raters are letters.
Error ReviewDesk::State::withoutNames(agreement::ConsensusRefusal refusal) const {
    if (!refusal.rater.empty()) refusal.rater = letterOf(refusal.rater);
    return {agreement::errorOf(refusal, of.of, method).code, "There is no consensus: " + clause(refusal)};
}

/// How each rater compares with what is shown.
void ReviewDesk::State::judge() {
    const auto& result = desk.result();
    const auto& chosen = desk.consensus(method);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        auto& curve = curves[i];
        curve.dice.reset();
        curve.hd95.reset();
        if (result) {
            const auto compared = geometry::compare(curve.curve, *result);
            if (std::isfinite(compared.dice)) {
                curve.dice = compared.dice;
                curve.hd95 = compared.hd95;
            }
        }
        curve.sensitivity = curve.specificity = std::nullopt;
        curve.areaWithout.reset();
        if (!chosen) continue;
        for (const auto& input : chosen->raters) {
            if (input.contour != of.of.members[i].contour.id) continue;
            curve.sensitivity = input.sensitivity;
            curve.specificity = input.specificity;
            curve.areaWithout = input.areaWithout;
        }
    }
}

void ReviewDesk::State::readTool() {
    if (!tool) return;
    const auto& result = desk.result();
    tool->setCurve(!result || edits.curve() ? result : std::optional(editable(*result)));
}

void ReviewDesk::State::resultChanged() {
    shownKnown = false;
    judge();
    readTool();
    desk.changed();
}

ReviewDesk::ReviewDesk(const store::Store& store, Case of, Post post)
    : m_state(std::make_unique<State>(*this, store, std::move(of), std::move(post))) {
    auto& s = *m_state;
    s.slice = s.images.find(s.of.of.image).value_or(SliceRef{});
    s.plane = &s.images.plane(s.slice);
    s.images.prefer({s.slice.stack});
    s.edits.read(*s.plane);
    s.prepare();
}
ReviewDesk::~ReviewDesk() = default;

const StudyUid& ReviewDesk::study() const {
    return m_state->of.of.study;
}
const std::string& ReviewDesk::title() const {
    return m_state->of.title;
}
const anatomy::Cell& ReviewDesk::cell() const {
    return m_state->of.of.cell;
}
const std::string& ReviewDesk::round() const {
    return m_state->of.round;
}
StudyImages& ReviewDesk::images() {
    return m_state->images;
}
SliceRef ReviewDesk::slice() const {
    return m_state->slice;
}
const std::vector<ReviewCurve>& ReviewDesk::curves() const {
    return m_state->curves;
}
const std::vector<ReviewAside>& ReviewDesk::asides() const {
    return m_state->asides;
}
const std::vector<geometry::PlaneCurve>& ReviewDesk::band() const {
    return m_state->band;
}

// ---- names

bool ReviewDesk::revealed() const {
    return m_state->revealed;
}

Result<> ReviewDesk::reveal() {
    auto& s = *m_state;
    if (s.revealed) return {};
    if (const auto may = mayReveal(s.store, s.of.round); !may) return may;
    const auto written = store::AuditLog(s.store).record(
        "review.reveal", "names of " + anatomy::label(cell()) + ", study " + study().text() +
                             (s.of.round.empty() ? "" : ", round " + s.of.round));
    if (!written) return written;
    s.revealed = true;
    s.name();
    changed();
    return {};
}

// ---- consensus and result

ConsensusMethod ReviewDesk::proposal() const {
    return m_state->of.of.members.size() > 2 ? ConsensusMethod::Staple : ConsensusMethod::MeanShape;
}
ConsensusMethod ReviewDesk::method() const {
    return m_state->method;
}

void ReviewDesk::setMethod(ConsensusMethod method) {
    if (m_state->method == method) return;
    cancelArc();
    m_state->method = method;
    m_state->resultChanged();
}

const Result<protocol::Consensus>& ReviewDesk::consensus(ConsensusMethod method) {
    auto& s = *m_state;
    const auto found = s.known.find(method);
    if (found != s.known.end()) return found->second;
    auto made =
        agreement::makeConsensus(s.of.of, *s.plane, {.method = method})
            .map_error([&](const agreement::ConsensusRefusal& refusal) { return s.withoutNames(refusal); });
    if (made) made->round = s.of.round;
    return s.known.emplace(method, std::move(made)).first->second;
}

std::optional<std::pair<SquareMillimetres, SquareMillimetres>> ReviewDesk::leaveOneOut() {
    std::optional<std::pair<SquareMillimetres, SquareMillimetres>> range;
    for (const auto& curve : m_state->curves) {
        if (!curve.areaWithout) continue;
        if (!range) range = {*curve.areaWithout, *curve.areaWithout};
        range->first = std::min(range->first, *curve.areaWithout);
        range->second = std::max(range->second, *curve.areaWithout);
    }
    return range;
}

const std::optional<PlaneCurve>& ReviewDesk::result() {
    auto& s = *m_state;
    if (s.shownKnown) return s.shown;
    s.shownKnown = true;
    s.shown = s.edits.curve();
    if (!s.shown) {
        if (const auto& made = consensus(s.method)) s.shown = geometry::toPlane(made->curve, *s.plane);
    }
    return s.shown;
}

bool ReviewDesk::edited() const {
    return m_state->edits.curve().has_value();
}

std::optional<SquareMillimetres> ReviewDesk::resultArea() {
    const auto& curve = result();
    if (!curve) return std::nullopt;
    return geometry::area(*curve);
}

Result<> ReviewDesk::edit(PlaneCurve curve, const std::string& what) {
    auto& s = *m_state;
    const auto done = s.edits.keep(std::move(curve), *s.plane, what, [&] {
        const auto& made = consensus(s.method);
        return made ? "Changed from the " + methodText(s.method) + " consensus."
                    : std::string("Made from one rater's contour.");
    });
    if (!done) return done;
    s.resultChanged();
    return {};
}

Result<> ReviewDesk::startFrom(std::size_t rater) {
    auto& s = *m_state;
    if (rater >= s.curves.size())
        return fail(ErrorCode::InvalidArgument, "There is no such rater in this case.");
    cancelArc();
    return edit(editable(s.curves[rater].curve),
                std::string("Take ") + s.curves[rater].letter + "'s contour");
}

Result<> ReviewDesk::discardEdit() {
    auto& s = *m_state;
    if (!edited()) return fail(ErrorCode::InvalidArgument, "Nothing was changed; this is the consensus.");
    cancelArc();
    s.edits.discard();
    s.resultChanged();
    return {};
}

// ---- decisions

const std::optional<store::Review>& ReviewDesk::review() const {
    return m_state->edits.review();
}

/// Takes what is shown for the truth: the consensus is kept and the decision written, or neither.
Result<> ReviewDesk::State::takeShown(ReviewState as, std::string reason, const std::string& what) {
    store::Basis basis;
    for (const auto& member : of.of.members)
        basis.contours.push_back({member.contour.id, member.version});
    std::optional<store::Accepted> accepted;
    if (edits.curve()) {
        accepted = {edits.id(), edits.version()};
    } else {
        const auto& made = desk.consensus(method);
        if (!made) return tl::unexpected(made.error());
        basis.consensus = *made;
    }
    const auto done = edits.decide(as, std::move(accepted), std::move(reason), what, basis);
    desk.changed();
    if (done) desk.reviewed();
    return done;
}

bool ReviewDesk::acceptedIsShown() {
    auto& s = *m_state;
    if (!review() || !review()->accepted) return false;
    if (edited()) return *review()->accepted == store::Accepted{s.edits.id(), s.edits.version()};
    if (review()->accepted->version) return false;
    const auto kept = store::ConsensusRepository(s.store).find(review()->accepted->id);
    const auto& made = consensus(s.method);
    return kept && made && kept->method == made->method && kept->raters == made->raters;
}

std::string ReviewDesk::stale() const {
    const auto& s = *m_state;
    if (!review() || !review()->accepted || review()->accepted->version) return {};
    const store::ConsensusRepository records(s.store);
    const auto accepted = records.find(review()->accepted->id);
    if (!accepted) return accepted.error().message;
    const auto changes = records.stale(*accepted);
    if (!changes) return changes.error().message;
    std::string sentence;
    for (const auto& input : *changes) {
        using Reason = store::StaleInput::Reason;
        sentence += (sentence.empty() ? "" : " ") + std::string(1, s.letterOf(input.rater)) +
                    (input.reason == Reason::Deleted      ? " has deleted"
                     : input.reason == Reason::Relabelled ? " now calls otherwise"
                                                          : " has changed") +
                    " a contour that the accepted consensus was made from.";
    }
    return sentence;
}

Result<> ReviewDesk::accept() {
    if (review() && review()->state == ReviewState::Signed)
        return fail(ErrorCode::NotAllowed,
                    "This case is signed. Open it again first, or sign what is shown instead.");
    return m_state->takeShown(review() ? review()->state : ReviewState::Open,
                              review() ? review()->reason : "", "Accept");
}

bool ReviewDesk::needsReason() const {
    return edited() || m_state->method != proposal() || (review() && review()->state != ReviewState::Open);
}

Result<> ReviewDesk::sign(std::string reason) {
    auto& s = *m_state;
    if (reason.empty()) {
        if (needsReason())
            return fail(ErrorCode::InvalidArgument, "Say why: the result is not the proposed consensus, or "
                                                    "the case was discussed or signed before.");
        reason = "The proposed consensus (" + methodText(s.method) + ").";
    }
    return s.takeShown(ReviewState::Signed, std::move(reason), "Sign");
}

Result<> ReviewDesk::signWithout(std::string reason) {
    if (reason.empty()) return fail(ErrorCode::InvalidArgument, "Say why this cell has no truth.");
    const auto done =
        m_state->edits.decide(ReviewState::Signed, std::nullopt, std::move(reason), "Sign as not assessable");
    changed();
    if (!done) return done;
    reviewed();
    return {};
}

Result<> ReviewDesk::discuss(std::string note) {
    if (note.empty()) return fail(ErrorCode::InvalidArgument, "Say what is to be discussed.");
    const auto done =
        m_state->edits.decide(ReviewState::Discuss, review() ? review()->accepted : std::nullopt,
                              std::move(note), "Mark for discussion");
    changed();
    if (!done) return done;
    reviewed();
    return {};
}

Result<> ReviewDesk::reopen(std::string reason) {
    if (!review() || review()->state == ReviewState::Open)
        return fail(ErrorCode::InvalidArgument, "This case is open.");
    if (reason.empty()) return fail(ErrorCode::InvalidArgument, "Say why the case is opened again.");
    const auto done =
        m_state->edits.decide(ReviewState::Open, review()->accepted, std::move(reason), "Open again");
    changed();
    if (!done) return done;
    reviewed();
    return {};
}

std::optional<std::string> ReviewDesk::undoText() const {
    return m_state->edits.undoText();
}

Result<> ReviewDesk::undo() {
    auto& s = *m_state;
    cancelArc();
    const auto done = s.edits.undo(*s.plane);
    s.resultChanged();
    reviewed();
    return done;
}

} // namespace forameter::workspace
