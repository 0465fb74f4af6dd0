// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "field.hpp"
#include "forameter/geometry/point.hpp"
#include "forameter/phantom/spine_parameters.hpp"

namespace forameter::phantom {

/// A rigid frame in the patient: origin and three right-angled unit vectors.
struct Frame {
    geometry::PatientPoint origin;
    geometry::PatientVector left, posterior, superior;

    [[nodiscard]] Local toLocal(const geometry::PatientPoint& p) const {
        const auto d = p - origin;
        return {dot(d, left), dot(d, posterior), dot(d, superior)};
    }
    [[nodiscard]] geometry::PatientPoint toPatient(Local p) const {
        return origin + p.a * left + p.b * posterior + p.s * superior;
    }
};

/// One vertebra with the numbers that its fields need.
struct VertebraBody {
    VertebraShape shape;
    Frame frame;               ///< origin in the middle of the body
    double rim = 0.0;          ///< mean height of the body at its rim
    double pedicleLevel = 0.0; ///< s of the pedicle's middle
    bool sacral = false;
    bool fusedWing = false; ///< a last lumbar vertebra whose transverse processes have grown into the sacrum
    bool screws = false;
    double laminaLeft = 1.0; ///< share of the lamina that is there
    std::array<double, 2> growthAbove{},
        growthBelow{}; ///< facet growth of the segments above and below (R, L)
};

/// One motion segment with its disc frame.
struct SegmentBody {
    SegmentShape shape;
    Frame frame;                     ///< origin in the middle of the disc
    double height = 0.0;             ///< mean of the rims
    double width = 0.0, depth = 0.0; ///< of the disc without bulge
    double wedge = 0.0;              ///< mm of height per mm backwards (negative: higher in front)
};

/// A station of the spinal canal; between stations everything is linear.
struct Station {
    Frame frame; ///< origin in the middle of the bony canal
    double canalWidth = 0.0, canalDepth = 0.0, canalTaper = 0.5, sacWidth = 0.0, sacDepth = 0.0;
    double flavumR = 0.0, flavumL = 0.0;
    double interlaminar = 0.0; ///< 1 at a disc, 0 at a pedicle
    double epiduralFat = 1.0;
    double length = 0.0; ///< along the canal from the first station, mm
};

/// A place in the straightened canal: station numbers, interpolated, and millimetres across.
struct CanalPlace {
    std::size_t below = 1;   ///< the station at or below the place (1 ... n - 1)
    double t = 0.0;          ///< 0 at station below - 1, 1 at station below; outside beyond the ends
    double a = 0.0, b = 0.0; ///< mm to the left and backwards of the canal's middle
    double along = 0.0;      ///< mm along the canal from the first station
};

/// Where everything stands: vertebral frames chained through the discs, and the canal's course behind them.
struct Skeleton {
    std::vector<VertebraBody> vertebrae;
    std::vector<SegmentBody> segments;
    std::vector<Station> stations; ///< pedicle 0, disc 0, pedicle 1, ..., from the head down

    double sacralEnd = 0.0; ///< along the canal: the pedicles of S2, where the sac ends

    /// Below S2 a further sacral vertebra is added, so that pictures do not end in nothing.
    explicit Skeleton(const SpineParameters& given);
    [[nodiscard]] CanalPlace place(const geometry::PatientPoint& p) const;
    /// A station's number interpolated at a place.
    [[nodiscard]] double at(const CanalPlace& place, double Station::*number) const {
        const double t = std::clamp(place.t, 0.0, 1.0);
        return (1.0 - t) * (stations[place.below - 1].*number) + t * (stations[place.below].*number);
    }
};

} // namespace forameter::phantom
