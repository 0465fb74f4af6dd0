// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "file_record.hpp"

#include "forameter/dicom/study.hpp"

namespace forameter::dicom {

/// One frame of one file of a series.
struct SeriesFrame {
    const FileRecord* file = nullptr;
    const std::filesystem::path* path = nullptr;
    int index = 0; ///< of the frame in the file, from 0

    [[nodiscard]] const FrameRecord& record() const { return file->frames[static_cast<std::size_t>(index)]; }
};

/// Splits a series into stacks. Frames belong together if they agree in size, greyscale, spacing (1e-4 mm),
/// echo time, image type, stack id, temporal position and frame of reference, in weighting and suppressed
/// signal, in repetition and inversion time as far as one sequence's may vary, in orientation (no jump of
/// 5e-4 in any component, nor 1e-3 altogether), and lie on one line through space with even steps
/// (slice_runs.hpp). Frames without usable orientation or position stay together in order of instance number
/// and cannot be measured; nor can those whose own warnings forbid it, which are kept apart from the others.
/// The order of `frames` decides nothing.
[[nodiscard]] std::vector<Stack> groupIntoStacks(std::span<const SeriesFrame> frames);

} // namespace forameter::dicom
