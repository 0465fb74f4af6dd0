// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/scan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "forameter/core/sha256.hpp"

#include "file_readers.hpp"
#include "find_files.hpp"
#include "group_stacks.hpp"
#include "text.hpp"

namespace forameter::dicom {

namespace fs = std::filesystem;

namespace {

struct ReadFile {
    fs::path path;
    FileRecord record;
};

/// Collects records, refuses what contradicts what is there already, and builds the studies.
class Assembly {
public:
    explicit Assembly(ScanReport& report) : m_report(report) {}

    void add(fs::path path, FileRecord record) {
        const std::string shownPath = shown(path);
        for (const Error& note : record.notes)
            m_report.warnings.push_back({path, note.code, shownPath + " " + note.message + "."});
        if (record.modality.empty())
            m_report.warnings.push_back(
                {path, ErrorCode::Other,
                 shownPath + " does not say what modality it is; it was taken for an MR image."});
        m_files.push_back({std::move(path), std::move(record)});
    }

    void finish() {
        refuseStrangers();
        // Of two files of the same UIDs the first is kept: one that can be measured goes before one that
        // cannot.
        std::ranges::stable_sort(m_files, {}, [](const ReadFile& file) {
            return std::ranges::any_of(file.record.frames, [](const FrameRecord& frame) {
                return std::ranges::any_of(frame.warnings.list(), forbidsMeasuring);
            });
        });
        std::map<std::tuple<std::string, std::string, std::string>, const ReadFile*> identities;
        std::map<std::string, std::map<std::string, std::vector<const ReadFile*>>> studies;
        // What finds the stacks compares images with each other, here, outside the child's limits.
        std::map<std::pair<std::string, std::string>, std::size_t> sizes;
        for (const ReadFile& file : m_files) {
            const FileRecord& record = file.record;
            const auto [known, isNew] =
                identities.try_emplace(std::tuple(record.study, record.series, record.sop), &file);
            if (!isNew) {
                addAgain(known->second->path, file.path);
                continue;
            }
            std::size_t& images = sizes[{record.study, record.series}];
            if (images + record.frames.size() > kMostFrames) {
                refuse(file.path, ErrorCode::TooLarge,
                       "its series would have more than " + std::to_string(kMostFrames) + " images");
                continue;
            }
            images += record.frames.size();
            studies[record.study][record.series].push_back(&file);
        }
        for (const auto& [uid, seriesFiles] : studies) {
            Study study;
            study.uid = StudyUid(uid);
            for (const auto& [seriesUid, files] : seriesFiles) {
                for (const ReadFile* file : files)
                    describe(study, file->record);
                study.series.push_back(makeSeries(seriesUid, files));
            }
            std::stable_sort(study.series.begin(), study.series.end(), [](const Series& a, const Series& b) {
                return a.number.value_or(0) < b.number.value_or(0);
            });
            m_report.studies.push_back(std::move(study));
        }
    }

private:
    /// Two patients are never merged into one study: it is that of the patient whom most of its images name,
    /// whichever file came first, and of nobody where two have as many. Who is one person under two names
    /// stays together, and that is said.
    void refuseStrangers() {
        std::map<std::string, std::map<PatientFacts, std::set<std::string>>> images; // by study
        for (const auto& [path, record] : m_files)
            images[record.study][record.patient].insert(record.sop);
        std::map<std::string, Owner> owners;
        for (const auto& [study, patients] : images)
            owners.emplace(study, ownerOf(patients));
        std::set<std::pair<std::string, std::string>> told; // by study and sentence
        std::erase_if(m_files, [&](const ReadFile& file) {
            const auto& [path, record] = file;
            const auto& [owner, rival] = owners.at(record.study);
            const std::string whose = "its study " + record.study + " is one of ";
            if (rival) {
                refuse(path, ErrorCode::DuplicateUid,
                       whose + "two patients (" + called(owner, *rival) + ", " + called(*rival, owner) +
                           "), and as many images name one as the other");
                return true;
            }
            if (areStrangers(record.patient, owner)) {
                refuse(path, ErrorCode::DuplicateUid,
                       whose + "patient " + called(owner, record.patient) + ", but it names patient " +
                           called(record.patient, owner));
                return true;
            }
            const auto warn = [&](const std::string& says) {
                if (told.emplace(record.study, says).second)
                    m_report.warnings.push_back(
                        {path, ErrorCode::DuplicateUid,
                         shown(path) + " " + says + "; they were taken for one person."});
            };
            if (namesDiffer(record.patient.name, owner.name))
                warn("names the patient \"" + record.patient.name + "\", whom most of study " + record.study +
                     " calls \"" + owner.name + "\"");
            else if (birthDatesDiffer(record.patient, owner))
                warn("gives the birth date " + record.patient.birthDate + ", where most of study " +
                     record.study + " gives " + owner.birthDate);
            return false;
        });
    }

