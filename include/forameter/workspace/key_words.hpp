// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "forameter/workspace/actions.hpp"

namespace forameter::workspace {

/// Stands in a sentence for the key of an action, which people may change: "Press {done-next} to go on."
[[nodiscard]] std::string keyWord(ActionId id);
/// The sentence to be shown: `key` gives the key that the person has; an action that has none ("") is called
/// by its title.
[[nodiscard]] std::string withKeys(std::string_view sentence,
                                   const std::function<std::string(ActionId)>& key);

} // namespace forameter::workspace
