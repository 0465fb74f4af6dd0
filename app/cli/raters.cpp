// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/rater_repository.hpp"

#include "forameter/core/text.hpp"
#include "forameter/store/sign_in.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::vector<std::string> names;
    std::string name, role = "rater";
};

store::Role roleFrom(const std::string& text) {
    if (const auto role = store::roleFromName(text)) return *role;
    throw WrongUsage("--role is one of rater, reviewer, clinician, researcher, administrator.");
}

/// The new password that --password-stdin brings; the acting rater's own comes from FORAMETER_PASSWORD then.
Result<std::string> newPassword(const Session& session) {
    return session.passwordFromInput();
}

Result<int> add(const Options& options, const Session& session) {
    const auto role = roleFrom(options.role);
    const bool withPassword = session.globals().passwordStdin;
    if (withPassword && options.names.size() != 1)
        throw WrongUsage("--password-stdin gives one password, so it goes with one name.");
    const auto store = session.openStore(Session::Input::Taken);
    if (!store) return tl::unexpected(store.error());
    std::string password;
    if (withPassword) {
        auto given = newPassword(session);
        if (!given) return tl::unexpected(given.error());
        password = std::move(*given);
    }
    store::RaterRepository raters(*store);
    for (const std::string& name : options.names)
        if (auto added = raters.add(RaterId(name), role); !added) return tl::unexpected(added.error());
    if (withPassword)
        if (auto set = raters.setPassword(RaterId(options.names.front()), password); !set)
            return tl::unexpected(set.error());
    std::string text;
    for (const std::string& name : options.names)
        text += "added " + printable(name) + " (" + options.role + ")\n";
    return session.answer(Json{{"added", options.names}, {"role", options.role}}, text);
}

Json toJson(const store::Rater& rater) {
    return {{"name", rater.name.text()},
            {"added", toIso8601(rater.added)},
            {"role", store::name(rater.role)},
            {"password", rater.hasPassword}};
}

Result<int> list(const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto raters = store::RaterRepository(*store).list();
    if (!raters) return tl::unexpected(raters.error());
    Table table{{"name", "role", "password", "added"}, {}};
    Json entries = Json::array();
    for (const auto& rater : *raters) {
        const Json one = toJson(rater);
        table.add(one);
        entries.push_back(one);
    }
    return session.answer(Json{{"raters", entries}}, table);
}

/// Answers with the rater as she is now.
Result<int> answerRater(const store::Store& store, const RaterId& name, const Session& session) {
    const auto rater = store::RaterRepository(store).find(name);
    if (!rater) return tl::unexpected(rater.error());
    const std::string text = name.text() + " is " + std::string(store::name(rater->role)) +
                             (rater->hasPassword ? ", with a password\n" : ", without a password\n");
    return session.answer(toJson(*rater), text);
}

Result<int> setRole(const Options& options, const Session& session) {
    const auto role = roleFrom(options.role);
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    if (auto set = store::RaterRepository(*store).setRole(RaterId(options.name), role); !set)
        return tl::unexpected(set.error());
    return answerRater(*store, RaterId(options.name), session);
}

Result<int> setPassword(const Options& options, const Session& session) {
    if (!session.globals().passwordStdin)
        throw WrongUsage("raters set-password reads the new password from standard input: --password-stdin.");
    const auto store = session.openStore(Session::Input::Taken);
    if (!store) return tl::unexpected(store.error());
    const auto password = newPassword(session);
    if (!password) return tl::unexpected(password.error());
    if (auto set = store::RaterRepository(*store).setPassword(RaterId(options.name), *password); !set)
        return tl::unexpected(set.error());
    const std::string text = "the password of " + printable(options.name) + " is set\n";
    return session.answer(Json{{"name", options.name}, {"password", true}}, text);
}

/// Whether the one who acts may: for scripts that want to know before they start.
Result<int> check(const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto role = store::roleOf(*store);
    if (!role) return tl::unexpected(role.error());
    Json may = Json::object();
    Table table{{"operation", "allowed"}, {}};
    for (const auto operation : store::allOperations()) {
        const auto allowed = store::mayDo(*store, operation);
        if (!allowed) return tl::unexpected(allowed.error());
        may[std::string(store::name(operation))] = *allowed;
        table.rows.push_back({store::name(operation), *allowed});
    }
    const auto& rater = store->actor().rater;
    const Json answer{{"name", rater ? Json(rater->text()) : Json(nullptr)},
                      {"role", store::name(*role)},
                      {"allowed", may}};
    return session.answer(answer, table);
}

} // namespace

void addRaters(Program& program) {
    CLI::App& noun = program.noun("raters", "The people who work with a store, their roles and passwords");
    const auto options = std::make_shared<Options>();
    const auto role = [options](CLI::App& verb) {
        return verb
            .add_option("--role", options->role,
                        "rater (default), reviewer, clinician, researcher or administrator")
            ->type_name("ROLE");
    };
    CLI::App& adding =
        program.verb(noun, "add", "Add raters; --password-stdin reads the new rater's password",
                     {Takes::Store, Takes::Rater, Takes::NewPassword},
                     [options](const Session& session) { return add(*options, session); });
    adding.add_option("NAME", options->names, "Short names: letters of any script, digits, . _ - @")
        ->required();
    role(adding);
    program.verb(noun, "list", "List the raters", {Takes::Store, Takes::Rater, Takes::Csv}, list);
    CLI::App& changing =
        program.verb(noun, "set-role", "Give a rater another role", {Takes::Store, Takes::Rater},
                     [options](const Session& session) { return setRole(*options, session); });
    changing.add_option("NAME", options->name, "Who")->required();
    role(changing)->required();
    CLI::App& keying =
        program.verb(noun, "set-password", "Set a rater's password; --password-stdin reads the new one",
                     {Takes::Store, Takes::Rater, Takes::NewPassword},
                     [options](const Session& session) { return setPassword(*options, session); });
    keying.add_option("NAME", options->name, "Whose")->required();
    program.verb(noun, "check", "What the one who acts may do on the store as a whole",
                 {Takes::Store, Takes::Rater, Takes::Csv}, check);
}

} // namespace forameter::cli
