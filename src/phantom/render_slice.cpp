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

int wrapped(int i, int n) {
    return ((i % n) + n) % n;
}

/// The field of view on the fine grid.
struct FineGrid {
    int columns, rows;
    double stepX, stepY; ///< mm

    explicit FineGrid(const SliceSamples& samples)
        : columns(samples.columns),
          rows(samples.rows),
          stepX(samples.plane.columns() * samples.plane.columnSpacing() / columns),
          stepY(samples.plane.rows() * samples.plane.rowSpacing() / rows) {}
};

bool phaseRunsDown(const Acquisition& acquisition) {
    return acquisition.phaseAxis == Acquisition::PhaseAxis::Columns;
}

/// The coil's field on the fine grid. It is smooth: worked out on a coarse grid, linear between.
class Sensitivity {
public:
    Sensitivity(const Coil& coil, const geometry::ImagePlane& plane, const FineGrid& fine)
        : m_coarse(fine.columns / kBlock + 2, fine.rows / kBlock + 2) {
        for (int r = 0; r < m_coarse.rows(); ++r)
            for (int c = 0; c < m_coarse.columns(); ++c)
                m_coarse(c, r) = coil.at(
                    plane.toPatient(geometry::PlanePoint{c * kBlock * fine.stepX, r * kBlock * fine.stepY}));
    }
    [[nodiscard]] float at(int c, int r) const {
        const int bc = c / kBlock, br = r / kBlock;
        const float fx = static_cast<float>(c % kBlock) / kBlock,
                    fy = static_cast<float>(r % kBlock) / kBlock;
        const float above = (1 - fx) * m_coarse(bc, br) + fx * m_coarse(bc + 1, br);
        const float below = (1 - fx) * m_coarse(bc, br + 1) + fx * m_coarse(bc + 1, br + 1);
        return (1 - fy) * above + fy * below;
    }

private:
    static constexpr int kBlock = 8;
    Grid<float> m_coarse;
};

/// What the coil receives. Fat precesses 3.5 ppm slower: it is drawn too far along the frequency axis. CSF
/// and blood that pulsate leave ghosts along phase.
Grid<Complex> received(const Body& body, const Sensitivity& sensitivity, const FineGrid& fine,
                       const Acquisition& acquisition, Random& random) {
    const bool phaseDown = phaseRunsDown(acquisition);
    const int columns = fine.columns, rows = fine.rows;
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
    const auto held = [](int i, int n) {
        return std::clamp(i, 0, n - 1);
    }; // read-out is oversampled: no wrap
    const Grid<float>& mover = fatMoves ? body.fat : body.water;
    const Grid<float>& other = fatMoves ? body.water : body.fat;
    Grid<Complex> signal(columns, rows);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            const auto shifted = [&](const Grid<float>& g, int frequency, int phase) {
                return phaseDown ? g(held(c - frequency, columns), wrapped(r - phase, rows))
                                 : g(wrapped(c - phase, columns), held(r - frequency, rows));
            };
            float value =
                other(c, r) + (1.0f - part) * shifted(mover, whole, 0) + part * shifted(mover, whole + 1, 0);
            if (ghostly > 0.0f)
                value += ghostly * (shifted(body.moving, 0, ghost) + shifted(body.moving, 0, -ghost));
            signal(c, r) = value * sensitivity.at(c, r);
        }
    return signal;
}

/// Where the patient lies while each phase-encoding line is filled, mm from where the truth is. She settles:
/// two steps at random times; and breathes.
class Motion {
public:
    Motion(double extent, int phaseLines, int allLines, Random& random)
        : m_moves(extent > 0.0), m_middle(phaseLines / 2) {
        if (!m_moves) return;
        m_lines.resize(static_cast<std::size_t>(allLines), {0.0, 0.0});
        for (int event = 0; event < 2; ++event) {
            const auto from = random.below(m_lines.size());
            const double dx = random.normal() * extent, dy = random.normal() * extent;
            for (std::size_t line = from; line < m_lines.size(); ++line)
                m_lines[line] = {m_lines[line][0] + dx, m_lines[line][1] + dy};
        }
        const double rate = random.uniform(0.3, 1.1), swing = 0.3 * extent;
        for (std::size_t line = 0; line < m_lines.size(); ++line)
            m_lines[line][1] += swing * std::sin(rate * static_cast<double>(line));
        // The middle of k-space decides where a picture stands: there the patient is where the truth is.
        const auto middle = m_lines[static_cast<std::size_t>(m_middle)];
        for (auto& [dx, dy] : m_lines)
            dx -= middle[0], dy -= middle[1];
    }
    [[nodiscard]] bool moves() const { return m_moves; }
    /// `line` counted from the middle of k-space.
    [[nodiscard]] const std::array<double, 2>& at(int line) const {
        return m_lines[static_cast<std::size_t>(line + m_middle)];
    }

private:
    bool m_moves;
    int m_middle;
    std::vector<std::array<double, 2>> m_lines;
};

