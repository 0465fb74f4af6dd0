// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/record.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <deque>

#include "forameter/core/words.hpp"
#include "forameter/store/cell_state_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/history.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/patience.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::workspace {

namespace {

/// How long a person waits for another program that is writing before what she did is kept for later.
constexpr std::chrono::milliseconds kPatience(500);

std::string clock(Timestamp time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 16> text{};
    std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return text.data();
}

/// The disk or the file is at fault, not what was drawn: worth keeping and trying again.
bool isStorageTrouble(const Error& error) {
    switch (error.code) {
    case ErrorCode::StorageFailed:
    case ErrorCode::Corrupt:
    case ErrorCode::Unreadable:
        return true;
    default:
        return false;
    }
}

} // namespace

struct Record::State {
    const store::Store& store;
    StudyUid study;
    RaterId rater;

    StudyRights rights;

    State(const store::Store& s, StudyUid u, RaterId r)
        : store(s), study(std::move(u)), rater(std::move(r)), rights(rightsIn(s, study)) {}

    std::optional<store::StoredLevelSet> storedLevels;
    std::optional<anatomy::LevelSet> levels;
    std::vector<Entry> contours;
    std::vector<Mark> marks;
    SaveState save;

    /// A contour, or its removal, that the store would not take; `before` is what undo goes back to.
    struct Waiting {
        anatomy::Cell cell;
        std::optional<protocol::Contour> contour;
        std::vector<Entry> before;
    };
    std::deque<Waiting> waiting;

    [[nodiscard]] Entry* find(const anatomy::Cell& cell) {
        const auto found = std::ranges::find(contours, cell, [](const Entry& e) { return e.contour.cell; });
        return found == contours.end() ? nullptr : &*found;
    }

    Result<> readLevels() {
        auto current = store::LevelSetRepository(store).current(study);
        if (!current) return tl::unexpected(current.error());
        storedLevels = std::move(*current);
        levels = storedLevels ? std::optional(storedLevels->levels) : std::nullopt;
        return {};
    }
    Result<> readContours() {
        store::ContourFilter mine;
        mine.study = study;
        mine.rater = rater;
        const auto current = store::ContourRepository(store).current(mine);
        if (!current) return tl::unexpected(current.error());
        contours.clear();
        for (const auto& stored : *current) {
            // Imports may have brought several for one cell; the youngest is the one being read.
            if (auto* known = find(stored.contour.cell)) {
                if (known->contour.created <= stored.contour.created)
                    *known = {stored.contour, stored.version, true};
            } else {
                contours.push_back({stored.contour, stored.version, true});
            }
        }
        const auto states = store::CellStateRepository(store).states(study, rater);
        if (!states) return tl::unexpected(states.error());
        marks.clear();
        for (const auto& state : *states) {
            if (state.state != protocol::CellState::Done)
                marks.push_back({state.cell, state.state, state.reason});
        }
        return {};
    }
    Result<> read() {
        return readLevels().and_then([this] { return readContours(); });
    }

    void stored() {
        save.kind = SaveState::Kind::Stored;
        save.at = now();
        describe("");
    }
    void describe(std::string failure) {
        save.waiting = waiting.size();
        if (waiting.empty() && failure.empty()) {
            save.banner.clear();
            save.text.clear();
            if (save.kind != SaveState::Kind::NothingYet) save.text = "all strokes stored " + clock(save.at);
            return;
        }
        save.kind = SaveState::Kind::Failed;
        save.text = counted(waiting.size(), "edit") + " not stored";
        // The sentence is about the store, where nothing was kept; here it was.
        if (const auto end = failure.find("; nothing of this change was kept"); end != std::string::npos)
            failure = failure.substr(0, end) + ".";
        save.banner = std::move(failure) + " Your work is kept in memory and tried again every second: leave "
                                           "the program open until this line is gone.";
    }

    /// Of a contour of this reading, deleted or not.
    [[nodiscard]] std::optional<int> newestVersion(const ContourId& id) const {
        store::ContourFilter mine;
        mine.study = study;
        mine.rater = rater;
        const auto versions = store::ContourRepository(store).versions(mine);
        std::optional<int> newest;
        if (versions)
            for (const auto& one : *versions)
                if (one.contour.id == id) newest = std::max(newest.value_or(0), one.version);
        return newest;
    }

