// SPDX-License-Identifier: Apache-2.0
#include "forameter/intake/packets.hpp"

#include <map>

#include "file_keeper.hpp"
#include "forameter/core/text.hpp"

namespace forameter::intake {

namespace fs = std::filesystem;

Result<std::vector<store::ExportedPacket>> exportPackets(const store::Store& store, const std::string& round,
                                                         const fs::path& folder, PacketImages images,
                                                         const Watch& watch) {
    const auto refer = [](const RaterId&, const std::string& path,
                          const std::string&) -> Result<std::string> { return path; };
    const fs::path beside = fs::absolute(folder).lexically_normal();
    std::map<RaterId, FileKeeper> keepers;
    const auto copy = [&](const RaterId& rater, const std::string& path,
                          const std::string& sha256) -> Result<std::string> {
        if (sha256.empty())
            return fail(ErrorCode::Unreadable,
                        shown(path) +
                            " cannot be copied, because the store does not know what bytes it should have.");
        auto& keeper = keepers.try_emplace(rater, beside / (rater.text() + ".images")).first->second;
        const auto kept = keeper.keep(path, sha256);
        if (!kept) return tl::unexpected(kept.error());
        return kept->lexically_relative(beside).string();
    };
    return store::exportPackets(store, round, folder,
                                images == PacketImages::Copy ? store::ImagePlacer(copy) : refer, watch);
}

} // namespace forameter::intake
