// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

namespace forameter::testing {

/// A file or folder of the public test data, which lies outside the project: FORAMETER_TEST_DATA names its
/// folder. None where that is not set or the file is not there:
///
///     const auto file = testData("sct_lumbar_t2_nifti/t2_lumbar.nii.gz");
///     if (!file) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold it";
inline std::optional<std::filesystem::path> testData(std::string_view relative) {
    const char* root = std::getenv("FORAMETER_TEST_DATA");
    if (!root || !*root) return std::nullopt;
    auto path = std::filesystem::path(root) / relative;
    std::error_code ec;
    if (!std::filesystem::exists(path, ec)) return std::nullopt;
    return path;
}

} // namespace forameter::testing
