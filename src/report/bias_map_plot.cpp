// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "content.hpp"
#include "forameter/core/words.hpp"
#include "forameter/report/plots.hpp"
#include "group_labels.hpp"

namespace forameter::report {

namespace {

constexpr std::size_t kAcross = 4; ///< maps side by side

std::string signedNumber(double mm) {
    return (mm >= 0.005 ? "+" : "") + printed(mm, 2);
}

std::string wallLabel(const agreement::WallBias& wall) {
    return std::string(agreement::name(wall.wall)) + " " + signedNumber(wall.distance.value);
}

/// Blue inside, orange outside: told apart by people with any colour vision.
Rgb sideColor(double mm, const PlotStyle& style) {
    if (mm > 0) return style.dark ? 0xe69f00 : 0xc97a00;
    return style.dark ? 0x56b4e9 : 0x0072b2;
}

struct Extent {
    double x = 1.0, y = 1.0; ///< half widths of the outline, mm
};

void addMap(Plot::Content& content, const agreement::BiasMap& map, Plot::Place centre, double enlarge,
            const Raters& raters, const PlotStyle& style, const Extent& extent, double em) {
    const auto& points = map.points;
    const std::size_t n = points.size();
    const auto at = [&](std::size_t i) { return points[i % n].onScreen; };
    // Outward normals: against the centroid, since the template's direction of turning is not fixed.
    const auto shifted = [&](std::size_t i) -> Plot::Place {
        const auto before = at(i + n - 1), after = at(i + 1), here = at(i);
        double nx = after.y - before.y, ny = before.x - after.x;
        const double length = std::hypot(nx, ny);
        if (length > 0) nx /= length, ny /= length;
        if (nx * here.x + ny * here.y < 0) nx = -nx, ny = -ny;
        const double d = enlarge * points[i % n].distance.value;
        return {centre.x + here.x + d * nx, centre.y - here.y - d * ny};
    };
    Outline reference{{}, {.color = style.quiet, .width = 2.0}, {.color = style.quiet, .alpha = 0.12}};
    for (std::size_t i = 0; i < n; ++i)
        reference.points.push_back({centre.x + at(i).x, centre.y - at(i).y});
    // Between the outline and the rater's: runs of one sign, strong where the interval is without 0.
    const auto kind = [&](std::size_t i) {
        const auto& a = points[i % n].distance;
        const bool sure = a.interval && (a.interval->low > 0 || a.interval->high < 0);
        return (a.value > 0 ? 2 : 0) + (sure ? 1 : 0);
    };
    for (std::size_t i = 0; i < n;) {
        std::size_t end = i + 1;
        while (end < n && kind(end) == kind(i))
            ++end;
        Outline run{{},
                    {.alpha = 0},
                    {.color = sideColor(kind(i) >= 2 ? 1 : -1, style), .alpha = kind(i) % 2 ? 0.9 : 0.3}};
        for (std::size_t k = i; k <= end; ++k)
            run.points.push_back(reference.points[k % n]);
        for (std::size_t k = end + 1; k-- > i;)
            run.points.push_back(shifted(k));
        content.marks.emplace_back(std::move(run));
        i = end;
    }
    content.marks.emplace_back(reference);
    Outline drawn{{}, {.color = style.strong, .width = 0.9}, {.alpha = 0}};
    for (std::size_t i = 0; i < n; ++i)
        drawn.points.push_back(shifted(i));
    content.marks.emplace_back(drawn);
    content.marks.emplace_back(
        Words{centre.x, centre.y - 1.45 * extent.y,
              "mean " + signedNumber(map.overall.value) + " mm, " + counted(map.cases, "case"),
              Words::Align::Centre, style.quiet, 0, 2.1 * em, 0.95});
    for (const auto& wall : map.walls) {
        const double x = 1.25 * extent.x, y = 1.45 * extent.y;
        using enum agreement::Wall;
        const bool foramen = map.structure == anatomy::Structure::NF;
        const bool top = wall.wall == (foramen ? Superior : Anterior),
                   bottom = wall.wall == (foramen ? Inferior : Posterior);
        const bool right = wall.wall == (foramen ? Posterior : Left);
        const Plot::Place p = top      ? Plot::Place{centre.x, centre.y + y}
                              : bottom ? Plot::Place{centre.x, centre.y - y}
                                       : Plot::Place{centre.x + (right ? x : -x), centre.y};
        const auto& d = wall.distance;
        const bool sure = d.interval && (d.interval->low > 0 || d.interval->high < 0);
        if (top || bottom) {
            content.marks.emplace_back(Words{p.x, p.y, wallLabel(wall), Words::Align::Centre, style.text, 0,
                                             top ? -0.7 * em : 0.7 * em, 0.95, sure});
        } else { // in two lines, so that maps can stand close
            const auto align = right ? Words::Align::Left : Words::Align::Right;
            const std::string mm = wallLabel(wall);
            const auto space = mm.find(' ');
            content.marks.emplace_back(
                Words{p.x, p.y, mm.substr(0, space), align, style.text, 0, -0.6 * em, 0.95, sure});
            content.marks.emplace_back(
                Words{p.x, p.y, mm.substr(space + 1), align, style.text, 0, 0.6 * em, 0.95, sure});
        }
    }
    content.marks.emplace_back(Words{centre.x, centre.y + 1.45 * extent.y, raters.label(map.rater),
                                     Words::Align::Centre, style.strong, 0, -2.3 * em, 1.05, true});
}

} // namespace

std::vector<std::vector<agreement::BiasMap>> biasMapsOf(const agreement::Summary& summary,
                                                        const agreement::Group& group) {
    std::vector<std::vector<agreement::BiasMap>> byReference;
    for (const auto& map : summary.biasMaps) {
        if (map.structure != group.structure || map.quantity != group.quantity) continue;
        const auto known = std::ranges::find_if(
            byReference, [&](const auto& maps) { return maps.front().against == map.against; });
        (known != byReference.end() ? *known : byReference.emplace_back()).push_back(map);
    }
    return byReference;
}

Plot biasMapPlot(std::span<const agreement::BiasMap> maps, const Raters& raters, const PlotStyle& style) {
    Plot::Content content;
    content.axes = false;
    content.title = "Where raters draw larger or smaller";
    std::vector<const agreement::BiasMap*> shown;
    for (const auto& map : maps)
        if (map.points.size() >= 8 && map.structure == maps.front().structure &&
            map.quantity == maps.front().quantity && map.against == maps.front().against)
            shown.push_back(&map);
    if (shown.empty()) {
        content.nothing = content.description = "Needs cases that were read by several raters on one image.";
        return {std::move(content), style};
    }
    const auto& first = *shown.front();
    const std::string against =
        "the " + (first.against == "others" ? "mean shape of the others" : referenceLabel(first.against));
    content.title = structureLabel({first.structure, first.quantity, {}, {}}) + " against " + against;
    Extent extent{0.0, 0.0};
    double furthest = 0.0;
    for (const auto* map : shown)
        for (const auto& point : map->points) {
            extent.x = std::max(extent.x, std::abs(point.onScreen.x));
            extent.y = std::max(extent.y, std::abs(point.onScreen.y));
            furthest = std::max(furthest, std::abs(point.distance.value));
        }
    // Enlarged so far that the largest shift is a fifth of the outline, at most 20 times.
    const double small = std::min(extent.x, extent.y);
    const double enlarge = furthest > 0 ? std::clamp(std::floor(0.4 * small / furthest), 1.0, 20.0) : 1.0;
    const std::size_t across = std::min(kAcross, shown.size()), down = (shown.size() + across - 1) / across;
    const double stepX = 2 * extent.x + 4.4 * small, stepY = 2 * extent.y + 4.2 * small;
    content.x = {.title = "", .low = -stepX / 2, .high = stepX * (static_cast<double>(across) - 0.5)};
    content.y = {.title = "", .low = -stepY * (static_cast<double>(down) - 0.5), .high = stepY / 2};
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const std::size_t column = i % across, row = i / across;
        addMap(content, *shown[i], {stepX * static_cast<double>(column), -stepY * static_cast<double>(row)},
               enlarge, raters, style, extent, style.textSize);
    }
    content.legend = {{"outside", sideColor(1, style), LegendEntry::Kind::Swatch, Marker::Circle, {}},
                      {"inside", sideColor(-1, style), LegendEntry::Kind::Swatch, Marker::Circle, {}},
                      {"mean reference outline", style.quiet, LegendEntry::Kind::Line, Marker::Circle, {}}};
    content.note = "Shifts in mm, drawn " + printed(enlarge, 0) +
                   " times as large. Strong and bold: 95 % interval without 0.";
    content.description = "Signed distance along the wall of " + std::to_string(shown.size()) +
                          " raters against " + against + ".";
    return {std::move(content), style};
}

} // namespace forameter::report
