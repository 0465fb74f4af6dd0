// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/workspace.hpp"

#include <algorithm>
#include <thread>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "forameter/core/words.hpp"
#include "forameter/intake/import.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/workspace/hanging.hpp"
#include "import_summary.hpp"
#include "study_parts.hpp"
#include "worklist_rows.hpp"
#include "workspace_state.hpp"

namespace forameter::workspace {

namespace {

namespace fs = std::filesystem;

/// Opens the store as somebody, who is added to a store that has no passwords. A packet opens as its rater.
Result<store::Store> openAs(const fs::path& path, const store::Actor& actor) {
    if (!actor.signedInTo.empty() || !actor.rater) return store::Store::open(path, actor);
    auto opened = store::Store::openOrCreate(path, store::Actor::administrator());
    if (!opened) return opened;
    const auto packet = store::packetInfo(*opened);
    if (!packet) return tl::unexpected(packet.error());
    if (*packet) return opened;
    const auto known = store::RaterRepository(*opened).list();
    if (!known) return tl::unexpected(known.error());
    if (std::ranges::find(*known, *actor.rater, &store::Rater::name) == known->end()) {
        if (const auto added = store::RaterRepository(*opened).add(*actor.rater); !added)
            return tl::unexpected(added.error());
    }
    return store::Store::open(path, actor);
}

/// When the reader of a case sees proposals; outside of rounds they are offered first, unless she wants none.
Offering offeringOf(const store::Store& store, const RoundCase* roundCase, const Preferences& preferences) {
    if (!roundCase) return preferences.proposals ? Offering::First : Offering::Never;
    const auto round = store::RoundRepository(store).find(roundCase->assignment().round);
    switch (round ? round->plan.ai : store::AiArm::None) {
    case store::AiArm::After:
        return Offering::AfterDrawing;
    case store::AiArm::First:
        return Offering::First;
    case store::AiArm::None:
        break;
    }
    return Offering::Never;
}

} // namespace

Workspace::Workspace(std::unique_ptr<State> state) : m_state(std::move(state)) {
    m_state->self = std::make_shared<Workspace*>(this);
}

Workspace::~Workspace() {
    closeStudy();
    m_state->self.reset();
}

Result<std::unique_ptr<Workspace>> Workspace::open(Options options) {
    auto store = openAs(options.store, options.actor.value_or(store::Actor::as(RaterId(options.rater))));
    if (!store) return tl::unexpected(store.error());
    auto packet = store::packetInfo(*store);
    if (!packet) return tl::unexpected(packet.error());
    auto state = std::make_unique<State>();
    state->packet = std::move(*packet);
    state->rater = store->actor().rater.value_or(RaterId(options.rater));
    state->store = std::make_unique<store::Store>(std::move(*store));
    auto loaded = loadPreferences(options.configFolder);
    state->preferences = std::move(loaded.preferences);
    state->keptWindows = state->preferences.windows;
    state->damaged = std::move(loaded.messages);
    state->jobs = std::make_unique<JobRunner>(options.post);
    state->options = std::move(options);
    auto workspace = std::unique_ptr<Workspace>(new Workspace(std::move(state)));
    workspace->m_state->keeper = std::make_unique<PreferencesKeeper>(
        workspace->m_state->options.configFolder,
        [weak = std::weak_ptr(workspace->m_state->self),
         post = workspace->m_state->options.post](const std::string& sentence) {
            post([weak, sentence] {
                if (const auto self = weak.lock()) (*self)->message(sentence);
            });
        });
    workspace->m_state->options.post([weak = std::weak_ptr(workspace->m_state->self)] {
        const auto self = weak.lock();
        if (!self) return;
        for (const auto& sentence : std::exchange((*self)->m_state->damaged, {}))
            (*self)->message(sentence);
    });
    if (const auto listed = workspace->refreshWorklist(); !listed) return tl::unexpected(listed.error());
    return workspace;
}

const fs::path& Workspace::storePath() const {
    return m_state->options.store;
}
const std::string& Workspace::rater() const {
    return m_state->rater.text();
}
const store::Store& Workspace::store() const {
    return *m_state->store;
}

Result<> Workspace::setRater(std::string rater) {
    return become(store::Actor::as(RaterId(std::move(rater))));
}

Result<> Workspace::become(const store::Actor& actor) {
    const auto& here = m_state->store->actor();
    const bool same = actor.rater == m_state->rater && actor.signedInTo == here.signedInTo;
    if (!actor.rater || (same && !m_state->left)) return {};
    if (const auto settled = settle(); !settled) return settled;
    auto store = openAs(m_state->options.store, actor);
    if (!store) return tl::unexpected(store.error());
    if (store->actor().rater != actor.rater)
        return fail(ErrorCode::NotAllowed,
                    "This is the packet of " + m_state->rater.text() + "; it is read as nobody else.");
    closeStudy();
    m_state->rows = {};
    m_state->store = std::make_unique<store::Store>(std::move(*store));
    m_state->rater = *actor.rater;
    m_state->left = false;
    m_state->lastImport.reset();
    m_state->worklist.clear();
    m_state->filter = {};
    personChanged();
    return refreshWorklist();
}

Result<> Workspace::signOut() {
    if (const auto settled = settle(); !settled) return settled;
    (void)store::signOut(*m_state->store); // only a note in the audit
    closeStudy();
    m_state->left = true;
    return {};
}

bool Workspace::signedIn() const {
    return !m_state->store->actor().signedInTo.empty();
}
const std::optional<store::PacketInfo>& Workspace::packet() const {
    return m_state->packet;
}

// ---- the open study

Result<StudyDocument*> Workspace::openStudy(const StudyUid& study) {
    const auto found = std::ranges::find(m_state->worklist, study, &WorklistRow::study);
    return openReading(study, found == m_state->worklist.end() ? std::nullopt : std::optional(*found));
}

Result<StudyDocument*> Workspace::openRow(std::size_t row) {
    if (row >= m_state->worklist.size())
        return fail(ErrorCode::NotFound, "The worklist has no such row any more.");
    const auto chosen = m_state->worklist[row];
    return openReading(chosen.study, chosen);
}

Result<StudyDocument*> Workspace::openReading(const StudyUid& study, const std::optional<WorklistRow>& row) {
    auto& s = *m_state;
    const auto record = store::StudyRepository(*s.store).find(study);
    if (!record) return tl::unexpected(record.error());
    auto opened = openStacks(*record);
    const bool ofRound = row && row->round;
    const std::string name = ofRound ? row->title : studyTitle(record->patientId, study);
    if (opened.stacks.empty()) {
        return fail(ErrorCode::NotFound,
                    (ofRound ? name : "Study " + name) +
                        " has no images in this store; import its DICOM files to read it.");
    }
    if (const auto settled = settle(); !settled) return tl::unexpected(settled.error());
    std::unique_ptr<store::Store> within;
    std::unique_ptr<RoundCase> roundCase;
    if (ofRound) {
        auto reading = s.store->inReading(row->round->reading);
        if (!reading) return tl::unexpected(reading.error());
        within = std::make_unique<store::Store>(std::move(*reading));
        auto assignment = store::RoundRepository(*within).find(row->round->reading);
        if (!assignment) return tl::unexpected(assignment.error());
        roundCase = std::make_unique<RoundCase>(*within, std::move(*assignment));
        if (roundCase->assignment().state == store::CaseState::Todo)
            if (const auto begun = roundCase->setDone(false); !begun) return tl::unexpected(begun.error());
    }
    const store::Store& from = within ? *within : *s.store;
    auto mine = Record::open(from, study, s.rater);
    if (!mine) return tl::unexpected(mine.error());
    closeStudy();
    s.reading = std::move(within);
    s.roundCase = std::move(roundCase);
    s.document = std::make_unique<StudyDocument>(
        std::make_unique<StudyDocument::Parts>(std::move(opened.stacks), std::move(opened.loader),
                                               s.options.post, std::move(*mine), name, s.preferences));
    auto& editor = s.document->editor();
    editor.setRadius(Millimetres(s.preferences.brushRadius));
    if (s.document->record().rights().draw)
        editor.setTool(tools::toolKindFromName(s.preferences.tool).value_or(tools::ToolKind::Spline));
    if (s.document->record().rights().draw) // who only looks does not work on a cell
        s.effort = std::make_unique<EffortRecorder>(*s.document, from, s.options.clock);
    s.progress = s.document->record().changed.subscribe([this] { readingChanged(); });
    s.closing = editor.changed.subscribe([this, drawing = false]() mutable {
        const bool before = std::exchange(drawing, m_state->document->editor().busy());
        if (before != drawing) readingChanged();
    });
    if (s.roundCase) {
        (void)s.roundCase->follow(s.document->reading().done(), s.document->reading().cells().size());
        s.caseProgress = s.roundCase->changed.subscribe([this] { caseChanged(); });
        if (const auto at = currentRow(); at && s.worklist[*at].round->state == store::CaseState::Todo)
            caseChanged();
    }
    s.windows = s.document->views().paneChanged.subscribe([this](Pane) { keepWindows(); });
    s.proposals = std::make_unique<ProposalDesk>(
        ProposalDesk::Parts{s.document->images(), s.document->record(), from, *s.jobs}, s.options.proposer,
        s.document->record().rights().draw ? offeringOf(from, s.roundCase.get(), s.preferences)
                                           : Offering::Never);
    s.document->reading().setOffers([this](const anatomy::Cell& cell) {
        return m_state->proposals ? m_state->proposals->offered(cell) : nullptr;
    });
    s.offered = s.proposals->changed.subscribe([this] { m_state->document->reading().cellsChanged(); });
    documentChanged();
    return s.document.get();
}

/// The row of what is open follows its cells, and so does the case.
void Workspace::readingChanged() {
    auto& s = *m_state;
    auto& reading = s.document->reading();
    if (const auto at = currentRow()) {
        auto& row = s.worklist[*at];
        const auto before = row;
        row.done = reading.done();
        row.total = reading.cells().size();
        if (row != before) worklistChanged();
    }
    if (!s.roundCase) return;
    if (const auto followed = s.roundCase->follow(reading.done(), reading.cells().size()); !followed)
        message(followed.error().message);
}

void Workspace::caseChanged() {
    auto& s = *m_state;
    const auto& one = s.roundCase->assignment();
    const auto at = currentRow();
    const bool ended = at && (s.worklist[*at].round->state == store::CaseState::Done) !=
                                 (one.state == store::CaseState::Done);
    if (ended) { // others may have become due
        if (const auto listed = refreshWorklist(); !listed) message(listed.error().message);
    } else if (at) {
        s.worklist[*at].round =
            CaseFacts{one.id, one.round, one.state, one.calibration, one.flagged, one.difficulty};
        worklistChanged();
    }
}

ProposalDesk* Workspace::proposals() {
    return m_state->proposals.get();
}

RoundCase* Workspace::roundCase() {
    return m_state->roundCase.get();
}

void Workspace::noteInput() {
    if (m_state->effort) m_state->effort->input();
}

void Workspace::setAway(bool away) {
    if (!m_state->effort) return;
    if (away)
        m_state->effort->pause();
    else
        m_state->effort->resume();
}

StudyDocument* Workspace::document() {
    return m_state->document.get();
}

Result<> Workspace::settle() {
    auto* open = m_state->document.get();
    if (!open) return {};
    if (open->editor().busy()) open->editor().finish();
    if (open->record().retry()) return {};
    const auto& save = open->record().saveState();
    return fail(ErrorCode::StorageFailed,
                "Study " + open->title() + " stays open: " + save.text + ". " + save.banner);
}

void Workspace::closeStudy() {
    auto& s = *m_state;
    if (!s.document) return;
    s.effort.reset(); // stores the times of the cell that is left
    s.document->reading().leaveCell();
    s.offered.reset();
    s.proposals.reset();
    s.progress.reset();
    s.closing.reset();
    s.caseProgress.reset();
    s.windows.reset();
    s.document.reset();
    s.roundCase.reset();
    s.reading.reset();
    s.newImages = false;
    keepWindows();
    documentChanged();
}

// ---- import and export

JobId Workspace::import(std::vector<fs::path> paths) {
    auto& s = *m_state;
    std::string title = "Importing ";
    title += paths.empty() ? "nothing" : shown(paths.front());
    if (paths.size() > 1) title += " and " + std::to_string(paths.size() - 1) + " more";

    intake::ImportOptions options;
    if (s.preferences.onImport == OnImport::CopyFiles)
        options.copyTo = s.options.store.parent_path() / "images";
    options.worker = s.options.scanProgram;
    options.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));

    auto summary = std::make_shared<ImportSummary>();
    auto work = [paths = std::move(paths), options, summary, path = s.options.store,
                 actor = s.store->actor()](const Watch& watch) -> Result<std::string> {
        // A store of its own: the person may become another rater meanwhile.
        const auto store = store::Store::open(path, actor);
        if (!store) return tl::unexpected(store.error());
        const auto report = intake::importPaths(*store, paths, options, watch);
        if (!report) return tl::unexpected(report.error());
        *summary = summaryOf(*report);
        return sentence(*summary);
    };
    return s.jobs->start(JobKind::Import, std::move(title), std::move(work),
                         [this, summary, who = s.rater](const Job& job) {
                             summary->job = job.id;
                             if (job.status == JobStatus::Done && who == m_state->rater)
                                 m_state->lastImport = *summary;
                             if (const auto listed = refreshWorklist(); !listed)
                                 message(listed.error().message);
                             lookForNewImages();
                         });
}

