// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "hint_bar.hpp"

namespace forameter::ui {

/// What a room other than Read puts between the top bar and the hints. It handles the actions of its room
/// (ActionMap::handle with its Room) and is asked for words; MainWindow does the rest.
class RoomPage : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// Whether the person's role has a use for the room, by the store's table of who may do what.
    [[nodiscard]] virtual bool mayEnter() const = 0;
    virtual void enter() {}
    virtual void leave() {}
    /// Another person is here: nothing of what was opened, begun or said for the one before may stay.
    virtual void forget() = 0;
    /// For the top bar: what is open here.
    [[nodiscard]] virtual QString caseText() const { return {}; }
    /// For the foot of the window: what the hand can do now, and keys.
    [[nodiscard]] virtual QString sentence() const { return {}; }
    [[nodiscard]] virtual std::vector<HintBar::Hint> hints() const { return {}; }

Q_SIGNALS:
    void changed(); ///< one of these texts
    void said(const QString& message, forameter::ui::HintBar::Tone tone);
};

} // namespace forameter::ui
