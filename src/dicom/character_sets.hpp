// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace forameter::dicom {

/// Text as UTF-8, read in a Specific Character Set (0008,0005), code extensions (PS3.5 6.1.2.5) included:
/// Japanese, Korean, Chinese, and the parts of ISO 8859. What the set does not say is read as Latin-1; a
/// character that does not exist becomes U+FFFD; an escape sequence that DICOM does not know stays. Time and
/// memory grow with the length of the text alone.
[[nodiscard]] std::string decoded(std::string_view text, std::string_view specificCharacterSet);

} // namespace forameter::dicom
