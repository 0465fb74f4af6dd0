// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/protocol/on_image.hpp"
#include "forameter/store/cell_state_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "images.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

constexpr const char* kNotice = "Research use only, not for diagnosis.\n";

struct Options {
    std::string file, study, rater;
    std::vector<std::string> images;
};

/// One row per case, level, side and structure.
struct AreaTable {
    Json measurements = Json::array();
    Table table{{"study_uid",         "patient_id",    "study_date", "structure", "level",    "side",
                 "quantity",          "rater",         "source",     "state",     "area_mm2", "area_mask_mm2",
                 "perimeter_mm",      "max_mm",        "min_mm",     "ap_mm",     "width_mm", "height_mm",
                 "midline_offset_mm", "obliquity_deg", "plane",      "weighting", "protocol", "series_uid",
                 "sop_uid",           "frame",         "uuid",       "version",   "note"},
                {}};

    struct Row {
        const protocol::Contour& contour;
        std::size_t index = 0;
        std::optional<protocol::Measurement> measurement;
        std::string patient = {}, date = {};
        std::optional<int> version = {};
    };
    void add(const Row& row) {
        const auto& c = row.contour;
        Json object{{"index", row.index}};
        addIdentity(object, c);
        if (row.version) object["version"] = *row.version;
        addMeasurement(object, row.measurement);
        object["midline_offset_mm"] = orNull(c.midlineOffset);
        object["obliquity_deg"] = orNull(c.obliquity);
        object["plane"] = nameOrNull(c.plane);
        object["weighting"] = nameOrNull(c.weighting);
        object["protocol"] = c.protocol;
        object["note"] = c.note;
        object["state"] = c.assessable ? "done" : "not-assessable";
        Json flat = object;
        flat["patient_id"] = orNull(row.patient);
        flat["study_date"] = orNull(row.date);
        for (const auto& [which, diameter] : object["diameters_mm"].items())
            flat[which + "_mm"] = diameter;
        flat["protocol"] = orNull(c.protocol);
        flat["note"] = orNull(c.note);
        table.add(flat);
        measurements.push_back(std::move(object));
    }
    /// A cell that its rater has marked instead of drawing it.
    void addMark(const StudyUid& study, const std::string& patient, const std::string& date,
                 const RaterId& rater, const store::StoredCellState& mark) {
        Json row{{"study_uid", study.text()}, {"patient_id", orNull(patient)}, {"study_date", orNull(date)}};
        addCell(row, mark.cell);
        row["rater"] = rater.text();
        row["state"] = protocol::name(mark.state);
        row["note"] = orNull(mark.reason);
        table.add(row);
    }
    /// The columns that fit on a screen; of several studies also whose they are.
    [[nodiscard]] Table toRead() const {
        std::vector<std::string> wanted{"structure",    "level", "side",     "quantity",
                                        "rater",        "state", "area_mm2", "area_mask_mm2",
                                        "perimeter_mm", "ap_mm", "width_mm", "height_mm"};
        const auto differs = [&](const auto& row) { return row.front() != table.rows.front().front(); };
        if (std::ranges::any_of(table.rows, differs)) {
            const bool named =
                std::ranges::none_of(table.rows, [](const auto& row) { return row[1].is_null(); });
            wanted.insert(wanted.begin(), named ? "patient_id" : "study_uid");
        }
        Table shorter{wanted, {}};
        for (const auto& row : table.rows) {
            std::vector<Json> fields;
            for (const auto& name : wanted)
                fields.push_back(row[static_cast<std::size_t>(std::ranges::find(table.columns, name) -
                                                              table.columns.begin())]);
            shorter.rows.push_back(std::move(fields));
        }
        return shorter;
    }
};

Result<int> finish(const AreaTable& areas, const Json& refused, Json extra, const Session& session) {
    Json answer{{"measurements", areas.measurements}};
    for (auto& [key, value] : extra.items())
        answer[key] = value;
    answer["refused"] = refused;
    const bool csv = session.globals().csv;
    if (csv)
        for (const Json& entry : refused)
            session.say(refusalLine(entry));
    return session.answer(answer, csv ? areas.table : areas.toRead(), refusalText(refused) + kNotice,
                          refused.empty() ? kDone : kSomeRefused);
}

