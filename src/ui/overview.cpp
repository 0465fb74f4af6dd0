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
    m_layout->addWidget(m_panes[0], 0, 0);
    m_layout->addWidget(m_panes[1], 0, 1);
    m_layout->addWidget(m_panes[2], 1, 0);
    m_layout->addWidget(m_scene, 1, 1);
    for (const int i : {0, 1}) {
        m_layout->setRowStretch(i, 1);
        m_layout->setColumnStretch(i, 1);
    }
    for (PaneView* pane : m_panes)
        connect(pane, &SliceView::enlargeRequested, this, [this, pane] { toggleEnlarged(pane); });
    connect(m_scene, &SceneView::enlargeRequested, this, [this] { toggleEnlarged(m_scene); });
}

void Overview::setDocument(workspace::StudyDocument* document) {
    for (PaneView* pane : m_panes)
        pane->setDocument(document);
    m_scene->setDocument(document);
}

void Overview::toggleEnlarged(QWidget* view) {
    m_enlarged = m_enlarged ? nullptr : view;
    const std::array<QWidget*, 4> all{m_panes[0], m_panes[1], m_panes[2], m_scene};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool shown = !m_enlarged || all[i] == m_enlarged;
        all[i]->setVisible(shown);
    }
    for (int i = 0; i < 2; ++i) { // hidden rows and columns must not keep their share
        const auto shown = [&](int row, int column) {
            return !m_layout->itemAtPosition(row, column)->widget()->isHidden();
        };
        m_layout->setRowStretch(i, shown(i, 0) || shown(i, 1) ? 1 : 0);
        m_layout->setColumnStretch(i, shown(0, i) || shown(1, i) ? 1 : 0);
    }
}

} // namespace forameter::ui
