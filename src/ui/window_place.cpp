// SPDX-License-Identifier: Apache-2.0
#include "window_place.hpp"

#include <QEvent>
#include <QGuiApplication>
#include <QRegion>
#include <QScreen>
#include <QWidget>
#include <algorithm>
#include <utility>

namespace forameter::ui {

using workspace::WindowPlace;

namespace {

constexpr int kFrame = 60; // pixels of title and borders, without which the foot lies below the screen
constexpr int kRest = 250; // ms: a maximised window is told of its new size before its new state

QList<QRect> usableScreens(const QWidget& window) {
    QList<QRect> screens;
    for (const QScreen* screen : QGuiApplication::screens())
        if (screen == window.screen())
            screens.prepend(screen->availableGeometry());
        else
            screens.append(screen->availableGeometry());
    return screens;
}

qint64 pixels(const QRect& rect) {
    return rect.isEmpty() ? 0 : qint64(rect.width()) * rect.height();
}

} // namespace

WindowPlace onScreens(const WindowPlace& left, const QList<QRect>& screens) {
    if (screens.isEmpty()) return left;
    const QRect there(left.x, left.y, left.width, left.height);
    QRegion all;
    for (const QRect& screen : screens)
        all += screen;
    const QRect home =
        *std::max_element(screens.begin(), screens.end(), [&there](const QRect& a, const QRect& b) {
            return pixels(a & there) < pixels(b & there); // the first one where it lies on none
        });
    WindowPlace place = left;
    const bool room = left.width + kFrame <= home.width() && left.height + kFrame <= home.height();
    if (!room && !(all.intersected(there) == QRegion(there))) place.maximised = true;
    if (!(all.intersected(there) == QRegion(there))) {
        place.width = std::min(left.width, home.width());
        place.height = std::min(left.height, home.height());
        place.x = std::clamp(left.x, home.left(), home.left() + home.width() - place.width);
        place.y = std::clamp(left.y, home.top(), home.top() + home.height() - place.height);
    }
    return place;
}

WindowPlaceKeeper::WindowPlaceKeeper(QWidget* window, const std::optional<WindowPlace>& left, Moved moved)
    : QObject(window), m_window(window), m_moved(std::move(moved)) {
    const auto screens = usableScreens(*window);
    if (left) {
        m_place = onScreens(*left, screens);
        window->resize(m_place.width, m_place.height);
        window->move(m_place.x, m_place.y);
    } else {
        m_place = {window->x(), window->y(), window->width(), window->height()};
        const QSize with = window->size() + QSize(kFrame, kFrame), most = screens.front().size();
        m_place.maximised = with.width() > most.width() || with.height() > most.height();
    }
    if (m_place.maximised) window->setWindowState(window->windowState() | Qt::WindowMaximized);
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRest);
    connect(&m_rest, &QTimer::timeout, this, &WindowPlaceKeeper::tell);
    window->installEventFilter(this);
}

bool WindowPlaceKeeper::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_window) return false;
    switch (event->type()) {
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::WindowStateChange:
        m_rest.start();
        break;
    case QEvent::Close:
        tell();
        break;
    default:
        break;
    }
    return false;
}

void WindowPlaceKeeper::tell() {
    m_rest.stop();
    const Qt::WindowStates state = m_window->windowState();
    if (!m_window->isVisible() || state & (Qt::WindowFullScreen | Qt::WindowMinimized)) return;
    WindowPlace now = m_place;
    now.maximised = state.testFlag(Qt::WindowMaximized);
    if (!now.maximised) now = {m_window->x(), m_window->y(), m_window->width(), m_window->height()};
    if (now == m_place) return;
    m_place = now;
    m_moved(now);
}

} // namespace forameter::ui
