// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/training.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "forameter/core/smooth_field.hpp"
#include "forameter/geometry/raster.hpp"
#include "forameter/phantom/appearance.hpp"
#include "forameter/phantom/pathology.hpp"
#include "forameter/phantom/truth.hpp"

namespace forameter::phantom {

namespace {

using geometry::ImagePlane;
using geometry::PatientPoint;
using geometry::PatientVector;

constexpr int kMargin = 16; ///< pixels around the picture that deformation may draw from

Person randomPerson(Random& random) {
    Person person;
    person.age = random.uniform(18.0, 88.0);
    person.sex = random.chance(0.5) ? Sex::M : Sex::F;
    person.height = random.normalWithin(person.sex == Sex::M ? 176.0 : 164.0, 7.5, 145.0, 200.0);
    person.weight = random.normalWithin(24.5, 4.0, 17.0, 40.0) * std::pow(person.height / 100.0, 2);
    return person;
}

std::uint8_t labelOf(const TissueSample& s, const SpineParameters& spine) {
    const auto as = [](TrainingLabel l) { return static_cast<std::uint8_t>(l); };
    const auto sacral = [&] {
        return s.part >= spine.names.size() || spine.names[s.part] >= anatomy::Vertebra::S1;
    };
    switch (s.region) {
    case Region::Body:
        return as(sacral() ? TrainingLabel::Sacrum : TrainingLabel::Body);
    case Region::Arch:
        return as(sacral() ? TrainingLabel::Sacrum : TrainingLabel::Posterior);
    case Region::Disc:
        return as(TrainingLabel::Disc);
    case Region::DuralSac:
        return as(TrainingLabel::DuralSac);
    case Region::Canal:
        return as(TrainingLabel::Canal);
    case Region::None:
        break;
    }
    return as(TrainingLabel::Background);
}

/// Gaussian blur along both axes with a kernel of five taps at most, and other strength along each: pixels
/// are seldom square in k-space.
void blur(Grid<float>& image, double sdX, double sdY) {
    const int n = image.columns();
    const auto pass = [&](double sd, auto&& at) {
        if (sd < 0.2) return;
        const auto w1 = static_cast<float>(std::exp(-0.5 / (sd * sd))),
                   w2 = static_cast<float>(std::exp(-2.0 / (sd * sd)));
        const float norm = 1.0f / (1.0f + 2.0f * w1 + 2.0f * w2);
        std::vector<float> line(static_cast<std::size_t>(n));
        for (int r = 0; r < n; ++r) {
            for (int c = 0; c < n; ++c)
                line[static_cast<std::size_t>(c)] = at(c, r);
            const auto near = [&](int c) { return line[static_cast<std::size_t>(std::clamp(c, 0, n - 1))]; };
            for (int c = 0; c < n; ++c)
                at(c, r) =
                    norm * (near(c) + w1 * (near(c - 1) + near(c + 1)) + w2 * (near(c - 2) + near(c + 2)));
        }
    };
    const auto data = image.data();
    const auto index = [n](int c, int r) {
        return static_cast<std::size_t>(r) * static_cast<std::size_t>(n) + static_cast<std::size_t>(c);
    };
    pass(sdX, [&](int c, int r) -> float& { return data[index(c, r)]; });
    pass(sdY, [&](int c, int r) -> float& { return data[index(r, c)]; });
}

} // namespace

struct TrainingStream::State {
    State(TrainingSettings s, const Random& r) : settings(s), random(r), noiseTable(std::size_t{1} << 16) {
        for (float& v : noiseTable)
            v = static_cast<float>(random.normal());
    }

    TrainingSettings settings;
    Random random;
    std::unique_ptr<SpineModel> model;
    std::vector<SliceSamples>
        samples;               ///< of the current cut and its neighbours, with a margin around the picture
    Grid<std::uint8_t> labels; ///< of the current cut
    int cutsLeft = 0, drawsLeft = 0;
    std::vector<float> noiseTable; ///< normal numbers, read from a random place with a random odd stride:
                                   ///< drawing them anew is slower

