// SPDX-License-Identifier: Apache-2.0
#include "slice_runs.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "forameter/geometry/slice_gap.hpp"

namespace forameter::dicom {

namespace {

/// Slices in order along the normal, as indices into the caller's.
using Line = std::vector<std::size_t>;

class Finder {
public:
    Finder(std::span<const SlicePosition> slices, double rounding) : m_slices(slices), m_rounding(rounding) {}

    std::vector<SliceRun> find() {
        Line all(m_slices.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        std::stable_sort(all.begin(), all.end(),
                         [&](std::size_t a, std::size_t b) { return at(a).along < at(b).along; });
        std::vector<SliceRun> runs;
        Line lonely;
        for (const Line& line : straightLines(all))
            if (line.size() == 1)
                lonely.push_back(line.front());
            else
                for (const Line& block : blocksOf(line))
                    splitByStep(block);
        // In a sheared run no slice has another straight behind it.
        for (const std::size_t slice : takeSheared(lonely, runs))
            splitByStep({slice});
        joinAcrossGaps();
        for (Piece& piece : m_pieces) {
            piece.run.sheared = drifts(piece.run);
            runs.push_back(std::move(piece.run));
        }
        return runs;
    }

private:
    /// A run on its way.
    struct Piece {
        SliceRun run;
        bool followed = false; ///< the piece after this one lies on the same line
    };

    /// mm that two positions may differ by for being rounded
    [[nodiscard]] double blur() const { return 2.0 * std::numbers::sqrt3 * m_rounding; }
    [[nodiscard]] double separating() const { return 0.1 + blur(); } ///< mm in plane
    [[nodiscard]] bool sameStep(double a, double b) const {
        return std::abs(a - b) <= std::max(0.05 * std::max(a, b), 0.03 + blur());
    }
    const SlicePosition& at(std::size_t slice) const { return m_slices[slice]; }
    double step(std::size_t from, std::size_t to) const { return at(to).along - at(from).along; }
    geometry::PatientVector shift(std::size_t from, std::size_t to) const {
        return at(to).inPlane - at(from).inPlane;
    }

    /// Whether two slices at this distance may be neighbours in a stack when nothing else shows it.
    bool plausible(std::size_t slice, double distance, double perThickness, double otherwise) const {
        const auto thickness = at(slice).thickness;
        return distance <= (thickness ? perThickness * *thickness : otherwise);
    }

    /// Shifts too small to separate neighbours may add up to a slant of more than half a degree.
    bool drifts(const SliceRun& run) const {
        if (run.slices.size() < 3) return false;
        const double drift = length(shift(run.slices.front(), run.slices.back()));
        return drift > 0.3 && drift > 0.01 * step(run.slices.front(), run.slices.back());
    }

    /// Moves sheared runs from `line` to `runs` and returns the rest.
    Line takeSheared(const Line& line, std::vector<SliceRun>& runs) const {
        Line rest;
        for (std::size_t begin = 0; begin < line.size();) {
            std::size_t end = begin + 1; // one behind the last slice of the run
            if (end < line.size()) {
                const double firstStep = step(line[begin], line[end]);
                const auto firstShift = shift(line[begin], line[end]);
                if (length(firstShift) >= separating() && plausible(line[begin], firstStep, 2.5, 8.0))
                    while (end < line.size() && sameStep(step(line[end - 1], line[end]), firstStep) &&
                           length(shift(line[end - 1], line[end]) - firstShift) < 0.05 + blur())
                        ++end;
            }
            if (end - begin >= 3) {
                const double span = step(line[begin], line[end - 1]);
                runs.push_back({Line(line.begin() + static_cast<std::ptrdiff_t>(begin),
                                     line.begin() + static_cast<std::ptrdiff_t>(end)),
                                span / static_cast<double>(end - begin - 1), 0, true});
                begin = end;
            } else {
                rest.push_back(line[begin++]);
            }
        }
        return rest;
    }

    /// Slices that lie behind each other without a shift.
    std::vector<Line> straightLines(const Line& slices) const {
        std::vector<Line> lines;
        for (const std::size_t slice : slices) {
            Line* nearest = nullptr;
            double distance = separating();
            for (Line& line : lines)
                if (const double d = length(shift(line.back(), slice)); d < distance) {
                    nearest = &line;
                    distance = d;
                }
            if (!nearest) nearest = &lines.emplace_back();
            nearest->push_back(slice);
        }
        return lines;
    }

    /// The blocks of one line that overlap along it, by the order in which their slices were taken; otherwise
    /// the line.
    std::vector<Line> blocksOf(const Line& line) const {
        Finder alone(m_slices, m_rounding);
        alone.splitByStep(line);
        alone.joinAcrossGaps();
        if (alone.m_pieces.size() < 2) return {line};
        std::vector<Line> blocks = takenInTurn(line);
        if (blocks.size() < 2 || blocks.size() > alone.m_pieces.size()) return {line};
        std::ranges::sort(blocks, {}, [&](const Line& block) { return at(block.front()).along; });
        for (std::size_t i = 1; i < blocks.size(); ++i)
            if (at(blocks[i].front()).along < at(blocks[i - 1].back()).along) return blocks;
        return {line}; // one behind the other: their steps tell more
    }

    /// The fewest even blocks of three slices or more, each taken without another between, that a line
    /// consists of. None where there are no such.
    std::vector<Line> takenInTurn(Line line) const {
        constexpr std::size_t longest = 256; // trying all blocks is cubic
        if (line.size() > longest ||
            !std::ranges::all_of(line, [&](auto s) { return at(s).order.has_value(); }))
            return {};
        std::ranges::sort(line, {}, [&](std::size_t s) { return *at(s).order; });
        const auto before = [&](std::size_t a, std::size_t b) { return at(a).along < at(b).along; };
        // fewest[i]: blocks of the first i slices, the last of which begins at begins[i].
        std::vector<std::size_t> fewest(line.size() + 1, line.size() + 1), begins(line.size() + 1, 0);
        fewest[0] = 0;
        for (std::size_t begin = 0; begin < line.size(); ++begin) {
            if (fewest[begin] > line.size()) continue;
            Line block;
            for (std::size_t end = begin; end < line.size(); ++end) {
                block.insert(std::ranges::upper_bound(block, line[end], before), line[end]);
                if (fewest[begin] + 1 >= fewest[end + 1] || !isEven(block)) continue;
                fewest[end + 1] = fewest[begin] + 1;
                begins[end + 1] = begin;
            }
        }
        std::vector<Line> blocks;
        if (fewest.back() > line.size()) return blocks;
        for (std::size_t end = line.size(); end > 0; end = begins[end]) {
            Line& block = blocks.emplace_back(line.begin() + static_cast<std::ptrdiff_t>(begins[end]),
                                              line.begin() + static_cast<std::ptrdiff_t>(end));
            std::ranges::sort(block, before);
        }
        return blocks;
    }

    /// Whether at least three slices, in order along the normal, all follow each other at one step.
    bool isEven(const Line& block) const {
        if (block.size() < 3) return false;
        const double mean = step(block.front(), block.back()) / static_cast<double>(block.size() - 1);
        for (std::size_t i = 1; i < block.size(); ++i)
            if (!sameStep(step(block[i - 1], block[i]), mean)) return false;
        return true;
    }

    /// Cuts one line into pieces of even step.
    void splitByStep(const Line& line) {
        const std::size_t count = line.size();
        std::vector<double> steps;
        for (std::size_t i = 0; i + 1 < count; ++i)
            steps.push_back(step(line[i], line[i + 1]));
        // linked[i]: slices i and i + 1 are neighbours in a piece. First the steps that repeat...
        std::vector<bool> linked(steps.size(), false);
        for (std::size_t i = 0; i < steps.size();) {
            std::size_t end = i + 1;
            double mean = steps[i];
            for (; end < steps.size() && sameStep(steps[end], mean); ++end)
                mean += (steps[end] - mean) / static_cast<double>(end - i + 1);
            if (end - i >= 2) {
                std::fill(linked.begin() + static_cast<std::ptrdiff_t>(i),
                          linked.begin() + static_cast<std::ptrdiff_t>(end), true);
                // Two even runs that meet share a slice: it stays with the first, unless its thickness is
                // that of the second.
                if (i > 0 && linked[i - 1]) linked[belongsForward(line, i) ? i - 1 : i] = false;
            }
            i = std::max(end, i + 1);
        }
        linkPairs(line, steps, linked);
        for (std::size_t begin = 0; begin < count;) {
            std::size_t end = begin;
            while (end < steps.size() && linked[end])
                ++end;
            Piece piece;
            piece.run.slices.assign(line.begin() + static_cast<std::ptrdiff_t>(begin),
                                    line.begin() + static_cast<std::ptrdiff_t>(end) + 1);
            if (end > begin) piece.run.step = step(line[begin], line[end]) / static_cast<double>(end - begin);
            piece.followed = end + 1 < count;
            m_pieces.push_back(std::move(piece));
            begin = end + 1;
        }
    }

    bool belongsForward(const Line& line, std::size_t slice) const {
        const auto thickness = [&](std::size_t i) { return at(line[i]).thickness.value_or(0); };
        const auto same = [](double a, double b) { return std::abs(a - b) < 0.01; };
        return same(thickness(slice), thickness(slice + 1)) && !same(thickness(slice), thickness(slice - 1));
    }

    /// ... then steps that do not repeat but are smaller than those around them: blocks of two slices.
    void linkPairs(const Line& line, const std::vector<double>& steps, std::vector<bool>& linked) const {
        const std::vector<bool> repeating = linked;
        const bool alone = steps.size() == 1;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (repeating[i]) continue;
            const bool afterRun = i > 0 && repeating[i - 1],
                       beforeRun = i + 1 < steps.size() && repeating[i + 1];
            if (afterRun || beforeRun) continue; // a gap beside a run, or a slice that does not fit it
            const bool least =
                (i == 0 || steps[i] < steps[i - 1]) && (i + 1 == steps.size() || steps[i] < steps[i + 1]);
            if (least && plausible(line[i], steps[i], alone ? 4.0 : 2.5, alone ? 25.0 : 8.0))
                linked[i] = true;
        }
    }

