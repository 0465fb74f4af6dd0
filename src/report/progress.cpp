// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/progress.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::report {

namespace {
constexpr int kWindow = 14; ///< days by which the pace is judged
}

RoundProgress roundProgress(std::span<const store::Assignment> assignments, Timestamp now) {
    using namespace std::chrono;
    using Day = RoundProgress::Day;
    const Day today = floor<days>(now);
    RoundProgress out;
    std::map<std::string, RoundProgress::PerRater> raters;
    for (const store::Assignment& one : assignments) {
        if (one.calibration) continue;
        auto& rater = raters[one.rater.text()];
        rater.rater = one.rater.text();
        ++rater.cases;
        rater.flagged += one.flagged;
        if (one.state == store::CaseState::Done) {
            ++rater.done;
            if (one.finished) ++rater.perDay[floor<days>(*one.finished)];
        } else {
            rater.inProgress += one.state == store::CaseState::InProgress;
            rater.waiting += !one.due;
        }
    }
    bool known = !raters.empty();
    for (auto& [name, rater] : raters) {
        std::size_t lately = 0;
        std::optional<Day> first;
        for (const auto& [day, cases] : rater.perDay) {
            out.firstDay = std::min(out.firstDay.value_or(day), day);
            out.lastDay = std::max(out.lastDay.value_or(day), day);
            if (day <= today - days(kWindow) || day > today) continue;
            if (!first) first = day;
            lately += cases;
        }
        // A rater who began in the window is judged from her first day on, others by the whole of it.
        if (first) {
            const bool begun = rater.perDay.begin()->first == *first;
            const auto span = begun ? (today - *first).count() + 1 : kWindow;
            rater.rate = static_cast<double>(lately) / static_cast<double>(span);
        }
        if (rater.remaining() == 0)
            rater.end = rater.perDay.empty() ? today : rater.perDay.rbegin()->first;
        else if (rater.rate > 0.0)
            rater.end =
                today + days(static_cast<int>(std::min(
                            std::ceil(static_cast<double>(rater.remaining()) / rater.rate), 36500.0)));
        known = known && rater.end.has_value();
        if (rater.end) out.end = std::max(out.end.value_or(*rater.end), *rater.end);
        out.cases += rater.cases;
        out.done += rater.done;
        out.inProgress += rater.inProgress;
        out.flagged += rater.flagged;
        out.raters.push_back(std::move(rater));
    }
    if (!known) out.end.reset();
    return out;
}

Result<RoundProgress> readProgress(const store::Store& store, const std::string& round, Timestamp now) {
    const auto assignments = store::RoundRepository(store).assignments(round);
    if (!assignments) return tl::unexpected(assignments.error());
    return roundProgress(*assignments, now);
}

} // namespace forameter::report
