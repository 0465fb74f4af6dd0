// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forameter::report {

using Rgb = std::uint32_t; ///< 0xRRGGBB

/// The colours and the size of text of a plot: those of the desktop's themes, and black on white for paper.
struct PlotStyle {
    bool dark = false;
    Rgb background, text, strong, quiet, grid, accent, warning;
    double textSize; ///< height of the font, in the plot's units (points on paper, pixels on screen)

    [[nodiscard]] static const PlotStyle& darkScreen();
    [[nodiscard]] static const PlotStyle& lightScreen();
    [[nodiscard]] static const PlotStyle& print();
};

/// Raters differ in colour, in marker and in dash, so that they can be told apart without colour, too.
enum class Marker { Circle, Square, Diamond, Triangle, Star, Pentagon, Cross };
struct RaterMark {
    Rgb color = 0;
    Marker marker = Marker::Circle;
    std::vector<double> dash; ///< in pen widths; empty: solid
};
/// Of the rater with that number (0, 1, ...). Colours: Okabe and Ito, Color Universal Design (2008), ordered
/// so that neighbours differ in lightness, too; they repeat after 7 with another marker and dash.
[[nodiscard]] RaterMark raterMark(std::size_t number, const PlotStyle& style);
[[nodiscard]] RaterMark referenceMark(const PlotStyle& style); ///< truth, consensus: grey crosses

/// How people call a reference: "STAPLE consensus" for "consensus-staple"; other names stay as they are.
[[nodiscard]] std::string referenceLabel(std::string_view name);

/// How raters are called: by name, or as A, B, C while they are to stay hidden.
enum class Names { Shown, Letters };
class Raters {
public:
    Raters() = default;
    /// `names` in the order of their letters and marks; `references` (truth, a consensus) keep their names.
    Raters(std::vector<std::string> names, std::vector<std::string> references, Names shown);

    [[nodiscard]] std::string label(std::string_view name) const; ///< "A", "STAPLE consensus"
    /// For files: as label(), but references, "all" and "others" as they are.
    [[nodiscard]] std::string key(std::string_view name) const;
    [[nodiscard]] bool isReference(std::string_view name) const;
    [[nodiscard]] RaterMark mark(std::string_view name, const PlotStyle& style) const;
    [[nodiscard]] const std::vector<std::string>& names() const { return m_names; }
    [[nodiscard]] const std::vector<std::string>& references() const { return m_references; }
    [[nodiscard]] Names shown() const { return m_shown; }

private:
    std::vector<std::string> m_names, m_references;
    Names m_shown = Names::Shown;
};

} // namespace forameter::report
