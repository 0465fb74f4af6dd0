// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "action_map.hpp"
#include "forameter/workspace/key_words.hpp"

namespace forameter::ui {

/// A sentence of the workspace with the keys as they are now (workspace::withKeys).
[[nodiscard]] inline QString withKeys(const std::string& sentence, const ActionMap& actions) {
    return qstring(workspace::withKeys(
        sentence, [&](workspace::ActionId id) { return actions.keyText(id).toStdString(); }));
}

} // namespace forameter::ui
