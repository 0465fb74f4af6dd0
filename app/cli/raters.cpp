// SPDX-License-Identifier: Apache-2.0
#include "exit_code.hpp"
#include "forameter/store/rater_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

Result<int> add(const std::vector<std::string>& names, const Session& session) {
    if (auto allowed = session.needAdministrator("raters add"); !allowed)
        return tl::unexpected(allowed.error());
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    store::RaterRepository raters(*store);
    for (const std::string& name : names)
        if (auto added = raters.add(RaterId(name)); !added) return tl::unexpected(added.error());
    std::string text;
    for (const std::string& name : names)
        text += "added " + printable(name) + "\n";
    if (auto done = session.answer(Json{{"added", names}}, text); !done) return tl::unexpected(done.error());
    return kDone;
}

Result<int> list(const Session& session) {
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    const auto raters = store::RaterRepository(*store).list();
    if (!raters) return tl::unexpected(raters.error());
    Table table{{"name", "added"}, {}};
    Json entries = Json::array();
    for (const auto& rater : *raters) {
        entries.push_back({{"name", rater.name.text()}, {"added", toIso8601(rater.added)}});
        table.rows.push_back({rater.name.text(), toIso8601(rater.added)});
    }
    if (auto done = session.answer(Json{{"raters", entries}}, table); !done)
        return tl::unexpected(done.error());
    return kDone;
}

} // namespace

void addRaters(Program& program) {
    CLI::App& noun = program.noun("raters", "The people who draw");
    const auto names = std::make_shared<std::vector<std::string>>();
    CLI::App& adding = program.verb(noun, "add", "Add raters", {Takes::Store, Takes::Rater},
                                    [names](const Session& session) { return add(*names, session); });
    adding.add_option("NAME", *names, "Short names: letters, digits, . _ - @")->required();
    program.verb(noun, "list", "List the raters", {Takes::Store, Takes::Rater, Takes::Csv}, list);
}

} // namespace forameter::cli
