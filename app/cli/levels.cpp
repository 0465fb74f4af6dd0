// SPDX-License-Identifier: Apache-2.0
#include "levels.hpp"

#include <charconv>

#include "forameter/core/text.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string study, file, transition, note;
    std::vector<std::string> marks;
    int lumbarCount = 0;
};

/// "L4=1.5,-20,33.25"
anatomy::VertebraMark markFrom(const std::string& text) {
    const auto bad = [&]() -> WrongUsage {
        return WrongUsage("--mark " + text + " is not VERTEBRA=X,Y,Z in millimetres, e.g. L4=1.5,-20,33.");
    };
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) throw bad();
    const auto vertebra = anatomy::vertebraFromName(text.substr(0, equals));
    if (!vertebra) throw bad();
    double xyz[3];
    const char* at = text.data() + equals + 1;
    const char* const end = text.data() + text.size();
    for (int i = 0; i < 3; ++i) {
        if (i > 0 && (at == end || *at++ != ',')) throw bad();
        const auto [stop, error] = std::from_chars(at, end, xyz[i]);
        if (error != std::errc{} || !std::isfinite(xyz[i])) throw bad();
        at = stop;
    }
    if (at != end) throw bad();
    return {*vertebra, {xyz[0], xyz[1], xyz[2]}};
}

bool givesLevels(const Options& options) {
    return !options.file.empty() || !options.marks.empty();
}

/// The levels that the command line gives: a document, or marks (a mark of a vertebra replaces the
/// document's).
Result<anatomy::LevelSet> levelsFrom(const Options& options, const Session& session) {
    anatomy::LevelSet levels;
    if (!options.file.empty()) {
        const auto text = session.input(options.file);
        if (!text) return tl::unexpected(text.error());
        auto read = levelsFromJson(*text, options.study);
        if (!read) return fail(read.error().code, options.file + ": " + read.error().message);
        levels = *std::move(read);
    }
    std::vector<anatomy::VertebraMark> marks;
    for (const std::string& text : options.marks)
        marks.push_back(markFrom(text));
    for (const auto& mark : marks) {
        std::erase_if(levels.marks, [&](const auto& known) { return known.vertebra == mark.vertebra; });
    }
    levels.marks.insert(levels.marks.end(), marks.begin(), marks.end());
    if (options.lumbarCount != 0)
        levels.lumbarCount =
            options.lumbarCount == 6 ? anatomy::LumbarCount::Six : anatomy::LumbarCount::Five;
    if (!options.transition.empty()) {
        const auto transition = anatomy::transitionFromName(options.transition);
        if (!transition) throw WrongUsage("--transition is none, lumbarised-S1, sacralised-L5 or unclear.");
        levels.transition = *transition;
    }
    if (!options.note.empty()) levels.note = options.note;
    return anatomy::sorted(std::move(levels));
}

Table marksTable(const std::optional<store::StoredLevelSet>& stored) {
    Table table{{"vertebra", "x", "y", "z"}, {}};
    if (!stored) return table;
    for (const auto& mark : stored->levels.marks)
        table.rows.push_back({anatomy::name(mark.vertebra), mark.center.x, mark.center.y, mark.center.z});
    return table;
}

Result<int> show(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const StudyUid study(options.study);
    const auto stored = knownStudyLevels(*store, study);
    if (!stored) return tl::unexpected(stored.error());
    if (session.globals().csv) return session.answer(Json(), marksTable(*stored));
    return session.answer(levelsAnswer(study, *stored), levelsText(*stored));
}

enum class Keep { Draft, Confirmed };

Result<int> keep(Keep how, const Options& options, const Session& session) {
    const RaterId rater = session.needRater(how == Keep::Draft ? "levels set" : "levels confirm");
    if (how == Keep::Draft && !givesLevels(options))
        throw WrongUsage("levels set needs the vertebrae: a FILE or --mark L4=x,y,z ...");
    const auto given = levelsFrom(options, session);
    if (!given) return tl::unexpected(given.error());
    const auto store = session.openStore();
    if (!store) return tl::unexpected(store.error());
    const StudyUid study(options.study);
    const auto current = knownStudyLevels(*store, study);
    if (!current) return tl::unexpected(current.error());
    anatomy::LevelSet levels = *given;
    if (!givesLevels(options)) {
        if (!*current)
            return fail(ErrorCode::NotFound,
                        "Study " + options.study + " has no levels to confirm; give them with levels set.");
        if (options.lumbarCount != 0 || !options.transition.empty() || !options.note.empty())
            throw WrongUsage(
                "levels confirm takes the levels as they are; to change them, give FILE or --mark too.");
        levels = (*current)->levels;
    }
    store::LevelSetRepository repository(*store);
    const int basedOn = *current ? (*current)->version : 0;
    const auto stored = how == Keep::Draft ? repository.saveDraft(study, levels, rater, basedOn)
                                           : repository.confirm(study, levels, rater, basedOn);
    if (!stored) return tl::unexpected(stored.error());
    return session.answer(levelsAnswer(study, *stored), levelsText(*stored));
}

} // namespace

