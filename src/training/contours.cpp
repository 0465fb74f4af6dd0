// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "forameter/dicom/pixels.hpp"
#include "forameter/dicom/scan.hpp"
#include "forameter/imaging/brightness.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/training/examples.hpp"
#include "forameter/training/readings.hpp"
#include "slices.hpp"

namespace forameter::training {

namespace fs = std::filesystem;
using geometry::ImagePlane;
using proposal::LabelSet;

namespace {

struct Found {
    std::vector<Grid<float>> images; ///< with its neighbours
    ImagePlane plane;
    std::string patient;
};

/// The images that contours lie on, from DICOM files and NIfTI volumes of a folder.
class Images {
public:
    static Result<Images> open(const fs::path& folder, std::span<const protocol::Contour> contours,
                               int inputs, const fs::path& scanWorker) {
        Images images(folder, inputs);
        const auto isDicom = [](const protocol::Contour& contour) {
            return volumeName(contour.image.series.text()).empty();
        };
        if (std::ranges::none_of(contours, isDicom)) return images;
        dicom::ScanOptions options;
        options.worker = scanWorker;
        auto report = dicom::scan(std::vector<fs::path>{folder}, options);
        if (!report) return tl::unexpected(report.error());
        images.m_report = *std::move(report);
        std::set<fs::path> files;
        for (const protocol::Contour& contour : contours)
            if (const auto place = images.placeOf(contour))
                for (const dicom::Instance* instance : images.shown(*place))
                    files.insert(instance->path);
        auto refused = dicom::undecodable(files, options);
        if (!refused) return tl::unexpected(refused.error());
        images.m_refused = *std::move(refused);
        return images;
    }

    Result<Found> find(const protocol::Contour& contour) {
        const std::string& series = contour.image.series.text();
        if (const std::string name = volumeName(series); !name.empty()) return fromVolume(contour, name);
        if (const auto place = placeOf(contour)) return fromFiles(*place);
        return fail(ErrorCode::UnknownImage, "Image " + contour.image.sop.text() + " of series " + series +
                                                 " is not in " + quoted(m_folder) + ".");
    }

private:
    struct Place {
        const dicom::Study& study;
        const dicom::Stack& stack;
        std::size_t instance;
    };

    Images(fs::path folder, int inputs) : m_folder(std::move(folder)), m_inputs(inputs) {}

    [[nodiscard]] std::optional<Place> placeOf(const protocol::Contour& contour) const {
        for (const auto& study : m_report.studies)
            for (const auto& series : study.series)
                for (const auto& stack : series.stacks)
                    for (std::size_t i = 0; i < stack.instances.size(); ++i)
                        if (study.uid == contour.study && series.uid == contour.image.series &&
                            stack.instances[i].sop == contour.image.sop &&
                            stack.instances[i].frame == contour.image.frame)
                            return Place{study, stack, i};
        return std::nullopt;
    }

    /// An image with its neighbours.
    [[nodiscard]] std::vector<const dicom::Instance*> shown(const Place& place) const {
        const auto& all = place.stack.instances;
        std::vector<const dicom::Instance*> instances;
        for (int input = 0; input < m_inputs; ++input) {
            const int k =
                neighbour(static_cast<int>(place.instance), input, m_inputs, static_cast<int>(all.size()));
            instances.push_back(&all[static_cast<std::size_t>(k)]);
        }
        return instances;
    }

    [[nodiscard]] Result<Found> fromFiles(const Place& place) const {
        auto plane = place.stack.imagePlane(place.instance);
        if (!plane) return tl::unexpected(plane.error());
        const auto& study = place.study;
        Found found{{}, *plane, study.patientId.empty() ? study.uid.text() : study.patientId};
        for (const dicom::Instance* instance : shown(place)) {
            auto image = pixelsOf(*instance, *plane);
            if (!image) return tl::unexpected(image.error());
            found.images.push_back(*std::move(image));
        }
        return found;
    }

    [[nodiscard]] Result<Grid<float>> pixelsOf(const dicom::Instance& instance,
                                               const ImagePlane& plane) const {
        if (const auto why = m_refused.find(instance.path); why != m_refused.end())
            return tl::unexpected(why->second);
        const auto frame = dicom::decodeFrame(instance.path, instance.frame);
        if (!frame) return tl::unexpected(frame.error());
        Grid<float> image(frame->stored.columns(), frame->stored.rows());
        if (image.columns() != plane.columns() || image.rows() != plane.rows())
            return fail(ErrorCode::BadDimensions,
                        "The image " + quoted(instance.path) + " is not as large as its header says.");
        std::ranges::transform(frame->stored.data(), image.data().begin(), [&](std::int32_t v) {
            return static_cast<float>(frame->slope * v + frame->intercept);
        });
        imaging::asBrightness(image.data(), frame->greyscale);
        return image;
    }

