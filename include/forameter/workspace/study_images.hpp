// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/fitness.hpp"
#include "forameter/core/ids.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/workspace/executor.hpp"
#include "forameter/workspace/signal.hpp"

namespace forameter::workspace {

/// A slice of an open study: indices into StudyImages::stacks() and Stack::planes.
struct SliceRef {
    std::size_t stack = 0;
    std::size_t slice = 0;

    friend auto operator<=>(const SliceRef&, const SliceRef&) = default;
};

/// Parallel slices of one series, in order along their normal.
struct Stack {
    SeriesUid series;
    int index = 0;           ///< within the series, from 0
    std::string title;       ///< "Sag T1"
    std::string description; ///< as the scanner named it
    /// As the reader named it: the block angled to L5-S1 is axial with the rest of its series, however steep.
    geometry::Plane plane = geometry::Plane::Oblique;
    std::optional<Weighting> weighting;
    std::vector<ImageId> images;
    std::vector<geometry::ImagePlane> planes;
    std::optional<double> sliceThickness; ///< mm
    std::optional<FrameOfReferenceUid> frameOfReference;
    bool measurable = true;
    Fitness fitness = Fitness::Full;
    /// False where the files do not say where the images lie: planes are made up so that they can be shown,
    /// and the stack is linked with nothing.
    bool located = true;
    bool oriented = true;              ///< the directions of `planes` are the files', made-up places or not
    std::vector<std::string> warnings; ///< sentences
    /// Stacks with the same number share patient coordinates: crosshair and reference lines go between them.
    std::size_t space = 0;
    std::size_t frame = 0; ///< protocol::StackGeometry
    /// The stack's frame of reference differs from the rest of its space, or is missing; it was linked
    /// because position and extent agree. The screen says so wherever the stack is linked.
    bool linkAssumed = false;
};

enum class LoadState { NotLoaded, Loading, Loaded, Failed };

/// The pictures of one study: what there is at once, the pixels when they have been read in the background.
class StudyImages {
public:
    /// Reads the pixels of one stack; runs on a background thread.
    using Loader = std::function<Result<imaging::VolumePtr>(std::size_t stack, const Watch& watch)>;
    StudyImages(std::vector<Stack> stacks, Loader loader, Post post);
    ~StudyImages(); ///< cancels and waits for what is being read

    [[nodiscard]] const std::vector<Stack>& stacks() const;
    [[nodiscard]] LoadState state(std::size_t stack) const;
    /// Why a slice has no picture (file changed, missing or damaged: which and why).
    [[nodiscard]] std::optional<Error> failure(SliceRef slice) const;
    /// Nothing of the study can be seen, why and what to do about it; "" where something can, or where that
    /// is not known yet.
    [[nodiscard]] std::string allUnreadable() const;
    /// The pixels, or null while there are none. Asking for a stack that is not loaded moves it to the front
    /// of the queue.
    [[nodiscard]] imaging::VolumePtr volume(std::size_t stack);
    /// The order in which the rest is loaded from now on.
    void prefer(const std::vector<std::size_t>& stacks);

    [[nodiscard]] const geometry::ImagePlane& plane(SliceRef slice) const {
        return stacks()[slice.stack].planes[slice.slice];
    }
    [[nodiscard]] const ImageId& image(SliceRef slice) const {
        return stacks()[slice.stack].images[slice.slice];
    }
    [[nodiscard]] std::optional<SliceRef> find(const ImageId& image) const;
    [[nodiscard]] bool allLoaded() const; ///< loaded or failed
    /// What slice choice (protocol::suggestSlice) works on, in the order of stacks().
    [[nodiscard]] std::vector<protocol::StackGeometry> geometry() const;

    Signal<std::size_t> stackChanged; ///< its state

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The anatomical plane that a stack is nearest to, however angled: never Oblique.
[[nodiscard]] geometry::Plane nearestPlane(const geometry::ImagePlane& image);

/// Sets space, frame and linkAssumed of one study's stacks (protocol::linkSpaces).
void linkSpaces(std::vector<Stack>& stacks);

} // namespace forameter::workspace
