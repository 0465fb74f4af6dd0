// SPDX-License-Identifier: Apache-2.0
#include "proposing.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "forameter/core/interrupted.hpp"
#include "forameter/dicom/pixels.hpp"
#include "forameter/dicom/scan.hpp"
#include "forameter/geometry/slice_gap.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/proposal/ask.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;
using geometry::Plane;

namespace {

/// Foramina and canals are proposed on these; localizers and coronal stacks need not be read.
bool isOfUse(bool measurable, Plane plane) {
    return measurable && plane != Plane::Coronal;
}

struct Slices {
    std::vector<ImageId> images;
    std::vector<dicom::SliceSource> sources;

    void add(const ImageId& image, dicom::SliceSource source) {
        if (!sources.empty() && geometry::atOnePlace(sources.back().plane, source.plane)) return;
        images.push_back(image);
        sources.push_back(std::move(source));
    }
};

void load(StudyToPropose& study, proposal::StackInput stack, Slices slices, const std::string& name,
          const Session& session) {
    if (slices.sources.empty()) return;
    auto volume = dicom::loadVolume(slices.sources, name, session.jobs(), {{}, session.watch().stop},
                                    dicom::Unread::IsLeftOut);
    if (!volume) {
        study.unreadable.push_back(volume.error());
        return;
    }
    for (const auto& [slice, why] : (*volume)->info().unread)
        study.unreadable.push_back(why);
    stack.images = std::move(slices.images);
    stack.volume = *std::move(volume);
    study.stacks.push_back(std::move(stack));
}

using Refusals = std::map<fs::path, Error>;

/// The files of a study that cannot be decoded: not known from its scan, which reads headers alone, so that
/// what is of no use here need not be decoded. Of a store's images import has done so.
Result<Refusals> undecodable(const dicom::Study& study, const Session& session) {
    std::set<fs::path> files;
    for (const auto& series : study.series)
        for (const auto& stack : series.stacks)
            if (isOfUse(stack.measurable, stack.plane))
                for (const auto& instance : stack.instances)
                    files.insert(instance.path);
    dicom::ScanOptions options;
    options.jobs = session.jobs();
    options.worker = ownProgram();
    return dicom::undecodable(files, options, {{}, session.watch().stop});
}

std::optional<FrameOfReferenceUid> frameOf(const std::optional<FrameOfReferenceUid>& scanned) {
    return scanned;
}
std::optional<FrameOfReferenceUid> frameOf(const std::string& stored) {
    return stored.empty() ? std::nullopt : std::optional(FrameOfReferenceUid(stored));
}

/// A scanned or a stored study: their series, stacks and instances are alike but for where the hash stands.
template <class Study, class Hash>
Result<StudyToPropose> loaded(const Study& study, const Session& session, const Refusals& refused,
                              Hash hash) {
    StudyToPropose made{study.uid, study.scanner, {}, {}};
    for (const auto& series : study.series)
        for (const auto& stack : series.stacks) {
            if (session.watch().cancelled()) return interrupted();
            if (!isOfUse(stack.measurable, stack.plane)) continue;
            Slices slices;
            for (std::size_t i = 0; i < stack.instances.size(); ++i) {
                const auto& instance = stack.instances[i];
                const auto plane = stack.imagePlane(i);
                if (!plane) continue;
                dicom::SliceSource source{instance.path, instance.frame, *plane, hash(instance)};
                if (const auto why = refused.find(instance.path); why != refused.end())
                    source.refused = why->second;
                slices.add({series.uid, instance.sop, instance.frame}, std::move(source));
            }
            load(made,
                 {stack.plane,
                  stack.weighting,
                  true,
                  stack.fitness(),
                  {},
                  nullptr,
                  frameOf(stack.frameOfReference)},
                 std::move(slices), "series " + series.uid.text() + ", stack " + std::to_string(stack.index),
                 session);
        }
    return made;
}

} // namespace

void ModelOptions::addTo(CLI::App& verb) {
    verb.add_option("--model", names, "Models to use (default: all)")->type_name("NAME");
    verb.add_option("--models", folder, "Where they lie (default: those that are shipped)")->type_name("DIR");
    verb.add_option("--device", device, "auto (default), cpu or cuda:N")->type_name("DEVICE");
}

