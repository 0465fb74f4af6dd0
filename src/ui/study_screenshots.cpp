// SPDX-License-Identifier: Apache-2.0
#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "screenshot_tour.hpp"
#include "study_pages.hpp"
#include "study_room.hpp"

namespace forameter::ui {

namespace {

constexpr int kLimit = 300000; ///< ms for an agreement

} // namespace

Result<std::vector<std::filesystem::path>> takeStudyScreenshots(MainWindow& window,
                                                                const std::filesystem::path& folder) {
    auto tour = ScreenshotTour::start(window, folder);
    if (!tour) return tl::unexpected(tour.error());
    window.enterRoom(workspace::Room::Study);
    auto* room = window.findChild<StudyRoom*>();
    if (window.room() != workspace::Room::Study)
        return fail(ErrorCode::NotAllowed, "Pictures of the Study room need the role of a researcher.");
    room->compute();
    (void)settleUntil([&] { return !room->busy(); }, kLimit);
    if (!room->report()) return fail(ErrorCode::NotFound, "The Study room has no agreement to show.");
    constexpr const char* kNames[] = {"study",        "study-bias",  "study-outlines",
                                      "study-limits", "study-cases", "study-progress"};
    for (int page = 0; page < room->pages()->count(); ++page) {
        room->pages()->setCurrentIndex(page);
        settle(200);
        if (const auto shot = tour->shoot(kNames[page]); !shot) return tl::unexpected(shot.error());
    }
    return tour->files();
}

} // namespace forameter::ui
