// SPDX-License-Identifier: Apache-2.0
#include "own_keys.hpp"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTextEdit>

namespace forameter::ui {

namespace {

bool moves(int key) {
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        return true;
    default:
        return false;
    }
}

bool chooses(int key) {
    return key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter;
}

template <class... Kinds>
bool isOne(const QWidget* control) {
    return (qobject_cast<const Kinds*>(control) || ...);
}

bool takesText(const QWidget* control) {
    const auto* choice = qobject_cast<const QComboBox*>(control);
    return (choice && choice->isEditable()) ||
           isOne<QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit>(control);
}

} // namespace

bool keepsKey(const QWidget* control, const QKeyEvent& event) {
    const int key = event.key();
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    if (!control || modifiers != Qt::NoModifier) return false;
    if (isOne<QMenuBar>(control)) return true;
    const bool text = takesText(control), button = isOne<QAbstractButton>(control),
               choice = isOne<QAbstractItemView, QComboBox>(control), tabs = isOne<QTabBar>(control);
    if (key == Qt::Key_Tab) return text || button || choice || tabs;
    if (text)
        return moves(key) || chooses(key) || key == Qt::Key_Backspace || key == Qt::Key_Delete ||
               (!event.text().isEmpty() && event.text().front().isPrint());
    return (choice && (moves(key) || chooses(key))) || (tabs && moves(key)) || (button && chooses(key));
}

} // namespace forameter::ui