Result<int> measureFile(const Options& options, const Session& session) {
    const auto read = readContourFile(options.file, session);
    if (!read) return tl::unexpected(read.error());
    const auto images = ImageIndex::scanIfAny(options.images, session);
    if (!images) return tl::unexpected(images.error());
    Json refused = refusals(options.file, read->refused), warnings = Json::array();
    AreaTable areas;
    for (std::size_t i = 0; i < read->contours.size(); ++i) {
        if (session.watch().cancelled()) return interrupted();
        const auto& contour = read->contours[i];
        const auto refuse = [&](const Error& error) {
            refused.push_back(refusal(options.file, read->indices[i], error));
        };
        std::optional<geometry::ImagePlane> plane;
        if (*images) {
            const auto its = (*images)->plane(contour.study, contour.image);
            if (!its) {
                refuse(its.error());
                continue;
            }
            plane = *its;
        }
        std::optional<protocol::Measurement> measurement;
        if (contour.assessable) {
            const auto measured = protocol::measure(contour, plane);
            if (!measured) {
                refuse(measured.error());
                continue;
            }
            measurement = *measured;
            if (plane) {
                const auto onImage = protocol::checkOnImage(contour, *plane, (*images)->side(contour));
                if (!onImage) {
                    refuse(onImage.error());
                    continue;
                }
                for (const Error& warning : *onImage)
                    warnings.push_back(refusal(options.file, read->indices[i], warning));
            }
        }
        areas.add({contour, read->indices[i], measurement});
    }
    for (const Json& entry : warnings)
        session.say(refusalLine(entry, "warning"));
    return finish(areas, refused, Json{{"warnings", warnings}}, session);
}

Result<int> measureStore(const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const store::StudyRepository studies(*store);
    std::vector<store::StudySummary> chosen;
    const auto page = studies.list();
    if (!page) return tl::unexpected(page.error());
    for (const auto& study : page->studies)
        if (options.study.empty() || study.uid.text() == options.study) chosen.push_back(study);
    if (chosen.empty() && !options.study.empty())
        return fail(ErrorCode::NotFound, "There is no study " + options.study + " in this store.");

    const auto raters = store::RaterRepository(*store).list();
    if (!raters) return tl::unexpected(raters.error());
    AreaTable areas;
    Json marks = Json::array();
    for (const auto& study : chosen) {
        if (session.watch().cancelled()) return interrupted();
        store::ContourFilter filter;
        filter.study = study.uid;
        if (!options.rater.empty()) filter.rater = RaterId(options.rater);
        const auto contours = store::ContourRepository(*store).current(filter);
        if (!contours) return tl::unexpected(contours.error());
        for (const auto& stored : *contours)
            areas.add({stored.contour, areas.measurements.size(), stored.measurement, study.patientId,
                       study.date, stored.version});
        for (const auto& rater : *raters) {
            if (!options.rater.empty() && rater.name.text() != options.rater) continue;
            const auto states = store::CellStateRepository(*store).states(study.uid, rater.name);
            if (!states) return tl::unexpected(states.error());
            for (const auto& mark : *states) {
                const bool drawn = std::ranges::any_of(*contours, [&](const auto& c) {
                    return c.contour.rater == rater.name.text() && c.contour.cell == mark.cell;
                });
                if (mark.state == protocol::CellState::Done || drawn) continue;
                areas.addMark(study.uid, study.patientId, study.date, rater.name, mark);
                Json entry{{"study_uid", study.uid.text()}, {"rater", rater.name.text()}};
                addCell(entry, mark.cell);
                entry["state"] = protocol::name(mark.state);
                entry["reason"] = mark.reason;
                marks.push_back(std::move(entry));
            }
        }
    }
    return finish(areas, Json::array(), Json{{"marks", marks}}, session);
}

Result<int> measure(const Options& options, const Session& session) {
    return options.file.empty() ? measureStore(options, session) : measureFile(options, session);
}

} // namespace

void addMeasure(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb("measure", "Areas and diameters of the contours of a document, or of a store",
                     {Takes::Csv, Takes::Jobs, Takes::Store, Takes::Rater},
                     [options](const Session& session) { return measure(*options, session); });
    verb.add_option("FILE", options->file,
                    "Contour document, - for standard input; without it, the contours of the store");
    verb.add_option("--images", options->images,
                    "Files and folders with the images: planes are checked and pixels counted")
        ->type_name("PATH");
    verb.add_option("--study", options->study, "This study of the store only")->type_name("UID");
    verb.add_option("--rater", options->rater, "This rater's contours only")->type_name("RATER");
    const auto ofStore = [options] { return options->file.empty(); };
    program.onlyWhere(verb, {"--images"}, std::not_fn(ofStore),
                      "goes with a contour document: a store knows its images");
    program.onlyWhere(verb, {"--store", "--as", "--password-stdin", "--study", "--rater"}, ofStore,
                      "goes with a store, not with a contour document");
}

} // namespace forameter::cli
