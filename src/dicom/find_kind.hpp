// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "forameter/dicom/study.hpp"

namespace forameter::dicom {

/// What decides what sort of picture an image is.
struct PictureFacts {
    std::span<const std::string> imageType; ///< Image Type or, of an enhanced object, Frame Type
    std::string_view component;             ///< Complex Image Component, "" where there is none
    std::string_view technique; ///< Volume Based Calculation Technique of enhanced objects, likewise
    bool enhanced = false;
    std::string_view description; ///< of the series
};

/// Whether an image is no picture that was acquired. What the third and further values of the Image Type name
/// decides, never DERIVED or SECONDARY alone, which converted and anonymised images are as well; of images
/// that are one of these, the description may name a reformat, too.
/// ComputedValues: phase, imaginary part, difference, map. Reformat: computed from other images.
/// PrimaryReformat: a reformat that a classic object calls PRIMARY, made "as a direct result of the
/// examination"; enhanced objects call everything so. The real part (R) counts as a picture: inversion
/// recovery is kept as such.
[[nodiscard]] std::optional<StackWarning> findKind(const PictureFacts& facts);

/// Whether an image calls itself a scout: by its type, or in the description of its series.
[[nodiscard]] bool isLocalizer(std::span<const std::string> imageType, std::string_view description);

} // namespace forameter::dicom
