// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "forameter/proposal/labels.hpp"
#include "forameter/proposal/propose.hpp"

namespace forameter::proposal::testing {

/// A spine of boxes and ellipses whose every measure is known. A picture's grey says what a place is, so that
/// `readGreys` can stand for a network that knows the truth. Patient coordinates, mm; upright; the midline at
/// x = kMidline.
struct BoxSpine {
    static constexpr double kMidline = 7.0;
    static constexpr double kBody = 26.0, kDisc = 10.0, kStep = kBody + kDisc;
    static constexpr double kForamenAcross = 5.0, kForamenHigh = 8.0; ///< semi-axes
    static constexpr double kPivot = 80.0;                            ///< the height about which it leans
    static constexpr double kSacAcross = 9.0;                         ///< semi-axis right to left
    double sacDeep = 6.5;                                             ///< semi-axis front to back
    double narrowing = 0.0; ///< mm that it is less at the middle of every disc
    double around = 0.0;    ///< mm between the sac and the canal's border
    int bodies = 6;         ///< above the sacrum
    bool foramina = true;
    double lean = 0.0;   ///< degrees that it is turned about the patient's left, its head to the back
    bool decoy = false;  ///< something in front of it, at the height of two vertebrae, looks like a body
    bool stripe = false; ///< on its left something behind the back looks like a sac
    float moved = 0.0f;  ///< the person did: what the greys of all tissue are off by; readGreys does not mind
    double speckBeyond = 100.0; ///< mm from the midline from which foramina are specks

    /// The middle of the i-th disc from below (0: the lumbosacral one).
    [[nodiscard]] static double discHeight(int i) { return kStep * i; }
    [[nodiscard]] static double foramenArea() { return M_PI * kForamenAcross * kForamenHigh; }
    [[nodiscard]] double sacArea(double z) const { return M_PI * kSacAcross * deepAt(z); }
    [[nodiscard]] double canalArea(double z) const {
        return M_PI * (kSacAcross + around) * (deepAt(z) + around);
    }
    [[nodiscard]] double deepAt(double z) const {
        const double off = std::remainder(z, kStep);
        return sacDeep - narrowing * std::exp(-0.5 * off * off / 9.0);
    }

    /// A place of the upright spine, where it lies when it leans.
    [[nodiscard]] geometry::PatientPoint turned(const geometry::PatientPoint& p, double by = 1.0) const {
        const double a = by * lean * M_PI / 180.0;
        return {p.x, std::cos(a) * p.y + std::sin(a) * (p.z - kPivot),
                kPivot - std::sin(a) * p.y + std::cos(a) * (p.z - kPivot)};
    }

