// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/spine_model.hpp"

#include "bones.hpp"
#include "soft_tissue.hpp"

namespace forameter::phantom {

using geometry::PatientPoint;

Tissue companionOf(Tissue tissue) noexcept {
    switch (tissue) {
    case Tissue::Muscle:
    case Tissue::Ligament:
        return Tissue::SubcutaneousFat;
    case Tissue::SubcutaneousFat:
        return Tissue::Ligament;
    case Tissue::VisceralFat:
        return Tissue::Muscle;
    case Tissue::EpiduralFat:
        return Tissue::Vein;
    case Tissue::Marrow:
        return Tissue::MarrowFat;
    case Tissue::CorticalBone:
        return Tissue::Marrow;
    case Tissue::Nucleus:
        return Tissue::Annulus;
    case Tissue::BowelContent:
        return Tissue::Air;
    case Tissue::Kidney:
        return Tissue::VisceralFat;
    default:
        return tissue;
    }
}

struct SpineModel::Parts {
    explicit Parts(SpineParameters p)
        : parameters(std::move(p)), skeleton(parameters), soft(parameters, skeleton) {}

    SpineParameters parameters;
    Skeleton skeleton;
    SoftTissue soft;
};

SpineModel::SpineModel(SpineParameters parameters)
    : m_parts(std::make_unique<const Parts>(std::move(parameters))) {}
SpineModel::~SpineModel() = default;
SpineModel::SpineModel(SpineModel&&) noexcept = default;
SpineModel& SpineModel::operator=(SpineModel&&) noexcept = default;

const SpineParameters& SpineModel::parameters() const {
    return m_parts->parameters;
}

Tissue SpineModel::tissueAt(const PatientPoint& point) const {
    return m_parts->soft.tissueAt(point).tissue;
}

TissueSample SpineModel::sampleAt(const PatientPoint& point) const {
    return m_parts->soft.tissueAt(point);
}

double SpineModel::field(Field which, const PatientPoint& point) const {
    const auto& soft = m_parts->soft;
    const Surroundings around = soft.surroundings(point);
    switch (which) {
    case Field::Bone:
        return around.bone;
    case Field::DuralSac:
        return soft.duralSac(around);
    case Field::Canal:
        return soft.canal(around);
    case Field::BonyCanal:
        return soft.bonyCanal(around);
    case Field::ForamenWall:
        return soft.foramenWall(around);
    }
    return 1.0;
}

anatomy::LevelSet SpineModel::levels() const {
    anatomy::LevelSet levels;
    levels.lumbarCount = m_parts->parameters.lumbarCount;
    levels.transition = m_parts->parameters.transition;
    for (std::size_t i = 0; i < m_parts->parameters.names.size(); ++i)
        levels.marks.push_back({m_parts->parameters.names[i], m_parts->skeleton.vertebrae[i].frame.origin});
    return levels;
}

std::optional<SpineModel::ForamenSite> SpineModel::foramen(anatomy::Level level, anatomy::Side side) const {
    const std::size_t i = m_parts->parameters.segmentOf(level);
    if (i >= m_parts->parameters.segments.size()) return std::nullopt;
    const auto &u = m_parts->skeleton.vertebrae[i], &l = m_parts->skeleton.vertebrae[i + 1];
    const double sign = side == anatomy::Side::L ? 1.0 : -1.0;
    const double offset = 0.5 * (u.shape.pedicleOffset + l.shape.pedicleOffset);
    const auto below = u.frame.toPatient(
        {sign * offset, 0.5 * u.shape.depth + 6.0, u.pedicleLevel - 0.5 * u.shape.pedicleHeight});
    const auto above = l.frame.toPatient(
        {sign * offset, 0.5 * l.shape.depth + 6.0, l.pedicleLevel + 0.5 * l.shape.pedicleHeight});
    const auto pedicle = [sign](const VertebraBody& v, double down) {
        const auto at = [&](double s) {
            return v.frame.toPatient({sign * v.shape.pedicleOffset, 0.5 * v.shape.depth + 5.0, s});
        };
        return ForamenSite::Pedicle{at(v.pedicleLevel),
                                    at(v.pedicleLevel - 0.5 * down * v.shape.pedicleHeight),
                                    -down * v.frame.superior, 0.5 * v.shape.pedicleWidth};
    };
    return ForamenSite{0.55 * below + 0.45 * above, offset, normalized(u.frame.posterior + l.frame.posterior),
                       pedicle(u, 1.0), pedicle(l, -1.0)};
}

std::optional<SpineModel::DiscSite> SpineModel::disc(anatomy::Level level) const {
    const std::size_t i = m_parts->parameters.segmentOf(level);
    if (i >= m_parts->parameters.segments.size()) return std::nullopt;
    const auto& s = m_parts->skeleton.segments[i];
    return DiscSite{s.frame.origin,
                    s.frame.left,
                    s.frame.posterior,
                    s.frame.superior,
                    m_parts->skeleton.stations[2 * i + 1].frame.origin,
                    s.height};
}

double SpineModel::pedicleSection(anatomy::Vertebra vertebra, anatomy::Side side,
                                  const geometry::ImagePlane& sagittal) const {
    const std::size_t i = m_parts->parameters.indexOf(vertebra);
    if (i >= m_parts->parameters.names.size()) return 0.0;
    const auto& v = m_parts->skeleton.vertebrae[i];
    const double sign = side == anatomy::Side::L ? 1.0 : -1.0;
    const auto center = sagittal.toPlane(
        v.frame.toPatient({sign * v.shape.pedicleOffset, 0.5 * v.shape.depth + 5.0, v.pedicleLevel}));
    constexpr double step = 0.4, reach = 14.0;
    int inside = 0;
    for (double y = -reach; y <= reach; y += step)
        for (double x = -reach; x <= reach; x += step) {
            const Local p =
                v.frame.toLocal(sagittal.toPatient(geometry::PlanePoint{center.x + x, center.y + y}));
            const double b = p.b - 0.5 * v.shape.depth;
            if (b < 1.0 || b > 9.0 || std::abs(p.s - v.pedicleLevel) > 0.75 * v.shape.pedicleHeight ||
                p.a * sign < 0.0)
                continue;
            inside += posteriorElements(v, p) < 0.0;
        }
    return inside * step * step;
}

} // namespace forameter::phantom
