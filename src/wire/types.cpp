// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/types.hpp"

#include <sstream>
#include <utility>

namespace forameter::wire {

namespace {

template <class Number>
tl::unexpected<Error> wrong(const char* what, Number is, const char* shouldBe) {
    std::ostringstream clause;
    clause << what << " is " << is << ", not " << shouldBe;
    return fail(ErrorCode::InvalidArgument, std::move(clause).str());
}

} // namespace

std::int64_t weightCount(const Network& n) {
    // As learning's UNet has them: two convolutions of 3 x 3 and their norms to a block.
    const auto block = [](std::int64_t in, std::int64_t out) { return 9 * out * (in + out) + 4 * out; };
    const auto channels = [&](int level) { return std::int64_t{n.base} << level; };
    std::int64_t sum = channels(0) * n.classes + n.classes;
    for (int level = 0; level < n.levels; ++level)
        sum += block(level == 0 ? n.inputs : channels(level - 1), channels(level));
    for (int level = 0; level + 1 < n.levels; ++level)
        sum += (channels(level + 1) + 1) * channels(level) + block(2 * channels(level), channels(level));
    return sum;
}

Result<> check(const Network& n) {
    if (n.inputs < 1 || n.inputs > 15 || n.inputs % 2 == 0)
        return wrong("network.inputs", n.inputs, "an odd number from 1 to 15");
    if (n.classes < 2 || n.classes > 8) // a batch's labels are sets of 8 bits
        return wrong("the number of network.classes", n.classes, "from 2 to 8");
    if (n.base < 4 || n.base > 256 || n.base % 4 != 0)
        return wrong("network.base", n.base, "a multiple of 4 from 4 to 256");
    if (n.levels < 1 || n.levels > 7) return wrong("network.levels", n.levels, "from 1 to 7");
    if (const auto count = weightCount(n); count > kMostWeights)
        return wrong("the number of weights of network.base and network.levels", count, "at most 130000000");
    return {};
}

Result<> check(const Looks& l) {
    if (l.scales.size() > 8) return wrong("the number of looks.scales", l.scales.size(), "at most 8");
    for (const double scale : l.scales)
        if (!(scale >= 0.5 && scale <= 2.0)) return wrong("one of looks.scales", scale, "from 0.5 to 2");
    return {};
}

Result<> check(const TrainingPlan& p) {
    if (const auto sound = check(p.network); !sound) return sound;
    if (p.steps < 1) return wrong("\"steps\"", p.steps, "at least 1");
    if (!(p.learningRate > 0.0 && p.learningRate < 1.0))
        return wrong("\"learning_rate\"", p.learningRate, "between 0 and 1");
    for (const auto& [name, share] : {std::pair{"\"weight_decay\"", p.weightDecay},
                                      {"\"averaging\"", p.averaging},
                                      {"\"start_share\"", p.startShare}})
        if (!(share >= 0.0 && share < 1.0)) return wrong(name, share, "from 0 to below 1");
    if (p.startShare > 0.0 && p.start.empty())
        return fail(ErrorCode::InvalidArgument, "\"start_share\" without \"start\"");
    return {};
}

} // namespace forameter::wire