    [[nodiscard]] Label at(const geometry::PatientPoint& place) const {
        const auto p = turned(place, -1.0);
        const double x = p.x - kMidline, y = p.y, z = p.z;
        if (decoy && y > -75.0 && y < -40.0 && z > 75.0 && z < 145.0) return Label::Body;
        if (stripe && y > 62.0 && y < 78.0 && x > 6.0) return Label::DuralSac;
        if (z > kStep * bodies || std::abs(x) > 26.0) return Label::Background;
        const double off = std::remainder(z, kStep);
        const int disc = static_cast<int>(std::lround(z / kStep));
        const bool sacrum = z < -0.5 * kDisc;
        // The foramen lies behind the disc and the lower part of the body above, between two pedicles.
        const double fy = y - 24.0, fz = off - 4.0;
        const double small = std::abs(x) > speckBeyond ? 0.28 : 1.0;
        const bool foramen =
            foramina && disc >= 0 && disc < 5 && std::abs(x) > 10.0 && std::abs(x) < 22.0 &&
            fy * fy / (kForamenAcross * kForamenAcross) + fz * fz / (kForamenHigh * kForamenHigh) <
                small * small;
        if (foramen) return Label::Foramen;
        const double sy = (y - 24.0) / deepAt(z), sx = x / kSacAcross;
        if (sx * sx + sy * sy < 1.0 && z > -60.0) return Label::DuralSac;
        const double cy = (y - 24.0) / (deepAt(z) + around), cx = x / (kSacAcross + around);
        if (cx * cx + cy * cy < 1.0 && z > -60.0) return Label::Canal;
        if (std::abs(y) < 17.0) {
            if (sacrum) return z > -50.0 ? Label::Sacrum : Label::Background;
            return std::abs(off) < 0.5 * kDisc ? Label::Disc : Label::Body;
        }
        // Pedicles and what stands behind them, at the height of the bodies.
        if (y > 17.0 && y < 40.0 && std::abs(x) > 10.0 && std::abs(x) < 22.0)
            return sacrum ? Label::Sacrum : Label::Posterior;
        return Label::Background;
    }
};

inline geometry::ImagePlane sagittalPlane(double x, double spacing = 0.8) {
    return *geometry::ImagePlane::create(
        {{x, -90.0, 230.0}, {0, 1, 0}, {0, 0, -1}, spacing, spacing, 250, 380});
}
inline geometry::ImagePlane axialPlane(double z, double spacing = 0.6) {
    return *geometry::ImagePlane::create(
        {{-90.8, -60.8, z}, {1, 0, 0}, {0, 1, 0}, spacing, spacing, 320, 260});
}

/// A grey per label. Two bands behind the back fix what normalisation takes for the 1st and 99th percentile,
/// so that readGreys finds the labels again.
inline constexpr float kLowGrey = 1.25f, kHighGrey = 9.0f;
inline float greyAt(const BoxSpine& spine, const geometry::PatientPoint& p) {
    const double y = spine.turned(p, -1.0).y;
    if (y > 46.0 && y < 52.0) return kHighGrey;
    if (y > 52.0 && y < 58.0) return kLowGrey;
    const Label label = spine.at(p);
    return 1.0f + static_cast<float>(label) + (label == Label::Background ? 0.0f : spine.moved);
}

/// A network that knows the truth: certain of every label.
inline Result<wire::Prediction> readGreys(const Model&, const wire::Frame& images, const Watch&) {
    const auto n = images.shape[0], rows = images.shape[2], columns = images.shape[3];
    const auto size = static_cast<std::size_t>(rows * columns);
    wire::Prediction answer;
    answer.probabilities = {{n, static_cast<std::int64_t>(kLabelCount), rows, columns},
                            wire::Values(static_cast<std::size_t>(n) * kLabelCount * size, 0.0f)};
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
        for (std::size_t k = 0; k < size; ++k) {
            const float grey = kLowGrey + (kHighGrey - kLowGrey) * images.values[i * size + k];
            const long label = std::lround(grey) - 1;
            const auto at = static_cast<std::size_t>(label > 0 && label < 8 ? label : 0);
            answer.probabilities.values[(i * kLabelCount + at) * size + k] = 1.0f;
        }
    answer.device = "cpu";
    return answer;
}

inline StackInput stackOf(const BoxSpine& spine, std::vector<geometry::ImagePlane> planes,
                          geometry::Plane plane, std::optional<Weighting> weighting,
                          const std::string& series, std::map<int, Error> unread = {}) {
    StackInput stack;
    stack.plane = plane;
    stack.weighting = weighting;
    auto builder = *imaging::VolumeBuilder::create(planes);
    for (std::size_t i = 0; i < planes.size(); ++i) {
        stack.images.push_back({SeriesUid(series), SopUid(series + "." + std::to_string(i)), 1});
        if (unread.contains(static_cast<int>(i))) continue;
        auto slice = builder.slice(static_cast<int>(i));
        for (int r = 0; r < slice.rows(); ++r)
            for (int c = 0; c < slice.columns(); ++c)
                slice(c, r) = greyAt(spine, planes[i].toPatient(geometry::PixelPoint{double(c), double(r)}));
    }
    imaging::VolumeInfo info;
    info.unread = std::move(unread);
    stack.volume = builder.finish(std::move(info));
    stack.frameOfReference = FrameOfReferenceUid("1.9");
    return stack;
}
inline std::vector<geometry::ImagePlane> sagittalPlanes() {
    std::vector<geometry::ImagePlane> planes;
    for (int i = -7; i <= 7; ++i)
        planes.push_back(sagittalPlane(BoxSpine::kMidline + 4.0 * i));
    return planes;
}
inline std::vector<geometry::ImagePlane> axialPlanes() {
    std::vector<geometry::ImagePlane> planes;
    for (int disc = 4; disc >= 0; --disc)
        for (const double off : {4.0, 0.0, -4.0})
            planes.push_back(axialPlane(BoxSpine::discHeight(disc) + off));
    return planes;
}

} // namespace forameter::proposal::testing
