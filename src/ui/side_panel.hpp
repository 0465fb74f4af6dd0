// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "forameter/workspace/proposal_desk.hpp"
#include "forameter/workspace/study_document.hpp"

class QLabel;

namespace forameter::ui {

class ActionMap;
class ContourPanel;
class ProposalPanel;
class FactList;
class LevelGrid;
class LevelsPanel;
class StepsPanel;

/// The right side: level grid, levels, this contour, series, steps, and what concerns the whole study.
class SidePanel : public QWidget {
    Q_OBJECT

public:
    SidePanel(const ActionMap& actions, QWidget* parent);
    /// Both or neither.
    void setDocument(workspace::StudyDocument* document, workspace::ProposalDesk* proposals);
    /// Puts the keys where the next thing to do is: on the levels while they are edited, else on a cell.
    void enter();
    [[nodiscard]] LevelGrid* grid() const { return m_grid; }
    [[nodiscard]] LevelsPanel* levels() const { return m_levels; }

Q_SIGNALS:
    void cellMenuRequested(forameter::anatomy::Cell cell, QPoint globalPosition);
    void failed(const QString& sentence);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refreshRights();
    void refreshGrid();
    void refreshSeries();

    workspace::StudyDocument* m_document = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    LevelGrid* m_grid;
    LevelsPanel* m_levels;
    ProposalPanel* m_proposal;
    ContourPanel* m_contour;
    QWidget* m_seriesBox;
    FactList* m_series;
    StepsPanel* m_steps;
    QLabel *m_rights, *m_notices; ///< what the person may not do here; what the pictures lack
};

} // namespace forameter::ui
