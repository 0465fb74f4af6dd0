// SPDX-License-Identifier: Apache-2.0
#include "scene_props.hpp"

#include <vtkAnnotatedCubeActor.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkContourTriangulator.h>
#include <vtkCoordinate.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkTextProperty.h>
#include <vtkTubeFilter.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numbers>

namespace forameter::render {

using geometry::PatientPoint;

namespace {

constexpr Color kFrame = 0x6b7885;

vtkIdType insert(vtkPoints* points, const PatientPoint& p) {
    return points->InsertNextPoint(p.x, p.y, p.z);
}

/// A closed line through points that are already in the list.
void insertLoop(vtkCellArray* lines, vtkIdType first, vtkIdType count) {
    lines->InsertNextCell(static_cast<int>(count) + 1);
    for (vtkIdType i = 0; i <= count; ++i)
        lines->InsertCellPoint(first + i % count);
}

vtkSmartPointer<vtkActor> actorOf(vtkPolyData* data) {
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputData(data);
    auto actor = vtkSmartPointer<vtkActor>::New();
    actor->SetMapper(mapper);
    return actor;
}

constexpr std::size_t kReach = 2; ///< pixels; dark lines of muscles and vessels are no way into the patient

/// Sets, too, all within kReach pixels of what is set, along rows and columns.
std::vector<std::uint8_t> widened(const std::vector<std::uint8_t>& mask, int columns, int rows) {
    const auto width = static_cast<std::size_t>(columns), height = static_cast<std::size_t>(rows);
    std::vector<std::uint8_t> along = mask, all;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t by = 1; by <= std::min(kReach, width - 1); ++by) {
            const std::uint8_t* from = &mask[y * width];
            std::uint8_t* to = &along[y * width];
            for (std::size_t x = by; x < width; ++x) {
                to[x] |= from[x - by];
                to[x - by] |= from[x];
            }
        }
    all = along;
    for (std::size_t by = 1; by <= std::min(kReach, height - 1); ++by)
        for (std::size_t i = by * width; i < all.size(); ++i) {
            all[i] |= along[i - by * width];
            all[i - by * width] |= along[i];
        }
    return all;
}

/// Air and padding: what is black and hangs together with the picture's edge, by more than a thin line. It
/// would stand in the scene as a slab that hides what lies behind; black inside of the patient stays.
std::vector<std::uint8_t> aroundPatient(const Picture& picture) {
    constexpr std::uint32_t kBlack = 16; // of 255; noise in air is not all zero
    const int columns = picture.columns(), rows = picture.rows();
    std::vector<std::uint8_t> light(picture.data().size());
    std::ranges::transform(picture.data(), light.begin(),
                           [](std::uint32_t pixel) { return std::uint8_t((pixel & 0xff) > kBlack); });
    auto closed = widened(light, columns, rows); // to what is sought and to what has been found
    std::vector<std::uint8_t> found(closed.size());
    struct Stretch {
        int from, to, y;
    };
    std::vector<Stretch> left;
    const auto at = [&](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(x);
    };
    const auto fill = [&](int x, int y) {
        std::uint8_t* row = &closed[at(0, y)];
        if (row[x]) return;
        int from = x, to = x + 1;
        while (from > 0 && !row[from - 1])
            --from;
        while (to < columns && !row[to])
            ++to;
        std::fill(row + from, row + to, std::uint8_t{1});
        std::fill(&found[at(from, y)], &found[at(from, y)] + (to - from), std::uint8_t{1});
        left.push_back({from, to, y});
    };
    for (int x = 0; x < columns; ++x)
        for (const int y : {0, rows - 1})
            fill(x, y);
    for (int y = 0; y < rows; ++y)
        for (const int x : {0, columns - 1})
            fill(x, y);
    while (!left.empty()) {
        const auto [from, to, y] = left.back();
        left.pop_back();
        for (const int next : {y - 1, y + 1})
            for (int x = from; next >= 0 && next < rows && x < to; ++x)
                fill(x, next);
    }
    return widened(found, columns, rows);
}

} // namespace

