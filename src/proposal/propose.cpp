// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/propose.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include "foramina.hpp"
#include "forameter/protocol/reading.hpp"
#include "levels.hpp"
#include "maps.hpp"
#include "midline_picture.hpp"
#include "offer.hpp"
#include "regions.hpp"

namespace forameter::proposal {

using anatomy::Cell;
using anatomy::LevelSet;
using anatomy::Structure;
using geometry::PatientPoint;
using geometry::Plane;

namespace {

// Levels.
constexpr double kLevelStep = 2.5;        // mm between slices that are asked about: thin ones are skipped
constexpr std::size_t kLevelStacks = 2;   // sagittal stacks that are asked about
constexpr double kLevelReach = 32.0;      // mm to each side of the stack's middle
// Foramina: distances from the midline between the medial edge of the L1 and the lateral edge of the L5 pedicle,
// with a margin for rotated vertebrae.
constexpr double kMedial = 6.0, kLateral = 34.0;
constexpr double kOffsetSd = 5.0;   // mm, of the pedicles' place around the one that the protocol expects
constexpr double kTie = 0.95;       // of the best slice's score: the medial one of two
constexpr double kFarMiss = 11.0;   // mm along the spine from the expected place: it may be a neighbour's
// The sac.
constexpr double kHalfDisc = 5.0;   // mm, half a disc's height
constexpr double kLoneSlice = 3.0;  // mm, in place of half a slice step
constexpr double kSquare = 100.0;   // mm of an axial picture around the canal
constexpr double kSacReach = 16.0;  // mm from the expected middle of the canal
constexpr double kLeastSac = 15.0;  // mm² of a region
constexpr double kSureSac = 0.75;   // mean probability of a sac whose size may decide on the slice

std::string levelText(const Cell& cell) {
    return anatomy::label(cell.level);
}

/// T1 before T2 before others for foramina; for levels T2, where the discs are clearest.
int rank(std::optional<Weighting> weighting, Weighting first, Weighting second) {
    return weighting == first ? 0 : weighting == second ? 1 : 2;
}

struct Spot {
    std::size_t stack = 0;
    int slice = 0;
};

class Work {
public:
    Work(const ProposeRequest& request, std::span<const Model> models, const Infer& infer, const Watch& watch)
        : m_request(request), m_asker(request.stacks, infer, watch) {
        for (const Model& model : models)
            (model.plane == Plane::Axial ? m_axial : m_sagittal).push_back(&model);
        for (std::size_t s = 0; s < request.stacks.size(); ++s) {
            const StackInput& stack = request.stacks[s];
            const bool usable = stack.measurable && stack.volume && stack.volume->sliceCount() > 0 &&
                                stack.images.size() == static_cast<std::size_t>(stack.volume->sliceCount());
            protocol::StackGeometry geometry{{}, stack.weighting, usable};
            if (usable) geometry.slices.assign(stack.volume->planes().begin(), stack.volume->planes().end());
            m_geometry.push_back(std::move(geometry));
            if (usable && stack.volume->plane(0).plane() == Plane::Sagittal) m_sagittalStacks.push_back(s);
        }
    }

    Result<Proposals> go() {
        std::optional<LevelSet> levels = m_request.levels;
        if (!levels) {
            if (auto found = findLevels(); !found) return tl::unexpected(found.error());
            if (m_made.levels) levels = m_made.levels->levels;
        }
        if (m_request.contours) {
            std::vector<Cell> cells = m_request.cells;
            if (cells.empty())
                cells = protocol::readingCells(levels ? levels->lumbarCount : anatomy::LumbarCount::Five);
            if (!levels) {
                for (const Cell& cell : cells)
                    withhold(cell, "The vertebrae were not found in the sagittal pictures.");
            } else {
                if (auto done = foramina(*levels, cells); !done) return tl::unexpected(done.error());
                if (auto done = canals(*levels, cells); !done) return tl::unexpected(done.error());
                order(cells);
            }
        }
        m_made.device = m_asker.device();
        return std::move(m_made);
    }

private:
    void withhold(const Cell& cell, std::string reason, std::optional<Proposal> found = std::nullopt) {
        m_made.withheld.push_back({cell, std::move(reason), std::move(found)});
    }
    /// Offers it, or says why not.
    void offer(const Sighting& sighting, const Model& model, double miss) {
        auto made = offerOf(sighting, model);
        if (!made) return withhold(sighting.cell, "What was found has no proper outline.");
        const auto& image = m_request.stacks[sighting.maps.view.stack].volume->plane(sighting.maps.view.slice);
        if (auto why = implausible(*made, image)) return withhold(sighting.cell, *why, std::move(made));
        if (std::abs(miss) > kFarMiss)
            return withhold(sighting.cell,
                            "What was found lies " + std::to_string(std::lround(std::abs(miss))) + " mm " +
                                (miss > 0.0 ? "above" : "below") + " where " + levelText(sighting.cell) +
                                " is expected; it may belong to the next level.",
                            std::move(made));
        m_made.contours.push_back(*std::move(made));
    }
    [[nodiscard]] std::optional<Spot> fixed(const Cell& cell) const {
        for (const auto& [which, image] : m_request.slices)
            if (which == cell)
                for (std::size_t s = 0; s < m_request.stacks.size(); ++s)
                    if (const auto at = std::ranges::find(m_request.stacks[s].images, image);
                        m_geometry[s].measurable && at != m_request.stacks[s].images.end())
                        return Spot{s, static_cast<int>(at - m_request.stacks[s].images.begin())};
        return std::nullopt;
    }
    /// The reader's or the round's image for it is not among the stacks.
    [[nodiscard]] bool fixedElsewhere(const Cell& cell) const {
        return !fixed(cell) && std::ranges::any_of(m_request.slices, [&](const auto& one) { return one.first == cell; });
    }

