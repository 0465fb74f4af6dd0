// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/style.hpp"

#include <algorithm>
#include <array>

namespace forameter::report {

// The screens' colours are those of src/ui/theme.cpp.
const PlotStyle& PlotStyle::darkScreen() {
    static const PlotStyle style{.dark = true,
                                 .background = 0x171b20,
                                 .text = 0xcfd6dd,
                                 .strong = 0xeef2f5,
                                 .quiet = 0x8a97a3,
                                 .grid = 0x2a323b,
                                 .accent = 0x3fc1b0,
                                 .warning = 0xe9a23b,
                                 .textSize = 12.0};
    return style;
}

const PlotStyle& PlotStyle::lightScreen() {
    static const PlotStyle style{.dark = false,
                                 .background = 0xf5f7f8,
                                 .text = 0x2f3841,
                                 .strong = 0x10161b,
                                 .quiet = 0x5e6b77,
                                 .grid = 0xdde2e6,
                                 .accent = 0x0b7d70,
                                 .warning = 0x9a5b00,
                                 .textSize = 12.0};
    return style;
}

const PlotStyle& PlotStyle::print() {
    static const PlotStyle style{.dark = false,
                                 .background = 0xffffff,
                                 .text = 0x22282e,
                                 .strong = 0x000000,
                                 .quiet = 0x59636d,
                                 .grid = 0xe1e5e9,
                                 .accent = 0x00695c,
                                 .warning = 0x9a5b00,
                                 .textSize = 8.0};
    return style;
}

namespace {
// Okabe and Ito's, without their black; on white the yellow is too light to be a line, so it comes last.
constexpr std::array<Rgb, 7> kOnLight{0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0xd55e00, 0x56b4e9, 0xb8a900};
constexpr std::array<Rgb, 7> kOnDark{0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7, 0xd55e00, 0x3f8fd0, 0xf0e442};
constexpr std::array kMarkers{Marker::Circle,  Marker::Square, Marker::Triangle,
                              Marker::Diamond, Marker::Star,   Marker::Pentagon};
const std::array<std::vector<double>, 5> kDashes{
    std::vector<double>{}, {6.0, 3.0}, {1.5, 2.5}, {6.0, 2.5, 1.5, 2.5}, {10.0, 3.0}};
} // namespace

RaterMark raterMark(std::size_t number, const PlotStyle& style) {
    const auto& colors = style.dark ? kOnDark : kOnLight;
    return {colors[number % colors.size()], kMarkers[number % kMarkers.size()],
            kDashes[number % kDashes.size()]};
}

RaterMark referenceMark(const PlotStyle& style) {
    return {style.quiet, Marker::Cross, {}};
}

Raters::Raters(std::vector<std::string> names, std::vector<std::string> references, Names shown)
    : m_names(std::move(names)), m_references(std::move(references)), m_shown(shown) {}

std::string referenceLabel(std::string_view name) {
    if (name == "consensus-staple") return "STAPLE consensus";
    if (name == "consensus-majority") return "majority consensus";
    if (name == "consensus-mean-shape") return "mean shape consensus";
    if (name == "others") return "mean of the others";
    return std::string(name);
}

std::string Raters::label(std::string_view name) const {
    return referenceLabel(key(name));
}

bool Raters::isReference(std::string_view name) const {
    return std::ranges::find(m_references, name) != m_references.end();
}

std::string Raters::key(std::string_view name) const {
    const auto found = std::ranges::find(m_names, name);
    if (m_shown == Names::Shown || found == m_names.end()) return std::string(name);
    // A to Z, then AA, AB, ...
    std::string letters;
    for (auto n = found - m_names.begin() + 1; n > 0; n = (n - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
    return letters;
}

RaterMark Raters::mark(std::string_view name, const PlotStyle& style) const {
    const auto found = std::ranges::find(m_names, name);
    if (found == m_names.end()) return referenceMark(style);
    return raterMark(static_cast<std::size_t>(found - m_names.begin()), style);
}

} // namespace forameter::report
