// SPDX-License-Identifier: Apache-2.0
// The readings of a round as the variance components take them.
#include <map>
#include <set>

#include "forameter/agreement/summary.hpp"

namespace forameter::agreement {

namespace {

/// Areas of one person by case and image.
using Profile = std::map<std::pair<CaseKey, ImageId>, double>;

/// Who knows an area on several images: references, and raters who drew a profile of slices.
struct Profiles {
    std::map<std::string, Profile> references, raters;

    explicit Profiles(const Readings& readings) {
        for (const PreparedReading& r : readings.all) {
            if (!r.assessable || r.identified || r.occasion != 1) continue;
            auto& of = r.isReference ? references : raters;
            of[r.rater].emplace(std::pair(r.key, r.image), r.area.value());
        }
    }

    /// Change of the true area between two places: as the first reference has it that knows both, else the
    /// mean of the raters who drew both.
    [[nodiscard]] std::optional<double> change(const std::pair<CaseKey, ImageId>& from,
                                               const std::pair<CaseKey, ImageId>& to) const {
        const auto of = [&](const Profile& profile) -> std::optional<double> {
            const auto a = profile.find(from), b = profile.find(to);
            if (a == profile.end() || b == profile.end()) return std::nullopt;
            return b->second - a->second;
        };
        if (from == to) return 0.0;
        for (const auto& [name, profile] : references)
            if (const auto known = of(profile)) return known;
        double sum = 0.0, count = 0.0;
        for (const auto& [name, profile] : raters)
            if (const auto known = of(profile)) {
                sum += *known;
                count += 1.0;
            }
        return count > 0.0 ? std::optional(sum / count) : std::nullopt;
    }
};

} // namespace

std::vector<AreaReading> areaReadings(const Readings& readings, const Group& group) {
    const Profiles profiles(readings);
    std::map<CaseKey, std::optional<ImageId>> modal;
    const auto usualImage = [&](const CaseKey& key) {
        auto found = modal.find(key);
        if (found == modal.end()) found = modal.emplace(key, modalImage(readings, key)).first;
        return found->second;
    };
    std::map<ImageId, std::size_t> images;
    std::map<anatomy::Cell, std::size_t> cells;
    std::map<CaseKey, std::size_t> cases;
    std::map<std::string, std::size_t> raters;
    const auto number = [](auto& of, const auto& key) { return of.emplace(key, of.size()).first->second; };
    std::vector<AreaReading> result;
    for (const PreparedReading& r : readings.all) {
        if (r.isReference || !r.isMain || !r.assessable || !group.contains(r.key.cell)) continue;
        const CaseKey drawn{r.key.study, r.identified.value_or(r.key.cell)};
        AreaReading reading;
        reading.patient = readings.patient.at(r.key.study);
        reading.cell = number(cases, r.key);
        reading.rater = number(raters, r.rater);
        reading.image = number(images, r.image);
        reading.identified = number(cells, drawn.cell);
        reading.occasion = r.occasion;
        reading.area = r.area.value();
        const auto usual = usualImage(r.key), usualOfDrawn = usualImage(drawn);
        if (usualOfDrawn) reading.sliceShift = profiles.change({drawn, *usualOfDrawn}, {drawn, r.image});
        if (drawn == r.key)
            reading.labelShift = 0.0;
        else if (usual && usualOfDrawn) // two cells: a mean over the raters who drew both stands in for truth
            reading.labelShift = profiles.change({r.key, *usual}, {drawn, *usualOfDrawn});
        result.push_back(reading);
    }
    return result;
}

} // namespace forameter::agreement
