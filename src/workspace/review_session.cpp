// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/review_session.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include "forameter/agreement/mixups.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/workspace/jobs.hpp"
#include "review_case.hpp"
#include "review_readings.hpp"

namespace forameter::workspace {

using agreement::CaseKey;
using store::Operation;
using store::Situation;

namespace {

constexpr std::size_t kStudiesAtOnce = 4; ///< compared before the list is told

using RoundStates = std::vector<std::pair<std::string, store::RoundState>>;

RoundStates statesOf(const std::vector<store::Round>& rounds) {
    RoundStates states;
    for (const auto& round : rounds)
        states.emplace_back(round.plan.name, round.state);
    return states;
}

} // namespace

bool mayReview(const store::Store& store) {
    return mayDo(store, Operation::SignConsensus, Situation::Opened).value_or(false) ||
           mayDo(store, Operation::MakeConsensus, Situation::Opened).value_or(false);
}

Result<> mayReveal(const store::Store& store, const std::string& round) {
    const auto may =
        mayDo(store, Operation::RevealNames, round.empty() ? Situation::Free : Situation::Opened);
    if (!may) return tl::unexpected(may.error());
    if (*may) return {};
    const auto role = roleOf(store);
    if (!role) return tl::unexpected(role.error());
    return fail(ErrorCode::NotAllowed,
                "A " + std::string(name(*role)) + " may not see who drew which contour.");
}

struct ReviewSession::State {
    explicit State(store::Store s, Post p) : store(std::move(s)), post(std::move(p)), jobs(post) {}

    store::Store store;
    Post post;
    bool role = true;
    std::vector<ReviewScope> scopes;
    RoundStates rounds; ///< that the scopes were made from
    std::optional<ReviewScope> scope;
    bool loading = false;
    std::string failure;
    std::shared_ptr<const ReviewReadings> readings;
    std::map<CaseKey, agreement::CaseSpread> spreads;
    std::vector<ReviewEntry> all, shown;
    ReviewListFilter filter;
    std::shared_ptr<const agreement::Readings> prepared;
    std::shared_ptr<const agreement::Summary> summary;
    std::unique_ptr<ReviewDesk> desk;
    Subscription reviewed;
    std::optional<Progress> progress;
    std::optional<JobId> job;
    int generation = 0; ///< what an earlier choice still sends is dropped
    std::shared_ptr<ReviewSession*> self;
    Subscription ran;
    JobRunner jobs; ///< last: ends before what it works on

