// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "forameter/dicom/study.hpp"
#include "forameter/proposal/propose.hpp"
#include "forameter/proposal/trust.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/wire/worker.hpp"
#include "program.hpp"

/// Models, a worker and studies to propose contours for: what `segment` and `evaluate` share.
namespace forameter::cli {

struct ModelOptions {
    std::vector<std::string> names; ///< empty: all of the folder
    std::string folder;             ///< "": those that are shipped
    std::string device = "auto";

    void addTo(CLI::App& verb);
};

class Proposing {
public:
    /// Fails where there is no such model, none that may be run (proposal/trust.hpp), or no worker. What was
    /// not named and may not be run is left out, with a word on standard error.
    [[nodiscard]] static Result<Proposing> start(const ModelOptions& options, const Session& session);

    /// After a failure the next study gets another worker.
    [[nodiscard]] Result<proposal::Proposals> propose(const proposal::ProposeRequest& request,
                                                      const Watch& watch);
    /// In place of what the cards say.
    void setSpacing(double mm);
    void setOutlineLevel(double level); ///< of foramina and dural sacs
    void setCanalOutlineLevel(double level);
    [[nodiscard]] const std::vector<proposal::Model>& models() const { return m_models; }
    [[nodiscard]] const wire::WorkerInfo& worker() const { return m_info; }
    [[nodiscard]] Json modelsJson() const; ///< [{"name", "sha256", "plane"}]

private:
    std::vector<proposal::Model> m_models;
    proposal::TrustedModels m_trusted{proposal::TrustedModels::defaultFile()};
    wire::WorkerOptions m_how;
    wire::WorkerInfo m_info;
    std::unique_ptr<wire::Worker> m_worker;
};

/// A study whose pixels can be asked for.
struct StudyToPropose {
    StudyUid uid;
    std::string scanner;                      ///< "" where unknown
    std::vector<proposal::StackInput> stacks; ///< with volumes
    std::vector<Error> unreadable;            ///< of slices and stacks that cannot be read
};
[[nodiscard]] Result<StudyToPropose> loadStudy(const dicom::Study& study, const Session& session);
[[nodiscard]] Result<StudyToPropose> loadStudy(const store::StudyRecord& study, const Session& session);
/// A volume as a study of its own: its name is the study, its file's name the series, and "FILE#k" the slice
/// k counted from 0.
[[nodiscard]] Result<StudyToPropose> loadVolumeFile(const std::filesystem::path& file,
                                                    const Session& session);
[[nodiscard]] StudyUid volumeUid(const std::filesystem::path& file);
[[nodiscard]] bool isVolumeFile(const std::filesystem::path& file);

} // namespace forameter::cli
