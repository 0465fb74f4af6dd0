// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "forameter/workspace/study_document.hpp"

class QLabel;
class QPushButton;

namespace forameter::ui {

class ActionMap;
class FactList;
struct Fact;

/// "This contour": the numbers of the current cell, and what ends it.
class ContourPanel : public QWidget {
    Q_OBJECT

public:
    ContourPanel(const ActionMap& actions, QWidget* parent);
    void setDocument(workspace::StudyDocument* document);
    /// The buttons that end a cell, in a widget of their own: they stay in sight while the rest scrolls.
    [[nodiscard]] QWidget* decisions() const { return m_decisions; }

private:
    void refresh();
    void addSize(std::vector<Fact>& facts, const anatomy::Cell& cell, const workspace::CellView& view) const;
    void addSlice(std::vector<Fact>& facts, const anatomy::Cell& cell) const;
    [[nodiscard]] QString nextText() const;

    const ActionMap& m_actions;
    workspace::StudyDocument* m_document = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    QLabel* m_title;
    FactList* m_facts;
    QLabel* m_warning;
    QWidget* m_decisions;
    QPushButton *m_notAssessable, *m_reopen, *m_done;
};

} // namespace forameter::ui
