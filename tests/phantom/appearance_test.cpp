// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/appearance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stop_token>

#include "forameter/phantom/series.hpp"
#include "forameter/phantom/training.hpp"
#include "people.hpp"

namespace forameter::phantom {
namespace {

using geometry::ImagePlane;

const SpineModel& healthyModel() {
    static const SpineModel model(meanSpine(adult()));
    return model;
}

/// A small sagittal plane around L3-L4, 128 x 128.
ImagePlane smallPlane(double x = 0.0) {
    const auto disc = *healthyModel().disc(anatomy::Level::L3_L4);
    return *ImagePlane::create(
        {{x, disc.center.y - 45.0, disc.center.z + 51.0}, {0, 1, 0}, {0, 0, -1}, 0.8, 0.8, 128, 128});
}

Acquisition clean(Weighting weighting) {
    Acquisition a;
    a.sequence.weighting = weighting;
    if (weighting == Weighting::T1) {
        a.sequence.repetitionTime = 600.0;
        a.sequence.echoTime = 10.0;
    }
    a.frequencySteps = a.phaseSteps = 128;
    a.snr = 0.0;
    a.coilFalloff = 1.0;
    a.bias = a.pulsation = a.flowVoid = a.texture = a.filter = 0.0;
    return a;
}

double meanOver(const Grid<float>& picture, const SliceSamples& samples, Tissue tissue) {
    double sum = 0.0;
    int count = 0;
    for (std::size_t i = 0; i < picture.data().size(); ++i) {
        bool all = true;
        for (const auto& sub : samples.through)
            all = all && sub[i].tissue == tissue && sub[i].blend == 0;
        if (!all) continue;
        sum += picture.data()[i];
        ++count;
    }
    EXPECT_GT(count, 20);
    return sum / count;
}

TEST(Appearance, SignalIsThatOfTheSpinEchoEquation) {
    Sequence s;
    s.repetitionTime = 3500.0;
    s.echoTime = 100.0;
    // CSF of Drake-Perez 2018: T1 4273, T2 1578, PD 107.5; five in a hundred spins come in fresh.
    EXPECT_NEAR(signalOf(Tissue::Csf, s).water,
                107.5 * (1.0 - 0.95 * std::exp(-3500.0 / 4273.0)) * std::exp(-100.0 / 1578.0), 1e-9);
    // Muscle: a fiftieth fat, fifteen in a hundred lost by magnetisation transfer.
    EXPECT_NEAR(signalOf(Tissue::Muscle, s).water,
                0.98 * 0.85 * 78.0 * (1.0 - std::exp(-3500.0 / 870.0)) * std::exp(-100.0 / 35.0), 1e-9);
    EXPECT_EQ(signalOf(Tissue::Air, s).water + signalOf(Tissue::Air, s).fat, 0.0);
}

TEST(Appearance, ContrastHasTheOrderThatARadiologistExpects) {
    Random random(3);
    for (const double tesla : {1.5, 3.0})
        for (int i = 0; i < 20; ++i) {
            const auto signal = [](Tissue t, const Sequence& s) {
                return signalOf(t, s).water + signalOf(t, s).fat;
            };
            const auto t1 = sampleSequence(Weighting::T1, tesla, random),
                       t2 = sampleSequence(Weighting::T2, tesla, random),
                       stir = sampleSequence(Weighting::STIR, tesla, random);
            EXPECT_GT(signal(Tissue::EpiduralFat, t1), 1.8 * signal(Tissue::Ganglion, t1));
            EXPECT_GT(signal(Tissue::Marrow, t1), signal(Tissue::Muscle, t1));
            EXPECT_LT(signal(Tissue::Csf, t1), signal(Tissue::Muscle, t1));
            EXPECT_GT(signal(Tissue::Csf, t2), signal(Tissue::EpiduralFat, t2));
            EXPECT_GT(signal(Tissue::Nucleus, t2), 3.0 * signal(Tissue::Annulus, t2));
            EXPECT_GT(signal(Tissue::Csf, t2), 5.0 * signal(Tissue::Ligament, t2));
            EXPECT_LT(signal(Tissue::EpiduralFat, stir), 0.45 * signal(Tissue::Csf, stir)) << "fat is nulled";
            EXPECT_GT(signal(Tissue::Muscle, stir), 0.4 * signal(Tissue::Marrow, stir));
            EXPECT_LT(signal(Tissue::Muscle, t2), 0.5 * signal(Tissue::Marrow, t2));
            EXPECT_GT(signal(Tissue::Nucleus, t2), 2.0 * signal(Tissue::Muscle, t2));
            EXPECT_GT(signal(Tissue::MarrowOedema, stir), 1.5 * signal(Tissue::Marrow, stir));
        }
}

TEST(Appearance, CleanPictureHasTheSignalOfItsTissue) {
    const auto samples = sampleSlice(healthyModel(), smallPlane(), 4.0);
    Random random(1);
    const auto acquisition = clean(Weighting::T2);
    const auto picture = renderSlice(healthyModel(), samples, acquisition, random);
    const auto expected = [&](Tissue t) {
        const auto s = signalOf(t, acquisition.sequence, healthyModel().parameters().vertebrae[3].marrowFat,
                                healthyModel().parameters().segments[3].degeneration);
        return s.water + s.fat;
    };
    EXPECT_NEAR(meanOver(picture, samples, Tissue::Marrow), expected(Tissue::Marrow),
                0.06 * expected(Tissue::Marrow));
    EXPECT_NEAR(meanOver(picture, samples, Tissue::Nucleus), expected(Tissue::Nucleus),
                0.08 * expected(Tissue::Nucleus));
}

TEST(Appearance, NoiseInAirIsThatOfTheSignalToNoiseRatio) {
    // Rayleigh: mean sqrt(pi / 2) sigma where there is no signal.
    const auto plane =
        *ImagePlane::create({{0, 400, 0}, {0, 1, 0}, {0, 0, -1}, 0.8, 0.8, 128, 128}); // behind the patient
    const auto samples = sampleSlice(healthyModel(), plane, 4.0);
    auto acquisition = clean(Weighting::T2);
    acquisition.snr = 20.0;
    Random random(2);
    const auto picture = renderSlice(healthyModel(), samples, acquisition, random);
    double sum = 0.0;
    for (const float v : picture.data())
        sum += v;
    const double fat = healthyModel().parameters().vertebrae[4].marrowFat;
    const auto marrow = signalOf(Tissue::Marrow, acquisition.sequence, fat);
    const double sigma = (marrow.water + marrow.fat) / 20.0;
    EXPECT_NEAR(sum / static_cast<double>(picture.data().size()), std::sqrt(1.5707963) * sigma, 0.03 * sigma);
}

TEST(Appearance, FatIsShiftedAlongFrequencyByItsPrecession) {
    // Where fat lies beside nothing, its edge moves by 224 Hz / bandwidth pixels at 1.5 T.
    const auto samples = sampleSlice(healthyModel(), smallPlane(), 4.0, 1.0, 1);
    auto narrow = clean(Weighting::T1), wide = narrow;
    narrow.sequence.bandwidth = 56.0; // 4 pixels
    wide.sequence.bandwidth = 1.0e6;
    Random a(4), b(4);
    const auto shifted = renderSlice(healthyModel(), samples, narrow, a),
               straight = renderSlice(healthyModel(), samples, wide, b);
    double best = 1.0e30;
    int at = 0;
    for (int d = -6; d <= 6; ++d) { // which shift explains the rows of subcutaneous fat best
        double sum = 0.0;
        for (int r = 20; r < 108; ++r)
            for (int c = 8; c < 120; ++c) {
                const double delta = shifted(c, r) - straight(c - d, r);
                sum += delta * delta;
            }
        if (sum < best) {
            best = sum;
            at = d;
        }
    }
    EXPECT_EQ(std::abs(at), 4);
}

TEST(Appearance, APatientWhoMovedStillStandsWhereTheTruthIs) {
    const auto samples = sampleSlice(healthyModel(), smallPlane(), 4.0, 1.0, 1);
    auto restless = clean(Weighting::T2);
    restless.motion = 2.5; // mm, 3 pixels
    Random still(1);
    const auto reference = renderSlice(healthyModel(), samples, clean(Weighting::T2), still);
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        Random random(seed);
        const auto moved = renderSlice(healthyModel(), samples, restless, random);
        double best = 1.0e30;
        std::pair<int, int> at;
        for (int dy = -5; dy <= 5; ++dy)
            for (int dx = -5; dx <= 5; ++dx) {
                double sum = 0.0;
                for (int r = 10; r < 118; ++r)
                    for (int c = 10; c < 118; ++c) {
                        const double delta = moved(c, r) - reference(c - dx, r - dy);
                        sum += delta * delta;
                    }
                if (sum < best) best = sum, at = {dx, dy};
            }
        EXPECT_LE(std::max(std::abs(at.first), std::abs(at.second)), 1) << "seed " << seed;
    }
}

TEST(Appearance, ThickSlicesBlendWhatTheyCross) {
    // Beside the midline the spinous process ends: thick slices have more pixels of mixed tissue than thin
    // ones.
    const auto mixed = [](double thickness) {
        const auto samples = sampleSlice(healthyModel(), smallPlane(3.0), thickness);
        int count = 0;
        for (std::size_t i = 0; i < samples.through[0].size(); ++i)
            count += samples.through.front()[i].tissue != samples.through.back()[i].tissue;
        return count;
    };
    EXPECT_GT(mixed(6.0), mixed(1.0) * 5 / 4);
}

TEST(Appearance, EveryEffectChangesThePicture) {
    const auto samples = sampleSlice(healthyModel(), smallPlane(), 4.0);
    const auto plain = clean(Weighting::T2);
    const auto render = [&](const Acquisition& a) {
        Random random(5);
        return renderSlice(healthyModel(), samples, a, random);
    };
    const auto reference = render(plain);
    const auto differs = [&](auto&& change) {
        Acquisition a = plain;
        change(a);
        const auto picture = render(a);
        double sum = 0.0;
        for (std::size_t i = 0; i < picture.data().size(); ++i)
            sum += std::abs(picture.data()[i] - reference.data()[i]);
        return sum / static_cast<double>(picture.data().size());
    };
    EXPECT_GT(differs([](Acquisition& a) { a.snr = 20.0; }), 0.3);
    EXPECT_GT(differs([](Acquisition& a) { a.coilFalloff = 3.0; }), 0.3);
    EXPECT_GT(differs([](Acquisition& a) { a.bias = 0.2; }), 0.3);
    EXPECT_GT(differs([](Acquisition& a) { a.motion = 2.0; }), 0.3);
    EXPECT_GT(differs([](Acquisition& a) { a.pulsation = 1.0; }), 0.05);
    EXPECT_GT(differs([](Acquisition& a) { a.flowVoid = 0.8; }), 0.05);
    EXPECT_GT(differs([](Acquisition& a) { a.texture = 1.0; }), 0.3);
    EXPECT_GT(differs([](Acquisition& a) { a.filter = 1.0; }), 0.1);
    EXPECT_GT(differs([](Acquisition& a) { a.phaseSteps = 64; }), 0.1);
}

TEST(Appearance, WrapFoldsInWhatLiesBeyondThePhaseEnds) {
    const auto samples = sampleSlice(healthyModel(), smallPlane(), 4.0, 1.0, 1, 10.0);
    ASSERT_EQ(samples.beyond, 13); // 10 mm in pixels of 0.8 mm
    auto plain = clean(Weighting::T2), wrapped = plain;
    wrapped.wrap = 1.0;
    Random a(6), b(6);
    const auto without = renderSlice(healthyModel(), samples, plain, a),
               with = renderSlice(healthyModel(), samples, wrapped, b);
    double ends = 0.0, middle = 0.0;
    for (int c = 0; c < 128; ++c) {
        for (int r : {2, 5, 122, 125})
            ends += std::abs(with(c, r) - without(c, r));
        for (int r : {40, 60, 80, 90})
            middle += std::abs(with(c, r) - without(c, r));
    }
    EXPECT_GT(ends, 20.0 * middle);
    EXPECT_GT(ends / 512.0, 1.0);
}

TEST(Series, CompleteStudyHasEveryLevelInEveryPlane) {
    Random random(8);
    const StudyPlan plan = planStudy(healthyModel(), Coverage::Complete, random);
    ASSERT_EQ(plan.series.size(), 4u);
    for (const auto level : anatomy::readingLevels(anatomy::LumbarCount::Five)) {
        for (const auto side : {anatomy::Side::R, anatomy::Side::L})
            EXPECT_TRUE(
                ofProtocol(healthyModel(), anatomy::Cell::foramen(level, side), plan.series[0].planes))
                << name(level);
        EXPECT_TRUE(ofProtocol(healthyModel(), anatomy::Cell::canal(level), plan.series[3].planes))
            << name(level);
    }
    EXPECT_EQ(plan.series[3].blockStarts.size(), 5u);
    EXPECT_EQ(plan.series[0].planes, plan.series[1].planes) << "sagittal series share their planes";
}

TEST(Series, ClinicalCoverageLeavesThingsOut) {
    bool fewerSeries = false, fewerBlocks = false, straight = false;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Random random(seed);
        const StudyPlan plan = planStudy(healthyModel(), Coverage::Clinical, random);
        fewerSeries = fewerSeries || plan.series.size() < 4;
        for (const auto& series : plan.series)
            if (series.description == "AX T2 TSE") {
                straight = straight || series.blockStarts.size() == 1;
                fewerBlocks = fewerBlocks || (series.blockStarts.size() > 1 && series.blockStarts.size() < 5);
            }
    }
    EXPECT_TRUE(fewerSeries);
    EXPECT_TRUE(fewerBlocks);
    EXPECT_TRUE(straight);
}

