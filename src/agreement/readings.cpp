// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/readings.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "forameter/agreement/modal_image.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::agreement {

namespace {

using protocol::Contour;

auto byAge(const Contour& c) {
    return std::tie(c.created, c.id);
}

/// The planes of all images, each from the caller or through the first contour of the image.
class Planes {
public:
    Planes(const std::map<ImageId, geometry::ImagePlane>& known, std::vector<geometry::ImagePlane>& planes)
        : m_known(known), m_planes(planes) {}

    Result<std::size_t> of(const Contour& contour) {
        const auto found = m_index.find(contour.image);
        if (found != m_index.end()) return found->second;
        if (const auto known = m_known.find(contour.image); known != m_known.end()) {
            m_planes.push_back(known->second);
        } else {
            const auto fitted = geometry::fittedPlane(contour.curve);
            if (!fitted) return tl::unexpected(fitted.error());
            m_planes.push_back(*fitted);
        }
        return m_index[contour.image] = m_planes.size() - 1;
    }

private:
    const std::map<ImageId, geometry::ImagePlane>& m_known;
    std::vector<geometry::ImagePlane>& m_planes;
    std::map<ImageId, std::size_t> m_index;
};

Result<PreparedReading> prepared(const Contour& contour, Planes& planes,
                                 const std::vector<geometry::ImagePlane>& all) {
    PreparedReading reading;
    reading.key = {contour.study, contour.cell};
    reading.rater = contour.rater;
    reading.id = contour.id;
    reading.image = contour.image;
    reading.assessable = contour.assessable;
    if (!contour.assessable) return reading;
    const auto plane = planes.of(contour);
    if (!plane) return tl::unexpected(plane.error());
    reading.plane = *plane;
    // Each contour lies within the tolerance of its image, so within twice that of a plane fitted to another.
    for (const auto& point : contour.curve.points)
        if (!(std::abs(all[*plane].distance(point).value()) <= 2.0 * protocol::kPlaneTolerance.value()))
            return fail(ErrorCode::ConflictingGeometry,
                        "The contour does not lie in the plane of the others on its image.");
    reading.curve = geometry::toPlane(contour.curve, all[*plane]);
    if (auto valid = geometry::validate(reading.curve); !valid) return tl::unexpected(valid.error());
    reading.area = SquareMillimetres(std::abs(geometry::area(reading.curve).value()));
    return reading;
}

/// The first of a rater's contours of a case and occasion stands for it. `all` must be sorted.
void markMain(std::vector<PreparedReading>& all) {
    for (std::size_t i = 1; i < all.size(); ++i) {
        const auto &before = all[i - 1], &now = all[i];
        all[i].isMain = !(before.key == now.key && before.rater == now.rater &&
                          before.isReference == now.isReference && before.occasion == now.occasion);
    }
}

} // namespace

std::vector<int> occasionsOf(std::span<const Contour> contours, std::span<const std::size_t> sittings) {
    std::map<std::pair<std::string, CaseKey>, std::map<std::size_t, std::vector<std::size_t>>> cases;
    for (std::size_t i = 0; i < contours.size(); ++i)
        cases[{contours[i].rater, {contours[i].study, contours[i].cell}}][sittings[i]].push_back(i);
    std::vector<int> occasions(contours.size(), 1);
    for (auto& [key, bySitting] : cases) {
        std::vector<std::vector<std::size_t>>
            order; // each sitting by age, then the sittings by their first contour
        for (auto& [sitting, members] : bySitting) {
            std::ranges::stable_sort(members, {}, [&](std::size_t i) { return byAge(contours[i]); });
            order.push_back(members);
        }
        std::ranges::stable_sort(order, {},
                                 [&](const auto& members) { return byAge(contours[members.front()]); });
        int before = 0;
        for (const auto& members : order) {
            std::map<ImageId, int> seen;
            int most = 0;
            for (const std::size_t i : members) {
                occasions[i] = before + ++seen[contours[i].image];
                most = std::max(most, seen[contours[i].image]);
            }
            before += most;
        }
    }
    return occasions;
}

