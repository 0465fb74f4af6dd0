// SPDX-License-Identifier: Apache-2.0
// Which part of the window, and which of its pictures, the keys act on.
#include <QApplication>
#include <QLineEdit>
#include <QStackedWidget>
#include <algorithm>

#include "cell_desk.hpp"
#include "empty_state.hpp"
#include "forameter/ui/main_window.hpp"
#include "overview.hpp"
#include "side_panel.hpp"
#include "worklist_panel.hpp"

namespace forameter::ui {

std::vector<PaneView*> MainWindow::allPanes() const {
    std::vector<PaneView*> panes;
    for (PaneView* pane : m_overview->panes())
        panes.push_back(pane);
    panes.push_back(m_desk->work());
    for (PaneView* pane : m_desk->side())
        panes.push_back(pane);
    return panes;
}

std::vector<PaneView*> MainWindow::shownPanes() const {
    std::vector<PaneView*> panes = allPanes();
    std::erase_if(panes, [](const PaneView* pane) { return !pane->isVisible(); });
    return panes;
}

PaneView* MainWindow::activePane() const {
    for (PaneView* pane : shownPanes())
        if (pane->hasFocus()) return pane;
    if (m_lastPane && m_lastPane->isVisible()) return m_lastPane; // it had the ring
    if (m_stack->currentWidget() == m_desk) return m_desk->work();
    const auto panes = m_overview->panes();
    return panes[1]->isVisible() ? panes[1] : shownPanes().empty() ? panes[1] : shownPanes().front();
}

void MainWindow::nextPane() {
    const auto panes = shownPanes();
    if (panes.empty()) {
        if (!m_empty->enter()) focusNextChild();
        return;
    }
    const auto current =
        std::find_if(panes.begin(), panes.end(), [](const PaneView* pane) { return pane->hasFocus(); });
    const auto next = current == panes.end() || current + 1 == panes.end() ? panes.begin() : current + 1;
    (*next)->setFocus(Qt::TabFocusReason);
}

void MainWindow::nextArea() {
    const QWidget* focus = QApplication::focusWidget();
    if (m_side->isAncestorOf(focus)) return m_worklist->enter();
    if (m_side->isVisible() && !m_worklist->isAncestorOf(focus)) return m_side->enter();
    if (document())
        focusPicture();
    else if (m_worklist->isAncestorOf(focus))
        m_empty->enter();
    else
        m_worklist->enter();
}

void MainWindow::focusPicture() {
    PaneView* pane = activePane();
    const auto* field = qobject_cast<const QLineEdit*>(QApplication::focusWidget());
    if (page() || !pane->isVisible() || (field && field->isVisible())) return;
    pane->setFocus(Qt::OtherFocusReason);
}

/// What had the focus and went away leaves it to its neighbour, on which Return may mean something else.
void MainWindow::focusMoved(QWidget* from) {
    if (from && !from->isVisible() && m_side->isAncestorOf(from)) focusPicture();
}

} // namespace forameter::ui
