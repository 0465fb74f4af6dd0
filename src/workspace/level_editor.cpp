// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/level_editor.hpp"

#include <algorithm>

namespace forameter::workspace {

using anatomy::CountDirection;
using anatomy::LevelSet;
using anatomy::LumbarCount;
using anatomy::Vertebra;
using anatomy::VertebraMark;

struct LevelEditor::State {
    LevelEditor& editor;
    Record& record;

    State(LevelEditor& e, Record& r, std::string u) : editor(e), record(r), unmarkable(std::move(u)) {}

    std::string unmarkable;
    std::string refused; ///< of whatever is marked already, too

    std::optional<LevelSet> confirmed;
    LevelSet draft;
    bool active = true;
    CountDirection direction = CountDirection::Upwards;
    std::optional<Vertebra> first; ///< chosen by the person for the next click
    Subscription levels;

    void read() {
        const bool was = confirmed.has_value();
        draft = record.levels().value_or(LevelSet{});
        confirmed = record.levelsConfirmed() ? std::optional(draft) : std::nullopt;
        if (was != confirmed.has_value()) active = !confirmed && !editor.refusal();
        first.reset();
        editor.changed();
    }
    Result<> keep(LevelSet next) {
        std::ranges::sort(next.marks, {}, &VertebraMark::vertebra);
        return record.saveDraftLevels(next); // read() follows through levelsChanged
    }
    [[nodiscard]] const VertebraMark* find(Vertebra vertebra) const {
        const auto found = std::ranges::find(draft.marks, vertebra, &VertebraMark::vertebra);
        return found == draft.marks.end() ? nullptr : &*found;
    }
};

LevelEditor::LevelEditor(Record& record, std::string unmarkable)
    : m_state(std::make_unique<State>(*this, record, std::move(unmarkable))) {
    m_state->read();
    m_state->active = !m_state->confirmed && !refusal();
    m_state->levels = record.levelsChanged.subscribe([this] { m_state->read(); });
}
LevelEditor::~LevelEditor() = default;

const std::optional<LevelSet>& LevelEditor::confirmed() const {
    return m_state->confirmed;
}
const LevelSet& LevelEditor::draft() const {
    return m_state->draft;
}
bool LevelEditor::isConfirmed() const {
    return m_state->confirmed.has_value();
}
bool LevelEditor::active() const {
    return m_state->active;
}

void LevelEditor::setActive(bool active) {
    m_state->active = active && !refusal();
    changed();
}

void LevelEditor::refuse(std::string why) {
    m_state->refused = std::move(why);
    setActive(false);
}

std::optional<std::string> LevelEditor::refusal() const {
    if (!m_state->refused.empty()) return m_state->refused;
    if (!m_state->unmarkable.empty() && m_state->draft.marks.empty()) return m_state->unmarkable;
    const auto& record = m_state->record;
    const auto& rights = record.rights();
    const bool confirmedOnce = record.lastConfirmedLevels().has_value();
    if (confirmedOnce ? rights.changeLevels : rights.markLevels) return std::nullopt;
    if (auto sentence = rights.sentence(isConfirmed()); !sentence.empty()) return sentence;
    return "The levels of this study have been confirmed; changing them is for somebody else to do.";
}

std::optional<Vertebra> LevelEditor::next() const {
    const auto& s = *m_state;
    if (s.first && !s.find(*s.first)) return s.first;
    if (s.draft.marks.empty()) return s.direction == CountDirection::Upwards ? Vertebra::S1 : Vertebra::T12;
    // From the end where counting began: the first vertebra that has no mark yet, gaps before new ones.
    const auto& marks = s.draft.marks;
    auto at = std::optional(s.direction == CountDirection::Upwards ? marks.back().vertebra
                                                                   : marks.front().vertebra);
    while (at && s.find(*at))
        at = anatomy::nextVertebra(*at, s.direction, s.draft.lumbarCount);
    return at;
}

void LevelEditor::countFrom(Vertebra first, CountDirection direction) {
    m_state->first = first;
    m_state->direction = direction;
    changed();
}

CountDirection LevelEditor::direction() const {
    return m_state->direction;
}

Result<> LevelEditor::mark(const geometry::PatientPoint& center) {
    const auto vertebra = next();
    if (!vertebra) return fail(ErrorCode::InvalidArgument, "Every vertebra that can be named has its mark.");
    auto levels = m_state->draft;
    levels.marks.push_back({*vertebra, center});
    return m_state->keep(std::move(levels));
}

Result<> LevelEditor::moveMark(Vertebra vertebra, const geometry::PatientPoint& center) {
    auto levels = m_state->draft;
    const auto found = std::ranges::find(levels.marks, vertebra, &VertebraMark::vertebra);
    if (found == levels.marks.end())
        return fail(ErrorCode::NotFound, std::string(anatomy::name(vertebra)) + " has no mark to move.");
    found->center = center;
    return m_state->keep(std::move(levels));
}

Result<> LevelEditor::removeMark(Vertebra vertebra) {
    auto levels = m_state->draft;
    if (std::erase_if(levels.marks, [&](const VertebraMark& m) { return m.vertebra == vertebra; }) == 0)
        return fail(ErrorCode::NotFound, std::string(anatomy::name(vertebra)) + " has no mark to remove.");
    return m_state->keep(std::move(levels));
}

Result<> LevelEditor::removeLast() {
    const auto& marks = m_state->draft.marks;
    if (marks.empty()) return fail(ErrorCode::NotFound, "There is no mark to remove.");
    return removeMark(m_state->direction == CountDirection::Upwards ? marks.front().vertebra
                                                                    : marks.back().vertebra);
}

Result<> LevelEditor::clear() {
    auto levels = m_state->draft;
    levels.marks.clear();
    return m_state->keep(std::move(levels));
}

Result<> LevelEditor::shift(int steps) {
    const auto shifted = anatomy::relabelled(m_state->draft, steps);
    if (!shifted) return tl::unexpected(shifted.error());
    // Confirmed levels stay confirmed under their new names: the marks, and what was drawn, are where they
    // were.
    return isConfirmed() ? m_state->record.confirmLevels(*shifted) : m_state->keep(*shifted);
}

Result<> LevelEditor::setLumbarCount(LumbarCount count) {
    auto levels = m_state->draft;
    if (levels.lumbarCount == count) return {};
    // Counted from the sacrum: the vertebra above S1 is L6 or L5, so the names above it move by one. Without
    // a mark on S1 they were counted from above and stay.
    if (m_state->find(Vertebra::S1)) {
        const auto renamed = [&](Vertebra vertebra) -> std::optional<Vertebra> {
            auto from = std::optional(Vertebra::S1), to = from;
            while (from && to && *from != vertebra) {
                from = anatomy::nextVertebra(*from, CountDirection::Upwards, levels.lumbarCount);
                to = anatomy::nextVertebra(*to, CountDirection::Upwards, count);
            }
            return from ? to : std::nullopt;
        };
        std::vector<VertebraMark> marks;
        for (const auto& mark : levels.marks) {
            const bool below = mark.vertebra >= Vertebra::S1;
            if (const auto vertebra = below ? std::optional(mark.vertebra) : renamed(mark.vertebra))
                marks.push_back({*vertebra, mark.center});
        }
        levels.marks = std::move(marks);
    } else {
        std::erase_if(levels.marks, [&](const auto& m) {
            return count == LumbarCount::Five && m.vertebra == Vertebra::L6;
        });
    }
    levels.lumbarCount = count;
    return m_state->keep(std::move(levels));
}

Result<> LevelEditor::setTransition(anatomy::Transition transition, std::string note) {
    auto levels = m_state->draft;
    levels.transition = transition;
    levels.note = std::move(note);
    if (levels == m_state->draft) return {};
    return isConfirmed() ? m_state->record.confirmLevels(levels) : m_state->keep(std::move(levels));
}

std::optional<std::string> LevelEditor::obstacle() const {
    const auto valid = anatomy::validate(m_state->draft);
    if (valid) return std::nullopt;
    return valid.error().message;
}

Result<> LevelEditor::confirm() {
    if (auto no = refusal()) return fail(ErrorCode::NotAllowed, *std::move(no));
    const auto done = m_state->record.confirmLevels(m_state->draft);
    if (done) setActive(false);
    return done;
}

Result<> LevelEditor::discard() {
    const auto before = m_state->record.lastConfirmedLevels();
    if (!before)
        return fail(ErrorCode::NotFound,
                    "These levels have never been confirmed, so there is nothing to go back to.");
    return m_state->record.confirmLevels(*before);
}

std::string LevelEditor::sentence() const {
    const auto& s = *m_state;
    if (s.confirmed && !s.active) {
        const auto transition = s.confirmed->transition == anatomy::Transition::None
                                    ? std::string("no transitional vertebra")
                                    : "transition: " + std::string(anatomy::name(s.confirmed->transition));
        return "Levels confirmed · " + transition +
               (s.confirmed->lumbarCount == LumbarCount::Six ? " · six lumbar vertebrae" : "");
    }
    const auto vertebra = next();
    const auto click =
        vertebra ? "Click the middle of " + std::string(anatomy::name(*vertebra)) : std::string();
    if (s.draft.marks.size() < 2) return click + " on a midline sagittal slice.";
    if (const auto reason = obstacle()) return *reason;
    const bool complete = s.find(Vertebra::L1) && s.find(Vertebra::S1);
    if (complete) return "All levels are marked: confirm them, or drag a mark to correct it.";
    return click + ", or confirm the levels marked so far.";
}

} // namespace forameter::workspace
