// SPDX-License-Identifier: Apache-2.0
#include "keyboard_drawing.hpp"

#include <QApplication>
#include <QKeyEvent>
#include <algorithm>

#include "own_keys.hpp"
#include "pane_view.hpp"

namespace forameter::ui {

KeyboardDrawing::KeyboardDrawing(std::vector<PaneView*> panes, QWidget* window)
    : QObject(window), m_panes(std::move(panes)), m_window(window) {
    qApp->installEventFilter(this);
}

bool KeyboardDrawing::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress) return false;
    if (!watched->isWidgetType() || static_cast<QWidget*>(watched)->window() != m_window) return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (QApplication::activeModalWidget() || keepsKey(QApplication::focusWidget(), *key)) return false;
    const Qt::KeyboardModifiers modifiers = key->modifiers() & ~Qt::KeypadModifier;
    int right = 0, down = 0;
    switch (key->key()) {
    case Qt::Key_Left:
        right = -1;
        break;
    case Qt::Key_Right:
        right = 1;
        break;
    case Qt::Key_Up:
        down = -1;
        break;
    case Qt::Key_Down:
        down = 1;
        break;
    default:
        return false;
    }
    const auto pane = std::find_if(m_panes.begin(), m_panes.end(), [](const PaneView* candidate) {
        return candidate->isVisible() && candidate->keyboardActive();
    });
    if (pane == m_panes.end() || modifiers.testFlag(Qt::ControlModifier)) return false;
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept(); // the key press comes next, and no shortcut
        return true;
    }
    (*pane)->moveCursor(right, down, modifiers);
    return true;
}

} // namespace forameter::ui
