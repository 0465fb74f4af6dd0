// SPDX-License-Identifier: Apache-2.0
#include "forameter/intake/import.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "forameter/core/text.hpp"
#include "forameter/store/study_repository.hpp"

#include "file_keeper.hpp"

namespace forameter::intake {

namespace fs = std::filesystem;

namespace {

/// Where the store is to look for a file.
using Place = std::function<Result<fs::path>(const dicom::Instance&)>;

Result<store::StackRecord> recordOf(const dicom::Stack& stack, const Place& place) {
    store::StackRecord record;
    record.index = stack.index;
    record.rows = stack.rows;
    record.columns = stack.columns;
    record.rowSpacing = stack.rowSpacing.value_or(0);
    record.columnSpacing = stack.columnSpacing.value_or(0);
    record.sliceSpacing = stack.sliceSpacing;
    record.sliceThickness = stack.sliceThickness;
    if (stack.orientation) {
        record.rowDirection = stack.orientation->row;
        record.columnDirection = stack.orientation->column;
    }
    record.plane = stack.plane;
    record.weighting = stack.weighting;
    if (stack.frameOfReference) record.frameOfReference = stack.frameOfReference->text();
    record.echoTime = stack.acquisition.echoTime;
    record.repetitionTime = stack.acquisition.repetitionTime;
    record.inversionTime = stack.acquisition.inversionTime;
    record.missing = stack.missing;
    record.duplicates = stack.duplicates;
    record.measurable = stack.measurable;
    for (const dicom::StackWarning warning : stack.warnings)
        record.warnings.emplace_back(name(warning));
    for (const dicom::Instance& instance : stack.instances) {
        const auto path = place(instance);
        if (!path) return tl::unexpected(path.error());
        record.instances.push_back({instance.sop, instance.frame,
                                    instance.position.value_or(geometry::PatientPoint{}), path->string(),
                                    instance.fileSha256});
    }
    return record;
}

Result<store::StudyRecord> recordOf(const dicom::Study& study, const Place& place) {
    store::StudyRecord record;
    record.uid = study.uid;
    record.patientId = study.patientId;
    record.date = study.date;
    record.age = study.age;
    record.sex = study.sex;
    record.description = study.description;
    record.scanner = study.scanner;
    for (const dicom::Series& series : study.series) {
        store::SeriesRecord& own = record.series.emplace_back();
        own.uid = series.uid;
        own.number = series.number;
        own.description = series.description;
        own.modality = series.modality;
        for (const dicom::Stack& stack : series.stacks) {
            if (!record.field) record.field = stack.acquisition.fieldStrength;
            auto stackRecord = recordOf(stack, place);
            if (!stackRecord) return tl::unexpected(stackRecord.error());
            own.stacks.push_back(std::move(*stackRecord));
        }
    }
    return record;
}

std::size_t imagesOf(const dicom::Series& series) {
    std::size_t images = 0;
    for (const auto& stack : series.stacks)
        images += stack.instances.size();
    return images;
}

using Image = std::pair<SopUid, int>;

using Hashes = std::map<Image, std::string>;

/// A series as its files split when all are seen together; none where they do not hold just these images,
/// each with the bytes that are known.
Result<std::optional<dicom::Series>> splitTogether(const StudyUid& studyUid, const SeriesUid& uid,
                                                   const std::set<fs::path>& files, const Hashes& hashes,
                                                   const ImportOptions& options, const Watch& watch) {
    dicom::ScanOptions scanning;
    scanning.fileHashes = true;
    scanning.jobs = options.jobs;
    scanning.worker = options.worker;
    const std::vector<fs::path> paths(files.begin(), files.end());
    const auto scanned = dicom::scan(paths, scanning, {{}, watch.stop});
    if (!scanned) return tl::unexpected(scanned.error());
    const auto study = std::ranges::find(scanned->studies, studyUid, &dicom::Study::uid);
    if (study == scanned->studies.end()) return std::nullopt;
    const auto series = std::ranges::find(study->series, uid, &dicom::Series::uid);
    if (series == study->series.end() || imagesOf(*series) != hashes.size()) return std::nullopt;
    for (const auto& stack : series->stacks)
        for (const auto& instance : stack.instances) {
            const auto known = hashes.find({instance.sop, instance.frame});
            if (known == hashes.end() || (!known->second.empty() && known->second != instance.fileSha256))
                return std::nullopt;
        }
    return *series;
}

/// A study and how many images in it the store has already, beside those that were given.
struct Whole {
    dicom::Study study;
    std::size_t known = 0;
    std::vector<dicom::FileNote> warnings = {};
};

/// Whether new images of a study that the store has are of somebody else. A store knows no names or birth
/// dates, so a file of each is read again: they are told apart as if they had come together. False where
/// nothing is new or what is known can no longer be read.
Result<bool> isAnotherPersons(const dicom::Study& given, const store::StudyRecord& stored,
                              const ImportOptions& options, const Watch& watch) {
    std::set<std::pair<SeriesUid, SopUid>> known;
    std::optional<fs::path> before, after;
    for (const auto& series : stored.series)
        for (const auto& stack : series.stacks)
            for (const auto& instance : stack.instances) {
                known.emplace(series.uid, instance.sop);
                std::error_code error;
                if (!before && fs::exists(instance.path, error)) before = instance.path;
            }
    for (const auto& series : given.series)
        for (const auto& stack : series.stacks)
            for (const auto& instance : stack.instances)
                if (!after && !known.contains({series.uid, instance.sop})) after = instance.path;
    if (!before || !after) return false;
    dicom::ScanOptions scanning;
    scanning.worker = options.worker;
    const auto scanned = dicom::scan(std::vector{*before, *after}, scanning, {{}, watch.stop});
    if (!scanned) return tl::unexpected(scanned.error());
    return std::ranges::any_of(scanned->refused, [&](const dicom::FileNote& note) {
        return note.path == *after && note.reason == ErrorCode::DuplicateUid;
    });
}

/// With the images that the store has of its series already, so that all are split into stacks together, in
/// whatever portions they came. A series stays as it is where nothing of it is new or nothing else is known,
/// and, with a warning, where a known file can no longer be read or has changed.
Result<Whole> withKnownImages(const dicom::Study& given, const std::optional<store::StudyRecord>& stored,
                              const ImportOptions& options, const Watch& watch) {
    Whole whole{given};
    if (!stored) return whole;
    for (dicom::Series& series : whole.study.series) {
        const auto known = std::ranges::find(stored->series, series.uid, &store::SeriesRecord::uid);
        if (known == stored->series.end()) continue;
        Hashes hashes; // of all images
        std::set<fs::path> files;
        for (const auto& stack : series.stacks)
            for (const auto& instance : stack.instances) {
                hashes.emplace(Image(instance.sop, instance.frame), instance.fileSha256);
                files.insert(instance.path);
            }
        const std::size_t wanted = hashes.size();
        std::size_t shared = 0;
        for (const auto& stack : known->stacks)
            for (const auto& instance : stack.instances) {
                if (hashes.emplace(Image(instance.sop, instance.frame), instance.sha256).second)
                    files.insert(instance.path);
                else
                    ++shared;
            }
        if (shared == wanted || hashes.size() == wanted) continue;
        auto together = splitTogether(given.uid, series.uid, files, hashes, options, watch);
        if (!together) return tl::unexpected(together.error());
        if (!*together) {
            const fs::path& file = series.stacks.front().instances.front().path;
            whole.warnings.push_back(
                {file, ErrorCode::Unreadable,
                 "The new images of series " + series.uid.text() + " (" + shown(file) +
                     ") stand in stacks of their own, because files that the store has of this series can no "
                     "longer be read or have changed; import the whole series again to join them."});
            continue;
        }
        whole.known += hashes.size() - wanted;
        series = **std::move(together);
    }
    return whole;
}

void refuseAll(const dicom::Study& study, const std::string& why, dicom::ScanReport& report) {
    std::set<fs::path> files;
    for (const auto& series : study.series)
        for (const auto& stack : series.stacks)
            for (const auto& instance : stack.instances)
                files.insert(instance.path);
    for (const fs::path& file : files)
        report.refused.push_back(
            {file, ErrorCode::DuplicateUid, shown(file) + " cannot be used: " + why + "."});
}

} // namespace

Result<ImportReport> importPaths(const store::Store& store, std::span<const fs::path> paths,
                                 const ImportOptions& options, const Watch& watch) {
    dicom::ScanOptions scanning;
    scanning.decode = true; // what would fail on the screen is refused now, in a process that may crash
    scanning.fileHashes = true;
    scanning.jobs = options.jobs;
    scanning.worker = options.worker;
    auto scanned = dicom::scan(paths, scanning, watch);
    if (!scanned) return tl::unexpected(scanned.error());
    ImportReport report;
    report.scan = std::move(*scanned);

    std::optional<FileKeeper> keeper;
    if (!options.copyTo.empty() && !options.dryRun) keeper.emplace(options.copyTo);
    std::map<std::string, fs::path> original; // by where the store is to look for it
    const Place place = [&](const dicom::Instance& instance) -> Result<fs::path> {
        const fs::path file = fs::absolute(instance.path).lexically_normal();
        auto placed = keeper ? keeper->keep(file, instance.fileSha256) : Result<fs::path>(file);
        if (placed) original[placed->string()] = instance.path;
        return placed;
    };
    using Mode = store::StudyRepository::Mode;
    const Mode mode = options.dryRun ? Mode::DryRun : Mode::Write;
    store::StudyRepository repository(store);
    std::size_t done = 0;
    for (const dicom::Study& study : report.scan.studies) {
        if (watch.cancelled())
            return fail(ErrorCode::Cancelled, "Importing was cancelled; what was registered before stays.");
        watch.report(done, report.scan.studies.size(), "registering studies");
        const auto stored = repository.find(study.uid);
        if (!stored && stored.error().code != ErrorCode::NotFound) return tl::unexpected(stored.error());
        const auto known = stored ? std::optional(*stored) : std::nullopt;
        const auto anothers = known ? isAnotherPersons(study, *known, options, watch) : Result<bool>(false);
        if (!anothers) return tl::unexpected(anothers.error());
        if (*anothers) {
            refuseAll(study,
                      "the store has its study " + study.uid.text() +
                          " already, of another patient: IDs, or names and birth dates, differ",
                      report.scan);
            ++done;
            continue;
        }
        const auto whole = withKnownImages(study, known, options, watch);
        if (!whole) return tl::unexpected(whole.error());
        report.scan.warnings.insert(report.scan.warnings.end(), whole->warnings.begin(),
                                    whole->warnings.end());
        const auto record = recordOf(whole->study, place);
        if (!record && record.error().code == ErrorCode::Unreadable) {
            report.scan.refused.push_back(
                {study.series.front().stacks.front().instances.front().path, ErrorCode::Unreadable,
                 "Study " + study.uid.text() + " was not imported: " + record.error().message});
            ++done;
            continue;
        }
        const auto registered = record ? repository.add(*record, mode) : tl::unexpected(record.error());
        if (!registered) {
            const Error& why = registered.error();
            if (done == 0) return tl::unexpected(why);
            return fail(why.code, why.message + " That was study " + study.uid.text() + ", number " +
                                      std::to_string(done + 1) + " of " +
                                      std::to_string(report.scan.studies.size()) +
                                      "; those before it were imported and stay.");
        }
        ++done;
        report.added.studies += registered->studies;
        report.added.series += registered->series;
        report.added.instances += registered->instances;
        report.unchanged += registered->unchanged - std::min(registered->unchanged, whole->known);
        for (const auto& [path, error] : registered->conflicts)
            report.scan.refused.push_back({original[path], error.code, error.message});
        for (const auto& [path, error] : registered->doubts)
            report.scan.warnings.push_back({path, error.code, error.message});
    }
    return report;
}

} // namespace forameter::intake
