// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/phantom/training.hpp"
#include "forameter/protocol/consensus.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::training {

enum class SourceKind { Phantom, Pictures, Volumes, Contours, Store };
[[nodiscard]] std::string_view name(SourceKind) noexcept; ///< "phantom", "pictures", ..., "store"

/// What a store's readings teach. Consensus: its mask, as one answer. Soft: the share of the raters who drew
/// a pixel. Raters: each rater's contours, one rater per example.
enum class Readings { Consensus, Soft, Raters };
[[nodiscard]] std::string_view name(Readings) noexcept; ///< "consensus", "soft", "raters"

/// Which readings of the store that the command names.
struct StoreQuery {
    Readings readings = Readings::Consensus;
    std::string where; ///< studies, as `studies --where` has it; "": all
    std::string round; ///< "": any
    protocol::ConsensusMethod method = protocol::ConsensusMethod::Staple; ///< of consensus and soft
    std::vector<std::string> raters;                                      ///< empty: all
};

struct SourceConfig {
    SourceKind kind = SourceKind::Phantom;
    double weight = 1.0;
    double strength = 1.0;                                ///< of the augmentation
    std::array<double, 2> burden = phantom::kUsualBurden; ///< of phantoms' findings, from and to
    std::string folder;                 ///< in the data folder: pictures, volumes, images of contours
    std::vector<std::string> documents; ///< of contours, relative to the config, else to `folder`
    double spacing = 0.0;               ///< mm per pixel of pictures
    StoreQuery store;                   ///< of the store
    std::string citation, licence;      ///< for the card
};

/// What `forameter-cli train` reads (docs/training.md): everything a run depends on, so that it can be done
/// again.
struct TrainingConfig {
    std::string name;
    geometry::Plane plane = geometry::Plane::Sagittal;
    double spacing = 0.8;              ///< mm per pixel of what the network sees
    int smallest = 160, largest = 160; ///< pixels of a crop, multiples of 16
    int batch = 8;
    wire::TrainingPlan plan; ///< seed, steps, network, rates; `start` as written, relative to the config
    std::vector<SourceConfig> sources;
    std::vector<std::string> holdOut;               ///< patients that are never trained on
    int evaluateEvery = 250, evaluationSlices = 32; ///< steps; slices of each source
    int checkpointEvery = 250;
    int patience = 0;  ///< evaluations without a better one after which it ends; 0: never
    wire::Looks looks; ///< written into the card
    std::string intendedUse, limits, licence;
    std::filesystem::path folder; ///< of the config, for what is named relative to it
    std::string text;             ///< as read
};

/// Fails with a sentence on anything that is not understood, unknown keys included.
[[nodiscard]] Result<TrainingConfig> readConfig(const std::filesystem::path& file);
/// `file`: where it was read, for that sentence.
[[nodiscard]] Result<TrainingConfig> configFromJson(std::string_view json,
                                                    const std::filesystem::path& folder,
                                                    const std::filesystem::path& file = {});

} // namespace forameter::training