    struct Owner {
        PatientFacts patient;
        std::optional<PatientFacts> rival; ///< a stranger whom as many images name
    };
    static Owner ownerOf(const std::map<PatientFacts, std::set<std::string>>& patients) {
        // Of the images that name nobody else: so two ways of writing a name count together.
        const auto support = [&](const PatientFacts& patient) {
            std::size_t count = 0;
            for (const auto& [other, sops] : patients)
                if (!areStrangers(patient, other)) count += sops.size();
            return count;
        };
        const auto hasStranger = [&](const PatientFacts& patient) {
            return std::ranges::any_of(patients,
                                       [&](const auto& p) { return areStrangers(patient, p.first); });
        };
        // Who says too little to be a stranger to anybody owns a study only where all are like that.
        using Claim = std::tuple<bool, std::size_t, std::size_t>;
        Owner owner;
        Claim best{false, 0, 0};
        for (const auto& [patient, sops] : patients) {
            const Claim claim{hasStranger(patient), support(patient), sops.size()};
            if (claim <= best) continue;
            best = claim;
            owner.patient = patient;
        }
        for (const auto& [patient, sops] : patients)
            if (areStrangers(patient, owner.patient) && support(patient) == std::get<1>(best))
                owner.rival = patient;
        return owner;
    }
    /// What tells a patient from another.
    static std::string called(const PatientFacts& patient, const PatientFacts& other) {
        if (patient.id.empty()) return "\"" + patient.name + "\"";
        return "\"" + patient.id + "\"" + (patient.id == other.id ? " (" + patient.name + ")" : "");
    }
    void refuse(const fs::path& path, ErrorCode reason, const std::string& why) {
        m_report.refused.push_back({path, reason, shown(path) + " cannot be used: " + why + "."});
    }

    void addAgain(const fs::path& known, const fs::path& path) {
        const auto first = sha256OfFile(known), second = sha256OfFile(path);
        const std::string which = shown(path);
        if (first && second && *first == *second)
            m_report.warnings.push_back({path, ErrorCode::DuplicateUid,
                                         which + " is a copy of " + shown(known) + " and was left out."});
        else
            m_report.refused.push_back(
                {path, ErrorCode::DuplicateUid,
                 which + " cannot be used: it has the same study, series and SOP UIDs as " + shown(known) +
                     ", but other content."});
    }

    /// Fills what is still empty, so that a file without a name does not hide another's.
    static void describe(Study& study, const FileRecord& record) {
        const auto fill = [](std::string& to, const std::string& from) {
            if (to.empty()) to = from;
        };
        fill(study.patientId, record.patient.id);
        fill(study.patientName, record.patient.name);
        fill(study.date, record.studyDate);
        fill(study.sex, record.patient.sex);
        fill(study.description, record.studyDescription);
        fill(study.scanner, record.scanner);
        if (!study.age) study.age = record.age;
    }

    static Series makeSeries(const std::string& uid, const std::vector<const ReadFile*>& files) {
        Series series;
        series.uid = SeriesUid(uid);
        std::vector<SeriesFrame> frames;
        for (const ReadFile* file : files) {
            const FileRecord& record = file->record;
            if (!series.number) series.number = record.seriesNumber;
            if (series.description.empty()) series.description = record.seriesDescription;
            if (series.modality.empty()) series.modality = record.modality;
            for (std::size_t i = 0; i < record.frames.size(); ++i)
                frames.push_back({&record, &file->path, static_cast<int>(i)});
        }
        series.stacks = groupIntoStacks(frames);
        return series;
    }

    ScanReport& m_report;
    std::vector<ReadFile> m_files;
};

/// Everything of one call of scan().
class Scan {
public:
    Scan(const ScanOptions& options, const Watch& watch) : m_options(options), m_watch(watch) {}

