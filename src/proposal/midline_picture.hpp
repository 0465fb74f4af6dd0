// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "maps.hpp"

namespace forameter::proposal {

/// The spine's own midsagittal picture, folded from many sagittal slices: at every height those slices count
/// that show the canal widest there, so it follows a scoliosis through the stack, and stacks of several
/// weightings speak together. A grid of 1 mm in the patient's y (columns) and z (rows, downwards).
class MidlinePicture {
public:
    /// Covers the given slices.
    explicit MidlinePicture(std::span<const geometry::ImagePlane> slices);

    /// Whether the slice goes through the canal, rather than along its edge.
    bool add(const LabelMaps& slice);
    /// How far along `back` (a direction without x) spine has been seen so far, mm from the patient's origin;
    /// none where it has not.
    [[nodiscard]] std::optional<std::pair<double, double>>
    spineDepth(const geometry::PatientVector& back) const;
    /// Divides by the weights; afterwards the grids hold probabilities.
    void finish();

    [[nodiscard]] bool empty() const { return m_columns == 0 || m_rows == 0; }
    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] double probability(Label label, double column, double row) const; ///< bilinear, 0 outside
    [[nodiscard]] double seen(double column, double row) const; ///< 0..1: whether any slice shows the place
    /// A place of the picture on the spine's midline.
    [[nodiscard]] geometry::PatientPoint patientPoint(double column, double row) const;

private:
    int m_columns = 0, m_rows = 0;
    double m_y0 = 0.0, m_z0 = 0.0;
    std::array<Grid<float>, kLabelCount> m_sum;
    Grid<float> m_weight, m_seen;
    std::vector<double> m_x, m_xWeight; ///< by row
};

} // namespace forameter::proposal
