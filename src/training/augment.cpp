// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

#include "draws.hpp"
#include "forameter/core/bilinear.hpp"
#include "forameter/core/smooth_field.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "forameter/training/examples.hpp"

namespace forameter::training {

using proposal::Label;
using proposal::LabelSet;

namespace {

constexpr std::size_t kCurveSteps = 256;

struct Place {
    double x = 0.0, y = 0.0; ///< pixels of the slice
};

/// A random pixel whose set of labels `wanted` accepts; false where there is none.
template <class Wanted>
bool anyPixel(const Grid<LabelSet>& allowed, Wanted wanted, Random& random, Place& place) {
    std::array<bool, 256> is{};
    for (unsigned set = 0; set < 256; ++set)
        is[set] = wanted(static_cast<LabelSet>(set));
    std::size_t count = 0;
    for (const LabelSet set : allowed.data())
        count += is[set];
    if (count == 0) return false;
    std::size_t left = random.below(count);
    for (std::size_t i = 0; i < allowed.data().size(); ++i)
        if (is[allowed.data()[i]] && left-- == 0) {
            const auto columns = static_cast<std::size_t>(allowed.columns());
            const std::size_t column = i % columns, row = i / columns;
            place = {static_cast<double>(column), static_cast<double>(row)};
            return true;
        }
    return false;
}

/// Where a crop is centred: mostly near what is to be measured, else near other labels, now and then
/// anywhere.
Place centreOfInterest(const LabelledSlice& slice, double reach, Random& random) {
    constexpr LabelSet kMeasured =
        proposal::only(Label::Foramen) | proposal::only(Label::DuralSac) | proposal::only(Label::Canal);
    constexpr LabelSet kNear = proposal::only(Label::Disc) | proposal::only(Label::Body) |
                               proposal::only(Label::Posterior) | proposal::only(Label::Sacrum);
    const auto within = [](LabelSet set, LabelSet of) { return set != 0 && (set & ~of) == 0; };
    Place place{random.uniform() * (slice.image.columns() - 1), random.uniform() * (slice.image.rows() - 1)};
    const double dice = random.uniform();
    const bool found =
        (dice < 0.4 &&
         anyPixel(
             slice.allowed, [](LabelSet s) { return s == proposal::only(Label::Foramen); }, random, place)) ||
        (dice < 0.75 &&
         anyPixel(
             slice.allowed, [&](LabelSet s) { return within(s, kMeasured); }, random, place)) ||
        (dice < 0.9 && anyPixel(
                           slice.allowed, [&](LabelSet s) { return within(s, kNear); }, random, place));
    if (found) {
        place.x += reach * random.uniform(-1.0, 1.0);
        place.y += reach * random.uniform(-1.0, 1.0);
    }
    // Most of the crop lies on the picture, or the picture within the crop.
    const auto inside = [&](double at, int pixels) {
        const double least =
            std::min(reach, 0.5 * pixels); // from the picture's edge, half a pixel before its first
        return std::clamp(at, least - 0.5, pixels - 0.5 - least);
    };
    place.x = inside(place.x, slice.image.columns());
    place.y = inside(place.y, slice.image.rows());
    return place;
}

/// A smooth curve of grey over grey: rising as a gamma or as a random rise, or a random one that rises and
/// falls, so that what was bright may become dark, as between T1 and T2.
std::array<float, kCurveSteps + 1> greyCurve(Random& random) {
    std::array<float, kCurveSteps + 1> curve{};
    const double kind = random.uniform();
    if (kind < 0.4) {
        const double gamma = std::exp(random.normal(0.0, 0.3));
        for (std::size_t i = 0; i <= kCurveSteps; ++i)
            curve[i] = static_cast<float>(std::pow(static_cast<double>(i) / kCurveSteps, gamma));
        return curve;
    }
    constexpr std::size_t kKnots = 6;
    std::array<double, kKnots> knots{};
    if (kind < 0.7) {
        for (std::size_t k = 1; k < kKnots; ++k)
            knots[k] = knots[k - 1] + random.uniform(0.1, 1.0);
        for (double& k : knots)
            k /= knots.back();
    } else {
        for (double& k : knots)
            k = random.uniform(0.1, 1.0);
        if (random.chance(0.85)) knots[0] = random.uniform(0.0, 0.06); // air is dark in nearly every picture
    }
    for (std::size_t i = 0; i <= kCurveSteps; ++i) {
        const double x = static_cast<double>(i) / kCurveSteps * (kKnots - 1);
        const auto k = std::min<std::size_t>(static_cast<std::size_t>(x), kKnots - 2);
        const double t = x - static_cast<double>(k), ease = t * t * (3.0 - 2.0 * t);
        curve[i] = static_cast<float>(std::lerp(knots[k], knots[k + 1], 0.5 * (t + ease)));
    }
    return curve;
}

/// Convolution along rows (or columns) with a symmetric kernel; the border repeats its pixels.
void convolve(Grid<float>& image, std::span<const float> half, bool alongRows) {
    const int columns = image.columns(), rows = image.rows();
    const int length = alongRows ? columns : rows, lines = alongRows ? rows : columns;
    const auto reach = static_cast<int>(half.size()) - 1;
    std::vector<float> line(static_cast<std::size_t>(length + 2 * reach));
    const auto data = image.data();
    const std::size_t step = alongRows ? 1 : static_cast<std::size_t>(columns);
    for (int l = 0; l < lines; ++l) {
        float* first =
            data.data() + static_cast<std::size_t>(l) * (alongRows ? static_cast<std::size_t>(columns) : 1);
        for (int i = -reach; i < length + reach; ++i)
            line[static_cast<std::size_t>(i + reach)] =
                first[static_cast<std::size_t>(std::clamp(i, 0, length - 1)) * step];
        for (int i = 0; i < length; ++i) {
            const float* at = line.data() + i + reach;
            float sum = half[0] * at[0];
            for (int k = 1; k <= reach; ++k)
                sum += half[static_cast<std::size_t>(k)] * (at[-k] + at[k]);
            first[static_cast<std::size_t>(i) * step] = sum;
        }
    }
}

void normalised(std::vector<float>& half) {
    float sum = half[0];
    for (std::size_t k = 1; k < half.size(); ++k)
        sum += 2.0f * half[k];
    for (float& w : half)
        w /= sum;
}

/// Blur, or with `ringing` the truncated sampling of k-space: a sinc, whose overshoot is Gibbs ringing.
void soften(Grid<float>& image, double pixels, bool alongRows, bool ringing) {
    if (pixels < 0.25) return;
    std::vector<float> half;
    if (ringing) {
        const double cutoff = std::numbers::pi / std::max(1.0, pixels);
        for (int k = 0; k <= 8; ++k) {
            const double window = 0.5 + 0.5 * std::cos(std::numbers::pi * k / 9.0);
            half.push_back(static_cast<float>(
                window * (k == 0 ? cutoff : std::sin(cutoff * k) / static_cast<double>(k))));
        }
    } else {
        const int reach = std::clamp(static_cast<int>(std::ceil(2.5 * pixels)), 1, 8);
        for (int k = 0; k <= reach; ++k)
            half.push_back(static_cast<float>(std::exp(-0.5 * k * k / (pixels * pixels))));
    }
    normalised(half);
    convolve(image, half, alongRows);
}

/// Where every pixel of the crop comes from.
class Deformation {
public:
    Deformation(const LabelledSlice& slice, const Augmentation& how, Random& random)
        : m_half(0.5f * static_cast<float>(how.size - 1)),
          m_bendX(how.size, 4, how.strength * random.uniform(0.0, 1.4) / slice.spacing, random),
          m_bendY(how.size, 4, how.strength * random.uniform(0.0, 1.4) / slice.spacing, random) {
        const double angle = how.strength * random.uniform(-12.0, 12.0) * std::numbers::pi / 180.0;
        const double zoom = std::exp(how.strength * random.uniform(std::log(0.85), std::log(1.2)));
        const double stretch = std::exp(how.strength * random.normal(0.0, 0.05));
        const double scale = how.spacing / slice.spacing / zoom;
        const bool mirrored = how.mirror && how.strength > 0.0 && random.chance(0.5);
        m_a = static_cast<float>(scale * stretch * std::cos(angle) * (mirrored ? -1.0 : 1.0));
        m_b = static_cast<float>(-scale / stretch * std::sin(angle));
        m_c = static_cast<float>(scale * stretch * std::sin(angle) * (mirrored ? -1.0 : 1.0));
        m_d = static_cast<float>(scale / stretch * std::cos(angle));
        m_centre = centreOfInterest(slice, 0.36 * how.size * scale, random);
    }
    [[nodiscard]] std::pair<float, float> operator()(int c, int r) const {
        const float x = static_cast<float>(c) - m_half, y = static_cast<float>(r) - m_half;
        return {m_a * x + m_b * y + static_cast<float>(m_centre.x) + m_bendX.at(c, r),
                m_c * x + m_d * y + static_cast<float>(m_centre.y) + m_bendY.at(c, r)};
    }

private:
    float m_half;
    SmoothField m_bendX, m_bendY;
    float m_a = 1.0f, m_b = 0.0f, m_c = 0.0f, m_d = 1.0f;
    Place m_centre;
};

/// One of what the readers hold of a slice.
const Grid<LabelSet>& anyAnswer(const LabelledSlice& slice, Random& random) {
    if (slice.others.empty()) return slice.allowed;
    const auto chosen = random.below(slice.others.size() + 1);
    return chosen == 0 ? slice.allowed : slice.others[chosen - 1];
}

/// The slice's neighbour, `offset` slices away; the outermost there is.
const Grid<float>& beside(const LabelledSlice& slice, int offset) {
    const int reach = static_cast<int>(slice.beside.size() / 2);
    const int at = std::clamp(offset, -reach, reach);
    if (at == 0) return slice.image;
    return slice.beside[static_cast<std::size_t>(at < 0 ? reach + at : reach + at - 1)];
}

/// A picture, and what stands for all beyond it.
struct Picture {
    explicit Picture(const Grid<float>& image)
        : pixels(image.data()), lowest(*std::ranges::min_element(pixels)) {}
    std::span<const float> pixels;
    float lowest;
};

Example cropped(const LabelledSlice& slice, const Augmentation& how, Random& random) {
    const Grid<LabelSet>& answer = anyAnswer(slice, random);
    const Deformation from(slice, how, random);
    const Picture picture(slice.image);
    Example example{
        Grid<float>(how.size, how.size), Grid<LabelSet>(how.size, how.size, proposal::kAnyLabel), {}};
    std::vector<Picture> neighbours;
    if (!slice.beside.empty()) {
        const bool reversed = how.inputs > 1 && how.strength > 0.0 && random.chance(0.5);
        for (int offset = -how.inputs / 2; offset <= how.inputs / 2; ++offset)
            if (offset != 0) neighbours.emplace_back(beside(slice, reversed ? -offset : offset));
        example.beside.assign(neighbours.size(), Grid<float>(how.size, how.size));
    }
    const int columns = slice.image.columns(), rows = slice.image.rows();
    const auto contains = [&](float x, float y) {
        return x > -0.5f && y > -0.5f && x < static_cast<float>(columns) - 0.5f &&
               y < static_cast<float>(rows) - 0.5f;
    };
    for (int r = 0; r < how.size; ++r)
        for (int c = 0; c < how.size; ++c) {
            const auto [x, y] = from(c, r);
            if (!contains(x, y)) {
                example.image(c, r) = picture.lowest;
                for (std::size_t n = 0; n < neighbours.size(); ++n)
                    example.beside[n](c, r) = neighbours[n].lowest;
                continue;
            }
            example.allowed(c, r) = answer(std::clamp(static_cast<int>(x + 0.5f), 0, columns - 1),
                                           std::clamp(static_cast<int>(y + 0.5f), 0, rows - 1));
            const Bilinear at(x, y, columns, rows);
            example.image(c, r) = at(picture.pixels);
            for (std::size_t n = 0; n < neighbours.size(); ++n)
                example.beside[n](c, r) = at(neighbours[n].pixels);
        }
    return example;
}

/// Every picture of an example: they come from one series, whose contrast and sharpness they share.
template <class Change>
void onAll(Example& example, Change change) {
    change(example.image);
    for (Grid<float>& other : example.beside)
        change(other);
}

void recolour(Example& example, double strength, Random& random) {
    const auto curve = greyCurve(random);
    const auto share = static_cast<float>(strength * random.uniform(0.5, 1.0));
    const int n = example.image.columns();
    const SmoothField bias(n, 2, strength * random.uniform(0.0, 0.3), random);
    for (int r = 0; r < n; ++r)
        for (int c = 0; c < n; ++c) {
            const float gain = std::exp(bias.at(c, r));
            onAll(example, [&](Grid<float>& image) {
                float& v = image(c, r);
                const float x = std::clamp(v, 0.0f, 1.0f) * static_cast<float>(kCurveSteps);
                const auto i = std::min(static_cast<std::size_t>(x), kCurveSteps - 1);
                const float t = x - static_cast<float>(i);
                const float mapped = (1.0f - t) * curve[i] + t * curve[i + 1] + std::max(0.0f, v - 1.0f);
                v = std::max(0.0f, (1.0f - share) * v + share * mapped) * gain;
            });
        }
}

void degrade(Example& example, double strength, Random& random) {
    const int n = example.image.columns();
    // Resolution differs along the two axes: phase encoding has fewer steps.
    const double blur = random.chance(0.3) ? random.uniform(0.6, 1.5) : random.uniform(0.0, 0.6);
    const bool across = random.chance(0.5), ringing = random.chance(0.2);
    const double along = random.uniform(0.2, 1.0), cut = ringing ? random.uniform(1.2, 2.0) : 0.0;
    const bool ghosts = random.chance(0.25);
    const int away =
        ghosts ? n / 8 + static_cast<int>(random.below(static_cast<std::uint64_t>(n / 3 + 1))) : 0;
    const bool down = ghosts && random.chance(0.5);
    const auto ghost = static_cast<float>(ghosts ? strength * random.uniform(0.01, 0.08) : 0.0);
    const auto noise = static_cast<float>(strength * random.uniform(0.0, 0.06));
    onAll(example, [&](Grid<float>& image) {
        soften(image, strength * blur, across, false);
        soften(image, strength * along * blur, !across, false);
        if (ringing) soften(image, strength * cut, across, true);
        if (ghosts) {
            const Grid<float> still = image;
            for (int r = 0; r < n; ++r)
                for (int c = 0; c < n; ++c)
                    image(c, r) += ghost * (down ? still(c, (r + away) % n) : still((c + away) % n, r));
        }
        addRician(image.data(), noise, random);
    });
}

} // namespace

Example augmented(const LabelledSlice& slice, const Augmentation& how, Random& random) {
    assert(how.size > 0 && how.inputs % 2 == 1 && slice.beside.size() % 2 == 0);
    assert(slice.image.columns() == slice.allowed.columns() && slice.image.rows() == slice.allowed.rows());
    Example example = cropped(slice, how, random);
    if (how.strength > 0.0) {
        if (slice.recolour) recolour(example, how.strength, random);
        degrade(example, how.strength, random);
    }
    onAll(example, [](Grid<float>& image) { proposal::normalise(image); });
    if (how.strength > 0.0) {
        // A whole picture's percentiles are not those of a crop: the network must not rely on either.
        const auto gain = static_cast<float>(std::exp(how.strength * random.normal(0.0, 0.15))),
                   offset = static_cast<float>(how.strength * random.normal(0.0, 0.03));
        onAll(example, [&](Grid<float>& image) {
            for (float& v : image.data())
                v = gain * v + offset;
        });
    }
    if (slice.beside.empty()) example.beside.assign(static_cast<std::size_t>(how.inputs - 1), example.image);
    return example;
}

} // namespace forameter::training
