// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/store/packet.hpp"

namespace forameter::intake {

/// Copy: FOLDER/<rater>.images/ goes with FOLDER/<rater>.sqlite, anywhere. Reference: the packet names the
/// files where they lie now, for raters who see the same disk.
enum class PacketImages { Copy, Reference };

/// store::exportPackets() with the images of each rater's cases. Fails where a file can no longer be read or
/// has other bytes than were registered. Copies written before a failure stay and are used the next time.
[[nodiscard]] Result<std::vector<store::ExportedPacket>>
exportPackets(const store::Store& store, const std::string& round, const std::filesystem::path& folder,
              PacketImages images, const Watch& watch = {});

} // namespace forameter::intake
