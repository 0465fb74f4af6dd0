// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/phantom/training.hpp"
#include "forameter/training/examples.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::training {

/// Where examples come from: slices, or the phantom where there are none.
struct ExampleSource {
    std::string name;
    double weight = 1.0;   ///< share of the examples, relative to the other sources
    double strength = 1.0; ///< of the augmentation
    std::vector<LabelledSlice> slices;
    std::array<double, 2> burden = phantom::kUsualBurden; ///< of phantoms
};

struct MixerSettings {
    geometry::Plane plane = geometry::Plane::Sagittal; ///< Sagittal or Axial
    double spacing = 0.8;                              ///< mm per pixel
    int smallest = 160,
        largest = 160; ///< pixels along a side: each batch has a random multiple of 16 between
    int batch = 8;
    std::uint64_t seed = 1;
    int threads = 1; ///< that make examples ahead
    int inputs = 1;  ///< a slice and its neighbours, odd
};

/// An endless sequence of batches, made ahead by threads of its own. Batch i is the same for the same
/// settings and sources, whatever the number of threads and wherever the sequence is entered. Examples are
/// made in blocks of some batches; a block's phantoms share a spine, and their pictures are spread over it.
class Mixer {
public:
    /// At least one source, every weight positive. `first`: the batch to begin with.
    Mixer(MixerSettings settings, std::vector<ExampleSource> sources, std::int64_t first = 0);
    ~Mixer();
    Mixer(const Mixer&) = delete;
    Mixer& operator=(const Mixer&) = delete;

    /// Waits until the next batch is there. Fails where it was asked to stop.
    [[nodiscard]] Result<wire::Batch> next(std::stop_token stop = {});
    /// Seconds that next() has waited so far.
    [[nodiscard]] double waited() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Phantom slices as the mixer draws from: crops of random contrast, with their neighbours.
struct PhantomSlices {
    geometry::Plane plane = geometry::Plane::Sagittal;
    double spacing = 0.8; ///< mm
    int size = 160;       ///< pixels along a side
    int inputs = 1;
    std::array<double, 2> burden = phantom::kUsualBurden;
};
[[nodiscard]] std::vector<LabelledSlice> phantomSlices(const PhantomSlices& wanted, int count,
                                                       const Random& random);

/// Examples of one size as the arrays of a batch.
[[nodiscard]] wire::Batch toBatch(const std::vector<Example>& examples);

} // namespace forameter::training
