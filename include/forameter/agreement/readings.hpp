// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/agreement/mixups.hpp"
#include "forameter/anatomy/level.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/quantity.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/protocol/contour.hpp"

namespace forameter::agreement {

/// One contour with the occasion on which it was drawn: 1 the rater's first reading, 2 and up silent repeats.
struct Reading {
    protocol::Contour contour;
    int occasion = 1;
};

/// The occasion of each contour. `sittings` says to which document, or which reading of a round, it belongs
/// (any numbering): for a rater and a case the sittings in order of age are occasions 1, 2, ... Within one
/// sitting, of several contours of a cell on one image the later created ones are repeats; on different
/// images they are one reading's profile of slices. Spans are equally long.
[[nodiscard]] std::vector<int> occasionsOf(std::span<const protocol::Contour> contours,
                                           std::span<const std::size_t> sittings);

/// What several raters read: one cell of one study, whichever image they chose.
struct CaseKey {
    StudyUid study;
    anatomy::Cell cell;
    friend auto operator<=>(const CaseKey&, const CaseKey&) = default;
};

/// Somebody whose contours are a yardstick: truth, or a consensus. He is compared with every rater, but is
/// none: he does not count in ICC, components or means of others. Several contours of a cell are a profile
/// over slices; the first in the list is the one on the protocol's image.
struct Reference {
    std::string name; ///< "truth", "consensus-staple"
    std::vector<protocol::Contour> contours;
};

struct ReadingsInput {
    std::vector<Reading> readings;
    std::vector<Reference> references;
    std::map<StudyUid, std::string> patients; ///< of which patient a study is; a study not named is its own
    /// Where images lie. Contours of an image not named are compared on the plane fitted through its first
    /// contour.
    std::map<ImageId, geometry::ImagePlane> planes;
};

/// A reading made ready: curve on the plane that all contours of its image share.
struct PreparedReading {
    std::size_t index = 0; ///< into ReadingsInput::readings; of a reference: into its contours
    CaseKey key;           ///< as the rater named it
    std::string rater;
    bool isReference = false;
    int occasion = 1;
    bool isMain =
        true; ///< false for further contours of the same rater, case and occasion: her profile of slices
    bool assessable = true; ///< false: no curve, area 0
    ContourId id;
    ImageId image;
    std::size_t plane = 0; ///< into Readings::planes
    geometry::PlaneCurve curve;
    SquareMillimetres area;
    /// The cell that was really outlined, where that is not the one named.
    std::optional<anatomy::Cell> identified;
};

/// The readings of a round, sorted by case, rater and occasion. Two raters alone cannot say which of them is
/// wrong: both are then listed.
struct Readings {
    std::vector<PreparedReading> all; ///< by case; raters by name, then references in their order
    std::vector<geometry::ImagePlane> planes;
    std::vector<std::string> raters;         ///< sorted, without references
    std::vector<std::string> references;     ///< as given
    std::vector<MixUp> mixUps;               ///< `index` into `all`
    std::map<StudyUid, std::size_t> patient; ///< number of each study's patient
    std::size_t patients = 0;
    struct Refused {
        std::size_t index = 0;
        std::optional<std::string> reference; ///< name; none: of the readings
        Error error;
    };
    std::vector<Refused>
        refused; ///< contours that could not be measured or do not lie on their image's plane
};

/// Measures every contour and finds the mix-ups. Never fails as a whole except by Cancelled.
[[nodiscard]] Result<Readings> prepare(const ReadingsInput& input, const Watch& watch = {});

/// Those of which `keep` holds; patients, raters and references stay as they are.
[[nodiscard]] Readings filtered(const Readings& readings,
                                const std::function<bool(const PreparedReading&)>& keep);

/// The modal image (modal_image.hpp) of a case's first readings, without references and mix-ups. None where
/// nobody drew.
[[nodiscard]] std::optional<ImageId> modalImage(const Readings& readings, const CaseKey& key);

} // namespace forameter::agreement
