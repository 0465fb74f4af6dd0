// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "forameter/report/style.hpp"

class QPainter;
class QRectF;

namespace forameter::report {

/// A picture made of lines and text (Qt Charts without a widget): the same one on the screen, in an SVG and
/// in a PDF. Needs a QApplication (drawing.hpp makes one where there is none) and its thread.
class Plot {
public:
    struct Content; ///< src/report/content.hpp
    Plot(Content content, const PlotStyle& style);
    ~Plot();
    Plot(Plot&&) noexcept;
    Plot& operator=(Plot&&) noexcept;

    [[nodiscard]] const std::string& title() const;
    /// One sentence for those who cannot see it.
    [[nodiscard]] const std::string& description() const;
    /// How high it wants to be at that width, in its own units.
    [[nodiscard]] double heightFor(double width) const;

    /// Paints into `target`, laid out for target's size divided by `scale`: text keeps its size.
    void paint(QPainter& painter, const QRectF& target, double scale = 1.0) const;
    /// A whole SVG document of that size.
    [[nodiscard]] std::string svg(double width, double height) const;

    struct Place {
        double x = 0.0, y = 0.0;
        friend bool operator==(const Place&, const Place&) = default;
    };
    /// Where values lie in a picture of that size; a category's value is its number from 0 on.
    [[nodiscard]] Place place(double x, double y, double width, double height) const;

private:
    struct Scene;
    std::unique_ptr<Scene> m_scene;
};

} // namespace forameter::report
