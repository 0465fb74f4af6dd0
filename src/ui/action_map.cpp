// SPDX-License-Identifier: Apache-2.0
#include "action_map.hpp"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QKeySequence>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QToolTip>
#include <algorithm>
#include <array>
#include <utility>

#include "own_keys.hpp"

namespace forameter::ui {

using workspace::ActionId;

namespace {
/// Longer than this a key is held, not tapped. X11 repeats a held key as a release with a press at once after
/// it, and Qt does not always notice that the two belong together: a key is up once none follows in time.
constexpr std::chrono::milliseconds kTapTime{300}, kRepeatGap{20};

/// What a new section of a menu begins with, so that the eye finds its way.
constexpr std::array kSections{
    ActionId::NextOpenCase,   ActionId::FlagCase,       ActionId::ChangePerson, ActionId::ShowPreferences,
    ActionId::ToggleWorklist, ActionId::NextPane,       ActionId::ZoomIn,       ActionId::WindowDicom,
    ActionId::HideContours,   ActionId::RightForamen,   ActionId::DoneNext,     ActionId::NotAssessable,
    ActionId::Spline,         ActionId::Sculpt,         ActionId::ToolSmaller,  ActionId::CancelStroke,
    ActionId::DeleteContour,  ActionId::AcceptProposal, ActionId::RetrySave};

/// Keys that act while they are held act on pictures; elsewhere Space ticks a box.
bool hasPictures(workspace::Room room) {
    return room == workspace::Room::Read || room == workspace::Room::Review;
}

/// With the letter that opens it together with Alt: each menu its own, whichever menus a room shows.
QString menuTitle(std::string_view group) {
    static constexpr std::array<std::string_view, 14> titles{
        "&Case",   "&Layout", "&Room",  "Roun&ds",  "Re&port",    "&Image", "Sce&ne",
        "Le&vels", "C&ells",  "&Tools", "C&ontour", "Con&sensus", "&Arc",   "&Help"};
    for (const std::string_view title : titles)
        if (qstring(title).remove(QLatin1Char('&')) == qstring(group)) return qstring(title);
    return qstring(group);
}

/// What Return does on a button or a choice; by themselves they ask the desktop's theme, or ignore it. False
/// for other controls, which know.
bool pressReturn(QWidget* control, bool again) {
    auto* button = qobject_cast<QAbstractButton*>(control);
    auto* choice = qobject_cast<QComboBox*>(control);
    if (button && !again) button->click();
    if (choice && !again) choice->showPopup();
    return button || choice;
}
} // namespace

QString nativeKey(const std::string& key) {
    return QKeySequence::fromString(qstring(key), QKeySequence::PortableText)
        .toString(QKeySequence::NativeText);
}

ActionMap::ActionMap(QWidget* window) : QObject(window), m_window(window) {
    for (const workspace::Action& row : workspace::actions()) {
        auto* action = new QAction(qstring(row.title), window);
        action->setObjectName(qstring(row.name));
        action->setToolTip(qstring(row.hint));
        action->setStatusTip(qstring(row.hint));
        action->setCheckable(row.checkable);
        action->setShortcutContext(Qt::WindowShortcut);
        action->setAutoRepeat(row.group == "Image" || row.group == "Arc");
        window->addAction(action);
        m_actions[row.id] = action;
        connect(action, &QAction::triggered, this, [this, id = row.id] {
            Q_EMIT acting();
            if (const auto* does = handler(id)) (*does)();
        });
    }
    setBindings(m_bindings);
    m_gap.setSingleShot(true);
    m_gap.setInterval(kRepeatGap);
    connect(&m_gap, &QTimer::timeout, this, &ActionMap::letGo);
    qApp->installEventFilter(this);
}

void ActionMap::setBindings(const workspace::Bindings& bindings) {
    if (&bindings != &m_bindings) m_bindings = bindings;
    m_heldKeys.clear();
    m_tapKeys.clear();
    for (const workspace::Action& row : workspace::actions()) {
        QList<QKeySequence> keys;
        for (const std::string& key : m_bindings.keys(row.id)) {
            const QKeySequence sequence = QKeySequence::fromString(qstring(key), QKeySequence::PortableText);
            if (!row.held)
                keys << sequence;
            else if (sequence.count() == 1 && hasPictures(m_room)) {
                m_heldKeys[sequence[0].key()] = row.id;
                const auto tap = bindings.actionFor(key, m_room);
                if (tap && *tap != row.id) m_tapKeys[sequence[0].key()] = *tap;
            }
        }
        QAction* action = m_actions.at(row.id);
        action->setShortcuts(keys);
        if (row.held)
            action->setText(qstring(row.title) + QLatin1Char('\t') +
                            keyText(row.id)); // shown, not a shortcut
        refreshToolTip(row);
    }
    Q_EMIT bindingsChanged();
}

void ActionMap::refreshToolTip(const workspace::Action& row) {
    const QString key = keyText(row.id);
    QString text = key.isEmpty()
                       ? qstring(row.hint)
                       : QStringLiteral("%1  [%2]\n%3").arg(qstring(row.title), key, qstring(row.hint));
    if (const auto why = m_obstacles.find(row.id); why != m_obstacles.end())
        text += QLatin1Char('\n') + why->second;
    m_actions.at(row.id)->setToolTip(text);
}

void ActionMap::refreshEnabled(const workspace::Action& row) {
    m_actions.at(row.id)->setEnabled((!row.room || row.room == m_room) && actsHere(row.id) &&
                                     !m_obstacles.contains(row.id));
}

void ActionMap::setObstacle(ActionId id, const QString& why) {
    if (why.isEmpty())
        m_obstacles.erase(id);
    else
        m_obstacles[id] = why;
    refreshEnabled(workspace::action(id));
    refreshToolTip(workspace::action(id));
}

/// A disabled action has no shortcut, so its key gets here as any other.
QString ActionMap::obstacleOf(const QKeyEvent& key) const {
    const QKeySequence pressed(QKeyCombination(key.modifiers() & ~Qt::KeypadModifier, Qt::Key(key.key())));
    for (const auto& [id, why] : m_obstacles) {
        const auto& row = workspace::action(id);
        if ((!row.room || row.room == m_room) && m_actions.at(id)->shortcuts().contains(pressed)) return why;
    }
    return {};
}

bool ActionMap::showObstacle(QObject* menu, const QHelpEvent& event) const {
    const auto known = std::ranges::find(m_menus, menu);
    if (known == m_menus.end()) return false;
    QAction* at = (*known)->actionAt(event.pos());
    for (const auto& [id, why] : m_obstacles)
        if (at == m_actions.at(id)) {
            QToolTip::showText(event.globalPos(), why, *known, (*known)->actionGeometry(at));
            return true;
        }
    return false;
}

void ActionMap::handle(ActionId id, std::function<void()> does, std::optional<workspace::Room> room) {
    m_handlers[{id, room}] = std::move(does);
}

const std::function<void()>* ActionMap::handler(ActionId id) const {
    for (const std::optional<workspace::Room> room :
         {std::optional(m_room), std::optional<workspace::Room>()})
        if (const auto found = m_handlers.find({id, room}); found != m_handlers.end()) return &found->second;
    return nullptr;
}

bool ActionMap::isHandled(ActionId id) const {
    return workspace::action(id).held ||
           std::any_of(m_handlers.begin(), m_handlers.end(),
                       [id](const auto& handler) { return handler.first.first == id; });
}

bool ActionMap::actsHere(ActionId id) const {
    return workspace::action(id).held ? hasPictures(m_room) : handler(id) != nullptr;
}

void ActionMap::setRoom(workspace::Room room) {
    releaseHeldKeys();
    m_room = room;
    for (const workspace::Action& row : workspace::actions())
        refreshEnabled(row);
    for (QMenu* menu : m_menus) {
        const auto rows = menu->actions();
        menu->menuAction()->setVisible(std::any_of(rows.begin(), rows.end(), [](const QAction* row) {
            return row->isEnabled() && !row->isSeparator();
        }));
    }
    setBindings(m_bindings); // a tap on a held key may mean something else here
}

QAction* ActionMap::action(ActionId id) const {
    return m_actions.at(id);
}

void ActionMap::trigger(ActionId id) const {
    m_actions.at(id)->trigger();
}

void ActionMap::fillMenus(QMenuBar* menuBar) {
    QMenu* menu = nullptr;
    std::string_view group;
    for (const workspace::Action& row : workspace::actions()) {
        if (!menu || row.group != group) m_menus.push_back(menu = menuBar->addMenu(menuTitle(row.group)));
        group = row.group;
        if (std::ranges::find(kSections, row.id) != kSections.end()) menu->addSeparator();
        menu->addAction(m_actions.at(row.id));
    }
}

QString ActionMap::keyText(ActionId id) const {
    const auto& keys = m_bindings.keys(id);
    return keys.empty() ? QString() : nativeKey(keys.front());
}

QString ActionMap::withKey(const QString& text, ActionId id) const {
    const QString key = keyText(id);
    return key.isEmpty() ? text : text + QStringLiteral("  ") + key;
}

QString ActionMap::mouseText(workspace::MouseAction action) const {
    const auto& rows = m_bindings.mouse();
    const auto row = std::ranges::find(rows, action, &workspace::MouseBinding::action);
    if (row == rows.end()) return {};
    return qstring(workspace::text(row->chord))
        .replace(QLatin1String("Left"), QLatin1String("drag"))
        .replace(QLatin1String("Middle"), QLatin1String("middle drag"))
        .replace(QLatin1String("Right"), QLatin1String("right drag"))
        .replace(QLatin1String("Wheel"), QLatin1String("wheel"));
}

void ActionMap::attach(QAbstractButton* button, ActionId id) const {
    QAction* does = action(id);
    const auto tell = [button, does] { button->setToolTip(does->toolTip()); };
    tell();
    connect(does, &QAction::changed, button, tell);
    connect(button, &QAbstractButton::clicked, does, &QAction::trigger);
}

QPushButton* ActionMap::makeButton(ActionId id, const QString& text, QWidget* parent) const {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(QStringLiteral("Do-") + action(id)->objectName());
    button->setFocusPolicy(Qt::TabFocus);
    attach(button, id);
    return button;
}

bool ActionMap::keysBelongToWindow() const {
    if (QApplication::activeModalWidget() || QApplication::activePopupWidget()) return false;
    const QWidget* focus = QApplication::focusWidget();
    return focus ? focus->window() == m_window : m_window->isActiveWindow();
}

/// The key that went up is up.
void ActionMap::letGo() {
    m_gap.stop();
    const int key = std::exchange(m_ending, 0);
    if (key == 0) return;
    m_down[key] = false;
    if (const auto held = m_heldKeys.find(key); held != m_heldKeys.end())
        Q_EMIT heldChanged(held->second, false);
    const bool tapped = m_tapped && m_heldFor <= kTapTime;
    if (const auto tap = m_tapKeys.find(key); tap != m_tapKeys.end() && tapped) trigger(tap->second);
}

void ActionMap::releaseHeldKeys() {
    m_gap.stop();
    m_ending = 0;
    for (auto& [key, down] : m_down) {
        const auto held = m_heldKeys.find(key);
        if (std::exchange(down, false) && held != m_heldKeys.end()) Q_EMIT heldChanged(held->second, false);
    }
}

bool ActionMap::eventFilter(QObject* watched, QEvent* event) {
    const QEvent::Type type = event->type();
    if (type == QEvent::WindowDeactivate &&
        watched == m_window) { // a key released elsewhere is never told of
        releaseHeldKeys();
        return false;
    }
    if (type == QEvent::ToolTip) return showObstacle(watched, *static_cast<QHelpEvent*>(event));
    if (type != QEvent::ShortcutOverride && type != QEvent::KeyPress && type != QEvent::KeyRelease)
        return false;
    if (!watched->isWidgetType()) return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    const auto held = m_heldKeys.find(key->key());
    if (type == QEvent::KeyRelease) { // whatever has the focus by now
        if (key->isAutoRepeat() || held == m_heldKeys.end() || !m_down[key->key()]) return false;
        letGo(); // of another one
        m_ending = key->key();
        m_heldFor = std::chrono::milliseconds(m_sinceDown.elapsed());
        m_gap.start();
        return true;
    }
    if (key->key() != m_ending) letGo(); // what comes next finds it up
    if (!keysBelongToWindow()) return false;
    if (QWidget* focus = QApplication::focusWidget(); keepsKey(focus, *key)) {
        if (type == QEvent::ShortcutOverride) {
            event->accept(); // no shortcut: the control gets the key press
            return true;
        }
        const bool isReturn = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        return watched == focus && isReturn && pressReturn(focus, key->isAutoRepeat());
    }
    if (held == m_heldKeys.end() || !plain) {
        const QString why = type == QEvent::KeyPress && !key->isAutoRepeat() ? obstacleOf(*key) : QString();
        if (!why.isEmpty()) Q_EMIT refused(why);
        return !why.isEmpty();
    }
    if (type == QEvent::ShortcutOverride) {
        event->accept(); // no shortcut: the key press comes next
        return true;
    }
    if (key->isAutoRepeat()) return true;
    if (std::exchange(m_ending, 0) == key->key()) { // it was down all the time
        m_gap.stop();
        m_tapped = false;
        return true;
    }
    m_tapped = true;
    m_sinceDown.start();
    if (!m_down[key->key()]) {
        m_down[key->key()] = true;
        Q_EMIT heldChanged(held->second, true);
    }
    return true;
}

} // namespace forameter::ui
