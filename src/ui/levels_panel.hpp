// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "forameter/workspace/study_document.hpp"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace forameter::ui {

class ActionMap;
class FactList;

/// Which vertebra is which: what the next click names, where counting starts, transitional anatomy, shifting
/// and confirming. The clicks themselves fall on the sagittal panes.
class LevelsPanel : public QWidget {
    Q_OBJECT

public:
    LevelsPanel(const ActionMap& actions, QWidget* parent);
    void setDocument(workspace::StudyDocument* document);

    /// Puts the keys on the first control that can be used.
    void enter();
    /// What confirms them, for a place that is in sight whatever the height of the window.
    [[nodiscard]] QWidget* decisions() const { return m_decisions; }

Q_SIGNALS:
    void failed(const QString& sentence);

private:
    void refresh();
    void nameKey();
    void countFromChosen();
    void chooseTransition(int index);
    void tell(const Result<>& result);

    const ActionMap& m_actions;
    workspace::StudyDocument* m_document = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    QLabel *m_sentence, *m_marks, *m_obstacle;
    QComboBox *m_first, *m_direction, *m_transition;
    QCheckBox* m_six;
    QWidget* m_decisions;
    QPushButton *m_up, *m_down, *m_remove, *m_confirm;
    bool m_refreshing = false;
};

} // namespace forameter::ui