void Workspace::lookForNewImages() {
    auto& s = *m_state;
    if (!s.document) return;
    const auto record = store::StudyRepository(*s.store).find(s.document->study());
    if (!record) return;
    const auto count = [](const std::vector<Stack>& stacks) {
        std::size_t images = 0;
        for (const auto& stack : stacks)
            images += stack.images.size();
        return images;
    };
    if (count(openStacks(*record).stacks) == count(s.document->images().stacks())) return;
    s.newImages = true;
    if (!reload()) newImagesChanged(); // the person decides when
}

bool Workspace::hasNewImages() const {
    return m_state->newImages;
}

Result<> Workspace::reload() {
    auto& s = *m_state;
    if (!s.document) return fail(ErrorCode::InvalidArgument, "There is no open study to load again.");
    if (s.document->editor().busy())
        return fail(ErrorCode::NotAllowed,
                    "Finish or cancel what is being drawn before the study is loaded again.");
    const auto row = currentRow();
    const auto study = s.document->study();
    const auto cell = s.document->reading().currentCell();
    const auto tool = s.document->editor().tool();
    const auto radius = s.document->editor().radius();
    const bool overview = s.document->views().arrangement() == Arrangement::Overview;
    const bool levels = s.document->levels().active();
    const auto opened = row ? openRow(*row) : openStudy(study);
    if (!opened) return tl::unexpected(opened.error());
    auto& document = **opened;
    document.editor().setTool(tool);
    document.editor().setRadius(radius);
    document.levels().setActive(levels);
    if (cell && document.levels().isConfirmed()) (void)document.reading().goTo(*cell);
    if (overview) document.views().setArrangement(Arrangement::Overview);
    return {};
}

