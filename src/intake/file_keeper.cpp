// SPDX-License-Identifier: Apache-2.0
#include "file_keeper.hpp"

#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/text.hpp"

namespace forameter::intake {

namespace fs = std::filesystem;

namespace {

bool hasHash(const fs::path& file, const std::string& sha256) {
    const auto digest = sha256OfFile(file);
    return digest && toHex(*digest) == sha256;
}

} // namespace

Result<fs::path> FileKeeper::keep(const fs::path& file, const std::string& sha256) {
    // Two levels, because a folder of a million files is slow everywhere.
    const fs::path folder = m_folder / sha256.substr(0, 2);
    const fs::path kept = folder / (sha256 + ".dcm");
    if (m_whole.contains(sha256)) return kept;
    if (!hasHash(kept, sha256)) {
        const auto bytes = readWhole(file);
        if (!bytes) return fail(ErrorCode::Unreadable, bytes.error().message);
        if (toHex(forameter::sha256(*bytes)) != sha256)
            return fail(ErrorCode::Unreadable, shown(file) + " changed while it was imported.");
        const auto written = makeFolders(folder, Readers::Owner).and_then([&] {
            return writeWhole(kept, *bytes, Readers::Owner);
        });
        if (!written)
            return fail(ErrorCode::StorageFailed,
                        "A copy of " + shown(file) + " could not be kept. " + written.error().message);
    }
    m_whole.insert(sha256);
    return kept;
}

} // namespace forameter::intake
