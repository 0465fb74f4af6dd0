// SPDX-License-Identifier: Apache-2.0
#include "overview.hpp"

#include <QGridLayout>

#include "scene_view.hpp"

namespace forameter::ui {

using workspace::Pane;

Overview::Overview(QWidget* parent)
    : QWidget(parent),
      m_panes{new PaneView(Pane::SagittalT1, SliceView::Density::Full, this),
              new PaneView(Pane::SagittalT2, SliceView::Density::Full, this),
              new PaneView(Pane::Axial, SliceView::Density::Full, this)},
      m_scene(new SceneView(this)),
      m_layout(new QGridLayout(this)) {
    m_panes[0]->setObjectName(QStringLiteral("PaneSagittalT1"));
    m_panes[1]->setObjectName(QStringLiteral("PaneSagittalT2"));
    m_panes[2]->setObjectName(QStringLiteral("PaneAxial"));
    m_scene->setObjectName(QStringLiteral("PaneScene"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(3);
    for (const int i : {0, 1}) {
        m_layout->setRowStretch(i, 1);
        m_layout->setColumnStretch(i, 1);
    }
    for (PaneView* pane : m_panes)
        connect(pane, &SliceView::enlargeRequested, this, [this, pane] { toggleEnlarged(pane); });
    connect(m_scene, &SceneView::enlargeRequested, this, [this] { toggleEnlarged(m_scene); });
    arrange();
}

void Overview::setDocument(workspace::StudyDocument* document) {
    m_single = nullptr;
    if (document) { // with one sagittal sequence alone its pane has the height of both rows
        const auto& hanging = document->views().hanging();
        if (!hanging.sagittalT1 && hanging.sagittalT2) m_single = m_panes[1];
        if (hanging.sagittalT1 && !hanging.sagittalT2) m_single = m_panes[0];
    }
    m_enlarged = nullptr;
    arrange();
    for (PaneView* pane : m_panes)
        pane->setDocument(document);
    m_scene->setDocument(document);
}

void Overview::toggleEnlarged(QWidget* view) {
    m_enlarged = m_enlarged ? nullptr : view;
    arrange();
}

void Overview::arrange() {
    const std::array<QWidget*, 4> all{m_panes[0], m_panes[1], m_panes[2], m_scene};
    for (QWidget* view : all)
        m_layout->removeWidget(view);
    const auto place = [this](QWidget* view, int row, int column, int rows = 1, int columns = 1) {
        m_layout->addWidget(view, row, column, rows, columns);
        view->show();
    };
    if (m_enlarged) {
        place(m_enlarged, 0, 0, 2, 2);
    } else if (m_single) {
        place(m_single, 0, 0, 2, 1);
        place(m_panes[2], 0, 1);
        place(m_scene, 1, 1);
    } else {
        place(m_panes[0], 0, 0);
        place(m_panes[1], 0, 1);
        place(m_panes[2], 1, 0);
        place(m_scene, 1, 1);
    }
    for (QWidget* view : all)
        if (m_layout->indexOf(view) < 0) view->hide();
}

} // namespace forameter::ui
