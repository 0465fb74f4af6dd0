// SPDX-License-Identifier: Apache-2.0
#include "levels.hpp"

#include <algorithm>
#include <cmath>

#include "column.hpp"

namespace forameter::proposal {

using anatomy::Vertebra;
using Kind = ColumnPart::Kind;

namespace {

constexpr double kS1Depth = 15.0;         // mm from the upper endplate of S1 to the middle of its body
constexpr double kLeastFall = 6.0;        // mm of z from L5 to S1; anatomy::validate() refuses less than 5
constexpr int kMostOfBody = 10;           // mm of a body at the picture's edge from which its middle is told
constexpr std::size_t kEndDirection = 10; // mm over which the direction of the column's end is taken
constexpr double kClearSacrum = 0.8;      // mean probability of its upper 20 mm; of most 0.75 to 0.95
constexpr double kHardlySeen = 0.25;      // probability of the clearest place of a disc
constexpr double kIrregular = 0.35;       // of a step between discs against the median
constexpr double kLeaning = 0.18;    // tangent of 10 degrees; people who lie straight lean by less than 10
constexpr double kLeastChord = 50.0; // mm of lumbar spine that tell how it leans
constexpr double kClearMargin = 3.0; // of log likelihood: the rival is twenty times less likely
constexpr double kWholeBody = 30.0;  // mm below a disc within which a vertebra would show its lower disc
constexpr double kEdge = 5.0;        // mm between the end of what was followed and the picture's

/// The samples' middle at a place along the column.
geometry::PatientPoint place(const MidlinePicture& picture, const std::vector<ColumnSample>& column,
                             double at) {
    const auto n = static_cast<double>(column.size() - 1);
    if (at < 0.0 && column.size() > kEndDirection) { // above the picture, as the column ends in it
        const ColumnSample &end = column.front(), &from = column[kEndDirection];
        const double f = -at / static_cast<double>(kEndDirection);
        return picture.patientPoint(end.column + f * (end.column - from.column),
                                    end.row + f * (end.row - from.row));
    }
    const double t = std::clamp(at, 0.0, n);
    const auto a = static_cast<std::size_t>(t), b = std::min(a + 1, column.size() - 1);
    const double f = t - static_cast<double>(a);
    return picture.patientPoint((1.0 - f) * column[a].column + f * column[b].column,
                                (1.0 - f) * column[a].row + f * column[b].row);
}

double mean(const std::vector<ColumnSample>& column, double ColumnSample::*what, int first, int last) {
    double sum = 0.0;
    for (int i = first; i < last; ++i)
        sum += column[static_cast<std::size_t>(i)].*what;
    return last > first ? sum / (last - first) : 0.0;
}

std::string levelName(int discFromBelow) { // 0: L5-S1
    return std::string(
        anatomy::name(static_cast<anatomy::Level>(static_cast<int>(anatomy::Level::L5_S1) - discFromBelow)));
}

void doubt(ProposedLevels& proposed, double factor, std::string sentence) {
    proposed.confidence *= factor;
    if (!sentence.empty()) proposed.doubts.push_back(std::move(sentence));
}

/// The vertebrae as they are counted upwards from the sacrum, and what speaks against it.
class Count {
public:
    explicit Count(const MidlinePicture& picture)
        : m_picture(picture), m_column(followColumn(picture)), m_division(divideColumn(m_column)) {
        for (auto part = m_division.parts.rbegin(); part != m_division.parts.rend(); ++part) {
            // Without a sacrum the lowest disc is taken for L5-S1, and what lies below it for S1.
            if (part->kind == Kind::Body && !m_discs.empty()) m_bodies.push_back(*part);
            if (part->kind == Kind::Disc) m_discs.push_back(*part);
        }
        for (std::size_t i = 0; i < m_bodies.size() && i < 5; ++i) {
            if (isCut(m_bodies[i]) && m_bodies[i].length() < kMostOfBody) break;
            m_counted = i + 1;
        }
    }

    /// From S1 up; none where there is nothing to count.
    [[nodiscard]] std::vector<anatomy::VertebraMark> marks() const {
        std::vector<anatomy::VertebraMark> marks;
        if (m_discs.empty() || m_bodies.empty()) return marks;
        const int lowest = m_discs.front().last;
        if (below() >= 4.0) marks.push_back({Vertebra::S1, at(lowest + std::min(kS1Depth, below() - 1.0))});
        for (std::size_t i = 0; i < m_counted; ++i) {
            const ColumnPart& body = m_bodies[i];
            marks.push_back({static_cast<Vertebra>(static_cast<int>(Vertebra::L5) - static_cast<int>(i)),
                             at(isCut(body) ? body.last - 13.5 : body.middle())});
        }
        // Below a slipped or tilted L5 the sacrum runs straight to the back: its mark is set a little lower
        // within S1, as two at one height contradict each other.
        if (marks.size() > 1 && marks.front().vertebra == Vertebra::S1)
            marks.front().center.z = std::min(marks.front().center.z, marks[1].center.z - kLeastFall);
        return marks;
    }

