// SPDX-License-Identifier: Apache-2.0
#include "action_map.hpp"
#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "screenshot_tour.hpp"
#include "sign_in.hpp"

namespace forameter::ui {

Result<std::vector<std::filesystem::path>> takeManageScreenshots(MainWindow& window,
                                                                 const std::filesystem::path& folder) {
    auto tour = ScreenshotTour::start(window, folder);
    if (!tour) return tl::unexpected(tour.error());
    window.enterRoom(workspace::Room::Manage);
    if (window.room() != workspace::Room::Manage)
        return fail(ErrorCode::NotAllowed, "Pictures of the Manage room need the role of an administrator.");
    settle(200);
    if (const auto shot = tour->shoot("manage"); !shot) return tl::unexpected(shot.error());
    // The locked screen, that nobody gets past here.
    Curtain curtain(&window);
    SignInDialog dialog(
        window.workspace().storePath(), SignInDialog::Purpose::Locked, qstring(window.workspace().rater()),
        [](const store::Actor&) { return fail(ErrorCode::NotAllowed, "Only a picture."); }, &window);
    dialog.show();
    settle(200);
    if (const auto shot = tour->shoot(window, "sign-in", &dialog); !shot) return tl::unexpected(shot.error());
    return tour->files();
}

} // namespace forameter::ui
