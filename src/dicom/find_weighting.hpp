// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "forameter/core/weighting.hpp"
#include "forameter/dicom/study.hpp"

namespace forameter::dicom {

/// What decides the weighting of an image. Texts are as in the file (upper case, trimmed values).
struct SequenceFacts {
    std::vector<std::string> scanning; ///< Scanning Sequence: SE, GR, IR, EP, RM
    std::vector<std::string> variant;  ///< Sequence Variant: SK, SS, SP, MP, ...
    std::vector<std::string> options;  ///< Scan Options: FS, ...
    std::vector<std::string> imageType;
    std::string contrast;       ///< Acquisition Contrast of enhanced objects
    std::string fatSuppression; ///< Spectrally Selected Suppression of enhanced objects
    bool inversion = false;     ///< Inversion Recovery of enhanced objects
    Acquisition acquisition;
    std::string description, protocol, sequenceName;
};

struct Contrast {
    std::optional<Weighting> weighting; ///< none where the file leaves it open, or `suppressed`
    bool suppressed = false; ///< lacks the signal of fat or water that the weightings are known by: T1 with
                             ///< suppressed fat, Dixon pictures of fat or of opposed phase
    bool byText = false;     ///< without its description, protocol and sequence name it would be another
};

/// By what the file states, by its timing, and only then by its description.
[[nodiscard]] Contrast findContrast(const SequenceFacts& facts);

} // namespace forameter::dicom
