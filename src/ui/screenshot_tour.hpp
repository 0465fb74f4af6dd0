// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "forameter/core/result.hpp"

class QWidget;

namespace forameter::ui {

class MainWindow;

/// Runs the event loop that long, ms.
void settle(int milliseconds);
/// Runs it until `done` holds; false where it does not within the limit.
[[nodiscard]] bool settleUntil(const std::function<bool()>& done, int milliseconds);

/// Takes pictures of a window, one file each.
class ScreenshotTour {
public:
    /// Makes the folder, and shows the window at 1600 x 1000.
    [[nodiscard]] static Result<ScreenshotTour> start(MainWindow& window, std::filesystem::path folder);

    /// Writes `name`.png.
    [[nodiscard]] Result<> shoot(const char* name);
    /// With a dialog in its middle where one is given.
    [[nodiscard]] Result<> shoot(QWidget& widget, const char* name, QWidget* dialog = nullptr);
    [[nodiscard]] const std::vector<std::filesystem::path>& files() const { return m_files; }

private:
    ScreenshotTour(MainWindow& window, std::filesystem::path folder)
        : m_window(window), m_folder(std::move(folder)) {}

    MainWindow& m_window;
    std::filesystem::path m_folder;
    std::vector<std::filesystem::path> m_files;
};

} // namespace forameter::ui
