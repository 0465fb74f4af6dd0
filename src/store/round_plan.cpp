// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "forameter/core/random.hpp"
#include "forameter/core/text.hpp"
#include "round_rows.hpp"

namespace forameter::store {

namespace {

using Json = nlohmann::ordered_json;

template <class Id>
Json texts(const std::vector<Id>& ids) {
    Json list = Json::array();
    for (const auto& id : ids)
        list.push_back(id.text());
    return list;
}

template <class Id>
std::vector<Id> ids(const Json& list) {
    std::vector<Id> result;
    for (const auto& text : list)
        result.emplace_back(text.get<std::string>());
    return result;
}

} // namespace

std::vector<StudyUid> studyUidsIn(std::string_view text) {
    std::vector<StudyUid> studies;
    while (!text.empty()) {
        auto line = text.substr(0, text.find_first_of("\r\n"));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        line = line.substr(0, line.find_last_not_of(" \t") + 1);
        if (!line.empty()) studies.emplace_back(std::string(line));
    }
    return studies;
}

std::string planText(const RoundPlan& plan) {
    return dumped(Json{{"raters", texts(plan.raters)},
                       {"studies", texts(plan.studies)},
                       {"raters_per_case", plan.ratersPerCase},
                       {"protocol", plan.protocol},
                       {"slices", name(plan.slices)},
                       {"quantity", anatomy::name(plan.quantity)},
                       {"ai", name(plan.ai)},
                       {"repeats", plan.repeats},
                       {"wash_out_days", plan.washOutDays},
                       {"calibration", texts(plan.calibration)},
                       {"pass_mark", plan.passMark ? Json(*plan.passMark) : Json(nullptr)},
                       {"seed", plan.seed}});
}

std::optional<RoundPlan> planFromText(const std::string& text) {
    try {
        const auto json = Json::parse(text);
        RoundPlan plan;
        plan.raters = ids<RaterId>(json.at("raters"));
        plan.studies = ids<StudyUid>(json.at("studies"));
        plan.ratersPerCase = json.at("raters_per_case").get<int>();
        plan.protocol = json.at("protocol").get<std::string>();
        plan.slices = json.at("slices") == "free" ? SliceRule::Free : SliceRule::Fixed;
        const auto quantity = anatomy::quantityFromName(json.at("quantity").get<std::string>());
        const auto ai = aiArmFromName(json.at("ai").get<std::string>());
        if (!quantity || !ai) return std::nullopt;
        plan.quantity = *quantity;
        plan.ai = *ai;
        plan.repeats = json.at("repeats").get<double>();
        plan.washOutDays = json.at("wash_out_days").get<int>();
        plan.calibration = ids<StudyUid>(json.at("calibration"));
        if (!json.at("pass_mark").is_null()) plan.passMark = json.at("pass_mark").get<double>();
        plan.seed = json.at("seed").get<std::uint64_t>();
        return plan;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

RoundPlan redacted(RoundPlan plan, const RaterId& rater, const std::vector<Assignment>& hers) {
    plan.raters = {rater};
    plan.ratersPerCase = 0;
    plan.seed = 0;
    plan.repeats = 0;
    plan.studies.clear();
    plan.calibration.clear();
    for (const auto& one : hers) {
        auto& list = one.calibration ? plan.calibration : plan.studies;
        if (std::ranges::find(list, one.study) == list.end()) list.push_back(one.study);
    }
    std::ranges::sort(plan.studies);
    std::ranges::sort(plan.calibration);
    return plan;
}

std::vector<std::vector<DrawnCase>> draw(const RoundPlan& plan) {
    const Random random(plan.seed);
    const std::size_t raters = plan.raters.size();
    const auto perCase = plan.ratersPerCase == 0 ? raters : static_cast<std::size_t>(plan.ratersPerCase);

    // Cases in random order go round the raters, so that each gets as many as the others (or one less) and
    // every mixture of raters comes up.
    auto studies = plan.studies;
    std::ranges::sort(studies); // the order in which they were named must not matter
    std::vector<std::size_t> turn(raters);
    for (std::size_t i = 0; i < raters; ++i)
        turn[i] = i;
    Random spreading = random.stream(0);
    spreading.shuffle(std::span(studies));
    spreading.shuffle(std::span(turn));
    std::vector<std::vector<StudyUid>> cases(raters);
    std::size_t next = 0;
    for (const auto& study : studies)
        for (std::size_t i = 0; i < perCase; ++i)
            cases[turn[next++ % raters]].push_back(study);

    std::vector<std::vector<DrawnCase>> result(raters);
    for (std::size_t r = 0; r < raters; ++r) {
        Random own = random.stream(1 + r);
        auto& order = cases[r];
        std::ranges::sort(order);
        own.shuffle(std::span(order));
        const std::size_t count = order.size();
        const auto repeats = std::min(
            count, static_cast<std::size_t>(std::ceil(plan.repeats * static_cast<double>(count) - 1e-9)));
        auto chosen = order;
        own.shuffle(std::span(chosen));
        chosen.resize(repeats);
        for (const auto& study : chosen) {
            // Anywhere in the second half, but not next to the first where that can be avoided.
            const auto first = static_cast<std::size_t>(std::ranges::find(order, study) - order.begin());
            const auto from = std::min(std::max(first + 2, count / 2), order.size());
            const auto at = from + own.below(order.size() - from + 1);
            order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), study);
        }
        auto calibration = plan.calibration;
        std::ranges::sort(calibration);
        own.shuffle(std::span(calibration));
        for (const auto& study : calibration)
            result[r].push_back({study, true});
        for (const auto& study : order)
            result[r].push_back({study, false});
    }
    return result;
}

} // namespace forameter::store
