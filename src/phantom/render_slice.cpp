// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "field.hpp"
#include "forameter/imaging/fourier.hpp"
#include "forameter/phantom/appearance.hpp"
#include "relaxation.hpp"

namespace forameter::phantom {

namespace {

using imaging::Fourier;
using Complex = std::complex<float>;

constexpr std::size_t kParts = 16;

/// Water and fat signal of every tissue of every vertebra and segment, looked up per sample.
struct Palette {
    std::array<std::array<Signal, kParts>, kTissueCount> signals;
    std::array<float, kTissueCount> uneven;

    Palette(const SpineParameters& spine, const Acquisition& acquisition) {
        for (std::size_t t = 0; t < kTissueCount; ++t) {
            uneven[t] = static_cast<float>(acquisition.texture * unevenness(static_cast<Tissue>(t)));
            for (std::size_t part = 0; part < kParts; ++part) {
                const double fat = spine.vertebrae[std::min(part, spine.vertebrae.size() - 1)].marrowFat;
                const double degeneration =
                    spine.segments[std::min(part, spine.segments.size() - 1)].degeneration;
                signals[t][part] = signalOf(static_cast<Tissue>(t), acquisition.sequence, fat, degeneration);
            }
        }
    }
};

/// Signal on the fine grid before it is acquired.
struct Body {
    Grid<float> water, fat, moving; ///< `moving` is the part of both that pulsates: CSF and blood
};

Body paint(const SliceSamples& samples, const Palette& palette, const Acquisition& acquisition) {
    const int columns = samples.columns + 2 * samples.beyond, rows = samples.rows + 2 * samples.beyond;
    Body body{Grid<float>(columns, rows), Grid<float>(columns, rows), Grid<float>(columns, rows)};
    const auto count = body.water.data().size();
    const float share = 1.0f / static_cast<float>(samples.through.size());
    const auto& csf = palette.signals[static_cast<std::size_t>(Tissue::Csf)][0];
    for (std::size_t i = 0; i < count; ++i) {
        float water = 0.0f, fat = 0.0f, moving = 0.0f;
        for (const auto& sub : samples.through) {
            const TissueSample s = sub[i];
            const auto t = static_cast<std::size_t>(s.tissue);
            if (s.tissue == Tissue::Air) continue;
            const Signal& own = palette.signals[t][s.part];
            const Signal& with = palette.signals[static_cast<std::size_t>(companionOf(s.tissue))][s.part];
            const double blend = s.blend / 255.0;
            const Signal signal{own.water + blend * (with.water - own.water),
                                own.fat + blend * (with.fat - own.fat)};
            float factor = 1.0f + palette.uneven[t] * samples.texture[i];
            if (s.tissue == Tissue::Csf) { // flow takes signal away in clouds
                factor = 1.0f -
                         static_cast<float>(acquisition.flowVoid) * std::max(0.0f, samples.texture[i] + 0.1f);
                moving += static_cast<float>(signal.water);
            } else if (s.tissue == Tissue::Artery) {
                moving += static_cast<float>(0.6 * csf.water);
            }
            factor = std::max(factor, 0.1f);
            water += factor * static_cast<float>(signal.water);
            fat += factor * static_cast<float>(signal.fat);
        }
        body.water.data()[i] = share * water;
        body.fat.data()[i] = share * fat;
        body.moving.data()[i] = share * moving;
    }
    return body;
}

/// Cuts away what lies beyond the field of view; a share of what lies beyond its ends along phase appears at
/// the opposite end, less the farther out it lies, where the coil hardly reaches.
Grid<float> folded(const Grid<float>& wide, const SliceSamples& samples, bool phaseDown, float share) {
    const int n = samples.beyond, columns = samples.columns, rows = samples.rows;
    if (n == 0) return wide;
    const auto reach = [&](int out) {
        const float left = 1.0f - static_cast<float>(out) / static_cast<float>(n + 1);
        return left * left;
    };
    Grid<float> picture(columns, rows);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            float value = wide(c + n, r + n);
            const int along = phaseDown ? r : c, size = phaseDown ? rows : columns;
            for (const int other : {along + size, along - size})
                if (other >= -n && other < size + n)
                    value += share * reach(other < 0 ? -other : other - size + 1) *
                             (phaseDown ? wide(c + n, other + n) : wide(other + n, r + n));
            picture(c, r) = value;
        }
    return picture;
}

/// Receive sensitivity of a surface coil behind the patient, with what is left of slow variation, 1 near the
/// spine; and what the saturation band leaves.
class Coil {
public:
    Coil(const SpineModel& model, const Acquisition& acquisition, Random& random)
        : m_perMm(std::log(acquisition.coilFalloff) / 170.0),
          m_bias(acquisition.bias),
          m_saturation(acquisition.saturation) {
        // The band's rear face is flat: it clears the front of the foremost body.
        const auto marks = model.levels().marks;
        const auto &top = marks.front().center, &bottom = marks[marks.size() - 2].center;
        m_bandSlope = (top.y - bottom.y) / (top.z - bottom.z);
        m_bandFront = 1.0e9;
        for (std::size_t i = 0; i < marks.size(); ++i)
            m_bandFront =
                std::min(m_bandFront, marks[i].center.y - 0.5 * model.parameters().vertebrae[i].depth - 16.0 -
                                          m_bandSlope * marks[i].center.z);
        for (auto& wave : m_waves)
            wave = {random.normal() / 160.0, random.normal() / 160.0, random.normal() / 160.0,
                    random.uniform(0.0, 6.3)};
    }
    [[nodiscard]] float at(const geometry::PatientPoint& p) const {
        double sum = 0.0;
        for (const auto& w : m_waves)
            sum += std::cos(w[0] * p.x + w[1] * p.y + w[2] * p.z + w[3]);
        const double ends = std::max(0.0, std::abs(p.z + 5.0) - 85.0) / 90.0; // the field of the coil ends
        const double inBand = ramp(m_bandFront + m_bandSlope * p.z - p.y, 0.0, 14.0);
        return static_cast<float>(std::exp(m_perMm * (p.y - 20.0) + 0.6 * m_bias * sum) /
                                  (1.0 + 0.8 * ends * ends) * (1.0 - m_saturation * inBand));
    }

private:
    double m_perMm, m_bias, m_saturation, m_bandSlope = 0.0, m_bandFront = 0.0;
    std::array<std::array<double, 4>, 3> m_waves;
};

/// Weight of a phase-encoding line at `place` (-1..1, from one edge of k-space to the other): the echoes of a
/// train decay while the lines are filled, with the middle line at the echo time. Short echo times lie at the
/// start of the train, long ones in its middle. One decay stands for all tissues; it blurs along phase.
double trainWeight(const Sequence& sequence, double place) {
    constexpr double decay = 85.0; // ms
    const int echoes = std::max(1, sequence.echoTrain);
    const bool early = sequence.weighting == Weighting::T1 || sequence.weighting == Weighting::PD;
    const double later = early ? sequence.echoTime * (echoes - 1) * std::abs(place)
                               : sequence.echoTime * (echoes - 1.0) / (echoes + 1.0) * place;
    return std::exp(-later / decay);
}

/// Sampling position of index i of n, counted from the middle of k-space.
int signedIndex(int i, int n) {
    return i < (n + 1) / 2 ? i : i - n;
}

} // namespace

