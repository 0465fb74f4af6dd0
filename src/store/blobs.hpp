// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/geometry/closed_curve.hpp"
#include "forameter/store/study.hpp"

// The two binary columns. All numbers little endian, doubles as IEEE 754 binary64: what comes back is bit for
// bit what went in.
namespace forameter::store {

/// contour_version.curve, version 1: u8 1, u8 kind (0 polygon, 1 spline), u32 points, points x 3 f64 (LPS
/// mm), u32 corners, corners x u32.
[[nodiscard]] std::string curveToBlob(const geometry::PatientCurve& curve);
[[nodiscard]] Result<geometry::PatientCurve> curveFromBlob(std::string_view blob);

/// stack.manifest, version 1: u8 1, row direction 3 f64, column direction 3 f64, u32 instances, then per
/// instance: SOP UID and path as texts, u32 frame, origin 3 f64, u8 32 and the SHA-256's bytes, or u8 0 where
/// it is not known. A text is u16 length shared with the start of the one before it, u16 length of the rest,
/// the rest: neighbours differ in a few letters only.
[[nodiscard]] std::string manifestToBlob(const StackRecord& stack);
/// Fills directions and instances of `stack`.
[[nodiscard]] Result<> manifestFromBlob(std::string_view blob, StackRecord& stack);

} // namespace forameter::store
