// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/random.hpp"

namespace forameter::phantom {

// Sizes of one lumbar spine. All lengths in mm, angles in degrees. Means and spreads: docs/phantom.md
// (sections name the sources).

/// One vertebra. Its frame has the origin in the middle of the body.
struct VertebraShape {
    double heightAnterior = 27.0, heightPosterior = 27.0; ///< of the body at its rims
    double depth = 34.5;                                  ///< endplate, front to back
    double width = 50.0;                                  ///< endplate, right to left
    double waist = 0.90;                                  ///< middle of the body relative to the endplates
    double canalWidth = 23.0, canalDepth = 17.0;          ///< bony canal at the pedicles
    double canalTaper = 0.5;     ///< how much narrower that canal is behind: 0 round, 0.65 triangular
    double pedicleOffset = 16.0; ///< pedicle centre from the midline
    double pedicleWidth = 9.0, pedicleHeight = 15.0;
    double spinousLength = 30.0, transverseLength = 32.0;
    double lateralTilt = 0.0;       ///< coronal: the superior axis leans to the left
    double rotation = 0.0;          ///< about the superior axis: the front turns to the left
    double marrowFat = 0.35;        ///< share of fat in the marrow
    double endplateConcavity = 1.0; ///< depth of the hollow in each endplate

    friend bool operator==(const VertebraShape&, const VertebraShape&) = default;
};

/// A focal displacement of disc material.
struct Protrusion {
    double size = 0.0;   ///< mm beyond the annulus
    double width = 10.0; ///< mm along the rim
    double angle = 0.0;  ///< degrees from straight back on a round disc, positive to the left: 0 central, 20
                         ///< paracentral, 40 foraminal, 60 far lateral

    friend bool operator==(const Protrusion&, const Protrusion&) = default;
};

/// One motion segment: the disc and what connects its two vertebrae behind.
struct SegmentShape {
    double discAnterior = 11.0, discPosterior = 6.0; ///< height at the rims
    double degeneration = 0.1;                       ///< 0 bright nucleus, 1 desiccated
    double bulge = 0.5;                              ///< mm beyond the endplates all around, most behind
    Protrusion protrusion;
    double slip = 0.0; ///< mm that the upper vertebra stands in front of the lower (negative: behind)
    std::array<double, 2> flavum{3.2, 3.2};      ///< ligamentum flavum thickness, right and left
    std::array<double, 2> facetGrowth{0.0, 0.0}; ///< mm added to the articular processes, right and left
    double sacWidth = 19.0,
           sacDepth = 13.2;   ///< dural sac in the middle of the disc, before anything presses on it
    double epiduralFat = 1.0; ///< relative amount behind the sac; lipomatosis beyond 2

    friend bool operator==(const SegmentShape&, const SegmentShape&) = default;
};

/// Modic change of an endplate pair.
enum class Modic { None, Type1, Type2, Type3 };

/// A whole spine from T12 to S2 with the body around it.
struct SpineParameters {
    anatomy::LumbarCount lumbarCount = anatomy::LumbarCount::Five;
    anatomy::Transition transition = anatomy::Transition::None;
    std::vector<anatomy::Vertebra> names; ///< from the head down
    std::vector<VertebraShape> vertebrae; ///< one per name
    std::vector<SegmentShape> segments;   ///< between neighbours: one fewer
    std::vector<Modic> modic;             ///< one per segment
    std::vector<bool> screws;             ///< per vertebra: pedicle screws on both sides
    std::vector<double> laminectomy; ///< per vertebra: share of the lamina and spinous process removed, 0..1
    double tilt = -5.0; ///< sagittal tilt of the L3 body (negative: its upper side faces forwards); the
                        ///< others follow from the wedges
    double bodyWidth = 340.0, bodyDepth = 230.0; ///< of the trunk
    double backFat = 22.0;                       ///< subcutaneous fat behind the spinous processes
    double muscleFat = 0.12;                     ///< fatty share of the paraspinal muscles
    double conus = 0.5;        ///< tip of the conus: vertebra heights below the middle of L1
    std::uint32_t texture = 1; ///< seed of all that is irregular in the tissues

    friend bool operator==(const SpineParameters&, const SpineParameters&) = default;
    [[nodiscard]] std::size_t
    indexOf(anatomy::Vertebra vertebra) const; ///< position in `names`; size() where absent
    /// The segment of a level; size() where absent.
    [[nodiscard]] std::size_t segmentOf(anatomy::Level level) const;
};

/// The person around the spine.
enum class Sex { F, M };
struct Person {
    double age = 45.0; ///< years
    Sex sex = Sex::F;
    double height = 168.0; ///< cm
    double weight = 70.0;  ///< kg

    friend bool operator==(const Person&, const Person&) = default;
};

/// Mean spine of a person: body size with sex and height, discs, sac and muscle with age.
[[nodiscard]] SpineParameters meanSpine(const Person& person,
                                        anatomy::LumbarCount count = anatomy::LumbarCount::Five);

/// A spine drawn around that mean with the population's spread.
[[nodiscard]] SpineParameters sampleSpine(const Person& person, Random& random,
                                          anatomy::LumbarCount count = anatomy::LumbarCount::Five);

} // namespace forameter::phantom
