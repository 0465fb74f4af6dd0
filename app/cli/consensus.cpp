// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "consensus_json.hpp"
#include "consensus_make.hpp"
#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/core/text.hpp"
#include "images.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

constexpr const char* kNotice = "Research use only, not for diagnosis.\n";

Result<int> makeFromFiles(const ConsensusRequest& request, const Session& session) {
    if (request.images.empty())
        throw WrongUsage("A consensus is formed on the pixels of the images: name them with --images.");
    const auto images = ImageIndex::scan(request.images, session);
    if (!images) return tl::unexpected(images.error());
    Json refused = Json::array();
    std::vector<agreement::ConsensusMember> contours;
    for (const auto& file : request.files) {
        const auto read = readContourFile(file, session);
        if (!read) return tl::unexpected(read.error());
        for (Json& entry : refusals(file, read->refused))
            refused.push_back(std::move(entry));
        for (std::size_t i = 0; i < read->contours.size(); ++i) {
            const auto& contour = read->contours[i];
            if (!request.wants(contour)) continue;
            const auto plane = images->plane(contour.study, contour.image);
            const auto valid = plane ? protocol::validate(contour, *plane) : tl::unexpected(plane.error());
            if (valid)
                contours.push_back({contour, 0});
            else
                refused.push_back(refusal(file, read->indices[i], valid.error()));
        }
    }
    if (contours.empty() && refused.empty())
        return fail(ErrorCode::NotFound, "None of the documents has a contour that could take part: those of "
                                         "people, or of the raters named with --raters.");
    const auto made = makeAll(
        contours, request,
        [&](const StudyUid& study, const ImageId& image) { return images->plane(study, image); },
        [](protocol::Consensus consensus) -> Result<protocol::Consensus> {
            consensus.id = ContourId(newUuid());
            consensus.created = now();
            return consensus;
        },
        session.watch());
    if (!made) return tl::unexpected(made.error());
    return answerWith(*made, refused, session);
}

Result<int> make(const ConsensusRequest& request, const Session& session) {
    (void)request.settings(); // wrong usage comes first
    return request.files.empty() ? makeFromStore(request, session) : makeFromFiles(request, session);
}

} // namespace

agreement::ConsensusSettings ConsensusRequest::settings() const {
    const auto chosen = protocol::consensusMethodFromName(method);
    if (!chosen) throw WrongUsage("--method is one of majority, staple, mean-shape.");
    if (!(domain >= 0.0 && domain <= 1000.0)) throw WrongUsage("--domain-mm is a number from 0 to 1000.");
    agreement::ConsensusSettings settings;
    settings.method = *chosen;
    settings.domain = Millimetres(domain);
    return settings;
}

bool ConsensusRequest::wants(const protocol::Contour& contour) const {
    if (!study.empty() && contour.study.text() != study) return false;
    if (contour.source == protocol::Source::Consensus) return false;
    if (!raters.empty()) return std::ranges::find(raters, contour.rater) != raters.end();
    return protocol::byHand(contour.source);
}

Result<MadeConsensus> makeAll(const std::vector<agreement::ConsensusMember>& contours,
                              const ConsensusRequest& request, const PlaneOf& plane, const Keep& keep,
                              const Watch& watch) {
    MadeConsensus made;
    const auto cases = agreement::consensusCases(contours);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto& one = cases[i];
        if (watch.cancelled()) return interrupted();
        watch.report(i, cases.size(), "making consensus");
        const auto image = plane(one.study, one.image);
        const auto settings = request.settings();
        auto consensus = image ? agreement::makeConsensus(one, *image, settings)
                                     .map_error([&](const agreement::ConsensusRefusal& refusal) {
                                         return errorOf(refusal, one, settings.method);
                                     })
                               : Result<protocol::Consensus>(tl::unexpected(image.error()));
        if (!consensus) {
            Json entry{{"study_uid", one.study.text()}};
            addCell(entry, one.cell);
            entry["reason"] = refusalReason(consensus.error().code);
            entry["message"] = consensus.error().message;
            addApart(entry, one);
            made.withheld.push_back(std::move(entry));
            continue;
        }
        auto kept = keep(std::move(*consensus));
        if (!kept) return tl::unexpected(kept.error());
        made.entries.push_back(toJson(*kept));
        addApart(made.entries.back(), one);
        made.records.push_back(std::move(*kept));
    }
    return made;
}

Result<int> answerWith(const MadeConsensus& made, const Json& refused, const Session& session) {
    const std::string document =
        documentOf(made.entries, {{"withheld", made.withheld}, {"refused", refused}});
    std::string note = refusalText(refused);
    for (const Json& entry : made.withheld)
        note += "withheld: " + printable(entry["message"].get<std::string>()) + "\n";
    const int exit = refused.empty() && made.withheld.empty() ? kDone : kSomeRefused;
    const std::string& out = session.globals().out;
    if (out == "-" && !session.globals().csv) return session.answerText(document, document, exit);
    if (out.empty() || out == "-")
        return session.answer(Json::parse(document), tableOf(made.entries), note + kNotice, exit);
    if (auto written = writeOutput(out, document); !written) return tl::unexpected(written.error());
    return session.answer(Json{{"file", out},
                               {"contours", made.entries.size()},
                               {"withheld", made.withheld},
                               {"refused", refused}},
                          tableOf(made.entries), note + kNotice, exit);
}

void addConsensus(Program& program) {
    CLI::App& noun = program.noun("consensus", "One contour of several raters, and its review");
    const auto request = std::make_shared<ConsensusRequest>();
    CLI::App& making =
        program.verb(noun, "make", "Make a consensus of every cell that two raters or more have drawn",
                     {Takes::Store, Takes::Rater, Takes::DryRun, Takes::Out, Takes::Jobs, Takes::Csv},
                     [request](const Session& session) { return make(*request, session); });
    making.add_option("FILE", request->files,
                      "Contour documents; without them, the contours of the store, and the results are kept");
    making.add_option("--method", request->method, "majority, staple or mean-shape (default: majority)")
        ->type_name("METHOD");
    making.add_option("--images", request->images, "Files and folders with the images of the documents")
        ->type_name("PATH");
    making.add_option("--study", request->study, "Of this study only")->type_name("UID");
    making
        .add_option("--raters", request->raters,
                    "Of these raters only (default: all whose contours people drew)")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("RATER,...");
    making.add_option("--round", request->round, "Of the first readings of this round")->type_name("NAME");
    making
        .add_option("--domain-mm", request->domain,
                    "Pixels this near to one that anybody drew are counted (default: 5)")
        ->type_name("MM");
    const auto ofStore = [request] { return request->files.empty(); };
    program.onlyWhere(making, {"--images"}, std::not_fn(ofStore),
                      "goes with contour documents: a store knows its images");
    program.onlyWhere(making, {"--store", "--as", "--password-stdin", "--round", "--dry-run"}, ofStore,
                      "goes with a store, not with contour documents");
    addConsensusReview(program, noun);
}

} // namespace forameter::cli
