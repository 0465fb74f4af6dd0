// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/plots.hpp"

#include <algorithm>
#include <numbers>
#include <set>

#include "drawn.hpp"
#include "svg.hpp"

namespace forameter::report {
namespace {

using agreement::Group;
using testing::Painted;
using testing::painted;

const PlotStyle& style() {
    return PlotStyle::print();
}
bool has(const Painted& all, const std::string& text) {
    return all.texts.find(text) != std::string::npos;
}

TEST(Plots, BlandAltmanPutsPointsBiasAndLimitsWhereTheFormulaSays) {
    // Means 10, 19, 31, 38; differences 0, 2, -2, 4: bias 1, SD sqrt(20/3).
    const std::vector<AreaPair> areas{{10, 10}, {20, 18}, {30, 32}, {40, 36}};
    const Painted all = painted(blandAltmanPlot(areas, "A", "B", style(), "Foramina: A and B"));
    ASSERT_EQ(all.circles.size(), 4u);
    // Two of the points are the ruler for everything else.
    const auto &first = all.circles[0], &last = all.circles[3];
    const double perX = (last.x - first.x) / (38 - 10), perY = (last.y - first.y) / (4 - 0);
    EXPECT_GT(perX, 0);
    EXPECT_LT(perY, 0) << "larger differences are higher";
    const auto y = [&](double difference) { return first.y + perY * difference; };
    EXPECT_NEAR(all.circles[1].x, first.x + 9 * perX, 0.05);
    EXPECT_NEAR(all.circles[1].y, y(2), 0.05);
    EXPECT_NEAR(all.circles[2].x, first.x + 21 * perX, 0.05);
    EXPECT_NEAR(all.circles[2].y, y(-2), 0.05);
    const double reach = 1.96 * std::sqrt(20.0 / 3.0);
    for (const double at : {0.0, 1.0, 1.0 + reach, 1.0 - reach})
        EXPECT_TRUE(all.hasLevelLine(y(at), 300)) << "no line at " << at;
    EXPECT_FALSE(all.hasLevelLine(y(3.3), 300));
    // The bias's interval: t(3) = 3.18245 standard errors either way.
    const double half = 3.182446 * std::sqrt(20.0 / 3.0) / 2;
    EXPECT_TRUE(std::ranges::any_of(all.boxes, [&](const auto& b) {
        return std::abs(b.y - y(1 + half)) < 0.1 && std::abs(b.y + b.height - y(1 - half)) < 0.1;
    }));
    for (const char* text :
         {"Foramina: A and B", "Mean area (mm²)", "Area A \u2212 B (mm²)", "6.1", "\u22124.1", "n = 4."})
        EXPECT_TRUE(has(all, text)) << text << " is missing in\n" << all.texts;
}

TEST(Plots, PlotsOfNothingSayWhatIsMissing) {
    EXPECT_TRUE(has(painted(blandAltmanPlot({}, "A", "B", style())), "at least two cases"));
    EXPECT_TRUE(has(painted(iccForest({}, style())), "at least two cases"));
    EXPECT_TRUE(has(painted(componentsPlot({}, style())), "two raters"));
    EXPECT_TRUE(has(painted(areaBiasPlot({}, Raters(), style())), "several raters"));
    EXPECT_TRUE(has(painted(biasMapPlot({}, Raters(), style())), "several raters"));
    EXPECT_TRUE(has(painted(overlapPlot({}, Overlap::Dice, style())), "two raters"));
    EXPECT_TRUE(has(painted(areaSpreadPlot({}, {}, Raters(), style())), "two raters"));
    EXPECT_TRUE(has(painted(roundProgressPlot({}, Raters(), style())), "Nobody"));
    EXPECT_TRUE(has(painted(casesPerDayPlot({}, Raters(), style())), "No case"));
}

agreement::GroupAgreement group(std::optional<anatomy::Level> level, double value, double low, double high) {
    agreement::GroupAgreement out;
    out.group.level = level;
    out.asChosen.subjects = out.onOneImage.subjects = 20;
    out.asChosen.icc.icc21 = agreement::Estimate{value, agreement::Interval{low, high}};
    out.asChosen.error = agreement::MeasurementError{9.5, 9, 26, 25};
    return out;
}

TEST(Plots, ForestHasARowPerGroupWithItsIntervalInPlace) {
    const std::vector groups{group({}, 0.8, 0.6, 0.9), group(anatomy::Level::L4_L5, 0.4, 0.2, 0.6)};
    const Plot plot = iccForest(groups, style());
    EXPECT_TRUE(plot.description().starts_with("Intraclass correlation of areas in 2 rows"))
        << plot.description();
    const Painted all = painted(plot);
    ASSERT_EQ(all.circles.size(), 3u - 1u) << "one marker per row, and no legend where there is one kind";
    const double unit = (all.circles[0].x - all.circles[1].x) / 0.4;
    for (const auto& [row, low, high] : {std::tuple(0, 0.6, 0.9), std::tuple(1, 0.2, 0.6)}) {
        const auto& dot = all.circles[static_cast<std::size_t>(row)];
        const double value = row == 0 ? 0.8 : 0.4;
        EXPECT_TRUE(std::ranges::any_of(all.lines,
                                        [&](const auto& s) {
                                            return std::abs(s.y0 - dot.y) < 0.05 &&
                                                   std::abs(s.x0 - (dot.x + (low - value) * unit)) < 0.05 &&
                                                   std::abs(s.x1 - (dot.x + (high - value) * unit)) < 0.05;
                                        }))
            << "row " << row;
    }
    for (const char* text :
         {"Foramina", "all levels", "L4\u2013L5", "0.80 [0.60, 0.90]", "9.5", "ICC [95 % CI]"})
        EXPECT_TRUE(has(all, text)) << text;
}

TEST(Plots, ComponentsAreAsWideAsTheirShares) {
    agreement::ComponentsOfGroup one;
    one.components.rater = agreement::Component{10, false, 10, {}};
    one.components.slice = {20, false, 20, {}};
    one.components.delineation = {70, false, 70, {}};
    const Painted all = painted(componentsPlot(std::vector{one}, style()));
    std::vector<double> widths;
    for (const auto& box : all.boxes)
        if (box.height > 5 && box.width > 12) widths.push_back(box.width); // others are the legend's
    ASSERT_EQ(widths.size(), 3u);
    EXPECT_NEAR(widths[1] / widths[0], 2.0, 0.01);
    EXPECT_NEAR(widths[2] / widths[0], 7.0, 0.03);
    for (const char* text : {"10 %", "20 %", "70 %", "rater", "choice of slice", "10.0 mm²"})
        EXPECT_TRUE(has(all, text)) << text;
    EXPECT_FALSE(has(all, "residual"));
}

TEST(Plots, BoxesAreMedianAndQuartilesWithTukeysWhiskers) {
    // 1..8 and an outlier: quartiles 3, 5, 7; whiskers from 1 to 8.
    const Distribution values{"L4\u2013L5", {1, 2, 3, 4, 5, 6, 7, 8, 20}};
    const Painted all = painted(overlapPlot(std::vector{values}, Overlap::Hd95, style()));
    ASSERT_EQ(all.circles.size(), 9u);
    const double unit = (all.circles[0].y - all.circles[7].y) / 7, at1 = all.circles[0].y;
    const auto y = [&](double value) { return at1 - unit * (value - 1); };
    EXPECT_NEAR(all.circles[8].y, y(20), 0.1) << "the outlier is shown";
    EXPECT_TRUE(std::ranges::any_of(all.boxes, [&](const auto& b) {
        return std::abs(b.y - y(7)) < 0.1 && std::abs(b.y + b.height - y(3)) < 0.1;
    }));
    EXPECT_TRUE(all.hasLevelLine(y(5), 20));
    const auto whisker = [&](double from, double to) {
        return std::ranges::any_of(all.lines, [&](const auto& s) {
            return std::abs(s.x0 - s.x1) < 0.01 && std::abs(s.y0 - y(from)) < 0.1 &&
                   std::abs(s.y1 - y(to)) < 0.1;
        });
    };
    EXPECT_TRUE(whisker(7, 8));
    EXPECT_TRUE(whisker(3, 1));
    EXPECT_TRUE(has(all, "HD95 (mm)"));
}

TEST(Plots, BiasMapDrawsTheShiftEnlargedOnTheTemplate) {
    agreement::BiasMap map;
    map.rater = "r1";
    map.against = "truth";
    map.cases = 12;
    for (int i = 0; i < 72; ++i) {
        const double angle = 2 * std::numbers::pi * i / 72;
        agreement::BiasMapPoint point;
        point.position = i / 72.0;
        point.onScreen = {5 * std::sin(angle), -5 * std::cos(angle)};
        point.distance = {0.1, agreement::Interval{0.05, 0.15}};
        map.points.push_back(point);
    }
    map.walls = {{agreement::Wall::Superior, {0.1, agreement::Interval{0.05, 0.15}}},
                 {agreement::Wall::Inferior, {-0.3, agreement::Interval{-0.4, -0.2}}}};
    map.overall = {0.1, {}};
    const Raters raters({"r1"}, {"truth"}, Names::Shown);
    const Painted all = painted(biasMapPlot(std::vector{map}, raters, style()));
    // The two outlines: a circle of 5 mm, and one of 5 + 20 x 0.1 mm.
    std::vector<double> radii;
    for (const auto& outline : all.outlines) {
        double low = 1e9, high = -1e9;
        for (const auto& p : outline)
            low = std::min(low, p.x), high = std::max(high, p.x);
        radii.push_back((high - low) / 2);
    }
    ASSERT_GE(radii.size(), 3u) << "template, rater, and the area between";
    std::ranges::sort(radii);
    EXPECT_NEAR(radii.back() / radii.front(), 7.0 / 5.0, 0.005);
    for (const char* text : {"superior +0.10", "inferior \u22120.30", "+0.10 mm, 12 cases",
                             "20 times as large", "Foramina against the truth"})
        EXPECT_TRUE(has(all, text)) << text << " is missing in\n" << all.texts;
}

TEST(Plots, BiasMapsOfSeveralReferencesAreNotDrawnOverEachOther) {
    agreement::Summary summary;
    for (const char* rater : {"r1", "r2"})
        for (const char* against : {"truth", "consensus-staple"}) {
            auto& map = summary.biasMaps.emplace_back();
            map.rater = rater;
            map.against = against;
        }
    summary.biasMaps.emplace_back().structure = anatomy::Structure::CC;
    const auto maps = biasMapsOf(summary, {anatomy::Structure::NF, {}, {}, {}});
    ASSERT_EQ(maps.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        ASSERT_EQ(maps[i].size(), 2u);
        EXPECT_EQ(maps[i][0].against, i == 0 ? "truth" : "consensus-staple");
        EXPECT_EQ(maps[i][0].against, maps[i][1].against);
    }
}

TEST(Plots, PlacesAreLinearInTheValueAtEverySize) {
    const Plot plot = blandAltmanPlot(std::vector<AreaPair>{{10, 10}, {20, 18}, {40, 36}}, "A", "B", style());
    for (const auto& [width, height] : {std::pair(600.0, 400.0), std::pair(300.0, 900.0)}) {
        const auto a = plot.place(10, 0, width, height), b = plot.place(20, 1, width, height),
                   c = plot.place(40, 3, width, height);
        EXPECT_NEAR(c.x - b.x, 2 * (b.x - a.x), 1e-6);
        EXPECT_NEAR(c.y - b.y, 2 * (b.y - a.y), 1e-6);
        EXPECT_GT(c.x, a.x);
        EXPECT_LT(c.x, width);
    }
}

TEST(Plots, SpreadShowsEveryRatersAreaAndLeavesMixUpsOut) {
    using agreement::testing::draw;
    std::vector<protocol::Contour> contours;
    for (int study = 1; study <= 3; ++study)
        for (const char* rater : {"r1", "r2", "r3"})
            contours.push_back(
                draw({.rater = rater, .study = "1." + std::to_string(study), .halfDepth = 4.0 + study}));
    const auto readings = agreement::testing::prepared(contours);
    const Raters raters(readings.raters, {}, Names::Letters);
    const Painted all = painted(areaSpreadPlot(readings, {}, raters, style()));
    for (const char* text : {"Area (mm²)", "A", "B", "C", "Cases by mean area"})
        EXPECT_TRUE(has(all, text)) << text;
    EXPECT_FALSE(has(all, "r1"));
    EXPECT_EQ(all.circles.size(), 3u + 1u) << "rater A's circles, and the legend's";
}

TEST(Raters, AreToldApartWithoutColour) {
    std::set<std::pair<Marker, std::vector<double>>> looks;
    std::set<Rgb> colors;
    for (std::size_t i = 0; i < 7; ++i) {
        const RaterMark mark = raterMark(i, style());
        looks.insert({mark.marker, mark.dash});
        colors.insert(mark.color);
    }
    EXPECT_EQ(looks.size(), 7u);
    EXPECT_EQ(colors.size(), 7u);
}

TEST(Raters, HaveLettersWhileTheyAreHidden) {
    std::vector<std::string> names;
    for (int i = 0; i < 28; ++i)
        names.push_back("rater-" + std::to_string(100 + i));
    const Raters hidden(names, {"truth"}, Names::Letters);
    EXPECT_EQ(hidden.label("rater-100"), "A");
    EXPECT_EQ(hidden.label("rater-125"), "Z");
    EXPECT_EQ(hidden.label("rater-126"), "AA");
    EXPECT_EQ(hidden.label("truth"), "truth");
    EXPECT_EQ(hidden.label("consensus-staple"), "STAPLE consensus");
    EXPECT_EQ(hidden.key("consensus-staple"), "consensus-staple") << "in files";
    EXPECT_EQ(Raters(names, {}, Names::Shown).label("rater-100"), "rater-100");
}

} // namespace
} // namespace forameter::report