Grid<float> renderSlice(const SpineModel& model, const SliceSamples& samples, const Acquisition& acquisition,
                        Random& random) {
    const geometry::ImagePlane& plane = samples.plane;
    const int columns = samples.columns, rows = samples.rows;
    const Palette palette(model.parameters(), acquisition);
    Body body = paint(samples, palette, acquisition);
    const Coil coil(model, acquisition, random);
    const bool phaseDown = acquisition.phaseAxis == Acquisition::PhaseAxis::Columns;
    for (Grid<float>* part : {&body.water, &body.fat, &body.moving})
        *part = folded(*part, samples, phaseDown, static_cast<float>(acquisition.wrap));

    // Fat precesses 3.5 ppm slower: it is drawn too far along the frequency axis. CSF and blood that pulsate
    // leave ghosts along phase.
    const double hertz = 3.5 * 42.577 * acquisition.sequence.tesla;
    const int along = phaseDown ? columns : rows, across = phaseDown ? rows : columns;
    const double shift = hertz / acquisition.sequence.bandwidth * along / acquisition.frequencySteps *
                         (random.chance(0.5) ? 1.0 : -1.0);
    const bool fatMoves = acquisition.inPlace == Acquisition::InPlace::Water;
    const double moves = fatMoves ? shift : -shift;
    const int whole = static_cast<int>(std::floor(moves));
    const auto part = static_cast<float>(moves - whole);
    const int ghost = static_cast<int>(random.uniform(0.12, 0.30) * across);
    const auto ghostly = static_cast<float>(0.10 * acquisition.pulsation);
    const double stepX = plane.columns() * plane.columnSpacing() / columns,
                 stepY = plane.rows() * plane.rowSpacing() / rows;
    constexpr int block = 8; // the coil's field is smooth: worked out on a coarse grid
    Grid<float> sensitivity(columns / block + 2, rows / block + 2);
    for (int r = 0; r < sensitivity.rows(); ++r)
        for (int c = 0; c < sensitivity.columns(); ++c)
            sensitivity(c, r) =
                coil.at(plane.toPatient(geometry::PlanePoint{c * block * stepX, r * block * stepY}));
    Grid<Complex> k(columns, rows);
    const auto wrapped = [](int i, int n) { return ((i % n) + n) % n; };
    const auto held = [](int i, int n) {
        return std::clamp(i, 0, n - 1);
    }; // read-out is oversampled: no wrap
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            const auto shifted = [&](const Grid<float>& g, int frequency, int phase) {
                return phaseDown ? g(held(c - frequency, columns), wrapped(r - phase, rows))
                                 : g(wrapped(c - phase, columns), held(r - frequency, rows));
            };
            const Grid<float>& mover = fatMoves ? body.fat : body.water;
            const Grid<float>& other = fatMoves ? body.water : body.fat;
            float value =
                other(c, r) + (1.0f - part) * shifted(mover, whole, 0) + part * shifted(mover, whole + 1, 0);
            if (ghostly > 0.0f)
                value += ghostly * (shifted(body.moving, 0, ghost) + shifted(body.moving, 0, -ghost));
            const int bc = c / block, br = r / block;
            const float fx = static_cast<float>(c % block) / block,
                        fy = static_cast<float>(r % block) / block;
            const float above = (1 - fx) * sensitivity(bc, br) + fx * sensitivity(bc + 1, br);
            const float below = (1 - fx) * sensitivity(bc, br + 1) + fx * sensitivity(bc + 1, br + 1);
            k(c, r) = value * ((1 - fy) * above + fy * below);
        }
    Fourier(columns, rows).forward(k.view());

    // The scanner keeps the middle of k-space, line by line while the patient moves, damps its edge and adds
    // noise.
    const int keptColumns =
        std::min(columns, phaseDown ? acquisition.frequencySteps : acquisition.phaseSteps);
    const int keptRows = std::min(rows, phaseDown ? acquisition.phaseSteps : acquisition.frequencySteps);
    const int outColumns = plane.columns(), outRows = plane.rows();
    const double cells = static_cast<double>(columns) * rows;
    const Signal marrow = palette.signals[static_cast<std::size_t>(Tissue::Marrow)][4];
    const double noise = acquisition.snr > 0.0 ? (marrow.water + marrow.fat) / acquisition.snr * cells /
                                                     std::sqrt(static_cast<double>(keptColumns) * keptRows)
                                               : 0.0;
    std::vector<std::array<double, 2>> moved(static_cast<std::size_t>(std::max(keptColumns, keptRows)),
                                             {0.0, 0.0});
    if (acquisition.motion > 0.0) { // the patient settles: two steps at random times, and breathes
        for (int event = 0; event < 2; ++event) {
            const auto from = random.below(moved.size());
            const double dx = random.normal() * acquisition.motion, dy = random.normal() * acquisition.motion;
            for (std::size_t line = from; line < moved.size(); ++line)
                moved[line] = {moved[line][0] + dx, moved[line][1] + dy};
        }
        const double rate = random.uniform(0.3, 1.1), swing = 0.3 * acquisition.motion;
        for (std::size_t line = 0; line < moved.size(); ++line)
            moved[line][1] += swing * std::sin(rate * static_cast<double>(line));
        // The middle of k-space decides where a picture stands: there the patient is where the truth is.
        const auto middle = moved[static_cast<std::size_t>(phaseDown ? keptRows : keptColumns) / 2];
        for (auto& [dx, dy] : moved)
            dx -= middle[0], dy -= middle[1];
    }
    Grid<Complex> out(outColumns, outRows);
    const auto damping = [&](int i, int n) {
        return 1.0 - 0.5 * acquisition.filter * (1.0 - std::cos(2.0 * std::numbers::pi * i / n));
    };
    for (int r = 0; r < outRows; ++r) {
        const int v = signedIndex(r, outRows);
        if (2 * std::abs(v) >= keptRows) continue;
        for (int c = 0; c < outColumns; ++c) {
            const int u = signedIndex(c, outColumns);
            if (2 * std::abs(u) >= keptColumns) continue;
            Complex value =
                k(wrapped(u, columns), wrapped(v, rows)) *
                static_cast<float>(trainWeight(acquisition.sequence,
                                               phaseDown ? 2.0 * v / keptRows : 2.0 * u / keptColumns));
            if (acquisition.motion > 0.0) {
                const auto& d =
                    moved[static_cast<std::size_t>(phaseDown ? v + keptRows / 2 : u + keptColumns / 2)];
                value *= std::polar(
                    1.0f, static_cast<float>(-2.0 * std::numbers::pi *
                                             (u * d[0] / (columns * stepX) + v * d[1] / (rows * stepY))));
            }
            value += Complex(static_cast<float>(noise * random.normal()),
                             static_cast<float>(noise * random.normal()));
            out(c, r) = static_cast<float>(damping(u, keptColumns) * damping(v, keptRows)) * value;
        }
    }
    Fourier(outColumns, outRows).inverse(out.view());
    Grid<float> picture(outColumns, outRows);
    const auto scale = static_cast<float>(1.0 / cells);
    for (std::size_t i = 0; i < picture.data().size(); ++i)
        picture.data()[i] = scale * std::abs(out.data()[i]);
    return picture;
}

} // namespace forameter::phantom
