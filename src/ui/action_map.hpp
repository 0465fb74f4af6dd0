// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "forameter/workspace/actions.hpp"

class QAbstractButton;
class QAction;
class QHelpEvent;
class QKeyEvent;
class QMenu;
class QMenuBar;
class QPushButton;
class QWidget;

namespace forameter::ui {

/// Turns the table of actions into QActions with the person's keys, and into the window's menus. What an
/// action does is given with handle(), for one room or for all; an action without a handler is an error of
/// the program (a test looks for it). What has no handler in the room that the person is in is disabled, and
/// its keys are free there.
///
/// Keys that act while they are held (hide contours, window) need more than a shortcut; where such a key also
/// belongs to an ordinary action, a tap during which nothing was done with it triggers that.
class ActionMap : public QObject {
    Q_OBJECT

public:
    explicit ActionMap(QWidget* window);

    void setBindings(const workspace::Bindings& bindings);
    /// A handler for one room goes before one for all rooms.
    void handle(workspace::ActionId id, std::function<void()> does,
                std::optional<workspace::Room> room = std::nullopt);
    void setRoom(workspace::Room room);
    /// Why an action cannot be done now: it stands disabled in the menus, where the sentence is its tooltip,
    /// and its key says it. Empty: it can.
    void setObstacle(workspace::ActionId id, const QString& why);
    [[nodiscard]] bool isHandled(workspace::ActionId id) const;
    /// Does something in the room that the person is in.
    [[nodiscard]] bool actsHere(workspace::ActionId id) const;
    [[nodiscard]] QAction* action(workspace::ActionId id) const;
    void trigger(workspace::ActionId id) const;
    void fillMenus(QMenuBar* menuBar);
    /// The first key as people write it: "Ctrl+Z", "Space"; "" where there is none.
    [[nodiscard]] QString keyText(workspace::ActionId id) const;
    /// "Accept  Z"; the text alone where there is no key.
    [[nodiscard]] QString withKey(const QString& text, workspace::ActionId id) const;
    /// What the hand does for it: "Shift+drag", "Shift+wheel"; "" where nothing does it.
    [[nodiscard]] QString mouseText(workspace::MouseAction action) const;
    /// A click on the button does the action from now on, and its tooltip names the action and its key.
    void attach(QAbstractButton* button, workspace::ActionId id) const;
    /// A button made for an action; a click on it does not take the keys from the picture.
    [[nodiscard]] QPushButton* makeButton(workspace::ActionId id, const QString& text, QWidget* parent) const;
    /// The keys that are down now were used, for a drag: their release is no tap.
    void heldKeysWereUsed() { m_tapped = false; }

Q_SIGNALS:
    void acting();                    ///< an action is about to be done
    void refused(const QString& why); ///< the key of an action was pressed that cannot be done now
    void heldChanged(forameter::workspace::ActionId id, bool down);
    /// Of the person's own keys and mouse: texts that name some are to be made anew.
    void bindingsChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] bool keysBelongToWindow() const;
    void releaseHeldKeys();
    void letGo();
    void refreshEnabled(const workspace::Action& row);
    void refreshToolTip(const workspace::Action& row);
    [[nodiscard]] QString obstacleOf(const QKeyEvent& key) const;
    [[nodiscard]] bool showObstacle(QObject* menu, const QHelpEvent& event) const;
    [[nodiscard]] const std::function<void()>* handler(workspace::ActionId id) const;

    QWidget* m_window;
    workspace::Bindings m_bindings;
    std::map<workspace::ActionId, QAction*> m_actions;
    std::map<workspace::ActionId, QString> m_obstacles;
    std::vector<QMenu*> m_menus;
    std::map<std::pair<workspace::ActionId, std::optional<workspace::Room>>, std::function<void()>>
        m_handlers;
    workspace::Room m_room = workspace::Room::Read;
    std::map<int, workspace::ActionId> m_heldKeys; ///< Qt::Key to action
    std::map<int, workspace::ActionId> m_tapKeys;  ///< what a tap on a held key does, where it does something
    std::map<int, bool> m_down;
    bool m_tapped = false; ///< nothing was done since the last such key went down
    int m_ending = 0;      ///< the held key that went up just now, unless it is only repeated
    QTimer m_gap;          ///< until that is certain
    std::chrono::milliseconds m_heldFor{0};
    QElapsedTimer m_sinceDown;
};

/// "Ctrl+Shift+Z" as QKeySequence shows it on this platform.
[[nodiscard]] QString nativeKey(const std::string& key);
/// Text of the module's UTF-8 strings.
[[nodiscard]] inline QString qstring(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace forameter::ui
