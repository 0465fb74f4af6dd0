// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>

#include "forameter/dicom/pixels.hpp"
#include "forameter/dicom/scan.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/training/examples.hpp"
#include "slices.hpp"

namespace forameter::training {

namespace fs = std::filesystem;
using geometry::ImagePlane;
using proposal::Label;
using proposal::LabelSet;
using proposal::only;

namespace {

struct Found {
    Grid<float> image;
    ImagePlane plane;
    std::string patient;
};

/// The images that contours lie on, from DICOM files and NIfTI volumes of a folder.
class Images {
public:
    static Result<Images> open(const fs::path& folder, bool dicom) {
        Images images(folder);
        if (!dicom) return images;
        const std::vector<fs::path> paths{folder};
        auto report = dicom::scan(paths);
        if (!report) return tl::unexpected(report.error());
        images.m_report = *std::move(report);
        return images;
    }

    Result<Found> find(const protocol::Contour& contour) {
        const std::string& series = contour.image.series.text();
        if (const std::string name = volumeName(series); !name.empty()) return fromVolume(contour, name);
        for (const auto& study : m_report.studies)
            for (const auto& one : study.series)
                for (const auto& stack : one.stacks)
                    for (std::size_t i = 0; i < stack.instances.size(); ++i)
                        if (study.uid == contour.study && one.uid == contour.image.series &&
                            stack.instances[i].sop == contour.image.sop &&
                            stack.instances[i].frame == contour.image.frame)
                            return fromFile(stack, i, study);
        return fail(ErrorCode::UnknownImage, "Image " + contour.image.sop.text() + " of series " + series +
                                                 " is not in " + quoted(m_folder) + ".");
    }

private:
    explicit Images(fs::path folder) : m_folder(std::move(folder)) {}

    static Result<Found> fromFile(const dicom::Stack& stack, std::size_t i, const dicom::Study& study) {
        auto plane = stack.imagePlane(i);
        if (!plane) return tl::unexpected(plane.error());
        const auto frame = dicom::decodeFrame(stack.instances[i].path, stack.instances[i].frame);
        if (!frame) return tl::unexpected(frame.error());
        Grid<float> image(frame->stored.columns(), frame->stored.rows());
        if (image.columns() != plane->columns() || image.rows() != plane->rows())
            return fail(ErrorCode::BadDimensions,
                        "The image " + quoted(stack.instances[i].path) + " is not as large as its header says.");
        std::ranges::transform(frame->stored.data(), image.data().begin(), [&](std::int32_t v) {
            return static_cast<float>(frame->slope * v + frame->intercept);
        });
        return Found{std::move(image), *plane, study.patientId.empty() ? study.uid.text() : study.patientId};
    }