    void newSpine() {
        const Person person = randomPerson(random);
        const auto count = random.chance(0.04) ? anatomy::LumbarCount::Six : anatomy::LumbarCount::Five;
        SpineParameters spine = sampleSpine(person, random, count);
        if (random.chance(0.04)) spine = withSacralisedL5(std::move(spine));
        const double burden = random.uniform(settings.burden[0], settings.burden[1]);
        for (const Finding& finding : sampleFindings(person, spine, burden, random))
            spine = withFinding(std::move(spine), finding);
        model = std::make_unique<SpineModel>(std::move(spine));
        cutsLeft = settings.cutsPerSpine;
    }

    void newCut() {
        if (cutsLeft == 0) newSpine();
        --cutsLeft;
        drawsLeft = settings.drawsPerCut;
        const int wide = settings.size + 2 * kMargin;
        const double half = 0.5 * settings.spacing * (wide - 1);
        const bool sagittal = settings.orientation == geometry::Plane::Sagittal;
        PatientPoint middle{};
        PatientVector right{0.0, 1.0, 0.0}, down{0.0, 0.0, -1.0};
        const auto levels = anatomy::readingLevels(model->parameters().lumbarCount);
        if (sagittal) {
            // Most slices pass through canal or foramina.
            const double off = random.chance(0.75)
                                   ? (random.chance(0.5) ? 1.0 : -1.0) * random.uniform(9.0, 24.0)
                                   : random.uniform(-30.0, 30.0);
            const auto disc = model->disc(anatomy::Level::L3_L4);
            middle = disc->center + PatientPoint{off, random.uniform(5.0, 30.0), random.uniform(-15.0, 15.0)};
        } else {
            const auto disc = model->disc(levels[random.below(levels.size())]);
            right = {1.0, 0.0, 0.0};
            const double tilt = random.chance(0.8) ? std::atan2(-disc->superior.y, disc->superior.z) +
                                                         random.normal(0.0, 0.06)
                                                   : random.normal(0.0, 0.1);
            down = {0.0, std::cos(tilt), std::sin(tilt)};
            middle =
                disc->center + PatientPoint{random.uniform(-8.0, 8.0), 20.0, random.uniform(-14.0, 14.0)};
        }
        const ImagePlane::Fields place{
            middle - half * right - half * down, right, down, settings.spacing, settings.spacing, wide, wide};
        const auto plane = ImagePlane::create(place);
        const double thickness = random.uniform(2.5, 5.0);
        const double step =
            settings.neighbours > 0 ? thickness * random.uniform(1.0, 1.25) : 0.0; // with a gap
        samples.clear();
        for (int k = -settings.neighbours; k <= settings.neighbours; ++k) {
            ImagePlane::Fields moved = place;
            moved.origin = moved.origin + (k * step) * plane->normal();
            samples.push_back(sampleSlice(*model, *ImagePlane::create(moved), thickness));
        }
        const auto& own = samples[samples.size() / 2];
        const auto& center = own.through[own.through.size() / 2];
        labels = Grid<std::uint8_t>(wide, wide);
        for (std::size_t i = 0; i < center.size(); ++i)
            labels.data()[i] = labelOf(center[i], model->parameters());
        if (!sagittal) return;
        for (const auto level : levels)
            for (const auto side : {anatomy::Side::R, anatomy::Side::L}) {
                const auto site = model->foramen(level, side);
                if (!site || std::abs(plane->distance(site->center).value()) > 7.0)
                    continue; // beyond, the free space is no foramen
                const auto outline = cut(*model, anatomy::Cell::foramen(level, side), *plane);
                if (!outline) continue;
                const auto mask = geometry::rasterize(outline->curve, *plane);
                for (std::size_t i = 0; i < mask.data().size(); ++i)
                    if (mask.data()[i]) labels.data()[i] = static_cast<std::uint8_t>(TrainingLabel::Foramen);
            }
    }

