// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "forameter/dicom/study.hpp"

namespace forameter::dicom {

/// Whether an image was computed from others. `imageType` is Image Type or, of an enhanced object, Frame
/// Type; what its third and further values name decides (MPR, REFORMATTED, PROJECTION IMAGE, MIP, ...), never
/// DERIVED or SECONDARY alone, which converted and anonymised images are as well. `technique` is the Volume
/// Based Calculation Technique of enhanced objects ("" where there is none). Reformat: nothing that was
/// acquired. PrimaryReformat: a reformat that a classic object calls PRIMARY, made "as a direct result of the
/// examination"; enhanced objects call everything so.
[[nodiscard]] std::optional<StackWarning> findReformat(std::span<const std::string> imageType,
                                                       std::string_view technique, bool enhanced);

} // namespace forameter::dicom
