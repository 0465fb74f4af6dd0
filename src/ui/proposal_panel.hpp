// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "forameter/workspace/proposal_desk.hpp"
#include "forameter/workspace/study_document.hpp"

class QLabel;
class QPushButton;

namespace forameter::ui {

class ActionMap;
class FactList;

/// What the models propose for the current cell, or for the levels, and the three answers to it.
class ProposalPanel : public QWidget {
    Q_OBJECT

public:
    ProposalPanel(const ActionMap& actions, QWidget* parent);
    /// Both or neither.
    void setDocument(workspace::StudyDocument* document, workspace::ProposalDesk* proposals);
    /// The three answers; belongs to whoever made the panel, and stays where it does not scroll away.
    [[nodiscard]] QWidget* decisions() const { return m_decisions; }

private:
    void refresh();
    bool showLevels();
    bool showCell();

    const ActionMap& m_actions;
    workspace::StudyDocument* m_document = nullptr;
    workspace::ProposalDesk* m_proposals = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    FactList* m_facts;
    QLabel* m_sentence;
    QLabel* m_warning;
    QWidget* m_decisions;
    QPushButton *m_accept, *m_edit, *m_reject, *m_takeLevels;
};

} // namespace forameter::ui
