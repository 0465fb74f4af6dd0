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

struct RealPerson {
    const char* file; ///< below the test data
    double spacing;
    std::vector<int>
        slices; ///< of a NIfTI volume, whose columns run down the patient: midline, through foramina
    std::vector<Place> places;
};

struct RealSet {
    const char* name;
    std::vector<RealPerson> people;
};

const std::vector<RealSet> kReal{
    {"sagittal T2",
     {
         {"lumbar_fastcleverseg/VB1_12_image.nii.gz",
          1.0,
          {30, 12},
          {{"CSF", 0, 184, 179, 1},
           {"CSF", 0, 186, 229, 1},
           {"disc", 0, 162, 149, 1},
           {"disc", 0, 160, 188, 1},
           {"disc", 0, 159, 228, 1},
           {"marrow", 0, 164, 169, 3},
           {"marrow", 0, 162, 209, 3},
           {"muscle", 1, 229, 164, 3},
           {"muscle", 1, 227, 214, 3},
           {"fat", 0, 249, 179, 2},
           {"fat", 0, 252, 224, 2},
           {"air", 0, 292, 164, 4}}},
         {"lumbar_fastcleverseg/VB2_02_image.nii.gz",
          1.0,
          {38, 20},
          {{"CSF", 0, 220, 174, 1},
           {"CSF", 0, 216, 229, 1},
           {"disc", 0, 194, 164, 1},
           {"disc", 0, 192, 202, 1},
           {"disc", 0, 188, 244, 1},
           {"marrow", 0, 199, 144, 3},
           {"marrow", 0, 194, 183, 3},
           {"marrow", 0, 191, 224, 3},
           {"muscle", 1, 258, 99, 2},
           {"muscle", 1, 257, 164, 3},
           {"fat", 0, 271, 204, 1},
           {"air", 0, 307, 164, 4}}},
         {"lumbar_fastcleverseg/VB2_05_image.nii.gz",
          1.0,
          {39, 21},
          {{"CSF", 0, 216, 219, 1},
           {"disc", 0, 199, 149, 1},
           {"disc", 0, 194, 188, 1},
           {"disc", 0, 191, 229, 1},
           {"marrow", 0, 204, 129, 3},
           {"marrow", 0, 198, 169, 3},
           {"marrow", 0, 194, 209, 3},
           {"muscle", 1, 261, 104, 3},
           {"muscle", 1, 256, 169, 3},
           {"fat", 0, 268, 239, 2},
           {"air", 0, 314, 154, 4}}},
         {"lumbar_fastcleverseg/IVD_11_image.nii.gz",
          1.0,
          {31, 13},
          {{"CSF", 0, 102, 102, 1},
           {"CSF", 0, 103, 159, 1},
           {"disc", 0, 83, 69, 1},
           {"disc", 0, 79, 102, 1},
           {"disc", 0, 75, 136, 1},
           {"marrow", 0, 85, 86, 3},
           {"marrow", 0, 79, 119, 3},
           {"muscle", 1, 134, 89, 2},
           {"muscle", 1, 122, 149, 2},
           {"fat", 0, 147, 119, 1},
           {"air", 0, 188, 122, 3}}},
     }},
    {"sagittal T1",
     {
         {"lumbar_fastcleverseg/VB1_02_image.nii.gz",
          1.0,
          {28, 10},
          {{"CSF", 0, 185, 177, 1},
           {"CSF", 0, 185, 223, 1},
           {"disc", 0, 161, 192, 1},
           {"disc", 0, 160, 229, 1},
           {"marrow", 0, 161, 177, 3},
           {"marrow", 0, 158, 207, 3},
           {"muscle", 1, 229, 152, 2},
           {"muscle", 1, 221, 187, 2},
           {"fat", 0, 241, 152, 2},
           {"fat", 0, 258, 227, 3},
           {"air", 0, 296, 152, 4}}},
     }},
    {"sagittal STIR",
     {
         {"lumbar_fastcleverseg/VB1_03_image.nii.gz",
          1.0,
          {28, 10},
          {{"CSF", 0, 181, 201, 1},
           {"CSF", 0, 183, 233, 1},
           {"disc", 0, 161, 191, 1},
           {"disc", 0, 158, 228, 1},
           {"marrow", 0, 161, 208, 3},
           {"marrow", 0, 161, 246, 3},
           {"muscle", 1, 237, 141, 2},
           {"muscle", 1, 212, 181, 2},
           {"fat", 0, 243, 181, 2},
           {"fat", 0, 261, 241, 3},
           {"air", 0, 296, 150, 4}}},
     }},
    {"axial T2",
     {{"lumbar_single_dicoms/GH1339_axial_lumbar_t2.dcm",
       0.625,
       {},
       {{"CSF", 0, 160, 171, 1},
        {"disc", 0, 160, 140, 4},
        {"muscle", 0, 100, 215, 3},
        {"fat", 0, 270, 246, 2},
        {"air", 0, 160, 305, 5}}}}},
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

Result<std::vector<Picture>> load(const RealPerson& person, const std::filesystem::path& data) {
    std::vector<Picture> pictures;
    if (!person.slices.empty()) {
        const auto read = imaging::readNifti(data / person.file);
        if (!read) return tl::unexpected(read.error());
        for (const int slice : person.slices) {
            const auto view = read->volume->slice(slice);
            Grid<float> copy(view.columns(), view.rows());
            std::copy(view.data().begin(), view.data().end(), copy.data().begin());
            pictures.push_back({std::move(copy), person.spacing});
        }
        return pictures;
    }
    const auto frame = dicom::decodeFrame(data / person.file);
    if (!frame) return tl::unexpected(frame.error());
    Grid<float> copy(frame->stored.columns(), frame->stored.rows());
    std::copy(frame->stored.data().begin(), frame->stored.data().end(), copy.data().begin());
    pictures.push_back({std::move(copy), person.spacing});
    return pictures;
}

/// Places of the phantom's tissues are known: squares all of whose samples lie in one tissue, within 60 mm of
/// L3-L4; muscle and fat those of the back, muscle with little fat in it, as in the real slices. Adds mean
/// and spread of each.
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
            const TissueSample& sample = samples.through.front()[i];
            const Tissue tissue = sample.tissue;
            if (tissue != Tissue::Air) {
                const auto away =
                    series.planes[slice].toPatient(geometry::PlanePoint{
                        c * series.planes[slice].columnSpacing(), r * series.planes[slice].rowSpacing()}) -
                    model.disc(anatomy::Level::L3_L4)->center;
                const bool ofBack = tissue == Tissue::Muscle || tissue == Tissue::SubcutaneousFat;
                if (std::abs(away.z) > 60.0 || (ofBack && away.y < 40.0) ||
                    (tissue == Tissue::Marrow && sample.region != Region::Body) ||
                    (tissue == Tissue::Nucleus && sample.blend > 128) ||
                    (tissue == Tissue::Muscle && sample.blend > 40))
                    continue;
            }
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
    if (argc < 2 || argv[1][0] == '-' || !data) {
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
        std::vector<Grid<std::uint8_t>> row;
        const char* unit = k < 3 ? "marrow" : "muscle";
        for (const RealPerson& person : set.people) {
            const auto real = load(person, data);
            if (!real) {
                std::fprintf(stderr, "%s\n", real.error().message.c_str());
                return 1;
            }
            Looks its;
            std::map<std::string, int> count;
            for (const Place& p : person.places) {
                const auto [mean, spread] = meanAndSpread((*real)[p.slice].pixels, p.column, p.row, p.r);
                auto& sum = its.tissue[p.tissue];
                const int n = count[p.tissue]++;
                sum = {(n * sum.first + mean) / (n + 1), (n * sum.second + spread) / (n + 1)};
            }
            const auto& middle = *std::ranges::find_if(
                person.places, [](const Place& p) { return std::string_view(p.tissue) == "disc"; });
            its.edge = edgeWidth(real->front(), middle.column, middle.row);
            print("real", set.name, its, unit);
            for (const Picture& p : *real)
                row.push_back(picture(p.pixels, p.spacing, p.spacing));
        }
        print("phantom", set.name, looks[k], unit);
        const std::string file = "beside-" + std::to_string(k + 1) + ".pgm";
        if (!write(dir / file, below({beside(row), beside(phantoms[k])}))) return 1;
    }
    std::printf("Pictures: %s/beside-1.pgm to beside-4.pgm\n", dir.string().c_str());
}
