// SPDX-License-Identifier: Apache-2.0
#include "forameter/agreement/variance_components.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace forameter::agreement {

namespace {

using RaterPair = std::pair<std::size_t, std::size_t>;

/// A sum and how many terms it has.
struct Sum {
    double value = 0.0;
    double count = 0.0;

    void add(double term) {
        value += term;
        count += 1.0;
    }
    Sum& operator+=(const Sum& other) {
        value += other.value;
        count += other.count;
        return *this;
    }
};

/// All that a patient contributes: half squared differences by what differs, and the differences themselves.
struct PatientSums {
    Sum base;                       ///< on one image and cell, or with known shifts taken off
    Sum knownSlice, knownLabel;     ///< of the shifts
    Sum unknownSlice, unknownLabel; ///< where the pair differs and nothing is known
    Sum repeats;
    double pairs = 0.0, otherImage = 0.0, otherCell = 0.0;
    std::map<RaterPair, Sum> differences; ///< of base pairs, signed
    std::vector<Sum> cases;               ///< areas less the rater's mean deviation
};

bool isKnown(const AreaReading& r) {
    return r.sliceShift && r.labelShift;
}
bool samePlace(const AreaReading& a, const AreaReading& b) {
    return a.image == b.image && a.identified == b.identified;
}
double halfSquare(double d) {
    return 0.5 * d * d;
}

/// Difference of two readings as if both were on one image and cell; none where that cannot be known.
std::optional<double> comparable(const AreaReading& a, const AreaReading& b) {
    if (samePlace(a, b)) return a.area - b.area;
    if (!isKnown(a) || !isKnown(b)) return std::nullopt;
    return (a.area - *a.sliceShift - *a.labelShift) - (b.area - *b.sliceShift - *b.labelShift);
}

void addPair(PatientSums& sums, const AreaReading& a, const AreaReading& b) {
    sums.pairs += 1.0;
    sums.otherImage += a.image != b.image ? 1.0 : 0.0;
    sums.otherCell += a.identified != b.identified ? 1.0 : 0.0;
    if (const auto difference = comparable(a, b)) {
        sums.base.add(halfSquare(*difference));
        sums.differences[{a.rater, b.rater}].add(*difference);
        if (!samePlace(a, b)) {
            sums.knownSlice.add(halfSquare(*a.sliceShift - *b.sliceShift));
            sums.knownLabel.add(halfSquare(*a.labelShift - *b.labelShift));
        }
        return;
    }
    (a.identified != b.identified ? sums.unknownLabel : sums.unknownSlice).add(halfSquare(a.area - b.area));
}

struct Case {
    std::vector<const AreaReading*> first, repeats;
};

/// Mean area of each case, as on its usual image and cell and without what each rater adds on average, so
/// that cases of different raters compare.
std::vector<Sum> caseSums(const std::vector<Case>& cases, std::vector<std::size_t>& patients) {
    const auto areaOf = [](const AreaReading& r) {
        return r.area - r.sliceShift.value_or(0.0) - r.labelShift.value_or(0.0);
    };
    std::map<std::size_t, Sum> deviation; // by rater
    std::vector<Sum> sums;
    for (const Case& one : cases) {
        const bool anyKnown = std::ranges::any_of(one.first, [](const auto* r) { return isKnown(*r); });
        Sum sum;
        std::vector<const AreaReading*> used;
        for (const auto* r : one.first)
            if (!anyKnown || isKnown(*r)) {
                sum.add(areaOf(*r));
                used.push_back(r);
            }
        for (const auto* r : used)
            deviation[r->rater].add(areaOf(*r) - sum.value / sum.count);
        sums.push_back(sum);
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const bool anyKnown = std::ranges::any_of(cases[i].first, [](const auto* r) { return isKnown(*r); });
        for (const auto* r : cases[i].first)
            if (!anyKnown || isKnown(*r))
                sums[i].value -= deviation[r->rater].value / deviation[r->rater].count;
        patients.push_back(cases[i].first.front()->patient);
    }
    return sums;
}

/// The unbiased estimates before truncation.
struct Raw {
    std::optional<double> patient, cell, rater, residual;
    double slice = 0.0, levelLabel = 0.0, delineation = 0.0;
};

std::optional<double> raterVariance(const std::vector<std::pair<const PatientSums*, double>>& patients) {
    // Products over two different patients: all products less those within one patient. A patient who was
    // drawn several times is still one.
    std::map<RaterPair, Sum> totals, within;
    for (const auto& [patient, times] : patients)
        for (const auto& [pair, sum] : patient->differences) {
            totals[pair] += {times * sum.value, times * sum.count};
            within[pair] += {times * times * sum.value * sum.value, times * times * sum.count * sum.count};
        }
    double products = 0.0, count = 0.0;
    for (const auto& [pair, total] : totals) {
        products += total.value * total.value - within[pair].value;
        count += total.count * total.count - within[pair].count;
    }
    if (count <= 0.0) return std::nullopt;
    return products / (2.0 * count);
}

/// One-way analysis of variance of case means by patient (Searle et al., 3.6), less what the means hold of
/// the noise.
void addCaseVariance(Raw& raw, const std::vector<std::pair<const PatientSums*, double>>& patients,
                     double noise) {
    double cases = 0.0, groups = 0.0, squaredSizes = 0.0, sum = 0.0, noiseOfMeans = 0.0;
    for (const auto& [patient, times] : patients) {
        if (patient->cases.empty()) continue;
        const auto size = static_cast<double>(patient->cases.size());
        cases += times * size;
        groups += times;
        squaredSizes += times * size * size;
        for (const Sum& mean : patient->cases) {
            sum += times * mean.value / mean.count;
            noiseOfMeans += times * noise / mean.count;
        }
    }
    if (groups < 2.0) return;
    noiseOfMeans /= cases;
    double between = 0.0, within = 0.0;
    for (const auto& [patient, times] : patients) {
        if (patient->cases.empty()) continue;
        const auto size = static_cast<double>(patient->cases.size());
        double mean = 0.0;
        for (const Sum& one : patient->cases)
            mean += one.value / one.count / size;
        between += times * size * (mean - sum / cases) * (mean - sum / cases);
        for (const Sum& one : patient->cases)
            within += times * (one.value / one.count - mean) * (one.value / one.count - mean);
    }
    const double betweenSquare = between / (groups - 1.0);
    if (cases <= groups) {
        raw.patient = betweenSquare - noiseOfMeans;
        return;
    }
    const double withinSquare = within / (cases - groups);
    raw.cell = withinSquare - noiseOfMeans;
    raw.patient = (betweenSquare - withinSquare) / ((cases - squaredSizes / cases) / (groups - 1.0));
}

std::optional<Raw> estimate(const std::vector<std::pair<const PatientSums*, double>>& patients) {
    Sum base, knownSlice, knownLabel, unknownSlice, unknownLabel, repeats;
    double pairs = 0.0;
    for (const auto& [patient, times] : patients) {
        const auto add = [t = times](Sum& to, const Sum& from) { to += {t * from.value, t * from.count}; };
        add(base, patient->base);
        add(knownSlice, patient->knownSlice);
        add(knownLabel, patient->knownLabel);
        add(unknownSlice, patient->unknownSlice);
        add(unknownLabel, patient->unknownLabel);
        add(repeats, patient->repeats);
        pairs += times * patient->pairs;
    }
    if (base.count <= 0.0) return std::nullopt;
    const double within = base.value / base.count;
    Raw raw;
    raw.slice = (knownSlice.value + unknownSlice.value - unknownSlice.count * within) / pairs;
    raw.levelLabel = (knownLabel.value + unknownLabel.value - unknownLabel.count * within) / pairs;
    raw.rater = raterVariance(patients);
    if (repeats.count > 0.0) raw.residual = repeats.value / repeats.count;
    raw.delineation = within - raw.rater.value_or(0.0) - raw.residual.value_or(0.0);
    addCaseVariance(raw, patients, within - raw.rater.value_or(0.0));
    return raw;
}

Component component(double raw) {
    return {std::max(0.0, raw), raw < 0.0, raw, std::nullopt};
}
std::optional<Component> component(const std::optional<double>& raw) {
    return raw ? std::optional(component(*raw)) : std::nullopt;
}

/// The contributions of every patient; counts for the answer go to `result`.
std::vector<PatientSums> sumsOf(std::span<const AreaReading> readings, VarianceComponents& result) {
    std::map<std::pair<std::size_t, std::size_t>, Case> cases; // by patient and cell
    std::map<std::size_t, std::size_t> patients;
    std::set<std::size_t> raters;
    for (const AreaReading& r : readings) {
        auto& one = cases[{r.patient, r.cell}];
        (r.occasion == 1 ? one.first : one.repeats).push_back(&r);
        raters.insert(r.rater);
        patients.emplace(r.patient, patients.size());
    }
    std::vector<PatientSums> sums(patients.size());
    std::vector<Case> read;
    for (auto& [key, one] : cases) {
        PatientSums& patient = sums[patients[key.first]];
        std::ranges::sort(one.first, {}, &AreaReading::rater);
        for (std::size_t i = 0; i < one.first.size(); ++i)
            for (std::size_t j = i + 1; j < one.first.size(); ++j)
                addPair(patient, *one.first[i], *one.first[j]);
        auto all = one.first; // every two readings of one rater
        all.insert(all.end(), one.repeats.begin(), one.repeats.end());
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i + 1; j < all.size(); ++j) {
                if (all[i]->rater != all[j]->rater) continue;
                if (const auto d = comparable(*all[i], *all[j])) patient.repeats.add(halfSquare(*d));
            }
        if (!one.first.empty()) read.push_back(one);
    }
    std::vector<std::size_t> ofPatient;
    const auto means = caseSums(read, ofPatient);
    for (std::size_t i = 0; i < means.size(); ++i)
        sums[patients[ofPatient[i]]].cases.push_back(means[i]);

