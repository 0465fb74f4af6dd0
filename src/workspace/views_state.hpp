// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "forameter/workspace/views.hpp"

namespace forameter::workspace {

struct Views::State {
    StudyImages& images;
    Record& record;
    Preferences& preferences;
    Hanging hanging;
    std::size_t levelSpace = 0;

    State(StudyImages& i, Record& r, Preferences& p)
        : images(i), record(r), preferences(p), hanging(hang(i.stacks())), windows(hanging.lists.size()) {
        if (const auto marked = protocol::levelStack(i.geometry())) levelSpace = i.stacks()[*marked].space;
    }

    Arrangement arrangement = Arrangement::Overview;
    std::array<PaneState, kPanes.size()> panes;
    std::optional<Viewport> home;        ///< the work pane's field for the cell shown
    std::optional<anatomy::Level> level; ///< of the cell shown

    struct Window {
        std::optional<imaging::WindowLevel> window; ///< none until pixels are there
        std::optional<imaging::WindowLevel> range;  ///< percentiles, to carry windows from list to list
    };
    std::vector<Window> windows; ///< by list

    struct Pointed {
        std::size_t space = 0;
        geometry::PatientPoint at;
    };
    std::optional<Pointed> pointed;
    Subscription pixels, levels;

    [[nodiscard]] PaneState& of(Pane pane) { return panes[static_cast<std::size_t>(pane)]; }
    [[nodiscard]] const Stack& stackOf(const SliceList& list) const {
        return images.stacks()[list.stacks.front()];
    }
    [[nodiscard]] const Stack& stackOf(const PaneState& pane) const {
        return images.stacks()[pane.slice->stack];
    }
    [[nodiscard]] bool shown(Pane pane) const {
        const bool overview = pane == Pane::SagittalT1 || pane == Pane::SagittalT2 || pane == Pane::Axial;
        return overview == (arrangement == Arrangement::Overview);
    }
    /// What panes in the present arrangement have a picture in a space.
    [[nodiscard]] bool linked(const PaneState& a, const PaneState& b) const {
        return a.slice && b.slice && stackOf(a).space == stackOf(b).space;
    }

    void put(Pane pane, std::optional<std::size_t> list, const std::string& missing);
    void place(PaneState& pane, std::size_t position);
    void fit(PaneState& pane);
    void refreshWindow(PaneState& pane);
    void learnWindow(std::size_t list);
    void loadShownFirst();
};

} // namespace forameter::workspace