Readings filtered(const Readings& readings, const std::function<bool(const PreparedReading&)>& keep) {
    Readings result = readings;
    result.all.clear();
    result.mixUps.clear();
    std::map<std::size_t, std::size_t> place;
    for (std::size_t i = 0; i < readings.all.size(); ++i) {
        if (!keep(readings.all[i])) continue;
        place[i] = result.all.size();
        result.all.push_back(readings.all[i]);
    }
    for (MixUp mixUp : readings.mixUps) {
        const auto at = place.find(mixUp.index);
        if (at == place.end()) continue;
        mixUp.index = at->second;
        result.mixUps.push_back(mixUp);
    }
    return result;
}

Result<Readings> prepare(const ReadingsInput& input, const Watch& watch) {
    Readings result;
    Planes planes(input.planes, result.planes);
    std::size_t total = input.readings.size(), done = 0;
    for (const auto& reference : input.references)
        total += reference.contours.size();

    struct Entry {
        PreparedReading reading;
        const Contour* contour;
        std::size_t reference; ///< 0 for raters, else place in the list + 1
    };
    std::vector<Entry> entries;
    const auto take = [&](const Contour& contour, std::size_t index, int occasion, std::size_t reference) {
        auto reading = prepared(contour, planes, result.planes);
        watch.report(++done, total, "measuring contours");
        if (!reading) {
            result.refused.push_back({index, std::nullopt, reading.error()});
            if (reference > 0) result.refused.back().reference = input.references[reference - 1].name;
            return;
        }
        reading->index = index;
        reading->occasion = occasion;
        if (reference > 0) {
            reading->isReference = true;
            reading->rater = input.references[reference - 1].name;
        }
        entries.push_back({*std::move(reading), &contour, reference});
    };
    for (std::size_t i = 0; i < input.readings.size(); ++i) {
        if (watch.cancelled()) return interrupted();
        take(input.readings[i].contour, i, input.readings[i].occasion, 0);
    }
    for (std::size_t r = 0; r < input.references.size(); ++r) {
        result.references.push_back(input.references[r].name);
        for (std::size_t i = 0; i < input.references[r].contours.size(); ++i)
            take(input.references[r].contours[i], i, 1, r + 1);
    }
    std::ranges::stable_sort(entries, [](const Entry& a, const Entry& b) {
        const auto order = [](const Entry& e) {
            return std::tie(e.reading.key, e.reference, e.reading.rater, e.reading.occasion);
        };
        if (order(a) != order(b)) return order(a) < order(b);
        return a.reference == 0 && byAge(*a.contour) < byAge(*b.contour); // a reference keeps its own order
    });

    std::vector<Contour> contours;
    std::set<std::string> raters;
    std::map<std::string, std::size_t> patients;
    for (const Entry& entry : entries) {
        const StudyUid& study = entry.reading.key.study;
        const auto patient = input.patients.find(study);
        // A study without a patient is one of its own; the mark keeps its name apart from those of patients.
        const std::string name = patient != input.patients.end() ? "p" + patient->second : "s" + study.text();
        result.patient[study] = patients.emplace(name, patients.size()).first->second;
        if (!entry.reading.isReference) raters.insert(entry.reading.rater);
        contours.push_back(*entry.contour);
        contours.back().rater = entry.reading.rater;
        result.all.push_back(entry.reading);
    }
    result.patients = patients.size();
    result.raters.assign(raters.begin(), raters.end());
    markMain(result.all);
    if (watch.cancelled()) return interrupted();
    result.mixUps = findMixUps(contours);
    for (const MixUp& mixUp : result.mixUps)
        result.all[mixUp.index].identified = mixUp.identified;
    return result;
}

std::optional<ImageId> modalImage(const Readings& readings, const CaseKey& key) {
    std::vector<DrawnOn> drawn;
    for (const PreparedReading& r : std::ranges::equal_range(readings.all, key, {}, &PreparedReading::key)) {
        if (r.isReference || r.occasion != 1 || !r.assessable || r.identified) continue;
        const auto& plane = readings.planes[r.plane];
        drawn.push_back({r.rater, r.image, plane.toPatient(geometry::centroid(r.curve)), plane.normal()});
    }
    return modalImage(drawn);
}

} // namespace forameter::agreement
