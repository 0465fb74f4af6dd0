// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/reading.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "forameter/geometry/measure.hpp"
#include "forameter/protocol/plausible.hpp"
#include "forameter/workspace/key_words.hpp"

namespace forameter::workspace {

using anatomy::Cell;
using anatomy::Side;
using anatomy::Structure;

namespace {

/// Where a cell's structure is expected that no slice is suggested for.
geometry::PatientPoint expectedPlace(const anatomy::LevelSet& levels, const Cell& cell) {
    constexpr double offset = 20.0; // mm, of a foramen from the midline
    const auto disc = anatomy::discPosition(levels, cell.level);
    if (!disc)
        return levels.marks.empty() ? geometry::PatientPoint{} : levels.marks[levels.marks.size() / 2].center;
    const auto frame = anatomy::spineFrame(disc->axis);
    const auto behind = *protocol::canalBehind(levels, cell.level);
    if (!cell.side) return behind;
    return behind + (*cell.side == Side::L ? offset : -offset) * frame.left;
}

} // namespace

std::string_view title(Step step) noexcept {
    switch (step) {
    case Step::Levels:
        return "Levels";
    case Step::RightForamina:
        return "Right foramina";
    case Step::LeftForamina:
        return "Left foramina";
    case Step::Canal:
        return "Canal";
    }
    return {};
}

struct Reading::State {
    StudyImages& images;
    Views& views;
    Record& record;
    ContourEditor& editor;

    State(StudyImages& i, Views& v, Record& r, ContourEditor& e)
        : images(i),
          views(v),
          record(r),
          editor(e),
          nothingMarkable(unmarkable(i.stacks())),
          limited(!limit(v.hanging(), i.stacks()).empty()) {}

    std::string nothingMarkable; ///< why; empty where something can be marked
    bool limited = false;        ///< the protocol could choose no slice
    std::vector<Cell> cells;
    std::map<Cell, std::optional<protocol::SliceSuggestion>> suggestions; ///< of confirmed levels only
    std::optional<Cell> current;
    Offers offers;
    Subscription levels, recorded, edited;