    /// Writes one edit; on success the entry is what the store has.
    Result<> write(const anatomy::Cell& cell, const std::optional<protocol::Contour>& contour, Entry* entry,
                   int basedOn, const protocol::Measured* known = nullptr) {
        store::ContourRepository repository(store);
        const auto attempt = [&](int version) {
            return contour ? repository.save(*contour, version, known)
                           : repository.remove(entry->contour.id, version);
        };
        auto done = attempt(basedOn);
        if (!done && done.error().code == ErrorCode::Conflict && basedOn > 0) {
            // The same rater in another window, who may even have deleted it: versions are only ever added,
            // so this one goes on top and nothing is lost.
            if (const auto newest = newestVersion(contour ? contour->id : entry->contour.id))
                done = attempt(*newest);
        }
        if (!done && !contour && done.error().code == ErrorCode::NotFound) return {}; // it is gone already
        if (!done) return tl::unexpected(done.error());
        if (contour) {
            if (auto* mine = find(cell)) *mine = {done->contour, done->version, true};
        }
        return {};
    }
};

Record::Record(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Record::~Record() = default;

Result<std::unique_ptr<Record>> Record::open(const store::Store& store, StudyUid study, RaterId rater) {
    if (const auto set = store::setPatience(store, kPatience); !set) return tl::unexpected(set.error());
    auto state = std::make_unique<State>(store, std::move(study), std::move(rater));
    if (const auto read = state->read(); !read) return tl::unexpected(read.error());
    return std::unique_ptr<Record>(new Record(std::move(state)));
}

const StudyUid& Record::study() const {
    return m_state->study;
}
const RaterId& Record::rater() const {
    return m_state->rater;
}

const StudyRights& Record::rights() const {
    return m_state->rights;
}

anatomy::Quantity Record::quantity() const {
    if (const auto& reading = m_state->store.reading()) {
        const store::RoundRepository rounds(m_state->store);
        if (const auto one = rounds.find(*reading))
            if (const auto round = rounds.find(one->round)) return round->plan.quantity;
    }
    return anatomy::Quantity::DuralSac;
}

std::optional<ImageId> Record::fixedImage(const anatomy::Cell& cell) const {
    const auto& reading = m_state->store.reading();
    if (!reading) return std::nullopt;
    return store::RoundRepository(m_state->store).fixedImage(*reading, cell).value_or(std::nullopt);
}

// ---- levels

const std::optional<anatomy::LevelSet>& Record::levels() const {
    return m_state->levels;
}
bool Record::levelsConfirmed() const {
    return m_state->storedLevels && m_state->storedLevels->confirmed;
}

std::optional<anatomy::LevelSet> Record::lastConfirmedLevels() const {
    if (levelsConfirmed()) return m_state->levels;
    const auto history = store::LevelSetRepository(m_state->store).history(m_state->study);
    if (!history) return std::nullopt;
    std::optional<anatomy::LevelSet> last;
    int version = 0;
    for (const auto& levels : *history) {
        if (levels.confirmed && levels.version > version) {
            last = levels.levels;
            version = levels.version;
        }
    }
    return last;
}

Result<> Record::saveDraftLevels(const anatomy::LevelSet& levels) {
    auto& s = *m_state;
    const int basedOn = s.storedLevels ? s.storedLevels->version : 0;
    auto done = store::LevelSetRepository(s.store).saveDraft(s.study, levels, s.rater, basedOn);
    if (!done) {
        if (done.error().code == ErrorCode::Conflict) (void)refresh(); // show what the other one did
        return tl::unexpected(done.error());
    }
    s.storedLevels = std::move(*done);
    s.levels = s.storedLevels->levels;
    s.stored();
    levelsChanged();
    changed();
    saveChanged();
    return {};
}

Result<> Record::confirmLevels(const anatomy::LevelSet& levels) {
    auto& s = *m_state;
    if (!s.waiting.empty()) {
        // Relabelling moves stored contours; what only exists here would be left behind.
        if (const auto done = retry(); !done) return done;
    }
    const int basedOn = s.storedLevels ? s.storedLevels->version : 0;
    auto done = store::LevelSetRepository(s.store).confirm(s.study, levels, s.rater, basedOn);
    if (!done) {
        if (done.error().code == ErrorCode::Conflict) (void)refresh();
        return tl::unexpected(done.error());
    }
    s.storedLevels = std::move(*done);
    s.levels = s.storedLevels->levels;
    const auto read = s.readContours(); // a new name of a disc moves what was drawn
    s.stored();
    levelsChanged();
    changed();
    saveChanged();
    return read;
}

// ---- contours

const std::vector<Record::Entry>& Record::contours() const {
    return m_state->contours;
}
const Record::Entry* Record::contour(const anatomy::Cell& cell) const {
    return m_state->find(cell);
}

Result<> Record::save(protocol::Contour contour, const protocol::Measured* known) {
    auto& s = *m_state;
    if (!levelsConfirmed())
        return fail(ErrorCode::NotAllowed, "Nothing can be measured until the levels are confirmed.");
    if (!s.waiting.empty()) (void)retry();

    const auto cell = contour.cell;
    const auto before = s.contours;
    auto* entry = s.find(cell);
    contour.study = s.study;
    contour.rater = s.rater.text();
    contour.id = entry ? entry->contour.id : ContourId(newUuid());
    contour.created = entry ? entry->contour.created : now();
    const int basedOn = entry ? entry->version : 0;
    if (entry)
        *entry = {contour, basedOn, false};
    else
        s.contours.push_back({contour, 0, false});

    Result<> done;
    if (s.waiting.empty())
        done = s.write(cell, contour, s.find(cell), basedOn, known);
    else
        done =
            fail(ErrorCode::StorageFailed, s.save.banner.substr(0, s.save.banner.find(" Your work is kept")));
    if (done) {
        std::erase_if(s.marks, [&](const Mark& m) { return m.cell == cell; }); // the store took it back, too
        s.stored();
    } else if (isStorageTrouble(done.error())) {
        s.waiting.push_back({cell, contour, before});
        s.describe(done.error().message);
    } else {
        s.contours = before;
        return done;
    }
    changed();
    saveChanged();
    return {};
}

Result<> Record::remove(const anatomy::Cell& cell) {
    auto& s = *m_state;
    if (!s.waiting.empty()) (void)retry();
    auto* entry = s.find(cell);
    if (!entry)
        return fail(ErrorCode::NotFound,
                    "There is no contour of the " + anatomy::label(cell) + " to delete.");
    const auto before = s.contours;
    Result<> done;
    if (s.waiting.empty())
        done = s.write(cell, std::nullopt, entry, entry->version);
    else
        done = fail(ErrorCode::StorageFailed, "The contour could not be deleted.");
    if (!done && !isStorageTrouble(done.error())) return done;
    std::erase_if(s.contours, [&](const Entry& e) { return e.contour.cell == cell; });
    if (done) {
        s.stored();
    } else {
        s.waiting.push_back({cell, std::nullopt, before});
        s.describe(done.error().message);
    }
    changed();
    saveChanged();
    return {};
}

// ---- marks

const Record::Mark* Record::mark(const anatomy::Cell& cell) const {
    const auto found = std::ranges::find(m_state->marks, cell, &Mark::cell);
    return found == m_state->marks.end() ? nullptr : &*found;
}

Result<> Record::setMark(const anatomy::Cell& cell, protocol::CellState state, std::string reason) {
    auto& s = *m_state;
    if (!s.waiting.empty()) {
        if (const auto done = retry(); !done) return done;
    }
    if (state != protocol::CellState::Todo && s.find(cell)) {
        if (const auto removed = remove(cell); !removed) return removed;
    }
    const auto done = store::CellStateRepository(s.store).set(s.study, cell, s.rater, state, reason);
    if (!done) return done;
    std::erase_if(s.marks, [&](const Mark& m) { return m.cell == cell; });
    if (state != protocol::CellState::Todo) s.marks.push_back({cell, state, std::move(reason)});
    s.stored();
    changed();
    saveChanged();
    return {};
}

protocol::CellState Record::state(const anatomy::Cell& cell) const {
    if (const auto* entry = contour(cell))
        return entry->contour.assessable ? protocol::CellState::Done : protocol::CellState::NotAssessable;
    if (const auto* said = mark(cell)) return said->state;
    return protocol::CellState::Todo;
}

// ---- undo

std::optional<std::string> Record::undoText() const {
    if (!m_state->waiting.empty())
        return "Take back what is not stored: " + anatomy::label(m_state->waiting.back().cell);
    const auto step = store::History(m_state->store).nextUndo(m_state->study, m_state->rater);
    if (!step || !*step) return std::nullopt;
    return (*step)->description;
}

std::optional<std::string> Record::redoText() const {
    if (!m_state->waiting.empty()) return std::nullopt;
    const auto step = store::History(m_state->store).nextRedo(m_state->study, m_state->rater);
    if (!step || !*step) return std::nullopt;
    return (*step)->description;
}

Result<std::optional<anatomy::Cell>> Record::undo() {
    auto& s = *m_state;
    if (!s.waiting.empty()) {
        const auto last = std::move(s.waiting.back());
        s.waiting.pop_back();
        s.contours = last.before;
        if (s.waiting.empty())
            s.save.kind = s.save.at == Timestamp{} ? SaveState::Kind::NothingYet : SaveState::Kind::Stored;
        s.describe(s.waiting.empty() ? "" : "Some edits could not be stored.");
        undone();
        changed();
        saveChanged();
        return last.cell;
    }
    const auto step = store::History(s.store).undo(s.study, s.rater);
    if (!step) return tl::unexpected(step.error());
    if (!*step) return fail(ErrorCode::NotFound, "There is nothing to undo in this study.");
    s.stored();
    undone();
    if (const auto read = refresh(); !read) return tl::unexpected(read.error());
    return (*step)->cell;
}

Result<std::optional<anatomy::Cell>> Record::redo() {
    auto& s = *m_state;
    if (!s.waiting.empty()) return fail(ErrorCode::NotFound, "There is nothing to redo in this study.");
    const auto step = store::History(s.store).redo(s.study, s.rater);
    if (!step) return tl::unexpected(step.error());
    if (!*step) return fail(ErrorCode::NotFound, "There is nothing to redo in this study.");
    s.stored();
    redone();
    if (const auto read = refresh(); !read) return tl::unexpected(read.error());
    return (*step)->cell;
}

// ---- saving

const SaveState& Record::saveState() const {
    return m_state->save;
}

Result<> Record::retry() {
    auto& s = *m_state;
    if (s.waiting.empty()) return {};
    const auto before = s.waiting.size();
    const auto banner = s.save.banner;
    Result<> done = store::setPatience(s.store, std::chrono::milliseconds(0)); // it is asked again and again
    while (!s.waiting.empty() && done) {
        // `before` of this step is what the store has now: write on top of it.
        const auto next = s.waiting.front();
        const auto latest = std::exchange(s.contours, next.before);
        auto* stored = s.find(next.cell);
        auto contour = next.contour;
        const int basedOn = stored ? stored->version : 0;
        done = s.write(next.cell, contour, stored, basedOn);
        s.contours = latest;
        if (!done) break;
        s.waiting.pop_front();
        // Later steps, and what is shown, now start from the stored version.
        const int version = contour ? basedOn + 1 : 0;
        const auto bump = [&](std::vector<Entry>& entries) {
            for (auto& entry : entries) {
                if (contour && entry.contour.id == contour->id) {
                    entry.version = version;
                    entry.stored = entry.contour == *contour;
                }
            }
        };
        bump(s.contours);
        for (auto& later : s.waiting)
            bump(later.before);
    }
    if (const auto set = store::setPatience(s.store, kPatience); !set && done) done = set;
    if (done) {
        s.stored();
        done = s.readContours();
    } else {
        s.describe(done.error().message + (isStorageTrouble(done.error())
                                               ? ""
                                               : " It cannot be stored like this; undo takes it back."));
    }
    if (s.waiting.size() != before) changed();
    if (s.waiting.size() != before || s.save.banner != banner) saveChanged();
    return done;
}

Result<> Record::refresh() {
    const auto read = m_state->read();
    levelsChanged();
    changed();
    saveChanged();
    return read;
}

} // namespace forameter::workspace
