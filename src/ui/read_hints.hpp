// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "forameter/workspace/study_document.hpp"
#include "hint_bar.hpp"

namespace forameter::ui {

class ActionMap;

/// What the foot of the window says while a study is read.
struct ReadHints {
    QString sentence;
    std::vector<HintBar::Hint> hints;
};
/// The cursor that draws by keyboard: none, moved about, or holding on to what it drags.
enum class PointCursor { None, Free, Holding };
[[nodiscard]] ReadHints readHints(const ActionMap& actions, workspace::StudyDocument& open,
                                  PointCursor cursor);

} // namespace forameter::ui
