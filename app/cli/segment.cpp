// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <map>

#include "exit_code.hpp"
#include "forameter/core/text.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "images.hpp"
#include "json.hpp"
#include "proposing.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

constexpr const char* kNotice =
    "Proposals of a model, not measurements. Research use only, not for diagnosis.\n";

struct Options {
    std::vector<std::string> paths;
    std::string study, levels, quantity = "dural_sac";
    ModelOptions models;
};

/// The answer as it grows, study by study.
struct Answer {
    std::vector<protocol::MeasuredContour> contours;
    std::vector<proposal::Proposal> proposals; ///< likewise
    Json levels = Json::array(), withheld = Json::array(), refused = Json::array();
    Table table{
        {"study_uid", "structure", "level", "side", "area_mm2", "low_mm2", "high_mm2", "confidence", "note"},
        {}};
    std::string device;
    double seconds = 0.0;

    void addStudy(const StudyToPropose& study, const std::optional<anatomy::LevelSet>& confirmed,
                  const proposal::Proposals& made) {
        Json entry{{"study_uid", study.uid.text()}, {"confirmed", confirmed.has_value()}};
        if (made.levels) {
            entry["confidence"] = made.levels->confidence;
            entry["doubts"] = made.levels->doubts;
        }
        if (confirmed || made.levels) {
            const Json marks = toJson(confirmed ? *confirmed : made.levels->levels);
            for (const auto& [key, value] : marks.items())
                entry[key] = value;
        }
        levels.push_back(std::move(entry));
        std::map<ImageId, const geometry::ImagePlane*> planes;
        for (const auto& stack : study.stacks)
            for (std::size_t i = 0; i < stack.images.size(); ++i)
                planes.emplace(stack.images[i], &stack.volume->plane(static_cast<int>(i)));
        for (const auto& one : made.contours) {
            const auto at = planes.find(one.contour.image);
            auto measured = protocol::measure(one.contour,
                                              at == planes.end() ? std::nullopt : std::optional(*at->second));
            contours.push_back(
                {one.contour, measured ? std::optional(*measured) : std::nullopt, std::nullopt, false});
            proposals.push_back(one);
            std::string note = one.doubtful ? "doubtful" : "";
            for (const std::string& warning : one.warnings)
                note += (note.empty() ? "" : "; ") + warning;
            addRow(study.uid, one.contour.cell, &one, note);
        }
        for (const auto& one : made.withheld) {
            Json object{{"study_uid", study.uid.text()}};
            addCell(object, one.cell);
            object["reason"] = one.reason;
            object["area_mm2"] = one.proposal ? Json(one.proposal->areaMm2) : Json(nullptr);
            withheld.push_back(std::move(object));
            addRow(study.uid, one.cell, nullptr, "withheld: " + one.reason);
        }
        for (const Error& error : study.unreadable)
            refused.push_back(refusal(error));
        seconds += made.seconds;
        if (!made.device.empty()) device = made.device;
    }

    [[nodiscard]] Json document(const Proposing& proposing) const {
        Json all = Json::parse(protocol::contoursToJson(contours));
        for (std::size_t i = 0; i < proposals.size(); ++i) {
            Json& object = all["contours"][i];
            const auto& p = proposals[i];
            object["confidence"] = p.confidence;
            object["area_interval_mm2"] = {p.areaLow, p.areaHigh};
            object["failure_probability"] = p.failure;
            object["doubtful"] = p.doubtful;
            object["disagreement"] = p.disagreement;
            object["warnings"] = p.warnings;
        }
        all["withheld"] = withheld;
        all["levels"] = levels;
        all["model"] = proposing.models().front().sha256;
        all["models"] = proposing.modelsJson();
        all["device"] = device.empty() ? proposing.worker().device : device;
        all["seconds"] = seconds;
        all["refused"] = refused;
        return all;
    }

private:
    void addRow(const StudyUid& uid, const anatomy::Cell& cell, const proposal::Proposal* p,
                const std::string& note) {
        const auto number = [&](auto member) { return p ? Json(p->*member) : Json(nullptr); };
        table.rows.push_back({uid.text(), std::string(anatomy::name(cell.structure)),
                              std::string(anatomy::name(cell.level)), nameOrNull(cell.side),
                              number(&proposal::Proposal::areaMm2), number(&proposal::Proposal::areaLow),
                              number(&proposal::Proposal::areaHigh), number(&proposal::Proposal::confidence),
                              orNull(note)});
    }
};

