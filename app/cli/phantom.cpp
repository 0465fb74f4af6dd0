// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <thread>

#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/text.hpp"
#include "forameter/core/words.hpp"
#include "forameter/phantom/raters.hpp"
#include "forameter/protocol/interchange.hpp"
#include "json.hpp"
#include "phantom_headers.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
    int studies = 0;
    std::uint64_t seed = 1;
    int raters = 0;
    double repeats = 0.0;
    std::string pathology = "mixed", coverage = "full", encoding = "plain";

    [[nodiscard]] phantom::CohortSettings settings() const {
        return {seed,
                pathology == "none"     ? phantom::CohortSettings::Mix::Healthy
                : pathology == "severe" ? phantom::CohortSettings::Mix::Severe
                                        : phantom::CohortSettings::Mix::Mixed,
                coverage == "full" ? phantom::Coverage::Complete : phantom::Coverage::Clinical};
    }
};

using Contours = std::vector<protocol::MeasuredContour>;

/// What is left of a study once its images are on disk.
struct WrittenStudy {
    Contours truth, all;
    std::vector<Contours> raters, repeats; ///< by rater
    phantom::ClinicalRow clinical;
    Json about;
    std::size_t images = 0;
};

/// "1 T2 TSE sag" becomes "1-t2-tse-sag".
std::string slug(const std::string& text) {
    std::string name;
    for (const unsigned char c : text) {
        if (std::isalnum(c))
            name += static_cast<char>(std::tolower(c));
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name;
}

std::string padded(std::size_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

/// Contours with what is measured on their images. The generator's own contours always measure; one that does
/// not is a fault worth a word.
Result<Contours> measured(const phantom::SimulatedStudy& study, std::vector<protocol::Contour> contours) {
    std::map<ImageId, const geometry::ImagePlane*> planes;
    for (std::size_t k = 0; k < study.plan.series.size(); ++k)
        for (std::size_t i = 0; i < study.plan.series[k].planes.size(); ++i)
            planes[{study.ids.series(k), study.ids.image(k, i), 1}] = &study.plan.series[k].planes[i];
    Contours all;
    for (auto& contour : contours) {
        const auto measurement = protocol::measure(contour, *planes.at(contour.image));
        if (!measurement)
            return fail(measurement.error().code, contour.rater + "'s contour of " + label(contour.cell) +
                                                      " in " + study.patientId +
                                                      " cannot be measured: " + measurement.error().message);
        all.push_back({std::move(contour), *measurement, std::nullopt, false});
    }
    return all;
}

Json personOf(const phantom::SimulatedStudy& study) {
    const auto& person = study.subject.person;
    Json findings = Json::array();
    for (const auto& finding : study.subject.findings)
        findings.push_back({{"pathology", phantom::name(finding.pathology)},
                            {"level", anatomy::name(finding.level)},
                            {"side", nameOrNull(finding.side)},
                            {"amount", finding.amount},
                            {"angle", finding.angle}});
    return {{"study_uid", study.ids.study().text()},
            {"patient_id", study.patientId},
            {"age", person.age},
            {"sex", person.sex == phantom::Sex::F ? "F" : "M"},
            {"patient", study.subject.patient},
            {"levels", toJson(study.truth.levels)},
            {"findings", std::move(findings)}};
}

Result<std::size_t> writeImages(const phantom::SimulatedStudy& study, const fs::path& folder,
                                dicom::MrEncoding encoding, const std::function<void(double)>& progress,
                                std::stop_token stop) {
    const auto rendered = phantom::render(
        study.model, study.plan, study.random, [&](double share) { progress(0.9 * share); }, stop);
    if (!rendered) return tl::unexpected(rendered.error());
    const dicom::MrStudyHeader header = studyHeader(study);
    std::size_t images = 0;
    for (std::size_t k = 0; k < study.plan.series.size(); ++k) {
        const auto& plan = study.plan.series[k];
        const auto series = seriesHeader(study, k);
        const fs::path place =
            folder / (padded(static_cast<std::size_t>(series.number), 2) + "-" + slug(series.description));
        for (std::size_t i = 0; i < plan.planes.size(); ++i) {
            const auto block = std::ranges::upper_bound(plan.blockStarts, i) - plan.blockStarts.begin();
            const dicom::MrImageHeader image{study.ids.image(k, i),       static_cast<int>(i) + 1,
                                             static_cast<int>(block),     plan.planes[i],
                                             (*rendered)[k].windowCenter, (*rendered)[k].windowWidth};
            const auto written = dicom::writeMr(place / (padded(i + 1, 4) + ".dcm"), header, series, image,
                                                (*rendered)[k].slices[i].view(), encoding);
            if (!written) return tl::unexpected(written.error());
            ++images;
        }
    }
    return images;
}

Result<WrittenStudy> makeStudy(const Options& options, std::size_t index,
                               const std::vector<phantom::RaterProfile>& raters, const fs::path& out,
                               const std::function<void(double)>& progress, std::stop_token stop) {
    const auto settings = options.settings();
    const auto study = phantom::simulateStudy(settings, index);
    if (!study) return tl::unexpected(study.error());
    WrittenStudy written;
    const auto images = writeImages(*study, out / ("phantom-" + padded(index + 1, 4)),
                                    options.encoding == "jpeg-ls" ? dicom::MrEncoding::JpegLsLossless
                                                                  : dicom::MrEncoding::ExplicitLittleEndian,
                                    progress, stop);
    if (!images) return tl::unexpected(images.error());
    written.images = *images;

    const auto keep = [&](Contours& into, std::vector<protocol::Contour> contours) -> Result<> {
        auto all = measured(*study, std::move(contours));
        if (!all) return tl::unexpected(all.error());
        into = *std::move(all);
        return {};
    };
    if (auto kept = keep(written.truth, study->truthContours(study->truth.protocol)); !kept)
        return tl::unexpected(kept.error());
    if (auto kept = keep(written.all, study->truthContours(study->truth.all)); !kept)
        return tl::unexpected(kept.error());
    written.raters.resize(raters.size());
    written.repeats.resize(raters.size());
    for (std::size_t r = 0; r < raters.size(); ++r) {
        const std::size_t before = index * study->truth.protocol.size();
        if (auto kept = keep(written.raters[r], phantom::readStudy(*study, settings, raters[r], before));
            !kept)
            return tl::unexpected(kept.error());
        // The studies that are read again are the same for everybody, spread evenly over the cohort.
        const auto upTo = [&](std::size_t n) {
            return static_cast<std::size_t>(options.repeats * static_cast<double>(n) + 1e-9);
        };
        if (upTo(index + 1) == upTo(index)) continue;
        if (auto kept = keep(written.repeats[r], phantom::readStudy(*study, settings, raters[r], before, 1));
            !kept)
            return tl::unexpected(kept.error());
    }
    written.clinical = {study->ids.study(), study->patientId, study->date, study->subject.person,
                        study->clinical};
    written.about = personOf(*study);
    progress(1.0);
    return written;
}

/// Makes all studies on several threads; the order of the result, and everything in it, is that of one
/// thread.
Result<std::vector<WrittenStudy>> makeStudies(const Options& options,
                                              const std::vector<phantom::RaterProfile>& raters,
                                              const fs::path& out, const Session& session) {
    const auto count = static_cast<std::size_t>(options.studies);
    constexpr std::size_t kParts = 100; // of a study's progress
    std::vector<std::optional<Result<WrittenStudy>>> studies(count);
    std::vector<std::size_t> parts(count, 0);
    std::size_t done = 0;
    std::mutex reporting;
    std::atomic<std::size_t> next{0};
    std::stop_source stop;
    const std::stop_callback interrupted(session.watch().stop, [&] { stop.request_stop(); });
    const auto work = [&] {
        for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++) {
            const auto progress = [&](double share) {
                const std::lock_guard lock(reporting);
                const auto part = std::min(kParts, static_cast<std::size_t>(share * kParts));
                if (part <= parts[i]) return;
                done += part - parts[i];
                parts[i] = part;
                session.watch().report(done / kParts, count,
                                       "making studies"); // as much as so many whole ones
            };
            studies[i] = makeStudy(options, i, raters, out, progress, stop.get_token());
            if (!*studies[i]) stop.request_stop();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 1; t < std::min<std::size_t>(static_cast<std::size_t>(session.jobs()), count);
             ++t)
            threads.emplace_back(work);
        work();
    }
    if (session.watch().cancelled())
        return fail(ErrorCode::Cancelled,
                    "The work was interrupted; what is in " + out.string() + " is not complete.");
    std::vector<WrittenStudy> all;
    std::optional<Error> failure; // a study that was stopped because another one failed is not the reason
    for (auto& study : studies) {
        if (study && *study)
            all.push_back(*std::move(*study));
        else if (study && (!failure || failure->code == ErrorCode::Cancelled))
            failure = study->error();
    }
    if (failure) return tl::unexpected(*failure);
    return all;
}

/// The document of contours with further keys of its own at the end.
std::string withKey(std::string document, const std::string& key, const Json& value) {
    const std::string extra = ", \"" + key + "\": " + dumped(value);
    return document.insert(document.rfind('}'), extra);
}

/// Writes the files beside the studies' folders; returns their names and SHA-256.
Result<Json> writeTables(const Options& options, std::vector<WrittenStudy>& studies,
                         const std::vector<phantom::RaterProfile>& raters, const fs::path& out) {
    Json files = Json::object();
    const auto write = [&](const std::string& name, const std::string& text) -> Result<> {
        files[name] = toHex(sha256(text));
        return writeOutput((out / name).string(), text);
    };
    const auto gather = [&](auto pick) {
        Contours all;
        for (auto& study : studies)
            std::ranges::move(pick(study), std::back_inserter(all));
        return protocol::contoursToJson(all);
    };
    Json about = Json::array();
    std::vector<phantom::ClinicalRow> rows;
    for (auto& study : studies) {
        about.push_back(study.about);
        rows.push_back(study.clinical);
    }
    if (auto done = write("truth.json", gather([](auto& s) -> Contours& { return s.truth; })); !done)
        return tl::unexpected(done.error());
    if (auto done = write("truth-all.json",
                          withKey(gather([](auto& s) -> Contours& { return s.all; }), "studies", about));
        !done)
        return tl::unexpected(done.error());
    for (std::size_t r = 0; r < raters.size(); ++r) {
        if (auto done =
                write(raters[r].name + ".json", gather([&](auto& s) -> Contours& { return s.raters[r]; }));
            !done)
            return tl::unexpected(done.error());
        if (options.repeats <= 0.0) continue;
        if (auto done = write(raters[r].name + "-repeat.json",
                              gather([&](auto& s) -> Contours& { return s.repeats[r]; }));
            !done)
            return tl::unexpected(done.error());
    }
    if (auto done = write("clinical.csv", phantom::clinicalCsv(rows)); !done)
        return tl::unexpected(done.error());
    return files;
}

Result<> emptyFolder(const fs::path& out) {
    if (const auto made = makeFolders(out); !made) return made;
    std::error_code error;
    const bool empty = fs::is_empty(out, error);
    if (error)
        return fail(ErrorCode::StorageFailed,
                    "The folder " + out.string() + " cannot be read: " + error.message() + ".");
    if (!empty)
        return fail(ErrorCode::Conflict,
                    "The folder " + out.string() + " is not empty; studies of two runs must not mix.");
    return {};
}

Result<int> phantomVerb(const Options& options, const Session& session) {
    if (session.globals().out.empty() || session.globals().out == "-")
        throw WrongUsage("phantom needs a folder to write to: -o DIR.");
    if (options.repeats > 0.0 && options.raters == 0) throw WrongUsage("--repeats needs raters: --raters R.");
    const fs::path out = session.globals().out;
    if (auto ready = emptyFolder(out); !ready) return tl::unexpected(ready.error());
    std::vector<phantom::RaterProfile> raters;
    for (int r = 1; r <= options.raters; ++r)
        raters.push_back(phantom::drawRater(options.settings(), static_cast<std::size_t>(r)));
    auto studies = makeStudies(options, raters, out, session);
    if (!studies) return tl::unexpected(studies.error());

    Json list = Json::array();
    std::size_t images = 0;
    for (std::size_t i = 0; i < studies->size(); ++i) {
        const auto& study = (*studies)[i];
        list.push_back({{"study_uid", study.clinical.study.text()},
                        {"patient_id", study.clinical.patientId},
                        {"folder", (out / ("phantom-" + padded(i + 1, 4))).string()},
                        {"images", study.images},
                        {"contours", study.truth.size()}});
        images += study.images;
    }
    const auto files = writeTables(options, *studies, raters, out);
    if (!files) return tl::unexpected(files.error());
    const Json manifest{{"format", "forameter-phantom"},
                        {"version", 1},
                        {"program", "forameter " FORAMETER_VERSION},
                        {"seed", options.seed},
                        {"studies", options.studies},
                        {"raters", options.raters},
                        {"repeats", options.repeats},
                        {"pathology", options.pathology},
                        {"coverage", options.coverage},
                        {"encoding", options.encoding},
                        {"images", images},
                        {"files", *files}};
    if (auto done = writeOutput((out / "manifest.json").string(), dumped(manifest, 1) + "\n"); !done)
        return tl::unexpected(done.error());
    Json names = Json::array({"manifest.json"});
    for (const auto& [name, hash] : files->items())
        names.push_back(name);
    const std::string text = counted(studies->size(), "study", "studies") + " with " +
                             counted(images, "image") + " in " + out.string() + "\n";
    return session.answer(
        Json{{"folder", out.string()}, {"studies", std::move(list)}, {"files", std::move(names)}}, text);
}

} // namespace

