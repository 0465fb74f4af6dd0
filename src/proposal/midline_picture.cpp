// SPDX-License-Identifier: Apache-2.0
#include "midline_picture.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/core/bilinear.hpp"

namespace forameter::proposal {

using geometry::ImagePlane;
using geometry::PatientPoint;

namespace {

constexpr int kHalfWindow = 8;                        // rows: the canal's width is averaged over them
constexpr double kCanalSeen = 2.0, kCanalShown = 6.0; // mm of canal, front to back: its end; well within it
// Rows over which the midline is taken: where the canal is hardly seen, as at S1 on T1, those say more that
// show it well.
constexpr int kMidlineWindow = 20;
constexpr int kLeastColumn = 12, kBehindColumn = 30; // mm of column; mm behind it in which the canal ends
constexpr int kCarry = 45;         // rows below the end of the sac in which its last slices still count
constexpr double kLargest = 900.0; // mm; slices are refused beyond 800
constexpr float kLeastWeight = 1.0e-3f;

/// Means over a window of `half` to both sides.
std::vector<double> smoothed(const std::vector<double>& values, int half) {
    std::vector<double> result(values.size(), 0.0);
    const auto n = static_cast<int>(values.size());
    for (int i = 0; i < n; ++i) {
        const int low = std::max(0, i - half), high = std::min(n - 1, i + half);
        for (int j = low; j <= high; ++j)
            result[static_cast<std::size_t>(i)] += values[static_cast<std::size_t>(j)] / (high - low + 1);
    }
    return result;
}

/// 0 outside.
double bilinear(const Grid<float>& grid, double column, double row) {
    if (!(column >= 0.0 && row >= 0.0 && column <= grid.columns() - 1 && row <= grid.rows() - 1)) return 0.0;
    return Bilinear<double>(column, row, grid.columns(), grid.rows())(grid.data());
}

} // namespace

MidlinePicture::MidlinePicture(std::span<const ImagePlane> slices) {
    double y0 = 1e9, y1 = -1e9, z0 = 1e9, z1 = -1e9;
    for (const ImagePlane& slice : slices)
        for (const double c : {0.0, slice.columns() - 1.0})
            for (const double r : {0.0, slice.rows() - 1.0}) {
                const PatientPoint p = slice.toPatient(geometry::PixelPoint{c, r});
                y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
                z0 = std::min(z0, p.z), z1 = std::max(z1, p.z);
            }
    if (!(y1 > y0 && z1 > z0)) return;
    // Slices that lie nowhere near each other have no picture in common: the middle of them.
    const auto cut = [](double& low, double& high) {
        const double middle = 0.5 * (low + high), half = std::min(0.5 * (high - low), 0.5 * kLargest);
        low = middle - half, high = middle + half;
    };
    cut(y0, y1), cut(z0, z1);
    m_y0 = y0, m_z0 = z1;
    m_columns = static_cast<int>(y1 - y0) + 1, m_rows = static_cast<int>(z1 - z0) + 1;
    for (auto& grid : m_sum)
        grid = Grid<float>(m_columns, m_rows);
    m_weight = m_seen = Grid<float>(m_columns, m_rows);
    m_x.assign(static_cast<std::size_t>(m_rows), 0.0);
    m_xWeight = m_x;
}

bool MidlinePicture::add(const LabelMaps& slice) {
    // The slice's pixel under (y, z): two equations, as every slice stands less than 60 degrees off sagittal.
    const ImagePlane& plane = slice.plane;
    const auto u = plane.rowDirection(), v = plane.columnDirection();
    const double det = u.y * v.z - v.y * u.z;
    if (empty() || std::abs(det) < 0.1) return false;
    const auto pixelAt = [&](int c, int r) {
        const double y = m_y0 + c - plane.origin().y, z = m_z0 - r - plane.origin().z;
        return plane.toPixel(geometry::PlanePoint{(y * v.z - z * v.y) / det, (z * u.y - y * u.z) / det});
    };
    const auto labels = [&](Label label) -> const Grid<float>& { return slice.of(label); };

    std::vector<double> width(static_cast<std::size_t>(m_rows), 0.0), x = width;
    for (int r = 0; r < m_rows; ++r) {
        double sum = 0.0, at = 0.0;
        int run = 0, behind = kBehindColumn + 1; // mm of column in front, and since its end
        for (int c = 0; c < m_columns; ++c) {
            const auto p = pixelAt(c, r);
            const double column = bilinear(labels(Label::Body), p.x, p.y) +
                                  bilinear(labels(Label::Disc), p.x, p.y) +
                                  bilinear(labels(Label::Sacrum), p.x, p.y);
            run = column > 0.5 ? run + 1 : 0;
            behind = run >= kLeastColumn ? 0 : behind + 1;
            if (behind > kBehindColumn) continue; // fat behind the back may look like a sac
            const double canal =
                bilinear(labels(Label::DuralSac), p.x, p.y) + bilinear(labels(Label::Canal), p.x, p.y);
            if (canal < 0.3) continue;
            sum += canal;
            at += canal * plane.toPatient(p).x;
        }
        width[static_cast<std::size_t>(r)] = std::min(sum, 25.0);
        x[static_cast<std::size_t>(r)] = sum > 0.0 ? at / sum : 0.0;
    }
    auto weight = smoothed(width, kHalfWindow);
    for (std::size_t r = 0; r < weight.size(); ++r) {
        m_x[r] += width[r] * width[r] * x[r];
        m_xWeight[r] += width[r] * width[r];
    }
    // Below the end of the sac nothing tells where the middle is but where it was above.
    int last = -1;
    for (int r = 0; r < m_rows; ++r)
        if (weight[static_cast<std::size_t>(r)] > kCanalSeen)
            last = r;
        else if (last >= 0 && r - last < kCarry)
            weight[static_cast<std::size_t>(r)] =
                std::max(weight[static_cast<std::size_t>(r)],
                         weight[static_cast<std::size_t>(last)] * (1.0 - double(r - last) / kCarry));
    for (int r = 0; r < m_rows; ++r) {
        const double w = weight[static_cast<std::size_t>(r)];
        const auto share = static_cast<float>(w * w) + kLeastWeight;
        for (int c = 0; c < m_columns; ++c) {
            const auto p = pixelAt(c, r);
            if (!(p.x >= 0.0 && p.y >= 0.0 && p.x <= plane.columns() - 1 && p.y <= plane.rows() - 1))
                continue;
            m_weight(c, r) += share;
            m_seen(c, r) = 1.0f;
            for (std::size_t l = 0; l < kLabelCount; ++l)
                m_sum[l](c, r) += share * static_cast<float>(bilinear(slice.probability[l], p.x, p.y));
        }
    }
    return std::ranges::max(weight) > kCanalShown;
}

std::optional<std::pair<double, double>>
MidlinePicture::spineDepth(const geometry::PatientVector& back) const {
    std::optional<std::pair<double, double>> depth;
    for (int c = 0; c < m_columns; ++c)
        for (int r = 0; r < m_rows; ++r) {
            float spine = 0.0f;
            for (const Label label : {Label::Body, Label::Disc, Label::Sacrum, Label::DuralSac, Label::Canal})
                spine += m_sum[static_cast<std::size_t>(label)](c, r);
            if (!(spine > 0.5f * m_weight(c, r))) continue;
            const double at = back.y * (m_y0 + c) + back.z * (m_z0 - r);
            depth = depth ? std::pair(std::min(depth->first, at), std::max(depth->second, at))
                          : std::pair(at, at);
        }
    return depth;
}

void MidlinePicture::finish() {
    for (auto& grid : m_sum)
        for (std::size_t i = 0; i < grid.data().size(); ++i)
            if (m_weight.data()[i] > 0.0f) grid.data()[i] /= m_weight.data()[i];
    // The midline's x by row: where no canal is seen, as at the nearest row that has one.
    const auto weight = smoothed(m_xWeight, kMidlineWindow), sum = smoothed(m_x, kMidlineWindow);
    int known = -1;
    const auto n = static_cast<int>(m_x.size());
    for (int r = 0; r < n; ++r) {
        const auto i = static_cast<std::size_t>(r);
        if (weight[i] <= 4.0) continue;
        m_x[i] = sum[i] / weight[i];
        for (int k = known < 0 ? 0 : known + 1; k < r; ++k) // half a gap from each of its ends
            m_x[static_cast<std::size_t>(k)] =
                known < 0 || 2 * k > known + r ? m_x[i] : m_x[static_cast<std::size_t>(known)];
        known = r;
    }
    for (int k = known + 1; k < n && known >= 0; ++k)
        m_x[static_cast<std::size_t>(k)] = m_x[static_cast<std::size_t>(known)];
}

double MidlinePicture::probability(Label label, double column, double row) const {
    return bilinear(m_sum[static_cast<std::size_t>(label)], column, row);
}

double MidlinePicture::seen(double column, double row) const {
    return bilinear(m_seen, column, row);
}

PatientPoint MidlinePicture::patientPoint(double column, double row) const {
    const double r = std::clamp(row, 0.0, m_rows - 1.0);
    const int a = static_cast<int>(r), b = std::min(a + 1, m_rows - 1);
    const double t = r - a;
    return {(1.0 - t) * m_x[static_cast<std::size_t>(a)] + t * m_x[static_cast<std::size_t>(b)],
            m_y0 + column, m_z0 - row};
}

} // namespace forameter::proposal
