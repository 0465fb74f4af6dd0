// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <set>

#include "forameter/training/run.hpp"

namespace forameter::training {

using proposal::kLabelCount;
using proposal::Label;
using proposal::LabelSet;

namespace {

constexpr std::uint64_t kEvaluationStream = 0xE7A1; // of the seed: phantoms that no block trains on
constexpr LabelSet kBackground = proposal::only(Label::Background);

std::string nameOf(LabelSet group) {
    std::string text;
    for (std::size_t l = 0; l < kLabelCount; ++l)
        if (group & (1u << l))
            text += (text.empty() ? "" : "+") + std::string(proposal::name(static_cast<Label>(l)));
    return text;
}

/// Its n-th member, the last one where it has fewer.
LabelSet member(LabelSet group, int n) {
    for (; n > 0 && std::popcount(group) > 1; --n)
        group = static_cast<LabelSet>(group & (group - 1));
    return static_cast<LabelSet>(group & -group);
}

/// Slices spread evenly over all of them.
std::vector<const LabelledSlice*> some(const std::vector<LabelledSlice>& slices, int most) {
    std::vector<const LabelledSlice*> chosen;
    const std::size_t count = std::min<std::size_t>(slices.size(), static_cast<std::size_t>(most));
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(&slices[(2 * i + 1) * slices.size() / (2 * count)]);
    return chosen;
}

} // namespace

Evaluation::Evaluation(const TrainingConfig& config, const std::vector<SourceData>& sources) {
    Random random = Random(~config.plan.seed).stream(kEvaluationStream);
    for (const SourceData& source : sources) {
        const bool phantom = source.examples.slices.empty();
        const int inputs = config.plan.network.inputs;
        const auto made = phantom ? phantomSlices({config.plane, config.spacing, config.largest + 64, inputs,
                                                   source.examples.burden},
                                                  config.evaluationSlices, random.stream(1))
                                  : std::vector<LabelledSlice>();
        const auto& slices = phantom ? made : source.heldOut;
        if (slices.empty()) continue;
        Set set{source.name, {}, {}};
        std::vector<Example> examples;
        const Augmentation how{config.largest, config.spacing, false, 0.0, inputs};
        for (const LabelledSlice* slice : some(slices, config.evaluationSlices))
            examples.push_back(augmented(*slice, how, random));
        std::set<LabelSet> groups;
        int variants = 1;
        for (const Example& example : examples)
            for (const LabelSet allowed : example.allowed.data())
                if (allowed != 0 && !(allowed & kBackground) &&
                    2 * std::popcount(allowed) <= static_cast<int>(kLabelCount) &&
                    groups.insert(allowed).second)
                    variants = std::max(variants, std::popcount(allowed));
        set.groups.assign(groups.begin(), groups.end());
        LabelSet scored = 0;
        for (const LabelSet group : groups)
            scored = static_cast<LabelSet>(scored | group);
        for (int v = 0; v < variants; ++v) {
            std::vector<wire::Batch> batches;
            for (std::size_t from = 0; from < examples.size();
                 from += static_cast<std::size_t>(config.batch)) {
                const auto to = std::min(examples.size(), from + static_cast<std::size_t>(config.batch));
                std::vector<Example> part(examples.begin() + static_cast<std::ptrdiff_t>(from),
                                          examples.begin() + static_cast<std::ptrdiff_t>(to));
                for (Example& example : part)
                    for (LabelSet& allowed : example.allowed.data()) {
                        if (groups.contains(allowed))
                            allowed = member(allowed, v);
                        else // surely none of what is scored, or nothing is known
                            allowed = (allowed & scored) == 0 ? kBackground : proposal::kAnyLabel;
                    }
                batches.push_back(toBatch(part));
            }
            set.variants.push_back(std::move(batches));
        }
        for (const LabelSet group : set.groups)
            m_columns.emplace_back(set.name, nameOf(group));
        m_sets.push_back(std::move(set));
    }
}

Result<Evaluation::Outcome> Evaluation::run(wire::Worker& worker, const std::stop_token& stop) const {
    Outcome outcome;
    double sumOfMeans = 0.0;
    std::size_t scored = 0;
    for (const Set& set : m_sets) {
        std::vector<std::vector<wire::ClassCounts>> counts; // by variant, by label
        for (const auto& batches : set.variants) {
            std::vector<wire::ClassCounts> sum(kLabelCount);
            for (const wire::Batch& batch : batches) {
                if (stop.stop_requested())
                    return fail(ErrorCode::Cancelled, "The evaluation was interrupted.");
                // Not under the watch: a worker that does not stop at once is ended, and its training with
                // it.
                const auto report = worker.evaluate(batch);
                if (!report) return tl::unexpected(report.error());
                if (report->classes.size() != kLabelCount)
                    return fail(ErrorCode::Other, "The worker counted " +
                                                      std::to_string(report->classes.size()) +
                                                      " labels where there are 8.");
                for (std::size_t l = 0; l < kLabelCount; ++l) {
                    sum[l].both += report->classes[l].both;
                    sum[l].found += report->classes[l].found;
                    sum[l].there += report->classes[l].there;
                }
            }
            counts.push_back(std::move(sum));
        }
        double mean = 0.0;
        for (const LabelSet group : set.groups) {
            double both = 0.0, found = 0.0, there = 0.0;
            for (int n = 0; n < std::popcount(group); ++n) {
                const auto l = static_cast<std::size_t>(std::countr_zero(member(group, n)));
                const auto& of = counts[static_cast<std::size_t>(n)];
                both += of[l].both;
                found += of[l].found;
                if (n == 0) there = of[l].there;
            }
            const double dice = found + there > 0.0 ? 2.0 * both / (found + there) : 1.0;
            outcome.dice[set.name][nameOf(group)] = dice;
            mean += dice / static_cast<double>(set.groups.size());
        }
        if (!set.groups.empty()) {
            sumOfMeans += mean;
            ++scored;
        }
    }
    if (scored > 0) outcome.mean = sumOfMeans / static_cast<double>(scored);
    return outcome;
}

} // namespace forameter::training
