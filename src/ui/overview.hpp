// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <array>

#include "pane_view.hpp"

class QGridLayout;

namespace forameter::ui {

class SceneView;

/// Sagittal T1, sagittal T2, axial T2 and the scene, linked; a missing sagittal sequence leaves its room to
/// the other one. A double click enlarges one of them and brings the others back.
class Overview : public QWidget {
    Q_OBJECT

public:
    explicit Overview(QWidget* parent);

    void setDocument(workspace::StudyDocument* document);
    [[nodiscard]] std::array<PaneView*, 3> panes() const { return m_panes; }
    [[nodiscard]] SceneView* scene() const { return m_scene; }
    void toggleEnlarged(QWidget* view);
    [[nodiscard]] bool isEnlarged() const { return m_enlarged != nullptr; }

private:
    void arrange();

    std::array<PaneView*, 3> m_panes;
    SceneView* m_scene;
    QGridLayout* m_layout;
    QWidget* m_enlarged = nullptr;
    PaneView* m_single = nullptr; ///< the one sagittal pane of a study with one sagittal sequence
};

} // namespace forameter::ui
