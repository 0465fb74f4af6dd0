// SPDX-License-Identifier: Apache-2.0
#include "empty_state.hpp"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent),
      m_picture(new QLabel(this)),
      m_title(plainLabel(QString(), this, "title")),
      m_text(plainLabel(QString(), this)),
      m_first(new QPushButton(this)),
      m_second(new QPushButton(this)) {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(14);
    column->addStretch(3);
    for (QLabel* label : {m_picture, m_title, m_text}) {
        label->setAlignment(Qt::AlignCenter);
        column->addWidget(label, 0, Qt::AlignHCenter);
    }
    m_text->setWordWrap(true);
    m_text->setFixedWidth(380);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addStretch(1);
    row->addWidget(m_first);
    row->addWidget(m_second);
    row->addStretch(1);
    m_first->setProperty("primary", true);
    column->addSpacing(6);
    column->addLayout(row);
    column->addStretch(4);
    connect(m_first, &QPushButton::clicked, this, &EmptyState::firstClicked);
    connect(m_second, &QPushButton::clicked, this, &EmptyState::secondClicked);
}

void EmptyState::show(const QString& iconName, const QString& title, const QString& text,
                      const QString& button, const QString& second) {
    m_picture->setPixmap(iconPixmap(iconName, theme().quiet, 56, devicePixelRatioF()));
    m_title->setText(title);
    m_text->setText(text);
    m_text->ensurePolished();
    m_text->setFixedHeight(m_text->heightForWidth(380)); // a centred label is not asked for it
    m_first->setText(button);
    m_first->setVisible(!button.isEmpty());
    m_second->setText(second);
    m_second->setVisible(!second.isEmpty());
}

bool EmptyState::enter() {
    if (m_first->isHidden()) return false;
    m_first->setFocus(Qt::TabFocusReason);
    return true;
}

void EmptyState::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), theme().background);
}

} // namespace forameter::ui
