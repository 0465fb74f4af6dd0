// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "forameter/core/result.hpp"

namespace forameter::training {

/// Keeps other trainings from a place while this one lives: two would write each other's checkpoint, curve
/// and weights. Ends with the process, however that ends.
class PlaceLock {
public:
    /// `output`: the weights. Conflict where another training has them. A file system that knows no locks
    /// keeps nobody out.
    [[nodiscard]] static Result<PlaceLock> take(const std::filesystem::path& output);
    PlaceLock(PlaceLock&& other) noexcept;
    PlaceLock& operator=(PlaceLock&&) = delete;
    ~PlaceLock();

private:
    PlaceLock(std::filesystem::path file, int descriptor);
    std::filesystem::path m_file;
    int m_descriptor;
};

} // namespace forameter::training