    void readLevels() {
        const auto& levelSet = record.levels();
        cells = protocol::readingCells(levelSet ? levelSet->lumbarCount : anatomy::LumbarCount::Five,
                                       record.quantity());
        suggestions.clear();
        if (!record.levelsConfirmed()) return;
        const auto geometry = images.geometry();
        for (const auto& cell : cells) {
            auto& suggestion = suggestions[cell] = protocol::suggestSlice(cell, *levelSet, geometry);
            // A round may name another image; where to look on it does not change.
            const auto fixed = record.fixedImage(cell);
            const auto slice = fixed ? images.find(*fixed) : std::nullopt;
            if (!suggestion || !slice) continue;
            suggestion->stack = slice->stack;
            suggestion->slice = slice->slice;
        }
    }
    [[nodiscard]] const protocol::SliceSuggestion* suggestion(const Cell& cell) const {
        const auto found = suggestions.find(cell);
        return found == suggestions.end() || !found->second ? nullptr : &*found->second;
    }
    /// What there is to look at where the protocol finds no slice: the nearest one of the right plane.
    [[nodiscard]] std::optional<SliceRef> nearestOf(const Cell& cell,
                                                    const geometry::PatientPoint& place) const {
        const auto& hanging = views.hanging();
        const auto list = cell.structure == Structure::CC ? hanging.axial
                          : hanging.sagittalT1            ? hanging.sagittalT1
                                                          : hanging.sagittalT2;
        if (!list) return std::nullopt;
        const auto& slices = hanging.lists[*list];
        const auto nearest = nearestSlice(slices, images.stacks(), place);
        if (!nearest) return std::nullopt;
        return slices.slices[*nearest];
    }
    /// Closes what is being drawn; a crossing curve is not closed, and going on would drop its last point.
    Result<> finishDrawing() {
        if (!editor.busy()) return {};
        editor.finish();
        const auto warnings = editor.preview().warnings;
        if (!editor.busy() || std::ranges::find(warnings, tools::Warning::Crossing) == warnings.end())
            return {};
        return fail(
            ErrorCode::NotAllowed,
            "The contour crosses itself, so its last point is not recorded: move that point, or take it "
            "back.");
    }
    /// Why nothing of this study can ever be measured; empty where something can.
    [[nodiscard]] std::string never() const {
        if (auto gone = images.allUnreadable(); !gone.empty()) return gone;
        const bool marked = record.levels() && !record.levels()->marks.empty(); // perhaps elsewhere
        return marked ? std::string() : nothingMarkable;
    }
    [[nodiscard]] bool allMarked() const {
        const auto marked = [&](anatomy::Vertebra vertebra) {
            const auto& drafted = record.levels();
            return drafted && std::ranges::find(drafted->marks, vertebra, &anatomy::VertebraMark::vertebra) !=
                                  drafted->marks.end();
        };
        return marked(anatomy::Vertebra::L1) && marked(anatomy::Vertebra::S1);
    }
    /// In the overview, where no cell is being read.
    [[nodiscard]] std::string whereNext(const std::optional<Cell>& next) const {
        const std::string enter = keyWord(ActionId::DoneNext);
        if (current && record.state(*current) == protocol::CellState::Todo)
            return "Press " + keyWord(ActionId::ShowWorkPane) + " to go back to the " +
                   anatomy::label(*current) + ".";
        if (!next) return "All cells of this study are read.";
        if (!suggestion(*next))
            return "Press " + enter + " to go to the " + anatomy::label(*next) +
                   ", of which this study has no slice.";
        return "Press " + enter + " to go on with the " + anatomy::label(*next) + ".";
    }
    [[nodiscard]] const Record::Entry* drawn(const Cell& cell) const {
        const auto* entry = record.contour(cell);
        return entry && entry->contour.assessable ? entry : nullptr;
    }
    [[nodiscard]] const proposal::Proposal* offer(const Cell& cell) const {
        return offers ? offers(cell) : nullptr;
    }
    [[nodiscard]] std::size_t indexOf(const Cell& cell) const {
        return static_cast<std::size_t>(std::ranges::find(cells, cell) - cells.begin());
    }
};

Reading::Reading(StudyImages& images, Views& views, Record& record, ContourEditor& editor)
    : m_state(std::make_unique<State>(images, views, record, editor)) {
    m_state->readLevels();
    m_state->levels = record.levelsChanged.subscribe([this] {
        m_state->readLevels();
        if (m_state->current) {
            // Relabelling may have taken the cell away, or put its place elsewhere.
            const auto cell = *m_state->current;
            const bool there = std::ranges::find(m_state->cells, cell) != m_state->cells.end();
            if (!there || !m_state->record.levelsConfirmed() || !goTo(cell)) leaveCell();
        }
        cellsChanged();
    });
    m_state->recorded = record.changed.subscribe([this] { cellsChanged(); });
    m_state->edited = editor.changed.subscribe([this] {
        if (m_state->current) cellDrawn(anatomy::Cell(*m_state->current));
    });
}
Reading::~Reading() = default;

const std::vector<Cell>& Reading::cells() const {
    return m_state->cells;
}

CellView Reading::view(const Cell& cell) const {
    const auto& s = *m_state;
    CellView view;
    view.cell = cell;
    view.state = s.record.state(cell);
    view.current = s.current == cell;
    view.covered = s.record.levelsConfirmed() ? s.suggestion(cell) != nullptr : !s.limited;
    if (const auto* mark = s.record.mark(cell)) view.note = mark->reason;
    const auto* entry = s.record.contour(cell);
    if (entry) {
        view.versions = entry->version;
        if (entry->contour.assessable) view.source = entry->contour.source;
        if (!entry->contour.assessable) view.note = entry->contour.note;
        if (!entry->stored) view.warnings.emplace_back("not stored");
    }
    const auto live = view.current && !s.editor.contourElsewhere() ? s.editor.numbers() : std::nullopt;
    if (live) {
        view.drawing = s.editor.busy();
        if (live->crossing)
            view.warnings.emplace_back("crosses");
        else
            view.area = live->area;
    } else if (const auto* contour = s.drawn(cell)) {
        if (const auto slice = s.images.find(contour->contour.image)) {
            const auto curve = geometry::toPlane(contour->contour.curve, s.images.plane(*slice));
            view.area = geometry::area(curve);
        } else {
            view.warnings.emplace_back("image missing");
        }
    }
    // What is only begun is small, and says nothing yet.
    if (view.area && !view.drawing) {
        const auto [least, most] = protocol::plausibleArea(cell);
        if (*view.area < least) view.warnings.emplace_back("too small?");
        if (*view.area > most) view.warnings.emplace_back("too large?");
    }
    if (const auto* offer = s.offer(cell))
        view.offer = CellView::Offer{SquareMillimetres(offer->areaMm2), offer->confidence, offer->doubtful};
    const double tilt = entry ? entry->contour.obliquity.value_or(0.0) : 0.0;
    if (tilt > protocol::kObliquityLimit.value())
        view.warnings.push_back("tilt " + std::to_string(std::lround(tilt)) + "°");
    return view;
}

std::size_t Reading::done() const {
    const auto& s = *m_state;
    return static_cast<std::size_t>(std::ranges::count_if(s.cells, [&](const Cell& cell) {
        const bool drawing =
            s.current == cell && s.editor.busy(); // recorded with every click, not yet closed
        return !drawing && s.record.state(cell) != protocol::CellState::Todo;
    }));
}

Step Reading::step() const {
    if (!m_state->record.levelsConfirmed()) return Step::Levels;
    const auto cell = m_state->current ? m_state->current : nextCell();
    if (!cell || cell->structure == Structure::CC) return Step::Canal;
    return cell->side == Side::R ? Step::RightForamina : Step::LeftForamina;
}

std::string Reading::sentence() const {
    const auto& s = *m_state;
    if (auto no = s.record.rights().sentence(s.record.levelsConfirmed()); !no.empty()) return no;
    if (!s.record.levelsConfirmed()) {
        if (!s.never().empty()) return "Nothing of this study can be measured.";
        if (s.limited && !(s.record.levels() && !s.record.levels()->marks.empty()))
            return "The protocol can choose no slice of this study. " + keyWord(ActionId::EditLevels) +
                   " marks its vertebrae all the same.";
        if (!s.allMarked()) return "Click each vertebra once, from S1 upwards, then confirm the levels.";
        return anatomy::validate(*s.record.levels())
                   ? "All levels are marked: look at them, then confirm them."
                   : "All levels are marked, but not in order: drag the marks to their vertebrae.";
    }
    if (!s.current || s.views.arrangement() == Arrangement::Overview) return s.whereNext(nextCell());
    const std::string enter = keyWord(ActionId::DoneNext);
    switch (s.record.state(*s.current)) {
    case protocol::CellState::NotAssessable:
        return "Recorded as not assessable. " + enter + " goes on; " + keyWord(ActionId::ReopenCell) +
               " opens the cell again.";
    case protocol::CellState::NotCovered:
        return "Recorded as not covered. " + enter + " goes on; " + keyWord(ActionId::ReopenCell) +
               " opens the cell again.";
    case protocol::CellState::Todo:
    case protocol::CellState::Done:
        break;
    }
    if (s.record.state(*s.current) == protocol::CellState::Todo && !s.suggestion(*s.current))
        return "This study has no slice for the " + anatomy::label(*s.current) + ". " + enter +
               " records it as not covered; you may draw on another slice.";
    if (s.editor.contourElsewhere())
        return "The contour of the " + anatomy::label(*s.current) +
               " lies on another slice; drawing here replaces it.";
    return s.editor.hint();
}

std::optional<Cell> Reading::currentCell() const {
    return m_state->current;
}

std::optional<Cell> Reading::nextCell() const {
    const auto& s = *m_state;
    const auto count = s.cells.size();
    const auto first = s.current ? s.indexOf(*s.current) + 1 : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& cell = s.cells[(first + i) % count];
        if (cell != s.current && s.record.state(cell) == protocol::CellState::Todo) return cell;
    }
    return std::nullopt;
}