/// A plan small enough for a test.
StudyPlan smallStudy() {
    Random random(9);
    StudyPlan plan = planStudy(healthyModel(), Coverage::Complete, random);
    plan.series.resize(2);
    for (auto& series : plan.series) {
        series.planes = {smallPlane(-2.0), smallPlane(2.0)};
        series.acquisition.frequencySteps = series.acquisition.phaseSteps = 120;
    }
    return plan;
}

TEST(Series, SameSeedGivesTheSameBytesAndAnotherSeedOthers) {
    const auto plan = smallStudy();
    const auto a = render(healthyModel(), plan, Random(1)), b = render(healthyModel(), plan, Random(1)),
               c = render(healthyModel(), plan, Random(2));
    ASSERT_TRUE(a && b && c);
    for (std::size_t k = 0; k < a->size(); ++k) {
        EXPECT_TRUE((*a)[k].slices == (*b)[k].slices);
        EXPECT_FALSE((*a)[k].slices == (*c)[k].slices);
    }
}

TEST(Series, ASeriesDoesNotDependOnTheOnesAfterIt) {
    auto plan = smallStudy();
    const auto both = render(healthyModel(), plan, Random(1));
    plan.series.pop_back();
    const auto first = render(healthyModel(), plan, Random(1));
    ASSERT_TRUE(both && first);
    EXPECT_TRUE((*both)[0].slices == (*first)[0].slices);
}

