// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/geometry/image_plane.hpp"
#include "forameter/phantom/spine_parameters.hpp"

namespace forameter::phantom {

/// What a point of the body is made of.
enum class Tissue : std::uint8_t {
    Air,
    Skin,
    SubcutaneousFat,
    Muscle,
    Marrow,
    CorticalBone,
    Nucleus,
    Annulus,
    Ligament,
    EpiduralFat,
    Csf,
    Cord,
    Root,
    Ganglion,
    Vein,
    Artery,
    BowelWall,
    BowelContent,
    Kidney,
    VisceralFat,
    Cartilage,
    Metal,
    MarrowOedema,
    MarrowFat,
    Sclerosis, ///< marrow under an endplate with Modic change 1, 2, 3
};
inline constexpr std::size_t kTissueCount = 25;

/// What a tissue is finely mixed with: fat between bundles of muscle, annulus around the nucleus, septa in
/// fat, gas in the bowel.
[[nodiscard]] Tissue companionOf(Tissue tissue) noexcept;

/// The structure that a point belongs to.
enum class Region : std::uint8_t { None, Body, Arch, Disc, DuralSac, Canal };

/// What is found at a point: its tissue, its structure, and which one of its kind, the vertebra (bone) or
/// segment (disc) as an index into SpineParameters.
struct TissueSample {
    Tissue tissue = Tissue::Air;
    Region region = Region::None;
    std::uint8_t part = 0;
    std::uint8_t blend = 0; ///< share of the tissue's companion in it, in 255ths

    friend bool operator==(const TissueSample&, const TissueSample&) = default;
};

/// A parametric lumbar spine as implicit surfaces: every structure is the set of points where its field is
/// negative, and images and outlines are cut from the same fields. Immutable; any number of threads may ask.
/// Patient coordinates, LPS mm, origin in the middle of the L3 body.
class SpineModel {
public:
    explicit SpineModel(SpineParameters parameters);
    ~SpineModel();
    SpineModel(SpineModel&&) noexcept;
    SpineModel& operator=(SpineModel&&) noexcept;

    [[nodiscard]] const SpineParameters& parameters() const;

    [[nodiscard]] Tissue tissueAt(const geometry::PatientPoint& point) const;
    [[nodiscard]] TissueSample sampleAt(const geometry::PatientPoint& point) const;

    /// Fields: mm-like, negative inside, Lipschitz within a factor of about two; zero exactly on the surface.
    enum class Field {
        Bone,     ///< all vertebrae
        DuralSac, ///< outer border of the sac
        Canal,    ///< soft-tissue canal: within the bony ring, in front of flavum and facets, behind disc and
                  ///< body
        BonyCanal,  ///< within the bony ring
        ForamenWall ///< bone, disc, flavum and capsule together: the free space between them is the foramen
    };
    [[nodiscard]] double field(Field which, const geometry::PatientPoint& point) const;

    /// Middle of each vertebral body: what a person who marks levels would click.
    [[nodiscard]] anatomy::LevelSet levels() const;
    /// Middle of the foramen of a level and side (between the pedicles, behind the disc), and the offset from
    /// the midline of its pedicles.
    struct ForamenSite {
        geometry::PatientPoint center;
        double pedicleOffset = 0.0; ///< mm
        geometry::PatientVector posterior;
        struct Pedicle {
            geometry::PatientPoint center;
            geometry::PatientPoint edge;    ///< middle of the edge that faces the foramen
            geometry::PatientVector inside; ///< from that edge into the foramen, unit length
            double halfWidth = 0.0;         ///< mm
        };
        Pedicle above, below;
    };
    [[nodiscard]] std::optional<ForamenSite> foramen(anatomy::Level level, anatomy::Side side) const;
    /// Middle of the disc, and its axes.
    struct DiscSite {
        geometry::PatientPoint center;
        geometry::PatientVector left, posterior, superior;
        geometry::PatientPoint canalCenter;
        double height = 0.0;
    };
    [[nodiscard]] std::optional<DiscSite> disc(anatomy::Level level) const;
    /// The two pedicle cross-sections of a vertebra on a sagittal plane (area of bone within the pedicle's
    /// box), mm²; for the protocol's slice choice.
    [[nodiscard]] double pedicleSection(anatomy::Vertebra vertebra, anatomy::Side side,
                                        const geometry::ImagePlane& sagittal) const;

private:
    struct Parts;
    std::unique_ptr<const Parts> m_parts;
};

} // namespace forameter::phantom