    result.patients = patients.size();
    result.cases = read.size();
    result.raters = raters.size();
    result.readings = readings.size();
    const auto whole = [](double count) { return static_cast<std::size_t>(std::llround(count)); };
    for (const PatientSums& patient : sums) {
        result.pairs += whole(patient.pairs);
        result.otherImage += whole(patient.otherImage);
        result.otherCell += whole(patient.otherCell);
        result.repeatPairs += whole(patient.repeats.count);
    }
    return sums;
}

} // namespace

double Component::sd() const {
    return std::sqrt(variance);
}

double VarianceComponents::error() const {
    return (rater ? rater->variance : 0.0) + slice.variance + levelLabel.variance + delineation.variance +
           (residual ? residual->variance : 0.0);
}

std::optional<VarianceComponents> varianceComponents(std::span<const AreaReading> readings,
                                                     const std::optional<BootstrapOptions>& bootstrap,
                                                     const Watch& watch) {
    VarianceComponents result;
    const std::vector<PatientSums> sums = sumsOf(readings, result);
    std::vector<std::pair<const PatientSums*, double>> once;
    for (const PatientSums& patient : sums)
        once.emplace_back(&patient, 1.0);
    const auto raw = estimate(once);
    if (!raw) return std::nullopt;
    result.patient = component(raw->patient);
    result.cell = component(raw->cell);
    result.rater = component(raw->rater);
    result.residual = component(raw->residual);
    result.slice = component(raw->slice);
    result.levelLabel = component(raw->levelLabel);
    result.delineation = component(raw->delineation);
    if (!bootstrap) return result;

    const auto addInterval = [&](Component& of,
                                 const std::function<std::optional<double>(const Raw&)>& pick) {
        const auto statistic = [&](std::span<const std::size_t> drawn) -> std::optional<double> {
            std::vector<double> times(sums.size(), 0.0);
            for (const std::size_t patient : drawn)
                times[patient] += 1.0;
            std::vector<std::pair<const PatientSums*, double>> patients;
            for (std::size_t i = 0; i < sums.size(); ++i)
                if (times[i] > 0.0) patients.emplace_back(&sums[i], times[i]);
            const auto replicate = estimate(patients);
            return replicate ? pick(*replicate) : std::nullopt;
        };
        if (const auto b = clusterBootstrap(sums.size(), statistic, *bootstrap, watch))
            of.interval = Interval{std::max(0.0, b->percentile->low), std::max(0.0, b->percentile->high)};
    };
    if (result.patient) addInterval(*result.patient, [](const Raw& r) { return r.patient; });
    if (result.cell) addInterval(*result.cell, [](const Raw& r) { return r.cell; });
    if (result.rater) addInterval(*result.rater, [](const Raw& r) { return r.rater; });
    if (result.residual) addInterval(*result.residual, [](const Raw& r) { return r.residual; });
    addInterval(result.slice, [](const Raw& r) { return std::optional(r.slice); });
    addInterval(result.levelLabel, [](const Raw& r) { return std::optional(r.levelLabel); });
    addInterval(result.delineation, [](const Raw& r) { return std::optional(r.delineation); });
    return result;
}

} // namespace forameter::agreement
