// SPDX-License-Identifier: Apache-2.0
#include "phantom_pictures.hpp"

#include <algorithm>
#include <fstream>

namespace forameter {

Grid<std::uint8_t> picture(const Grid<float>& image, double columnSpacing, double rowSpacing) {
    std::vector<float> values(image.data().begin(), image.data().end());
    std::sort(values.begin(), values.end());
    const float low = values[values.size() / 100],
                high = std::max(values[values.size() * 997 / 1000], low + 1e-6f);
    Grid<std::uint8_t> out(static_cast<int>(image.columns() * columnSpacing / kPixel),
                           static_cast<int>(image.rows() * rowSpacing / kPixel));
    for (int r = 0; r < out.rows(); ++r)
        for (int c = 0; c < out.columns(); ++c) {
            const double x = std::min(c * kPixel / columnSpacing, image.columns() - 1.001),
                         y = std::min(r * kPixel / rowSpacing, image.rows() - 1.001);
            const int i = static_cast<int>(x), j = static_cast<int>(y);
            const auto fx = static_cast<float>(x - i), fy = static_cast<float>(y - j);
            const float v = (1 - fy) * ((1 - fx) * image(i, j) + fx * image(i + 1, j)) +
                            fy * ((1 - fx) * image(i, j + 1) + fx * image(i + 1, j + 1));
            out(c, r) =
                static_cast<std::uint8_t>(std::clamp(255.0f * (v - low) / (high - low), 0.0f, 255.0f));
        }
    return out;
}

Grid<std::uint8_t> below(const std::vector<Grid<std::uint8_t>>& pictures) {
    int columns = 0, rows = 0;
    for (const auto& p : pictures) {
        columns = std::max(columns, p.columns());
        rows += p.rows();
    }
    Grid<std::uint8_t> all(columns, rows);
    int from = 0;
    for (const auto& p : pictures) {
        for (int r = 0; r < p.rows(); ++r)
            for (int c = 0; c < p.columns(); ++c)
                all(c, from + r) = p(c, r);
        from += p.rows();
    }
    return all;
}

Grid<std::uint8_t> beside(const std::vector<Grid<std::uint8_t>>& pictures) {
    int columns = 0, rows = 0;
    for (const auto& p : pictures) {
        columns += p.columns();
        rows = std::max(rows, p.rows());
    }
    Grid<std::uint8_t> all(columns, rows);
    int from = 0;
    for (const auto& p : pictures) {
        for (int r = 0; r < p.rows(); ++r)
            for (int c = 0; c < p.columns(); ++c)
                all(from + c, r) = p(c, r);
        from += p.columns();
    }
    return all;
}

bool write(const std::filesystem::path& file, const Grid<std::uint8_t>& image) {
    std::ofstream out(file, std::ios::binary);
    out << "P5\n" << image.columns() << " " << image.rows() << "\n255\n";
    out.write(reinterpret_cast<const char*>(image.data().data()),
              static_cast<std::streamsize>(image.data().size()));
    return static_cast<bool>(out);
}

Grid<float> toFloat(const Grid<std::uint16_t>& g) {
    Grid<float> f(g.columns(), g.rows());
    for (std::size_t i = 0; i < g.data().size(); ++i)
        f.data()[i] = g.data()[i];
    return f;
}

} // namespace forameter
