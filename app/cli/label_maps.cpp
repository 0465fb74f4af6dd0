// SPDX-License-Identifier: Apache-2.0
#include "label_maps.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "forameter/core/files.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/core/text.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/imaging/nifti.hpp"
#include "session.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;
using protocol::Contour;

namespace {

constexpr std::string_view kFormat = "forameter-labels";

struct Key {
    std::size_t study, series, stack;
    std::string rater;
    protocol::Source source;
    std::optional<anatomy::Quantity> quantity;
    friend auto operator<=>(const Key&, const Key&) = default;
};
struct Member {
    const Contour* contour;
    std::size_t index; ///< in the document
};

/// Part of a file name made of text from outside.
std::string safe(const std::string& text) {
    std::string result;
    for (const char c : text.substr(0, 64))
        result += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
                          (c == '.' && !result.empty())
                      ? c
                      : '_';
    return result.empty() ? "_" : result;
}

std::string fileName(const dicom::Series& series, const Key& key, std::set<std::string>& taken) {
    std::string base = safe(series.uid.text()) + "_" + std::to_string(key.stack) + "_" + safe(key.rater) +
                       "_" + std::string(protocol::name(key.source));
    if (key.quantity) base += "_" + std::string(anatomy::name(*key.quantity));
    std::string name = base + "_labels.nii.gz";
    for (int i = 2; !taken.insert(name).second; ++i)
        name = base + "-" + std::to_string(i) + "_labels.nii.gz";
    return name;
}

/// Slices of a stack that lie at different places, and their planes.
struct Slices {
    std::vector<std::size_t> instances;
    imaging::LabelMap map;
};
Result<Slices> slicesOf(const dicom::Stack& stack) {
    Slices slices;
    for (std::size_t i = 0; i < stack.instances.size(); ++i) {
        if (stack.instances[i].duplicate) continue;
        const auto plane = stack.imagePlane(i);
        if (!plane) return tl::unexpected(plane.error());
        slices.instances.push_back(i);
        slices.map.planes.push_back(*plane);
        slices.map.slices.emplace_back(plane->columns(), plane->rows());
    }
    if (stack.sliceThickness) slices.map.sliceThickness = Millimetres(*stack.sliceThickness);
    return slices;
}

Result<> paint(const Contour& contour, int label, Slices& slices) {
    // A repeat of an image at the same position is the same slice of the map.
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < slices.map.planes.size(); ++i)
        if (std::abs(slices.map.planes[i].distance(contour.curve.points[0]).value()) <
            std::abs(slices.map.planes[nearest].distance(contour.curve.points[0]).value()))
            nearest = i;
    const auto& plane = slices.map.planes[nearest];
    if (auto valid = protocol::validate(contour, plane); !valid) return valid;
    const geometry::Mask mask = geometry::rasterize(geometry::toPlane(contour.curve, plane), plane);
    const auto inside = mask.data();
    const auto target = slices.map.slices[nearest].data();
    std::size_t set = 0;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (!inside[i]) continue;
        if (target[i])
            return fail(ErrorCode::Other, "The contour overlaps another one of the same rater on its image.");
        ++set;
    }
    if (set == 0) return fail(ErrorCode::Other, "The contour holds no pixel centre of its image.");
    for (std::size_t i = 0; i < inside.size(); ++i)
        if (inside[i]) target[i] = static_cast<std::uint16_t>(label);
    return {};
}

Json describe(const dicom::ScanReport& report, const Key& key, const std::string& file,
              const Slices& slices) {
    const auto& study = report.studies[key.study];
    const auto& series = study.series[key.series];
    const auto& stack = series.stacks[key.stack];
    Json entry{{"file", file},
               {"study_uid", study.uid.text()},
               {"series_uid", series.uid.text()},
               {"stack", stack.index},
               {"rater", key.rater},
               {"source", protocol::name(key.source)},
               {"plane", geometry::name(stack.plane)},
               {"weighting", nameOrNull(stack.weighting)},
               {"normal", vector(slices.map.planes.front().normal())}};
    Json list = Json::array();
    for (std::size_t i = 0; i < slices.instances.size(); ++i) {
        const auto& instance = stack.instances[slices.instances[i]];
        list.push_back({{"sop_uid", instance.sop.text()},
                        {"frame", instance.frame},
                        {"origin_mm", vector(slices.map.planes[i].origin())}});
    }
    entry["slices"] = std::move(list);
    entry["labels"] = Json::array();
    entry["contours"] = Json::array();
    return entry;
}

} // namespace

