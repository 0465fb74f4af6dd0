// SPDX-License-Identifier: Apache-2.0
#include "read_hints.hpp"

#include <array>
#include <span>

#include "action_map.hpp"
#include "sentences.hpp"

namespace forameter::ui {

using workspace::ActionId;
using workspace::Arrangement;
using Hints = std::vector<HintBar::Hint>;

namespace {

class Writer {
public:
    Writer(const ActionMap& actions, workspace::StudyDocument& open) : m_actions(actions), m_open(open) {}

    [[nodiscard]] HintBar::Hint hint(ActionId id, const char* text) const {
        return {m_actions.keyText(id), QString::fromUtf8(text)};
    }
    [[nodiscard]] HintBar::Hint keys() const { return hint(ActionId::CheatSheet, "keys"); }
    [[nodiscard]] HintBar::Hint samePlace() const {
        return {m_actions.mouseText(workspace::MouseAction::Crosshair),
                QStringLiteral("same place in all panes")};
    }
    [[nodiscard]] HintBar::Hint levelKeys() const {
        constexpr std::array ids{ActionId::Level1, ActionId::Level2, ActionId::Level3,
                                 ActionId::Level4, ActionId::Level5, ActionId::Level6};
        const auto rows = anatomy::readingLevels(m_open.levels().draft().lumbarCount).size();
        QStringList each;
        for (const ActionId id : std::span(ids).first(rows))
            each << m_actions.keyText(id);
        return {each.join(QLatin1Char(' ')).simplified(), QStringLiteral("level")};
    }

