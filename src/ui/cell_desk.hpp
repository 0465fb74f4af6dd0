// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <array>

#include "work_view.hpp"

namespace forameter::ui {

class ActionMap;
class ToolBar;

/// The desk of one cell: tools, the large work pane, and beside it the companion sequence at the same place,
/// the locator and the other plane.
class CellDesk : public QWidget {
    Q_OBJECT

public:
    CellDesk(const ActionMap& actions, QWidget* parent);

    void setDocument(workspace::StudyDocument* document);
    /// The work pane alone, or the others beside it again.
    void toggleAlone();
    [[nodiscard]] WorkView* work() const { return m_work; }
    [[nodiscard]] ToolBar* toolBar() const { return m_toolBar; }
    [[nodiscard]] std::array<PaneView*, 3> side() const { return m_side; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    ToolBar* m_toolBar;
    WorkView* m_work;
    QWidget* m_column; ///< holds the panes beside it
    std::array<PaneView*, 3> m_side;
    bool m_alone = false; ///< as the person wants it
    workspace::Subscription m_companionChanged;
};

} // namespace forameter::ui
