// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forameter/protocol/interchange.hpp"
#include "session.hpp"

namespace forameter::cli {

/// An interchange document from a file or, for "-", standard input. Fails, naming the file, where it is no
/// such document.
[[nodiscard]] Result<protocol::ReadContours> readContourFile(const std::string& file, const Session& session);

} // namespace forameter::cli