Result<> add(Answer& answer, Proposing& proposing, const StudyToPropose& study,
             const std::optional<anatomy::LevelSet>& levels, const Options& options, const Session& session) {
    proposal::ProposeRequest request;
    request.study = study.uid;
    request.stacks = study.stacks;
    request.levels = levels;
    request.quantity = anatomy::quantityFromName(options.quantity).value_or(request.quantity);
    const auto made = proposing.propose(request, session.watch());
    if (!made) return tl::unexpected(made.error());
    answer.addStudy(study, levels, *made);
    return {};
}

/// A round says whether and when its readers see proposals. The desktop shows them after drawing where it
/// says so; a verb cannot know what has been drawn with whose help, so it shows none before the round is
/// opened.
Result<> mayBeShown(const store::Store& store, const StudyUid& study) {
    const auto& rater = store.actor().rater; // a packet knows whose it is
    if (!rater) return {};
    const store::RoundRepository rounds(store);
    const auto cases = rounds.worklist(*rater);
    if (!cases) return tl::unexpected(cases.error());
    for (const auto& one : *cases) {
        if (one.study != study) continue;
        const auto round = rounds.find(one.round);
        if (!round) return tl::unexpected(round.error());
        if (round->plan.ai != store::AiArm::First)
            return fail(ErrorCode::NotAllowed,
                        "The study is read in the round " + one.round + ", which " +
                            (round->plan.ai == store::AiArm::None
                                 ? "shows its readers no proposals of a model."
                                 : "shows proposals only after a reader has drawn: read it on the desktop."));
    }
    return {};
}

Result<> fromStore(Answer& answer, Proposing& proposing, const Options& options, const Session& session) {
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    const auto record = store::StudyRepository(*store).find(StudyUid(options.study));
    if (!record) return tl::unexpected(record.error());
    if (const auto may = mayBeShown(*store, record->uid); !may) return may;
    const auto stored = store::LevelSetRepository(*store).current(record->uid);
    if (!stored) return tl::unexpected(stored.error());
    const auto study = loadStudy(*record, session);
    if (!study) return tl::unexpected(study.error());
    return add(answer, proposing, *study,
               *stored && (*stored)->confirmed ? std::optional((*stored)->levels) : std::nullopt, options,
               session);
}

/// A study for which nothing can be proposed costs others that are asked for with it nothing.
class Studies {
public:
    explicit Studies(Answer& answer) : m_answer(answer) {}

    /// False, with finish() to say why, where the person has had enough.
    bool goOn(const std::string& which, const Result<>& done) {
        if (done) {
            m_any = true;
            return true;
        }
        m_last = done.error();
        m_cancelled = m_last->code == ErrorCode::Cancelled;
        m_answer.refused.push_back(refusal({m_last->code, which + ": " + m_last->message}));
        return !m_cancelled;
    }
    /// The last failure, where that is all there is.
    [[nodiscard]] Result<> finish() const {
        if (m_last && (m_cancelled || !m_any)) return tl::unexpected(*m_last);
        return {};
    }

private:
    Answer& m_answer;
    std::optional<Error> m_last;
    bool m_any = false, m_cancelled = false;
};