    /// Grey of every tissue: half the time a spin echo with random timing, half the time anything.
    std::array<float, kTissueCount> greys() {
        std::array<float, kTissueCount> grey{};
        constexpr std::array<Weighting, 4> kinds{Weighting::T1, Weighting::T2, Weighting::T2,
                                                 Weighting::STIR};
        const bool physical = random.chance(0.5);
        Sequence sequence =
            sampleSequence(kinds[random.below(kinds.size())], random.chance(0.5) ? 1.5 : 3.0, random);
        sequence.echoTime *= random.uniform(0.6, 1.4);
        const double fat = random.uniform(0.15, 0.65), degeneration = random.uniform();
        double most = 1.0e-9;
        for (std::size_t t = 0; t < kTissueCount; ++t) {
            const Signal s = signalOf(static_cast<Tissue>(t), sequence, fat, degeneration);
            grey[t] = static_cast<float>(s.water + s.fat);
            most = std::max(most, s.water + s.fat);
        }
        const bool dark = random.chance(0.9); // air and cortical bone give no signal in nearly every picture
        for (std::size_t t = 0; t < kTissueCount; ++t) {
            const auto tissue = static_cast<Tissue>(t);
            const bool signalless =
                tissue == Tissue::Air || tissue == Tissue::CorticalBone || tissue == Tissue::Metal;
            if (physical)
                grey[t] = static_cast<float>(grey[t] / most * random.uniform(0.85, 1.15));
            else
                grey[t] = static_cast<float>(signalless && dark ? random.uniform(0.0, 0.08)
                                                                : random.uniform(0.03, 1.0));
        }
        // Fat is fat wherever it lies.
        grey[static_cast<std::size_t>(Tissue::EpiduralFat)] =
            grey[static_cast<std::size_t>(Tissue::SubcutaneousFat)] *
            static_cast<float>(random.uniform(0.9, 1.1));
        grey[static_cast<std::size_t>(Tissue::VisceralFat)] =
            grey[static_cast<std::size_t>(Tissue::SubcutaneousFat)] *
            static_cast<float>(random.uniform(0.9, 1.1));
        return grey;
    }

    TrainingSlice draw() {
        const int n = settings.size, wide = n + 2 * kMargin;
        const auto grey = greys();
        std::array<float, kTissueCount> blended{}; // what each 255th of a tissue's companion adds
        for (std::size_t t = 0; t < kTissueCount; ++t)
            blended[t] =
                (grey[static_cast<std::size_t>(companionOf(static_cast<Tissue>(t)))] - grey[t]) / 255.0f;
        const auto roughness = static_cast<float>(random.uniform(0.02, 0.16));
        const double bend = random.uniform(0.0, 2.2) / settings.spacing; // pixels
        const SmoothField bendX(n, 5, 0.7 * bend, random), bendY(n, 5, 0.7 * bend, random),
            bias(n, 2, random.uniform(0.05, 0.35), random);
        const double angle = random.normal(0.0, 0.05), zoom = random.uniform(0.92, 1.08);
        const auto ca = static_cast<float>(zoom * std::cos(angle)),
                   sa = static_cast<float>(zoom * std::sin(angle));
        const float middle = 0.5f * static_cast<float>(n - 1);
        TrainingSlice slice{{}, Grid<std::uint8_t>(n, n), settings.spacing, {}};
        std::vector<Grid<float>> pictures(samples.size(), Grid<float>(n, n));
        const auto share = 1.0f / static_cast<float>(samples.front().through.size()); // of a sub-slice
        for (int r = 0; r < n; ++r)
            for (int c = 0; c < n; ++c) {
                const float x = static_cast<float>(c) - middle, y = static_cast<float>(r) - middle;
                const auto u =
                    static_cast<int>(std::lround(ca * x - sa * y + middle + bendX.at(c, r))) + kMargin;
                const auto v =
                    static_cast<int>(std::lround(sa * x + ca * y + middle + bendY.at(c, r))) + kMargin;
                const int su = std::clamp(u, 0, wide - 1), sv = std::clamp(v, 0, wide - 1);
                const auto i = static_cast<std::size_t>(sv) * static_cast<std::size_t>(wide) +
                               static_cast<std::size_t>(su);
                const float gain = std::exp(bias.at(c, r));
                for (std::size_t k = 0; k < samples.size(); ++k) {
                    float value = 0.0f;
                    for (const auto& sub : samples[k].through) {
                        const auto t = static_cast<std::size_t>(sub[i].tissue);
                        value += grey[t] + static_cast<float>(sub[i].blend) * blended[t];
                    }
                    pictures[k](c, r) = share * value * (1.0f + roughness * samples[k].texture[i]) * gain;
                }
                slice.labels(c, r) = labels.data()[i];
            }
        const double soft = random.uniform(0.3, 1.1), softX = soft * random.uniform(0.8, 1.2),
                     softY = soft * random.uniform(0.8, 1.5);
        Degradation how = degradation();
        for (Grid<float>& picture : pictures) {
            blur(picture, softX, softY);
            degrade(picture, how);
            how.noiseAt += noiseTable.size() / 5; // each slice has noise of its own
        }
        slice.image = std::move(pictures[samples.size() / 2]);
        pictures.erase(pictures.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2));
        slice.beside = std::move(pictures);
        return slice;
    }