    void filtered() {
        shown.clear();
        std::ranges::copy_if(all, std::back_inserter(shown), [this](const ReviewEntry& entry) {
            return (!filter.structure || *filter.structure == entry.cell.structure) &&
                   (!filter.level || *filter.level == entry.cell.level) &&
                   (!filter.state || *filter.state == entry.state);
        });
    }
    void readReviews() {
        const auto reviews = store::ReviewRepository(store).list({.round = scope->round});
        if (!reviews) return;
        std::map<CaseKey, const store::Review*> known;
        for (const auto& review : *reviews)
            known[{review.study, review.cell}] = &review;
        for (auto& entry : all) {
            const auto found = known.find({entry.study, entry.cell});
            entry.looked = found != known.end();
            entry.state = entry.looked ? found->second->state : store::ReviewState::Open;
        }
    }
    void readScopes();
    void start(ReviewSession& session);
    Result<ReviewDesk::Case> caseOf(const ReviewEntry& entry);
};

ReviewSession::ReviewSession(std::unique_ptr<State> state) : m_state(std::move(state)) {
    m_state->self = std::make_shared<ReviewSession*>(this);
}

ReviewSession::~ReviewSession() {
    m_state->self.reset();
}

Result<std::unique_ptr<ReviewSession>> ReviewSession::open(const std::filesystem::path& path,
                                                           const store::Actor& actor, Post post) {
    auto store = store::Store::open(path, actor);
    if (!store) return tl::unexpected(store.error());
    auto session = std::unique_ptr<ReviewSession>(
        new ReviewSession(std::make_unique<State>(std::move(*store), std::move(post))));
    auto& s = *session->m_state;
    s.ran = s.jobs.changed.subscribe([raw = session.get()](const Job& job) {
        auto& state = *raw->m_state;
        if (job.id != state.job) return;
        state.progress = job.status == JobStatus::Running ? std::optional(job.progress) : std::nullopt;
        if (job.status != JobStatus::Running) state.job.reset();
        raw->progressChanged();
    });
    s.role = mayReview(s.store);
    s.readScopes();
    if (!s.scopes.empty()) session->choose(s.scopes.front());
    return session;
}

void ReviewSession::State::readScopes() {
    scopes.clear();
    if (!role) return;
    if (auto known = store::RoundRepository(store).list()) {
        rounds = statesOf(*known);
        std::erase_if(*known, [](const store::Round& r) { return r.state != store::RoundState::Opened; });
        std::ranges::stable_sort(*known, std::greater<>(), [](const store::Round& r) { return r.opened; });
        for (const auto& round : *known)
            scopes.push_back({round.plan.name});
    }
    const auto free = store::ContourRepository(store).count({.source = protocol::Source::Manual});
    if ((free && *free > 0) || scopes.empty()) scopes.push_back({""});
}

const store::Store& ReviewSession::store() const {
    return m_state->store;
}
const std::vector<ReviewScope>& ReviewSession::scopes() const {
    return m_state->scopes;
}
const std::optional<ReviewScope>& ReviewSession::scope() const {
    return m_state->scope;
}

void ReviewSession::choose(const ReviewScope& scope) {
    auto& s = *m_state;
    const bool other = s.scope != scope;
    s.scope = scope;
    if (other) {
        s.reviewed.reset();
        s.desk.reset();
        s.all.clear();
        s.shown.clear();
    }
    s.start(*this);
    listChanged();
    if (other) deskChanged();
}

void ReviewSession::refresh() {
    m_state->role = mayReview(m_state->store);
    m_state->readScopes();
    if (m_state->scope && std::ranges::find(m_state->scopes, *m_state->scope) != m_state->scopes.end())
        choose(*m_state->scope);
    else if (!m_state->scopes.empty())
        choose(m_state->scopes.front());
    else
        listChanged();
}

void ReviewSession::catchUp() {
    const auto all = store::RoundRepository(m_state->store).list();
    if (all && m_state->role && statesOf(*all) != m_state->rounds) refresh();
}

void ReviewSession::State::start(ReviewSession& session) {
    if (job) jobs.cancel(*job);
    ++generation;
    loading = true;
    failure.clear();
    spreads.clear();
    prepared.reset();
    summary.reset();
    // Each piece of work reaches the owner thread through here, unless something else was chosen meanwhile.
    const auto tell = [post = post, weak = std::weak_ptr(self), mine = generation](auto change) {
        post([weak, mine, change = std::move(change)] {
            const auto alive = weak.lock();
            if (alive && (*alive)->m_state->generation == mine) change(**alive);
        });
    };
    const auto work = [this, round = scope->round, tell](const Watch& watch) -> Result<std::string> {
        auto read = readForReview(store, round, watch);
        if (!read) {
            tell([message = read.error().message](ReviewSession& to) {
                to.m_state->loading = false;
                to.m_state->failure = message;
                to.listChanged();
            });
            return tl::unexpected(read.error());
        }
        const auto known = std::make_shared<const ReviewReadings>(std::move(*read));
        tell([known](ReviewSession& to) {
            auto& s = *to.m_state;
            s.loading = false;
            s.readings = known;
            s.all = known->entries;
            sortForReview(s.all, {});
            s.readReviews();
            s.filtered();
            to.listChanged();
        });
        std::vector<StudyUid> studies;
        for (const auto& [study, range] : known->studies)
            studies.push_back(study);
        for (std::size_t i = 0; i < studies.size(); i += kStudiesAtOnce) {
            watch.report(i, studies.size() + studies.size() / 2, "comparing contours");
            const std::vector<StudyUid> some(
                studies.begin() + static_cast<std::ptrdiff_t>(i),
                studies.begin() + static_cast<std::ptrdiff_t>(std::min(i + kStudiesAtOnce, studies.size())));
            const auto ready = agreement::prepare(statisticsInput(store, *known, some), {{}, watch.stop});
            if (!ready) return tl::unexpected(ready.error());
            const auto pairs = agreement::comparePairs(*ready, {{}, watch.stop});
            if (!pairs) return tl::unexpected(pairs.error());
            tell([spreads = agreement::caseSpreads(*ready, *pairs)](ReviewSession& to) {
                auto& s = *to.m_state;
                for (const auto& spread : spreads)
                    s.spreads.insert_or_assign(spread.key, spread);
                sortForReview(s.all, s.spreads);
                s.filtered();
                to.listChanged();
            });
        }
        watch.report(studies.size(), studies.size() + studies.size() / 2, "working out the agreement");
        auto whole = agreement::prepare(statisticsInput(store, *known, studies), {{}, watch.stop});
        if (!whole) return tl::unexpected(whole.error());
        auto everything = std::make_shared<const agreement::Readings>(std::move(*whole));
        auto figures = agreement::summarise(*everything, {}, {{}, watch.stop});
        if (!figures) return tl::unexpected(figures.error());
        tell([everything,
              sum = std::make_shared<const agreement::Summary>(std::move(*figures))](ReviewSession& to) {
            to.m_state->prepared = everything;
            to.m_state->summary = sum;
            to.figuresChanged();
        });
        return std::string();
    };
    job = jobs.start(JobKind::Comparison, "Comparing the raters", work);
    progress = Progress{0, 0, "reading the contours"};
    session.progressChanged();
}

ReviewSession::Lack ReviewSession::lack() const {
    const auto& s = *m_state;
    if (!s.role) return Lack::Role;
    if (!s.failure.empty()) return Lack::Failed;
    if (!s.scope) return Lack::NoRound;
    if (!s.shown.empty()) return Lack::None;
    if (s.loading) return Lack::Loading;
    if (!s.all.empty()) return Lack::Filter;
    if (!hiding().empty()) return Lack::Hidden;
    if (!s.readings || !s.readings->anybody)
        return s.scopes.size() == 1 && s.scope->round.empty() ? Lack::NoRound : Lack::NoReadings;
    return Lack::OneRater;
}

std::string ReviewSession::hiding() const {
    const auto& s = *m_state;
    if (!s.scope || s.scope->round.empty()) return {};
    const auto rounds = store::RoundRepository(s.store).hiding(s.scope->round);
    return rounds && !rounds->empty() ? stillHiding(rounds->front()) : std::string();
}

const std::string& ReviewSession::failure() const {
    return m_state->failure;
}
bool ReviewSession::phantom() const {
    return m_state->readings && m_state->readings->phantom;
}
const std::vector<ReviewEntry>& ReviewSession::entries() const {
    return m_state->shown;
}
std::size_t ReviewSession::total() const {
    return m_state->all.size();
}
const ReviewListFilter& ReviewSession::filter() const {
    return m_state->filter;
}

void ReviewSession::setFilter(const ReviewListFilter& filter) {
    if (m_state->filter == filter) return;
    m_state->filter = filter;
    m_state->filtered();
    listChanged();
}

std::optional<std::size_t> ReviewSession::find(const StudyUid& study, const anatomy::Cell& cell) const {
    const auto found = std::ranges::find_if(
        m_state->shown, [&](const ReviewEntry& entry) { return entry.study == study && entry.cell == cell; });
    if (found == m_state->shown.end()) return std::nullopt;
    return static_cast<std::size_t>(found - m_state->shown.begin());
}

std::optional<Progress> ReviewSession::progress() const {
    return m_state->progress;
}
void ReviewSession::cancel() {
    if (m_state->job) m_state->jobs.cancel(*m_state->job);
}
bool ReviewSession::complete() const {
    return m_state->summary != nullptr;
}

Result<ReviewDesk::Case> ReviewSession::State::caseOf(const ReviewEntry& entry) {
    const auto range = readings->studies.at(entry.study);
    std::vector<agreement::ConsensusMember> members;
    std::vector<protocol::Contour> contours;
    for (std::size_t i = range.first; i < range.second; ++i) {
        if (readings->occasions[i] != 1) continue;
        members.push_back({readings->contours[i].contour, readings->contours[i].version});
        contours.push_back(readings->contours[i].contour);
    }
    auto cases = agreement::consensusCases(members);
    const auto found = std::ranges::find(cases, entry.cell, &agreement::ConsensusCase::cell);
    if (found == cases.end())
        return fail(ErrorCode::NotFound, "The " + anatomy::label(entry.cell) + " of " + entry.title +
                                             " cannot be reviewed: its contours were taken back.");
    ReviewDesk::Case made{
        .title = entry.title, .round = scope->round, .seed = readings->seed, .of = std::move(*found)};
    for (const auto& mixUp : agreement::findMixUps(contours))
        made.outlined[contours[mixUp.index].id] = mixUp.identified;
    const auto record = store::StudyRepository(store).find(entry.study);
    if (!record) return tl::unexpected(record.error());
    auto opened = openStacks(*record);
    // Where nobody's contour can be used, the picture of one that is left out is shown.
    const auto drawn = [](const protocol::Contour& contour) { return !contour.curve.points.empty(); };
    std::set<ImageId> wanted;
    if (!made.of.members.empty()) wanted.insert(made.of.image);
    for (const auto& other : made.of.elsewhere)
        wanted.insert(other.contour.image);
    for (const auto& left : made.of.leftOut)
        if (drawn(left.contour)) wanted.insert(left.contour.image);
    if (made.of.members.empty() && !wanted.empty()) made.of.image = *wanted.begin();
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < opened.stacks.size(); ++i) {
        const auto& images = opened.stacks[i].images;
        if (std::ranges::any_of(images, [&](const ImageId& image) { return wanted.contains(image); }))
            kept.push_back(i);
    }
    if (kept.empty())
        return fail(ErrorCode::NotFound, "The " + anatomy::label(entry.cell) + " of " + entry.title +
                                             " cannot be shown: nobody drew it on an image of this store.");
    for (const std::size_t i : kept)
        made.images.stacks.push_back(std::move(opened.stacks[i]));
    made.images.loader = [loader = std::move(opened.loader), kept](std::size_t stack, const Watch& watch) {
        return loader(kept[stack], watch);
    };
    return made;
}

