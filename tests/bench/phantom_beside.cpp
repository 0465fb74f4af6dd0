// SPDX-License-Identifier: Apache-2.0
// phantom-beside DIR [DATA]: slices of the phantom and of real patients at the same scale, DIR/beside-*.pgm
// (real above, phantom below; not to be committed), and a table of contrast, grain and edge width of both.
// DATA is the folder of test data, else $FORAMETER_TEST_DATA.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "forameter/dicom/pixels.hpp"
#include "forameter/imaging/nifti.hpp"
#include "forameter/phantom/pathology.hpp"
#include "forameter/phantom/series.hpp"
#include "forameter/phantom/truth.hpp"
#include "phantom_pictures.hpp"

using namespace forameter;
using namespace forameter::phantom;

namespace {

struct Picture {
    Grid<float> pixels;
    double spacing = 1.0; ///< mm, square
};

/// Mean and spread of each tissue in one sequence.
struct Looks {
    std::map<std::string, std::pair<double, double>> tissue;
    double edge = 0.0; ///< mm
};

/// A place that was looked up in a real slice: a square of 2 r + 1 pixels.
struct Place {
    const char* tissue;
    std::size_t slice;
    int column, row, r;
};

struct RealSet {
    const char* name;
    std::vector<const char*> files; ///< below the test data; midline first, then through the foramina
    double spacing;
    std::vector<int> slices; ///< of NIfTI volumes
    std::vector<Place> places;
};

const std::vector<RealSet> kReal{
    {"sagittal T2",
     {"lumbar_dicom_real/VB2_02/sag/008.dcm", "lumbar_dicom_real/VB2_02/sag/004.dcm"},
     0.75,
     {},
     {{"CSF", 0, 153, 245, 2},
      {"marrow", 0, 125, 241, 3},
      {"disc", 0, 124, 266, 1},
      {"muscle", 1, 205, 227, 3},
      {"fat", 1, 235, 227, 1},
      {"air", 0, 300, 182, 4}}},
    {"sagittal T1",
     {"lumbar_dicom_real/VB1_02/sag/008.dcm", "lumbar_dicom_real/VB1_02/sag/004.dcm"},
     0.75,
     {},
     {{"CSF", 0, 143, 241, 1},
      {"marrow", 0, 108, 241, 2},
      {"disc", 0, 105, 223, 2},
      {"muscle", 1, 209, 236, 3},
      {"fat", 0, 230, 291, 3},
      {"air", 0, 307, 91, 4}}},
    {"sagittal STIR",
     {"lumbar_fastcleverseg/VB1_03_image.nii.gz", "lumbar_fastcleverseg/VB1_03_image.nii.gz"},
     1.0,
     {28, 39},
     {{"CSF", 0, 182, 185, 1},
      {"marrow", 0, 172, 150, 2},
      {"disc", 0, 164, 191, 1},
      {"muscle", 1, 237, 151, 3},
      {"fat", 0, 268, 231, 2},
      {"air", 0, 322, 77, 4}}},
    {"axial T2",
     {"lumbar_single_dicoms/GH1339_axial_lumbar_t2.dcm"},
     0.625,
     {},
     {{"CSF", 0, 160, 171, 1},
      {"disc", 0, 160, 140, 4},
      {"muscle", 0, 100, 215, 3},
      {"fat", 0, 270, 246, 2},
      {"air", 0, 160, 305, 5}}},
};

std::pair<double, double> meanAndSpread(const Grid<float>& g, int column, int row, int r) {
    double sum = 0.0, squares = 0.0;
    int n = 0;
    for (int y = std::max(0, row - r); y <= std::min(g.rows() - 1, row + r); ++y)
        for (int x = std::max(0, column - r); x <= std::min(g.columns() - 1, column + r); ++x, ++n) {
            sum += g(x, y);
            squares += static_cast<double>(g(x, y)) * g(x, y);
        }
    const double mean = sum / std::max(1, n);
    return {mean, std::sqrt(std::max(0.0, squares / std::max(1, n) - mean * mean))};
}

/// Range of grey (1st to 99th percentile) over the steepest slope (its 99.5th percentile) within 40 mm of a
/// place: how many mm the sharpest edges take.
double edgeWidth(const Picture& p, int column, int row) {
    const int reach = static_cast<int>(40.0 / p.spacing);
    std::vector<float> grey, slope;
    for (int y = std::max(1, row - reach); y < std::min(p.pixels.rows() - 1, row + reach); ++y)
        for (int x = std::max(1, column - reach); x < std::min(p.pixels.columns() - 1, column + reach); ++x) {
            grey.push_back(p.pixels(x, y));
            slope.push_back(
                std::hypot(p.pixels(x + 1, y) - p.pixels(x - 1, y), p.pixels(x, y + 1) - p.pixels(x, y - 1)) /
                static_cast<float>(2.0 * p.spacing));
        }
    if (grey.empty()) return 0.0;
    std::sort(grey.begin(), grey.end());
    std::sort(slope.begin(), slope.end());
    return (grey[grey.size() * 99 / 100] - grey[grey.size() / 100]) / slope[slope.size() * 995 / 1000];
}

Result<std::vector<Picture>> load(const RealSet& set, const std::filesystem::path& data) {
    std::vector<Picture> pictures;
    for (std::size_t k = 0; k < set.files.size(); ++k) {
        if (!set.slices.empty()) {
            const auto read = imaging::readNifti(data / set.files[k]);
            if (!read) return tl::unexpected(read.error());
            const auto view = read->volume->slice(set.slices[k]);
            Grid<float> copy(view.columns(), view.rows());
            std::copy(view.data().begin(), view.data().end(), copy.data().begin());
            pictures.push_back({std::move(copy), set.spacing});
            continue;
        }
        const auto frame = dicom::decodeFrame(data / set.files[k]);
        if (!frame) return tl::unexpected(frame.error());
        Grid<float> copy(frame->stored.columns(), frame->stored.rows());
        std::copy(frame->stored.data().begin(), frame->stored.data().end(), copy.data().begin());
        pictures.push_back({std::move(copy), set.spacing});
    }
    return pictures;
}

/// Places of the phantom's tissues are known: squares all of whose samples lie in one tissue. Adds mean and
/// spread of each.
void addPhantom(const SpineModel& model, const SeriesPlan& series, const RenderedSeries& rendered,
                std::size_t slice, std::map<std::string, std::vector<std::pair<double, double>>>& values) {
    const auto samples = sampleSlice(model, series.planes[slice], series.thickness);
    const std::map<Tissue, const char*> names{
        {Tissue::Csf, "CSF"},       {Tissue::Marrow, "marrow"},       {Tissue::Nucleus, "disc"},
        {Tissue::Muscle, "muscle"}, {Tissue::SubcutaneousFat, "fat"}, {Tissue::Air, "air"}};
    const auto grey = toFloat(rendered.slices[slice]);
    const auto pure = [&](int c, int r, Tissue tissue) {
        const auto i = static_cast<std::size_t>(r) * static_cast<std::size_t>(grey.columns()) +
                       static_cast<std::size_t>(c);
        return std::ranges::all_of(samples.through, [&](const auto& sub) { return sub[i].tissue == tissue; });
    };
    for (int r = 2; r + 2 < grey.rows(); r += 2)
        for (int c = 2; c + 2 < grey.columns(); c += 2) {
            const auto i = static_cast<std::size_t>(r) * static_cast<std::size_t>(grey.columns()) +
                           static_cast<std::size_t>(c);
            const Tissue tissue = samples.through.front()[i].tissue;
            const auto name = names.find(tissue);
            if (name == names.end()) continue;
            bool all = true;
            for (int y = -1; y <= 1; ++y)
                for (int x = -1; x <= 1; ++x)
                    all = all && pure(c + x, r + y, tissue);
            if (all) values[name->second].push_back(meanAndSpread(grey, c, r, 1));
        }
}

void print(const char* who, const char* name, const Looks& looks, const char* unit) {
    const auto at = [&](const char* tissue) {
        const auto found = looks.tissue.find(tissue);
        return found == looks.tissue.end() ? std::pair(std::nan(""), std::nan("")) : found->second;
    };
    const double air = std::isnan(at("air").first) ? 0.0 : at("air").first, one = at(unit).first - air;
    std::printf("| %s | %s |", name, who);
    for (const char* tissue : {"CSF", "disc", "marrow", "muscle", "fat"})
        std::printf(" %.2f |", (at(tissue).first - air) / one);
    std::printf(" %.0f | %.0f | %.1f |\n", 100.0 * at("muscle").second / (at("muscle").first - air),
                100.0 * at("CSF").second / (at("CSF").first - air), looks.edge);
}

} // namespace

