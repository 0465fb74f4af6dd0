// SPDX-License-Identifier: Apache-2.0
#include "forameter/render/scene.hpp"

#include <vtkCamera.h>
#include <vtkLightKit.h>
#include <vtkNew.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTextProperty.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cassert>

#include "display.hpp"
#include "orbit.hpp"
#include "scene_props.hpp"

namespace forameter::render {

using geometry::PatientPoint;

namespace {

constexpr double kFontSize = 14.0;  // logical pixels
constexpr double kCubeSize = 84.0;  // logical pixels
constexpr double kFrameWidth = 1.5; // logical pixels

} // namespace

class Scene::Impl {
public:
    explicit Impl(DisplayConnection display) : m_display(std::move(display)) {
        m_window->SetShowWindow(false);
        m_window->SetUseOffScreenBuffers(true);
        m_window->SetMultiSamples(0); // ten times slower without a GPU; FXAA smooths edges
        m_window->SetDPI(72);
        m_window->SetNumberOfLayers(2);

        m_main->GradientBackgroundOn();
        m_light->SetKeyLightIntensity(0.9);
        m_light->AddLightsToRenderer(m_main);
        m_window->AddRenderer(m_main);

        m_corner->SetLayer(1);
        m_corner->InteractiveOff();
        m_corner->UseFXAAOn();
        m_corner->AddViewProp(orientationCube());
        m_window->AddRenderer(m_corner);
        background(0x15191e);
        m_orbit.look(CameraPreset::Oblique);
    }

    void slices(std::span<const SceneSlice> slices) {
        while (m_slices.size() > slices.size()) {
            m_main->RemoveActor(m_slices.back()->image());
            m_main->RemoveActor(m_slices.back()->frame());
            m_slices.pop_back();
        }
        while (m_slices.size() < slices.size()) {
            m_slices.push_back(std::make_unique<SliceProp>());
            m_main->AddActor(m_slices.back()->image());
            m_main->AddActor(m_slices.back()->frame());
        }
        m_slicePoints.clear();
        for (std::size_t i = 0; i < slices.size(); ++i) {
            assert(slices[i].volume);
            m_slices[i]->show(slices[i]);
            for (const auto& corner : cornersOf(slices[i].volume->plane(slices[i].slice)))
                m_slicePoints.push_back(corner);
        }
    }

    void outlines(std::span<const SceneOutline> outlines) {
        if (m_outlines) m_main->RemoveActor(m_outlines);
        m_outlines = outlinesActor(outlines);
        if (m_outlines) m_main->AddActor(m_outlines);
        m_outlinePoints.clear();
        for (const auto& outline : outlines)
            for (const auto& corner : cornersOf(outline.plane))
                m_outlinePoints.push_back(corner);
    }

    void contours(std::span<const SceneContour> contours) {
        for (auto& actor : m_contours)
            m_main->RemoveActor(actor);
        m_contours = contourActors(contours);
        for (auto& actor : m_contours)
            m_main->AddActor(actor);
        m_contourPoints.clear();
        for (const auto& contour : contours)
            m_contourPoints.insert(m_contourPoints.end(), contour.curve.points.begin(),
                                   contour.curve.points.end());
    }

    void bodies(std::span<const SceneBody> bodies) {
        if (m_bodies) m_main->RemoveActor(m_bodies);
        m_bodies = bodiesActor(bodies);
        if (m_bodies) m_main->AddActor(m_bodies);
    }

    void labels(std::span<const SceneLabel> labels) {
        for (auto& actor : m_labels)
            m_main->RemoveViewProp(actor);
        m_labels.clear();
        for (const auto& label : labels) {
            m_labels.push_back(labelActor(label));
            m_main->AddViewProp(m_labels.back());
        }
    }

    void background(Color color) {
        const auto top = rgb(color);
        m_main->SetBackground2(top[0], top[1], top[2]);
        m_main->SetBackground(0.55 * top[0], 0.55 * top[1], 0.55 * top[2]);
    }

    void look(CameraPreset preset) {
        m_orbit.look(preset);
        m_framed = false;
    }

    const Picture& render(int width, int height, double scale, Quality quality) {
        width = std::max(width, 0);
        height = std::max(height, 0);
        m_width = width;
        m_height = height;
        if (m_picture.columns() != width || m_picture.rows() != height)
            m_picture = Picture(width, height, 0xff000000);
        if (width == 0 || height == 0) return m_picture;

        m_window->SetSize(width, height);
        frame();
        for (auto& label : m_labels)
            label->GetTextProperty()->SetFontSize(static_cast<int>(kFontSize * scale + 0.5));
        const auto lineWidth = static_cast<float>(kFrameWidth * scale);
        for (auto& slice : m_slices)
            slice->frame()->GetProperty()->SetLineWidth(lineWidth);
        if (m_outlines) m_outlines->GetProperty()->SetLineWidth(lineWidth);
        m_main->SetUseFXAA(quality == Quality::Fine);
        placeCameras(scale);
        m_window->Render();
        readBack();
        return m_picture;
    }