    /// Joins pieces of a line whose gap is two or three steps wide and empty.
    void joinAcrossGaps() {
        std::vector<Piece> joined;
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            const bool follows = i > 0 && m_pieces[i - 1].followed;
            if (follows && join(joined.back().run, m_pieces[i].run)) continue;
            joined.push_back(m_pieces[i]);
        }
        m_pieces = std::move(joined);
    }

    bool join(SliceRun& run, const SliceRun& next) const {
        const double gap = step(run.slices.back(), next.slices.front());
        const double reference = run.step > 0 ? run.step : next.step;
        if (reference <= 0 || (next.step > 0 && !sameStep(reference, next.step))) return false;
        const auto k = geometry::stepsInGap(gap, reference);
        if (!k || holdsAnotherRun(at(run.slices.back()).along, at(next.slices.front()).along)) return false;
        const double steps =
            static_cast<double>(run.slices.size() + next.slices.size() - 2) + run.missing + *k;
        run.slices.insert(run.slices.end(), next.slices.begin(), next.slices.end());
        run.missing += *k - 1;
        run.step = step(run.slices.front(), run.slices.back()) / steps;
        return true;
    }

    bool holdsAnotherRun(double from, double to) const {
        return std::any_of(m_pieces.begin(), m_pieces.end(), [&](const Piece& piece) {
            return at(piece.run.slices.front()).along > from && at(piece.run.slices.back()).along < to;
        });
    }

    std::span<const SlicePosition> m_slices;
    double m_rounding; ///< mm in each coordinate
    std::vector<Piece> m_pieces;
};

} // namespace

std::vector<SliceRun> findRuns(std::span<const SlicePosition> slices, double rounding) {
    return Finder(slices, rounding).find();
}

} // namespace forameter::dicom
