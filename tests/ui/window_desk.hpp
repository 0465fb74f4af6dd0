// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPoint>
#include <optional>

#include "chair.hpp"
#include "pane_view.hpp"
#include "temporary_folder.hpp"

namespace forameter::ui {
class WorkView;
}

namespace forameter::testing {

/// A person at the real window on a made study: a store of its own, DICOM files imported by the real program
/// once per test run. Everything below goes through mouse and key events.
class WindowDesk {
public:
    explicit WindowDesk(workspace::Proposer proposer = {}); ///< who proposes contours; nobody
    ~WindowDesk();
    /// Quits and starts again on the same store.
    void restart();
    void close();

    /// One click per vertebra on the sagittal T2, from S1 upwards, then the confirming key.
    void clickLevels();
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    /// Where a place of a pane is on the screen.
    [[nodiscard]] static QPoint at(const ui::PaneView& pane, const geometry::PatientPoint& point);
    /// Clicks a ring in the work pane around its middle; closed by the done key if asked for.
    void clickRing(int points, double pixels);
    /// Opens the cell with the keys of level row and column ("4" and "Q").
    void goTo(int level, Qt::Key column);

    [[nodiscard]] Chair& chair() { return *m_chair; }
    [[nodiscard]] ui::MainWindow& window() { return *m_chair->window; }
    [[nodiscard]] workspace::Workspace& workspace() { return *m_chair->workspace; }
    [[nodiscard]] workspace::StudyDocument& document() { return *workspace().document(); }
    [[nodiscard]] ui::WorkView& work();
    [[nodiscard]] std::filesystem::path store() const { return m_folder.path() / "store.sqlite"; }
    [[nodiscard]] std::filesystem::path folder() const { return m_folder.path(); }

private:
    void open();

    TemporaryFolder m_folder;
    workspace::Proposer m_proposer;
    std::optional<Chair> m_chair;
};

/// The folder with the made DICOM study.
[[nodiscard]] const std::filesystem::path& madeStudy();
inline const StudyUid kMadeStudy{"1.2.840.1"};

} // namespace forameter::testing