std::optional<Cell> Reading::previousCell() const {
    const auto& s = *m_state;
    if (!s.current) return std::nullopt;
    const auto index = s.indexOf(*s.current);
    if (index == 0 || index >= s.cells.size()) return std::nullopt;
    return s.cells[index - 1];
}

void Reading::setOffers(Offers offers) {
    m_state->offers = std::move(offers);
    cellsChanged();
}

const proposal::Proposal* Reading::offer(const Cell& cell) const {
    return m_state->offer(cell);
}

std::optional<SliceRef> Reading::suggestedSlice(const Cell& cell) const {
    const auto* suggestion = m_state->suggestion(cell);
    if (!suggestion) return std::nullopt;
    return SliceRef{suggestion->stack, suggestion->slice};
}

Result<> Reading::goTo(const Cell& cell) {
    auto& s = *m_state;
    if (!s.record.levelsConfirmed()) {
        auto no = s.record.rights().sentence(false);
        if (no.empty()) no = s.never();
        return fail(ErrorCode::NotAllowed,
                    no.empty() ? "Confirm the levels first; nothing is measured before." : no);
    }
    if (std::ranges::find(s.cells, cell) == s.cells.end())
        return fail(ErrorCode::InvalidArgument,
                    "The " + anatomy::label(cell) + " is no cell of this reading.");
    if (s.current != cell) {
        if (const auto finished = s.finishDrawing(); !finished) return finished;
    }

    const auto* suggestion = s.suggestion(cell);
    auto place = suggestion ? suggestion->point : expectedPlace(*s.record.levels(), cell);
    std::optional<SliceRef> slice;
    const auto* drawn = s.drawn(cell);
    const auto* offer = s.offer(cell);
    if (const auto* contour = drawn ? &drawn->contour : offer ? &offer->contour : nullptr) {
        slice = s.images.find(contour->image);
        if (slice) {
            const auto& plane = s.images.plane(*slice);
            place = plane.toPatient(geometry::centroid(geometry::toPlane(contour->curve, plane)));
        }
    }
    if (!slice)
        slice = suggestion ? std::optional(SliceRef{suggestion->stack, suggestion->slice})
                           : s.nearestOf(cell, place);

    const bool moved = s.current != cell;
    s.current = cell;
    if (slice)
        s.views.showCell(cell.level, *slice, place);
    else
        s.views.showNoCell(cell.structure == Structure::CC ? s.views.hanging().missingAxial
                                                           : s.views.hanging().missingT1);
    s.views.setArrangement(Arrangement::Cell);
    s.editor.setCell(cell);
    if (moved) currentChanged();
    cellsChanged();
    return {};
}