int main(int argc, char** argv) {
    const char* data = argc > 2 ? argv[2] : std::getenv("FORAMETER_TEST_DATA");
    if (argc < 2 || !data) {
        std::fprintf(
            stderr, "phantom-beside DIR [DATA], DATA or FORAMETER_TEST_DATA being the folder of test data\n");
        return 2;
    }
    const std::filesystem::path dir = argv[1];
    std::filesystem::create_directories(dir);
    std::printf("| sequence | | CSF | disc | marrow | muscle | fat of the back | grain of muscle %% | of CSF "
                "%% | edge mm |\n"
                "|---|---|---|---|---|---|---|---|---|---|\n");
    const std::vector<int> series{0, 1, 2, 3}; // T2, T1, STIR, axial T2: the order of planStudy
    std::vector<std::vector<Grid<std::uint8_t>>> phantoms(4);
    std::vector<Looks> looks(4);
    constexpr int people = 3;
    for (int person = 0; person < people; ++person) {
        Random random(31 + static_cast<std::uint64_t>(person));
        const Person who{30.0 + 18.0 * person, person == 1 ? Sex::M : Sex::F, 168.0, 68.0};
        SpineParameters spine = sampleSpine(who, random);
        for (const Finding& f : sampleFindings(who, spine, 1.0, random))
            spine = withFinding(std::move(spine), f);
        const SpineModel model(std::move(spine));
        const StudyPlan plan = planStudy(model, Coverage::Complete, random);
        const auto study = render(model, plan, random);
        if (!study) return 1;
        const auto nf = ofProtocol(model, anatomy::Cell::foramen(anatomy::Level::L3_L4, anatomy::Side::L),
                                   plan.series[0].planes);
        for (std::size_t k = 0; k < 4; ++k) {
            const auto& planes = plan.series[k].planes;
            const std::size_t middle = k < 3 ? planes.size() / 2 : plan.series[k].blockStarts[1] + 2;
            std::vector<std::size_t> shown{middle};
            shown.push_back(k < 3 ? (nf ? nf->slice : middle) : plan.series[k].blockStarts[4] + 2);
            std::map<std::string, std::vector<std::pair<double, double>>> values;
            for (const std::size_t slice : shown) {
                addPhantom(model, plan.series[k], (*study)[k], slice, values);
                phantoms[k].push_back(picture(toFloat((*study)[k].slices[slice]),
                                              planes[slice].columnSpacing(), planes[slice].rowSpacing()));
            }
            for (auto& [tissue, all] : values) {
                double mean = 0.0, spread = 0.0;
                for (const auto& [m, sd] : all) {
                    mean += m / static_cast<double>(all.size());
                    spread += sd / static_cast<double>(all.size());
                }
                looks[k].tissue[tissue].first += mean / people;
                looks[k].tissue[tissue].second += spread / people;
            }
            const auto center = planes[middle].toPlane(model.disc(anatomy::Level::L3_L4)->center);
            const double spacing = planes[middle].columnSpacing();
            looks[k].edge +=
                edgeWidth({toFloat((*study)[k].slices[middle]), spacing},
                          static_cast<int>(center.x / spacing), static_cast<int>(center.y / spacing)) /
                people;
        }
    }
    for (std::size_t k = 0; k < kReal.size(); ++k) {
        const RealSet& set = kReal[k];
        const auto real = load(set, data);
        if (!real) {
            std::fprintf(stderr, "%s\n", real.error().message.c_str());
            return 1;
        }
        Looks its;
        std::vector<Grid<std::uint8_t>> row;
        for (const Place& p : set.places)
            its.tissue[p.tissue] = meanAndSpread((*real)[p.slice].pixels, p.column, p.row, p.r);
        its.edge = edgeWidth(real->front(), set.places[1].column, set.places[1].row);
        for (const Picture& p : *real)
            row.push_back(picture(p.pixels, p.spacing, p.spacing));
        const char* unit = k < 3 ? "marrow" : "muscle";
        print("real", set.name, its, unit);
        print("phantom", set.name, looks[k], unit);
        const std::string file = "beside-" + std::to_string(k + 1) + ".pgm";
        if (!write(dir / file, below({beside(row), beside(phantoms[k])}))) return 1;
    }
    std::printf("Pictures: %s/beside-1.pgm to beside-4.pgm\n", dir.string().c_str());
}
