// SPDX-License-Identifier: Apache-2.0
#include "card.hpp"

#include <nlohmann/json.hpp>

#include "forameter/core/text.hpp"
#include "forameter/proposal/labels.hpp"

namespace forameter::training {

using Json = nlohmann::ordered_json;

namespace {

Json orNull(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json dataOf(const TrainingConfig& config, const std::vector<SourceData>& sources) {
    Json all = Json::array();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const SourceConfig& wanted = config.sources[i];
        const SourceData& source = sources[i];
        Json entry{{"source", source.name}, {"weight", wanted.weight}};
        if (wanted.kind == SourceKind::Phantom) {
            entry["made"] = "parametric phantoms of random people, findings and contrast; no patients";
            entry["burden"] = wanted.burden;
        } else {
            if (wanted.kind == SourceKind::Store) {
                entry["readings"] = name(wanted.store.readings);
                entry["readings_sha256"] = source.fingerprint;
            } else {
                entry["folder"] = wanted.folder;
            }
            if (!wanted.documents.empty()) entry["documents"] = wanted.documents;
            entry["patients"] = source.patients.size();
            entry["slices"] = source.examples.slices.size();
            entry["held_out_patients"] = source.heldOutPatients;
            entry["held_out_slices"] = source.heldOut.size();
            entry["citation"] = orNull(wanted.citation);
            entry["licence"] = orNull(wanted.licence);
        }
        all.push_back(std::move(entry));
    }
    return all;
}

} // namespace

std::string cardOf(const TrainingConfig& config, const std::vector<SourceData>& sources,
                   const wire::WorkerInfo& worker, const RunSummary& sofar) {
    Json classes = Json::array();
    for (std::size_t l = 0; l < proposal::kLabelCount; ++l)
        classes.push_back(proposal::name(static_cast<proposal::Label>(l)));
    const auto& network = config.plan.network;
    const Json card{
        {"format", "forameter-model"},
        {"version", 1},
        {"name", config.name},
        {"sha256", sofar.sha256},
        {"network",
         {{"kind", "unet-2d"},
          {"inputs", network.inputs},
          {"classes", classes},
          {"base", network.base},
          {"levels", network.levels}}},
        {"input",
         {{"plane", geometry::name(config.plane)},
          {"spacing_mm", config.spacing},
          {"normalisation", "1st to 99th percentile to 0..1"}}},
        {"looks", {{"mirror", config.looks.mirror}, {"scales", config.looks.scales}}},
        {"calibration", nullptr},
        {"data", dataOf(config, sources)},
        {"seed", config.plan.seed},
        {"steps", sofar.bestStep},
        {"versions",
         {{"forameter", FORAMETER_VERSION},
          {"libtorch", worker.libtorch},
          {"device", worker.device},
          {"precision", worker.precision}}},
        {"metrics",
         {{"what", sofar.meanDice
                       ? "Dice on what was held out from training: phantoms of another seed, patients "
                         "named under data"
                       : "nothing was held out from training: nobody knows how good these weights are"},
          {"mean_dice", sofar.meanDice ? Json(*sofar.meanDice) : Json(nullptr)},
          {"dice", sofar.dice}}},
        {"training", Json::parse(config.text)},
        {"intended_use", orNull(config.intendedUse)},
        {"limits", orNull(config.limits)},
        {"licence", orNull(config.licence)}};
    return dumped(card, 2) + "\n";
}

} // namespace forameter::training
