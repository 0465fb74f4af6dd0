// SPDX-License-Identifier: Apache-2.0
#include "consensus_json.hpp"

#include "forameter/core/text.hpp"
#include "forameter/protocol/interchange.hpp"
#include "json.hpp"

namespace forameter::cli {

Json toJson(const protocol::Consensus& consensus) {
    protocol::MeasuredContour measured{protocol::asContour(consensus), {}, {}, false};
    if (auto again = protocol::measure(measured.contour, std::nullopt)) {
        again->area = consensus.area;
        again->areaMask = consensus.areaMask;
        measured.measurement = *again;
    }
    Json entry = Json::parse(protocol::contoursToJson({measured}))["contours"][0];
    entry["method"] = name(consensus.method);
    entry["domain_mm"] = consensus.domain.value();
    entry["domain_pixels"] = consensus.domainPixels;
    entry["prior"] = consensus.prior;
    Json raters = Json::array();
    for (const auto& input : consensus.raters)
        raters.push_back({{"rater", input.rater},
                          {"sensitivity", input.sensitivity},
                          {"specificity", input.specificity},
                          {"uuid", input.contour.text()},
                          {"version", input.version > 0 ? Json(input.version) : Json(nullptr)},
                          {"area_mm2", input.area.value()},
                          {"area_without_mm2", orNull(number(input.areaWithout))}});
    entry["raters"] = std::move(raters);
    entry["majority_area_mm2"] = consensus.majorityArea.value();
    entry["majority_area_mask_mm2"] = consensus.majorityAreaMask.value();
    entry["pieces"] = consensus.pieces;
    entry["algorithm"] = consensus.algorithm;
    entry["parameters"] = Json::parse(consensus.parameters, nullptr, false);
    entry["round"] = orNull(consensus.round);
    entry["author"] = orNull(consensus.author);
    return entry;
}

void addApart(Json& entry, const agreement::ConsensusCase& of) {
    Json leftOut = Json::array(), others = Json::array();
    for (const auto& one : of.leftOut)
        leftOut.push_back({{"rater", one.contour.rater},
                           {"uuid", one.contour.id.text()},
                           {"reason", name(one.reason)},
                           {"message", one.message}});
    for (const auto& one : of.elsewhere)
        others.push_back({{"rater", one.contour.rater},
                          {"uuid", one.contour.id.text()},
                          {"series_uid", one.contour.image.series.text()},
                          {"sop_uid", one.contour.image.sop.text()},
                          {"frame", one.contour.image.frame},
                          {"offset_mm", one.offset.value()}});
    entry["left_out"] = std::move(leftOut);
    entry["other_slices"] = std::move(others);
}

std::string documentOf(const std::vector<Json>& entries, const Json& further) {
    std::string text = R"({"format": "forameter-contours", "version": 1, "contours": [)";
    const char* separator = "\n";
    for (const Json& entry : entries) {
        text += separator;
        text += dumped(entry);
        separator = ",\n";
    }
    text += "\n]";
    for (const auto& [key, value] : further.items())
        text += ",\n\"" + key + "\": " + dumped(value);
    return text + "}\n";
}

Table tableOf(const std::vector<Json>& entries) {
    Table table{{"study_uid", "structure", "level", "side", "quantity", "method", "raters", "area_mm2",
                 "area_mask_mm2", "majority_area_mm2", "pieces", "round", "uuid"},
                {}};
    for (Json entry : entries) {
        entry["raters"] = entry["raters"].size();
        table.add(entry);
    }
    return table;
}

} // namespace forameter::cli
