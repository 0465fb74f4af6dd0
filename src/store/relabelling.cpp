// SPDX-License-Identifier: Apache-2.0
#include "relabelling.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "images.hpp"
#include "mark_rows.hpp"

namespace forameter::store {

namespace {

using anatomy::Level;
using anatomy::LevelSet;
using anatomy::LumbarCount;
using anatomy::Vertebra;

constexpr double kSameVertebra = 15.0; ///< mm; lumbar vertebrae lie 30 to 45 mm apart

std::vector<Vertebra> spine(LumbarCount count) {
    using enum Vertebra;
    if (count == LumbarCount::Six) return {T11, T12, L1, L2, L3, L4, L5, L6, S1, S2};
    return {T11, T12, L1, L2, L3, L4, L5, S1, S2};
}

std::optional<int> place(const std::vector<Vertebra>& spine, Vertebra vertebra) {
    const auto found = std::ranges::find(spine, vertebra);
    return found == spine.end() ? std::nullopt : std::optional(static_cast<int>(found - spine.begin()));
}

/// Place of a vertebra in `from`'s spine and of the same bone in `to`'s.
struct Same {
    int from = 0;
    int to = 0;
};

std::vector<Same> sameBones(const LevelSet& from, const LevelSet& to) {
    const auto fromSpine = spine(from.lumbarCount), toSpine = spine(to.lumbarCount);
    std::vector<Same> same;
    for (const auto& mark : from.marks) {
        const auto nearest = std::ranges::min_element(
            to.marks, {}, [&](const auto& other) { return length(other.center - mark.center); });
        if (nearest == to.marks.end() || length(nearest->center - mark.center) > kSameVertebra) continue;
        const auto a = place(fromSpine, mark.vertebra), b = place(toSpine, nearest->vertebra);
        if (a && b) same.push_back({*a, *b});
    }
    return same;
}

} // namespace

std::optional<Level> levelUnder(const LevelSet& from, Level level, const LevelSet& to) {
    const auto fromSpine = spine(from.lumbarCount), toSpine = spine(to.lumbarCount);
    const auto upper = place(fromSpine, anatomy::above(level));
    if (!upper) return hasLevel(to.lumbarCount, level) ? std::optional(level) : std::nullopt;
    const auto same = sameBones(from, to);
    if (same.empty()) return hasLevel(to.lumbarCount, level) ? std::optional(level) : std::nullopt;
    // The upper vertebra itself, or the nearest one that both know.
    const auto anchor =
        *std::ranges::min_element(same, {}, [&](const Same& s) { return std::abs(s.from - *upper); });
    const int moved = *upper + anchor.to - anchor.from;
    if (moved < 0 || moved + 1 >= static_cast<int>(toSpine.size())) return std::nullopt;
    return anatomy::levelBetween(toSpine[static_cast<std::size_t>(moved)],
                                 toSpine[static_cast<std::size_t>(moved) + 1]);
}

bool hasLevel(LumbarCount count, Level level) {
    const auto bones = spine(count);
    const auto upper = place(bones, anatomy::above(level));
    return upper && *upper + 1 < static_cast<int>(bones.size()) &&
           bones[static_cast<std::size_t>(*upper) + 1] == anatomy::below(level);
}

Result<Level> levelNow(Connection& sql, Level level, const std::optional<std::int64_t>& from,
                       const std::optional<LevelRow>& reference) {
    if (!reference || from == reference->id) return level;
    const auto then = from ? levelRow(sql, "l.id = ?", {bindable(*from)})
                           : levelRow(sql, "l.study_id = ? AND l.confirmed = 1 ORDER BY l.version",
                                      {bindable(reference->studyId)});
    if (!then) return tl::unexpected(then.error());
    if (!*then) return level;
    const auto now = levelUnder((*then)->set.levels, level, reference->set.levels);
    if (!now)
        return fail(ErrorCode::Conflict, "The disc that was called " + std::string(name(level)) +
                                             " has no name in the levels confirmed now.");
    return *now;
}

Result<> moveWithDiscs(Transaction& change, const LevelRow& from, const LevelRow& to, std::int64_t stepId) {
    const auto nameless = [&](const std::string& cell) {
        return fail(ErrorCode::Conflict,
                    "The levels cannot be named so: the disc of the " + cell +
                        ", which is drawn or marked already, would be left without a name.");
    };
    auto contours =
        contourRows(change.sql(),
                    "v.study_id = ? AND v.deleted = 0 AND " + std::string(kNewestContour) + " ORDER BY v.id",
                    {bindable(to.studyId)});
    if (!contours) return tl::unexpected(contours.error());
    for (auto& row : *contours) {
        auto& cell = row.stored.contour.cell;
        const auto level = levelUnder(from.set.levels, cell.level, to.set.levels);
        if (!level) return nameless(anatomy::label(cell));
        if (*level == cell.level) continue;
        cell.level = *level;
        row.stored.version += 1;
        row.levelSetId = to.id;
        row.stored.levelSet = to.set.id;
        row.stepId = stepId;
        if (const auto measured = measureOnImage(change.sql(), row); !measured) return measured;
        if (const auto done = append(change, row, "contour.relabel"); !done) return done;
    }
    auto marks =
        markRows(change.sql(),
                 "c.study_id = ? AND c.state <> 'todo' AND " + std::string(kNewestMark) + " ORDER BY c.id",
                 {bindable(to.studyId)});
    if (!marks) return tl::unexpected(marks.error());
    for (auto& row : *marks) {
        const auto level = levelUnder(from.set.levels, row.cell.level, to.set.levels);
        if (!level) return nameless(anatomy::label(row.cell));
        if (*level == row.cell.level) continue;
        row.cell.level = *level;
        row.version += 1;
        row.levelSetId = to.id;
        row.levelSet = to.set.id.text();
        row.stepId = stepId;
        if (const auto done = append(change, row, "cell.relabel"); !done) return done;
    }
    return {};
}

} // namespace forameter::store
