// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/workspace/contour_editor.hpp"
#include "forameter/workspace/level_editor.hpp"
#include "forameter/workspace/reading.hpp"
#include "forameter/workspace/record.hpp"
#include "forameter/workspace/study_images.hpp"
#include "forameter/workspace/views.hpp"

namespace forameter::workspace {

/// One open study, read by one rater. Owner thread only. Pixels are read in the background; everything else
/// is there at once.
class StudyDocument {
public:
    struct Parts;
    explicit StudyDocument(std::unique_ptr<Parts> parts); ///< made by Workspace::openStudy
    ~StudyDocument();

    [[nodiscard]] const StudyUid& study() const;
    [[nodiscard]] const std::string& title() const; ///< patient id, or a short form of the study UID
    [[nodiscard]] const std::string& rater() const;

    [[nodiscard]] StudyImages& images();
    [[nodiscard]] Record& record();
    [[nodiscard]] LevelEditor& levels();
    [[nodiscard]] Views& views();
    [[nodiscard]] ContourEditor& editor();
    [[nodiscard]] Reading& reading();

    /// This rater's contours (Record::contours) that lie on a slice.
    [[nodiscard]] std::vector<protocol::Contour> contoursOn(SliceRef slice) const;

    /// What concerns the whole study: assumed links, stacks that cannot be measured, levels no slice covers.
    [[nodiscard]] std::vector<std::string> notices() const;

private:
    std::unique_ptr<Parts> m_parts;
};

} // namespace forameter::workspace
