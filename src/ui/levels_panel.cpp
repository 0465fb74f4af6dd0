// SPDX-License-Identifier: Apache-2.0
#include "levels_panel.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "labels.hpp"

namespace forameter::ui {

using anatomy::CountDirection;
using anatomy::Transition;
using anatomy::Vertebra;
using workspace::ActionId;

namespace {
constexpr std::array kFirst{Vertebra::S1, Vertebra::L6, Vertebra::L5,  Vertebra::L4, Vertebra::L3,
                            Vertebra::L2, Vertebra::L1, Vertebra::T12, Vertebra::T11};
constexpr std::array kTransitions{Transition::None, Transition::LumbarisedS1, Transition::SacralisedL5,
                                  Transition::Unclear};
constexpr std::array kTransitionTexts{"No transitional vertebra", "S1 lumbarised", "L5 sacralised",
                                      "Unclear"};
} // namespace

LevelsPanel::LevelsPanel(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_actions(actions),
      m_sentence(plainLabel(QString(), this, "strong")),
      m_marks(plainLabel(QString(), this)),
      m_obstacle(plainLabel(QString(), this, "quiet")),
      m_first(new QComboBox(this)),
      m_direction(new QComboBox(this)),
      m_transition(new QComboBox(this)),
      m_six(new QCheckBox(QStringLiteral("Six lumbar vertebrae (L6)"), this)),
      m_decisions(new QWidget(parent)),
      m_up(actions.makeButton(ActionId::LabelsUp, QStringLiteral("L5 → L4"), this)),
      m_down(actions.makeButton(ActionId::LabelsDown, QStringLiteral("L4 → L5"), this)),
      m_remove(actions.makeButton(ActionId::RemoveLastMark, QStringLiteral("Remove last"), this)),
      m_confirm(actions.makeButton(ActionId::ConfirmLevels, QString(), m_decisions)) {
    m_confirm->setProperty("primary", true);
    m_confirm->setObjectName(QStringLiteral("ConfirmLevelsButton"));
    for (QLabel* label : {m_sentence, m_marks, m_obstacle})
        label->setWordWrap(true);
    for (const Vertebra vertebra : kFirst)
        m_first->addItem(QStringLiteral("Start at %1").arg(qstring(anatomy::name(vertebra))));
    m_direction->addItems({QStringLiteral("Upwards"), QStringLiteral("Downwards")});
    for (const char* text : kTransitionTexts)
        m_transition->addItem(QString::fromLatin1(text));
    for (QComboBox* box : {m_first, m_direction, m_transition})
        box->setFocusPolicy(Qt::TabFocus);
    m_first->setAccessibleName(QStringLiteral("First vertebra to click"));
    m_direction->setAccessibleName(QStringLiteral("Direction of counting"));
    m_transition->setAccessibleName(QStringLiteral("Transitional anatomy"));
    m_six->setFocusPolicy(Qt::TabFocus);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(headingLabel(QStringLiteral("Which vertebra is which"), this));
    column->addWidget(m_sentence);
    column->addWidget(m_marks);
    auto* counting = new QHBoxLayout;
    counting->setSpacing(6);
    counting->addWidget(m_first, 1);
    counting->addWidget(m_direction, 1);
    column->addLayout(counting);
    column->addWidget(m_six);
    column->addWidget(m_transition);
    auto* shift = new QHBoxLayout;
    shift->setSpacing(6);
    shift->addWidget(m_up);
    shift->addWidget(m_down);
    shift->addWidget(m_remove, 1);
    column->addLayout(shift);
    column->addWidget(m_obstacle);
    auto* deciding = new QVBoxLayout(m_decisions);
    deciding->setContentsMargins(14, 10, 24, 12);
    deciding->addWidget(m_confirm);
    m_decisions->hide();
    connect(&actions, &ActionMap::bindingsChanged, this, &LevelsPanel::nameKey);
    nameKey();

    connect(m_first, &QComboBox::activated, this, [this] { countFromChosen(); });
    connect(m_direction, &QComboBox::activated, this, [this] { countFromChosen(); });
    connect(m_transition, &QComboBox::activated, this, &LevelsPanel::chooseTransition);
    connect(m_six, &QCheckBox::toggled, this, [this](bool six) {
        if (m_document && !m_refreshing)
            tell(m_document->levels().setLumbarCount(six ? anatomy::LumbarCount::Six
                                                         : anatomy::LumbarCount::Five));
    });
}

void LevelsPanel::setDocument(workspace::StudyDocument* document) {
    m_subscriptions.clear();
    m_document = document;
    if (document) m_subscriptions.push_back(document->levels().changed.subscribe([this] { refresh(); }));
    refresh();
}

void LevelsPanel::nameKey() {
    m_confirm->setText(m_actions.withKey(QStringLiteral("Confirm levels"), ActionId::ConfirmLevels));
}

void LevelsPanel::enter() {
    (m_first->isEnabled() ? static_cast<QWidget*>(m_first) : m_six)->setFocus(Qt::TabFocusReason);
}

void LevelsPanel::tell(const Result<>& result) {
    if (!result) Q_EMIT failed(qstring(result.error().message));
    refresh();
}

void LevelsPanel::countFromChosen() {
    if (!m_document) return;
    m_document->levels().countFrom(kFirst[static_cast<std::size_t>(m_first->currentIndex())],
                                   m_direction->currentIndex() == 0 ? CountDirection::Upwards
                                                                    : CountDirection::Downwards);
}

void LevelsPanel::chooseTransition(int index) {
    if (!m_document) return;
    tell(m_document->levels().setTransition(kTransitions[static_cast<std::size_t>(index)],
                                            m_document->levels().draft().note));
}

void LevelsPanel::refresh() {
    const bool shown = m_document && m_document->levels().active();
    setVisible(shown);
    m_decisions->setVisible(shown);
    if (!m_document) return;
    m_refreshing = true;
    auto& levels = m_document->levels();
    const anatomy::LevelSet& draft = levels.draft();
    m_sentence->setText(qstring(levels.sentence()));
    QStringList names;
    for (const auto& mark : draft.marks)
        names << qstring(anatomy::name(mark.vertebra));
    m_marks->setText(names.isEmpty() ? QStringLiteral("No vertebra marked yet.")
                                     : QStringLiteral("Marked: %1").arg(names.join(QStringLiteral("  "))));
    const bool begun = !draft.marks.empty();
    if (const auto next = levels.next()) {
        const auto found = std::find(kFirst.begin(), kFirst.end(), *next);
        if (found != kFirst.end() && !begun)
            m_first->setCurrentIndex(static_cast<int>(found - kFirst.begin()));
    }
    m_direction->setCurrentIndex(levels.direction() == CountDirection::Upwards ? 0 : 1);
    m_first->setEnabled(!begun);
    m_direction->setEnabled(!begun);
    m_six->setChecked(draft.lumbarCount == anatomy::LumbarCount::Six);
    m_transition->setCurrentIndex(static_cast<int>(
        std::find(kTransitions.begin(), kTransitions.end(), draft.transition) - kTransitions.begin()));
    for (QPushButton* button : {m_up, m_down, m_remove})
        button->setEnabled(begun);
    const auto obstacle = levels.obstacle();
    m_obstacle->setText(obstacle ? qstring(*obstacle) : QString());
    m_obstacle->setVisible(obstacle && begun && *obstacle != levels.sentence()); // once is enough
    m_confirm->setEnabled(!obstacle);
    m_refreshing = false;
}

} // namespace forameter::ui
