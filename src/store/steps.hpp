// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "database.hpp"
#include "forameter/store/history.hpp"

namespace forameter::store {

/// A row of edit_step: the history of one rater in one study as two piles that are linked through the rows,
/// so that any restart finds them. A 'do' row lies on the pile of what can be undone, on top of its `below`.
/// An 'undo' row moves its target to the pile of what can be redone and stands for it there, on top of its
/// own `below`. A 'redo' row puts its target back. A new 'do' leaves nothing to redo.
struct StepRow {
    std::int64_t id = 0;
    std::string action; ///< "do", "undo", "redo"
    std::optional<std::int64_t> target;
    std::optional<std::int64_t> undoTop; ///< after this row: a 'do' row; of a 'do' row itself
    std::optional<std::int64_t> redoTop; ///< after this row: an 'undo' row; of an 'undo' row itself
    std::optional<std::int64_t> below;
    UndoStep step;
};

/// Whose history: that of a rater in a study, or in one reading of it.
struct Author {
    std::int64_t studyId = 0;
    std::string rater;
    std::optional<std::int64_t> readingId;
};

/// What can be undone and redone now.
struct Piles {
    std::optional<std::int64_t> undoTop;
    std::optional<std::int64_t> redoTop;
};
[[nodiscard]] Result<Piles> piles(Connection& sql, const Author& author);
[[nodiscard]] Result<StepRow> stepRow(Connection& sql, std::int64_t id);

/// Records a new edit; the id that its rows carry.
[[nodiscard]] Result<std::int64_t> beginStep(Transaction& change, const Author& author, StepKind kind,
                                             const std::string& description,
                                             const std::optional<anatomy::Cell>& cell);
/// The same where the piles are known.
[[nodiscard]] Result<std::int64_t> recordEdit(Transaction& change, const Author& author, const Piles& now,
                                              const UndoStep& edit);
/// Records that the step on top of a pile is taken back or done again; the id that the restoring rows carry.
[[nodiscard]] Result<std::int64_t> recordUndo(Transaction& change, const Author& author, const Piles& now,
                                              const StepRow& target);
[[nodiscard]] Result<std::int64_t> recordRedo(Transaction& change, const Author& author,
                                              const StepRow& undone, const StepRow& target);

} // namespace forameter::store
