// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/pathology.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "forameter/phantom/truth.hpp"

namespace forameter::phantom {

namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;

constexpr double kLeastDisc = 1.5; ///< mm: endplates never meet

std::size_t at(Side side) {
    return side == Side::L ? 1 : 0;
}

std::vector<Cell> cellsOf(Level level) {
    using anatomy::Quantity;
    return {Cell::foramen(level, Side::R), Cell::foramen(level, Side::L),
            Cell::canal(level, Quantity::DuralSac), Cell::canal(level, Quantity::Canal),
            Cell::canal(level, Quantity::BonyCanal)};
}

std::vector<std::optional<SquareMillimetres>> areasOf(const SpineParameters& spine, Level level) {
    const SpineModel model(spine);
    std::vector<std::optional<SquareMillimetres>> areas;
    for (const Cell& cell : cellsOf(level)) {
        areas.emplace_back();
        const auto plane = standardPlane(model, cell);
        if (!plane) continue;
        if (const auto outline = cut(model, cell, *plane)) areas.back() = outline->area;
    }
    return areas;
}

/// Lateral lean of vertebra i in a curve whose apex lies between two vertebrae: 0 at the apex, greatest two
/// vertebrae away, gone at four.
double lean(double fromApex) {
    const double t = std::abs(fromApex), sign = fromApex < 0.0 ? -1.0 : 1.0;
    if (t <= 2.0) return sign * std::sin(0.25 * std::numbers::pi * t);
    return t >= 4.0 ? 0.0 : sign * std::cos(0.25 * std::numbers::pi * (t - 2.0));
}

void scoliosis(SpineParameters& spine, const Finding& finding, std::size_t segment) {
    const double convex = finding.side == Side::R ? -1.0 : 1.0;
    const double apex = static_cast<double>(segment) + 0.5;
    for (std::size_t i = 0; i < spine.vertebrae.size(); ++i) {
        const double from = static_cast<double>(i) - apex;
        // Convex to the left: what lies above the apex leans to the right, what lies below to the left.
        spine.vertebrae[i].lateralTilt += convex * 0.5 * finding.amount * lean(from);
        const double near = std::max(0.0, 1.0 - std::pow(from / 4.0, 2));
        spine.vertebrae[i].rotation += convex * finding.angle * near * near;
    }
}

/// Draws the findings of one person. A finding is present with the odds of its age times the burden; then at
/// one level, and at further ones more seldom.
class FindingSampler {
public:
    FindingSampler(const Person& person, const SpineParameters& spine, double burden, Random& random)
        : m_age(person.age),
          m_burden(burden),
          m_many(std::clamp(0.25 + 0.006 * (person.age - 20.0) + 0.1 * (burden - 1.0), 0.1, 0.75)),
          m_elderly(std::clamp((person.age - 45.0) / 40.0, 0.0, 1.0)),
          m_levels(anatomy::readingLevels(spine.lumbarCount)),
          m_random(random) {}

    void discs() {
        constexpr Row degeneration{.37, .52, .68, .80, .88, .93, .96},
            heightLoss{.24, .34, .45, .56, .67, .76, .84}, bulge{.30, .40, .50, .60, .69, .77, .84},
            protrusion{.29, .31, .33, .36, .38, .40, .43};
        if (present(share(degeneration)))
            for (const Level l : pick(m_many + 0.1))
                add(Pathology::DiscDegeneration, l, {}, size(0.65, 0.15, 0.3, 1.0));
        if (present(share(heightLoss)))
            for (const Level l : pick(m_many)) {
                add(Pathology::DiscHeightLoss, l, {}, size(1.6, 0.9, 0.4, 4.5));
                add(Pathology::DiscDegeneration, l, {}, size(0.75, 0.12, 0.4, 1.0));
            }
        if (present(share(bulge)))
            for (const Level l : pick(m_many))
                add(Pathology::Bulge, l, {}, size(1.2, 0.6, 0.3, 3.5));
        if (present(share(protrusion)))
            for (const Level l : pick(0.2)) {
                const double where = m_random.uniform();
                const double angle = where < 0.4   ? m_random.uniform(0.0, 10.0)
                                     : where < 0.8 ? m_random.uniform(14.0, 28.0)
                                                   : m_random.uniform(36.0, 58.0);
                add(Pathology::Protrusion, l, side(), size(2.6, 1.0, 1.0, 6.0), angle);
            }
    }

    void joints() {
        constexpr Row facet{.04, .09, .18, .32, .50, .69, .83};
        if (!present(share(facet))) return;
        for (const Level l : pick(m_many)) {
            const std::optional<Side> where = m_random.chance(0.6) ? std::nullopt : std::optional(side());
            add(Pathology::FacetGrowth, l, where, size(0.9, 0.5, 0.2, 2.0));
            add(Pathology::FlavumHypertrophy, l, where, size(1.0, 0.6, 0.2, 3.2));
        }
    }

