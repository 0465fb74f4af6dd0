// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "forameter/workspace/actions.hpp"

class QHBoxLayout;

namespace forameter::ui {

/// A rounded label in the top bar. Plain text.
class Chip : public QWidget {
    Q_OBJECT

public:
    enum class Tone { Quiet, Good, Warning, Alarm };
    explicit Chip(QWidget* parent);
    void show(const QString& text, Tone tone);
    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] Tone tone() const { return m_tone; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    Tone m_tone = Tone::Quiet;
};

/// Brand, menus, rooms, and what must be seen at all times: the case, whether everything is stored, research
/// use only.
class TopBar : public QWidget {
    Q_OBJECT

public:
    TopBar(QWidget* menuBar, QWidget* parent);
    [[nodiscard]] Chip* caseChip() const { return m_case; }
    [[nodiscard]] Chip* storedChip() const { return m_stored; }
    /// The rooms that the person may enter, as one button each.
    void setRooms(const std::vector<workspace::Room>& rooms, workspace::Room current);

Q_SIGNALS:
    void roomChosen(forameter::workspace::Room room);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void sayResearch();

    QHBoxLayout* m_rooms;
    std::vector<workspace::Room> m_shown;
    workspace::Room m_current = workspace::Room::Read;
    Chip *m_case, *m_stored, *m_research;
};

/// "Forameter", its second half in the accent colour.
class Brand : public QWidget {
    Q_OBJECT

public:
    explicit Brand(QWidget* parent) : QWidget(parent) { setAccessibleName(QStringLiteral("Forameter")); }
    [[nodiscard]] QSize sizeHint() const override { return {92, 30}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace forameter::ui
