// SPDX-License-Identifier: Apache-2.0
#pragma once

class QKeyEvent;
class QWidget;

namespace forameter::ui {

/// Whether the control that has the focus needs this key for itself, so that no shortcut of the window may
/// take it: arrows, Space and Return in lists, tables and choices, Space and Return on buttons, everything
/// that is text in a field, every key of the menu bar, and Tab in all of them. Letters that a list or a
/// button has no use for stay with the window, and so does what is pressed with Ctrl or Alt. A picture keeps
/// nothing.
[[nodiscard]] bool keepsKey(const QWidget* control, const QKeyEvent& event);

} // namespace forameter::ui
