// SPDX-License-Identifier: Apache-2.0
// phantom-report DIR: the tables of docs/phantom.md on standard output, pictures of the phantom as DIR/*.pgm.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <vector>

#include "forameter/geometry/measure.hpp"
#include "forameter/phantom/pathology.hpp"
#include "forameter/phantom/series.hpp"
#include "forameter/phantom/training.hpp"
#include "forameter/phantom/truth.hpp"
#include "phantom_pictures.hpp"

using namespace forameter;
using namespace forameter::phantom;
using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;

namespace {

std::optional<Outline> outlineOf(const SpineModel& model, const Cell& cell) {
    const auto plane = standardPlane(model, cell);
    if (!plane) return std::nullopt;
    auto outline = cut(model, cell, *plane);
    return outline ? std::optional(std::move(*outline)) : std::nullopt;
}

void healthyTable() {
    std::printf("| level | age | NF mm² | NF height mm | NF max AP mm | dural sac mm² | AP x width mm | "
                "canal mm² |\n|---|---|---|---|---|---|---|---|\n");
    for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five))
        for (const double age : {25.0, 50.0, 75.0}) {
            double nf = 0, height = 0, ap = 0, sac = 0, sacAp = 0, sacWidth = 0, canal = 0;
            for (const Sex sex : {Sex::F, Sex::M}) { // mean of both
                const SpineModel model(
                    meanSpine({age, sex, sex == Sex::M ? 177.0 : 164.0, sex == Sex::M ? 80.0 : 64.0}));
                if (const auto o = outlineOf(model, Cell::foramen(level, Side::L))) {
                    const auto e = geometry::anatomicalExtents(
                        o->curve, *standardPlane(model, Cell::foramen(level, Side::L)));
                    nf += 0.5 * o->area.value();
                    height += 0.5 * e.craniocaudal->value();
                    ap += 0.5 * e.ap->value();
                }
                if (const auto o = outlineOf(model, Cell::canal(level))) {
                    const auto e =
                        geometry::anatomicalExtents(o->curve, *standardPlane(model, Cell::canal(level)));
                    sac += 0.5 * o->area.value();
                    sacAp += 0.5 * e.ap.value_or(Millimetres(0)).value();
                    sacWidth += 0.5 * e.transverse.value_or(Millimetres(0)).value();
                }
                if (const auto o = outlineOf(model, Cell::canal(level, anatomy::Quantity::Canal)))
                    canal += 0.5 * o->area.value();
            }
            std::printf("| %s | %.0f | %.0f | %.1f | %.1f | %.0f | %.1f x %.1f | %.0f |\n",
                        std::string(name(level)).c_str(), age, nf, height, ap, sac, sacAp, sacWidth, canal);
        }
}

void bonyTable() {
    std::printf("\n| vertebra | bony canal at the pedicles mm² | AP mm | width mm |\n|---|---|---|---|\n");
    const SpineParameters spine = meanSpine({45.0, Sex::F, 170.0, 70.0});
    const SpineModel model(spine);
    for (const Level level : {Level::L2_L3, Level::L3_L4, Level::L4_L5}) {
        const auto disc = *model.disc(level);
        const std::size_t i = spine.segmentOf(level);
        const double up = 0.5 * disc.height + spine.vertebrae[i].heightPosterior -
                          0.5 * spine.vertebrae[i].pedicleHeight - 1.0;
        const auto center = disc.center + up * disc.superior;
        const auto plane = *geometry::ImagePlane::create({center - 50.0 * disc.left - 50.0 * disc.posterior,
                                                          disc.left, disc.posterior, 0.5, 0.5, 200, 200});
        const auto o = cut(model, Cell::canal(level, anatomy::Quantity::BonyCanal), plane);
        if (!o) continue;
        const auto e = geometry::anatomicalExtents(o->curve, plane);
        std::printf("| %s | %.0f | %.1f | %.1f |\n", std::string(name(anatomy::above(level))).c_str(),
                    o->area.value(), e.ap.value_or(Millimetres(0)).value(),
                    e.transverse.value_or(Millimetres(0)).value());
    }
}