Result<std::optional<store::StoredLevelSet>> knownStudyLevels(const store::Store& store,
                                                              const StudyUid& study) {
    const auto known = store::StudyRepository(store).find(study);
    if (!known) return tl::unexpected(known.error());
    return store::LevelSetRepository(store).current(study);
}

Json levelsAnswer(const StudyUid& study, const std::optional<store::StoredLevelSet>& stored) {
    Json answer{{"study_uid", study.text()}, {"levels", nullptr}};
    if (!stored) return answer;
    Json& levels = answer["levels"] = toJson(stored->levels);
    levels["id"] = stored->id.text();
    levels["version"] = stored->version;
    levels["confirmed"] = stored->confirmed;
    levels["rater"] = stored->rater.text();
    levels["time"] = toIso8601(stored->time);
    levels["discs"] = Json::array();
    for (int i = 0; i <= static_cast<int>(anatomy::Level::L6_S1); ++i) {
        const auto level = static_cast<anatomy::Level>(i);
        if (const auto disc = anatomy::discPosition(stored->levels, level))
            levels["discs"].push_back({{"level", anatomy::name(level)},
                                       {"center_mm", vector(disc->center)},
                                       {"axis", vector(disc->axis)}});
    }
    return answer;
}

std::string levelsText(const std::optional<store::StoredLevelSet>& stored) {
    if (!stored) return "no levels yet\n";
    return std::string(stored->confirmed ? "confirmed" : "draft, not confirmed") + " by " +
           printable(stored->rater.text()) + ", version " + std::to_string(stored->version) + ", " +
           (stored->levels.lumbarCount == anatomy::LumbarCount::Six ? "six" : "five") +
           " lumbar vertebrae, transition " + std::string(anatomy::name(stored->levels.transition)) + "\n" +
           toText(marksTable(stored));
}

void addLevels(Program& program) {
    CLI::App& noun =
        program.noun("levels", "Which vertebra is which in a study, and the slices that follow from it");
    const auto options = std::make_shared<Options>();
    const auto study = [options](CLI::App& verb) {
        verb.add_option("--study", options->study, "The study")->type_name("UID")->required();
    };
    const auto marks = [options, study](CLI::App& verb) {
        study(verb);
        verb.add_option("FILE", options->file,
                        "Levels as levels show --json writes them, - for standard input");
        verb.add_option("--mark", options->marks, "Middle of a vertebral body, patient mm (LPS); repeat it")
            ->type_name("L4=X,Y,Z")
            ->take_all()
            ->expected(1)
            ->allow_extra_args(false);
        verb.add_option("--lumbar-count", options->lumbarCount, "Lumbar vertebrae of the patient")
            ->check(CLI::IsMember({5, 6}));
        verb.add_option("--transition", options->transition, "none, lumbarised-S1, sacralised-L5 or unclear")
            ->type_name("WORD");
        verb.add_option("--note", options->note, "A remark to keep with them")->type_name("TEXT");
    };
    study(program.verb(noun, "show", "The current levels", {Takes::Store, Takes::Rater, Takes::Csv},
                       [options](const Session& session) { return show(*options, session); }));
    marks(program.verb(noun, "set", "Keep levels as a draft", {Takes::Store, Takes::Rater},
                       [options](const Session& session) { return keep(Keep::Draft, *options, session); }));
    marks(program.verb(
        noun, "confirm", "Confirm the levels, so that they may be measured by", {Takes::Store, Takes::Rater},
        [options](const Session& session) { return keep(Keep::Confirmed, *options, session); }));
    addLevelsSuggest(program, noun);
}

} // namespace forameter::cli