    Result<Found> fromVolume(const protocol::Contour& contour, const std::string& name) {
        const fs::path file = fs::path(contour.image.series.text()).filename();
        const std::string& sop = contour.image.sop.text();
        constexpr std::string_view kAxial = "axial:";
        const auto bar = sop.rfind('#');
        std::string_view place =
            bar == std::string::npos ? std::string_view() : std::string_view(sop).substr(bar + 1);
        const bool axial = place.starts_with(kAxial);
        if (axial) place.remove_prefix(kAxial.size());
        int slice = -1;
        const char* end = place.data() + place.size();
        if (place.empty() || sop.substr(0, bar) != file.string() ||
            std::from_chars(place.data(), end, slice).ptr != end || slice < 0)
            return fail(
                ErrorCode::UnknownImage,
                "The image \"" + sop + "\" is not named as slices of the volume " + file.string() +
                    " are: the file's name, \"#\" (\"#axial:\" for cuts across the spine) and the slice.");
        auto& volume = m_volumes[{file.string(), axial}];
        if (!volume) {
            imaging::NiftiReadOptions how;
            if (axial) how.normal = geometry::PatientVector{0.0, 0.0, 1.0};
            auto read = imaging::readNifti(m_folder / file, how);
            if (!read) return tl::unexpected(read.error());
            volume = read->volume;
        }
        if (slice >= volume->sliceCount())
            return fail(ErrorCode::UnknownImage,
                        "The volume " + file.string() + " has " + std::to_string(volume->sliceCount()) +
                            " slices; a contour names slice " + std::to_string(slice) + ", counted from 0.");
        return Found{thickSlices(*volume, slice, m_inputs), volume->plane(slice), name};
    }

    fs::path m_folder;
    int m_inputs; ///< slices of an answer
    dicom::ScanReport m_report;
    std::map<fs::path, Error> m_refused; ///< what cannot be decoded of the files that contours need
    std::map<std::pair<std::string, bool>, imaging::VolumePtr>
        m_volumes; ///< by file, and whether cut axially
};

} // namespace

Result<std::vector<LabelledSlice>> readContours(const fs::path& document, const fs::path& images,
                                                geometry::Plane plane, double spacing, double ring,
                                                int inputs, const fs::path& scanWorker) {
    const auto text = readWhole(document);
    if (!text) return tl::unexpected(text.error());
    const auto read = protocol::contoursFromJson(*text);
    if (!read)
        return fail(read.error().code,
                    "The contours " + quoted(document) + " cannot be used: " + read.error().message);
    if (!read->refused.empty())
        return fail(read->refused.front().error.code,
                    "Contour " + std::to_string(read->refused.front().index + 1) + " of " + quoted(document) +
                        " cannot be used: " + read->refused.front().error.message);
    auto found = Images::open(images, read->contours, inputs, scanWorker);
    if (!found) return tl::unexpected(found.error());
    std::map<std::pair<StudyUid, ImageId>, std::vector<protocol::Contour>> drawn; // in a stable order
    for (const auto& contour : read->contours)
        drawn[{contour.study, contour.image}].push_back(contour);
    const auto unusable = [&](const Error& error) {
        return fail(error.code, "A contour of " + quoted(document) + " cannot be used: " + error.message);
    };
    std::vector<LabelledSlice> slices;
    for (auto& [image, contours] : drawn) {
        auto acquired = found->find(contours.front());
        if (!acquired) return unusable(acquired.error());
        if (acquired->plane.plane() != plane) continue;
        auto slice = labelled({std::move(acquired->images),
                               acquired->plane,
                               acquired->patient,
                               image.second.sop.text(),
                               {std::move(contours)},
                               {}},
                              plane, spacing, ring);
        if (!slice) return unusable(slice.error());
        if (std::ranges::any_of(slice->allowed.data(),
                                [](LabelSet set) { return set != proposal::kAnyLabel; }))
            slices.push_back(*std::move(slice));
    }
    if (slices.empty())
        return fail(ErrorCode::NotFound, "The contours " + quoted(document) + " hold none on " +
                                             std::string(geometry::name(plane)) + " images.");
    return slices;
}

} // namespace forameter::training
