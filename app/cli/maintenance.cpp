// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/maintenance.hpp"

#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/audit_log.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

Json auditJson(const store::VerifyReport& report) {
    return {{"entries", report.auditEntries}, {"head", report.auditHead}};
}

Result<int> init(const Session& session) {
    const auto store = store::Store::create(session.storePath());
    if (!store) return tl::unexpected(store.error());
    const Json answer{{"store", store->path().string()},
                      {"schema_version", store->schemaVersion()},
                      {"writer", store->writer()}};
    return session.answer(answer, "made " + store->path().string() + "\n");
}

Result<int> verify(const Session& session) {
    // Named, or where the store has accounts, the core asks who may; a damaged store is examined as it lies.
    const auto store = session.openStoreToRead();
    if (!store && (store.error().code == ErrorCode::NotAllowed || !session.globals().as.empty()))
        return tl::unexpected(store.error());
    const bool asWhole = !store || !store->actor().rater;
    const auto report = asWhole ? store::verify(session.storePath(), session.watch())
                                : store::verify(*store, session.watch());
    if (!report) return tl::unexpected(report.error());
    std::string text;
    const auto told = [&](const char* kind, const std::vector<store::Problem>& all) {
        Json list = Json::array();
        for (const auto& [what, where, message] : all) {
            list.push_back({{"what", what}, {"where", where}, {"message", message}});
            text += kind + (": " + where) + ": " + message + " [" + what + "]\n";
        }
        return list;
    };
    const Json problems = told("problem", report->problems), warnings = told("warning", report->warnings);
    text += (report->ok() ? "in order" : "NOT in order") + std::string(", ") +
            counted(report->auditEntries, "audit entry", "audit entries") + ", head " + report->auditHead +
            "\n";
    const Json answer{
        {"ok", report->ok()}, {"problems", problems}, {"warnings", warnings}, {"audit", auditJson(*report)}};
    return session.answer(answer, text, report->ok() ? kDone : kFailed);
}

Result<int> backup(const std::string& file, bool overwrite, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto report = store::backup(*store, file, overwrite ? store::Overwrite::Yes : store::Overwrite::No,
                                      session.watch());
    if (!report) return tl::unexpected(report.error());
    if (store->readOnly())
        session.say("The backup is not noted in the audit, because the store cannot be written.");
    const Json answer{{"file", file}, {"ok", report->ok()}, {"audit", auditJson(*report)}};
    return session.answer(answer,
                          "wrote " + file + ", verified, " +
                              counted(report->auditEntries, "audit entry", "audit entries") + "\n",
                          report->ok() ? kDone : kFailed);
}

Result<int> restore(const std::string& file, const Session& session) {
    const auto actor = session.needAdministrator("restore");
    if (!actor) return tl::unexpected(actor.error());
    const auto restored = store::restore(file, session.storePath(), *actor, session.watch());
    if (!restored) return tl::unexpected(restored.error());
    const std::string replaced = restored->replaced.string();
    const Json answer{{"store", session.storePath().string()},
                      {"replaced", orNull(replaced)},
                      {"ok", restored->report.ok()},
                      {"sha256", restored->sha256},
                      {"audit", auditJson(restored->report)}};
    std::string text = "restored " + session.storePath().string() + "\n";
    if (!replaced.empty()) text += "what was there lies at " + replaced + "\n";
    return session.answer(answer, text);
}

Result<int> migrate(const Session& session) {
    if (auto allowed = session.needAdministrator("migrate"); !allowed) return tl::unexpected(allowed.error());
    const auto migration = store::Store::migrate(session.storePath());
    if (!migration) return tl::unexpected(migration.error());
    const Json answer{
        {"from", migration->from}, {"to", migration->to}, {"backup", orNull(migration->backup.string())}};
    const std::string text = migration->from == migration->to
                                 ? "the store is up to date (version " + std::to_string(migration->to) + ")\n"
                                 : "version " + std::to_string(migration->from) + " became " +
                                       std::to_string(migration->to) +
                                       "; backup: " + migration->backup.string() + "\n";
    return session.answer(answer, text);
}

Result<int> audit(std::int64_t since, std::size_t limit, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto entries = store::AuditLog(*store).entries(since, limit);
    if (!entries) return tl::unexpected(entries.error());
    Table table{{"seq", "time", "actor", "action", "subject", "hash"}, {}};
    Json list = Json::array();
    for (const auto& entry : *entries) {
        const Json object{{"seq", entry.seq},       {"time", toIso8601(entry.time)},   {"actor", entry.actor},
                          {"action", entry.action}, {"subject", entry.subject},        {"hash", entry.hash},
                          {"writer", entry.writer}, {"content", orNull(entry.content)}};
        table.add(object);
        list.push_back(object);
    }
    return session.answer(Json{{"entries", list}}, table);
}

} // namespace

void addMaintenance(Program& program) {
    program.verb("init", "Make a new, empty store", {Takes::Store}, init);
    program.verb("verify", "Check a store: database, audit chain, contents, areas",
                 {Takes::Store, Takes::Rater}, verify);
    program.verb("migrate", "Bring a store to this version's schema, after a backup",
                 {Takes::Store, Takes::Rater}, migrate);

    struct Options {
        std::string file;
        bool overwrite = false;
        std::int64_t since = 0;
        std::size_t limit = 0;
    };
    const auto options = std::make_shared<Options>();
    CLI::App& backing = program.verb(
        "backup", "Write one verified copy of a store while others work on it", {Takes::Store, Takes::Rater},
        [options](const Session& session) { return backup(options->file, options->overwrite, session); });
    backing.add_option("FILE", options->file, "The copy")->required();
    backing.add_flag("--overwrite", options->overwrite, "Replace FILE where it exists");
    CLI::App& restoring =
        program.verb("restore", "Put a backup in place of a store; the old one is kept beside it",
                     {Takes::Store, Takes::Rater},
                     [options](const Session& session) { return restore(options->file, session); });
    restoring.add_option("FILE", options->file, "A backup")->required();
    CLI::App& listing = program.verb(
        "audit", "Who did what, oldest first", {Takes::Store, Takes::Rater, Takes::Csv},
        [options](const Session& session) { return audit(options->since, options->limit, session); });
    listing.add_option("--since", options->since, "Only entries after this number")
        ->type_name("SEQ")
        ->check(atLeast(0));
    listing.add_option("--limit", options->limit, "At most so many (default: all)")
        ->type_name("N")
        ->check(atLeast(1));
}

} // namespace forameter::cli
