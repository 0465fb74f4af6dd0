// SPDX-License-Identifier: Apache-2.0
#include "contour_file.hpp"

namespace forameter::cli {

Result<protocol::ReadContours> readContourFile(const std::string& file, const Session& session) {
    const auto text = session.input(file);
    if (!text) return tl::unexpected(text.error());
    auto read = protocol::contoursFromJson(*text);
    if (!read) return fail(read.error().code, file + ": " + read.error().message);
    return read;
}

} // namespace forameter::cli