void addPhantom(Program& program) {
    const auto options = std::make_shared<Options>();
    CLI::App& verb =
        program.verb("phantom", "Make lumbar studies with known foramina and canals, and simulated raters",
                     {Takes::Jobs, Takes::Out},
                     [options](const Session& session) { return phantomVerb(*options, session); });
    verb.add_option("--studies", options->studies, "How many")
        ->required()
        ->type_name("N")
        ->check(CLI::Range(1, 10'000));
    verb.add_option("--seed", options->seed, "The same seed and options give the same bytes (default 1)")
        ->type_name("K");
    verb.add_option("--raters", options->raters, "Simulated raters who read every study (default 0)")
        ->type_name("R")
        ->check(CLI::Range(0, 100));
    verb.add_option("--repeats", options->repeats,
                    "Share of the studies that every rater reads twice (rater-<k>-repeat.json)")
        ->type_name("F")
        ->check(CLI::Range(0.0, 1.0));
    verb.add_option("--pathology", options->pathology,
                    "none; mixed: findings by age in volunteers and patients (default); severe: patients "
                    "with many large ones")
        ->check(CLI::IsMember({"none", "mixed", "severe"}));
    verb.add_option("--coverage", options->coverage,
                    "full: every level and series (default); clinical: as hospitals send them")
        ->check(CLI::IsMember({"full", "clinical"}));
    verb.add_option("--encoding", options->encoding,
                    "plain (explicit little endian, default) or jpeg-ls (lossless)")
        ->check(CLI::IsMember({"plain", "jpeg-ls"}));
}

} // namespace forameter::cli