Result<> Workspace::correctWeighting(const SeriesUid& series, int stackIndex,
                                     std::optional<Weighting> weighting) {
    auto& s = *m_state;
    if (!s.document) return fail(ErrorCode::InvalidArgument, "There is no open study to correct.");
    if (s.document->editor().busy())
        return fail(ErrorCode::NotAllowed,
                    "Finish or cancel what is being drawn before the weighting is corrected.");
    store::StudyRepository studies(*s.store);
    const auto study = studies.find(s.document->study());
    if (!study) return tl::unexpected(study.error());
    std::vector<int> alike;
    if (const auto one = std::ranges::find(study->series, series, &store::SeriesRecord::uid);
        one != study->series.end())
        if (const auto shown = std::ranges::find(one->stacks, stackIndex, &store::StackRecord::index);
            shown != one->stacks.end())
            for (const auto& stack : one->stacks)
                if (stack.echoTime == shown->echoTime && stack.inversionTime == shown->inversionTime)
                    alike.push_back(stack.index);
    if (const auto done = studies.correctWeighting(series, alike, weighting); !done) return done;
    if (const auto at = currentRow(); at && !s.worklist[*at].round) { // its row names the weightings
        s.worklist[*at].series = describe(*s.store, s.document->study(), s.rater).series;
        worklistChanged();
    }
    return reload();
}

