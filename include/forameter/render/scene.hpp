// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/geometry/point.hpp"
#include "forameter/imaging/volume.hpp"
#include "forameter/render/slice_painter.hpp"

namespace forameter::render {

/// 0xRRGGBB
using Color = std::uint32_t;

/// An MR image standing in space where it was acquired.
struct SceneSlice {
    imaging::VolumePtr volume;
    int slice = 0;
    SliceLook look;
};
/// The thin frame of an image that is not itself shown, e.g. every block of an axial series.
struct SceneOutline {
    geometry::ImagePlane plane;
    Color color = 0x5b6672;
};
/// A delineation as a tube.
struct SceneContour {
    geometry::PatientCurve curve;
    Color color = 0x35c9b0;
    bool emphasised = false; ///< the cell being worked on: thicker, brighter
};
/// A vertebral body as a see-through drum: no anatomy, but a hold for the eye among images and contours.
struct SceneBody {
    geometry::PatientPoint center;
    geometry::PatientVector axis;            ///< along the spine, of any length but none
    double height = 0, width = 0, depth = 0; ///< mm, along the axis, from side to side, from front to back
};
/// Words beside a point, always facing the viewer and never hidden by an image.
struct SceneLabel {
    geometry::PatientPoint at;
    std::string text;
    Color color = 0xe8edf2;
};

enum class CameraPreset { Oblique, Anterior, Posterior, Left, Right, Superior };

/// Draft leaves edges unsmoothed, which takes less than half the time where there is no GPU: for pictures
/// during a drag.
enum class Quality { Draft, Fine };

/// The study in space, drawn by VTK off-screen and read back as a picture. Patient coordinates (LPS mm), head
/// up. All calls come from the thread that made the scene.
class Scene {
public:
    /// Fails with a sentence for the user where there is no X display with OpenGL.
    [[nodiscard]] static Result<Scene> create();
    ~Scene();
    Scene(Scene&&) noexcept;
    Scene& operator=(Scene&&) noexcept;

    // Each call replaces what was set before. Setting slices that differ only in index or look is cheap.
    void setSlices(std::span<const SceneSlice> slices);
    void setOutlines(std::span<const SceneOutline> outlines);
    void setContours(std::span<const SceneContour> contours);
    void setBodies(std::span<const SceneBody> bodies);
    void setLabels(std::span<const SceneLabel> labels);
    void setBackground(Color color);

    /// Looks from one side at the images and outlines, all of them in the picture; where there are none, at
    /// the contours.
    void look(CameraPreset preset);
    /// Turns about the middle of the scene by a drag in device pixels; the head stays up. A drag across the
    /// view's height is half a turn.
    void rotate(double dx, double dy);
    /// Enlarges by `factor` (> 1 comes nearer).
    void zoom(double factor);
    /// Moves the picture with a drag in device pixels.
    void pan(double dx, double dy);

    /// The picture stays valid until the next call; empty for an empty view. `scale`: device pixels per
    /// logical one, for letter sizes and line widths.
    [[nodiscard]] const Picture& render(int width, int height, double scale = 1.0,
                                        Quality quality = Quality::Fine);

private:
    class Impl;
    explicit Scene(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace forameter::render
