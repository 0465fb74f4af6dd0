// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/pathology.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "forameter/geometry/measure.hpp"
#include "people.hpp"

namespace forameter::phantom {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Quantity;
using anatomy::Side;

constexpr Level kLevel = Level::L4_L5;
const Cell kRight = Cell::foramen(kLevel, Side::R), kLeft = Cell::foramen(kLevel, Side::L);
const Cell kSac = Cell::canal(kLevel), kCanal = Cell::canal(kLevel, Quantity::Canal);

Finding finding(Pathology what, double amount, std::optional<Side> side = {}, double angle = 0.0) {
    return {what, kLevel, side, amount, angle};
}

double with(const Finding& f, const Cell& cell) {
    return areaOf(withFinding(meanSpine(adult()), f), cell);
}
double healthy(const Cell& cell) {
    return areaOf(meanSpine(adult()), cell);
}

/// Areas fall (or, where `rising`, rise) with every step of the amount, and each by at least `least` mm² in
/// all.
void expectMonotone(Pathology what, std::vector<double> amounts, const Cell& cell, double least,
                    std::optional<Side> side = {}, double angle = 0.0) {
    double last = healthy(cell);
    const double first = last;
    for (const double amount : amounts) {
        const double area = with(finding(what, amount, side, angle), cell);
        ASSERT_GT(area, 0.0) << name(what) << " " << amount << " " << label(cell);
        EXPECT_LT(area, last + 0.05) << name(what) << " " << amount << " " << label(cell);
        last = area;
    }
    EXPECT_LT(last, first - least) << name(what) << " " << label(cell);
}

TEST(Pathology, HeightLossLowersTheForamenOneToOne) {
    const auto pedicles = [](const SpineParameters& spine) { // distance between the pedicles' facing edges
        const SpineModel model(spine);
        const auto plane = *standardPlane(model, kLeft);
        const auto outline = cut(model, kLeft, plane);
        EXPECT_TRUE(outline);
        return geometry::anatomicalExtents(outline->curve, plane).craniocaudal->value();
    };
    const SpineParameters spine = meanSpine(adult());
    const double before = pedicles(spine);
    for (const double lost : {1.0, 2.0, 3.0})
        EXPECT_NEAR(before - pedicles(withFinding(spine, finding(Pathology::DiscHeightLoss, lost))), lost,
                    0.25 * lost + 0.1);
    expectMonotone(Pathology::DiscHeightLoss, {1.0, 2.0, 3.0}, kRight, 10.0);
}

TEST(Pathology, HeightLossNeverLetsEndplatesMeet) {
    const auto spine = withFinding(meanSpine(adult()), finding(Pathology::DiscHeightLoss, 50.0));
    const auto& s = spine.segments[spine.segmentOf(kLevel)];
    EXPECT_GE(std::min(s.discAnterior, s.discPosterior), 1.5 - 1e-9);
}

TEST(Pathology, BulgeNarrowsSacAndBothForamina) {
    expectMonotone(Pathology::Bulge, {1.0, 2.0, 3.0}, kSac, 10.0);
    expectMonotone(Pathology::Bulge, {1.0, 2.0, 3.0}, kRight, 4.0);
    expectMonotone(Pathology::Bulge, {1.0, 2.0, 3.0}, kLeft, 4.0);
}

TEST(Pathology, CentralProtrusionNarrowsTheSacAndNotTheForamina) {
    expectMonotone(Pathology::Protrusion, {2.0, 3.5, 5.0}, kSac, 15.0, Side::L, 0.0);
    EXPECT_NEAR(with(finding(Pathology::Protrusion, 4.0, Side::L, 0.0), kLeft), healthy(kLeft), 0.5);
}

TEST(Pathology, ForaminalProtrusionNarrowsItsOwnSideOnly) {
    expectMonotone(Pathology::Protrusion, {1.5, 3.0, 4.0}, kLeft, 4.0, Side::L, 42.0);
    EXPECT_NEAR(with(finding(Pathology::Protrusion, 4.0, Side::L, 42.0), kRight), healthy(kRight), 0.5);
}

TEST(Pathology, ThickFlavumNarrowsCanalAndSac) {
    expectMonotone(Pathology::FlavumHypertrophy, {0.8, 1.6, 2.4}, kCanal, 15.0);
    expectMonotone(Pathology::FlavumHypertrophy, {0.8, 1.6, 2.4}, kSac, 15.0);
    expectMonotone(Pathology::FlavumHypertrophy, {0.8, 1.6}, kRight, 3.0, Side::R);
    EXPECT_NEAR(with(finding(Pathology::FlavumHypertrophy, 1.6, Side::R), kLeft), healthy(kLeft), 0.5);
}

TEST(Pathology, FacetGrowthNarrowsItsForamen) {
    expectMonotone(Pathology::FacetGrowth, {0.6, 1.2, 1.8}, kLeft, 8.0, Side::L);
    EXPECT_NEAR(with(finding(Pathology::FacetGrowth, 1.5, Side::L), kRight), healthy(kRight), 0.5);
}

TEST(Pathology, SlipNarrowsSacAndBothForamina) {
    expectMonotone(Pathology::Spondylolisthesis, {2.0, 4.0, 6.0}, kSac, 5.0);
    expectMonotone(Pathology::Spondylolisthesis, {2.0, 4.0, 6.0}, kRight, 5.0);
    expectMonotone(Pathology::Spondylolisthesis, {2.0, 4.0, 6.0}, kLeft, 5.0);
}

TEST(Pathology, ScoliosisNarrowsTheForamenOfTheConcaveSide) {
    const auto curve = finding(Pathology::Scoliosis, 20.0, Side::L, 0.0); // convex to the left
    EXPECT_LT(with(curve, kRight), healthy(kRight) - 1.0);
    EXPECT_LT(with(curve, kRight), with(curve, kLeft));
    const SpineModel model(withFinding(meanSpine(adult()), curve));
    const auto levels = model.levels();
    double most = 0.0;
    for (const auto& mark : levels.marks)
        most = std::max(most, mark.center.x);
    const double ends = std::max(levels.marks.front().center.x, levels.marks.back().center.x);
    EXPECT_GT(most, ends + 1.0) << "the apex lies to the left of both ends";
}

TEST(Pathology, ModicAndDegenerationChangeNoArea) {
    for (const auto& f : {finding(Pathology::ModicChange, 2.0), finding(Pathology::DiscDegeneration, 0.9)})
        for (const Cell& cell : {kLeft, kSac, kCanal})
            EXPECT_DOUBLE_EQ(with(f, cell), healthy(cell)) << name(f.pathology);
}

TEST(Pathology, ModicChangeIsSeenInTheMarrowUnderTheEndplates) {
    const SpineModel model(withFinding(meanSpine(adult()), finding(Pathology::ModicChange, 1.0)));
    const auto disc = *model.disc(kLevel);
    EXPECT_EQ(model.sampleAt(disc.center + (0.5 * disc.height + 2.5) * disc.superior).tissue,
              Tissue::MarrowOedema);
    EXPECT_EQ(model.sampleAt(disc.center - (0.5 * disc.height + 2.5) * disc.superior).tissue,
              Tissue::MarrowOedema);
}

TEST(Pathology, FractureLowersTheBody) {
    const SpineParameters spine = meanSpine(adult());
    const auto broken = withFinding(spine, finding(Pathology::Fracture, 0.4));
    const std::size_t i = spine.segmentOf(kLevel);
    EXPECT_NEAR(broken.vertebrae[i].heightAnterior / spine.vertebrae[i].heightAnterior, 0.6, 1e-9);
    const SpineModel before(spine), after(broken);
    EXPECT_LT(after.levels().marks[i - 1].center.z, before.levels().marks[i - 1].center.z + 1e-9);
}

TEST(Pathology, LipomatosisNarrowsTheSacAndLeavesTheCanal) {
    expectMonotone(Pathology::Lipomatosis, {1.5, 2.5, 3.5}, kSac, 25.0);
    EXPECT_NEAR(with(finding(Pathology::Lipomatosis, 3.0), kCanal), healthy(kCanal), 0.05);
}

TEST(Pathology, LaminectomyWidensCanalAndSac) {
    EXPECT_GT(with(finding(Pathology::Laminectomy, 0.8), kCanal), healthy(kCanal) + 10.0);
    EXPECT_GT(with(finding(Pathology::Laminectomy, 0.8), kSac), healthy(kSac) + 10.0);
}

TEST(Pathology, FixationHidesThePictureAndNoArea) {
    const auto screws = withFinding(meanSpine(adult()), finding(Pathology::Fixation, 1.0));
    for (const Cell& cell : {kLeft, kSac})
        EXPECT_DOUBLE_EQ(areaOf(screws, cell), healthy(cell));
    const SpineModel model(screws);
    const auto site = *model.foramen(kLevel, Side::L);
    int metal = 0;
    for (double z = -30.0; z <= 30.0; z += 1.0)
        for (double y = -20.0; y <= 20.0; y += 1.0)
            metal += model.sampleAt(site.center + geometry::PatientPoint{0.0, y, z}).tissue == Tissue::Metal;
    EXPECT_GT(metal, 100);
}

TEST(Pathology, EffectsAreRecordedAndAddUp) {
    const std::vector<Finding> findings{finding(Pathology::Bulge, 1.5),
                                        finding(Pathology::FlavumHypertrophy, 1.0),
                                        finding(Pathology::DiscHeightLoss, 1.0)};
    const auto result = withFindings(meanSpine(adult()), findings);
    ASSERT_EQ(result.effects.size(), findings.size());
    for (std::size_t k = 0; k < findings.size(); ++k) {
        ASSERT_EQ(result.effects[k].areas.size(), 5u);
        if (k == 0) continue;
        for (std::size_t c = 0; c < 5; ++c)
            EXPECT_EQ(result.effects[k].areas[c].before, result.effects[k - 1].areas[c].after);
    }
    for (const auto& change : result.effects.back().areas)
        EXPECT_DOUBLE_EQ(change.after->value(), areaOf(result.spine, change.cell));
}

TEST(Pathology, LevelsThatASpineDoesNotHaveChangeNothing) {
    const SpineParameters spine = meanSpine(adult());
    EXPECT_EQ(withFinding(spine, {Pathology::Bulge, Level::L6_S1, {}, 2.0, 0.0}), spine);
}

TEST(Pathology, OldPeopleHaveMoreFindings) {
    const auto mean = [](double age) {
        Random random(11);
        const Person person = adult(age);
        const SpineParameters spine = meanSpine(person);
        std::size_t count = 0;
        for (int i = 0; i < 300; ++i)
            count += sampleFindings(person, spine, 1.0, random).size();
        return static_cast<double>(count) / 300.0;
    };
    const double young = mean(25.0), old = mean(75.0);
    EXPECT_GT(old, 2.0 * young);
}

TEST(Pathology, PrevalenceOfAPersonWithoutComplaintsIsThePublishedOne) {
    // Facet degeneration at 60: 50 %; spondylolisthesis at 60: 23 % (Brinjikji 2015).
    Random random(12);
    const Person person = adult(60.0);
    const SpineParameters spine = meanSpine(person);
    int facet = 0, slip = 0;
    constexpr int n = 2000;
    for (int i = 0; i < n; ++i) {
        bool hasFacet = false, hasSlip = false;
        for (const auto& f : sampleFindings(person, spine, 1.0, random)) {
            hasFacet = hasFacet || f.pathology == Pathology::FacetGrowth;
            hasSlip = hasSlip || f.pathology == Pathology::Spondylolisthesis;
        }
        facet += hasFacet;
        slip += hasSlip;
    }
    EXPECT_NEAR(static_cast<double>(facet) / n, 0.50, 0.05);
    EXPECT_NEAR(static_cast<double>(slip) / n, 0.23, 0.05);
}

TEST(Pathology, TransitionalVertebraeKeepTheirLevels) {
    const SpineModel six(meanSpine(adult(), anatomy::LumbarCount::Six));
    EXPECT_TRUE(anatomy::validate(six.levels()));
    EXPECT_TRUE(six.foramen(Level::L6_S1, Side::L));
    EXPECT_FALSE(six.foramen(Level::L5_S1, Side::L));
    const auto fused = withSacralisedL5(meanSpine(adult()));
    EXPECT_EQ(fused.transition, anatomy::Transition::SacralisedL5);
    EXPECT_LT(areaOf(fused, Cell::foramen(Level::L5_S1, Side::L)),
              areaOf(meanSpine(adult()), Cell::foramen(Level::L5_S1, Side::L)));
}

} // namespace
} // namespace forameter::phantom