Result<> fromFiles(Answer& answer, Proposing& proposing, const Options& options, const Session& session) {
    std::optional<std::string> document;
    if (!options.levels.empty()) {
        auto text = session.input(options.levels);
        if (!text) return tl::unexpected(text.error());
        document = *std::move(text);
    }
    const auto levelsOf = [&](const StudyUid& uid) -> Result<std::optional<anatomy::LevelSet>> {
        if (!document) return std::nullopt;
        auto levels = levelsFromJson(*document, uid.text());
        if (!levels) return fail(levels.error().code, options.levels + ": " + levels.error().message);
        return *std::move(levels);
    };
    const auto proposeFor = [&](const StudyUid& uid, const auto& load) -> Result<> {
        const auto levels = levelsOf(uid);
        if (!levels) return tl::unexpected(levels.error());
        const auto study = load();
        if (!study) return tl::unexpected(study.error());
        return add(answer, proposing, *study, *levels, options, session);
    };
    Studies studies(answer);
    std::vector<std::string> folders;
    for (const std::string& path : options.paths) {
        if (!isVolumeFile(path)) {
            folders.push_back(path);
            continue;
        }
        const auto load = [&] { return loadVolumeFile(path, session); };
        if (!studies.goOn("The volume " + path, proposeFor(volumeUid(path), load))) return studies.finish();
    }
    if (folders.empty()) return studies.finish();
    const auto index = ImageIndex::scan(folders, session);
    if (!index) return tl::unexpected(index.error());
    for (const auto& refused : index->report().refused)
        answer.refused.push_back({{"path", refused.path.string()},
                                  {"reason", refusalReason(refused.reason)},
                                  {"message", refused.message}});
    for (const auto& one : index->report().studies)
        if (!studies.goOn("The study " + one.uid.text(),
                          proposeFor(one.uid, [&] { return loadStudy(one, session); })))
            break;
    return studies.finish();
}

Result<int> segment(const Options& options, const Session& session) {
    if (options.paths.empty() == options.study.empty())
        throw WrongUsage("segment takes images (PATH...) or a study of the store (--study UID).");
    auto proposing = Proposing::start(options.models, session);
    if (!proposing) return tl::unexpected(proposing.error());
    Answer answer;
    const auto done = options.study.empty() ? fromFiles(answer, *proposing, options, session)
                                            : fromStore(answer, *proposing, options, session);
    session.endProgress();
    if (!done) return tl::unexpected(done.error());
    for (const Json& entry : answer.refused)
        session.say(refusalLine(entry));
    const Json document = answer.document(*proposing);
    const int code = answer.refused.empty() ? kDone : kSomeRefused;
    std::string note = kNotice;
    for (const Json& levels : answer.levels)
        if (!levels["confirmed"])
            note += "Levels of study " + levels["study_uid"].get<std::string>() +
                    " are a model's and nobody has confirmed them.\n";
    const std::string& out = session.globals().out;
    if (!out.empty() && out != "-") {
        if (auto written = writeOutput(out, dumped(document, 1) + "\n"); !written)
            return tl::unexpected(written.error());
        return session.answer(Json{{"file", out},
                                   {"contours", answer.contours.size()},
                                   {"withheld", answer.withheld.size()},
                                   {"seconds", answer.seconds},
                                   {"refused", answer.refused}},
                              answer.table, note + "written to " + out + "\n", code);
    }
    return session.answer(document, answer.table, note, code);
}

} // namespace

void addSegment(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb("segment", "Propose contours with the models, for a person to accept or reject",
                     {Takes::Store, Takes::Rater, Takes::Jobs, Takes::Csv, Takes::Out},
                     [options](const Session& session) { return segment(*options, session); });
    verb.add_option("PATH", options->paths, "DICOM files or folders, or NIfTI volumes");
    verb.add_option("--study", options->study, "A study of the store instead")->type_name("UID");
    verb.add_option("--levels", options->levels,
                    "Levels confirmed by a person, as levels set takes them (default: proposed, and said so)")
        ->type_name("FILE");
    verb.add_option("--quantity", options->quantity, "What CC means: dural_sac (default) or canal")
        ->check(CLI::IsMember({"dural_sac", "canal"}));
    options->models.addTo(verb);
    const auto ofStore = [options] { return !options->study.empty(); };
    program.onlyWhere(verb, {"--levels"}, std::not_fn(ofStore),
                      "goes with files: a study of the store has its own levels");
    program.onlyWhere(verb, {"--store", "--as", "--password-stdin"}, ofStore,
                      "goes with --study: files are in no store");
}

} // namespace forameter::cli
