// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

namespace forameter::ui {

class WorkView;

/// Lets the arrow keys move the point cursor of the work pane while it is shown; all other keys keep their
/// meaning. Arrow keys mean slices and cells again as soon as the cursor is
/// put away (Esc, another cell).
class KeyboardDrawing : public QObject {
    Q_OBJECT

public:
    KeyboardDrawing(WorkView* work, QWidget* window);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    WorkView* m_work;
    QWidget* m_window;
};

} // namespace forameter::ui