    [[nodiscard]] Hints cursor(const char* places) const {
        return {hint(ActionId::PointCursor, places),
                {QStringLiteral("Arrows"), QStringLiteral("move")},
                {QStringLiteral("Shift+arrows"), QStringLiteral("farther")},
                {QStringLiteral("Alt+arrows"), QStringLiteral("finer")}};
    }
    /// While the cursor drags something.
    [[nodiscard]] Hints holding() const {
        Hints hints = cursor("let go");
        hints.push_back(hint(ActionId::CancelStroke, "give up"));
        hints.push_back(keys());
        return hints;
    }
    [[nodiscard]] Hints levels(bool byKeyboard) const {
        Hints hints = byKeyboard ? cursor("mark here, or hold a mark")
                                 : Hints{hint(ActionId::PointCursor, "mark by keyboard")};
        hints.push_back(hint(ActionId::ConfirmLevels, "confirm levels"));
        hints.push_back(hint(ActionId::RemoveLastMark, "remove last mark"));
        if (byKeyboard) hints.push_back(hint(ActionId::CancelStroke, "put the cursor away"));
        hints.push_back(keys());
        return hints;
    }
    [[nodiscard]] Hints looking() const {
        return {hint(ActionId::NextCase, "next study"), hint(ActionId::ShowOverview, "overview"), samePlace(),
                keys()};
    }
    [[nodiscard]] Hints offer() const {
        return {hint(ActionId::AcceptProposal, "accept"), hint(ActionId::EditProposal, "edit"),
                hint(ActionId::RejectProposal, "reject"), hint(ActionId::HideContours, "hide"),
                hint(ActionId::DoneNext, "next"),         keys()};
    }
    [[nodiscard]] Hints drawing(bool byKeyboard) const {
        Hints hints = byKeyboard ? cursor(isDragged()       ? "begin the stroke"
                                          : changesPoints() ? "hold a point"
                                                            : "place a point")
                                 : Hints{};
        if (byKeyboard && takesAway())
            hints.insert(hints.begin() + 1, hint(ActionId::PointCursorRemove, "remove"));
        if (!byKeyboard || !(isDragged() || changesPoints())) // points are placed
            hints.push_back(hint(ActionId::TakeBackPoint, "take back"));
        hints.push_back(hint(ActionId::DoneNext, m_open.editor().busy() ? "close" : "next cell"));
        if (byKeyboard)
            hints.push_back(hint(ActionId::CancelStroke, "end"));
        else
            hints.push_back(hint(ActionId::CancelStroke, "give up"));
        hints.push_back(hint(ActionId::HideContours, "hide"));
        hints.push_back(keys());
        return hints;
    }
    /// The active tool is dragged from the first press on.
    [[nodiscard]] bool isDragged() const {
        const auto tool = m_open.editor().tool();
        return tools::hasSize(tool) || tool == tools::ToolKind::Freehand;
    }
    /// A stroke of the active tool can remove from the contour there is.
    [[nodiscard]] bool takesAway() const {
        const auto& editor = m_open.editor();
        const auto tool = editor.tool();
        return (tool == tools::ToolKind::Brush || tool == tools::ToolKind::Freehand ||
                tool == tools::ToolKind::Polygon) &&
               !editor.busy() && editor.preview().curve;
    }
    /// The points of a finished contour are what the active tool catches.
    [[nodiscard]] bool changesPoints() const {
        const auto& editor = m_open.editor();
        return editor.tool() != tools::ToolKind::LiveWire && !editor.busy() && editor.preview().curve;
    }
    [[nodiscard]] Hints cell() const {
        Hints hints{hint(ActionId::DoneNext, "next cell")};
        if (tools::hasSize(m_open.editor().tool())) {
            hints.push_back(hint(ActionId::ToolSmaller, ""));
            hints.push_back(hint(ActionId::ToolLarger, "size"));
        }
        for (auto& more :
             Hints{hint(ActionId::PointCursor, "draw by keyboard"), hint(ActionId::HideContours, "hide"),
                   hint(ActionId::PreviousSlice, ""), hint(ActionId::NextSlice, "slice"),
                   hint(ActionId::Brush, "brush"), hint(ActionId::LiveWire, "live-wire"),
                   hint(ActionId::ShowOverview, "overview"), keys()})
            hints.push_back(std::move(more));
        return hints;
    }
    [[nodiscard]] Hints overview() const {
        Hints hints;
        auto& reading = m_open.reading();
        if (m_open.levels().refusal() || (m_open.levels().isConfirmed() && !reading.nextCell()))
            hints.push_back(hint(ActionId::NextOpenCase, "next open case"));
        else if (m_open.levels().isConfirmed())
            hints = {hint(ActionId::DoneNext, "next cell"), levelKeys(),
                     hint(ActionId::RightForamen, "right"), hint(ActionId::Canal, "canal"),
                     hint(ActionId::LeftForamen, "left")};
        if (reading.currentCell()) hints.push_back(hint(ActionId::ShowWorkPane, "back to the cell"));
        hints.push_back(samePlace());
        hints.push_back({QStringLiteral("Double click"), QStringLiteral("enlarge")});
        hints.push_back(keys());
        return hints;
    }

private:
    const ActionMap& m_actions;
    workspace::StudyDocument& m_open;
};

} // namespace

ReadHints readHints(const ActionMap& actions, workspace::StudyDocument& open, PointCursor cursor) {
    const Writer writer(actions, open);
    const bool byKeyboard = cursor != PointCursor::None;
    if (cursor == PointCursor::Holding)
        return {QStringLiteral("The arrow keys drag what the cursor holds."), writer.holding()};
    if (open.levels().active()) return {qstring(open.levels().sentence()), writer.levels(byKeyboard)};
    if (const auto& record = open.record(); !record.rights().draw)
        return {qstring(record.rights().sentence(record.levelsConfirmed())), writer.looking()};
    auto& reading = open.reading();
    const QString sentence = withKeys(reading.sentence(), actions);
    if (open.views().arrangement() == Arrangement::Overview) return {sentence, writer.overview()};
    const auto cell = reading.currentCell();
    const bool busy = open.editor().busy();
    if (cell && reading.offer(*cell) && !busy && !byKeyboard)
        return {QStringLiteral("A model proposes the dashed contour."), writer.offer()};
    if (byKeyboard && !open.editor().obstacle())
        return {busy                     ? QStringLiteral("Place points around the border.")
                : writer.isDragged()     ? QStringLiteral("Move the cursor to where the stroke begins.")
                : writer.changesPoints() ? QStringLiteral("Move the cursor to a point, or to the line.")
                                         : QStringLiteral("Move the cursor to the border."),
                writer.drawing(true)};
    return {sentence, busy ? writer.drawing(false) : writer.cell()};
}

} // namespace forameter::ui
