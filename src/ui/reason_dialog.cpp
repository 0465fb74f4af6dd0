// SPDX-License-Identifier: Apache-2.0
#include "reason_dialog.hpp"

#include <QDialogButtonBox>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "dialog_column.hpp"
#include "labels.hpp"

namespace forameter::ui {

ReasonDialog::ReasonDialog(const QString& title, const QString& question, const QString& button, Need need,
                           QWidget* parent)
    : QDialog(parent), m_text(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("ReasonDialog"));
    setWindowTitle(title);
    setMinimumWidth(460);
    auto* column = dialogColumn(this, title);
    auto* asked = plainLabel(question, this);
    asked->setWordWrap(true);
    column->addWidget(asked);
    m_text->setFixedHeight(84);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(QStringLiteral("Reason"));
    m_text->setPlaceholderText(need == Need::Required ? QStringLiteral("Reason")
                                                      : QStringLiteral("Reason (may be left out)"));
    m_text->installEventFilter(this);
    column->addWidget(m_text);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_accept = buttons->button(QDialogButtonBox::Ok);
    m_accept->setText(button);
    markPrimary(m_accept);
    m_accept->setEnabled(need == Need::Optional);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (need == Need::Required)
        connect(m_text, &QPlainTextEdit::textChanged, this,
                [this] { m_accept->setEnabled(!reason().isEmpty()); });
    column->addWidget(buttons);
    m_text->setFocus();
}

QString ReasonDialog::reason() const {
    return m_text->toPlainText().simplified();
}

bool ReasonDialog::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_text && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && !key->modifiers().testFlag(Qt::ShiftModifier)) {
            if (m_accept->isEnabled()) accept();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace forameter::ui
