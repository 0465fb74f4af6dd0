// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/words.hpp"
#include "forameter/store/study_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string where, after;
    std::size_t limit = 0;
    bool count = false, showSql = false;
};

Result<int> studies(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    store::StudyQuery query;
    query.where = options.where;
    if (!options.after.empty()) query.after = StudyUid(options.after);
    query.limit = options.count ? 1 : options.limit; // the count needs no rows
    const auto page = store::StudyRepository(*store).list(query);
    if (!page) {
        if (page.error().code == ErrorCode::InvalidArgument) throw WrongUsage(page.error().message);
        return tl::unexpected(page.error());
    }
    Json answer, list = Json::array();
    Table table{{"study_uid", "patient_id", "study_date", "age", "sex", "series", "contours"}, {}};
    for (const auto& study : page->studies) {
        Json object{{"study_uid", study.uid.text()},    {"patient_id", orNull(study.patientId)},
                    {"study_date", orNull(study.date)}, {"age", orNull(study.age)},
                    {"sex", orNull(study.sex)},         {"series", study.series},
                    {"contours", study.contours},       {"description", study.description},
                    {"scanner", study.scanner},         {"field_t", orNull(study.field)}};
        table.add(object);
        list.push_back(std::move(object));
    }
    if (!options.count) answer["studies"] = list;
    answer["total"] = page->total;
    if (options.showSql) {
        answer["sql"] = page->sql;
        answer["parameters"] = page->parameters;
    }
    const std::string sql = options.showSql ? page->sql + "\n" : "";
    if (options.count) return session.answer(answer, std::to_string(page->total) + "\n" + sql);
    return session.answer(answer, table, counted(page->total, "study", "studies") + "\n" + sql);
}

} // namespace

void addStudies(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb("studies", "The studies of a store", {Takes::Store, Takes::Rater, Takes::Csv},
                     [options](const Session& session) { return studies(*options, session); });
    std::string columns;
    for (const auto& column : store::StudyRepository::columns())
        columns += " " + column.name;
    verb.add_option("--where", options->where,
                    "Condition, e.g. \"age >= 60 and sex = 'F'\"; columns:" + columns)
        ->type_name("EXPR");
    verb.add_option("--limit", options->limit, "At most so many")->type_name("N")->check(atLeast(1));
    verb.add_option("--after", options->after, "Continue after this study")->type_name("UID");
    verb.add_flag("--count", options->count, "Only how many");
    verb.add_flag("--show-sql", options->showSql, "Also the query and its parameters");
    program.onlyWhere(
        verb, {"--limit", "--after"}, [options] { return !options->count; }, "does not go with --count");
    program.onlyWhere(
        verb, {"--csv"}, [options] { return !options->count && !options->showSql; },
        "is a table alone: it does not go with --count or --show-sql");
}

} // namespace forameter::cli
