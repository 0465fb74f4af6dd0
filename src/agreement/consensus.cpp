// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/consensus.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "domain.hpp"
#include "forameter/geometry/compare.hpp"
#include "forameter/geometry/measure.hpp"
#include "mean_shape.hpp"

namespace forameter::agreement {

namespace {

using geometry::ImagePlane;
using geometry::Mask;
using geometry::PlaneCurve;
using protocol::ConsensusMethod;
using Why = ConsensusRefusal::Why;
template <class T>
using OrRefusal = tl::expected<T, ConsensusRefusal>;

tl::unexpected<ConsensusRefusal> refused(Why why, std::string rater = {}, Error contour = {}) {
    return tl::unexpected(ConsensusRefusal{why, std::move(rater), std::move(contour)});
}

constexpr double kMostReach = 1000.0; ///< mm
constexpr double kSimplify = 0.002;   ///< mm that the kept outline may be off the exact one
constexpr double kForeground = 0.5;   ///< STAPLE's probability from which on a pixel belongs to the consensus

/// What is common to all methods: the raters' curves on the image, and how often which of them drew a pixel.
struct Votes {
    std::vector<PlaneCurve> curves;
    Domain domain;
    Grid<VotePattern> patterns;
    std::vector<VoteCount> counts;
    double prior = 0.0;

