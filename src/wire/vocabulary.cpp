// SPDX-License-Identifier: Apache-2.0
#include "vocabulary.hpp"

namespace forameter::wire {

namespace {

/// Reads with nlohmann's checks, which throw, and turns what they say into a Result.
template <class T, class Read>
Result<T> reading(const char* what, const Json& json, Read&& read) {
    try {
        T value;
        read(value, json);
        return value;
    } catch (const Json::exception& error) {
        return fail(ErrorCode::InvalidArgument,
                    std::string("This is no ") + what + ": " + error.what() + ".");
    }
}

tl::unexpected<Error> impossible(const char* what, const Error& why) {
    return fail(why.code, std::string("This is no possible ") + what + ": " + why.message + ".");
}

} // namespace

Json toJson(const Network& n) {
    return {{"inputs", n.inputs}, {"classes", n.classes}, {"base", n.base}, {"levels", n.levels}};
}

Result<Network> networkFrom(const Json& json) {
    auto network = reading<Network>("network", json, [](Network& n, const Json& j) {
        j.at("inputs").get_to(n.inputs);
        // A card lists the names of the classes; a message counts them.
        n.classes = j.at("classes").is_array() ? static_cast<int>(j.at("classes").size())
                                               : j.at("classes").get<int>();
        j.at("base").get_to(n.base);
        j.at("levels").get_to(n.levels);
    });
    if (!network) return network;
    if (const auto sound = check(*network); !sound) return impossible("network", sound.error());
    return network;
}

Json toJson(const Looks& l) {
    return {{"mirror", l.mirror}, {"scales", l.scales}};
}

Result<Looks> looksFrom(const Json& json) {
    auto looks = reading<Looks>("set of looks", json, [](Looks& l, const Json& j) {
        j.at("mirror").get_to(l.mirror);
        j.at("scales").get_to(l.scales);
    });
    if (!looks) return looks;
    if (const auto sound = check(*looks); !sound) return impossible("set of looks", sound.error());
    return looks;
}

Json toJson(const TrainingPlan& p) {
    return {{"network", toJson(p.network)},
            {"steps", p.steps},
            {"learning_rate", p.learningRate},
            {"weight_decay", p.weightDecay},
            {"averaging", p.averaging},
            {"seed", p.seed},
            {"start", p.start},
            {"start_share", p.startShare},
            {"checkpoint", p.checkpoint}};
}

Result<TrainingPlan> planFrom(const Json& json) {
    auto plan = reading<TrainingPlan>("training plan", json, [](TrainingPlan& p, const Json& j) {
        j.at("steps").get_to(p.steps);
        j.at("learning_rate").get_to(p.learningRate);
        j.at("weight_decay").get_to(p.weightDecay);
        j.at("averaging").get_to(p.averaging);
        j.at("seed").get_to(p.seed);
        j.at("start").get_to(p.start);
        j.at("start_share").get_to(p.startShare);
        j.at("checkpoint").get_to(p.checkpoint);
    });
    if (!plan) return plan;
    const auto network = networkFrom(json.value("network", Json()));
    if (!network) return tl::unexpected(network.error());
    plan->network = *network;
    if (const auto sound = check(*plan); !sound) return impossible("training plan", sound.error());
    return plan;
}

Json toJson(const StepReport& r) {
    return {{"step", r.step},
            {"loss", r.loss},
            {"cross_entropy", r.crossEntropy},
            {"dice", r.dice},
            {"learning_rate", r.learningRate},
            {"seconds", r.seconds}};
}

Result<StepReport> stepReportFrom(const Json& json) {
    return reading<StepReport>("report of a step", json, [](StepReport& r, const Json& j) {
        j.at("step").get_to(r.step);
        j.at("loss").get_to(r.loss);
        j.at("cross_entropy").get_to(r.crossEntropy);
        j.at("dice").get_to(r.dice);
        j.at("learning_rate").get_to(r.learningRate);
        j.at("seconds").get_to(r.seconds);
    });
}

Json toJson(const EvaluationReport& r) {
    auto classes = Json::array();
    for (const auto& one : r.classes)
        classes.push_back({one.both, one.found, one.there});
    return {{"loss", r.loss}, {"counts", classes}};
}

Result<EvaluationReport> evaluationFrom(const Json& json) {
    return reading<EvaluationReport>("report of an evaluation", json, [](EvaluationReport& r, const Json& j) {
        j.at("loss").get_to(r.loss);
        for (const auto& one : j.at("counts"))
            r.classes.push_back({one.at(0).get<double>(), one.at(1).get<double>(), one.at(2).get<double>()});
    });
}

} // namespace forameter::wire
