// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <vector>

namespace forameter::ui {

class PaneView;

/// Lets the arrow keys move the point cursor of a pane while it has one; all other keys keep their meaning.
/// Arrow keys mean slices and cells again as soon as the cursor is put away (Esc, another cell).
class KeyboardDrawing : public QObject {
    Q_OBJECT

public:
    KeyboardDrawing(std::vector<PaneView*> panes, QWidget* window);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::vector<PaneView*> m_panes;
    QWidget* m_window;
};

} // namespace forameter::ui
