// SPDX-License-Identifier: Apache-2.0
#include "comparison.hpp"

#include <map>

#include "contour_file.hpp"
#include "exit_code.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/core/words.hpp"
#include "forameter/protocol/interchange.hpp"
#include "json.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace {

using protocol::Contour;

/// What two delineations must share to be compared: study and cell, whatever the image.
struct CaseKey {
    StudyUid study;
    anatomy::Cell cell;
    friend auto operator<=>(const CaseKey&, const CaseKey&) = default;
};
struct Sides {
    std::vector<const Contour*> a, b;
};

Json row(const Contour& a, const Contour& b, const std::optional<geometry::Comparison>& comparison) {
    const bool same = a.image == b.image;
    Json object;
    object["study_uid"] = a.study.text();
    object["series_uid"] = same ? Json(a.image.series.text()) : Json(nullptr);
    object["sop_uid"] = same ? Json(a.image.sop.text()) : Json(nullptr);
    object["frame"] = same ? Json(a.image.frame) : Json(nullptr);
    addCell(object, a.cell);
    object["rater_a"] = a.rater;
    object["rater_b"] = b.rater;
    object["same_image"] = same;
    const auto value = [&](auto pick) { return comparison ? orNull(pick(*comparison)) : Json(nullptr); };
    object["dice"] = value([](const auto& c) { return std::optional(c.dice); });
    object["hd_mm"] = value([](const auto& c) { return std::optional(c.hd.value()); });
    object["hd95_mm"] = value([](const auto& c) { return std::optional(c.hd95.value()); });
    object["assd_mm"] = value([](const auto& c) { return std::optional(c.assd.value()); });
    const auto area = [](const Contour& c) -> std::optional<double> {
        const auto measured = protocol::measure(c, std::nullopt);
        return measured ? std::optional(measured->area.value()) : std::nullopt;
    };
    object["area_a_mm2"] = orNull(area(a));
    object["area_b_mm2"] = orNull(area(b));
    return object;
}

Result<int> compare(const std::string& fileA, const std::string& fileB, const Session& session) {
    if (fileA == "-" && fileB == "-")
        throw WrongUsage("Only one of the two documents can come from standard input.");
    const auto a = readContourFile(fileA, session);
    if (!a) return tl::unexpected(a.error());
    const auto b = readContourFile(fileB, session);
    if (!b) return tl::unexpected(b.error());
    Json refused = refusals(fileA, a->refused);
    for (Json& entry : refusals(fileB, b->refused))
        refused.push_back(std::move(entry));

    std::map<CaseKey, Sides> cases;
    for (const Contour& c : a->contours)
        cases[{c.study, c.cell}].a.push_back(&c);
    for (const Contour& c : b->contours)
        cases[{c.study, c.cell}].b.push_back(&c);

    Json rows = Json::array(), unmatched = Json::array();
    for (const auto& [key, sides] : cases) {
        if (session.watch().cancelled()) return interrupted();
        const auto alone = [&](const std::vector<const Contour*>& list, const std::string& file) {
            for (const Contour* c : list) {
                Json entry{{"path", file}};
                addIdentity(entry, *c);
                unmatched.push_back(std::move(entry));
            }
        };
        if (sides.a.empty() || sides.b.empty()) {
            alone(sides.a, fileA);
            alone(sides.b, fileB);
            continue;
        }
        // Delineations of one image are compared; where the two sides chose different images, only their
        // areas stand side by side.
        bool sameImage = false;
        for (const Contour* one : sides.a)
            for (const Contour* other : sides.b) {
                if (one->image != other->image || !one->assessable || !other->assessable) continue;
                sameImage = true;
                const auto comparison = compared(*one, *other);
                if (!comparison) {
                    const auto index = static_cast<std::size_t>(other - b->contours.data());
                    refused.push_back(refusal(fileB, b->indices[index], comparison.error()));
                    continue;
                }
                rows.push_back(row(*one, *other, *comparison));
            }
        if (sameImage) continue;
        for (const Contour* one : sides.a)
            for (const Contour* other : sides.b)
                rows.push_back(row(*one, *other, std::nullopt));
    }

    Table table{{"study_uid", "series_uid", "sop_uid", "frame", "structure", "level", "side", "quantity",
                 "rater_a", "rater_b", "same_image", "dice", "hd_mm", "hd95_mm", "assd_mm", "area_a_mm2",
                 "area_b_mm2"},
                {}};
    for (const Json& object : rows)
        table.add(object);
    const Json answer{{"cases", rows}, {"unmatched", unmatched}, {"refused", refused}};
    const std::string note =
        counted(unmatched.size(), "contour") + " without a counterpart\n" + refusalText(refused);
    return session.answer(answer, table, note, refused.empty() ? kDone : kSomeRefused);
}

} // namespace

Result<geometry::Comparison> compared(const Contour& a, const Contour& b) {
    const auto plane = geometry::fittedPlane(a.curve);
    if (!plane) return tl::unexpected(plane.error());
    // Both lie within the tolerance of their common image's plane, so within twice that of each other's.
    for (const auto& point : b.curve.points)
        if (std::abs(plane->distance(point).value()) > 2.0 * protocol::kPlaneTolerance.value())
            return fail(ErrorCode::ConflictingGeometry,
                        "The two contours name the same image but do not lie in one plane.");
    return geometry::compare(geometry::toPlane(a.curve, *plane), geometry::toPlane(b.curve, *plane));
}

void addCompare(Program& program) {
    const auto files = std::make_shared<std::pair<std::string, std::string>>();
    CLI::App& verb = program.verb(
        "compare", "Compare the contours of two documents: overlap, distances, areas", {Takes::Csv},
        [files](const Session& session) { return compare(files->first, files->second, session); });
    verb.add_option("A", files->first, "Contour document")->required();
    verb.add_option("B", files->second, "Contour document; - for standard input")->required();
}

} // namespace forameter::cli
