// SPDX-License-Identifier: Apache-2.0
#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "images.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string file;
    std::vector<std::string> images;
};

Result<int> validate(const Options& options, const Session& session) {
    const auto read = readContourFile(options.file, session);
    if (!read) return tl::unexpected(read.error());
    const auto images = ImageIndex::scanIfAny(options.images, session);
    if (!images) return tl::unexpected(images.error());
    Json refused = refusals(options.file, read->refused);
    Json warnings = Json::array();
    std::size_t good = 0;
    for (std::size_t i = 0; i < read->contours.size(); ++i) {
        const auto& contour = read->contours[i];
        Result<> valid;
        if (*images) {
            const auto plane = (*images)->plane(contour.study, contour.image);
            valid = plane ? protocol::validate(contour, *plane) : Result<>(tl::unexpected(plane.error()));
        }
        if (!valid) {
            refused.push_back(refusal(options.file, read->indices[i], valid.error()));
            continue;
        }
        ++good;
        if (!contour.assessable) continue;
        const auto measured = protocol::measure(contour, std::nullopt);
        if (measured && measured->area.value() < 1.0)
            warnings.push_back(refusal(options.file, read->indices[i],
                                       {ErrorCode::Other, "The contour is tiny: less than 1 mm²."}));
    }
    const Json answer{
        {"ok", refused.empty()}, {"contours", good}, {"refused", refused}, {"warnings", warnings}};
    std::string lines = refusalText(refused);
    for (const Json& warning : warnings)
        lines += "warning: contour " + warning["index"].dump() + ": " +
                 warning["message"].get<std::string>() + "\n";
    lines += counted(good, "contour") + " in order, " + std::to_string(refused.size()) + " refused\n";
    if (auto done = session.answer(answer, lines); !done) return tl::unexpected(done.error());
    return refused.empty() ? kDone : kSomeRefused;
}

} // namespace

void addValidate(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb = program.verb("validate", "Check a contour document", {Takes::Jobs},
                                  [options](const Session& session) { return validate(*options, session); });
    verb.add_option("FILE", options->file, "Contour document, - for standard input")->required();
    verb.add_option("--images", options->images,
                    "Files and folders with the images, to check the points' planes too")
        ->type_name("PATH");
}

} // namespace forameter::cli