Result<> Reading::goToLevel(std::size_t row) {
    auto& s = *m_state;
    const auto count = s.record.levels() ? s.record.levels()->lumbarCount : anatomy::LumbarCount::Five;
    const auto levels = anatomy::readingLevels(count);
    if (row >= levels.size())
        return fail(ErrorCode::InvalidArgument, "This patient has no level " + std::to_string(row + 1) + ".");
    auto cell = s.current.value_or(s.cells.front());
    cell.level = levels[row];
    return goTo(cell);
}

Result<> Reading::goToColumn(Column column) {
    const auto level = m_state->current.value_or(m_state->cells.front()).level;
    switch (column) {
    case Column::RightForamen:
        return goTo(Cell::foramen(level, Side::R));
    case Column::LeftForamen:
        return goTo(Cell::foramen(level, Side::L));
    case Column::Canal:
        break;
    }
    const auto canal = std::ranges::find_if(m_state->cells, [&](const Cell& cell) {
        return cell.structure == Structure::CC && cell.level == level;
    });
    return goTo(*canal);
}

Result<> Reading::doneNext() {
    auto& s = *m_state;
    if (s.current) {
        if (s.editor.busy()) { // stays, so that the area is seen before the cell is left
            if (const auto finished = s.finishDrawing(); !finished) return finished;
            if (!s.editor.busy()) return {};
            return fail(ErrorCode::NotAllowed,
                        "A contour needs three points: place more, or give it up with Esc.");
        }
        const auto cell = *s.current;
        if (s.record.rights().draw && s.record.state(cell) == protocol::CellState::Todo &&
            !s.suggestion(cell)) {
            if (const auto marked = markNotCovered(cell); !marked) return marked;
        }
    }
    if (const auto next = nextCell()) return goTo(*next);
    leaveCell();
    return {};
}

void Reading::leaveCell() {
    auto& s = *m_state;
    if (s.editor.busy()) s.editor.finish();
    const bool had = s.current.has_value();
    s.current.reset();
    s.editor.setCell(std::nullopt);
    s.views.setArrangement(Arrangement::Overview);
    if (had) currentChanged();
    cellsChanged();
}

