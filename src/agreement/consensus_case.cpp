// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/consensus_case.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "forameter/agreement/mixups.hpp"
#include "forameter/agreement/modal_image.hpp"

namespace forameter::agreement {

namespace {

using protocol::Contour;

/// Right foramina from the head down, left foramina, canal.
auto readingOrder(const anatomy::Cell& cell) {
    return std::tuple(cell.structure, cell.side, cell.quantity, cell.level);
}
struct Key {
    StudyUid study;
    anatomy::Cell cell;

    friend bool operator<(const Key& a, const Key& b) {
        return std::tuple(a.study, readingOrder(a.cell)) < std::tuple(b.study, readingOrder(b.cell));
    }
};

geometry::PatientPoint middle(const Contour& contour) {
    geometry::PatientPoint sum;
    for (const auto& p : contour.curve.points)
        sum = sum + p;
    return (1.0 / static_cast<double>(std::max<std::size_t>(1, contour.curve.points.size()))) * sum;
}

/// Of a contour from the image that `on` was drawn on, along that image's normal.
double offset(const Contour& contour, const Contour& on) {
    const auto plane = geometry::fittedPlane(on.curve);
    const auto apart = middle(contour) - middle(on);
    return plane ? dot(apart, plane->normal()) : geometry::length(apart);
}

ImageId modalImage(const std::vector<const ConsensusMember*>& drawn) {
    std::vector<DrawnOn> places;
    for (const auto* one : drawn) {
        const auto plane = geometry::fittedPlane(one->contour.curve);
        places.push_back({one->contour.rater, one->contour.image, middle(one->contour),
                          plane ? plane->normal() : geometry::PatientVector{}});
    }
    return *agreement::modalImage(places);
}

std::string percent(double share) {
    return std::to_string(std::lround(100.0 * share)) + " %";
}

/// Mix-ups of one study, by position in `contours`.
std::map<std::size_t, std::string> mixUps(std::span<const ConsensusMember> contours,
                                          const std::vector<std::size_t>& ofStudy) {
    std::vector<Contour> looked;
    std::vector<std::size_t> positions;
    for (const std::size_t i : ofStudy)
        if (contours[i].contour.assessable) {
            looked.push_back(contours[i].contour);
            positions.push_back(i);
        }
    std::map<std::size_t, std::string> found;
    for (const MixUp& m : findMixUps(looked))
        found[positions[m.index]] = "What rater " + looked[m.index].rater + " calls the " +
                                    anatomy::label(m.named) + " overlaps by " + percent(m.identifiedDice) +
                                    " with what others call the " + anatomy::label(m.identified) +
                                    ", and by " + percent(m.namedDice) + " with what they call the " +
                                    anatomy::label(m.named) + ".";
    return found;
}

/// Members, other slices and superseded contours of a case, from what its raters drew.
void fill(ConsensusCase& one, const std::vector<const ConsensusMember*>& drawn) {
    one.image = modalImage(drawn);
    std::map<std::string, const ConsensusMember*> newest;
    for (const auto* member : drawn) {
        if (member->contour.image != one.image) continue;
        const auto*& held = newest[member->contour.rater];
        const auto age = [](const ConsensusMember& m) { return std::tuple(m.contour.created, m.contour.id); };
        if (!held || age(*held) < age(*member)) held = member;
    }
    for (const auto& [rater, member] : newest)
        one.members.push_back(*member);
    const Contour& on = one.members.front().contour;
    for (const auto* member : drawn) {
        const Contour& contour = member->contour;
        if (contour.image != one.image)
            one.elsewhere.push_back({contour, Millimetres(offset(contour, on))});
        else if (newest[contour.rater] != member)
            one.leftOut.push_back({contour, LeftOut::Reason::Superseded,
                                   "Rater " + contour.rater + " has a newer contour of the " +
                                       anatomy::label(contour.cell) + " on the same image."});
    }
}

} // namespace

std::string_view name(LeftOut::Reason reason) noexcept {
    return reason == LeftOut::Reason::NotAssessable ? "not-assessable"
           : reason == LeftOut::Reason::MixUp       ? "mix-up"
                                                    : "superseded";
}

std::vector<ConsensusCase> consensusCases(std::span<const ConsensusMember> contours) {
    std::map<StudyUid, std::vector<std::size_t>> studies;
    std::map<Key, std::vector<std::size_t>> cells;
    for (std::size_t i = 0; i < contours.size(); ++i) {
        studies[contours[i].contour.study].push_back(i);
        cells[{contours[i].contour.study, contours[i].contour.cell}].push_back(i);
    }
    std::map<std::size_t, std::string> mixedUp;
    for (const auto& [study, positions] : studies)
        mixedUp.merge(mixUps(contours, positions));

    std::vector<ConsensusCase> cases;
    for (const auto& [key, positions] : cells) {
        ConsensusCase one{key.study, key.cell, contours[positions.front()].contour.image, {}, {}, {}};
        std::vector<const ConsensusMember*> drawn;
        for (const std::size_t i : positions) {
            const Contour& contour = contours[i].contour;
            if (!contour.assessable)
                one.leftOut.push_back({contour, LeftOut::Reason::NotAssessable,
                                       "Rater " + contour.rater + " finds the " + anatomy::label(key.cell) +
                                           " not assessable" +
                                           (contour.note.empty() ? "." : ": " + contour.note + ".")});
            else if (const auto mixed = mixedUp.find(i); mixed != mixedUp.end())
                one.leftOut.push_back({contour, LeftOut::Reason::MixUp, mixed->second});
            else
                drawn.push_back(&contours[i]);
        }
        if (!drawn.empty()) fill(one, drawn);
        cases.push_back(std::move(one));
    }
    return cases;
}

} // namespace forameter::agreement
