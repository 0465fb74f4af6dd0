// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkActor.h>
#include <vtkImageData.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkTextActor.h>
#include <vtkTexture.h>

#include <array>
#include <optional>
#include <vector>

#include "forameter/render/scene.hpp"

namespace forameter::render {

[[nodiscard]] std::array<double, 3> rgb(Color color);

/// The four corners of an image, outer half pixels included, in the order top left, top right, bottom right,
/// bottom left.
[[nodiscard]] std::array<geometry::PatientPoint, 4> cornersOf(const geometry::ImagePlane& plane);

/// An image as a textured rectangle with a thin frame. Kept from one call to the next: only what changed is
/// made anew.
class SliceProp {
public:
    SliceProp();
    void show(const SceneSlice& slice);
    [[nodiscard]] vtkActor* image() const { return m_image; }
    [[nodiscard]] vtkActor* frame() const { return m_frame; }

private:
    vtkSmartPointer<vtkPolyData> m_quad, m_outline;
    vtkSmartPointer<vtkImageData> m_pixels;
    vtkSmartPointer<vtkTexture> m_texture;
    vtkSmartPointer<vtkActor> m_image, m_frame;
    SlicePainter m_painter;
    SceneSlice m_shown;
};

/// All frames in one actor; null for none.
[[nodiscard]] vtkSmartPointer<vtkActor> outlinesActor(std::span<const SceneOutline> outlines);

/// Tubes and translucent membranes, one pair for each colour and emphasis.
[[nodiscard]] std::vector<vtkSmartPointer<vtkActor>> contourActors(std::span<const SceneContour> contours);

/// All drums in one actor, of which only what faces the viewer is seen; null for none.
[[nodiscard]] vtkSmartPointer<vtkActor> bodiesActor(std::span<const SceneBody> bodies);

[[nodiscard]] vtkSmartPointer<vtkTextActor> labelActor(const SceneLabel& label);

/// A cube whose faces say R, L, A, P, H and F.
[[nodiscard]] vtkSmartPointer<vtkProp> orientationCube();

} // namespace forameter::render