Result<> Reading::goToSuggestedSlice() {
    if (!m_state->current) return fail(ErrorCode::InvalidArgument, "Choose a cell of the level grid first.");
    const auto slice = suggestedSlice(*m_state->current);
    if (!slice)
        return fail(ErrorCode::NotFound,
                    "This study has no slice for the " + anatomy::label(*m_state->current) + ".");
    m_state->views.showImage(Pane::Work, *slice);
    return {};
}

Result<> Reading::markNotAssessable(const Cell& cell, std::string reason) {
    if (reason.find_first_not_of(" \t\n") == std::string::npos)
        return fail(ErrorCode::InvalidArgument,
                    "Say why the " + anatomy::label(cell) + " cannot be assessed.");
    return m_state->record.setMark(cell, protocol::CellState::NotAssessable, std::move(reason));
}

Result<> Reading::markNotCovered(const Cell& cell) {
    return m_state->record.setMark(cell, protocol::CellState::NotCovered, "");
}

Result<> Reading::reopen(const Cell& cell) {
    if (!m_state->record.mark(cell))
        return fail(ErrorCode::NotFound, "The " + anatomy::label(cell) + " has no such mark.");
    return m_state->record.setMark(cell, protocol::CellState::Todo, "");
}

Result<> Reading::undo() {
    auto& s = *m_state;
    // Points clicked so far are no step of the record yet: the last click goes first.
    if (s.current && s.editor.busy() && !s.drawn(*s.current)) {
        s.editor.key(tools::Key::Backspace);
        return {};
    }
    const auto cell = s.record.undo();
    if (!cell) return tl::unexpected(cell.error());
    return *cell && s.current != **cell && s.record.levelsConfirmed() ? goTo(**cell) : Result<>{};
}

Result<> Reading::redo() {
    auto& s = *m_state;
    const auto cell = s.record.redo();
    if (!cell) return tl::unexpected(cell.error());
    return *cell && s.current != **cell && s.record.levelsConfirmed() ? goTo(**cell) : Result<>{};
}

std::optional<protocol::Contour> Reading::contour(const Cell& cell) const {
    const auto* entry = m_state->record.contour(cell);
    if (!entry) return std::nullopt;
    return entry->contour;
}

std::optional<ContourFacts> Reading::facts(const Cell& cell) const {
    const auto& s = *m_state;
    ContourFacts facts;
    facts.drawingTime = s.editor.drawingTime(cell);
    std::optional<SliceRef> slice;
    const auto* drawn = s.record.contour(cell);
    if (drawn) facts.versions = drawn->version;
    const bool elsewhere = s.current == cell && s.editor.contourElsewhere(); // of the slice that is looked at
    if (drawn && !elsewhere) {
        facts.midlineOffset = drawn->contour.midlineOffset;
        if (drawn->contour.obliquity) facts.obliquity = Degrees(*drawn->contour.obliquity);
        slice = s.images.find(drawn->contour.image);
    } else if (s.current == cell) {
        slice = s.views.pane(Pane::Work).slice;
        if (slice && s.record.levels()) {
            if (const auto at = protocol::slicePosition(cell, *s.record.levels(), s.images.plane(*slice))) {
                if (cell.structure == Structure::NF) facts.midlineOffset = at->offset;
                facts.obliquity = at->obliquity;
            }
        }
    }
    if (!slice) return std::nullopt;
    for (const auto& list : s.views.hanging().lists) {
        const auto found = std::ranges::find(list.slices, *slice);
        if (found == list.slices.end()) continue;
        facts.slice = list.title + " · " + std::to_string(found - list.slices.begin() + 1) + "/" +
                      std::to_string(list.slices.size());
    }
    const auto* offer = s.offer(cell);
    const bool offered = drawn ? drawn->contour.source != protocol::Source::Manual
                               : offer && s.images.find(offer->contour.image) == slice;
    facts.choice = suggestedSlice(cell) == slice ? SliceChoice::Protocol
                   : offered                     ? SliceChoice::Model
                                                 : SliceChoice::Own;
    return facts;
}

} // namespace forameter::workspace
