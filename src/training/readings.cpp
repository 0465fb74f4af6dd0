// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/readings.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "forameter/geometry/raster.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "slices.hpp"

namespace forameter::training {

using geometry::ImagePlane;
using proposal::Label;
using proposal::LabelSet;
using proposal::only;

namespace {

/// What lies inside; none for what teaches nothing.
std::optional<LabelSet> insideOf(const anatomy::Cell& cell) {
    if (cell.structure == anatomy::Structure::NF) return only(Label::Foramen);
    switch (cell.quantity.value_or(anatomy::Quantity::DuralSac)) {
    case anatomy::Quantity::DuralSac:
        return only(Label::DuralSac);
    case anatomy::Quantity::Canal:
        return static_cast<LabelSet>(only(Label::DuralSac) | only(Label::Canal));
    case anatomy::Quantity::BonyCanal:
        break;
    }
    return std::nullopt;
}

/// What is known after another region of the same answer: its inside, and its ring where nothing was known.
void paint(Grid<LabelSet>& answer, const geometry::Mask& mask, LabelSet inside, double ringPixels) {
    const auto away = distanceTo(mask);
    for (std::size_t i = 0; i < mask.data().size(); ++i) {
        LabelSet& allowed = answer.data()[i];
        if (mask.data()[i])
            allowed = inside;
        else if (away.data()[i] <= ringPixels && std::popcount(allowed) > 2)
            allowed = static_cast<LabelSet>(allowed & ~inside);
    }
}

/// A soft map on the slice as networks see it; 0 beyond its rectangle.
Result<Grid<float>> shares(const protocol::Consensus& consensus, const ImagePlane& acquired,
                           const ImagePlane& onto) {
    const Grid<float>& soft = consensus.soft;
    if (soft.columns() <= 0 || soft.rows() <= 0 || consensus.column < 0 || consensus.row < 0 ||
        consensus.column + soft.columns() > acquired.columns() ||
        consensus.row + soft.rows() > acquired.rows())
        return fail(ErrorCode::BadDimensions, "The soft map of the consensus " + consensus.id.text() +
                                                  " does not lie within its image.");
    Grid<float> whole(acquired.columns(), acquired.rows());
    for (int r = 0; r < soft.rows(); ++r)
        for (int c = 0; c < soft.columns(); ++c)
            whole(consensus.column + c, consensus.row + r) = soft(c, r);
    return proposal::resampled(whole.view(), acquired, onto);
}

geometry::Mask atLeast(const Grid<float>& share, float level) {
    geometry::Mask mask(share.columns(), share.rows());
    std::ranges::transform(share.data(), mask.data().begin(),
                           [&](float s) { return static_cast<std::uint8_t>(s >= level); });
    return mask;
}

} // namespace

Result<LabelledSlice> labelled(const ReadSlice& read, geometry::Plane looksLike, double spacing,
                               double ring) {
    const auto onto = proposal::networkPlane(read.plane, looksLike, spacing);
    if (!onto) return tl::unexpected(onto.error());
    const Grid<LabelSet> nothing(onto->columns(), onto->rows(), proposal::kAnyLabel);
    const double ringPixels = ring / spacing;
    std::vector<Grid<LabelSet>> answers;
    for (const auto& reading : read.readings) {
        Grid<LabelSet> answer = nothing;
        for (const auto& contour : reading) {
            const auto inside = contour.assessable ? insideOf(contour.cell) : std::nullopt;
            if (!inside) continue;
            if (auto valid = protocol::validate(contour, *onto); !valid) return tl::unexpected(valid.error());
            paint(answer, geometry::rasterize(geometry::toPlane(contour.curve, *onto), *onto), *inside,
                  ringPixels);
        }
        answers.push_back(std::move(answer));
    }
    for (const auto& round : read.soft) {
        std::vector<Grid<LabelSet>> soft(kSoftAnswers, nothing);
        for (const auto& consensus : round) {
            const auto inside = insideOf(consensus.cell);
            if (!inside) continue;
            const auto share = shares(consensus, read.plane, *onto);
            if (!share) return tl::unexpected(share.error());
            for (int k = 0; k < kSoftAnswers; ++k)
                paint(soft[static_cast<std::size_t>(k)],
                      atLeast(*share, (static_cast<float>(k) + 0.5f) / kSoftAnswers), *inside, ringPixels);
        }
        std::ranges::move(soft, std::back_inserter(answers));
    }
    if (answers.empty()) answers.push_back(nothing);
    LabelledSlice slice{{}, std::move(answers.front()), spacing, read.patient, read.origin, true, {}, {}};
    slice.others.assign(std::make_move_iterator(answers.begin() + 1), std::make_move_iterator(answers.end()));
    slice.show(read.images, read.plane, *onto);
    return slice;
}

} // namespace forameter::training
