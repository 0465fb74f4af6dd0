// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/proposal/labels.hpp"
#include "forameter/proposal/network_slice.hpp"
#include "forameter/wire/types.hpp"

namespace forameter::proposal {

/// How a raw disagreement becomes a predicted Dice, area interval and failure: fitted on cases with known
/// truth, stored in the card. Linear in the features (calibration.hpp); empty: not calibrated.
struct Calibration {
    std::vector<double> dice;      ///< intercept, then one weight per feature
    std::vector<double> areaError; ///< of the log of the relative area error
    std::vector<double> failure;   ///< logistic: intercept, weights of the log of the predicted error and of
                                   ///< the root of the disagreement
    double areaBias = 0.0;         ///< mean relative area error; proposals are not corrected by it
    double areaQuantile = 0.0; ///< 90 % of relative area errors lie within this many times the predicted one
    double failureThreshold = 0.5;
};

/// How a network's probabilities become an outline, and what that is worth.
struct Fit {
    double outlineLevel = 0.5; ///< probability along the outline; above 0.5 where a network draws too large
    Calibration calibration;
};

enum class NetworkKind {
    UNet,       ///< our own: safetensors, which hold numbers only
    TorchScript ///< from elsewhere (wire/foreign.hpp): a program, which runs only where it was trusted
                ///< (trust.hpp)
};

/// A model on disk: weights (.safetensors; TorchScript: .ts or .pt) and the card beside them (the same name,
/// .json).
struct Model {
    std::string name;
    std::filesystem::path weights;
    std::string
        sha256; ///< of the weights, as the card says; TorchScript whose card does not say it: as it is
    NetworkKind kind = NetworkKind::UNet;
    wire::Network network;     ///< of TorchScript `inputs` and `classes` only
    std::vector<Label> labels; ///< of the network's classes, in their order
    bool exclusive =
        true; ///< of the classes one is right at each pixel; else each stands by itself (sigmoid)
    geometry::Plane plane = geometry::Plane::Sagittal; ///< Sagittal or Axial
    double spacing = 0.8;                              ///< mm per pixel
    Normalisation normalisation = Normalisation::Percentile;
    wire::Looks looks;
    Fit fit;                     ///< of foramina (sagittal) or dural sacs (axial)
    std::optional<Fit> canalFit; ///< of canals (axial); none: it does not propose them
    std::string card;            ///< the whole JSON

    [[nodiscard]] const Fit& fitOf(const anatomy::Cell& cell) const {
        return cell.quantity == anatomy::Quantity::Canal && canalFit ? *canalFit : fit;
    }
};

/// Reads a card and looks that its weights are there; their hash is checked when they are loaded.
[[nodiscard]] Result<Model> readModel(const std::filesystem::path& card);
/// Every card in a folder, by name; cards that cannot be read are told in `refused` (path: sentence).
struct ModelFolder {
    std::vector<Model> models;
    std::vector<std::pair<std::filesystem::path, std::string>> refused;
};
[[nodiscard]] ModelFolder readModels(const std::filesystem::path& folder);
/// Where shipped models lie: beside the program (../share/forameter/models), in the source tree it was built
/// from, or $FORAMETER_MODELS.
[[nodiscard]] std::filesystem::path shippedModels();

} // namespace forameter::proposal
