// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::testing {

/// Phantom studies with what is true of them and what simulated raters would draw, made by the real command
/// line program and imported into a store of their own. Nobody has a password yet, no levels are confirmed.
class PhantomRound {
public:
    /// Writes into `folder`; a cohort that is there already is taken as it is.
    PhantomRound(std::filesystem::path folder, int studies, int raters);

    [[nodiscard]] std::filesystem::path store() const { return m_folder / "store.sqlite"; }
    [[nodiscard]] const std::vector<std::string>& raters() const { return m_raters; }
    /// By study: the middle of each vertebral body, patient mm.
    using Marks = std::map<anatomy::Vertebra, geometry::PatientPoint>;
    [[nodiscard]] const std::map<StudyUid, Marks>& levels() const { return m_levels; }

    /// What this rater's document says of a cell; null where it says nothing.
    [[nodiscard]] const protocol::Contour* wanted(const std::string& rater, const StudyUid& study,
                                                  const anatomy::Cell& cell) const;
    /// The true outline of a cell on an image.
    [[nodiscard]] const protocol::Contour* truth(const StudyUid& study, const anatomy::Cell& cell,
                                                 const ImageId& image) const;

private:
    using Key = std::pair<StudyUid, anatomy::Cell>;
    std::filesystem::path m_folder;
    std::vector<std::string> m_raters;
    std::map<StudyUid, Marks> m_levels;
    std::map<std::string, std::map<Key, protocol::Contour>> m_wanted;
    std::map<std::pair<Key, ImageId>, protocol::Contour> m_truth;
};

/// As a hand would place them: the points of a closed curve without those that bend it least, until `most`
/// remain, and none nearer than 0.8 mm to an earlier one. The result may cross itself.
[[nodiscard]] geometry::PlaneCurve fewerPoints(const geometry::PlaneCurve& curve, std::size_t most);

} // namespace forameter::testing