Result<> ReviewSession::take(std::size_t entry) {
    auto& s = *m_state;
    if (entry >= s.shown.size()) return fail(ErrorCode::NotFound, "There is no such case in the list.");
    auto of = s.caseOf(s.shown[entry]);
    if (!of) return tl::unexpected(of.error());
    s.desk = std::make_unique<ReviewDesk>(s.store, std::move(*of), s.post);
    s.reviewed = s.desk->reviewed.subscribe([this] {
        auto& state = *m_state;
        const auto& review = state.desk->review();
        for (auto* list : {&state.all, &state.shown})
            for (auto& row : *list)
                if (row.study == state.desk->study() && row.cell == state.desk->cell()) {
                    row.looked = review.has_value();
                    row.state = review ? review->state : store::ReviewState::Open;
                }
        listChanged(); // a filtered list keeps the case until the next one is taken
    });
    deskChanged();
    return {};
}

ReviewDesk* ReviewSession::desk() {
    return m_state->desk.get();
}

std::optional<std::size_t> ReviewSession::current() const {
    if (!m_state->desk) return std::nullopt;
    return find(m_state->desk->study(), m_state->desk->cell());
}

std::optional<std::size_t> ReviewSession::neighbour(Direction direction) const {
    const auto here = current();
    if (m_state->shown.empty()) return std::nullopt;
    if (!here) return 0;
    if (direction == Direction::Next)
        return *here + 1 < m_state->shown.size() ? std::optional(*here + 1) : std::nullopt;
    return *here > 0 ? std::optional(*here - 1) : std::nullopt;
}

std::optional<std::size_t> ReviewSession::nextUnsigned() const {
    const auto n = m_state->shown.size();
    const auto from = current().value_or(n - 1);
    for (std::size_t i = 1; i <= n; ++i) {
        const auto at = (from + i) % n;
        if (m_state->shown[at].state != store::ReviewState::Signed && at != current()) return at;
    }
    return std::nullopt;
}

std::optional<AgreementFigures> ReviewSession::figures(const anatomy::Cell& cell) const {
    if (!m_state->summary) return std::nullopt;
    return figuresOf(*m_state->prepared, *m_state->summary, cell);
}

} // namespace forameter::workspace
