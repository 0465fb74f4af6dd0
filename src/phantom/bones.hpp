// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "skeleton.hpp"

namespace forameter::phantom {

// Fields of single structures in their own frames (field.hpp: mm, negative inside). Farther than kReach mm
// from a structure its field is only known to be at least kReach.
inline constexpr double kReach = 6.0;

/// One vertebra: the whole bone, and its articular processes with the pars, which flavum and joint capsule
/// cover in front.
struct VertebraFields {
    double bone = kReach, body = kReach, processes = kReach;
};
[[nodiscard]] VertebraFields vertebra(const VertebraBody& v, Local p);
/// Pedicle, pars and processes without the body.
[[nodiscard]] double posteriorElements(const VertebraBody& v, Local p);

/// The disc within its outer border, the vertebral bodies not yet taken away.
[[nodiscard]] double discBlock(const SegmentBody& s, Local p);
/// How much of a disc's tissue is annulus rather than nucleus, 0..1.
[[nodiscard]] double annulusShare(const SegmentBody& s, Local p);

} // namespace forameter::phantom
