// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/fitness.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"
#include "forameter/proposal/model.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::proposal {

/// One stack of the study as proposing needs it.
struct StackInput {
    geometry::Plane plane = geometry::Plane::Oblique; ///< as the reader named it
    std::optional<Weighting> weighting;
    bool measurable = true;
    Fitness fitness = Fitness::Full;
    std::vector<ImageId> images; ///< one per slice of the volume
    imaging::VolumePtr volume;
    std::optional<FrameOfReferenceUid> frameOfReference{};
};

/// A network's answer: probabilities [N, labels, rows, columns] for pictures [N, inputs, rows, columns], the
/// slice and its neighbours, normalised as the model wants them. In the programs it is proposal::ask; tests
/// may give the truth.
using Infer = std::function<Result<wire::Prediction>(const Model& model, const wire::Frame& images,
                                                     const Watch& watch)>;

/// Levels as the networks see them: never used without a person's confirmation.
struct ProposedLevels {
    anatomy::LevelSet levels;        ///< five lumbar vertebrae assumed, counted upwards from the sacrum
    double confidence = 0.0;         ///< 0..1
    std::vector<std::string> doubts; ///< sentences: what speaks against the count
};

/// A contour that a network proposes, with what it thinks of it.
struct Proposal {
    protocol::Contour contour; ///< source model, on an acquired image
    double areaMm2 = 0.0;
    double confidence = 0.0;              ///< predicted Dice against a reader, 0..1
    double areaLow = 0.0, areaHigh = 0.0; ///< mm²: where 9 of 10 readers' areas are expected
    double failure = 0.0;                 ///< predicted probability that the area is off by more than 20 %
    bool doubtful = false;                ///< failure beyond the model's threshold
    double disagreement = 0.0;            ///< of the looks and the committee, 0: none
    /// What speaks against its image (protocol::imageWarnings, placeWarnings), and against the count of
    /// vertebrae where that was proposed too.
    std::vector<std::string> warnings;
    std::vector<double> features; ///< what the above are predicted from (calibration.hpp)
};

/// A cell for which nothing is offered, and why.
struct Withheld {
    anatomy::Cell cell;
    std::string reason;               ///< a sentence
    std::optional<Proposal> proposal; ///< what was found, if anything; never shown as a measurement
};

struct Proposals {
    std::optional<ProposedLevels> levels; ///< none where levels were given, or none could be found
    std::vector<Proposal> contours;
    std::vector<Withheld> withheld;
    double seconds = 0.0;
    std::string device;
};

struct ProposeRequest {
    StudyUid study;
    std::span<const StackInput> stacks;
    std::optional<anatomy::LevelSet> levels; ///< confirmed by a person; else proposed first
    /// Slices fixed by a round or chosen by a person, by cell; others by protocol.
    std::vector<std::pair<anatomy::Cell, ImageId>> slices;
    std::vector<anatomy::Cell> cells; ///< empty: the whole reading, with this quantity as its canals
    anatomy::Quantity quantity = anatomy::Quantity::DuralSac;
    bool contours = true; ///< false: only levels are wanted
};

/// Foramina on sagittal, dural sacs and canals on axial images (a canal where its sac would be measured).
/// `models` holds one model per plane (or several: a committee); what no model serves is withheld. Fails only
/// where nothing can be done at all (worker dead, cancelled); a single cell that fails is withheld.
[[nodiscard]] Result<Proposals> propose(const ProposeRequest& request, std::span<const Model> models,
                                        const Infer& infer, const Watch& watch = {});

} // namespace forameter::proposal
