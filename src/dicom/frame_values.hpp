// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "header.hpp"

namespace forameter::dicom {

struct Rescale {
    double slope = 1.0, intercept = 0.0;
};

/// The values that hold for one frame: its own functional groups, else the shared ones, else the data set
/// outside them, where one position is that of the first frame alone. Borrows the file.
class FrameValues {
public:
    FrameValues(const FileStructure& file, std::size_t frame) : m_file(&file), m_frame(frame) {}

    [[nodiscard]] std::string_view text(Field field) const;
    /// All that the file says of this frame's field; text() is the first. They should be one.
    [[nodiscard]] std::vector<std::string_view> statements(Field field) const;
    [[nodiscard]] const FileStructure& file() const { return *m_file; }
    [[nodiscard]] std::size_t frame() const { return m_frame; } ///< from 0
    /// 1 and 0 where the file has none.
    [[nodiscard]] Result<Rescale> rescale() const;

private:
    [[nodiscard]] bool holdsOutside(Field field) const;

    const FileStructure* m_file;
    std::size_t m_frame;
};

} // namespace forameter::dicom
