// SPDX-License-Identifier: Apache-2.0
#include "tool_bar.hpp"

#include <QAction>
#include <QFrame>
#include <QToolButton>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

using workspace::ActionId;

namespace {
QFrame* rule(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setProperty("rule", true);
    return line;
}
} // namespace

ToolBar::ToolBar(const ActionMap& actions, QWidget* parent)
    : QWidget(parent), m_size(new QWidget(this)), m_radius(plainLabel(QString(), m_size, "strong")) {
    setObjectName(QStringLiteral("SidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(50);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 8, 6, 8);
    column->setSpacing(2);
    add(actions, ActionId::NoTool, QStringLiteral("contrast"));
    column->addWidget(rule(this));
    add(actions, ActionId::Spline, QStringLiteral("spline"));
    add(actions, ActionId::Polygon, QStringLiteral("polygon"));
    add(actions, ActionId::Freehand, QStringLiteral("freehand"));
    add(actions, ActionId::LiveWire, QStringLiteral("live-wire"));
    add(actions, ActionId::Brush, QStringLiteral("brush"));
    column->addWidget(rule(this));
    add(actions, ActionId::EditPoints, QStringLiteral("vertex-edit"));
    add(actions, ActionId::Sculpt, QStringLiteral("sculpt"));
    add(actions, ActionId::Smooth, QStringLiteral("smooth"));

    m_size->setObjectName(QStringLiteral("ToolSize"));
    auto* sizeColumn = new QVBoxLayout(m_size);
    sizeColumn->setContentsMargins(0, 6, 0, 0);
    sizeColumn->setSpacing(1);
    m_radius->setAlignment(Qt::AlignCenter);
    auto* unit = plainLabel(QStringLiteral("mm"), m_size, "quiet");
    unit->setAlignment(Qt::AlignCenter);
    sizeColumn->addWidget(m_radius);
    sizeColumn->addWidget(unit);
    const auto tellSize = [this, &actions] {
        QStringList ways; // a comma is a key here: in brackets it does not pass for a comma
        for (const auto& [word, id] :
             {std::pair{"smaller", ActionId::ToolSmaller}, std::pair{"larger", ActionId::ToolLarger}})
            if (const QString key = actions.keyText(id); !key.isEmpty())
                ways << QStringLiteral("%1 [%2]").arg(QLatin1String(word), key);
        if (const QString hand = actions.mouseText(workspace::MouseAction::ToolSize); !hand.isEmpty())
            ways << hand;
        m_size->setToolTip(QStringLiteral("Radius of the tool: ") + ways.join(QStringLiteral(" · ")));
    };
    tellSize();
    connect(&actions, &ActionMap::bindingsChanged, this, tellSize);
    column->addWidget(m_size);
    column->addStretch(1);
    add(actions, ActionId::SuggestedSlice, QStringLiteral("target"));
    column->addWidget(rule(this));
    add(actions, ActionId::Undo, QStringLiteral("undo"));
    add(actions, ActionId::Redo, QStringLiteral("redo"));
    add(actions, ActionId::DeleteContour, QStringLiteral("trash"));
    setRadius(std::nullopt);
}

void ToolBar::add(const ActionMap& actions, ActionId id, const QString& icon) {
    auto* button = new QToolButton(this);
    actions.action(id)->setIcon(ui::icon(icon));
    button->setDefaultAction(actions.action(id));
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setIconSize({22, 22});
    button->setFixedWidth(38);
    button->setMinimumHeight(22); // closer together on a low screen
    button->setMaximumHeight(36);
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(actions.action(id)->text());
    layout()->addWidget(button);
}

void ToolBar::setRadius(std::optional<double> millimetres) {
    m_size->setVisible(millimetres.has_value());
    if (millimetres) m_radius->setText(QString::number(*millimetres, 'f', 1));
}

} // namespace forameter::ui
