// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>

#include "agreement_input.hpp"
#include "comparison.hpp"
#include "contour_file.hpp"
#include "evaluation.hpp"
#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "forameter/proposal/calibration.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "images.hpp"
#include "json.hpp"
#include "proposing.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;
using anatomy::Cell;
using protocol::Contour;

namespace {

struct Options {
    std::string truth, source = "consensus", method = "staple", rater, round, levels = "truth",
                       slices = "truth";
    std::vector<std::string> images;
    bool calibrate = false;
    double spacing = 0.0, outlineLevel = 0.0, canalOutlineLevel = 0.0; ///< 0: as the cards say
    ModelOptions models;

    /// Whether a file of levels is named.
    [[nodiscard]] bool namesLevels() const { return levels != "truth" && levels != "proposed"; }
};

/// What is true of one study.
struct Truth {
    std::vector<Contour> contours; ///< those that are asked about, then others (neighbouring slices)
    std::size_t asked = 0;         ///< how many
    std::optional<anatomy::LevelSet> levels;

    [[nodiscard]] const Contour* ofCell(const Cell& cell) const {
        const auto one = std::ranges::find(contours, cell, &Contour::cell);
        return one == contours.end() ? nullptr : &*one;
    }
    [[nodiscard]] const Contour* on(const Cell& cell, const ImageId& image) const {
        const auto one = std::ranges::find_if(
            contours, [&](const Contour& c) { return c.cell == cell && c.image == image; });
        return one == contours.end() ? nullptr : &*one;
    }
};

/// Of a truth that says two things of one cell, the one that came first would count.
class OneTruth {
public:
    explicit OneTruth(std::string advice) : m_advice(std::move(advice)) {}
    Result<> add(const Contour& contour, const std::string& whose) {
        const auto [first, isNew] = m_whose.emplace(std::pair(contour.study, contour.cell), whose);
        if (isNew || first->second == whose) return {};
        return fail(ErrorCode::Conflict, "Of " + std::string(anatomy::name(contour.cell.level)) +
                                             " in study " + contour.study.text() +
                                             " the truth is told by \"" + first->second + "\" and by \"" +
                                             whose + "\": " + m_advice);
    }

private:
    std::map<std::pair<StudyUid, Cell>, std::string> m_whose;
    std::string m_advice;
};

/// Each rater's first readings, as in the agreement of raters. `sittings` as agreement::occasionsOf() has
/// them.
std::vector<Contour> firstReadings(std::vector<Contour> contours, const std::vector<std::size_t>& sittings,
                                   Evaluation& evaluation) {
    const auto occasions = agreement::occasionsOf(contours, sittings);
    std::vector<Contour> first;
    for (std::size_t i = 0; i < contours.size(); ++i)
        if (occasions[i] == 1) first.push_back(std::move(contours[i]));
    evaluation.repeats += contours.size() - first.size();
    return first;
}

double areaOf(const Contour& contour) {
    const auto measured = protocol::measure(contour, std::nullopt);
    return measured ? measured->area.value() : 0.0;
}

/// Of the truth's L1 to S1, a vertebra is right where its proposed mark lies nearer to the true mark of that
/// name than half a vertebra; one that was not found is wrong.
void compareLevels(const anatomy::LevelSet& proposed, const anatomy::LevelSet& truth, LevelScore& score) {
    constexpr double kHalf = 16.0; // mm along the spine
    bool all = true;
    for (const auto& mark : truth.marks) {
        if (mark.vertebra < anatomy::Vertebra::L1 || mark.vertebra > anatomy::Vertebra::S1) continue;
        const auto same = std::ranges::find(proposed.marks, mark.vertebra, &anatomy::VertebraMark::vertebra);
        const bool right = same != proposed.marks.end() && std::abs(same->center.z - mark.center.z) < kHalf &&
                           std::abs(same->center.y - mark.center.y) < kHalf;
        ++score.vertebrae;
        score.right += right;
        all = all && right;
    }
    ++score.studies;
    score.studiesRight += all;
}

Result<> evaluateStudy(const Options& options, Proposing& proposing, const StudyToPropose& study,
                       const Truth& truth, Evaluation& evaluation, const Session& session) {
    for (const Error& why : study.unreadable)
        evaluation.refused.push_back(refusal(why));
    proposal::ProposeRequest request;
    request.study = study.uid;
    request.stacks = study.stacks;
    std::set<Cell> cells;
    for (const Contour& contour : std::span(truth.contours).first(truth.asked))
        if (contour.assessable) cells.insert(contour.cell);
    std::erase_if(cells, [](const Cell& cell) { // what the models do not propose
        return !kindOf(cell);
    });
    request.cells.assign(cells.begin(), cells.end());
    std::optional<proposal::ProposedLevels> found;
    if (truth.levels) {
        proposal::ProposeRequest alone = request;
        alone.contours = false;
        const auto levels = proposing.propose(alone, {{}, session.watch().stop});
        if (!levels) return tl::unexpected(levels.error());
        evaluation.levelSeconds += levels->seconds;
        found = levels->levels;
        compareLevels(found ? found->levels : anatomy::LevelSet{}, *truth.levels, evaluation.levels);
    }
    if (options.levels != "proposed") request.levels = truth.levels;
    if (options.slices == "truth")
        for (const Cell& cell : cells)
            request.slices.emplace_back(cell, truth.ofCell(cell)->image);
    const auto made = proposing.propose(request, {{}, session.watch().stop});
    if (!made) return tl::unexpected(made.error());
    evaluation.seconds += made->seconds;
    ++evaluation.studies;
    for (const Cell& cell : cells) {
        const Contour& wanted = *truth.ofCell(cell);
        EvaluatedCase one;
        one.study = study.uid.text();
        one.scanner = study.scanner;
        one.cell = cell;
        one.trueArea = areaOf(wanted);
        one.weighting = wanted.weighting;
        const auto offered = std::ranges::find(made->contours, cell,
                                               [](const proposal::Proposal& p) { return p.contour.cell; });
        if (offered == made->contours.end()) {
            const auto withheld = std::ranges::find(made->withheld, cell, &proposal::Withheld::cell);
            one.withheld = withheld == made->withheld.end() ? "not proposed" : withheld->reason;
        } else {
            one.area = offered->areaMm2;
            one.confidence = offered->confidence;
            one.low = offered->areaLow;
            one.high = offered->areaHigh;
            one.failure = offered->failure;
            one.doubtful = offered->doubtful;
            one.sameImage = offered->contour.image == wanted.image;
            one.weighting = offered->contour.weighting;
            std::ranges::copy(offered->features, one.features.begin());
            if (const Contour* there = truth.on(cell, offered->contour.image))
                if (const auto comparison = compared(*there, offered->contour)) one.dice = comparison->dice;
        }
        evaluation.cases.push_back(std::move(one));
    }
    return {};
}

/// Of a document, each entry that cannot be used going to `refused`.
Result<std::vector<Contour>> usableContours(const std::string& file, Json& refused, const Session& session) {
    auto read = readContourFile(file, session);
    if (!read) return tl::unexpected(read.error());
    for (const auto& entry : refusals(file, read->refused))
        refused.push_back(entry);
    return std::move(read->contours);
}

Result<std::map<std::string, Truth>> truthFromFile(const Options& options, Evaluation& evaluation,
                                                   const Session& session) {
    auto contours = usableContours(options.truth, evaluation.refused, session);
    if (!contours) return tl::unexpected(contours.error());
    if (contours->empty())
        return fail(ErrorCode::NotFound, options.truth + " holds no contour that can be used.");
    OneTruth one("leave one rater's contours in the document, or evaluate against a store's consensus.");
    std::map<std::string, Truth> all;
    const std::vector<std::size_t> oneSitting(contours->size());
    for (const Contour& contour : firstReadings(*std::move(contours), oneSitting, evaluation)) {
        if (auto sole = one.add(contour, contour.rater); !sole) return tl::unexpected(sole.error());
        all[contour.study.text()].contours.push_back(contour);
    }
    for (auto& [uid, truth] : all)
        truth.asked = truth.contours.size();
    // Phantoms keep what the protocol does not measure, and the levels, beside it; other documents hold their
    // own.
    const fs::path beside = fs::path(options.truth).parent_path() / "truth-all.json";
    std::error_code ignored;
    const bool phantom = fs::path(options.truth).filename() == "truth.json" && fs::exists(beside, ignored);
    if (phantom) {
        const auto more = usableContours(beside.string(), evaluation.refused, session);
        if (!more) return tl::unexpected(more.error());
        for (const Contour& contour : *more)
            if (const auto study = all.find(contour.study.text()); study != all.end())
                study->second.contours.push_back(contour);
    }
    const std::string levelsFile = options.namesLevels() ? options.levels
                                   : phantom             ? beside.string()
                                                         : options.truth;
    const auto text = session.input(levelsFile);
    if (!text) return tl::unexpected(text.error());
    for (auto& [uid, truth] : all) {
        auto levels = levelsFromJson(*text, uid);
        if (levels)
            truth.levels = *std::move(levels);
        else if (options.namesLevels()) // the truth may have none
            return fail(levels.error().code, levelsFile + ": " + levels.error().message);
    }
    return all;
}

Result<> overFiles(const Options& options, Proposing& proposing, Evaluation& evaluation,
                   const Session& session) {
    const auto truth = truthFromFile(options, evaluation, session);
    if (!truth) return tl::unexpected(truth.error());
    std::vector<std::string> images = options.images;
    if (images.empty()) {
        const fs::path folder = fs::path(options.truth).parent_path();
        images.push_back(folder.empty() ? "." : folder.string());
    }
    std::vector<std::string> folders;
    std::size_t done = 0;
    std::set<std::string> missing;
    for (const auto& [uid, known] : *truth)
        missing.insert(uid);
    const auto step = [&](const StudyToPropose& study) -> Result<> {
        const auto known = truth->find(study.uid.text());
        if (known == truth->end()) return {};
        missing.erase(known->first);
        session.watch().report(done++, truth->size(), "evaluating studies");
        return evaluateStudy(options, proposing, study, known->second, evaluation, session);
    };
    for (const std::string& path : images) {
        if (!isVolumeFile(path)) {
            folders.push_back(path);
            continue;
        }
        const auto study = loadVolumeFile(path, session);
        if (!study) return tl::unexpected(study.error());
        if (auto stepped = step(*study); !stepped) return stepped;
    }
    if (!folders.empty()) {
        const auto index = ImageIndex::scan(folders, session);
        if (!index) return tl::unexpected(index.error());
        for (const auto& one : index->report().studies) {
            if (!truth->contains(one.uid.text())) continue;
            const auto study = loadStudy(one, session);
            if (!study) return tl::unexpected(study.error());
            if (auto stepped = step(*study); !stepped) return stepped;
        }
    }
    evaluation.missing.assign(missing.begin(), missing.end());
    return {};
}

Result<> overStore(const Options& options, Proposing& proposing, Evaluation& evaluation,
                   const Session& session) {
    const auto source = protocol::sourceFromName(options.source);
    const auto method = protocol::consensusMethodFromName(options.method);
    if (!source) throw WrongUsage("--source is manual, edited-model, consensus or phantom.");
    if (!method) throw WrongUsage("--method is majority, staple or mean-shape.");
    const auto store = session.openStoreToRead();
    if (!store) return tl::unexpected(store.error());
    std::map<std::string, Truth> all;
    if (*source == protocol::Source::Consensus) {
        store::ConsensusFilter filter{.method = *method};
        if (!options.round.empty()) filter.round = options.round;
        const auto records = store::ConsensusRepository(*store).list(filter);
        if (!records) return tl::unexpected(records.error());
        OneTruth sole("choose one of these rounds with --round.");
        for (const auto& one : *records) {
            const Contour contour = protocol::asContour(one);
            if (auto known = sole.add(contour, one.round); !known) return known;
            all[one.study.text()].contours.push_back(contour);
        }
    } else {
        store::ContourFilter filter;
        filter.source = *source;
        if (!options.rater.empty()) filter.rater = RaterId(options.rater);
        if (!options.round.empty()) filter.round = options.round;
        const auto contours = store::ContourRepository(*store).current(filter);
        if (!contours) return tl::unexpected(contours.error());
        const auto calibration = calibrationCases(*store);
        if (!calibration) return tl::unexpected(calibration.error());
        std::vector<Contour> readings;
        std::vector<std::size_t> sittings;                // 0 is work outside of rounds
        std::map<store::AssignmentId, std::size_t> known; // sittings of the cases
        for (const auto& one : *contours) {
            if (one.reading && calibration->contains(*one.reading)) continue;
            readings.push_back(one.contour);
            sittings.push_back(one.reading ? known.emplace(*one.reading, known.size() + 1).first->second : 0);
        }
        OneTruth sole("choose one of them with --rater, or evaluate against their consensus.");
        for (Contour& contour : firstReadings(std::move(readings), sittings, evaluation)) {
            if (auto added = sole.add(contour, contour.rater); !added) return added;
            all[contour.study.text()].contours.push_back(std::move(contour));
        }
    }
    if (all.empty())
        return fail(ErrorCode::NotFound,
                    "The store holds no contours of source " + options.source +
                        (*source == protocol::Source::Consensus ? " and method " + options.method : "") +
                        (options.rater.empty() ? "" : " by " + options.rater) +
                        (options.round.empty() ? "" : " in round " + options.round) +
                        " that may be seen. Of rounds that are not open none may.");
    std::size_t done = 0;
    for (auto& [uid, truth] : all) {
        truth.asked = truth.contours.size();
        session.watch().report(done++, all.size(), "evaluating studies");
        const auto record = store::StudyRepository(*store).find(StudyUid(uid));
        if (!record) return tl::unexpected(record.error());
        const auto levels = store::LevelSetRepository(*store).current(record->uid);
        if (!levels) return tl::unexpected(levels.error());
        if (*levels && (*levels)->confirmed) truth.levels = (*levels)->levels;
        const auto study = loadStudy(*record, session);
        if (!study) return tl::unexpected(study.error());
        if (auto evaluated = evaluateStudy(options, proposing, *study, truth, evaluation, session);
            !evaluated)
            return evaluated;
    }
    return {};
}

/// The proposals of a kind whose truth is known on the same image.
std::vector<proposal::CalibrationCase> calibrationCases(const Evaluation& evaluation, Kind kind) {
    std::vector<proposal::CalibrationCase> cases;
    for (const EvaluatedCase& one : evaluation.cases)
        if (kindOf(one.cell) == kind && one.area && one.dice && one.sameImage)
            cases.push_back({one.features, *one.dice, *one.area / one.trueArea - 1.0});
    return cases;
}

/// Fits each model's calibrations on the cases of its plane and writes them into its card; canals only where
/// the truth has some.
Result<Json> calibrate(const Proposing& proposing, const Evaluation& evaluation) {
    Json cards = Json::array();
    for (proposal::Model model : proposing.models()) {
        const Kind kind = model.plane == geometry::Plane::Axial ? Kind::DuralSac : Kind::Foramen;
        const auto usual = calibrationCases(evaluation, kind);
        const auto canals = model.canalFit ? calibrationCases(evaluation, Kind::Canal)
                                           : std::vector<proposal::CalibrationCase>();
        const auto fit = [&](proposal::Fit& of, Kind which, const auto& cases) -> Result<> {
            auto fitted = proposal::fitCalibration(cases);
            if (!fitted)
                return fail(fitted.error().code,
                            model.name + ", " + std::string(name(which)) + ": " + fitted.error().message);
            of.calibration = *std::move(fitted);
            return {};
        };
        if (!usual.empty() || canals.empty())
            if (auto done = fit(model.fit, kind, usual); !done) return tl::unexpected(done.error());
        if (!canals.empty())
            if (auto done = fit(*model.canalFit, Kind::Canal, canals); !done)
                return tl::unexpected(done.error());
        const auto text = proposal::withFits(model);
        if (!text) return tl::unexpected(text.error());
        const fs::path file = fs::path(model.weights).replace_extension(".json");
        if (auto written = writeOutput(file.string(), *text); !written)
            return tl::unexpected(written.error());
        cards.push_back({{"model", model.name}, {"card", file.string()}, {"cases", usual.size()}});
        if (!canals.empty()) cards.back()["canals"] = canals.size();
    }
    return cards;
}

Result<int> evaluate(const Options& options, const Session& session) {
    if (options.slices != "truth" && options.slices != "protocol")
        throw WrongUsage("--slices is truth or protocol.");
    if (options.truth.empty() == session.globals().store.empty())
        throw WrongUsage(
            "evaluate takes the truth from a document (--truth FILE) or from a store (--store S).");
    if (options.truth.empty() && options.namesLevels())
        throw WrongUsage(
            "The studies of a store have their own levels: --levels is truth or proposed there.");
    auto proposing = Proposing::start(options.models, session);
    if (!proposing) return tl::unexpected(proposing.error());
    if (options.spacing > 0.0) proposing->setSpacing(options.spacing);
    if (options.outlineLevel > 0.0) proposing->setOutlineLevel(options.outlineLevel);
    if (options.canalOutlineLevel > 0.0) proposing->setCanalOutlineLevel(options.canalOutlineLevel);
    Evaluation evaluation;
    const auto done = options.truth.empty() ? overStore(options, *proposing, evaluation, session)
                                            : overFiles(options, *proposing, evaluation, session);
    session.endProgress();
    if (!done) return tl::unexpected(done.error());
    if (evaluation.cases.empty())
        return fail(ErrorCode::NotFound, "None of the studies whose contours are given is among the images.");
    Json answer = toJson(evaluation);
    answer["models"] = proposing->modelsJson();
    answer["device"] = proposing->worker().device;
    answer["levels_from"] = options.levels;
    answer["slices_from"] = options.slices;
    answer["refused"] = evaluation.refused;
    for (const Json& entry : evaluation.refused)
        session.say(refusalLine(entry));
    if (evaluation.repeats > 0)
        session.say("The truth is each rater's first reading: " +
                    counted(evaluation.repeats, "later contour does", "later contours do") + " not count" +
                    (options.truth.empty() ? "; --round NAME takes those of one round." : "."));
    if (!evaluation.missing.empty())
        session.say(counted(evaluation.missing.size(), "study", "studies") + " of the truth " +
                    (evaluation.missing.size() == 1 ? "is" : "are") + " not among the images and " +
                    (evaluation.missing.size() == 1 ? "does" : "do") + " not count: " +
                    evaluation.missing.front() + (evaluation.missing.size() > 1 ? ", ..." : ""));
    std::string note = summaryText(evaluation);
    answer["calibrated"] = nullptr;
    if (options.calibrate) {
        auto cards = calibrate(*proposing, evaluation);
        if (!cards) return tl::unexpected(cards.error());
        answer["calibrated"] = *cards;
        for (const Json& card : *cards)
            note += "calibrated " + card["card"].get<std::string>() + "\n";
    }
    const int exit = evaluation.refused.empty() ? kDone : kSomeRefused;
    return session.globals().csv ? session.answer(answer, caseTable(evaluation), {}, exit)
                                 : session.answer(answer, note, exit);
}

} // namespace

