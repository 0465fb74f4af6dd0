// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "forameter/protocol/reading.hpp"
#include "forameter/store/image_planes.hpp"
#include "json.hpp"
#include "levels.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string study, quantity = "dural_sac";
};

/// A stack of the study with the instance behind each slice.
struct Source {
    const store::SeriesRecord* series;
    const store::StackRecord* stack;
    std::vector<std::size_t> instances;
};

Json describe(const anatomy::Cell& cell, const std::optional<protocol::SliceSuggestion>& s,
              const std::vector<protocol::StackGeometry>& stacks, const std::vector<Source>& sources) {
    Json entry;
    addCell(entry, cell);
    entry["protocol"] = protocol::defaultProtocol(cell.structure);
    entry["covered"] = s.has_value();
    entry["warnings"] = s ? s->warnings : std::vector<std::string>{};
    for (const char* key : {"series_uid", "sop_uid", "frame", "stack", "slice", "plane", "weighting",
                            "offset_mm", "obliquity_deg", "oblique", "point_mm", "image"})
        entry[key] = nullptr;
    if (!s) return entry;
    const Source& source = sources[s->stack];
    const auto& instance = source.stack->instances[source.instances[s->slice]];
    const auto& plane = stacks[s->stack].slices[s->slice];
    entry["series_uid"] = source.series->uid.text();
    entry["sop_uid"] = instance.sop.text();
    entry["frame"] = instance.frame;
    entry["stack"] = source.stack->index;
    entry["slice"] = source.instances[s->slice];
    entry["plane"] = geometry::name(source.stack->plane);
    entry["weighting"] = nameOrNull(source.stack->weighting);
    entry["offset_mm"] = s->midlineOffset;
    entry["obliquity_deg"] = s->obliquity.value();
    entry["oblique"] = s->oblique;
    entry["point_mm"] = vector(s->point);
    entry["image"] = {{"origin_mm", vector(plane.origin())},
                      {"row_direction", vector(plane.rowDirection())},
                      {"column_direction", vector(plane.columnDirection())},
                      {"spacing_mm", {plane.rowSpacing(), plane.columnSpacing()}},
                      {"rows", plane.rows()},
                      {"columns", plane.columns()}};
    return entry;
}

/// Sentences for a table; nothing where there are none.
Json inOneCell(const Json& sentences) {
    std::string text;
    for (const Json& sentence : sentences)
        text += (text.empty() ? "" : " ") + sentence.get<std::string>();
    return text.empty() ? Json(nullptr) : Json(text);
}

Result<int> suggest(const Options& options, const Session& session) {
    const auto quantity = anatomy::quantityFromName(options.quantity);
    if (!quantity) throw WrongUsage("--quantity is dural_sac, canal or bony_canal.");
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto study = store::StudyRepository(*store).find(StudyUid(options.study));
    if (!study) return tl::unexpected(study.error());
    const auto levels = store::LevelSetRepository(*store).current(study->uid);
    if (!levels) return tl::unexpected(levels.error());
    if (!*levels)
        return fail(ErrorCode::NotFound,
                    "Study " + options.study + " has no levels yet; give them with levels set.");

    std::vector<protocol::StackGeometry> stacks;
    std::vector<Source> sources;
    for (const auto& series : study->series)
        for (const auto& stack : series.stacks) {
            auto slices = store::slicesOf(series.uid, stack);
            stacks.push_back(std::move(slices.geometry));
            sources.push_back({&series, &stack, std::move(slices.instances)});
        }
    protocol::linkSpaces(stacks);

    Json list = Json::array();
    Table table{{"structure", "level", "side", "quantity", "series_uid", "sop_uid", "frame", "weighting",
                 "offset_mm", "obliquity_deg", "oblique", "warnings"},
                {}};
    for (const anatomy::Cell& cell : protocol::readingCells((*levels)->levels.lumbarCount, *quantity)) {
        Json entry = describe(cell, protocol::suggestSlice(cell, (*levels)->levels, stacks), stacks, sources);
        Json row = entry;
        row["warnings"] = inOneCell(entry["warnings"]);
        table.add(row);
        list.push_back(std::move(entry));
    }
    const Json answer{{"study_uid", study->uid.text()},
                      {"levels_version", (*levels)->version},
                      {"confirmed", (*levels)->confirmed},
                      {"suggestions", list}};
    const std::string note =
        (*levels)->confirmed ? "" : "The levels are a draft: confirm them before measuring.\n";
    return session.answer(answer, table, note);
}

} // namespace

void addLevelsSuggest(Program& program, CLI::App& noun) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb(noun, "suggest", "The image that the protocol would take for each foramen and canal",
                     {Takes::Store, Takes::Rater, Takes::Csv},
                     [options](const Session& session) { return suggest(*options, session); });
    verb.add_option("--study", options->study, "The study")->type_name("UID")->required();
    verb.add_option("--quantity", options->quantity, "Which canal: dural_sac, canal or bony_canal")
        ->type_name("WORD");
}

} // namespace forameter::cli
