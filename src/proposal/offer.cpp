// SPDX-License-Identifier: Apache-2.0
#include "offer.hpp"

#include <cmath>

#include "features.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/protocol/plausible.hpp"
#include "forameter/protocol/reading.hpp"

namespace forameter::proposal {

namespace {

constexpr double kBorder = 1.0; // mm from the picture's edge

std::string inMm2(double area) {
    return std::to_string(std::lround(area)) + " mm²";
}

} // namespace

std::optional<Proposal> offerOf(const Sighting& s, const Model& model) {
    const StackInput& stack = s.request.stacks[s.maps.view.stack];
    const auto slice = s.maps.view.slice;
    const geometry::ImagePlane& acquired = stack.volume->plane(slice);
    const Fit& fit = model.fitOf(s.cell);
    const auto curve =
        outlineOf(s.region, s.maps.of(s.label), s.maps.plane, acquired, s.level.value_or(fit.outlineLevel));
    if (!curve) return std::nullopt;
    Proposal made;
    made.areaMm2 = geometry::area(*curve).value();
    const Features features = featuresOf(s.region, s.maps, s.label, s.cell, made.areaMm2);
    const Expectation expected = expectation(fit.calibration, features, made.areaMm2);
    made.confidence = expected.dice;
    made.areaLow = expected.areaLow;
    made.areaHigh = expected.areaHigh;
    made.failure = expected.failure;
    made.doubtful = expected.doubtful;
    made.disagreement = features[static_cast<std::size_t>(Feature::Disagreement)];
    made.features.assign(features.begin(), features.end());

    protocol::Contour& contour = made.contour;
    contour.id = ContourId(newUuid());
    contour.study = s.request.study;
    contour.image = stack.images[static_cast<std::size_t>(slice)];
    contour.cell = s.cell;
    contour.curve = geometry::toPatient(*curve, acquired);
    contour.rater = model.name;
    contour.source = protocol::Source::Model;
    contour.plane = stack.plane;
    contour.weighting = stack.weighting;
    contour.protocol = protocol::defaultProtocol(s.cell.structure);
    made.warnings = protocol::imageWarnings(s.cell, stack.weighting, stack.fitness);
    protocol::keepSlicePosition(contour, s.levels, acquired);
    contour.created = now();
    contour.model = model.sha256;
    return made;
}

std::optional<std::string> implausible(const Proposal& proposal, const geometry::ImagePlane& image) {
    const auto [least, most] = protocol::plausibleArea(proposal.contour.cell);
    if (proposal.areaMm2 < least.value() || proposal.areaMm2 > most.value())
        return "What was found has " + inMm2(proposal.areaMm2) + ", outside of what is plausible (" +
               inMm2(least.value()) + " to " + inMm2(most.value()) + ").";
    const auto [x0, x1, y0, y1] = image.bounds();
    for (const auto& p : geometry::toPlane(proposal.contour.curve, image).points)
        if (p.x < x0 + kBorder || p.x > x1 - kBorder || p.y < y0 + kBorder || p.y > y1 - kBorder)
            return "What was found runs out of the picture.";
    if (const auto valid = protocol::validate(proposal.contour, image); !valid)
        return "What was found has no proper outline: " + valid.error().message;
    return std::nullopt;
}

} // namespace forameter::proposal