    /// What the slices of a series share beside their contrast.
    struct Degradation {
        int away = 0; ///< of the ghosts, pixels; 0: none
        bool down = false;
        float ghost = 0.0f, noise = 0.0f, gamma = 1.0f;
        std::size_t noiseStride = 1, noiseAt = 0; ///< in the table
    };
    Degradation degradation() {
        Degradation how;
        const int n = settings.size;
        if (random.chance(0.3)) {
            how.away = n / 8 + static_cast<int>(random.below(static_cast<std::uint64_t>(n / 3)));
            how.down = random.chance(0.5);
            how.ghost = static_cast<float>(random.uniform(0.01, 0.07));
        }
        how.noise = static_cast<float>(random.uniform(0.005, 0.06));
        how.noiseStride = 2 * random.below(noiseTable.size() / 2) + 1;
        how.noiseAt = random.below(noiseTable.size());
        how.gamma = static_cast<float>(std::exp(random.normal(0.0, 0.22)));
        return how;
    }

    /// Ghosts, Rician noise, gamma, and the scale to 0..1 between the 1st and 99th percentile.
    void degrade(Grid<float>& image, const Degradation& how) {
        const int n = image.columns();
        if (how.away > 0) {
            const Grid<float> still = image;
            for (int r = 0; r < n; ++r)
                for (int c = 0; c < n; ++c)
                    image(c, r) +=
                        how.ghost * (how.down ? still(c, (r + how.away) % n) : still((c + how.away) % n, r));
        }
        const std::size_t mask = noiseTable.size() - 1;
        std::size_t at = how.noiseAt;
        for (float& v : image.data()) {
            const float a = v + how.noise * noiseTable[at & mask],
                        b = how.noise * noiseTable[(at + noiseTable.size() / 3) & mask];
            at += how.noiseStride;
            v = std::sqrt(a * a + b * b);
        }
        std::vector<float> some;
        for (std::size_t i = 0; i < image.data().size(); i += 13)
            some.push_back(image.data()[i]);
        const auto rank = [&](double share) {
            const auto place =
                some.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(some.size() - 1));
            std::nth_element(some.begin(), place, some.end());
            return *place;
        };
        const float low = rank(0.01), high = std::max(rank(0.99), low + 1.0e-3f);
        for (float& v : image.data()) {
            v = (v - low) / (high - low);
            v = v > 0.0f ? std::pow(v, how.gamma) : v;
        }
    }
};

TrainingStream::TrainingStream(TrainingSettings settings, const Random& random)
    : m_state(std::make_unique<State>(settings, random)) {}
TrainingStream::~TrainingStream() = default;
TrainingStream::TrainingStream(TrainingStream&&) noexcept = default;
TrainingStream& TrainingStream::operator=(TrainingStream&&) noexcept = default;

TrainingSlice TrainingStream::next() {
    if (m_state->drawsLeft == 0) m_state->newCut();
    --m_state->drawsLeft;
    return m_state->draw();
}

} // namespace forameter::phantom