TEST(Series, PicturesUseTwelveBits) {
    const auto all = render(healthyModel(), smallStudy(), Random(3));
    ASSERT_TRUE(all);
    for (const auto& series : *all) {
        std::uint16_t most = 0;
        for (const auto& slice : series.slices)
            most = std::max(most, *std::max_element(slice.data().begin(), slice.data().end()));
        EXPECT_GT(most, 500);
        EXPECT_LE(most, 4095);
    }
}

TEST(Series, CancellingReturnsEarly) {
    std::stop_source stop;
    int steps = 0;
    const auto result = render(
        healthyModel(), smallStudy(), Random(1),
        [&](double) {
            ++steps;
            stop.request_stop();
        },
        stop.get_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    EXPECT_LE(steps, 2);
}

TEST(Anatomy, TheCaudaEquinaLiesBehindInTheSacAndThinsOutDownwards) {
    const SpineModel& model = healthyModel();
    double before = 1.0e9;
    for (const auto level : {anatomy::Level::L3_L4, anatomy::Level::L4_L5, anatomy::Level::L5_S1}) {
        const auto disc = *model.disc(level);
        double roots = 0.0, fluid = 0.0, rootsY = 0.0, fluidY = 0.0;
        for (double x = -14.0; x <= 14.0; x += 0.25)
            for (double y = 0.0; y <= 60.0; y += 0.25) {
                const geometry::PatientPoint point{disc.center.x + x, disc.center.y + y, disc.center.z};
                const auto sample = model.sampleAt(point);
                if (sample.region != Region::DuralSac) continue;
                if (sample.tissue == Tissue::Root) {
                    ++roots;
                    rootsY += y;
                } else if (sample.tissue == Tissue::Csf) {
                    ++fluid;
                    fluidY += y;
                }
            }
        ASSERT_GT(fluid, 500.0);
        EXPECT_GT(roots, 0.02 * fluid) << anatomy::name(level);
        EXPECT_LT(roots, before) << anatomy::name(level);
        EXPECT_GT(rootsY / roots, fluidY / fluid + 1.0) << "a person lies on her back: roots sink";
        before = roots;
    }
}

TEST(Training, StreamIsReproducibleAndNeverRepeats) {
    TrainingSettings settings;
    settings.size = 96;
    settings.spacing = 1.6;
    TrainingStream a(settings, Random(1)), b(settings, Random(1));
    TrainingSlice last;
    for (int i = 0; i < 6; ++i) {
        const auto x = a.next(), y = b.next();
        EXPECT_TRUE(x.image == y.image && x.labels == y.labels);
        EXPECT_FALSE(x.image == last.image);
        last = x;
    }
}

TEST(Training, NeighboursAreSlicesOfTheSameSpineALittleFurther) {
    TrainingSettings settings;
    settings.size = 96;
    settings.spacing = 1.6;
    settings.neighbours = 2;
    TrainingStream stream(settings, Random(12));
    const auto correlation = [](const Grid<float>& a, const Grid<float>& b) {
        double ab = 0.0, aa = 0.0, bb = 0.0, ma = 0.0, mb = 0.0;
        const auto n = static_cast<double>(a.data().size());
        for (std::size_t i = 0; i < a.data().size(); ++i) {
            ma += a.data()[i] / n;
            mb += b.data()[i] / n;
        }
        for (std::size_t i = 0; i < a.data().size(); ++i) {
            ab += (a.data()[i] - ma) * (b.data()[i] - mb);
            aa += (a.data()[i] - ma) * (a.data()[i] - ma);
            bb += (b.data()[i] - mb) * (b.data()[i] - mb);
        }
        return ab / std::sqrt(aa * bb);
    };
    double nearer = 0.0, farther = 0.0;
    for (int i = 0; i < 12; ++i) {
        const auto slice = stream.next();
        ASSERT_EQ(slice.beside.size(), 4u);
        nearer +=
            (correlation(slice.image, slice.beside[1]) + correlation(slice.image, slice.beside[2])) / 24.0;
        farther +=
            (correlation(slice.image, slice.beside[0]) + correlation(slice.image, slice.beside[3])) / 24.0;
    }
    EXPECT_GT(nearer, 0.6);
    EXPECT_LT(nearer, 0.99);
    EXPECT_GT(nearer, farther + 0.02);
}

TEST(Training, EveryClassOccurs) {
    std::array<int, kTrainingLabelCount> seen{};
    for (const auto orientation : {geometry::Plane::Sagittal, geometry::Plane::Axial}) {
        TrainingSettings settings;
        settings.orientation = orientation;
        settings.size = 128;
        settings.spacing = 1.2;
        settings.drawsPerCut = 1;
        TrainingStream stream(settings, Random(3));
        for (int i = 0; i < 12; ++i) {
            const auto slice = stream.next();
            for (const auto label : slice.labels.data())
                ++seen.at(label);
            for (const float v : slice.image.data())
                ASSERT_TRUE(std::isfinite(v));
        }
    }
    for (std::size_t k = 0; k < seen.size(); ++k)
        EXPECT_GT(seen[k], 100) << k;
}

} // namespace
} // namespace forameter::phantom
