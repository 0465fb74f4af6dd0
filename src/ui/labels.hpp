// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTextDocument>

namespace forameter::ui {

/// Labels never read their text as markup: names and messages come from files of strangers.
inline QLabel* plainLabel(const QString& text, QWidget* parent, const char* property = nullptr) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    if (property) label->setProperty(property, true);
    return label;
}

/// The same for tooltips, which read text as markup where it looks like some.
inline QString plainTip(const QString& text) {
    return Qt::mightBeRichText(text) ? Qt::convertFromPlainText(text, Qt::WhiteSpaceNormal) : text;
}

/// Small capitals above a group: "THIS CONTOUR".
inline QLabel* headingLabel(const QString& text, QWidget* parent) {
    return plainLabel(text.toUpper(), parent, "heading");
}

/// The button that a person most likely wants, in the accent colour. A button box has dressed its buttons
/// already.
inline void markPrimary(QPushButton* button, bool primary = true) {
    if (button->property("primary").toBool() == primary) return;
    button->setProperty("primary", primary);
    button->style()->unpolish(button);
    button->style()->polish(button);
}

/// The name that was typed, in the form in which a store keeps names.
inline QString typedName(const QString& text) {
    return text.trimmed().normalized(QString::NormalizationForm_C);
}

/// A dialog's size, no larger than its window leaves room for.
inline QSize fitting(QSize wanted, const QWidget* window) {
    return window ? wanted.boundedTo(window->window()->size() - QSize(40, 30)) : wanted;
}

} // namespace forameter::ui
