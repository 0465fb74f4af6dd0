// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/views.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "views_state.hpp"

namespace forameter::workspace {

namespace {

constexpr double kCellField = 60.0;      // mm across the work pane: a foramen is 10 by 20
constexpr double kNeighbourField = 90.0; // companion and cross show some surroundings
constexpr double kLeastField = 4.0, kGreatestField = 1000.0;

Viewport wholeImage(const geometry::ImagePlane& plane) {
    const auto [x0, x1, y0, y1] = plane.bounds();
    return {{(x0 + x1) / 2, (y0 + y1) / 2}, std::max(x1 - x0, y1 - y0), true};
}

/// A window's place within the values of a list, and back.
RelativeWindow relative(const imaging::WindowLevel& window, const imaging::WindowLevel& range) {
    return {(window.center - range.low()) / range.width, window.width / range.width};
}
imaging::WindowLevel absolute(const RelativeWindow& window, const imaging::WindowLevel& range) {
    return {range.low() + window.center * range.width, window.width * range.width};
}

} // namespace

Views::Views(StudyImages& images, Record& record, Preferences& preferences)
    : m_state(std::make_unique<State>(images, record, preferences)) {
    auto& s = *m_state;
    for (const auto pane : kPanes)
        s.of(pane).pane = pane;
    s.put(Pane::SagittalT1, s.hanging.sagittalT1, s.hanging.missingT1);
    s.put(Pane::SagittalT2, s.hanging.sagittalT2, s.hanging.missingT2);
    s.put(Pane::Axial, s.hanging.axial, s.hanging.missingAxial);
    for (const auto pane : {Pane::Work, Pane::Companion, Pane::Locator, Pane::Cross})
        s.put(pane, std::nullopt, "Choose a cell of the level grid.");
    s.pixels = images.stackChanged.subscribe([this](std::size_t stack) {
        for (std::size_t list = 0; list < m_state->hanging.lists.size(); ++list) {
            const auto& stacks = m_state->hanging.lists[list].stacks;
            if (std::ranges::find(stacks, stack) == stacks.end()) continue;
            m_state->learnWindow(list);
            for (auto& pane : m_state->panes) {
                if (pane.list != list) continue;
                m_state->refreshWindow(pane);
                paneChanged(pane.pane);
            }
        }
    });
    s.levels = record.levelsChanged.subscribe([this] {
        for (const auto pane : kPanes)
            paneChanged(pane);
    });
    s.loadShownFirst();
}

Views::~Views() = default;

const Hanging& Views::hanging() const {
    return m_state->hanging;
}
Arrangement Views::arrangement() const {
    return m_state->arrangement;
}

void Views::setArrangement(Arrangement arrangement) {
    if (m_state->arrangement == arrangement) return;
    m_state->arrangement = arrangement;
    m_state->loadShownFirst();
    arrangementChanged();
}

std::size_t Views::levelSpace() const {
    return m_state->levelSpace;
}

const PaneState& Views::pane(Pane pane) const {
    return m_state->of(pane);
}

// ---- what hangs where

void Views::State::put(Pane which, std::optional<std::size_t> list, const std::string& missing) {
    auto& pane = of(which);
    pane.list = list;
    pane.slice.reset();
    pane.window.reset();
    pane.empty = missing;
    pane.position = pane.count = 0;
    if (!list) return;
    pane.count = hanging.lists[*list].slices.size();
    place(pane, pane.count / 2);
    fit(pane);
    learnWindow(*list);
    refreshWindow(pane);
}

void Views::State::place(PaneState& pane, std::size_t position) {
    pane.position = std::min(position, pane.count - 1);
    const auto slice = hanging.lists[*pane.list].slices[pane.position];
    const auto before = pane.slice;
    pane.slice = slice;
    if (pane.viewport.whole) return fit(pane);
    // Keep the same place of the patient in view where a slice of another block is shifted or angled.
    if (before && before->stack != slice.stack && pane.list)
        pane.viewport.center =
            images.plane(slice).toPlane(images.plane(*before).toPatient(pane.viewport.center));
}

void Views::State::fit(PaneState& pane) {
    if (pane.slice) pane.viewport = wholeImage(images.plane(*pane.slice));
}

void Views::State::learnWindow(std::size_t list) {
    auto& window = windows[list];
    if (window.window) return;
    for (const auto stack : hanging.lists[list].stacks) {
        if (images.state(stack) != LoadState::Loaded) continue;
        const auto volume = images.volume(stack);
        window.range = imaging::percentileWindow(*volume);
        window.window = imaging::initialWindow(*volume);
        const auto weighting = hanging.lists[list].weighting;
        if (preferences.window == WindowOrigin::Percentile)
            window.window = window.range;
        else if (preferences.window == WindowOrigin::Remembered && weighting &&
                 preferences.windows.contains(*weighting))
            window.window = absolute(preferences.windows.at(*weighting), *window.range);
        return;
    }
}

void Views::State::refreshWindow(PaneState& pane) {
    if (!pane.list) return;
    pane.window = windows[*pane.list].window;
    if (!pane.slice) return;
    const auto stack = pane.slice->stack;
    if (const auto failure = images.failure(*pane.slice))
        pane.empty = failure->message;
    else
        pane.empty = images.state(stack) == LoadState::Loaded
                         ? ""
                         : "Loading " + hanging.lists[*pane.list].title + "...";
}

void Views::State::loadShownFirst() {
    std::vector<std::size_t> order;
    for (const bool visible : {true, false}) {
        for (const auto& pane : panes) {
            if (pane.slice && shown(pane.pane) == visible) order.push_back(pane.slice->stack);
        }
        for (const auto& pane : panes) { // then the other blocks of these lists
            if (!pane.list || shown(pane.pane) != visible) continue;
            for (const auto stack : hanging.lists[*pane.list].stacks)
                order.push_back(stack);
        }
    }
    images.prefer(order);
}

// ---- slices

void Views::setSlice(Pane which, std::size_t position) {
    auto& pane = m_state->of(which);
    if (!pane.list || pane.count == 0) return;
    m_state->place(pane, position);
    m_state->refreshWindow(pane);
    paneChanged(which);
    const auto follow = [&](Pane other) {
        auto& follower = m_state->of(other);
        if (!m_state->linked(pane, follower)) return;
        const auto& mine = m_state->hanging.lists[*pane.list];
        const auto& theirs = m_state->hanging.lists[*follower.list];
        if (mine.plane != theirs.plane) return;
        const auto nearest = nearestSlice(theirs, m_state->images.stacks(),
                                          m_state->images.plane(*pane.slice).toPatient(pane.viewport.center));
        if (!nearest || *nearest == follower.position) return;
        m_state->place(follower, *nearest);
        m_state->refreshWindow(follower);
        paneChanged(other);
    };
    switch (which) {
    case Pane::SagittalT1:
        follow(Pane::SagittalT2);
        break;
    case Pane::SagittalT2:
        follow(Pane::SagittalT1);
        break;
    case Pane::Work:
        follow(Pane::Companion);
        break;
    default:
        break;
    }
    crossChanged();
}

void Views::stepSlice(Pane which, int steps) {
    const auto& pane = m_state->of(which);
    if (pane.count == 0) return;
    const auto last = static_cast<long>(pane.count) - 1;
    setSlice(which, static_cast<std::size_t>(std::clamp(static_cast<long>(pane.position) + steps, 0L, last)));
}

void Views::setList(Pane which, std::size_t list) {
    assert(list < m_state->hanging.lists.size());
    const auto before = m_state->of(which);
    m_state->put(which, list, "");
    auto& pane = m_state->of(which);
    if (m_state->linked(before, pane)) {
        const auto at = m_state->images.plane(*before.slice).toPatient(before.viewport.center);
        if (const auto nearest = nearestSlice(m_state->hanging.lists[list], m_state->images.stacks(), at))
            m_state->place(pane, *nearest);
    }
    m_state->refreshWindow(pane);
    m_state->loadShownFirst();
    paneChanged(which);
    crossChanged();
}

void Views::nextList(Pane which) {
    const auto count = m_state->hanging.lists.size();
    if (count == 0) return;
    const auto from = m_state->of(which).list.value_or(count - 1);
    const auto hung = [&](std::size_t list) {
        return std::ranges::any_of(
            m_state->panes, [&](const PaneState& p) { return p.list == list && m_state->shown(p.pane); });
    };
    for (std::size_t i = 1; i <= count; ++i) {
        if (const auto list = (from + i) % count; !hung(list)) return setList(which, list);
    }
    setList(which, (from + 1) % count);
}

void Views::showImage(Pane which, SliceRef slice) {
    auto& pane = m_state->of(which);
    for (std::size_t list = 0; list < m_state->hanging.lists.size(); ++list) {
        const auto& slices = m_state->hanging.lists[list].slices;
        const auto found = std::ranges::find(slices, slice);
        if (found == slices.end()) continue;
        if (pane.list != list) m_state->put(which, list, "");
        setSlice(which, static_cast<std::size_t>(found - slices.begin()));
        m_state->loadShownFirst();
        return;
    }
}

void Views::showCell(anatomy::Level level, SliceRef slice, const geometry::PatientPoint& center) {
    auto& s = *m_state;
    s.level = level;
    const auto& stacks = s.images.stacks();
    const auto hangAt = [&](Pane which, std::optional<std::size_t> list, double field, const char* missing) {
        s.put(which, list, missing);
        auto& pane = s.of(which);
        if (!list) return;
        if (const auto nearest = nearestSlice(s.hanging.lists[*list], stacks, center))
            s.place(pane, *nearest);
        if (field > 0.0)
            pane.viewport = {s.images.plane(*pane.slice).toPlane(center), field};
        else
            s.fit(pane);
        s.refreshWindow(pane);
    };
    s.put(Pane::Work, std::nullopt, "");
    showImage(Pane::Work, slice);
    auto& work = s.of(Pane::Work);
    assert(work.list && "a slice of this study is in one of its lists");
    work.viewport = {s.images.plane(slice).toPlane(center), kCellField};
    s.home = work.viewport;

    const auto inSpace = [&](std::optional<std::size_t> list) -> std::optional<std::size_t> {
        if (list && s.stackOf(s.hanging.lists[*list]).space == stacks[slice.stack].space) return list;
        return std::nullopt;
    };
    const bool sagittal = s.hanging.lists[*work.list].plane == geometry::Plane::Sagittal;
    const auto locator = inSpace(s.hanging.sagittalT2 ? s.hanging.sagittalT2 : s.hanging.sagittalT1);
    hangAt(Pane::Companion, companionOf(s.hanging, *work.list, stacks), kNeighbourField,
           "No second sequence in this plane.");
    hangAt(Pane::Cross,
           inSpace(sagittal               ? s.hanging.axial
                   : s.hanging.sagittalT1 ? s.hanging.sagittalT1
                                          : s.hanging.sagittalT2),
           kNeighbourField, "No other plane is linked with this series.");
    hangAt(Pane::Locator, locator ? locator : work.list, 0.0, "");
    if (auto& pane = s.of(Pane::Locator); sagittal && pane.list) {
        // The locator stays in the midline, where levels are recognised, while the work pane is at a foramen.
        auto middle = center;
        if (const auto& levels = s.record.levels()) {
            if (const auto near = anatomy::nearestLevel(*levels, center))
                if (const auto disc = anatomy::discPosition(*levels, near->level)) middle = disc->center;
        }
        if (const auto nearest = nearestSlice(s.hanging.lists[*pane.list], stacks, middle))
            s.place(pane, *nearest);
        s.refreshWindow(pane);
    }
    s.loadShownFirst();
    for (const auto which : {Pane::Work, Pane::Companion, Pane::Locator, Pane::Cross})
        paneChanged(which);
    crossChanged();
}

void Views::showNoCell(const std::string& why) {
    m_state->home.reset();
    m_state->level.reset();
    m_state->put(Pane::Work, std::nullopt, why);
    for (const auto which : {Pane::Companion, Pane::Cross})
        m_state->put(which, std::nullopt, "");
    const auto& h = m_state->hanging;
    m_state->put(Pane::Locator, h.sagittalT2 ? h.sagittalT2 : h.sagittalT1, "");
    for (const auto which : {Pane::Work, Pane::Companion, Pane::Locator, Pane::Cross})
        paneChanged(which);
    crossChanged();
}

// ---- pictures

void Views::setViewport(Pane which, Viewport viewport) {
    viewport.field = std::clamp(viewport.field, kLeastField, kGreatestField);
    m_state->of(which).viewport = viewport;
    paneChanged(which);
    if (which == Pane::Work) paneChanged(Pane::Locator); // its box
}

void Views::resetViewport(Pane which) {
    auto& pane = m_state->of(which);
    if (which == Pane::Work && m_state->home)
        pane.viewport = *m_state->home;
    else
        m_state->fit(pane);
    paneChanged(which);
    if (which == Pane::Work) paneChanged(Pane::Locator);
}

void Views::setWindow(Pane which, imaging::WindowLevel window) {
    auto& s = *m_state;
    const auto list = s.of(which).list;
    if (!list || !s.windows[*list].range || !(window.width > 0.0) || !std::isfinite(window.center)) return;
    s.windows[*list].window = window;
    const auto shape = relative(window, *s.windows[*list].range);
    const auto weighting = s.hanging.lists[*list].weighting;
    if (weighting) s.preferences.windows[*weighting] = shape;
    for (std::size_t other = 0; other < s.windows.size(); ++other) {
        if (other == *list || !weighting || s.hanging.lists[other].weighting != weighting ||
            !s.windows[other].range)
            continue;
        s.windows[other].window = absolute(shape, *s.windows[other].range);
    }
    for (auto& pane : s.panes) {
        if (!pane.list || pane.window == s.windows[*pane.list].window) continue;
        s.refreshWindow(pane);
        paneChanged(pane.pane);
    }
}

void Views::resetWindow(Pane which, WindowOrigin origin) {
    auto& s = *m_state;
    const auto& pane = s.of(which);
    if (!pane.list || !pane.slice || !s.windows[*pane.list].range) return;
    const auto volume = s.images.volume(pane.slice->stack);
    if (!volume) return;
    const auto weighting = s.hanging.lists[*pane.list].weighting;
    if (origin == WindowOrigin::Remembered && weighting && s.preferences.windows.contains(*weighting))
        setWindow(which, absolute(s.preferences.windows.at(*weighting), *s.windows[*pane.list].range));
    else
        setWindow(which, origin == WindowOrigin::Percentile ? imaging::percentileWindow(*volume)
                                                            : imaging::initialWindow(*volume));
}

void Views::setInverted(Pane which, bool inverted) {
    m_state->of(which).inverted = inverted;
    paneChanged(which);
}

// ---- the shared place

void Views::pointAt(Pane which, geometry::PlanePoint at) {
    const auto& pane = m_state->of(which);
    if (!pane.slice || !geometry::isFinite(at)) return;
    m_state->pointed =
        State::Pointed{m_state->stackOf(pane).space, m_state->images.plane(*pane.slice).toPatient(at)};
    crossChanged();
}

std::optional<geometry::PlanePoint> Views::crossOn(Pane which) const {
    const auto& pane = m_state->of(which);
    if (!m_state->pointed || !pane.slice || m_state->stackOf(pane).space != m_state->pointed->space)
        return std::nullopt;
    const auto& plane = m_state->images.plane(*pane.slice);
    if (!plane.contains(m_state->pointed->at)) return std::nullopt;
    return plane.toPlane(m_state->pointed->at);
}

void Views::followTo(Pane which, geometry::PlanePoint at) {
    const auto& pane = m_state->of(which);
    if (!pane.slice || !geometry::isFinite(at)) return;
    pointAt(which, at);
    const auto point = m_state->pointed->at;
    const auto space = m_state->pointed->space;
    for (auto& other : m_state->panes) {
        if (other.pane == which || !m_state->shown(other.pane) || !other.slice ||
            m_state->stackOf(other).space != space)
            continue;
        const auto nearest =
            nearestSlice(m_state->hanging.lists[*other.list], m_state->images.stacks(), point);
        if (!nearest || *nearest == other.position) continue;
        m_state->place(other, *nearest);
        m_state->refreshWindow(other);
        paneChanged(other.pane);
    }
    crossChanged();
}

} // namespace forameter::workspace
