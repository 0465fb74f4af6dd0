// SPDX-License-Identifier: Apache-2.0
#include "cell_desk.hpp"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "tool_bar.hpp"

namespace forameter::ui {

using workspace::Pane;

CellDesk::CellDesk(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_toolBar(new ToolBar(actions, this)),
      m_work(new WorkView(this)),
      m_side{new PaneView(Pane::Companion, SliceView::Density::Compact, this),
             new PaneView(Pane::Locator, SliceView::Density::Compact, this),
             new PaneView(Pane::Cross, SliceView::Density::Compact, this)} {
    m_work->setObjectName(QStringLiteral("PaneWork"));
    m_side[0]->setObjectName(QStringLiteral("PaneCompanion"));
    m_side[1]->setObjectName(QStringLiteral("PaneLocator"));
    m_side[2]->setObjectName(QStringLiteral("PaneCross"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3);
    row->addWidget(m_toolBar);
    row->addWidget(m_work, 3);
    auto* column = new QVBoxLayout;
    column->setSpacing(3);
    for (PaneView* pane : m_side)
        column->addWidget(pane, 1);
    row->addLayout(column, 1);
}

void CellDesk::setDocument(workspace::StudyDocument* document) {
    m_work->setDocument(document);
    for (PaneView* pane : m_side)
        pane->setDocument(document);
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

} // namespace forameter::ui