    /// Whether the count begins where it should.
    void doubtSacrum(ProposedLevels& proposed) const {
        const int lowest = m_discs.front().last;
        if (!m_division.sacrumSeen) {
            doubt(proposed, 0.2,
                  "The sacrum was not found: the lowest disc in the picture is taken for L5-S1.");
        } else {
            const int end = std::min(lowest + 20, static_cast<int>(m_column.size()));
            const double sacrum = mean(m_column, &ColumnSample::sacrum, lowest, end),
                         body = mean(m_column, &ColumnSample::body, lowest, end);
            // A vertebra that slipped or lies at an angle looks a little like a sacrum, not more; a sacrum
            // that is seen is seen clearly.
            const double share = sacrum / std::max(sacrum + body, kClearSacrum);
            doubt(proposed, std::clamp(2.0 * share - 0.4, 0.2, 1.0),
                  share < 0.6
                      ? "What lies below the disc taken for L5-S1 may be a vertebra rather than the sacrum."
                      : "");
        }
        if (m_division.sacrumSeen && below() < kWholeBody && isCutBelow())
            doubt(proposed, 0.4,
                  "The picture ends " + std::to_string(std::lround(below())) +
                      " mm below the disc taken for L5-S1: what is taken for the sacrum may be a vertebra.");
        doubt(proposed, 1.0 / (1.0 + std::exp(-std::max(m_division.margin, 0.0))),
              m_division.margin < kClearMargin ? "Another count, shifted by a vertebra, is nearly as likely."
                                               : "");
        if (m_division.rudimentaryDisc)
            doubt(proposed, 0.8, "The sacrum shows a disc of its own: a transitional vertebra is possible.");
    }

    /// Whether a disc was left out or made up on the way.
    void doubtDistances(ProposedLevels& proposed) const {
        const std::size_t steps = std::min(m_discs.size(), m_counted + 1);
        std::vector<double> apart;
        for (std::size_t i = 1; i < steps; ++i)
            apart.push_back(m_discs[i - 1].middle() - m_discs[i].middle());
        if (apart.size() < 2) return;
        auto sorted = apart;
        std::ranges::sort(sorted);
        const double median = sorted[sorted.size() / 2];
        for (std::size_t i = 0; i < apart.size(); ++i)
            if (std::abs(apart[i] / median - 1.0) > kIrregular)
                doubt(proposed, 0.7,
                      "The discs " + levelName(static_cast<int>(i) + 1) + " and " +
                          levelName(static_cast<int>(i)) + " lie " + std::to_string(std::lround(apart[i])) +
                          " mm apart, the others " + std::to_string(std::lround(median)) + " mm.");
    }

    /// Whether all of them were seen.
    void doubtDiscs(ProposedLevels& proposed) const {
        for (std::size_t i = 0; i < std::min(m_discs.size(), m_counted); ++i) {
            double clearest = 0.0;
            for (int k = m_discs[i].first; k < m_discs[i].last; ++k)
                clearest = std::max(clearest, m_column[static_cast<std::size_t>(k)].disc);
            if (clearest < kHardlySeen)
                doubt(proposed, 0.7,
                      "The disc " + levelName(static_cast<int>(i)) +
                          " was hardly seen; its place is assumed.");
        }
        if (m_counted < 5)
            doubt(proposed, 0.9,
                  "Only " + std::to_string(m_counted) + " lumbar vertebrae are in the picture.");
    }

private:
    /// By the upper edge of the picture.
    static bool isCut(const ColumnPart& body) { return body.first == 0; }
    /// mm of column below the lowest disc.
    [[nodiscard]] double below() const { return static_cast<double>(m_column.size()) - m_discs.front().last; }
    /// Whether the column runs out of the picture below, and does not end within it.
    [[nodiscard]] bool isCutBelow() const {
        if (m_column.size() <= kEndDirection) return true;
        const ColumnSample &end = m_column.back(), &from = m_column[m_column.size() - 1 - kEndDirection];
        const double f = kEdge / static_cast<double>(kEndDirection);
        return m_picture.seen(end.column + f * (end.column - from.column),
                              end.row + f * (end.row - from.row)) < 0.5;
    }
    [[nodiscard]] geometry::PatientPoint at(double along) const { return place(m_picture, m_column, along); }

    const MidlinePicture& m_picture;
    std::vector<ColumnSample> m_column;
    ColumnDivision m_division;
    std::vector<ColumnPart> m_bodies, m_discs; ///< from below
    std::size_t m_counted = 0;                 ///< bodies that are lumbar vertebrae
};

} // namespace

std::optional<geometry::PatientVector> leaning(const anatomy::LevelSet& levels) {
    std::optional<geometry::PatientPoint> first, last;
    for (const auto& mark : levels.marks) {
        if (mark.vertebra < Vertebra::L1 || mark.vertebra > Vertebra::L5) continue;
        if (!first) first = mark.center;
        last = mark.center;
    }
    if (!first) return std::nullopt;
    const geometry::PatientVector along{0.0, last->y - first->y, last->z - first->z};
    if (!(geometry::length(along) > kLeastChord) || std::abs(along.y) < kLeaning * -along.z)
        return std::nullopt;
    return geometry::normalized(along);
}

std::optional<ProposedLevels> levelsFrom(const MidlinePicture& picture) {
    const Count count(picture);
    ProposedLevels proposed;
    proposed.levels.marks = count.marks();
    proposed.levels = anatomy::sorted(std::move(proposed.levels));
    if (proposed.levels.marks.empty() || !anatomy::validate(proposed.levels)) return std::nullopt;
    proposed.confidence = 1.0;
    count.doubtSacrum(proposed);
    count.doubtDistances(proposed);
    count.doubtDiscs(proposed);
    return proposed;
}

} // namespace forameter::proposal