/// The scanner keeps the middle of k-space, line by line while the patient moves, damps its edge and adds
/// noise. `marrow`: the signal that the noise is a share of.
Grid<Complex> acquired(const Grid<Complex>& k, const FineGrid& fine, const geometry::ImagePlane& plane,
                       const Acquisition& acquisition, const Signal& marrow, Random& random) {
    const bool phaseDown = phaseRunsDown(acquisition);
    const int columns = fine.columns, rows = fine.rows;
    const int keptColumns =
        std::min(columns, phaseDown ? acquisition.frequencySteps : acquisition.phaseSteps);
    const int keptRows = std::min(rows, phaseDown ? acquisition.phaseSteps : acquisition.frequencySteps);
    const double noise = acquisition.snr > 0.0 ? (marrow.water + marrow.fat) / acquisition.snr *
                                                     (static_cast<double>(columns) * rows) /
                                                     std::sqrt(static_cast<double>(keptColumns) * keptRows)
                                               : 0.0;
    const Motion motion(acquisition.motion, phaseDown ? keptRows : keptColumns,
                        std::max(keptColumns, keptRows), random);
    const auto damping = [&](int i, int n) {
        return 1.0 - 0.5 * acquisition.filter * (1.0 - std::cos(2.0 * std::numbers::pi * i / n));
    };
    Grid<Complex> out(plane.columns(), plane.rows());
    for (int r = 0; r < out.rows(); ++r) {
        const int v = signedIndex(r, out.rows());
        if (2 * std::abs(v) >= keptRows) continue;
        for (int c = 0; c < out.columns(); ++c) {
            const int u = signedIndex(c, out.columns());
            if (2 * std::abs(u) >= keptColumns) continue;
            Complex value =
                k(wrapped(u, columns), wrapped(v, rows)) *
                static_cast<float>(trainWeight(acquisition.sequence,
                                               phaseDown ? 2.0 * v / keptRows : 2.0 * u / keptColumns));
            if (motion.moves()) {
                const auto& d = motion.at(phaseDown ? v : u);
                value *= std::polar(1.0f, static_cast<float>(-2.0 * std::numbers::pi *
                                                             (u * d[0] / (columns * fine.stepX) +
                                                              v * d[1] / (rows * fine.stepY))));
            }
            value += Complex(static_cast<float>(noise * random.normal()),
                             static_cast<float>(noise * random.normal()));
            out(c, r) = static_cast<float>(damping(u, keptColumns) * damping(v, keptRows)) * value;
        }
    }
    return out;
}

} // namespace

Grid<float> renderSlice(const SpineModel& model, const SliceSamples& samples, const Acquisition& acquisition,
                        Random& random) {
    const FineGrid fine(samples);
    const Palette palette(model.parameters(), acquisition);
    Body body = paint(samples, palette, acquisition);
    const Coil coil(model, acquisition, random);
    for (Grid<float>* part : {&body.water, &body.fat, &body.moving})
        *part = folded(*part, samples, phaseRunsDown(acquisition), static_cast<float>(acquisition.wrap));
    auto k = received(body, Sensitivity(coil, samples.plane, fine), fine, acquisition, random);
    Fourier(fine.columns, fine.rows).forward(k.view());
    const Signal& marrow = palette.signals[static_cast<std::size_t>(Tissue::Marrow)][4];
    auto out = acquired(k, fine, samples.plane, acquisition, marrow, random);
    Fourier(out.columns(), out.rows()).inverse(out.view());
    Grid<float> picture(out.columns(), out.rows());
    const auto scale = static_cast<float>(1.0 / (static_cast<double>(fine.columns) * fine.rows));
    for (std::size_t i = 0; i < picture.data().size(); ++i)
        picture.data()[i] = scale * std::abs(out.data()[i]);
    return picture;
}

} // namespace forameter::phantom
