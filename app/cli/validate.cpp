// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "forameter/protocol/on_image.hpp"
#include "forameter/protocol/plausible.hpp"
#include "images.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

struct Options {
    std::string file;
    std::vector<std::string> images;
};

/// What is to be said of a contour that its image lets pass.
Result<std::vector<Error>> checked(const protocol::Contour& contour, const ImageIndex& images) {
    const auto plane = images.plane(contour.study, contour.image);
    if (!plane) return tl::unexpected(plane.error());
    if (const auto valid = protocol::validate(contour, *plane); !valid) return tl::unexpected(valid.error());
    return protocol::checkOnImage(contour, *plane, images.side(contour));
}

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
        const auto warn = [&](const Error& error) {
            warnings.push_back(refusal(options.file, read->indices[i], error));
        };
        if (*images) {
            const auto onImage = checked(contour, **images);
            if (!onImage) {
                refused.push_back(refusal(options.file, read->indices[i], onImage.error()));
                continue;
            }
            std::ranges::for_each(*onImage, warn);
        }
        ++good;
        if (!contour.assessable) continue;
        const auto measured = protocol::measure(contour, std::nullopt);
        if (!measured) continue;
        if (auto unlikely = protocol::unlikelyArea(contour.cell, measured->area))
            warn({ErrorCode::Other, *std::move(unlikely)});
    }
    const Json answer{
        {"ok", refused.empty()}, {"contours", good}, {"refused", refused}, {"warnings", warnings}};
    const std::string lines = refusalText(refused) + refusalText(warnings, "warning") +
                              counted(good, "contour") + " in order, " + std::to_string(refused.size()) +
                              " refused\n";
    return session.answer(answer, lines, refused.empty() ? kDone : kSomeRefused);
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
