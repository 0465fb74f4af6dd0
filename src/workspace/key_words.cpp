// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/key_words.hpp"

namespace forameter::workspace {

std::string keyWord(ActionId id) {
    return "{" + std::string(action(id).name) + "}";
}

std::string withKeys(std::string_view sentence, const std::function<std::string(ActionId)>& key) {
    std::string shown;
    while (!sentence.empty()) {
        const auto open = sentence.find('{');
        shown += sentence.substr(0, open);
        if (open == std::string_view::npos) break;
        sentence.remove_prefix(open);
        const auto close = sentence.find('}');
        const auto id =
            close == std::string_view::npos ? std::nullopt : actionFromName(sentence.substr(1, close - 1));
        if (!id) { // somebody's own words, such as a comment
            shown += '{';
            sentence.remove_prefix(1);
            continue;
        }
        const std::string text = key(*id);
        shown += text.empty() ? "\"" + std::string(action(*id).title) + "\"" : text;
        sentence.remove_prefix(close + 1);
    }
    return shown;
}

} // namespace forameter::workspace
