// SPDX-License-Identifier: Apache-2.0
#include "cell_desk.hpp"

#include <QApplication>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "tool_bar.hpp"

namespace forameter::ui {

using workspace::Pane;

CellDesk::CellDesk(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_toolBar(new ToolBar(actions, this)),
      m_work(new WorkView(this)),
      m_column(new QWidget(this)),
      m_side{new PaneView(Pane::Companion, SliceView::Density::Compact, m_column),
             new PaneView(Pane::Locator, SliceView::Density::Compact, m_column),
             new PaneView(Pane::Cross, SliceView::Density::Compact, m_column)} {
    m_work->setObjectName(QStringLiteral("PaneWork"));
    m_side[0]->setObjectName(QStringLiteral("PaneCompanion"));
    m_side[1]->setObjectName(QStringLiteral("PaneLocator"));
    m_side[2]->setObjectName(QStringLiteral("PaneCross"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3);
    row->addWidget(m_toolBar);
    row->addWidget(m_work, 3);
    auto* column = new QVBoxLayout(m_column);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    for (PaneView* pane : m_side)
        column->addWidget(pane, 1);
    m_column->setMinimumWidth(120); // the words on them in whole
    row->addWidget(m_column, 1);
}

void CellDesk::setDocument(workspace::StudyDocument* document) {
    m_work->setDocument(document);
    for (PaneView* pane : m_side)
        pane->setDocument(document);
    m_alone = false;
    fit();
    m_companionChanged = {};
    if (!document) return;
    m_toolBar->setVisible(document->record().rights().draw);
    const auto fit = [this, document](Pane pane) { // no second sequence: its room goes to the others
        if (pane == Pane::Companion)
            m_side[0]->setVisible(document->views().pane(Pane::Companion).slice.has_value());
    };
    m_companionChanged = document->views().paneChanged.subscribe(fit);
    fit(Pane::Companion);
}

void CellDesk::toggleAlone() {
    m_alone = !m_alone;
    fit();
    if (m_alone) m_work->setFocus(Qt::OtherFocusReason);
}

/// Where there is no room for two, the picture that is drawn on has it.
void CellDesk::fit() {
    constexpr int least = 360; // pixels
    const bool hasKeys = m_column->isAncestorOf(QApplication::focusWidget());
    m_column->setVisible(!m_alone && width() >= least);
    if (hasKeys && m_column->isHidden()) m_work->setFocus(Qt::OtherFocusReason);
}

void CellDesk::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

} // namespace forameter::ui