    Result<ScanReport> run(std::span<const fs::path> paths) {
        FoundFiles found = findFiles(paths, m_watch);
        m_report.refused = std::move(found.refused);
        m_report.warnings = std::move(found.notes);
        for (const fs::path& file : found.files)
            m_seen.insert(fs::absolute(file).lexically_normal().string());
        // Twice: what DICOMDIRs name comes after them. Those that are named by others are not followed.
        std::vector<fs::path> referenced;
        if (const auto read = readAll(found.files, &referenced); !read) return tl::unexpected(read.error());
        if (const auto read = readAll(referenced, nullptr); !read) return tl::unexpected(read.error());
        m_assembly.finish();
        return std::move(m_report);
    }

private:
    Result<> readAll(const std::vector<fs::path>& files, std::vector<fs::path>* referenced) {
        if (files.empty())
            return m_watch.cancelled() ? Result<>(fail(ErrorCode::Cancelled, "Reading was cancelled."))
                                       : Result<>{};
        m_report.files += files.size();
        std::vector<ReadRequest> requests;
        for (const fs::path& file : files)
            requests.push_back({file, m_options.decode, m_options.pixels, m_options.fileHashes});
        std::vector<std::optional<Result<FileRecord>>> records(files.size());
        const auto take = [&](std::size_t index, Result<FileRecord> record) {
            records[index] = std::move(record);
        };
        const auto read = m_options.worker.empty() ? readInThreads(requests, m_options.jobs, m_watch, take)
                                                   : readInChildren(requests, m_options, m_watch, take);
        if (!read) return read;
        for (std::size_t i = 0; i < files.size(); ++i) {
            Result<FileRecord>& record = *records[i];
            if (!record)
                m_report.refused.push_back(
                    {files[i], record.error().code,
                     shown(files[i]) + " cannot be used: " + record.error().message + "."});
            else if (!record->references.empty())
                followDirectory(files[i], record->references, referenced);
            else
                m_assembly.add(files[i], std::move(*record));
        }
        return {};
    }

    void followDirectory(const fs::path& directory, const std::vector<std::string>& references,
                         std::vector<fs::path>* referenced) {
        const std::string which = shown(directory) + " is a DICOMDIR";
        if (!referenced) {
            m_report.warnings.push_back({directory, ErrorCode::NotAnMrImage,
                                         which + " that another one names; it was not followed."});
            return;
        }
        std::size_t present = 0;
        for (const std::string& fileId : references) {
            const auto file = referencedFile(directory.parent_path(), fileId);
            if (file) {
                ++present;
                if (m_seen.insert(fs::absolute(*file).lexically_normal().string()).second)
                    referenced->push_back(*file);
                continue;
            }
            const bool absent = file.error().code == ErrorCode::NotFound;
            (absent ? m_report.warnings : m_report.refused)
                .push_back(
                    {directory, ErrorCode::Unreadable, shown(directory) + " " + file.error().message + "."});
        }
        const std::string named = std::to_string(references.size());
        if (present == 0)
            m_report.refused.push_back(
                {directory, ErrorCode::Unreadable,
                 shown(directory) + " cannot be used: it is a DICOMDIR, and none of the files it names (" +
                     named + ") could be read."});
        else
            m_report.warnings.push_back({directory, ErrorCode::NotAnMrImage,
                                         which + "; " + std::to_string(present) + " of the " + named +
                                             " files that it names are there and were read."});
    }

    const ScanOptions& m_options;
    const Watch& m_watch;
    ScanReport m_report;
    Assembly m_assembly{m_report};
    std::set<std::string> m_seen;
};

} // namespace

Result<ScanReport> scan(std::span<const fs::path> paths, const ScanOptions& options, const Watch& watch) {
    return Scan(options, watch).run(paths);
}

Result<std::map<fs::path, Error>> undecodable(const std::set<fs::path>& files, ScanOptions options,
                                              const Watch& watch) {
    std::map<fs::path, Error> refused;
    if (files.empty()) return refused;
    options.decode = true;
    const auto report = scan(std::vector<fs::path>(files.begin(), files.end()), options, watch);
    if (!report) return tl::unexpected(report.error());
    for (const FileNote& note : report->refused)
        refused.emplace(note.path, Error{note.reason, note.message});
    return refused;
}

} // namespace forameter::dicom
