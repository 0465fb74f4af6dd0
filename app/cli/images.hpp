// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/dicom/scan.hpp"
#include "forameter/protocol/contour.hpp"
#include "session.hpp"

namespace forameter::cli {

/// The images of files on disk, found by what identifies them.
class ImageIndex {
public:
    /// Reads the headers of files and folders. Files that are no images are left aside: what matters is
    /// whether a contour's own image is there.
    [[nodiscard]] static Result<ImageIndex> scan(const std::vector<std::string>& paths,
                                                 const Session& session);

    /// None where no paths are given.
    [[nodiscard]] static Result<std::optional<ImageIndex>> scanIfAny(const std::vector<std::string>& paths,
                                                                     const Session& session);

    struct Place {
        std::size_t study = 0, series = 0, stack = 0, instance = 0; ///< in the report
    };
    /// Where the image lies in the report; none where it is not there.
    [[nodiscard]] const Place* find(const StudyUid& study, const ImageId& image) const;
    /// Its plane; fails with unknown-image, or with the reason why nothing may be measured on it.
    [[nodiscard]] Result<geometry::ImagePlane> plane(const StudyUid& study, const ImageId& image) const;

    /// The side of the patient on which a contour's image lies, as far as its stack tells (protocol::sideOf).
    [[nodiscard]] std::optional<anatomy::Side> side(const protocol::Contour& contour) const;

    [[nodiscard]] const dicom::Stack& stack(const Place& place) const;
    [[nodiscard]] const dicom::ScanReport& report() const { return m_report; }

private:
    dicom::ScanReport m_report;
    std::map<std::pair<StudyUid, ImageId>, Place> m_places;
};

/// Fails where none of the paths exists; the scan itself reports single ones that do not.
[[nodiscard]] Result<std::vector<std::filesystem::path>> existing(const std::vector<std::string>& paths);

} // namespace forameter::cli
