// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bones.hpp"
#include "forameter/phantom/spine_model.hpp"
#include "skeleton.hpp"

namespace forameter::phantom {

/// A share of 0..1 as TissueSample holds it.
inline std::uint8_t inParts(double share) {
    return static_cast<std::uint8_t>(255.0 * std::clamp(share, 0.0, 1.0) + 0.5);
}

/// A point with what the fields around it need, worked out once.
struct Surroundings {
    geometry::PatientPoint point;
    CanalPlace place;
    bool nearSpine =
        false; ///< within reach of bones, discs and canal; else only `place` and the vertebra range are set
    std::size_t firstVertebra = 0, lastVertebra = 0; ///< those near enough to matter, both included
    std::array<Local, 4> inVertebra{};               ///< the point in their frames
    std::array<VertebraFields, 4> vertebra{};
    std::size_t firstSegment = 0, lastSegment = 0;
    std::array<Local, 4> inSegment{};
    std::size_t nearestSegment = 0; ///< index into the model's segments
    double tube = 1.0e3, bone = 1.0e3, disc = 1.0e3, flavum = 1.0e3, capsule = 1.0e3;
};

/// Fields that combine the skeleton with ligaments, canal, sac, and the body around, and the tissue of every
/// point.
class SoftTissue {
public:
    SoftTissue(const SpineParameters& parameters, const Skeleton& skeleton);

    [[nodiscard]] Surroundings surroundings(const geometry::PatientPoint& point) const;
    [[nodiscard]] double duralSac(const Surroundings& x) const;
    [[nodiscard]] double canal(const Surroundings& x) const;
    [[nodiscard]] double bonyCanal(const Surroundings& x) const;
    [[nodiscard]] double foramenWall(const Surroundings& x) const;
    [[nodiscard]] TissueSample tissueAt(const geometry::PatientPoint& point) const;

private:
    [[nodiscard]] double bonyTube(const Surroundings& x) const;
    [[nodiscard]] double flavum(const Surroundings& x) const;
    [[nodiscard]] double
    capsule(const Surroundings& x) const; ///< joint capsule and foraminal flavum in front of the facets
    [[nodiscard]] bool nearScrew(const Surroundings& x) const;
    [[nodiscard]] TissueSample boneAt(const Surroundings& x) const;
    [[nodiscard]] Tissue inSac(const Surroundings& x, double sac) const;
    [[nodiscard]] Tissue inEpiduralSpace(const Surroundings& x) const;
    /// What lies around spine and canal, `trunk` mm (negative) under the skin (around_spine.cpp).
    [[nodiscard]] TissueSample aroundSpine(const Surroundings& x, double trunk) const;
    [[nodiscard]] std::optional<Tissue> nerveOrVessel(const Surroundings& x) const;
    [[nodiscard]] TissueSample muscle(const Local& p, double fat, double slant, std::uint32_t which) const;
    [[nodiscard]] TissueSample fat(const Local& p, double trunk) const;
    [[nodiscard]] TissueSample deepFat(const Local& p, double share) const;
    [[nodiscard]] std::optional<TissueSample> pelvis(const geometry::PatientPoint& point,
                                                     const Local& straight) const;
    [[nodiscard]] std::optional<TissueSample> rib(const geometry::PatientPoint& point) const;
    [[nodiscard]] TissueSample abdomen(const Local& p, double front, double down) const;
    /// valueNoise of this person; `which` names the use.
    [[nodiscard]] double noise(const Local& p, double size, std::uint32_t which) const {
        return valueNoise(p, size, which + m_parameters.texture);
    }
    /// Distance to the surface of the trunk, negative inside.
    [[nodiscard]] double trunk(const geometry::PatientPoint& point) const;

    const SpineParameters& m_parameters;
    const Skeleton& m_skeleton;

    double m_skinBack = 0.0, m_trunkCenter = 0.0;
    std::vector<double>
        m_hollow; ///< mm that the back lies in front of its rearmost place, from kHollowTop down every mm
};

} // namespace forameter::phantom