std::array<double, 3> rgb(Color color) {
    return {(color >> 16 & 0xff) / 255.0, (color >> 8 & 0xff) / 255.0, (color & 0xff) / 255.0};
}

std::array<PatientPoint, 4> cornersOf(const geometry::ImagePlane& plane) {
    const auto [x0, x1, y0, y1] = plane.bounds();
    using P = geometry::PlanePoint;
    return {plane.toPatient(P{x0, y0}), plane.toPatient(P{x1, y0}), plane.toPatient(P{x1, y1}),
            plane.toPatient(P{x0, y1})};
}

SliceProp::SliceProp()
    : m_quad(vtkSmartPointer<vtkPolyData>::New()),
      m_outline(vtkSmartPointer<vtkPolyData>::New()),
      m_pixels(vtkSmartPointer<vtkImageData>::New()),
      m_texture(vtkSmartPointer<vtkTexture>::New()) {
    m_texture->SetInputData(m_pixels);
    m_texture->InterpolateOn();
    m_texture->MipmapOn();
    m_texture->RepeatOff();
    m_texture->EdgeClampOn();
    m_image = actorOf(m_quad);
    m_image->SetTexture(m_texture);
    m_image->GetProperty()->LightingOff();
    m_frame = actorOf(m_outline);
    m_frame->GetProperty()->LightingOff();
    m_frame->GetProperty()->SetColor(rgb(kFrame).data());
}

void SliceProp::show(const SceneSlice& slice) {
    const bool sameImage = slice.volume == m_shown.volume && slice.slice == m_shown.slice;
    if (sameImage && slice.look == m_shown.look) return;
    const auto& plane = slice.volume->plane(slice.slice);
    m_shown = slice;

    // One texel per pixel of the image; the graphics interpolate.
    const int columns = plane.columns(), rows = plane.rows();
    const auto [x0, x1, y0, y1] = plane.bounds();
    const ViewTransform pixels{.topLeft = {x0, y0},
                               .right = {plane.columnSpacing(), 0},
                               .down = {0, plane.rowSpacing()},
                               .width = columns,
                               .height = rows};
    auto look = slice.look;
    look.interpolation = Interpolation::Nearest;
    const auto& picture = m_painter.paint(slice.volume->slice(slice.slice), plane, pixels, look);
    m_pixels->SetDimensions(columns, rows, 1);
    m_pixels->AllocateScalars(VTK_UNSIGNED_CHAR, 4);
    auto* out = static_cast<unsigned char*>(m_pixels->GetScalarPointer());
    const auto outside = aroundPatient(picture);
    for (std::size_t i = 0; i < picture.data().size(); ++i) {
        std::memset(out, static_cast<int>(picture.data()[i] & 0xff), 3);
        out[3] = outside[i] ? 0 : 255;
        out += 4;
    }
    m_pixels->Modified();
    if (sameImage) return;

    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    for (const auto& corner : cornersOf(plane))
        insert(points, corner);
    vtkNew<vtkCellArray> face, loop;
    face->InsertNextCell(4);
    for (vtkIdType i = 0; i < 4; ++i)
        face->InsertCellPoint(i);
    insertLoop(loop, 0, 4);
    vtkNew<vtkFloatArray> textureCoordinates;
    textureCoordinates->SetNumberOfComponents(2);
    for (const auto& [u, v] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {1.0, 1.0}, {0.0, 1.0}})
        textureCoordinates->InsertNextTuple2(u, v);
    m_quad->SetPoints(points);
    m_quad->SetPolys(face);
    m_quad->GetPointData()->SetTCoords(textureCoordinates);
    m_outline->SetPoints(points);
    m_outline->SetLines(loop);
}

