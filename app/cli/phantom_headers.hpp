// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/dicom/write_mr.hpp"
#include "forameter/phantom/study.hpp"

namespace forameter::cli {

/// What the headers of a simulated study say: as scanners of the large makers fill them, and in plain words
/// that it is a phantom.
[[nodiscard]] dicom::MrStudyHeader studyHeader(const phantom::SimulatedStudy& study);
[[nodiscard]] dicom::MrSeriesHeader seriesHeader(const phantom::SimulatedStudy& study, std::size_t series);

} // namespace forameter::cli
