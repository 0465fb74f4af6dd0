// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/comparisons.hpp"

#include <algorithm>
#include <atomic>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include "forameter/agreement/categories.hpp"
#include "forameter/core/interrupted.hpp"
#include "forameter/geometry/measure.hpp"

namespace forameter::agreement {

namespace {

/// Structure and quantity: what is never pooled.
using Kind = std::pair<anatomy::Structure, std::optional<anatomy::Quantity>>;
Kind kindOf(const anatomy::Cell& cell) {
    return {cell.structure, cell.quantity};
}

bool isFirst(const PreparedReading& r) {
    return r.isMain && r.occasion == 1;
}
bool isDrawn(const PreparedReading& r) {
    return isFirst(r) && r.assessable;
}

/// Calls `visit(begin, end)` for the readings of each case.
template <class Visit>
void forEachCase(const Readings& readings, Visit visit) {
    const auto& all = readings.all;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t j = i;
        while (j < all.size() && all[j].key == all[i].key)
            ++j;
        visit(i, j);
        i = j;
    }
}

/// Mean of what was seen so far; none of nothing.
struct Mean {
    double sum = 0.0;
    std::size_t count = 0;
    void add(double value) {
        sum += value;
        ++count;
    }
    [[nodiscard]] std::optional<double> value() const {
        return count ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
    }
};

/// Signed differences of one rater to one yardstick.
struct Differences {
    std::vector<double> own, theirs, difference, relative;
    std::vector<std::size_t> patients;

    void add(double area, double reference, std::size_t patient) {
        own.push_back(area);
        theirs.push_back(reference);
        difference.push_back(area - reference);
        relative.push_back((area - reference) / reference);
        patients.push_back(patient);
    }
};

} // namespace

std::optional<Estimate> clusteredMean(const std::vector<double>& values,
                                      const std::vector<std::size_t>& clusters, double confidence) {
    if (values.empty()) return std::nullopt;
    const auto n = static_cast<double>(values.size());
    Estimate mean;
    for (const double value : values)
        mean.value += value / n;
    std::map<std::size_t, double> sums; // of residuals, by cluster
    for (std::size_t i = 0; i < values.size(); ++i)
        sums[clusters[i]] += values[i] - mean.value;
    if (sums.size() < 2) return mean;
    double squares = 0.0;
    for (const auto& [cluster, sum] : sums)
        squares += sum * sum;
    const auto count = static_cast<double>(sums.size());
    const double se = std::sqrt(squares * count / (count - 1.0)) / n;
    const double t = boost::math::quantile(boost::math::students_t(count - 1.0), 0.5 + confidence / 2.0);
    mean.interval = Interval{mean.value - t * se, mean.value + t * se};
    return mean;
}

Result<std::vector<PairComparison>> comparePairs(const Readings& readings, const Watch& watch) {
    const auto& all = readings.all;
    std::vector<PairComparison> pairs;
    forEachCase(readings, [&](std::size_t begin, std::size_t end) {
        // A reference with the case on several images meets `with` on his image, if it can.
        const auto counterpart = [&](std::size_t i, const PreparedReading& with) {
            if (!all[i].isReference) return i;
            for (std::size_t j = begin; j < end; ++j)
                if (all[j].isReference && all[j].rater == all[i].rater && all[j].assessable &&
                    all[j].image == with.image)
                    return j;
            return i;
        };
        for (std::size_t i = begin; i < end; ++i)
            for (std::size_t j = i + 1; j < end; ++j) {
                if (!isDrawn(all[i]) || !isDrawn(all[j])) continue;
                PairComparison pair{all[i].key, i, counterpart(j, all[i]), false, false, {}, {}, {}};
                const PreparedReading &a = all[pair.a], &b = all[pair.b];
                pair.sameImage = a.image == b.image;
                pair.mixUp = a.identified || b.identified;
                pair.areaA = a.area;
                pair.areaB = b.area;
                pairs.push_back(std::move(pair));
            }
    });
    // Exact distances take about a millisecond each; every pair is its own place in the list.
    std::atomic<std::size_t> next{0};
    const auto work = [&](auto report) {
        for (std::size_t i = next++; i < pairs.size() && !watch.cancelled(); i = next++) {
            report(i);
            if (pairs[i].sameImage)
                pairs[i].comparison = geometry::compare(all[pairs[i].a].curve, all[pairs[i].b].curve);
        }
    };
    {
        std::vector<std::jthread> threads;
        const std::size_t helpers =
            std::min<std::size_t>(std::thread::hardware_concurrency(), pairs.size() / 16);
        for (std::size_t t = 1; t < helpers; ++t)
            threads.emplace_back([&] { work([](std::size_t) {}); });
        work([&](std::size_t i) { watch.report(i, pairs.size(), "comparing contours"); });
    }
    if (watch.cancelled()) return interrupted();
    return pairs;
}