vtkSmartPointer<vtkActor> outlinesActor(std::span<const SceneOutline> outlines) {
    if (outlines.empty()) return nullptr;
    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    vtkNew<vtkCellArray> lines;
    vtkNew<vtkUnsignedCharArray> colors;
    colors->SetNumberOfComponents(3);
    for (const auto& outline : outlines) {
        const auto first = points->GetNumberOfPoints();
        for (const auto& corner : cornersOf(outline.plane))
            insert(points, corner);
        insertLoop(lines, first, 4);
        colors->InsertNextTuple3(outline.color >> 16 & 0xff, outline.color >> 8 & 0xff, outline.color & 0xff);
    }
    vtkNew<vtkPolyData> data;
    data->SetPoints(points);
    data->SetLines(lines);
    data->GetCellData()->SetScalars(colors);
    auto actor = actorOf(data);
    actor->GetProperty()->LightingOff();
    return actor;
}

namespace {
/// A delineation's points in space, close enough together to look smooth.
std::vector<PatientPoint> loopOf(const geometry::PatientCurve& curve) {
    const auto plane = geometry::fittedPlane(curve);
    if (!plane) return curve.points; // too few or collinear points: still to be seen
    std::vector<PatientPoint> loop;
    for (const auto& p : geometry::flatten(geometry::toPlane(curve, *plane), 0.02))
        loop.push_back(plane->toPatient(p));
    return loop;
}
} // namespace

std::vector<vtkSmartPointer<vtkActor>> contourActors(std::span<const SceneContour> contours) {
    struct Group {
        vtkNew<vtkPoints> points;
        vtkNew<vtkCellArray> lines;
    };
    std::map<std::pair<Color, bool>, Group> groups;
    for (const auto& contour : contours) {
        const auto loop = loopOf(contour.curve);
        if (loop.size() < 2) continue;
        auto& group = groups[{contour.color, contour.emphasised}];
        const auto first = group.points->GetNumberOfPoints();
        for (const auto& p : loop)
            insert(group.points, p);
        insertLoop(group.lines, first, static_cast<vtkIdType>(loop.size()));
    }

    std::vector<vtkSmartPointer<vtkActor>> actors;
    for (auto& [look, group] : groups) {
        const auto [color, emphasised] = look;
        vtkNew<vtkPolyData> loops;
        loops->SetPoints(group.points);
        loops->SetLines(group.lines);

        vtkNew<vtkTubeFilter> tubes;
        tubes->SetInputData(loops);
        tubes->SetRadius(emphasised ? 1.0 : 0.7); // mm
        tubes->SetNumberOfSides(14);
        tubes->Update();
        auto tube = actorOf(tubes->GetOutput());
        tube->GetProperty()->SetColor(rgb(color).data());
        tube->GetProperty()->SetAmbient(emphasised ? 0.45 : 0.2);
        tube->GetProperty()->SetDiffuse(0.75);
        tube->GetProperty()->SetSpecular(0.25);
        tube->GetProperty()->SetSpecularPower(30);
        actors.push_back(tube);

        vtkNew<vtkContourTriangulator> fill;
        fill->SetInputData(loops);
        fill->Update();
        auto membrane = actorOf(fill->GetOutput());
        membrane->GetProperty()->SetColor(rgb(color).data());
        membrane->GetProperty()->SetOpacity(emphasised ? 0.45 : 0.28);
        membrane->GetProperty()->LightingOff();
        actors.push_back(membrane);
    }
    return actors;
}

