// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/store/round_repository.hpp"

namespace forameter::store {

// A packet is a store of its own with the cases of one rater of one round and nothing of the others: no name,
// contour, time or count, in no page of the file. It is read offline with the same programs, always as its
// rater, and its round's levels, weighting and images are fixed. What she does comes back by collect().

/// What a packet says of itself.
struct PacketInfo {
    std::string id; ///< uuid
    std::string round;
    RaterId rater;
};
/// None where the store is no packet.
[[nodiscard]] Result<std::optional<PacketInfo>> packetInfo(const Store& store);

struct ExportedPacket {
    RaterId rater;
    std::filesystem::path file;
    std::size_t cases = 0, images = 0;
    bool calibration = false; ///< her calibration cases only: she has not passed yet
};

/// Where a packet's images are to be found: given the stored path and SHA-256 of a file, the path to write
/// into the packet (relative ones are taken from the packet's folder). intake::exportPackets() gives one that
/// copies.
using ImagePlacer = std::function<Result<std::string>(const RaterId& rater, const std::string& path,
                                                      const std::string& sha256)>;

/// Writes FOLDER/<rater>.sqlite for each rater of the round. Where it has a pass mark, a packet holds the
/// calibration cases alone until they are passed (RoundRepository::scoreCalibration), then the others alone:
/// what a rater must not read yet is not in her hands. Fails with Conflict where one is there already; then
/// none is written.
[[nodiscard]] Result<std::vector<ExportedPacket>> exportPackets(const Store& store, const std::string& round,
                                                                const std::filesystem::path& folder,
                                                                const ImagePlacer& place,
                                                                const Watch& watch = {});

struct CollectedPacket {
    RaterId rater;
    std::string id;
    std::size_t added = 0;        ///< rows: contour versions, marks, states, times
    std::size_t unchanged = 0;    ///< that were here already
    std::size_t auditEntries = 0; ///< added
};

/// Takes back what a rater did, in one transaction, by UUID; again does nothing. The packet's audit chain
/// comes along and stays verifiable beside the store's own. Refused, with a sentence and nothing taken: a
/// packet that does not verify (a changed byte, a deleted or reordered audit row), of another store or round,
/// with rows of anybody else, with another beginning than the one exported, or continued in two copies.
[[nodiscard]] Result<CollectedPacket> collectPacket(const Store& store, const std::string& round,
                                                    const std::filesystem::path& packet,
                                                    const Watch& watch = {});

} // namespace forameter::store