    Votes(std::vector<PlaneCurve> of, const ImagePlane& image, Millimetres reach)
        : curves(std::move(of)), domain(domainOf(curves, image, reach)) {
        std::vector<GridView<const std::uint8_t>> masks;
        for (const Mask& mask : domain.votes)
            masks.push_back(mask.view());
        patterns = votePatterns(masks);
        counts = countVotes(patterns.view(), domain.pixels.view());
        double drawn = 0.0;
        for (const VoteCount& v : counts)
            drawn += static_cast<double>(v.pixels) * std::popcount(v.pattern);
        if (domain.count > 0)
            prior = drawn / (static_cast<double>(domain.count) * static_cast<double>(raters()));
    }
    [[nodiscard]] std::size_t raters() const { return curves.size(); }
};

/// The region that a method makes of the votes.
struct Region {
    Mask mask;
    std::vector<PlaneCurve> outlines; ///< largest first
    std::vector<double> sensitivity, specificity;
    nlohmann::ordered_json parameters;
};

using Accepted = std::function<bool(VotePattern)>;

/// The region of all places whose pattern is accepted, on the pixels and between them.
Region regionOf(const Votes& votes, const Accepted& accepted) {
    Region region;
    region.mask = Mask(votes.patterns.columns(), votes.patterns.rows(), 0);
    VotePattern last = 0; // patterns come in runs
    bool lastAccepted = false;
    for (std::size_t i = 0; i < region.mask.data().size(); ++i) {
        const VotePattern pattern = votes.patterns.data()[i];
        if (pattern == 0) continue;
        if (pattern != last) last = pattern, lastAccepted = accepted(pattern);
        region.mask.data()[i] = lastAccepted ? 1 : 0;
    }
    region.outlines = geometry::combine(votes.curves, accepted);
    return region;
}

void rateAgainstMask(const Votes& votes, Region& region) {
    std::vector<std::size_t> hits(votes.raters(), 0), rejections(votes.raters(), 0);
    std::size_t inside = 0, outside = 0;
    for (std::size_t i = 0; i < region.mask.data().size(); ++i) {
        if (votes.domain.pixels.data()[i] == 0) continue;
        const bool in = region.mask.data()[i] != 0;
        ++(in ? inside : outside);
        for (std::size_t j = 0; j < votes.raters(); ++j) {
            const bool drew = votes.domain.votes[j].data()[i] != 0;
            if (in && drew) ++hits[j];
            if (!in && !drew) ++rejections[j];
        }
    }
    const auto share = [](std::size_t part, std::size_t whole) { // of nothing, all is right
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 1.0;
    };
    for (std::size_t j = 0; j < votes.raters(); ++j) {
        region.sensitivity.push_back(share(hits[j], inside));
        region.specificity.push_back(share(rejections[j], outside));
    }
}

bool byMajority(VotePattern pattern, std::size_t raters) {
    return 2 * static_cast<std::size_t>(std::popcount(pattern)) > raters;
}

Region majority(const Votes& votes) {
    Region region = regionOf(votes, [&](VotePattern p) { return byMajority(p, votes.raters()); });
    rateAgainstMask(votes, region);
    region.parameters = {{"rule", "more than half"}, {"ties", "outside"}};
    return region;
}

OrRefusal<Region> byStaple(const Votes& votes, const StapleSettings& settings) {
    const auto done = staple(votes.counts, votes.raters(), settings);
    if (!done) return refused(Why::AllDrawn); // all else was looked at before
    // Between the pixel centres curves may cross in ways that no pixel shows; the estimates hold there too.
    const auto isForeground = [&](VotePattern pattern) {
        const auto known = std::ranges::lower_bound(votes.counts, pattern, {}, &VoteCount::pattern);
        const double w = known != votes.counts.end() && known->pattern == pattern
                             ? done->probabilities[static_cast<std::size_t>(known - votes.counts.begin())]
                             : probabilityOf(pattern, *done);
        return w >= kForeground;
    };
    // What nobody drew is background, also where a narrow domain has no such pixel.
    const Accepted accepted = [&](VotePattern pattern) { return pattern != 0 && isForeground(pattern); };
    if (votes.counts.front().pattern == 0 && isForeground(0)) return refused(Why::Contradiction);
    Region region = regionOf(votes, accepted);
    region.sensitivity = done->sensitivity;
    region.specificity = done->specificity;
    region.parameters = {{"initial_sensitivity", settings.sensitivity},
                         {"initial_specificity", settings.specificity},
                         {"tolerance", settings.tolerance},
                         {"foreground_from", kForeground},
                         {"iterations", done->iterations},
                         {"converged", done->converged}};
    return region;
}

Region byMeanShape(const Votes& votes, const ImagePlane& image) {
    const Domain& domain = votes.domain;
    MeanShape shape = meanShape(votes.curves, image, domain.column, domain.row, domain.pixels.columns(),
                                domain.pixels.rows());
    Region region{std::move(shape.mask), std::move(shape.outlines), {}, {}, {}};
    rateAgainstMask(votes, region);
    region.parameters = {{"rule", "mean signed distance below 0"}, {"sampling_mm", kMeanShapeStep}};
    return region;
}

OrRefusal<Region> regionBy(ConsensusMethod method, const Votes& votes, const ImagePlane& image,
                           const StapleSettings& settings) {
    auto region = [&]() -> OrRefusal<Region> {
        switch (method) {
        case ConsensusMethod::Staple:
            return byStaple(votes, settings);
        case ConsensusMethod::MeanShape:
            return byMeanShape(votes, image);
        case ConsensusMethod::Majority:
            break;
        }
        return majority(votes);
    }();
    if (!region) return region;
    if (std::ranges::all_of(region->mask.data(), [](auto v) { return v == 0; }) || region->outlines.empty())
        return refused(Why::NothingInCommon);
    return region;
}

/// Outlines of at least a pixel, holes among them: what is smaller comes from curves that nearly touch.
std::size_t pieces(const Region& region, const ImagePlane& image) {
    const auto size = std::ranges::count_if(region.outlines, [&](const PlaneCurve& outline) {
        return std::abs(geometry::signedArea(outline.points).value()) >= image.pixelArea().value();
    });
    return std::max<std::size_t>(1, static_cast<std::size_t>(size));
}

PlaneCurve mainOutline(const Region& region) {
    return geometry::simplified(region.outlines.front(), kSimplify);
}

SquareMillimetres pixelArea(const Mask& mask, const ImagePlane& image) {
    return static_cast<double>(std::ranges::count_if(mask.data(), [](auto v) { return v != 0; })) *
           image.pixelArea();
}

/// What all inputs say alike.
template <class Value, class Read>
Value common(const std::vector<ConsensusMember>& members, Read read) {
    const Value first = read(members.front().contour);
    const bool same = std::ranges::all_of(members, [&](const auto& m) { return read(m.contour) == first; });
    return same ? first : Value{};
}

/// The raters' curves on the image, where each of them can take part.
OrRefusal<std::vector<PlaneCurve>> curvesOf(const ConsensusCase& of, const ImagePlane& image) {
    if (of.members.empty()) return refused(Why::NobodyDrew);
    if (of.members.size() == 1) return refused(Why::OneRater, of.members.front().contour.rater);
    if (of.members.size() > kMostRaters) return refused(Why::TooManyRaters);
    std::vector<PlaneCurve> curves;
    for (const auto& [contour, version] : of.members) {
        if (const auto valid = protocol::validate(contour, image); !valid)
            return refused(Why::BadContour, contour.rater, valid.error());
        if (!contour.assessable) return refused(Why::NotAssessable, contour.rater);
        curves.push_back(geometry::toPlane(contour.curve, image));
    }
    return curves;
}

/// What the record says of the case, whatever the raters drew.
protocol::Consensus recordOf(const ConsensusCase& of, const ConsensusSettings& settings) {
    protocol::Consensus result;
    result.study = of.study;
    result.image = of.image;
    result.cell = of.cell;
    result.method = settings.method;
    result.algorithm = kConsensusAlgorithmVersion;
    result.domain = settings.domain;
    result.plane = common<std::optional<geometry::Plane>>(of.members, [](const auto& c) { return c.plane; });
    result.weighting =
        common<std::optional<Weighting>>(of.members, [](const auto& c) { return c.weighting; });
    result.protocol = common<std::string>(of.members, [](const auto& c) { return c.protocol; });
    return result;
}

/// The soft map, and the domain on which it lies.
void keepVotes(const Votes& votes, protocol::Consensus& result) {
    result.domainPixels = votes.domain.count;
    result.prior = votes.prior;
    result.column = votes.domain.column;
    result.row = votes.domain.row;
    result.soft = Grid<float>(votes.patterns.columns(), votes.patterns.rows(), 0.0f);
    for (std::size_t i = 0; i < result.soft.data().size(); ++i)
        result.soft.data()[i] =
            static_cast<float>(std::popcount(votes.patterns.data()[i])) / static_cast<float>(votes.raters());
}

/// Mask, contour and areas, with those of the majority beside.
void keepRegion(Region region, const Votes& votes, const ImagePlane& image, protocol::Consensus& result) {
    region.parameters["outline_tolerance_mm"] = kSimplify;
    result.parameters = region.parameters.dump();
    const PlaneCurve outline = mainOutline(region);
    result.curve = geometry::toPatient(outline, image);
    result.pieces = pieces(region, image);
    result.area = geometry::area(outline);
    result.areaMask = pixelArea(region.mask, image);
    if (result.method == ConsensusMethod::Majority) {
        result.majorityArea = result.area;
        result.majorityAreaMask = result.areaMask;
    } else {
        const Region beside = majority(votes);
        result.majorityAreaMask = pixelArea(beside.mask, image);
        if (!beside.outlines.empty()) result.majorityArea = geometry::area(mainOutline(beside));
    }
    result.mask = std::move(region.mask);
}

/// The area that the others would agree on; none where they agree on nothing.
std::optional<SquareMillimetres> areaWithout(std::size_t rater, std::vector<PlaneCurve> curves,
                                             const ImagePlane& image, const ConsensusSettings& settings) {
    // Of two, majority and STAPLE keep what both drew: always less than either, so no measure of a rater.
    const auto method = curves.size() == 3 ? ConsensusMethod::MeanShape : settings.method;
    curves.erase(curves.begin() + static_cast<std::ptrdiff_t>(rater));
    const auto left =
        regionBy(method, Votes(std::move(curves), image, settings.domain), image, settings.staple);
    return left ? std::optional(geometry::area(mainOutline(*left))) : std::nullopt;
}

} // namespace

std::string clause(const ConsensusRefusal& refusal) {
    switch (refusal.why) {
    case Why::NobodyDrew:
        return "nobody drew it.";
    case Why::OneRater:
        return "only " + refusal.rater + " drew it on this image.";
    case Why::TooManyRaters:
        return "more than " + std::to_string(kMostRaters) + " raters drew it.";
    case Why::BadDomain:
        return "a domain of 0 to 1000 mm is needed.";
    case Why::BadContour:
        return "the contour of rater " + refusal.rater + ": " + refusal.contour.message;
    case Why::NotAssessable:
        return "the contour of rater " + refusal.rater + " is marked as not assessable.";
    case Why::NoPixel:
        return "no pixel of the image has its centre inside a contour.";
    case Why::AllDrawn:
        return "STAPLE needs pixels in its domain that somebody did not draw.";
    case Why::Contradiction:
        return "the raters contradict each other so much that STAPLE takes what nobody drew for the "
               "structure.";
    case Why::NothingInCommon:
        break;
    }
    return "there is nothing that the raters agree on.";
}

Error errorOf(const ConsensusRefusal& refusal, const ConsensusCase& of, ConsensusMethod method) {
    const bool conflict = refusal.why == Why::NoPixel || refusal.why == Why::Contradiction ||
                          refusal.why == Why::NothingInCommon;
    const auto code = refusal.why == Why::BadContour ? refusal.contour.code
                      : conflict                     ? ErrorCode::Conflict
                                                     : ErrorCode::InvalidArgument;
    return {code, "No contour could be made for the " + std::string(name(method)) + " consensus of the " +
                      anatomy::label(of.cell) + " of study " + of.study.text() + ": " + clause(refusal)};
}

OrRefusal<protocol::Consensus> makeConsensus(const ConsensusCase& of, const ImagePlane& image,
                                             const ConsensusSettings& settings) {
    const auto curves = curvesOf(of, image);
    if (!curves) return tl::unexpected(curves.error());
    const double reach = settings.domain.value();
    if (!(reach >= 0.0 && reach <= kMostReach)) return refused(Why::BadDomain);
    const Votes votes(*curves, image, settings.domain);
    if (votes.domain.drawn == 0) return refused(Why::NoPixel);
    auto region = regionBy(settings.method, votes, image, settings.staple);
    if (!region) return tl::unexpected(region.error());

    protocol::Consensus result = recordOf(of, settings);
    const bool leaveOneOut = settings.leaveOneOut == LeaveOneOut::Yes && curves->size() > 2;
    for (std::size_t j = 0; j < curves->size(); ++j) {
        const auto& [contour, version] = of.members[j];
        result.raters.push_back({contour.rater, contour.id, version, geometry::area((*curves)[j]),
                                 region->sensitivity[j], region->specificity[j],
                                 leaveOneOut ? areaWithout(j, *curves, image, settings) : std::nullopt});
    }
    keepVotes(votes, result);
    keepRegion(*std::move(region), votes, image, result);
    return result;
}

std::vector<PlaneCurve> disagreementBand(std::span<const PlaneCurve> curves) {
    assert(!curves.empty() && curves.size() <= kMostRaters);
    const VotePattern all = curves.size() == 64 ? ~VotePattern{0} : (VotePattern{1} << curves.size()) - 1;
    return geometry::combine(curves, [&](VotePattern p) { return p != 0 && p != all; });
}

} // namespace forameter::agreement
