// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>

#include "forameter/core/text.hpp"
#include "forameter/imaging/picture.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "forameter/training/examples.hpp"

namespace forameter::training {

namespace fs = std::filesystem;
using proposal::Label;
using proposal::LabelSet;
using proposal::only;

namespace {

constexpr LabelSet kVertebra = only(Label::Body) | only(Label::Posterior);
constexpr LabelSet kCanal = only(Label::DuralSac) | only(Label::Canal);
constexpr LabelSet kElse = only(Label::Background) | only(Label::Foramen) | only(Label::Sacrum);
constexpr int kNeighbours = 2; ///< to both sides, whose mean looks like a thick slice

struct Source {
    fs::path file;
    std::string patient;
    int number = 0;
    imaging::Picture picture;
};

Result<Source> sourceOf(const fs::path& file) {
    const std::string stem = file.stem().string();
    const auto bar = stem.rfind('_');
    Source source{file, stem.substr(0, bar), 0, {}};
    const char* end = stem.data() + stem.size();
    if (bar == std::string::npos || bar == 0 || bar + 1 == stem.size() ||
        std::from_chars(stem.data() + bar + 1, end, source.number).ptr != end)
        return fail(ErrorCode::InvalidArgument,
                    "The picture " + quoted(file) + " is not named PATIENT_SLICE.png.");
    auto picture = imaging::readPicture(file);
    if (!picture) return tl::unexpected(picture.error());
    source.picture = *std::move(picture);
    return source;
}

Result<Grid<LabelSet>> labelsOf(const imaging::Picture& mask, const fs::path& file) {
    Grid<LabelSet> allowed(mask.columns(), mask.rows());
    int lowestCanal = -1;
    for (int r = 0; r < mask.rows(); ++r)
        for (int c = 0; c < mask.columns(); ++c)
            switch (mask(c, r)) {
            case 76:
                allowed(c, r) = kVertebra;
                break;
            case 29:
                allowed(c, r) = only(Label::Disc);
                break;
            case 150:
                allowed(c, r) = kCanal;
                lowestCanal = r;
                break;
            case 0:
                allowed(c, r) = kElse;
                break;
            default:
                return fail(ErrorCode::UnsupportedPixelFormat,
                            "The mask " + quoted(file) + " holds the grey " + std::to_string(mask(c, r)) +
                                ", where only 0, 29, 76 and 150 are known.");
            }
    if (lowestCanal >= 0)
        for (int r = lowestCanal + 1; r < mask.rows(); ++r)
            for (int c = 0; c < mask.columns(); ++c)
                if (allowed(c, r) == kElse) allowed(c, r) = kElse | kCanal;
    return allowed;
}

/// The mean of a picture and its neighbours of the same patient and size.
Grid<float> picture(const std::vector<Source>& sources, std::size_t at, int neighbours) {
    const Source& source = sources[at];
    Grid<float> mean(source.picture.columns(), source.picture.rows());
    int count = 0;
    for (const Source& other : sources) {
        if (other.patient != source.patient || std::abs(other.number - source.number) > neighbours ||
            other.picture.columns() != mean.columns() || other.picture.rows() != mean.rows())
            continue;
        for (std::size_t i = 0; i < mean.data().size(); ++i)
            mean.data()[i] += static_cast<float>(other.picture.data()[i]);
        ++count;
    }
    for (float& v : mean.data())
        v /= static_cast<float>(count);
    return mean;
}

} // namespace

Result<std::vector<LabelledSlice>> readPngMasks(const fs::path& folder, double spacing) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(folder / "images", error), end; !error && at != end; at.increment(error))
        if (at->path().extension() == ".png") files.push_back(at->path());
    if (error || files.empty())
        return fail(ErrorCode::NotFound, "There are no pictures in " + quoted(folder / "images") + ".");
    std::vector<Source> sources;
    for (const fs::path& file : files) {
        auto source = sourceOf(file);
        if (!source) return tl::unexpected(source.error());
        sources.push_back(*std::move(source));
    }
    std::ranges::sort(sources, {}, [](const Source& s) { return std::pair(s.patient, s.number); });
    std::vector<LabelledSlice> slices;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const fs::path file = folder / "masks" / sources[i].file.filename();
        const auto mask = imaging::readPicture(file);
        if (!mask) return tl::unexpected(mask.error());
        if (mask->columns() != sources[i].picture.columns() || mask->rows() != sources[i].picture.rows())
            return fail(ErrorCode::BadDimensions,
                        "The mask " + quoted(file) + " and its picture are not of the same size.");
        auto allowed = labelsOf(*mask, file);
        if (!allowed) return tl::unexpected(allowed.error());
        LabelledSlice slice{picture(sources, i, i % 2 == 0 ? 0 : kNeighbours),
                            *std::move(allowed),
                            spacing,
                            sources[i].patient,
                            sources[i].file.filename().string(),
                            true};
        proposal::normalise(slice.image);
        slices.push_back(std::move(slice));
    }
    return slices;
}

} // namespace forameter::training
