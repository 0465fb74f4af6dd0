// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QSizeF>

#include "forameter/geometry/image_plane.hpp"
#include "forameter/render/view_transform.hpp"

namespace forameter::ui {

/// How an image plane is laid on a widget: which of its directions points right and down on the screen, where
/// its middle is and how many (logical) pixels a millimetre takes. Images are hung the way radiologists
/// expect (sagittal: front left, head up; axial and coronal: patient's right left, front or head up),
/// whatever the order of rows and columns in the file. Never squeezed.
class SliceMapping {
public:
    SliceMapping() = default;
    explicit SliceMapping(const geometry::ImagePlane& plane);

    /// Keeps middle and zoom where the new image has the same layout (next slice), else fits it.
    void setPlane(const geometry::ImagePlane& plane);
    void setViewSize(QSizeF size) { m_size = size; }

    void fit();                             ///< the whole image, centred
    void zoomAt(QPointF at, double factor); ///< the millimetre under `at` stays there
    void pan(QPointF pixels);
    void setCenter(geometry::PlanePoint center) { m_center = center; }
    /// Shows about `millimetres` across the shorter side.
    void setExtent(double millimetres);

    [[nodiscard]] double scale() const { return m_scale; } ///< pixels per mm
    [[nodiscard]] geometry::PlanePoint center() const { return m_center; }
    [[nodiscard]] QPointF toScreen(geometry::PlanePoint p) const;
    [[nodiscard]] geometry::PlanePoint toPlane(QPointF p) const;
    /// For the painter, in device pixels of a widget with this ratio of device to logical pixels.
    [[nodiscard]] render::ViewTransform deviceView(double devicePixelRatio) const;
    /// Unit steps in the plane to the right and down the screen.
    [[nodiscard]] geometry::PlanePoint right() const { return m_right; }
    [[nodiscard]] geometry::PlanePoint down() const { return m_down; }
    /// The same as directions of the patient.
    [[nodiscard]] geometry::PatientVector patientRight(const geometry::ImagePlane& plane) const;
    [[nodiscard]] geometry::PatientVector patientDown(const geometry::ImagePlane& plane) const;

    friend bool operator==(const SliceMapping&, const SliceMapping&) = default;

private:
    QSizeF m_size{1, 1};
    geometry::PlanePoint m_right{1, 0}, m_down{0, 1}, m_center;
    double m_scale = 1.0;
    double m_width = 1.0, m_height = 1.0; ///< image extent along right and down, mm
    geometry::PlanePoint m_middle;        ///< of the image
};

} // namespace forameter::ui
