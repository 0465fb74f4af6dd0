// SPDX-License-Identifier: Apache-2.0
#include "case_strip.hpp"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

#include "action_map.hpp"
#include "labels.hpp"

namespace forameter::ui {

using store::CaseState;
using workspace::ActionId;

CaseStrip::CaseStrip(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_title(plainLabel(QString(), this, "strong")),
      m_badge(plainLabel(QString(), this, "warning")),
      m_state(plainLabel(QString(), this, "quiet")),
      m_difficultyWord(plainLabel(QStringLiteral("Difficulty"), this, "quiet")),
      m_flag(new QToolButton(this)),
      m_comment(new QLineEdit(this)),
      m_done(new QPushButton(this)) {
    setObjectName(QStringLiteral("CaseStrip"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(240); // narrow windows keep the pictures, and every button has a key
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 5, 12, 5);
    row->setSpacing(8);
    m_title->setObjectName(QStringLiteral("CaseTitle"));
    m_state->setObjectName(QStringLiteral("CaseState"));
    for (QLabel* label : {m_title, m_badge, m_state})
        row->addWidget(label);
    row->addSpacing(8);
    const auto press = [&actions, this](QAbstractButton* button, ActionId id, const char* name) {
        button->setObjectName(QString::fromLatin1(name));
        button->setFocusPolicy(Qt::NoFocus); // the keys stay with the picture
        actions.attach(button, id);
        connect(button, &QAbstractButton::clicked, this, &CaseStrip::refresh); // is checked as the case says
    };
    m_flag->setText(QStringLiteral("Flag"));
    m_flag->setCheckable(true);
    press(m_flag, ActionId::FlagCase, "CaseFlag");
    row->addWidget(m_flag);
    row->addWidget(m_difficultyWord);
    auto* grades = new QHBoxLayout;
    grades->setSpacing(2);
    row->addLayout(grades);
    constexpr std::array ids{ActionId::Difficulty1, ActionId::Difficulty2, ActionId::Difficulty3,
                             ActionId::Difficulty4, ActionId::Difficulty5};
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto* button = m_difficulty[i] = new QToolButton(this);
        button->setText(QString::number(i + 1));
        button->setAccessibleName(QStringLiteral("Difficulty %1 of 5").arg(i + 1));
        button->setCheckable(true);
        press(button, ids[i], "CaseDifficulty");
        grades->addWidget(button);
    }
    m_comment->setObjectName(QStringLiteral("CaseComment"));
    const auto inviteComment = [this, &actions] {
        m_comment->setPlaceholderText(actions.withKey(QStringLiteral("Comment"), ActionId::CommentCase));
    };
    inviteComment();
    connect(&actions, &ActionMap::bindingsChanged, this, inviteComment);
    m_comment->setAccessibleName(QStringLiteral("Comment on this case"));
    m_comment->setMinimumWidth(120);
    m_comment->setFocusPolicy(Qt::ClickFocus);
    m_comment->installEventFilter(this);
    row->addWidget(m_comment, 1);
    press(m_done, ActionId::FinishCase, "CaseDone");
    m_done->setProperty("quiet", true);
    row->addWidget(m_done);
    connect(m_comment, &QLineEdit::editingFinished, this, &CaseStrip::commit);
    hide();
}

void CaseStrip::setCase(workspace::RoundCase* roundCase) {
    m_subscription.reset();
    m_case = roundCase;
    setVisible(m_case != nullptr);
    if (!m_case) return m_comment->clear();
    m_subscription = m_case->changed.subscribe([this] { refresh(); });
    m_comment->setText(qstring(m_case->assignment().comment));
    refresh();
}

void CaseStrip::editComment() {
    m_comment->setFocus(Qt::ShortcutFocusReason);
    m_comment->selectAll();
}

void CaseStrip::refresh() {
    if (!m_case) return;
    const auto& one = m_case->assignment();
    m_title->setText(qstring(workspace::title(one)));
    m_badge->setText(QStringLiteral("calibration"));
    m_badge->setVisible(one.calibration);
    m_state->setText(one.state == CaseState::Done ? QStringLiteral("done") : QStringLiteral("in progress"));
    m_flag->setChecked(one.flagged);
    for (std::size_t i = 0; i < m_difficulty.size(); ++i)
        m_difficulty[i]->setChecked(one.difficulty == static_cast<int>(i) + 1);
    if (!m_comment->hasFocus()) m_comment->setText(qstring(one.comment));
    m_done->setText(one.state == CaseState::Done ? QStringLiteral("Open again")
                                                 : QStringLiteral("Case done"));
    fit();
}

void CaseStrip::fit() {
    // What the worklist and the buttons' own words say too; the state first, for its button tells it.
    const std::array words{m_state, m_difficultyWord};
    for (QLabel* word : words)
        word->show();
    for (QLabel* word : words) {
        layout()->invalidate();
        if (layout()->minimumSize().width() <= width()) break;
        word->hide();
    }
}

void CaseStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

void CaseStrip::commit() {
    if (!m_case || m_comment->text().toStdString() == m_case->assignment().comment) return;
    if (const auto stored = m_case->setComment(m_comment->text().toStdString()); !stored)
        Q_EMIT failed(qstring(stored.error().message));
}

/// Return and Escape end the comment here; they mean something else over a picture.
bool CaseStrip::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_comment ||
        (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress))
        return false;
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool take = key == Qt::Key_Return || key == Qt::Key_Enter, drop = key == Qt::Key_Escape;
    if (!take && !drop) return false;
    event->accept();
    if (event->type() == QEvent::ShortcutOverride) return true;
    if (drop && m_case) m_comment->setText(qstring(m_case->assignment().comment));
    commit();
    Q_EMIT commentEnded();
    return true;
}

} // namespace forameter::ui
