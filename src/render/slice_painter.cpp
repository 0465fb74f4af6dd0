// SPDX-License-Identifier: Apache-2.0
#include "forameter/render/slice_painter.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "resampling.hpp"

namespace forameter::render {
namespace {

constexpr std::uint32_t kBlack = 0xff000000;

/// One line of image pixels, `stride` apart, resampled to device pixels.
template <int Taps>
void resampleLine(const float* line, std::ptrdiff_t stride, const Resampling& r, float* out) {
    const int taps = Taps > 0 ? Taps : r.taps;
    const int begin = r.begin, end = r.end;
    const int* index = r.indices.data() + static_cast<std::ptrdiff_t>(begin) * taps;
    const float* weight = r.weights.data() + static_cast<std::ptrdiff_t>(begin) * taps;
    for (int x = begin; x < end; ++x, index += taps, weight += taps) {
        float sum = weight[0] * line[index[0] * stride];
        for (int k = 1; k < taps; ++k)
            sum += weight[k] * line[index[k] * stride];
        out[x] = sum;
    }
}

/// From grey 0..255 in floats; values beyond are clamped, what is not a number is black. Written so that
/// compilers vectorise it.
[[gnu::always_inline]] inline std::uint32_t pixelOf(float value) {
    value = value > 0.0F ? value : 0.0F;
    value = value < 255.0F ? value : 255.0F;
    const auto grey = static_cast<std::uint32_t>(static_cast<int>(value + 0.5F));
    return kBlack | grey << 16 | grey << 8 | grey;
}

// Built for wider vectors as well, chosen when the program starts. Products are not fused with sums: every
// machine gets the same pixels.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&             \
    !defined(__SANITIZE_ADDRESS__)
#define FORAMETER_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define FORAMETER_WIDE
#endif

FORAMETER_WIDE void scaleLine(float weight, const float* line, float* row, int begin, int end) {
    for (int x = begin; x < end; ++x)
        row[x] = weight * line[x];
}
FORAMETER_WIDE void addLine(float weight, const float* line, float* row, int begin, int end) {
    for (int x = begin; x < end; ++x)
        row[x] += weight * line[x];
}
FORAMETER_WIDE void toPixels(const float* row, float scale, float offset, std::uint32_t* pixels, int begin,
                             int end) {
    for (int x = begin; x < end; ++x)
        pixels[x] = pixelOf(row[x] * scale + offset);
}
/// The three above at once, for the enlarged pictures that contours are drawn on.
FORAMETER_WIDE void mixFour(const float* w, const float* a, const float* b, const float* c, const float* d,
                            float scale, float offset, std::uint32_t* pixels, int begin, int end) {
    const float wa = w[0], wb = w[1], wc = w[2], wd = w[3];
    for (int x = begin; x < end; ++x)
        pixels[x] = pixelOf((wa * a[x] + wb * b[x] + wc * c[x] + wd * d[x]) * scale + offset);
}
#undef FORAMETER_WIDE

} // namespace

class SlicePainter::Impl {
public:
    const Picture& paint(GridView<const float> slice, const geometry::ImagePlane& plane,
                         const ViewTransform& view, const SliceLook& look) {
        const int width = std::max(view.width, 0), height = std::max(view.height, 0);
        if (m_picture.columns() != width || m_picture.rows() != height)
            m_picture = Picture(width, height, kBlack);
        if (width == 0 || height == 0) return m_picture;

        // A view turned by a quarter runs along the columns of the image.
        const bool turned = std::abs(view.right.y) > std::abs(view.right.x);
        assert(std::abs(turned ? view.right.x : view.right.y) < 1e-9 * view.mmPerPixel());
        const auto center = plane.toPixel(view.toPlane({0.5, 0.5}));
        const auto right = plane.toPixel(view.right), down = plane.toPixel(view.down);
        const auto across = turned
                                ? resampling(center.y, right.y, width, slice.rows(), look.interpolation)
                                : resampling(center.x, right.x, width, slice.columns(), look.interpolation);
        const auto along = turned ? resampling(center.x, down.x, height, slice.columns(), look.interpolation)
                                  : resampling(center.y, down.y, height, slice.rows(), look.interpolation);
        const std::ptrdiff_t pixelStride = turned ? slice.columns() : 1,
                             lineStride = turned ? 1 : slice.columns();

        resampleLines(slice.data().data(), lineStride, pixelStride, across, along, width);
        mixLines(across, along, look, width, height);
        return m_picture;
    }

private:
    // Every image line in use is stretched to the width of the view once...
    void resampleLines(const float* pixels, std::ptrdiff_t lineStride, std::ptrdiff_t pixelStride,
                       const Resampling& across, const Resampling& along, int width) {
        m_first = along.first;
        const int lines = std::max(along.last - along.first + 1, 0);
        m_lines.resize(static_cast<std::size_t>(lines) * static_cast<std::size_t>(width));
        const auto resample = across.taps == 1   ? resampleLine<1>
                              : across.taps == 2 ? resampleLine<2>
                              : across.taps == 4 ? resampleLine<4>
                                                 : resampleLine<0>;
        for (int i = 0; i < lines; ++i)
            resample(pixels + (m_first + i) * lineStride, pixelStride, across,
                     m_lines.data() + static_cast<std::ptrdiff_t>(i) * width);
    }