    void alignment() {
        constexpr Row slip{.03, .05, .08, .14, .23, .35, .50};
        if (present(share(slip))) {
            constexpr std::array<double, 3> share4{0.2, 0.85, 1.0}; // L3-L4, L4-L5, L5-S1
            const double u = m_random.uniform();
            const std::size_t from = m_levels.size() - 3;
            add(Pathology::Spondylolisthesis,
                m_levels[from + (u < share4[0]   ? 0
                                 : u < share4[1] ? 1
                                                 : 2)],
                {}, size(3.2, 1.6, 1.0, 9.0));
        }
        if (present(0.03 + 0.18 * m_elderly))
            add(Pathology::Scoliosis, m_levels[1 + static_cast<std::size_t>(m_random.below(2))], side(),
                size(14.0, 5.0, 6.0, 34.0), size(5.0, 3.0, 0.0, 14.0));
    }

    void bone() {
        if (present(0.05 + 0.15 * m_elderly))
            for (const Level l : pick(0.2))
                add(Pathology::ModicChange, l, {},
                    1.0 + static_cast<double>(m_random.chance(0.65)) +
                        static_cast<double>(m_random.chance(0.08)));
        if (present(0.01 + 0.10 * m_elderly))
            add(Pathology::Fracture, m_levels[static_cast<std::size_t>(m_random.below(3))], {},
                size(0.25, 0.12, 0.1, 0.6));
    }

    void fatAndSurgery() {
        if (present(0.025)) add(Pathology::Lipomatosis, m_levels.back(), {}, size(2.6, 0.6, 1.6, 4.0));
        if (m_burden > 1.2 && m_random.chance(0.06)) {
            add(Pathology::Laminectomy, m_levels[m_levels.size() - 2], {}, m_random.uniform(0.5, 1.0));
            if (m_random.chance(0.25)) add(Pathology::Fixation, m_levels[m_levels.size() - 2], {}, 1.0);
        }
    }

    [[nodiscard]] std::vector<Finding> findings() && { return std::move(m_findings); }

private:
    /// Share of people without complaints who have it, at 20, 30, ..., 80 years (Brinjikji 2015).
    using Row = std::array<double, 7>;
    [[nodiscard]] double share(const Row& row) const {
        const double t = std::clamp((m_age - 20.0) / 10.0, 0.0, 6.0);
        const auto i = std::min<std::size_t>(static_cast<std::size_t>(t), 5);
        return row[i] + (t - static_cast<double>(i)) * (row[i + 1] - row[i]);
    }
    bool present(double p) { return m_random.chance(p * m_burden / (1.0 - p + p * m_burden)); }

    /// Levels, each once; a further one with the probability `again`.
    std::vector<Level> pick(double again) {
        std::array<double, 6> left = m_levels.size() == 6 ? std::array{.06, .12, .20, .26, .24, .12}
                                                          : std::array{.08, .14, .22, .32, .24, .0};
        std::vector<Level> chosen;
        do {
            double sum = 0.0;
            for (std::size_t i = 0; i < m_levels.size(); ++i)
                sum += left[i];
            if (sum <= 0.0) break;
            double u = m_random.uniform() * sum;
            std::size_t i = 0;
            while (i + 1 < m_levels.size() && (u -= left[i]) > 0.0)
                ++i;
            if (left[i] <= 0.0) break;
            left[i] = 0.0;
            chosen.push_back(m_levels[i]);
        } while (m_random.chance(again));
        std::sort(chosen.begin(), chosen.end());
        return chosen;
    }
    Side side() { return m_random.chance(0.53) ? Side::L : Side::R; }
    double size(double mean, double sd, double low, double high) {
        return m_random.normalWithin(std::clamp((0.7 + 0.3 * m_burden) * mean, low, high), sd, low, high);
    }
    void add(Pathology what, Level level, std::optional<Side> where, double amount, double angle = 0.0) {
        m_findings.push_back({what, level, where, amount, angle});
    }

    double m_age, m_burden;
    double m_many;    ///< probability of a further level
    double m_elderly; ///< 0 to 45 years, 1 from 85 on
    std::vector<Level> m_levels;
    Random& m_random;
    std::vector<Finding> m_findings;
};

} // namespace

std::string_view name(Pathology pathology) noexcept {
    switch (pathology) {
    case Pathology::DiscHeightLoss:
        return "disc-height-loss";
    case Pathology::DiscDegeneration:
        return "disc-degeneration";
    case Pathology::Bulge:
        return "bulge";
    case Pathology::Protrusion:
        return "protrusion";
    case Pathology::FlavumHypertrophy:
        return "flavum-hypertrophy";
    case Pathology::FacetGrowth:
        return "facet-growth";
    case Pathology::Spondylolisthesis:
        return "spondylolisthesis";
    case Pathology::Scoliosis:
        return "scoliosis";
    case Pathology::ModicChange:
        return "modic-change";
    case Pathology::Fracture:
        return "fracture";
    case Pathology::Lipomatosis:
        return "lipomatosis";
    case Pathology::Laminectomy:
        return "laminectomy";
    case Pathology::Fixation:
        return "fixation";
    }
    return "";
}