std::vector<CaseSpread> caseSpreads(const Readings& readings, const std::vector<PairComparison>& pairs) {
    std::vector<CaseSpread> spreads;
    std::map<CaseKey, std::size_t> place;
    forEachCase(readings, [&](std::size_t begin, std::size_t end) {
        CaseSpread spread;
        spread.key = readings.all[begin].key;
        std::set<ImageId> images;
        std::vector<double> areas;
        bool read = false;
        for (std::size_t i = begin; i < end; ++i) {
            const PreparedReading& r = readings.all[i];
            if (r.isReference || !isFirst(r)) continue;
            read = true;
            if (!r.assessable)
                ++spread.notAssessable;
            else if (r.identified)
                ++spread.mixUps;
            else {
                images.insert(r.image);
                areas.push_back(r.area.value());
            }
        }
        if (!read) return;
        spread.raters = areas.size();
        spread.images = images.size();
        if (!areas.empty()) {
            double mean = 0.0, squares = 0.0;
            for (const double area : areas)
                mean += area / static_cast<double>(areas.size());
            for (const double area : areas)
                squares += (area - mean) * (area - mean);
            const auto [low, high] = std::ranges::minmax(areas);
            spread.meanArea = SquareMillimetres(mean);
            spread.minArea = SquareMillimetres(low);
            spread.maxArea = SquareMillimetres(high);
            if (areas.size() > 1) {
                spread.areaSd = std::sqrt(squares / static_cast<double>(areas.size() - 1));
                if (mean > 0.0) spread.relativeSd = *spread.areaSd / mean;
            }
        }
        place[spread.key] = spreads.size();
        spreads.push_back(spread);
    });
    std::map<CaseKey, Mean> dice;
    for (const PairComparison& pair : pairs) {
        if (!pair.comparison || pair.mixUp || readings.all[pair.b].isReference) continue;
        CaseSpread& spread = spreads[place.at(pair.key)];
        dice[pair.key].add(pair.comparison->dice);
        spread.minDice = std::min(spread.minDice.value_or(1.0), pair.comparison->dice);
        spread.maxHd95 = std::max(spread.maxHd95.value_or(Millimetres(0.0)), pair.comparison->hd95);
    }
    for (const auto& [key, mean] : dice)
        spreads[place.at(key)].meanDice = mean.value();
    return spreads;
}

std::vector<CaseSpread> worstFirst(std::vector<CaseSpread> spreads) {
    // The two measures have different units: what counts is the place of a case in the order of each.
    std::map<CaseKey, std::size_t> rank;
    const auto addRanks = [&](auto measure) {
        std::vector<std::pair<double, CaseKey>> order;
        for (const CaseSpread& spread : spreads)
            order.emplace_back(measure(spread), spread.key);
        std::ranges::sort(order, std::greater<>{}, [](const auto& entry) { return entry.first; });
        std::size_t at = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (i > 0 && order[i].first < order[i - 1].first) at = i; // equal ones share a place
            rank[order[i].second] += at;
        }
    };
    addRanks([](const CaseSpread& s) { return s.relativeSd.value_or(-1.0); });
    addRanks([](const CaseSpread& s) { return s.maxHd95.value_or(Millimetres(-1.0)).value(); });
    std::ranges::stable_sort(spreads, [&](const CaseSpread& a, const CaseSpread& b) {
        if ((a.mixUps > 0) != (b.mixUps > 0)) return a.mixUps > 0;
        return std::pair(rank[a.key], a.key) < std::pair(rank[b.key], b.key);
    });
    return spreads;
}