Result<Proposing> Proposing::start(const ModelOptions& options, const Session& session) {
    const fs::path folder = options.folder.empty() ? proposal::shippedModels() : fs::path(options.folder);
    auto found = proposal::readModels(folder);
    Proposing made;
    if (options.names.empty()) {
        made.m_models = std::move(found.models);
    } else {
        for (const std::string& name : options.names) {
            const auto model = std::ranges::find(found.models, name, &proposal::Model::name);
            if (model == found.models.end())
                return fail(ErrorCode::NotFound,
                            "There is no model \"" + name + "\" in " + folder.string() + ".");
            made.m_models.push_back(*model);
        }
    }
    if (made.m_models.empty())
        return fail(ErrorCode::NotFound, found.refused.empty()
                                             ? "There is no model in " + folder.string() + "."
                                             : found.refused.front().second);
    auto usable = proposal::usable(std::move(made.m_models));
    for (const std::string& sentence : usable.leftOut) {
        if (!options.names.empty() || usable.models.empty()) return fail(ErrorCode::NotAllowed, sentence);
        session.say(sentence);
    }
    made.m_models = std::move(usable.models);
    made.m_trusted = std::move(usable.trusted);
    made.m_how.device = options.device;
    made.m_how.threads = session.jobs();
    auto worker = wire::Worker::start(made.m_how);
    if (!worker) return tl::unexpected(worker.error());
    made.m_worker = *std::move(worker);
    made.m_info = made.m_worker->info();
    return made;
}

Result<proposal::Proposals> Proposing::propose(const proposal::ProposeRequest& request, const Watch& watch) {
    if (!m_worker) {
        auto another = wire::Worker::start(m_how);
        if (!another) return tl::unexpected(another.error());
        m_worker = *std::move(another);
    }
    auto made = proposal::propose(
        request, m_models,
        [this](const proposal::Model& model, const wire::Frame& images, const Watch& w) {
            return proposal::ask(*m_worker, model, m_trusted, images, w);
        },
        watch);
    if (!made) m_worker.reset(); // it may have died over this study
    return made;
}

void Proposing::setSpacing(double mm) {
    for (auto& model : m_models)
        model.spacing = mm;
}

void Proposing::setOutlineLevel(double level) {
    for (auto& model : m_models)
        model.fit.outlineLevel = level;
}

void Proposing::setCanalOutlineLevel(double level) {
    for (auto& model : m_models)
        if (model.plane == geometry::Plane::Axial)
            model.canalFit =
                proposal::Fit{level, model.canalFit ? model.canalFit->calibration : proposal::Calibration{}};
}

Json Proposing::modelsJson() const {
    Json list = Json::array();
    for (const auto& model : m_models)
        list.push_back(
            {{"name", model.name}, {"sha256", model.sha256}, {"plane", geometry::name(model.plane)}});
    return list;
}

Result<StudyToPropose> loadStudy(const dicom::Study& study, const Session& session) {
    const auto refused = undecodable(study, session);
    if (!refused) return tl::unexpected(refused.error());
    return loaded(study, session, *refused, [](const dicom::Instance& i) { return i.fileSha256; });
}

Result<StudyToPropose> loadStudy(const store::StudyRecord& study, const Session& session) {
    return loaded(study, session, {}, [](const auto& i) { return i.sha256; });
}

bool isVolumeFile(const fs::path& file) {
    const std::string name = file.filename().string();
    return name.ends_with(".nii") || name.ends_with(".nii.gz");
}

StudyUid volumeUid(const fs::path& file) {
    const std::string name = file.filename().string();
    return StudyUid(name.substr(0, name.find(".nii")));
}

Result<StudyToPropose> loadVolumeFile(const fs::path& file, const Session& session) {
    auto read = imaging::readNifti(file);
    if (!read) return tl::unexpected(read.error());
    for (const std::string& warning : read->warnings)
        session.say(warning);
    const std::string name = file.filename().string();
    StudyToPropose made{volumeUid(file), "", {}, {}};
    proposal::StackInput stack;
    stack.volume = read->volume;
    stack.plane = stack.volume->plane(0).plane();
    for (int i = 0; i < stack.volume->sliceCount(); ++i)
        stack.images.push_back({SeriesUid(name), SopUid(name + "#" + std::to_string(i)), 1});
    made.stacks.push_back(std::move(stack));
    return made;
}

} // namespace forameter::cli