const std::optional<Workspace::ImportSummary>& Workspace::lastImport() const {
    return m_state->lastImport;
}

Result<std::size_t> Workspace::exportContours(const fs::path& file) const {
    const auto& s = *m_state;
    if (!s.document) return fail(ErrorCode::InvalidArgument, "Open a study before exporting its contours.");
    store::ContourFilter mine;
    mine.study = s.document->study();
    mine.rater = s.rater;
    const auto stored = store::ContourRepository(s.reading ? *s.reading : *s.store).current(mine);
    if (!stored) return tl::unexpected(stored.error());
    std::vector<protocol::MeasuredContour> contours;
    for (const auto& contour : *stored)
        contours.push_back({contour.contour, contour.measurement, std::nullopt});
    std::error_code error;
    if (fs::equivalent(file, s.options.store, error))
        return fail(ErrorCode::InvalidArgument, shown(file) + " is the store itself; choose another file.");
    if (auto written = writeWhole(file, protocol::contoursToJson(contours)); !written)
        return tl::unexpected(written.error());
    return contours.size();
}

// ---- preferences

JobRunner& Workspace::jobs() {
    return *m_state->jobs;
}
const Preferences& Workspace::preferences() const {
    return m_state->preferences;
}

void Workspace::setPreferences(Preferences preferences) {
    auto& s = *m_state;
    s.preferences = std::move(preferences);
    s.keptWindows = s.preferences.windows;
    if (const auto done = s.keeper->write(s.preferences); !done) message(done.error().message);
    preferencesChanged();
}

void Workspace::rememberPreferences(Preferences preferences) {
    auto& s = *m_state;
    if (s.preferences == preferences) return;
    s.preferences = std::move(preferences);
    s.keptWindows = s.preferences.windows;
    s.keeper->keep(s.preferences);
}

/// The views remember windows by themselves, while a hand drags.
void Workspace::keepWindows() {
    auto& s = *m_state;
    if (s.preferences.windows == s.keptWindows) return;
    s.keptWindows = s.preferences.windows;
    s.keeper->keep(s.preferences);
}

} // namespace forameter::workspace