    Orbit& orbit() { return m_orbit; }
    [[nodiscard]] int height() const { return m_height; }

private:
    /// Fits the camera to the scene once after a preset was chosen, so that it does not jump when a slice is
    /// scrolled. Images and outlines go before contours.
    void frame() {
        if (m_framed) return;
        auto points = m_slicePoints;
        points.insert(points.end(), m_outlinePoints.begin(), m_outlinePoints.end());
        if (points.empty()) points = m_contourPoints;
        if (points.empty()) return;
        m_orbit.fit(points, m_width, m_height);
        m_framed = true;
    }

    void placeCameras(double scale) {
        const auto toward = m_orbit.direction();
        const auto up = m_orbit.up();
        const auto place = [&](vtkRenderer* renderer, const PatientPoint& focus, double distance) {
            auto* camera = renderer->GetActiveCamera();
            const auto eye = focus + distance * toward;
            camera->SetViewAngle(Orbit::kViewAngle);
            camera->SetFocalPoint(focus.x, focus.y, focus.z);
            camera->SetPosition(eye.x, eye.y, eye.z);
            camera->SetViewUp(up.x, up.y, up.z);
            renderer->ResetCameraClippingRange();
        };
        place(m_main, m_orbit.focus, m_orbit.distance());
        const double size = std::min({kCubeSize * scale, m_width / 2.0, m_height / 2.0});
        m_corner->SetViewport(0, 0, size / m_width, size / m_height);
        place(m_corner, {0, 0, 0}, 4.2);
    }

    void readBack() {
        m_window->GetRGBACharPixelData(0, 0, m_width - 1, m_height - 1, 0, m_pixels);
        for (int y = 0; y < m_height; ++y) {
            const unsigned char* in =
                m_pixels->GetPointer(static_cast<vtkIdType>(m_height - 1 - y) * m_width * 4);
            for (auto& pixel : m_picture.view().row(y)) {
                pixel = 0xff000000U | static_cast<std::uint32_t>(in[0]) << 16 |
                        static_cast<std::uint32_t>(in[1]) << 8 | in[2];
                in += 4;
            }
        }
    }

    DisplayConnection m_display; // before the window: closed after it
    vtkNew<vtkRenderWindow> m_window;
    vtkNew<vtkRenderer> m_main, m_corner;
    vtkNew<vtkLightKit> m_light;
    vtkNew<vtkUnsignedCharArray> m_pixels;
    std::vector<std::unique_ptr<SliceProp>> m_slices;
    vtkSmartPointer<vtkActor> m_outlines, m_bodies;
    std::vector<vtkSmartPointer<vtkActor>> m_contours;
    std::vector<vtkSmartPointer<vtkTextActor>> m_labels;
    std::vector<PatientPoint> m_slicePoints, m_outlinePoints, m_contourPoints;
    Orbit m_orbit;
    bool m_framed = false;
    int m_width = 0, m_height = 0;
    Picture m_picture;
};

Result<Scene> Scene::create() {
    auto display = DisplayConnection::open();
    if (!display) return tl::unexpected(display.error());
    return Scene(std::make_unique<Impl>(std::move(*display)));
}

Scene::Scene(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Scene::~Scene() = default;
Scene::Scene(Scene&&) noexcept = default;
Scene& Scene::operator=(Scene&&) noexcept = default;

void Scene::setSlices(std::span<const SceneSlice> slices) {
    m_impl->slices(slices);
}
void Scene::setOutlines(std::span<const SceneOutline> outlines) {
    m_impl->outlines(outlines);
}
void Scene::setContours(std::span<const SceneContour> contours) {
    m_impl->contours(contours);
}
void Scene::setBodies(std::span<const SceneBody> bodies) {
    m_impl->bodies(bodies);
}
void Scene::setLabels(std::span<const SceneLabel> labels) {
    m_impl->labels(labels);
}
void Scene::setBackground(Color color) {
    m_impl->background(color);
}
void Scene::look(CameraPreset preset) {
    m_impl->look(preset);
}
void Scene::rotate(double dx, double dy) {
    m_impl->orbit().rotate(dx, dy, m_impl->height());
}
void Scene::zoom(double factor) {
    m_impl->orbit().scale(factor);
}
void Scene::pan(double dx, double dy) {
    m_impl->orbit().pan(dx, dy, m_impl->height());
}
const Picture& Scene::render(int width, int height, double scale, Quality quality) {
    return m_impl->render(width, height, scale, quality);
}

} // namespace forameter::render