SpineParameters withFinding(SpineParameters spine, const Finding& finding) {
    const std::size_t i = spine.segmentOf(finding.level);
    if (i >= spine.segments.size()) return spine;
    SegmentShape& segment = spine.segments[i];
    VertebraShape& upper = spine.vertebrae[i];
    const double amount = finding.amount;
    const auto onSides = [&](std::array<double, 2>& both) {
        for (const Side side : {Side::R, Side::L})
            if (!finding.side || *finding.side == side) both[at(side)] += amount;
    };
    switch (finding.pathology) {
    case Pathology::DiscHeightLoss: {
        const double lost = std::max(
            0.0, std::min(amount, std::min(segment.discAnterior, segment.discPosterior) - kLeastDisc));
        segment.discAnterior -= lost;
        segment.discPosterior -= lost;
        break;
    }
    case Pathology::DiscDegeneration:
        segment.degeneration = std::max(segment.degeneration, amount);
        break;
    case Pathology::Bulge:
        segment.bulge += amount;
        break;
    case Pathology::Protrusion:
        segment.protrusion = {amount, finding.angle > 30.0 ? 8.0 : 11.0,
                              finding.side == Side::R ? -finding.angle : finding.angle};
        break;
    case Pathology::FlavumHypertrophy:
        onSides(segment.flavum);
        break;
    case Pathology::FacetGrowth:
        onSides(segment.facetGrowth);
        break;
    case Pathology::Spondylolisthesis: { // the disc loses height with the slip, and the facets remodel
        segment.slip += amount;
        for (double& growth : segment.facetGrowth)
            growth += 0.15 * std::abs(amount);
        const double lost =
            std::clamp(0.35 * std::abs(amount), 0.0,
                       std::max(0.0, std::min(segment.discAnterior, segment.discPosterior) - kLeastDisc));
        segment.discAnterior -= lost;
        segment.discPosterior -= lost;
        break;
    }
    case Pathology::Scoliosis:
        scoliosis(spine, finding, i);
        break;
    case Pathology::ModicChange:
        spine.modic[i] = amount < 1.5 ? Modic::Type1 : amount < 2.5 ? Modic::Type2 : Modic::Type3;
        break;
    case Pathology::Fracture:
        upper.heightAnterior *= 1.0 - amount;
        upper.heightPosterior *= 1.0 - 0.25 * amount;
        upper.endplateConcavity += 3.0 * amount;
        break;
    case Pathology::Lipomatosis: {
        const double squeezed = 1.0 - 0.12 * std::max(0.0, amount - 1.0);
        segment.epiduralFat = std::max(segment.epiduralFat, amount);
        segment.sacWidth *= squeezed;
        segment.sacDepth *= squeezed;
        break;
    }
    case Pathology::Laminectomy:
        spine.laminectomy[i] = std::max(spine.laminectomy[i], amount);
        for (double& flavum : segment.flavum)
            flavum *= 1.0 - 0.9 * amount;
        segment.sacWidth += 1.5 * amount; // the freed sac widens
        segment.sacDepth += 2.0 * amount;
        break;
    case Pathology::Fixation:
        spine.screws[i] = spine.screws[i + 1] = true;
        break;
    }
    return spine;
}

SpineWithFindings withFindings(SpineParameters spine, const std::vector<Finding>& findings) {
    SpineWithFindings result{std::move(spine), {}};
    std::map<Level, std::vector<std::optional<SquareMillimetres>>>
        known; // until another level's finding could have changed them
    for (const Finding& finding : findings) {
        const auto before =
            known.contains(finding.level) ? known.at(finding.level) : areasOf(result.spine, finding.level);
        result.spine = withFinding(std::move(result.spine), finding);
        const auto after = areasOf(result.spine, finding.level);
        Effect effect{finding, {}};
        const auto cells = cellsOf(finding.level);
        for (std::size_t k = 0; k < cells.size(); ++k)
            effect.areas.push_back({cells[k], before[k], after[k]});
        result.effects.push_back(std::move(effect));
        known.clear();
        known[finding.level] = after;
    }
    return result;
}

std::vector<Finding> sampleFindings(const Person& person, const SpineParameters& spine, double burden,
                                    Random& random) {
    FindingSampler sampler(person, spine, burden, random);
    sampler.discs();
    sampler.joints();
    sampler.alignment();
    sampler.bone();
    sampler.fatAndSurgery();
    return std::move(sampler).findings();
}

SpineParameters withSacralisedL5(SpineParameters spine) {
    const std::size_t i = spine.segmentOf(anatomy::Level::L5_S1);
    if (i >= spine.segments.size()) return spine;
    spine.transition = anatomy::Transition::SacralisedL5;
    spine.vertebrae[i].transverseLength *= 1.2;
    spine.segments[i].discAnterior *= 0.5;
    spine.segments[i].discPosterior *= 0.6;
    spine.segments[i].bulge = 0.0;
    return spine;
}

} // namespace forameter::phantom