void addEvaluate(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb = program.verb("evaluate", "Compare what the models propose with the truth",
                                  {Takes::Store, Takes::Rater, Takes::Jobs, Takes::Csv},
                                  [options](const Session& session) { return evaluate(*options, session); });
    verb.add_option("--truth", options->truth,
                    "A document of contours (truth.json of phantom brings truth-all.json with it)")
        ->type_name("FILE");
    verb.add_option("--images", options->images, "Their images (default: the document's folder)")
        ->type_name("PATH");
    verb.add_option("--source", options->source, "Of a store: contours of this source (default: consensus)")
        ->type_name("SOURCE");
    verb.add_option("--method", options->method,
                    "Of a store's consensus: staple (default), majority or mean-shape")
        ->type_name("METHOD");
    verb.add_option("--rater", options->rater, "Of a store: by this rater only")->type_name("RATER");
    verb.add_option("--round", options->round, "Of a store: of this round only")->type_name("ROUND");
    verb.add_option(
            "--levels", options->levels,
            "truth (default): the truth's own levels; proposed: as the models count; or a FILE of levels")
        ->type_name("WORD|FILE");
    verb.add_option("--slices", options->slices,
                    "truth (default): on the images of the truth; protocol: on those that are proposed")
        ->type_name("WORD");
    verb.add_option(
            "--spacing", options->spacing,
            "Pixel that the networks see (default: as the cards say); --calibrate writes it into them")
        ->type_name("MM")
        ->check(CLI::Range(0.2, 5.0));
    verb.add_option(
            "--outline-level", options->outlineLevel,
            "Probability along the outline (default: as the cards say); --calibrate writes it into them")
        ->type_name("P")
        ->check(CLI::Range(0.05, 0.95));
    verb.add_option("--canal-outline-level", options->canalOutlineLevel, "The same of canals")
        ->type_name("P")
        ->check(CLI::Range(0.05, 0.95));
    verb.add_flag(
        "--calibrate", options->calibrate,
        "Fit predicted Dice, area interval and failure on these cases and write them into the cards");
    options->models.addTo(verb);
    const auto ofDocument = [options] { return !options->truth.empty(); };
    const auto ofConsensus = [options] { return options->source == "consensus"; };
    program.onlyWhere(verb, {"--images"}, ofDocument, "goes with --truth: a store knows its images");
    program.onlyWhere(verb, {"--as", "--password-stdin", "--source", "--method", "--rater", "--round"},
                      std::not_fn(ofDocument), "goes with --store, not with --truth");
    program.onlyWhere(verb, {"--method"}, ofConsensus, "goes with --source consensus");
    program.onlyWhere(verb, {"--rater"}, std::not_fn(ofConsensus),
                      "goes with another --source than consensus, which is of several raters");
}

} // namespace forameter::cli
