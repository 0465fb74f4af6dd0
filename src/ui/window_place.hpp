// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QObject>
#include <QRect>
#include <QTimer>
#include <functional>
#include <optional>

#include "forameter/workspace/preferences.hpp"

class QWidget;

namespace forameter::ui {

/// Where a window that was left at a place goes on the screens there are now (their usable parts, the main
/// one first): there, where all of it would be seen; else moved, or made smaller, onto the screen that had
/// most of it. Maximised where the screen has no room for it with its frame.
[[nodiscard]] workspace::WindowPlace onScreens(const workspace::WindowPlace& left,
                                               const QList<QRect>& screens);

/// Puts a window where it was left and tells of every place it is moved to, once it rests.
class WindowPlaceKeeper : public QObject {
    Q_OBJECT

public:
    using Moved = std::function<void(const workspace::WindowPlace& place)>;
    /// `left`: none where the window has never been moved; its own size then.
    WindowPlaceKeeper(QWidget* window, const std::optional<workspace::WindowPlace>& left, Moved moved);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void tell();

    QWidget* m_window;
    Moved m_moved;
    QTimer m_rest;
    workspace::WindowPlace m_place;
};

} // namespace forameter::ui
