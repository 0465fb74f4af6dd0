// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <filesystem>
#include <optional>

#include "forameter/core/result.hpp"
#include "forameter/workspace/workspace.hpp"

class QApplication;

namespace forameter::ui {

class MainWindow;

/// Resources, fonts and the theme of the preferences. Once, after the QApplication was made.
void prepareApplication(workspace::Theme theme);

/// Hands tasks to the GUI thread through the event loop.
[[nodiscard]] workspace::Post guiPost();

/// Says in a window of its own why the program cannot work; returns when the person closes it, or has chosen
/// another `store` to try.
enum class AfterProblem { Quit, TryOther };
struct ProblemAnswer {
    AfterProblem what = AfterProblem::Quit;
    std::filesystem::path store;
};
[[nodiscard]] ProblemAnswer showStartProblem(const std::string& sentence);

/// Whether a store opens for nobody who has not signed in, or not for her: it has passwords, whether she has
/// one or not. False where there is no store yet.
[[nodiscard]] bool asksForPassword(const std::filesystem::path& store, const std::string& name);

/// Lets somebody sign in to a store with passwords before anything of it is shown; none: she left.
[[nodiscard]] std::optional<store::Actor> askSignIn(const std::filesystem::path& store,
                                                    const std::string& suggestedName);

/// Drives a short tour of the study that is open (overview, each kind of cell, levels, keys, both themes) and
/// writes one PNG of 1600x1000 per stop; where a model proposes something, one of that, too. Begins once all
/// pictures are there and models have answered. Draws nothing and stores nothing. Fails where no study is
/// open or a file cannot be written.
[[nodiscard]] Result<std::vector<std::filesystem::path>> takeScreenshots(MainWindow& window,
                                                                         const std::filesystem::path& folder);

/// The same for the Review room: a case that raters disagree about, an arc being taken, raters side by side,
/// a mix-up where there is one. Stores nothing.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
takeReviewScreenshots(MainWindow& window, const std::filesystem::path& folder);

/// The same for the Study room: the agreement of the first round of the store, page by page, and its
/// progress.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
takeStudyScreenshots(MainWindow& window, const std::filesystem::path& folder);

/// The Manage room with the newest round of the store, and the screen while it is locked. Stores nothing.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
takeManageScreenshots(MainWindow& window, const std::filesystem::path& folder);

} // namespace forameter::ui