vtkSmartPointer<vtkActor> bodiesActor(std::span<const SceneBody> bodies) {
    constexpr int kAround = 48;
    vtkNew<vtkPoints> points;
    points->SetDataTypeToDouble();
    vtkNew<vtkCellArray> faces;
    vtkNew<vtkFloatArray> normals;
    normals->SetNumberOfComponents(3);
    const auto add = [&](const PatientPoint& at, const geometry::PatientVector& out) {
        normals->InsertNextTuple3(out.x, out.y, out.z);
        return insert(points, at);
    };
    for (const SceneBody& body : bodies) {
        if (!(geometry::length(body.axis) > 0.0)) continue;
        const auto axis = geometry::normalized(body.axis);
        const geometry::PatientVector left{1, 0, 0};
        auto side = left - geometry::dot(left, axis) * axis;
        if (geometry::length(side) < 0.1) continue; // a spine that runs from side to side
        side = geometry::normalized(side);
        const auto back = geometry::cross(axis, side);
        const auto around = [&](int i) {
            const double a = 2 * std::numbers::pi * i / kAround;
            return std::pair{std::cos(a), std::sin(a)};
        };
        const auto rim = [&](int i, double end) {
            const auto [c, s] = around(i);
            return body.center + 0.5 * body.width * c * side + 0.5 * body.depth * s * back +
                   0.5 * end * body.height * axis;
        };
        for (int i = 0; i < kAround; ++i) { // each quarter with normals of its own
            const auto out = [&](int k) {
                const auto [c, s] = around(k);
                return geometry::normalized((c / body.width) * side + (s / body.depth) * back);
            };
            const vtkIdType wall[] = {add(rim(i, -1), out(i)), add(rim(i + 1, -1), out(i + 1)),
                                      add(rim(i + 1, 1), out(i + 1)), add(rim(i, 1), out(i))};
            faces->InsertNextCell(4, wall);
        }
        for (const double end : {1.0, -1.0}) {
            faces->InsertNextCell(kAround);
            for (int i = 0; i < kAround; ++i)
                faces->InsertCellPoint(add(rim(end > 0 ? i : kAround - i, end), end * axis));
        }
    }
    if (points->GetNumberOfPoints() == 0) return nullptr;
    vtkNew<vtkPolyData> data;
    data->SetPoints(points);
    data->SetPolys(faces);
    data->GetPointData()->SetNormals(normals);
    auto actor = actorOf(data);
    auto* look = actor->GetProperty();
    look->SetColor(rgb(0x8fa6ba).data());
    look->SetOpacity(0.3);
    look->SetAmbient(0.25);
    look->SetDiffuse(0.8);
    look->BackfaceCullingOn();
    return actor;
}

vtkSmartPointer<vtkTextActor> labelActor(const SceneLabel& label) {
    auto actor = vtkSmartPointer<vtkTextActor>::New();
    actor->SetInput(label.text.c_str());
    actor->GetPositionCoordinate()->SetCoordinateSystemToWorld();
    actor->GetPositionCoordinate()->SetValue(label.at.x, label.at.y, label.at.z);
    auto* text = actor->GetTextProperty();
    text->SetColor(rgb(label.color).data());
    text->SetFontFamilyToArial();
    text->BoldOn();
    text->ShadowOn();
    text->SetShadowOffset(1, -1);
    text->SetJustificationToCentered();
    text->SetVerticalJustificationToCentered();
    return actor;
}

vtkSmartPointer<vtkProp> orientationCube() {
    auto cube = vtkSmartPointer<vtkAnnotatedCubeActor>::New();
    // LPS: x to the left, y to the back, z to the head.
    cube->SetXPlusFaceText("L");
    cube->SetXMinusFaceText("R");
    cube->SetYPlusFaceText("P");
    cube->SetYMinusFaceText("A");
    cube->SetZPlusFaceText("H");
    cube->SetZMinusFaceText("F");
    cube->SetXFaceTextRotation(0);
    cube->SetYFaceTextRotation(0);
    cube->SetZFaceTextRotation(-90);
    cube->SetFaceTextScale(0.62);
    cube->GetTextEdgesProperty()->SetOpacity(0);
    cube->GetCubeProperty()->SetColor(rgb(0x2a333d).data());
    cube->GetCubeProperty()->SetAmbient(0.35);
    cube->GetCubeProperty()->SetDiffuse(0.75);
    for (auto* face :
         {cube->GetXPlusFaceProperty(), cube->GetXMinusFaceProperty(), cube->GetYPlusFaceProperty(),
          cube->GetYMinusFaceProperty(), cube->GetZPlusFaceProperty(), cube->GetZMinusFaceProperty()}) {
        face->SetColor(rgb(0xf0c869).data());
        face->LightingOff();
    }
    return cube;
}

} // namespace forameter::render