void pathologyTable() {
    std::printf(
        "\n| change at L4-L5 | NF R mm² | NF L mm² | dural sac mm² | canal mm² |\n|---|---|---|---|---|\n");
    const SpineParameters healthy = meanSpine({45.0, Sex::F, 168.0, 68.0});
    const auto row = [&](const char* what, const std::vector<Finding>& findings) {
        const auto result = withFindings(healthy, findings);
        std::printf("| %s |", what);
        for (std::size_t k = 0; k < 4; ++k) {
            const auto before = result.effects.front().areas[k].before,
                       after = result.effects.back().areas[k].after;
            if (!before || !after)
                std::printf(" no outline |");
            else
                std::printf(" %.0f -> %.0f (%+.0f %%) |", before->value(), after->value(),
                            100.0 * (*after / *before - 1.0));
        }
        std::printf("\n");
    };
    const auto at = [](Pathology p, double amount, std::optional<Side> side = {}, double angle = 0.0) {
        return Finding{p, Level::L4_L5, side, amount, angle};
    };
    row("disc height -2 mm", {at(Pathology::DiscHeightLoss, 2)});
    row("disc height -4 mm", {at(Pathology::DiscHeightLoss, 4)});
    row("bulge 2 mm", {at(Pathology::Bulge, 2)});
    row("central protrusion 4 mm", {at(Pathology::Protrusion, 4, Side::L, 0)});
    row("paracentral protrusion left 4 mm", {at(Pathology::Protrusion, 4, Side::L, 20)});
    row("foraminal protrusion left 4 mm", {at(Pathology::Protrusion, 4, Side::L, 42)});
    row("flavum +1.5 mm", {at(Pathology::FlavumHypertrophy, 1.5)});
    row("facets +1.5 mm", {at(Pathology::FacetGrowth, 1.5)});
    row("slip 4 mm", {at(Pathology::Spondylolisthesis, 4)});
    row("slip 8 mm", {at(Pathology::Spondylolisthesis, 8)});
    row("scoliosis 20 degrees convex left", {at(Pathology::Scoliosis, 20, Side::L, 5)});
    row("fracture of L4, 30 %", {at(Pathology::Fracture, 0.3)});
    row("lipomatosis", {at(Pathology::Lipomatosis, 3)});
    row("laminectomy of L4, 80 %", {at(Pathology::Laminectomy, 0.8)});
    row("all of a stenosis: height -2, bulge 2, flavum +1.5, facets +1",
        {at(Pathology::DiscHeightLoss, 2), at(Pathology::Bulge, 2), at(Pathology::FlavumHypertrophy, 1.5),
         at(Pathology::FacetGrowth, 1)});
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') { // no folder is called --help
        std::fprintf(stderr, "phantom-report DIR\n");
        return 2;
    }
    const std::filesystem::path dir = argv[1];
    std::filesystem::create_directories(dir);
    healthyTable();
    bonyTable();
    pathologyTable();

    struct Case {
        const char* name;
        double age;
        std::uint64_t seed;
        double burden;
    };
    for (const Case& c : {Case{"young", 28.0, 7, 0.2}, Case{"old", 68.0, 21, 2.5}}) {
        Random random(c.seed);
        const Person person{c.age, Sex::F, 166.0, 68.0};
        SpineParameters spine = sampleSpine(person, random);
        for (const Finding& f : sampleFindings(person, spine, c.burden, random))
            spine = withFinding(std::move(spine), f);
        const SpineModel model(std::move(spine));
        const StudyPlan plan = planStudy(model, Coverage::Complete, random);
        const std::clock_t start = std::clock();
        const auto study = render(model, plan, random);
        std::printf("\n%s: %zu series rendered in %.1f s of processor time\n", c.name, study->size(),
                    static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
        const auto shown = [&](std::size_t series, std::size_t slice) {
            const auto& plane = plan.series[series].planes[slice];
            return picture(toFloat((*study)[series].slices[slice]), plane.columnSpacing(),
                           plane.rowSpacing());
        };
        const auto nf = ofProtocol(model, Cell::foramen(Level::L3_L4, Side::L), plan.series[0].planes);
        const std::size_t middle = plan.series[0].planes.size() / 2, foraminal = nf ? nf->slice : middle;
        const std::string base = c.name;
        write(dir / (base + "-sagittal.pgm"), beside({shown(0, middle), shown(1, middle), shown(2, middle)}));
        write(dir / (base + "-foramina.pgm"), beside({shown(1, foraminal), shown(0, foraminal)}));
        std::vector<Grid<std::uint8_t>> axial;
        for (std::size_t block = 1; block < 5; ++block)
            axial.push_back(shown(3, plan.series[3].blockStarts[block] + 2));
        write(dir / (base + "-axial.pgm"), beside(axial));
    }

    for (const auto orientation : {geometry::Plane::Sagittal, geometry::Plane::Axial}) {
        TrainingSettings settings;
        settings.orientation = orientation;
        TrainingStream stream(settings, Random(1));
        const std::clock_t start = std::clock();
        constexpr int n = 80;
        for (int i = 0; i < n; ++i)
            (void)stream.next();
        std::printf("%s training slices 256x256 per second of processor time: %.0f\n",
                    std::string(geometry::name(orientation)).c_str(),
                    n / (static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC));
    }
}