int labelOf(const anatomy::Cell& cell) {
    // T12-L1 .. L4-L5, L5-S1, L5-L6, L6-S1 in the order of the enumeration, which is fixed.
    const int level = static_cast<int>(cell.level) + 1;
    if (cell.structure == anatomy::Structure::CC) return 20 + level;
    return cell.side == anatomy::Side::L ? 10 + level : level;
}

Result<WrittenMaps> writeLabelMaps(const protocol::ReadContours& document, const std::string& path,
                                   const ImageIndex& images, const fs::path& folder, const Watch& watch) {
    WrittenMaps written;
    written.refused = refusals(path, document.refused);
    std::map<Key, std::vector<Member>> groups;
    for (std::size_t i = 0; i < document.contours.size(); ++i) {
        const Contour& contour = document.contours[i];
        if (!contour.assessable) continue;
        const auto plane = images.plane(contour.study, contour.image);
        if (!plane) {
            written.refused.push_back(refusal(path, document.indices[i], plane.error()));
            continue;
        }
        const auto& place = *images.find(contour.study, contour.image);
        groups[{place.study, place.series, place.stack, contour.rater, contour.source, contour.cell.quantity}]
            .push_back({&contour, document.indices[i]});
    }
    if (const auto made = makeFolders(folder); !made) return tl::unexpected(made.error());

    std::set<std::string> taken;
    Json maps = Json::array();
    for (const auto& [key, members] : groups) {
        if (watch.cancelled()) return interrupted();
        const auto& series = images.report().studies[key.study].series[key.series];
        const auto refuse = [&](const Member& member, const Error& error) {
            written.refused.push_back(refusal(path, member.index, error));
        };
        auto slices = slicesOf(series.stacks[key.stack]);
        if (!slices) {
            for (const Member& member : members)
                refuse(member, slices.error());
            continue;
        }
        const std::string file = fileName(series, key, taken);
        Json entry = describe(images.report(), key, file, *slices);
        std::map<int, anatomy::Cell> cells;
        std::vector<Member> painted;
        for (const Member& member : members) {
            const int label = labelOf(member.contour->cell);
            if (auto done = paint(*member.contour, label, *slices); !done) {
                refuse(member, done.error());
                continue;
            }
            painted.push_back(member);
            cells.emplace(label, member.contour->cell);
            entry["contours"].push_back({{"label", label},
                                         {"uuid", member.contour->id.text()},
                                         {"sop_uid", member.contour->image.sop.text()},
                                         {"frame", member.contour->image.frame},
                                         {"protocol", member.contour->protocol}});
        }
        if (painted.empty()) continue;
        for (const auto& [label, cell] : cells) {
            Json one{{"label", label}};
            addCell(one, cell);
            entry["labels"].push_back(std::move(one));
        }
        if (auto done = imaging::writeNiftiLabels(slices->map, folder / file); !done) {
            if (done.error().code == ErrorCode::StorageFailed) return tl::unexpected(done.error());
            // This stack makes no map, where a slice is missing for instance; the others may.
            const Error error{done.error().code, "Stack " + std::to_string(series.stacks[key.stack].index) +
                                                     " of series " + series.uid.text() + ": " +
                                                     done.error().message};
            for (const Member& member : painted)
                refuse(member, error);
            continue;
        }
        written.contours += painted.size();
        written.files.push_back((folder / file).string());
        maps.push_back(std::move(entry));
    }
    const std::string list = (folder / "labels.json").string();
    const Json whole{{"format", kFormat}, {"version", 1}, {"maps", maps}};
    if (auto done = writeOutput(list, dumped(whole, 1) + "\n"); !done) return tl::unexpected(done.error());
    written.files.push_back(list);
    return written;
}

} // namespace forameter::cli