std::vector<AreaBias> areaBias(const Readings& readings, const std::vector<PairComparison>& pairs) {
    std::map<std::tuple<Kind, std::string, std::size_t>, Differences> found; // by kind, rater, yardstick
    const auto& all = readings.all;
    const auto patientOf = [&](const CaseKey& key) { return readings.patient.at(key.study); };
    for (const PairComparison& pair : pairs) {
        const PreparedReading &a = all[pair.a], &b = all[pair.b];
        if (a.isReference || !b.isReference || !pair.sameImage || pair.mixUp) continue;
        const auto reference = static_cast<std::size_t>(std::ranges::find(readings.references, b.rater) -
                                                        readings.references.begin());
        found[{kindOf(pair.key.cell), a.rater, reference}].add(a.area.value(), b.area.value(),
                                                               patientOf(pair.key));
    }
    const std::size_t others = readings.references.size();
    forEachCase(readings, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const auto counts = [&](std::size_t k) {
                const PreparedReading& r = all[k];
                return !r.isReference && isDrawn(r) && !r.identified && r.image == all[i].image;
            };
            if (!counts(i)) continue;
            Mean mean;
            for (std::size_t j = begin; j < end; ++j)
                if (j != i && counts(j)) mean.add(all[j].area.value());
            if (const auto value = mean.value())
                found[{kindOf(all[i].key.cell), all[i].rater, others}].add(all[i].area.value(), *value,
                                                                           patientOf(all[i].key));
        }
    });
    std::vector<AreaBias> biases;
    for (const auto& [key, d] : found) {
        const auto& [kind, rater, against] = key;
        AreaBias bias;
        bias.rater = rater;
        bias.against = against == others ? "others" : readings.references[against];
        std::tie(bias.structure, bias.quantity) = kind;
        bias.cases = d.difference.size();
        bias.patients = std::set(d.patients.begin(), d.patients.end()).size();
        bias.bias = clusteredMean(d.difference, d.patients).value_or(Estimate{});
        bias.relative = clusteredMean(d.relative, d.patients).value_or(Estimate{});
        for (const double difference : d.difference)
            bias.meanAbsolute += std::abs(difference) / static_cast<double>(bias.cases);
        bias.limits = blandAltman(d.own, d.theirs);
        biases.push_back(std::move(bias));
    }
    return biases;
}

std::vector<SliceAgreement> sliceAgreement(const Readings& readings,
                                           const std::vector<PairComparison>& pairs) {
    struct Sums {
        SliceAgreement result;
        Mean distance, sameImage, otherImage;
        RatingTable steps;
    };
    std::map<Kind, Sums> kinds;
    const auto& all = readings.all;
    forEachCase(readings, [&](std::size_t begin, std::size_t end) {
        std::vector<const PreparedReading*> drawn;
        for (std::size_t i = begin; i < end; ++i)
            if (!all[i].isReference && isDrawn(all[i]) && !all[i].identified) drawn.push_back(&all[i]);
        if (drawn.size() < 2) return;
        const auto modal = modalImage(readings, all[begin].key);
        if (!modal) return;
        Sums& sums = kinds[kindOf(all[begin].key.cell)];
        ++sums.result.cases;
        // The images in order along the normal of the modal one, counted from it.
        const auto& plane =
            readings
                .planes[std::ranges::find_if(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(),
                                             [&](const auto& r) { return r.assessable && r.image == *modal; })
                            ->plane];
        std::map<ImageId, double> offsets;
        for (const auto* r : drawn)
            offsets.emplace(
                r->image,
                r->image == *modal
                    ? 0.0
                    : plane.distance(readings.planes[r->plane].toPatient(geometry::centroid(r->curve)))
                          .value());
        const auto step = [&](const ImageId& image) {
            double count = 0.0;
            for (const auto& [other, offset] : offsets) {
                if (offset > 0.0 && offset <= offsets[image]) count += 1.0;
                if (offset < 0.0 && offset >= offsets[image]) count -= 1.0;
            }
            return count;
        };
        std::vector<std::optional<double>> row(readings.raters.size());
        for (const auto* r : drawn)
            row[static_cast<std::size_t>(std::ranges::lower_bound(readings.raters, r->rater) -
                                         readings.raters.begin())] = step(r->image);
        sums.steps.rows.push_back(std::move(row));
        if (offsets.size() == 1) ++sums.result.casesOnOneImage;
    });
    for (const PairComparison& pair : pairs) {
        const PreparedReading &a = all[pair.a], &b = all[pair.b];
        if (a.isReference || b.isReference || pair.mixUp) continue;
        Sums& sums = kinds[kindOf(pair.key.cell)];
        const double difference = std::abs(a.area.value() - b.area.value());
        ++sums.result.pairs;
        if (pair.sameImage) {
            ++sums.result.pairsOnOneImage;
            sums.sameImage.add(difference);
        } else {
            sums.otherImage.add(difference);
            sums.distance.add(
                std::abs(readings.planes[b.plane]
                             .distance(readings.planes[a.plane].toPatient(geometry::centroid(a.curve)))
                             .value()));
        }
    }
    std::vector<SliceAgreement> result;
    for (auto& [kind, sums] : kinds) {
        std::tie(sums.result.structure, sums.result.quantity) = kind;
        if (const auto distance = sums.distance.value()) sums.result.meanDistance = Millimetres(*distance);
        sums.result.alpha = krippendorffAlpha(sums.steps, Scale::Nominal);
        sums.result.areaDifferenceOneImage = sums.sameImage.value();
        sums.result.areaDifferenceOther = sums.otherImage.value();
        result.push_back(sums.result);
    }
    return result;
}

} // namespace forameter::agreement
