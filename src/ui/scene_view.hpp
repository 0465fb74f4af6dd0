// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QTimer>
#include <QWidget>
#include <optional>

#include "forameter/render/scene.hpp"
#include "forameter/workspace/study_document.hpp"

namespace forameter::ui {

/// The study in space: the slices shown in the other panes, every contour, the vertebra names. Drag turns,
/// wheel zooms, middle drag moves. The picture is made by render::Scene off-screen and painted like any
/// other; where that is not possible the view says why. The scene is made when it is first needed, and
/// follows the 2-D views after a short pause so that it never slows them.
class SceneView : public QWidget {
    Q_OBJECT

public:
    explicit SceneView(QWidget* parent);
    ~SceneView() override;

    void setDocument(workspace::StudyDocument* document);
    /// Also what a scene that is not made yet begins with.
    void look(render::CameraPreset preset);
    /// Brings the picture up to date at once (scripts, screenshots).
    void renderNow();
    [[nodiscard]] QString obstacle() const { return m_obstacle; }

Q_SIGNALS:
    void enlargeRequested();
    void menuRequested(QPoint globalPosition); ///< right click without a drag

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void later();
    [[nodiscard]] bool ensureScene();
    void fillScene();
    void renderPicture(render::Quality quality = render::Quality::Fine);
    /// The hand moves the scene: quickly now, finely once it rests.
    void moved();

    workspace::StudyDocument* m_document = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    std::optional<render::Scene> m_scene;
    QString m_obstacle;
    render::CameraPreset m_preset = render::CameraPreset::Oblique;
    bool m_tried = false, m_framed = false;
    bool m_nothing = false; ///< no slice has a place in the scene
    bool m_unread = false;  ///< of one that would have, the pixels cannot be read
    QImage m_picture;       ///< borrows the scene's buffer
    QTimer m_timer;
    QPointF m_pressed, m_last;
};

} // namespace forameter::ui
