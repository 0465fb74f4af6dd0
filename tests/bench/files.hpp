// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bench {

enum class Syntax { Explicit, Rle, JpegLossless, JpegLs, Jpeg2000 };
[[nodiscard]] std::string name(Syntax syntax);

/// One generated sagittal or axial MR series: 12-bit pixels with the noise and smoothness of an MR image.
struct SeriesSpec {
    std::string studyUid, seriesUid;
    std::string description = "t2_tse_sag";
    int files = 20;
    int size = 512; ///< rows and columns
    double spacing = 0.5;
    double echoTime = 100.0, repetitionTime = 3500.0;
    bool axial = false;
    int number = 1;
};

/// Writes the files of a series to `folder`, uncompressed or compressed. False where this machine cannot make
/// that syntax (JPEG 2000 is made by gdcmconv).
[[nodiscard]] bool writeSeries(const std::filesystem::path& folder, const SeriesSpec& spec, Syntax syntax);

} // namespace bench