    Result<> findLevels();
    Result<> foramina(const LevelSet& levels, const std::vector<Cell>& cells);
    Result<std::vector<Cell>> foraminaOf(std::size_t stack, const LevelSet& levels, const std::vector<Cell>& cells);
    Result<> canals(const LevelSet& levels, const std::vector<Cell>& cells);
    /// The spots whose sacs say what a canal's is: the fixed one, or those within reach of the disc.
    [[nodiscard]] std::vector<Spot> canalSpots(const LevelSet& levels, const Cell& cell) const;
    void order(const std::vector<Cell>& cells);

    const ProposeRequest& m_request;
    Asker m_asker;
    std::vector<const Model*> m_sagittal, m_axial;
    std::vector<protocol::StackGeometry> m_geometry; ///< of every stack
    std::vector<std::size_t> m_sagittalStacks;
    Proposals m_made;
};

Result<> Work::findLevels() {
    auto stacks = m_sagittalStacks;
    std::ranges::stable_sort(stacks, {}, [&](std::size_t s) {
        return rank(m_request.stacks[s].weighting, Weighting::T2, Weighting::T1);
    });
    if (stacks.size() > kLevelStacks) stacks.resize(kLevelStacks);
    std::vector<View> views;
    std::vector<geometry::ImagePlane> planes;
    for (const std::size_t s : stacks) {
        const auto& slices = m_geometry[s].slices;
        const PatientPoint middle = slices[slices.size() / 2].center();
        double last = -1.0e9;
        for (std::size_t i = 0; i < slices.size(); ++i) {
            const double at = geometry::dot(slices[i].center(), slices.front().normal());
            if (slices.size() > 1 && std::abs(at - last) < kLevelStep) continue;
            if (std::abs(slices[i].distance(middle).value()) > kLevelReach) continue;
            last = at;
            views.push_back({s, static_cast<int>(i), std::nullopt});
            planes.push_back(slices[i]);
        }
    }
    if (views.empty() || m_sagittal.empty()) return {};
    MidlinePicture picture(planes);
    if (auto asked = m_asker.ask(m_sagittal, views, WithLooks::No, [&](LabelMaps&& maps) { picture.add(maps); });
        !asked)
        return asked;
    picture.finish();
    m_made.levels = levelsFrom(picture);
    return {};
}

Result<> Work::foramina(const LevelSet& levels, const std::vector<Cell>& cells) {
    std::vector<Cell> left;
    for (const Cell& cell : cells) {
        if (cell.structure != Structure::NF) continue;
        if (m_sagittal.empty())
            withhold(cell, "There is no model for sagittal pictures.");
        else if (m_sagittalStacks.empty())
            withhold(cell, "The study has no sagittal pictures that can be measured.");
        else if (!anatomy::discPosition(levels, cell.level))
            withhold(cell, "The vertebrae of " + levelText(cell) + " are not marked.");
        else if (fixedElsewhere(cell))
            withhold(cell, "The slice that is asked for is not among the sagittal pictures that can be measured.");
        else
            left.push_back(cell);
    }
    // Never pooled: a stack of another weighting is only asked about what the better one does not show.
    auto stacks = m_sagittalStacks;
    std::ranges::stable_sort(stacks, {}, [&](std::size_t s) {
        return rank(m_request.stacks[s].weighting, Weighting::T1, Weighting::T2);
    });
    for (const std::size_t s : stacks) {
        std::vector<Cell> here, elsewhere;
        for (const Cell& cell : left) {
            const auto spot = fixed(cell);
            (spot && spot->stack != s ? elsewhere : here).push_back(cell);
        }
        if (here.empty()) continue;
        auto unseen = foraminaOf(s, levels, here);
        if (!unseen) return tl::unexpected(unseen.error());
        left = *std::move(unseen);
        left.insert(left.end(), elsewhere.begin(), elsewhere.end());
    }
    for (const Cell& cell : left)
        withhold(cell, "No foramen was seen on the slices through the pedicles of " + levelText(cell) + ".");
    return {};
}

Result<std::vector<Cell>> Work::foraminaOf(std::size_t s, const LevelSet& levels, const std::vector<Cell>& cells) {
    const auto& slices = m_geometry[s].slices;
    const auto count = static_cast<int>(slices.size());
    // Slices where a cell may be, and those beside a fixed one, which tell how steady it is.
    const auto possible = [&](const Cell& cell, int slice) {
        if (const auto spot = fixed(cell)) return std::abs(spot->slice - slice) <= 1;
        const auto at = protocol::slicePosition(cell, levels, slices[static_cast<std::size_t>(slice)]);
        return at && at->offset >= kMedial && at->offset <= kLateral;
    };
    std::vector<View> views;
    for (int i = 0; i < count; ++i)
        if (std::ranges::any_of(cells, [&](const Cell& cell) { return possible(cell, i); }))
            views.push_back({s, i, std::nullopt});
    std::vector<LabelMaps> maps;
    std::vector<ForamenOnSlice> found;
    const auto places = placesOf(levels);
    if (auto asked = m_asker.ask(m_sagittal, views, WithLooks::Yes,
                                 [&](LabelMaps&& one) {
                                     auto here = foraminaOn(one, maps.size(), places, m_sagittal.front()->outlineLevel);
                                     found.insert(found.end(), here.begin(), here.end());
                                     maps.push_back(std::move(one));
                                 });
        !asked)
        return tl::unexpected(asked.error());

    std::vector<Cell> unseen;
    for (const Cell& cell : cells) {
        const auto spot = fixed(cell);
        const auto suggestion =
            protocol::suggestSlice(cell, levels, std::span(&m_geometry[s], 1));
        const auto on = [&](int slice) -> const ForamenOnSlice* {
            if (slice < 0 || slice >= count || !possible(cell, slice)) return nullptr;
            const auto one = std::ranges::find_if(found, [&](const ForamenOnSlice& f) {
                return f.level == cell.level && maps[f.maps].view.slice == slice;
            });
            return one == found.end() ? nullptr : &*one;
        };
        // The slice on which the pedicles are largest, near where they are expected.
        const auto offset = [&](int slice) {
            const auto at = protocol::slicePosition(cell, levels, slices[static_cast<std::size_t>(slice)]);
            return at ? at->offset : 0.0;
        };
        const auto score = [&](const ForamenOnSlice& f) {
            if (!suggestion) return f.pedicles + 1.0;
            const double off = (offset(maps[f.maps].view.slice) - suggestion->midlineOffset) / kOffsetSd;
            return (f.pedicles + 1.0) * std::exp(-0.5 * off * off);
        };
        const ForamenOnSlice* best = nullptr;
        if (spot) {
            best = on(spot->slice);
        } else {
            std::vector<const ForamenOnSlice*> all;
            for (int i = 0; i < count; ++i)
                if (const auto* f = on(i)) all.push_back(f);
            double most = 0.0;
            for (const auto* f : all)
                most = std::max(most, score(*f));
            for (const auto* f : all)
                if (score(*f) >= kTie * most &&
                    (!best || offset(maps[f->maps].view.slice) < offset(maps[best->maps].view.slice)))
                    best = f;
        }
        if (!best) {
            unseen.push_back(cell);
            continue;
        }
        std::vector<double> beside;
        for (const int next : {maps[best->maps].view.slice - 1, maps[best->maps].view.slice + 1})
            if (next >= 0 && next < count && possible(cell, next)) {
                const auto* f = on(next);
                beside.push_back(f ? f->region.area : 0.0);
            }
        offer({m_request, levels, cell, maps[best->maps], Label::Foramen, best->region, beside},
              *m_sagittal.front(), best->miss);
    }
    return unseen;
}

std::vector<Spot> Work::canalSpots(const LevelSet& levels, const Cell& cell) const {
    if (const auto spot = fixed(cell)) return {*spot};
    const auto suggestion = protocol::suggestSlice(cell, levels, m_geometry);
    if (!suggestion) return {};
    const auto& slices = m_geometry[suggestion->stack].slices;
    std::vector<Spot> spots;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const auto at = protocol::slicePosition(cell, levels, slices[i]);
        if (!at) continue;
        const std::size_t next = i + 1 < slices.size() ? i + 1 : i - 1;
        const double half = slices.size() > 1
                                ? 0.5 * std::abs(slices[i].distance(slices[next].origin()).value())
                                : kLoneSlice;
        if (i == suggestion->slice || std::abs(at->offset) <= half + kHalfDisc)
            spots.push_back({suggestion->stack, static_cast<int>(i)});
    }
    return spots;
}

Result<> Work::canals(const LevelSet& levels, const std::vector<Cell>& cells) {
    struct Asked {
        Cell cell;
        PatientPoint canal;
        std::vector<Spot> spots;
    };
    std::vector<Asked> asked;
    std::vector<View> views;
    for (const Cell& cell : cells) {
        if (cell.structure != Structure::CC) continue;
        const auto canal = protocol::canalBehind(levels, cell.level);
        if (cell.quantity != anatomy::Quantity::DuralSac)
            withhold(cell, "The models propose dural sacs only.");
        else if (m_axial.empty())
            withhold(cell, "There is no model for axial pictures.");
        else if (!canal)
            withhold(cell, "The vertebrae of " + levelText(cell) + " are not marked.");
        else if (fixedElsewhere(cell))
            withhold(cell, "The slice that is asked for is not among the axial pictures that can be measured.");
        else if (auto spots = canalSpots(levels, cell); spots.empty())
            withhold(cell, "No axial slice of the study goes through the disc " + levelText(cell) + ".");
        else {
            for (const Spot& spot : spots)
                views.push_back({spot.stack, spot.slice, View::Square{*canal, kSquare}});
            asked.push_back({cell, *canal, std::move(spots)});
        }
    }
    std::map<std::pair<std::size_t, int>, std::vector<LabelMaps>> maps; // a slice may be asked about for two levels
    if (auto done = m_asker.ask(m_axial, views, WithLooks::Yes,
                                [&](LabelMaps&& one) {
                                    maps[{one.view.stack, one.view.slice}].push_back(std::move(one));
                                });
        !done)
        return done;
    for (const Asked& want : asked) {
        struct Sac {
            const LabelMaps* maps;
            Region region;
            double sure;
            double area;
        };
        std::vector<Sac> sacs;
        std::vector<double> areas; // of the spots, in order
        for (const Spot& spot : want.spots) {
            areas.push_back(0.0);
            const auto found = maps.find({spot.stack, spot.slice});
            if (found == maps.end()) continue;
            const auto one = std::ranges::find_if(found->second, [&](const LabelMaps& m) {
                return m.view.square && m.view.square->center == want.canal;
            });
            if (one == found->second.end()) continue;
            std::optional<Region> best;
            double most = 0.0;
            const PatientPoint foot = one->plane.toPatient(one->plane.toPlane(want.canal));
            for (Region& region : regionsOf(one->of(Label::DuralSac), one->plane, kLeastSac, m_axial.front()->outlineLevel)) {
                const double away = geometry::length(region.center - foot);
                const double score = region.area * std::exp(-0.5 * away * away / (kSacReach * kSacReach / 4.0));
                if (away > kSacReach || score <= most) continue;
                most = score;
                best = std::move(region);
            }
            if (!best) continue;
            double sum = 0.0;
            for (const std::size_t i : best->pixels)
                sum += one->of(Label::DuralSac).data()[i];
            areas.back() = best->area;
            const double area = best->area, sure = sum / static_cast<double>(best->pixels.size());
            sacs.push_back({&*one, *std::move(best), sure, area});
        }
        if (sacs.empty()) {
            withhold(want.cell, "No dural sac was seen at the disc " + levelText(want.cell) + ".");
            continue;
        }
        // cc-disc-v1: the smallest; one that was hardly seen does not count as small.
        const Sac* best = &sacs.front();
        for (const Sac& sac : sacs)
            if ((sac.sure >= kSureSac) != (best->sure >= kSureSac) ? sac.sure >= kSureSac : sac.area < best->area)
                best = &sac;
        std::vector<double> beside;
        for (std::size_t i = 0; i < want.spots.size(); ++i)
            if (std::abs(want.spots[i].slice - best->maps->view.slice) == 1) beside.push_back(areas[i]);
        offer({m_request, levels, want.cell, *best->maps, Label::DuralSac, best->region, beside}, *m_axial.front(),
              0.0);
    }
    return {};
}

/// In the order of the cells that were asked for.
void Work::order(const std::vector<Cell>& cells) {
    const auto place = [&](const Cell& cell) { return std::ranges::find(cells, cell) - cells.begin(); };
    std::ranges::stable_sort(m_made.contours, {}, [&](const Proposal& p) { return place(p.contour.cell); });
    std::ranges::stable_sort(m_made.withheld, {}, [&](const Withheld& w) { return place(w.cell); });
}

} // namespace

Result<Proposals> propose(const ProposeRequest& request, std::span<const Model> models, const Infer& infer,
                          const Watch& watch) {
    const auto start = std::chrono::steady_clock::now();
    if (models.empty()) return fail(ErrorCode::InvalidArgument, "There is no model to propose contours.");
    auto made = Work(request, models, infer, watch).go();
    if (made)
        made->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return made;
}

} // namespace forameter::proposal
