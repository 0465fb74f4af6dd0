// SPDX-License-Identifier: Apache-2.0
#include "forameter/intake/import_json.hpp"

#include <nlohmann/json.hpp>

#include "forameter/core/text.hpp"
#include "forameter/dicom/scan_json.hpp"

namespace forameter::intake {

std::string toJson(const ImportReport& report) {
    auto answer = nlohmann::ordered_json::parse(dicom::toJson(report.scan));
    answer["added"] = {{"studies", report.added.studies},
                       {"series", report.added.series},
                       {"instances", report.added.instances}};
    answer["unchanged"] = report.unchanged;
    return dumped(answer);
}

} // namespace forameter::intake
