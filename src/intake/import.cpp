// SPDX-License-Identifier: Apache-2.0
#include "forameter/intake/import.hpp"

#include <functional>

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

    const FileKeeper keeper(options.copyTo);
    const Place place = [&](const dicom::Instance& instance) -> Result<fs::path> {
        if (!options.copyTo.empty()) return keeper.keep(fs::absolute(instance.path), instance.fileSha256);
        return fs::absolute(instance.path).lexically_normal();
    };
    store::StudyRepository repository(store);
    std::size_t done = 0;
    for (const dicom::Study& study : report.scan.studies) {
        if (watch.cancelled())
            return fail(ErrorCode::Cancelled, "Importing was cancelled; what was registered before stays.");
        watch.report(done++, report.scan.studies.size(), "registering studies");
        const auto record = recordOf(study, place);
        if (!record && record.error().code == ErrorCode::Unreadable) {
            report.scan.refused.push_back(
                {{},
                 ErrorCode::Unreadable,
                 "Study " + study.uid.text() + " was not imported: " + record.error().message});
            continue;
        }
        if (!record) return tl::unexpected(record.error());
        const auto registered = repository.add(*record);
        if (!registered) return tl::unexpected(registered.error());
        report.added.studies += registered->studies;
        report.added.series += registered->series;
        report.added.instances += registered->instances;
        report.unchanged += registered->unchanged;
        for (const Error& conflict : registered->conflicts)
            report.scan.refused.push_back({{}, conflict.code, conflict.message});
    }
    return report;
}

} // namespace forameter::intake
