// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRegularExpression>
#include <QString>
#include <QXmlStreamReader>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "forameter/report/plot.hpp"

// What was painted, read back from the plot's SVG.
namespace forameter::report::testing {

struct Segment {
    double x0, y0, x1, y1;
};
struct Box {
    double x, y, width, height;
};
struct Painted {
    std::vector<Plot::Place> circles;
    std::vector<Segment> lines;
    std::vector<Box> boxes;
    std::vector<std::vector<Plot::Place>> outlines; ///< closed paths of more than 6 points
    std::string texts;                              ///< one per line

    /// A line from edge to edge at that height.
    [[nodiscard]] bool hasLevelLine(double y, double width) const {
        for (const Segment& s : lines)
            if (std::abs(s.y0 - y) < 0.05 && std::abs(s.y1 - y) < 0.05 && std::abs(s.x1 - s.x0) > width)
                return true;
        return false;
    }
};

inline std::vector<Plot::Place> points(const QString& text) {
    std::vector<Plot::Place> out;
    static const QRegularExpression pair(QStringLiteral("(-?[\\d.]+(?:e-?\\d+)?),(-?[\\d.]+(?:e-?\\d+)?)"));
    for (auto it = pair.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        out.push_back({match.captured(1).toDouble(), match.captured(2).toDouble()});
    }
    return out;
}

inline Painted painted(const Plot& plot, double width = 600, double height = 400) {
    Painted out;
    const std::string svg = plot.svg(width, height);
    QXmlStreamReader xml(QByteArray(svg.data(), static_cast<qsizetype>(svg.size())));
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        const auto number = [&](const char* name) {
            return xml.attributes().value(QLatin1String(name)).toDouble();
        };
        const auto text = [&](const char* name) {
            return xml.attributes().value(QLatin1String(name)).toString();
        };
        if (xml.name() == QLatin1String("circle") || xml.name() == QLatin1String("ellipse")) {
            out.circles.push_back({number("cx"), number("cy")});
        } else if (xml.name() == QLatin1String("polyline")) {
            const auto all = points(text("points"));
            if (all.size() == 2) out.lines.push_back({all[0].x, all[0].y, all[1].x, all[1].y});
        } else if (xml.name() == QLatin1String("rect")) {
            out.boxes.push_back({number("x"), number("y"), number("width"), number("height")});
        } else if (xml.name() == QLatin1String("path")) {
            const auto all = points(text("d"));
            if (all.size() == 2)
                out.lines.push_back({all[0].x, all[0].y, all[1].x, all[1].y});
            else if (all.size() > 6)
                out.outlines.push_back(all);
            else if (all.size() >= 4)
                out.boxes.push_back({std::min(all[0].x, all[2].x), std::min(all[0].y, all[2].y),
                                     std::abs(all[2].x - all[0].x), std::abs(all[2].y - all[0].y)});
        } else if (xml.name() == QLatin1String("text")) {
            out.texts += xml.readElementText().trimmed().toStdString() + "\n";
        }
    }
    EXPECT_FALSE(xml.hasError()) << "not an SVG: " << xml.errorString().toStdString();
    return out;
}

} // namespace forameter::report::testing
