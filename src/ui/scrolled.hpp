// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QScrollArea>

namespace forameter::ui {

/// Content that scrolls where it finds no room, without a frame. Reached by Tab it is scrolled by keys:
/// `focus`.
inline QScrollArea* scrolled(QWidget* content, QWidget* parent, Qt::FocusPolicy focus = Qt::NoFocus) {
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(focus);
    scroll->setWidget(content);
    return scroll;
}

} // namespace forameter::ui