    // ...and every row of the view is a mixture of such lines, which the compiler turns into vector
    // instructions.
    void mixLines(const Resampling& across, const Resampling& along, const SliceLook& look, int width,
                  int height) {
        float scale = static_cast<float>(255.0 / look.window.width);
        float offset = static_cast<float>(-255.0 * look.window.low() / look.window.width);
        if (look.greyscale == imaging::Greyscale::LowIsWhite) {
            scale = -scale;
            offset = 255.0F - offset;
        }
        m_row.resize(static_cast<std::size_t>(width));
        const int begin = across.begin,
                  end = across.end; // local, or the compiler fears that the writes below change them
        for (int y = 0; y < height; ++y) {
            const auto out = m_picture.view().row(y);
            if (y < along.begin || y >= along.end) {
                std::fill(out.begin(), out.end(), kBlack);
                continue;
            }
            std::fill(out.begin(), out.begin() + begin, kBlack);
            std::fill(out.begin() + end, out.end(), kBlack);
            const std::ptrdiff_t entry = static_cast<std::ptrdiff_t>(y) * along.taps;
            const float* weights = along.weights.data() + entry;
            const auto line = [&](int k) {
                const auto index = along.indices[static_cast<std::size_t>(entry + k)] - m_first;
                return m_lines.data() + static_cast<std::ptrdiff_t>(index) * width;
            };
            if (along.taps == 4) {
                mixFour(weights, line(0), line(1), line(2), line(3), scale, offset, out.data(), begin, end);
                continue;
            }
            for (int k = 0; k < along.taps; ++k)
                (k == 0 ? scaleLine : addLine)(weights[k], line(k), m_row.data(), begin, end);
            toPixels(m_row.data(), scale, offset, out.data(), begin, end);
        }
    }

    Picture m_picture;
    std::vector<float> m_lines; ///< image lines from m_first on, each as wide as the view
    std::vector<float> m_row;
    int m_first = 0;
};

SlicePainter::SlicePainter() : m_impl(std::make_unique<Impl>()) {}
SlicePainter::~SlicePainter() = default;
SlicePainter::SlicePainter(SlicePainter&&) noexcept = default;
SlicePainter& SlicePainter::operator=(SlicePainter&&) noexcept = default;

const Picture& SlicePainter::paint(GridView<const float> slice, const geometry::ImagePlane& plane,
                                   const ViewTransform& view, const SliceLook& look) {
    assert(slice.columns() == plane.columns() && slice.rows() == plane.rows());
    return m_impl->paint(slice, plane, view, look);
}

} // namespace forameter::render
