// SPDX-License-Identifier: Apache-2.0
#include "agreement_input.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "contour_file.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "json.hpp"

namespace forameter::cli {

namespace {

using protocol::Contour;

constexpr const char* kTruth = "truth";

/// Contours with where they came from.
struct Gathered {
    std::vector<Contour> contours;
    std::vector<std::size_t> sittings;
    std::vector<std::pair<std::string, std::size_t>> origins; ///< path and place in the document
    std::set<ContourId> seen;
    std::map<StudyUid, std::string> patients;
    Json refused = Json::array(), stale = Json::array();

    /// A contour that comes twice, as where truth.json and truth-all.json are both named, counts once.
    void add(Contour contour, std::size_t sitting, const std::string& path, std::size_t index) {
        if (!seen.insert(contour.id).second) return;
        contours.push_back(std::move(contour));
        sittings.push_back(sitting);
        origins.emplace_back(path, index);
    }
};

Result<> gatherFile(Gathered& all, const std::string& file, std::size_t sitting, const Session& session,
                    const std::string& reference = {}) {
    auto read = readContourFile(file, session);
    if (!read) return tl::unexpected(read.error());
    for (Json& entry : refusals(file, read->refused))
        all.refused.push_back(std::move(entry));
    for (std::size_t i = 0; i < read->contours.size(); ++i) {
        if (!reference.empty()) read->contours[i].rater = reference;
        all.add(std::move(read->contours[i]), sitting, file, read->indices[i]);
    }
    return {};
}

Result<> gatherStore(Gathered& all, const AgreementOptions& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const std::optional<std::string> round =
        options.round.empty() ? std::nullopt : std::optional(options.round);
    bool opened = true;
    if (round) {
        const auto found = store::RoundRepository(*store).find(*round);
        if (!found) return tl::unexpected(found.error());
        opened = found->state == store::RoundState::Opened;
    }
    const auto calibration = calibrationCases(*store);
    if (!calibration) return tl::unexpected(calibration.error());
    const auto contours = store::ContourRepository(*store).current({.round = round});
    if (!contours) return tl::unexpected(contours.error());
    std::map<store::AssignmentId, std::size_t> sittings; // 0 is work outside of rounds
    std::set<std::string> raters;
    for (const auto& stored : *contours) {
        const Contour& contour = stored.contour;
        const bool isNamed = std::ranges::count(options.raters, contour.rater) > 0;
        if (contour.source == protocol::Source::Model && !isNamed) continue; // no person's reading
        if (stored.reading && calibration->contains(*stored.reading)) continue;
        const std::size_t sitting =
            stored.reading ? sittings.emplace(*stored.reading, sittings.size() + 1).first->second : 0;
        all.add(contour, sitting, "store", all.contours.size());
        raters.insert(contour.rater);
    }
    if (!opened && store->actor().rater && raters.size() < 2)
        return tl::unexpected(store::stillBlinded(*round));
    const store::ConsensusRepository records(*store);
    const auto consensus = records.list({.round = round});
    if (!consensus) return tl::unexpected(consensus.error());
    for (const auto& one : *consensus) {
        const auto stale = records.stale(one);
        if (!stale) return tl::unexpected(stale.error());
        if (!stale->empty()) {
            Json entry{{"uuid", one.id.text()}, {"study_uid", one.study.text()}};
            addCell(entry, one.cell);
            entry["method"] = name(one.method);
            entry["message"] = "The " + std::string(name(one.method)) + " consensus of the " +
                               anatomy::label(one.cell) + " of study " + one.study.text() +
                               " was made before " +
                               counted(stale->size(), "of its contours was", "of its contours were") +
                               " changed; make it anew.";
            all.stale.push_back(std::move(entry));
        }
        all.add(protocol::asContour(one), 0, "store", all.contours.size());
    }
    const auto studies = store::StudyRepository(*store).list();
    if (!studies) return tl::unexpected(studies.error());
    for (const auto& study : studies->studies)
        if (!study.patientId.empty()) all.patients[study.uid] = study.patientId;
    return {};
}

/// Who is a yardstick and no rater: truth and consensus, unless --raters names them or nobody else is there
/// to agree with.
std::set<std::string> referenceNames(const Gathered& all, const AgreementOptions& options) {
    std::set<std::string> raters, references;
    for (const Contour& contour : all.contours) {
        const bool isReference = contour.rater == kTruth || contour.source == protocol::Source::Consensus;
        (isReference && std::ranges::count(options.raters, contour.rater) == 0 ? references : raters)
            .insert(contour.rater);
    }
    if (!options.raters.empty())
        std::erase_if(raters,
                      [&](const auto& name) { return std::ranges::count(options.raters, name) == 0; });
    if (raters.size() < 2) references.erase(kTruth);
    return references;
}

} // namespace

Result<std::set<store::AssignmentId>> calibrationCases(const store::Store& store) {
    std::set<store::AssignmentId> found;
    const store::RoundRepository repository(store);
    const auto rounds = repository.list();
    if (!rounds) return tl::unexpected(rounds.error());
    for (const auto& round : *rounds) {
        if (round.plan.calibration.empty()) continue;
        const auto assignments = repository.assignments(round.plan.name);
        if (!assignments) return tl::unexpected(assignments.error());
        for (const auto& assignment : *assignments)
            if (assignment.calibration) found.insert(assignment.id);
    }
    return found;
}

Result<AgreementInput> readAgreementInput(const AgreementOptions& options, const Session& session) {
    Gathered all;
    if (options.files.empty()) {
        if (auto done = gatherStore(all, options, session); !done) return tl::unexpected(done.error());
    }
    for (std::size_t i = 0; i < options.files.size(); ++i)
        if (auto done = gatherFile(all, options.files[i], i, session); !done)
            return tl::unexpected(done.error());
    if (!options.truth.empty())
        if (auto done = gatherFile(all, options.truth, options.files.size(), session, kTruth); !done)
            return tl::unexpected(done.error());

    const auto references = referenceNames(all, options);
    const auto occasions = agreement::occasionsOf(all.contours, all.sittings);
    agreement::ReadingsInput input;
    input.patients = all.patients;
    std::vector<std::size_t> readingOrigin;
    std::map<std::string, std::vector<std::size_t>> referenceOrigin;
    std::map<std::string, agreement::Reference> byName;
    for (std::size_t i = 0; i < all.contours.size(); ++i) {
        const Contour& contour = all.contours[i];
        if (references.contains(contour.rater)) {
            byName[contour.rater].contours.push_back(contour);
            referenceOrigin[contour.rater].push_back(i);
            continue;
        }
        // Truth that stands in for a rater has one contour of a cell; --raters leaves the others out.
        const bool isTruth = contour.rater == kTruth;
        if (!options.raters.empty() && !isTruth && std::ranges::count(options.raters, contour.rater) == 0)
            continue;
        input.readings.push_back({contour, isTruth ? 1 : occasions[i]});
        readingOrigin.push_back(i);
    }
    for (auto& [name, reference] : byName)
        reference.name = name;
    if (const auto truth = byName.find(kTruth); truth != byName.end()) { // the first yardstick
        input.references.push_back(std::move(truth->second));
        byName.erase(truth);
    }
    for (auto& [name, reference] : byName)
        input.references.push_back(std::move(reference));
    if (input.readings.empty())
        return fail(ErrorCode::NotFound, options.raters.empty()
                                             ? "There are no contours of raters to compare."
                                             : "There are no contours of the raters that --raters names.");

    auto readings = agreement::prepare(input, session.watch());
    if (!readings) return tl::unexpected(readings.error());
    for (const auto& refused : readings->refused) {
        const std::size_t from = refused.reference ? referenceOrigin[*refused.reference][refused.index]
                                                   : readingOrigin[refused.index];
        all.refused.push_back(refusal(all.origins[from].first, all.origins[from].second, refused.error));
    }
    const auto structure = anatomy::structureFromName(options.structure);
    const auto level = anatomy::levelFromName(options.level);
    AgreementInput result{*std::move(readings), std::move(all.refused), std::move(all.stale)};
    if (structure || level) // mix-ups were found among all of them
        result.readings = agreement::filtered(result.readings, [&](const auto& r) {
            return (!structure || r.key.cell.structure == *structure) &&
                   (!level || r.key.cell.level == *level);
        });
    return result;
}

Result<agreement::RatingTable> readRatings(const std::string& text, agreement::Scale scale) {
    std::vector<std::vector<std::string>> lines;
    {
        std::vector<std::string> fields(1);
        bool quoted = false;
        std::size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        for (; i < text.size(); ++i) {
            const char c = text[i];
            if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
                fields.back() += text[++i];
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c == ',')
                fields.emplace_back();
            else if (!quoted && (c == '\n' || c == '\r')) {
                if (fields.size() > 1 || !fields.front().empty()) lines.push_back(std::move(fields));
                fields.assign(1, "");
            } else
                fields.back() += c;
        }
        if (quoted) return fail(ErrorCode::InvalidArgument, "The table ends within a quoted field.");
        if (fields.size() > 1 || !fields.front().empty()) lines.push_back(std::move(fields));
    }
    const auto trimmed = [](const std::string& field) {
        const auto from = field.find_first_not_of(" \t"), to = field.find_last_not_of(" \t");
        return from == std::string::npos ? std::string() : field.substr(from, to - from + 1);
    };
    if (lines.empty() || lines.front().size() < 3)
        return fail(ErrorCode::InvalidArgument,
                    "The table needs a first line of names: subject, then at least two raters.");
    agreement::RatingTable table;
    for (std::size_t c = 1; c < lines.front().size(); ++c)
        table.raters.push_back(trimmed(lines.front()[c]));
    std::map<std::string, double> categories;
    for (std::size_t l = 1; l < lines.size(); ++l) {
        const auto& fields = lines[l];
        const std::string where = "Line " + std::to_string(l + 1) + " of the table";
        if (fields.size() != lines.front().size())
            return fail(ErrorCode::InvalidArgument, where + " has " + std::to_string(fields.size()) +
                                                        " fields, but the first one has " +
                                                        std::to_string(lines.front().size()) + ".");
        table.subjects.push_back(trimmed(fields[0]));
        auto& row = table.rows.emplace_back();
        for (std::size_t c = 1; c < fields.size(); ++c) {
            const std::string field = trimmed(fields[c]);
            double value = 0.0;
            const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
            const bool isNumber =
                error == std::errc() && end == field.data() + field.size() && std::isfinite(value);
            if (field.empty())
                row.emplace_back();
            else if (scale == agreement::Scale::Nominal)
                row.emplace_back(
                    categories.emplace(field, static_cast<double>(categories.size())).first->second);
            else if (isNumber)
                row.emplace_back(value);
            else
                return fail(ErrorCode::InvalidArgument,
                            where + " holds \"" + field + "\" for " + table.raters[c - 1] +
                                ", which is not a number (text may stand on the nominal scale only).");
        }
    }
    if (table.rows.empty()) return fail(ErrorCode::InvalidArgument, "The table names no subject.");
    return table;
}

} // namespace forameter::cli
