// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/workspace/actions.hpp"

namespace forameter::workspace {

enum class Theme { Dark, Light };
/// How an image gets its first window.
enum class WindowOrigin { Remembered, Dicom, Percentile };
enum class OnImport { CopyFiles, LeaveInPlace };

/// A window relative to the image's own range (0 = its 0.1st, 1 = its 99.9th percentile), so that it carries
/// over between MR series.
struct RelativeWindow {
    double center = 0.5;
    double width = 1.0;

    friend bool operator==(const RelativeWindow&, const RelativeWindow&) = default;
};

/// Where the window was left, in the screen's own pixels; as it is when it is not maximised.
struct WindowPlace {
    int x = 0, y = 0, width = 0, height = 0;
    bool maximised = false;

    friend bool operator==(const WindowPlace&, const WindowPlace&) = default;
};

/// What the program remembers about a person's taste. Nothing here changes a measurement.
struct Preferences {
    Theme theme = Theme::Dark;
    double scale = 1.0;          ///< 1..2, on top of the screen's own
    std::string tool = "spline"; ///< name of the tool that a cell starts with
    double brushRadius = 1.5;    ///< mm
    WindowOrigin window = WindowOrigin::Remembered;
    std::map<Weighting, RelativeWindow> windows; ///< last used, by weighting
    OnImport onImport = OnImport::CopyFiles;
    bool referenceLines = true;
    bool overlays = true;
    bool levelLabels = true;
    bool worklistOpen = true;
    std::optional<int> worklistWidth; ///< pixels, where the person has moved its edge
    std::optional<WindowPlace> place;
    bool proposals = true; ///< let models propose contours, outside of rounds
    std::optional<std::string> lastRater;
    Bindings bindings;

    friend bool operator==(const Preferences&, const Preferences&) = default;
};

/// `folder`/preferences.json and `folder`/bindings.json. A missing file means defaults. A damaged file is put
/// aside as *.broken, defaults are used and `messages` says so; it never fails.
struct LoadedPreferences {
    Preferences preferences;
    std::vector<std::string> messages;
};
[[nodiscard]] LoadedPreferences loadPreferences(const std::filesystem::path& folder);
/// Writes beside and renames, so that a crash leaves the old or the new file.
[[nodiscard]] Result<> savePreferences(const Preferences& preferences, const std::filesystem::path& folder);

/// $XDG_CONFIG_HOME/forameter, else ~/.config/forameter; none where there is neither.
[[nodiscard]] std::optional<std::filesystem::path> userConfigFolder();

} // namespace forameter::workspace
