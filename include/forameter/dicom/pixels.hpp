// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/core/grid.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/imaging/volume.hpp"

namespace forameter::dicom {

/// The pixels of one image. value = slope * stored + intercept.
struct DecodedFrame {
    Grid<std::int32_t> stored; ///< unused bits removed, sign extended, no rescale
    double slope = 1.0;
    double intercept = 0.0;
    imaging::Greyscale greyscale = imaging::Greyscale::LowIsBlack;
    std::optional<imaging::WindowLevel> window; ///< of values, as the file names it
    bool lossy = false;                         ///< went through lossy compression
};

/// Decodes frame `frame` (from 1) of a file. Fails with the reason a scan would refuse it for.
[[nodiscard]] Result<DecodedFrame> decodeFrame(const std::filesystem::path& path, int frame = 1);

/// One slice to load and where it lies.
struct SliceSource {
    std::filesystem::path path;
    int frame = 1;
    geometry::ImagePlane plane;
    std::string fileSha256; ///< what the scan approved; a file with other bytes is refused (`corrupt`). "":
                            ///< not checked
    std::optional<Error> refused = {}; ///< why a scan could not decode it: it is not read
};

/// What becomes of a slice that cannot be read: it fails the whole, or is told of in VolumeInfo::unread.
enum class Unread { Fails, IsLeftOut };

/// Loads slices, in the order given, as one volume of rescaled values, on `threads` threads (0: as many as
/// the machine runs at once). A slice whose dimensions are not its plane's cannot be read either; errors name
/// the file. Fails where no slice can be read. `name` is for messages: "series 1.2.3, stack 2".
[[nodiscard]] Result<imaging::VolumePtr> loadVolume(std::span<const SliceSource> slices, std::string name,
                                                    int threads = 0, const Watch& watch = {},
                                                    Unread unread = Unread::Fails);

} // namespace forameter::dicom
