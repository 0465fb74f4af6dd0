// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "content.hpp"
#include "forameter/core/words.hpp"
#include "forameter/report/plots.hpp"

namespace forameter::report {

namespace {
constexpr auto kSwatch = LegendEntry::Kind::Swatch;
}

Plot roundProgressPlot(const RoundProgress& progress, const Raters& raters, const PlotStyle& style) {
    Plot::Content content;
    content.title = "Cases read";
    if (progress.raters.empty()) {
        content.axes = false;
        content.nothing = content.description = "Nobody has cases in this round.";
        return {std::move(content), style};
    }
    const Rgb done = style.accent, doing = style.dark ? 0xe69f00 : 0xc97a00;
    SideColumn share{"done", {}}, rest{"left", {}}, pace{"per day", {}}, end{"likely end", {}};
    std::size_t most = 1;
    for (std::size_t i = 0; i < progress.raters.size(); ++i) {
        const auto& rater = progress.raters[i];
        const auto y = static_cast<double>(i);
        const auto cases = static_cast<double>(rater.cases), finished = static_cast<double>(rater.done);
        content.y.categories.push_back({raters.label(rater.rater), false});
        most = std::max(most, rater.cases);
        content.marks.emplace_back(Band{0, y - 0.34, cases, y + 0.34, {.color = style.grid}});
        content.marks.emplace_back(Band{0, y - 0.34, finished, y + 0.34, {.color = done}});
        content.marks.emplace_back(Band{finished,
                                        y - 0.34,
                                        finished + static_cast<double>(rater.inProgress),
                                        y + 0.34,
                                        {.color = doing}});
        share.texts.push_back(std::to_string(rater.done) + " of " + std::to_string(rater.cases));
        rest.texts.push_back(std::to_string(rater.remaining()));
        pace.texts.push_back(rater.rate > 0 ? printed(rater.rate, 1) : "\u2013");
        end.texts.push_back(rater.remaining() == 0 ? "complete" : rater.end ? isoDate(*rater.end) : "\u2013");
    }
    content.x = {.title = "Cases", .low = 0, .high = static_cast<double>(most), .whole = true};
    content.side = {std::move(share), std::move(rest), std::move(pace), std::move(end)};
    content.legend = {{"done", done, kSwatch, Marker::Circle, {}},
                      {"in progress", doing, kSwatch, Marker::Circle, {}},
                      {"to do", style.grid, kSwatch, Marker::Circle, {}}};
    content.note = "Pace: cases a day over the last two weeks.";
    content.description =
        std::to_string(progress.done) + " of " + counted(progress.cases, "case is", "cases are") + " read.";
    return {std::move(content), style};
}

Plot casesPerDayPlot(const RoundProgress& progress, const Raters& raters, const PlotStyle& style) {
    Plot::Content content;
    content.title = "Cases finished per day";
    if (!progress.firstDay) {
        content.axes = false;
        content.nothing = content.description = "No case is finished yet.";
        return {std::move(content), style};
    }
    double most = 1.0;
    std::size_t days = 0;
    const auto first =
        std::min(*progress.firstDay, *progress.lastDay - std::chrono::days(13)); // a fortnight at least
    for (auto day = first; day <= *progress.lastDay; day += std::chrono::days(1), ++days) {
        const auto x = static_cast<double>(days);
        content.x.categories.push_back({isoDate(day).substr(5), false});
        double from = 0.0;
        for (const auto& rater : progress.raters) {
            const auto found = rater.perDay.find(day);
            if (found == rater.perDay.end()) continue;
            const double to = from + static_cast<double>(found->second);
            content.marks.emplace_back(
                Band{x - 0.38, from, x + 0.38, to, {.color = raters.mark(rater.rater, style).color}});
            content.marks.emplace_back(
                Line{x - 0.38, to, x + 0.38, to, {.color = style.background, .width = 1.0}});
            from = to;
        }
        most = std::max(most, from);
    }
    content.y = {.title = "Cases", .low = 0, .high = 1.08 * most, .whole = true};
    content.height = 0.2;
    for (const auto& rater : progress.raters)
        content.legend.push_back(
            {raters.label(rater.rater), raters.mark(rater.rater, style).color, kSwatch, Marker::Circle, {}});
    content.description = "Finished cases on " + std::to_string(days) + " days, by rater.";
    content.note = "Days are UTC, from " + isoDate(first) + " to " + isoDate(*progress.lastDay) + ".";
    return {std::move(content), style};
}

} // namespace forameter::report
