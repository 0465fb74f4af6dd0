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
/// `byKeyboard`: a pane has the point cursor.
[[nodiscard]] ReadHints readHints(const ActionMap& actions, workspace::StudyDocument& open, bool byKeyboard);

} // namespace forameter::ui