    Result<Found> fromVolume(const protocol::Contour& contour, const std::string& name) {
        const fs::path file = fs::path(contour.image.series.text()).filename();
        const std::string& sop = contour.image.sop.text();
        constexpr std::string_view kAxial = "axial:";
        const auto bar = sop.rfind('#');
        std::string_view place = bar == std::string::npos ? std::string_view() : std::string_view(sop).substr(bar + 1);
        const bool axial = place.starts_with(kAxial);
        if (axial) place.remove_prefix(kAxial.size());
        int slice = -1;
        const char* end = place.data() + place.size();
        if (place.empty() || sop.substr(0, bar) != file.string() ||
            std::from_chars(place.data(), end, slice).ptr != end || slice < 0)
            return fail(ErrorCode::UnknownImage,
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
            return fail(ErrorCode::UnknownImage, "The volume " + file.string() + " has " +
                                                     std::to_string(volume->sliceCount()) +
                                                     " slices; a contour names slice " +
                                                     std::to_string(slice) + ", counted from 0.");
        return Found{thickSlice(*volume, slice), volume->plane(slice), name};
    }

    fs::path m_folder;
    dicom::ScanReport m_report;
    std::map<std::pair<std::string, bool>, imaging::VolumePtr> m_volumes; ///< by file, and whether cut axially
};

/// What lies inside; none for contours that teach nothing.
std::optional<LabelSet> insideOf(const protocol::Contour& contour) {
    if (!contour.assessable) return std::nullopt;
    if (contour.cell.structure == anatomy::Structure::NF) return only(Label::Foramen);
    switch (contour.cell.quantity.value_or(anatomy::Quantity::DuralSac)) {
    case anatomy::Quantity::DuralSac:
        return only(Label::DuralSac);
    case anatomy::Quantity::Canal:
        return static_cast<LabelSet>(only(Label::DuralSac) | only(Label::Canal));
    case anatomy::Quantity::BonyCanal:
        break;
    }
    return std::nullopt;
}

/// What is known after another contour on the same image: its inside, and its ring where nothing was known.
void paint(LabelledSlice& slice, const protocol::Contour& contour, LabelSet inside, const ImagePlane& plane,
           double ring) {
    const auto mask = geometry::rasterize(geometry::toPlane(contour.curve, plane), plane);
    const auto away = distanceTo(mask);
    for (std::size_t i = 0; i < mask.data().size(); ++i) {
        LabelSet& allowed = slice.allowed.data()[i];
        if (mask.data()[i])
            allowed = inside;
        else if (away.data()[i] * plane.columnSpacing() <= ring && std::popcount(allowed) > 2)
            allowed = static_cast<LabelSet>(allowed & ~inside);
    }
}

} // namespace

Result<std::vector<LabelledSlice>> readContours(const fs::path& document, const fs::path& images,
                                                geometry::Plane plane, double spacing, double ring) {
    std::ifstream stream(document, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) return fail(ErrorCode::Unreadable, "The contours " + quoted(document) + " cannot be read.");
    const auto read = protocol::contoursFromJson(text);
    if (!read)
        return fail(read.error().code, "The contours " + quoted(document) + " cannot be used: " + read.error().message);
    if (!read->refused.empty())
        return fail(read->refused.front().error.code,
                    "Contour " + std::to_string(read->refused.front().index + 1) + " of " + quoted(document) +
                        " cannot be used: " + read->refused.front().error.message);
    const bool dicom = std::ranges::any_of(read->contours, [](const protocol::Contour& contour) {
        return volumeName(contour.image.series.text()).empty();
    });
    auto found = Images::open(images, dicom);
    if (!found) return tl::unexpected(found.error());
    struct Entry {
        LabelledSlice slice;
        ImagePlane plane; ///< of the slice as networks see it, in the plane of the acquired one
    };
    std::map<std::pair<StudyUid, ImageId>, std::optional<Entry>> entries; // none: of another plane
    for (const auto& contour : read->contours) {
        const auto inside = insideOf(contour);
        if (!inside) continue;
        const auto [at, isNew] = entries.try_emplace({contour.study, contour.image});
        if (isNew) {
            auto image = found->find(contour);
            if (!image)
                return fail(image.error().code,
                            "A contour of " + quoted(document) + " cannot be used: " + image.error().message);
            if (image->plane.plane() == plane) {
                const auto onto = proposal::networkPlane(image->plane, plane, spacing);
                if (!onto) return tl::unexpected(onto.error());
                auto picture = proposal::resampled(image->image.view(), image->plane, *onto);
                proposal::normalise(picture);
                Grid<LabelSet> allowed(onto->columns(), onto->rows(), proposal::kAnyLabel);
                at->second = Entry{{std::move(picture), std::move(allowed), spacing, image->patient,
                                    contour.image.sop.text(), true},
                                   *onto};
            }
        }
        if (!at->second) continue;
        if (auto valid = protocol::validate(contour, at->second->plane); !valid)
            return fail(valid.error().code,
                        "A contour of " + quoted(document) + " cannot be used: " + valid.error().message);
        paint(at->second->slice, contour, *inside, at->second->plane, ring);
    }
    std::vector<LabelledSlice> slices;
    for (auto& [image, entry] : entries)
        if (entry) slices.push_back(std::move(entry->slice));
    if (slices.empty())
        return fail(ErrorCode::NotFound, "The contours " + quoted(document) + " hold none on " +
                                             std::string(geometry::name(plane)) + " images.");
    return slices;
}

} // namespace forameter::training
