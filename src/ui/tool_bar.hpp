// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <optional>

#include "forameter/workspace/actions.hpp"

class QLabel;

namespace forameter::ui {

class ActionMap;

/// The contour tools as a slim column beside the work pane, and the size of those that have one.
class ToolBar : public QWidget {
    Q_OBJECT

public:
    ToolBar(const ActionMap& actions, QWidget* parent);
    /// Size of brush, sculptor and smoother in mm; none where the tool has no size.
    void setRadius(std::optional<double> millimetres);

private:
    void add(const ActionMap& actions, workspace::ActionId id, const QString& icon);
    QWidget* m_size;
    QLabel* m_radius;
};

} // namespace forameter::ui
