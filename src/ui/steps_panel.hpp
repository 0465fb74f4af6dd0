// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "forameter/workspace/study_document.hpp"

namespace forameter::ui {

class ActionMap;

/// The four steps of the guided reading, which one is on, and what to do now.
class StepsPanel : public QWidget {
    Q_OBJECT

public:
    StepsPanel(const ActionMap& actions, QWidget* parent);
    void setDocument(workspace::StudyDocument* document);
    [[nodiscard]] QSize sizeHint() const override { return {240, heightForWidth(240)}; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();

    const ActionMap& m_actions;
    workspace::StudyDocument* m_document = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    workspace::Step m_step = workspace::Step::Levels;
    std::array<bool, 4> m_complete{};
    QString m_sentence;
};

} // namespace forameter::ui
