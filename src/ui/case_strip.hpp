// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <array>

#include "forameter/workspace/workspace.hpp"

class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace forameter::ui {

class ActionMap;

/// Above the pictures of a round's case: which case, flag, difficulty, comment, done. Hidden while a study of
/// no round is open. The buttons press the actions; keys do the same.
class CaseStrip : public QWidget {
    Q_OBJECT

public:
    CaseStrip(const ActionMap& actions, QWidget* parent);
    void setCase(workspace::RoundCase* roundCase);
    void editComment();
    void commit(); ///< stores what stands in the comment

Q_SIGNALS:
    void failed(const QString& sentence);
    void commentEnded(); ///< the keys belong to the picture again

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void fit(); ///< leaves words out where the strip is too narrow for all

    workspace::RoundCase* m_case = nullptr;
    workspace::Subscription m_subscription;
    QLabel *m_title, *m_badge, *m_state, *m_difficultyWord;
    QToolButton* m_flag;
    std::array<QToolButton*, 5> m_difficulty{};
    QLineEdit* m_comment;
    QPushButton* m_done;
};

} // namespace forameter::ui
