// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "exit_code.hpp"
#include "forameter/core/words.hpp"
#include "images.hpp"
#include "json.hpp"
#include "label_maps.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string file;
    std::vector<std::string> images;
};

Result<int> toLabels(const Options& options, const std::string& text, const Session& session) {
    if (options.images.empty())
        throw WrongUsage(
            "Contours become label maps on the pixels of their images: name those with --images.");
    auto read = protocol::contoursFromJson(text);
    if (!read) return fail(read.error().code, options.file + ": " + read.error().message);
    const auto images = ImageIndex::scan(options.images, session);
    if (!images) return tl::unexpected(images.error());
    const auto written = writeLabelMaps(*read, options.file, *images, session.globals().out, session.watch());
    if (!written) return tl::unexpected(written.error());
    const Json answer{
        {"files", written->files}, {"contours", written->contours}, {"refused", written->refused}};
    std::string lines = refusalText(written->refused);
    for (const std::string& file : written->files)
        lines += file + "\n";
    lines += counted(written->contours, "contour") + " written\n";
    return session.answer(answer, lines, written->refused.empty() ? kDone : kSomeRefused);
}

Result<int> toContours(const Options& options, const std::string& text, const Session& session) {
    if (!options.images.empty()) throw WrongUsage("Label maps carry their own geometry: leave out --images.");
    const fs::path folder = options.file == "-" ? fs::path(".") : fs::path(options.file).parent_path();
    const auto read = readLabelMaps(text, options.file, folder, session.watch());
    if (!read) return tl::unexpected(read.error());
    const std::string document = protocol::contoursToJson(read->contours);
    const std::string& out = session.globals().out;
    if (auto done = writeOutput(out, document); !done) return tl::unexpected(done.error());
    for (const Json& entry : read->refused)
        session.say(refusalLine(entry));
    const int exit = read->refused.empty() ? kDone : kSomeRefused;
    if (out == "-") return exit;
    const Json answer{{"files", {out}}, {"contours", read->contours.size()}, {"refused", read->refused}};
    return session.answer(answer, counted(read->contours.size(), "contour") + " written to " + out + "\n",
                          exit);
}

Result<int> convert(const Options& options, const Session& session) {
    if (session.globals().out.empty())
        throw WrongUsage("Say where to write: -o FOLDER for label maps, -o FILE for contours.");
    const auto text = session.input(options.file);
    if (!text) return tl::unexpected(text.error());
    return isLabelDocument(*text) ? toContours(options, *text, session) : toLabels(options, *text, session);
}

} // namespace

void addConvert(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb = program.verb(
        "convert", "Contours to label maps (NIfTI), and a folder's labels.json back to contours",
        {Takes::Jobs, Takes::Out}, [options](const Session& session) { return convert(*options, session); });
    verb.add_option("FILE", options->file,
                    "Contour document, or the labels.json that lies beside label maps; - for standard input")
        ->required();
    verb.add_option("--images", options->images, "Files and folders with the contours' images")
        ->type_name("PATH");
}

} // namespace forameter::cli
