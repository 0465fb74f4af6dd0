// SPDX-License-Identifier: Apache-2.0
#include "images.hpp"

#include <algorithm>

#include "forameter/protocol/on_image.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

/// The word of the contract for what a stack's warning says; most have the same name.
ErrorCode reasonOf(dicom::StackWarning warning) {
    if (warning == dicom::StackWarning::NoOrientation) return ErrorCode::BadOrientation;
    if (warning == dicom::StackWarning::NoPosition) return ErrorCode::BadPosition;
    return errorCodeFromName(dicom::name(warning));
}

} // namespace

Result<std::vector<fs::path>> existing(const std::vector<std::string>& paths) {
    std::error_code ignored;
    if (std::ranges::none_of(
            paths, [&](const std::string& path) { return fs::exists(fs::symlink_status(path, ignored)); }))
        return fail(ErrorCode::NotFound, "There is no file or folder " + paths.front() + ".");
    return std::vector<fs::path>(paths.begin(), paths.end());
}

Result<ImageIndex> ImageIndex::scan(const std::vector<std::string>& paths, const Session& session) {
    const auto found = existing(paths);
    if (!found) return tl::unexpected(found.error());
    dicom::ScanOptions options;
    options.jobs = session.jobs();
    options.worker = ownProgram();
    auto report = dicom::scan(*found, options, session.watch());
    if (!report) return tl::unexpected(report.error());
    ImageIndex index;
    index.m_report = *std::move(report);
    const auto& studies = index.m_report.studies;
    for (std::size_t i = 0; i < studies.size(); ++i)
        for (std::size_t j = 0; j < studies[i].series.size(); ++j)
            for (std::size_t k = 0; k < studies[i].series[j].stacks.size(); ++k) {
                const auto& instances = studies[i].series[j].stacks[k].instances;
                for (std::size_t n = 0; n < instances.size(); ++n)
                    index.m_places.emplace(
                        std::pair(studies[i].uid,
                                  ImageId{studies[i].series[j].uid, instances[n].sop, instances[n].frame}),
                        Place{i, j, k, n});
            }
    return index;
}

Result<std::optional<ImageIndex>> ImageIndex::scanIfAny(const std::vector<std::string>& paths,
                                                        const Session& session) {
    if (paths.empty()) return std::nullopt;
    auto index = scan(paths, session);
    if (!index) return tl::unexpected(index.error());
    return *std::move(index);
}

const ImageIndex::Place* ImageIndex::find(const StudyUid& study, const ImageId& image) const {
    const auto found = m_places.find({study, image});
    return found == m_places.end() ? nullptr : &found->second;
}

const dicom::Stack& ImageIndex::stack(const Place& place) const {
    return m_report.studies[place.study].series[place.series].stacks[place.stack];
}

std::optional<anatomy::Side> ImageIndex::side(const protocol::Contour& contour) const {
    const Place* place = find(contour.study, contour.image);
    if (!place) return std::nullopt;
    const dicom::Stack& its = stack(*place);
    const auto image = its.imagePlane(place->instance), middle = its.imagePlane(its.instances.size() / 2);
    if (!image || !middle) return std::nullopt;
    return protocol::sideOf(*image, *middle);
}

Result<geometry::ImagePlane> ImageIndex::plane(const StudyUid& study, const ImageId& image) const {
    const Place* place = find(study, image);
    if (!place)
        return fail(ErrorCode::UnknownImage, "Image " + image.sop.text() + ", frame " +
                                                 std::to_string(image.frame) + ", of series " +
                                                 image.series.text() + " is not among the images given.");
    const dicom::Stack& its = stack(*place);
    if (!its.measurable) {
        const auto warning = std::ranges::find_if(its.warnings, dicom::forbidsMeasuring);
        if (warning == its.warnings.end())
            return fail(ErrorCode::Other, "Image " + image.sop.text() + " must not be measured on.");
        return fail(reasonOf(*warning), "Image " + image.sop.text() + " must not be measured on: " +
                                            std::string(dicom::name(*warning)) + ".");
    }
    return its.imagePlane(place->instance);
}

} // namespace forameter::cli
