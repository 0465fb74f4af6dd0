// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/random.hpp"
#include "forameter/geometry/image_plane.hpp"

namespace forameter::phantom {

/// Classes of the training label maps, as small numbers.
enum class TrainingLabel : std::uint8_t {
    Background,
    Body,
    Posterior,
    Disc,
    DuralSac,
    Canal,
    Foramen,
    Sacrum
};
inline constexpr std::size_t kTrainingLabelCount = 8;

/// One slice for training: a picture of random contrast (about 0..1 between its 1st and 99th percentile) and
/// what every pixel is.
struct TrainingSlice {
    Grid<float> image;
    Grid<std::uint8_t> labels; ///< TrainingLabel; Canal is the canal beside the sac
    double spacing = 0.0;      ///< mm per pixel
    /// Pictures of the neighbouring slices, like image: those before it, nearest last, then those after it.
    std::vector<Grid<float>> beside;
};

/// Patients and volunteers as cohorts have them, and beyond.
inline constexpr std::array<double, 2> kUsualBurden{0.7, 2.5};

struct TrainingSettings {
    geometry::Plane orientation = geometry::Plane::Sagittal; ///< Sagittal or Axial
    int size = 256;                                          ///< pixels along both sides
    double spacing = 0.8;                                    ///< mm per pixel
    int drawsPerCut = 5; ///< pictures made from one cut through one spine, each deformed and coloured anew
    int cutsPerSpine = 6;
    /// Of the people, from and to (sampleFindings). Of their foramina, about 1 in 10 is below 70 mm² with 0.7
    /// to 2.5, 3 in 10 with 2 to 6.
    std::array<double, 2> burden = kUsualBurden;
    int neighbours = 0; ///< slices on each side, as far apart as scans have them (3 to 5 mm)
};

/// An endless stream of domain-randomised slices: spines of random people with random findings, cut anywhere,
/// deformed elastically, with random intensities per tissue, blur, bias, ghosts, noise and gamma. The same
/// seed and settings give the same slices. One stream per thread; give each its own Random::stream.
class TrainingStream {
public:
    TrainingStream(TrainingSettings settings, const Random& random);
    ~TrainingStream();
    TrainingStream(TrainingStream&&) noexcept;
    TrainingStream& operator=(TrainingStream&&) noexcept;

    [[nodiscard]] TrainingSlice next();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace forameter::phantom
