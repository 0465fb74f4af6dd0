// SPDX-License-Identifier: Apache-2.0
#include <QDialog>
#include <algorithm>
#include <functional>

#include "action_map.hpp"
#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "overview.hpp"
#include "review_room.hpp"
#include "review_view.hpp"
#include "scene_view.hpp"
#include "screenshot_tour.hpp"
#include "theme.hpp"

namespace forameter::ui {

using workspace::ActionId;

namespace {

constexpr int kLimit = 30000; // ms for all pixels of a study

/// A cell of the structure to show: one with a contour where there is one.
std::optional<anatomy::Cell> cellToShow(workspace::Reading& reading, anatomy::Structure structure) {
    std::optional<anatomy::Cell> found;
    for (const anatomy::Cell& cell : reading.cells()) {
        if (cell.structure != structure) continue;
        const bool drawn = reading.contour(cell).has_value();
        if (!found || (drawn && (cell.level == anatomy::Level::L4_L5 || !reading.contour(*found))))
            found = cell;
    }
    return found;
}

} // namespace

Result<std::vector<std::filesystem::path>> takeScreenshots(MainWindow& window,
                                                           const std::filesystem::path& folder) {
    workspace::StudyDocument* document = window.workspace().document();
    if (!document) return fail(ErrorCode::NotFound, "Screenshots need an open study; name one with --open.");
    auto started = ScreenshotTour::start(window, folder);
    if (!started) return tl::unexpected(started.error());
    ScreenshotTour& tour = *started;
    (void)settleUntil([&] { return document->images().allLoaded(); }, kLimit);
    workspace::Workspace& workspace = window.workspace();
    using State = workspace::ProposalDesk::State;
    (void)settleUntil(
        [&] {
            const auto* desk = workspace.proposals();
            return !workspace.jobs().busy() &&
                   (!desk || (desk->state() != State::Waiting && desk->state() != State::Working));
        },
        4 * kLimit);
    settle(100);
    window.overview().scene()->renderNow();

    ActionMap& actions = window.actions();
    actions.trigger(ActionId::ShowOverview);
    settle(200);
    window.overview().scene()->renderNow();
    if (auto shot = tour.shoot("overview"); !shot) return tl::unexpected(shot.error());

    const Theme& before = theme();
    if (document->levels().isConfirmed()) {
        for (const auto& [structure, name] :
             {std::pair{anatomy::Structure::NF, "work"}, std::pair{anatomy::Structure::CC, "canal"}}) {
            const auto cell = cellToShow(document->reading(), structure);
            if (!cell) continue;
            if (const auto went = document->reading().goTo(*cell); !went) continue;
            if (auto shot = tour.shoot(name); !shot) return tl::unexpected(shot.error());
        }
        for (const anatomy::Cell& cell : document->reading().cells()) {
            if (!workspace.proposals() || !workspace.proposals()->offered(cell)) continue;
            if (cell.level != anatomy::Level::L3_L4) continue;
            if (const auto went = document->reading().goTo(cell); !went) continue;
            if (auto shot = tour.shoot("proposals"); !shot) return tl::unexpected(shot.error());
            break;
        }
        applyTheme(before.dark ? Theme::lightTheme() : Theme::darkTheme());
        auto shot = tour.shoot(before.dark ? "work-light" : "work-dark");
        applyTheme(before);
        if (!shot) return tl::unexpected(shot.error());
        actions.trigger(ActionId::ShowOverview);
        actions.trigger(ActionId::EditLevels);
        shot = tour.shoot("levels");
        actions.trigger(ActionId::EditLevels);
        if (!shot) return tl::unexpected(shot.error());
    }
    actions.trigger(ActionId::CheatSheet);
    settle(100);
    if (auto* sheet = window.findChild<QDialog*>(QStringLiteral("CheatSheet"))) {
        auto shot = tour.shoot(*sheet, "keys");
        sheet->close();
        if (!shot) return tl::unexpected(shot.error());
    }
    return tour.files();
}

Result<std::vector<std::filesystem::path>> takeReviewScreenshots(MainWindow& window,
                                                                 const std::filesystem::path& folder) {
    auto started = ScreenshotTour::start(window, folder);
    if (!started) return tl::unexpected(started.error());
    ScreenshotTour& tour = *started;
    window.enterRoom(workspace::Room::Review);
    auto* room = window.findChild<ReviewRoom*>();
    const auto wait = [](const std::function<bool()>& done) { return settleUntil(done, 4 * kLimit); };
    if (window.room() != workspace::Room::Review || !room->session() ||
        !wait([&] { return room->session()->complete() && !room->session()->entries().empty(); }))
        return fail(ErrorCode::NotFound, "The Review room has no case to show.");
    const auto& entries = room->session()->entries();
    const auto show = [&](const std::function<bool(const workspace::ReviewEntry&)>& wanted) {
        const auto found = std::find_if(entries.begin(), entries.end(), wanted);
        if (found == entries.end()) return false;
        room->take(static_cast<std::size_t>(found - entries.begin()));
        return wait([&] { return room->view()->volume() != nullptr; });
    };
    const auto plain = [](anatomy::Structure structure) {
        return [structure](const workspace::ReviewEntry& entry) {
            return entry.cell.structure == structure && entry.mixUps == 0 && entry.images == 1 &&
                   entry.raters > 2;
        };
    };
    ActionMap& actions = window.actions();
    if (show(plain(anatomy::Structure::CC)))
        if (auto shot = tour.shoot("review"); !shot) return tl::unexpected(shot.error());
    if (show(plain(anatomy::Structure::NF))) {
        if (auto shot = tour.shoot("review-foramen"); !shot) return tl::unexpected(shot.error());
        actions.trigger(ActionId::TakeArc);
        auto shot = tour.shoot("review-arc");
        actions.trigger(ActionId::CancelStroke);
        if (!shot) return tl::unexpected(shot.error());
        actions.trigger(ActionId::SideBySide);
        settle(200);
        shot = tour.shoot("review-side-by-side");
        actions.trigger(ActionId::SideBySide);
        if (!shot) return tl::unexpected(shot.error());
    }
    if (show([](const workspace::ReviewEntry& entry) { return entry.mixUps > 0 && entry.raters > 1; }))
        if (auto shot = tour.shoot("review-mix-up"); !shot) return tl::unexpected(shot.error());
    return tour.files();
}

} // namespace forameter::ui
