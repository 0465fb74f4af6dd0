// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>
#include <map>
#include <vector>

#include "forameter/workspace/reading.hpp"

class QGridLayout;

namespace forameter::ui {

/// One cell of the level grid: state and live area. A button, so that keyboard and screen readers find it.
class CellButton : public QAbstractButton {
    Q_OBJECT

public:
    explicit CellButton(QWidget* parent);
    void show(const workspace::CellView& view);
    [[nodiscard]] const workspace::CellView& view() const { return m_view; }
    /// Less high, for low windows.
    void setLow(bool low);
    [[nodiscard]] QSize sizeHint() const override { return {72, m_low ? 38 : 52}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    workspace::CellView m_view;
    QString m_spoken; ///< state and area in words
    bool m_low = false;
};

/// Five or six levels by NF right, CC, NF left: the one place that says what is done and what is missing.
/// Arrow keys move between the cells, Return or a click goes to one.
class LevelGrid : public QWidget {
    Q_OBJECT

public:
    explicit LevelGrid(QWidget* parent);

    /// Rows follow the levels of the cells, from the head down; columns structure and side.
    void setCells(const std::vector<workspace::CellView>& cells);
    /// Lower rows, so that all are in sight in a low window.
    void setLow(bool low);
    /// One cell anew, of those already shown.
    void setCell(const workspace::CellView& cell);
    [[nodiscard]] CellButton* button(const anatomy::Cell& cell) const;

Q_SIGNALS:
    void activated(forameter::anatomy::Cell cell);
    void menuRequested(forameter::anatomy::Cell cell, QPoint globalPosition);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void rebuild(const std::vector<workspace::CellView>& cells);
    void moveFocus(int rows, int columns);

    QGridLayout* m_layout;
    std::map<anatomy::Cell, CellButton*> m_buttons;
    std::map<std::pair<int, int>, CellButton*> m_places; ///< by row and column
    std::vector<QWidget*> m_labels;
    bool m_low = false;
};

/// "L4–L5", typeset with an en dash.
[[nodiscard]] QString levelText(anatomy::Level level);
/// "NF L4–L5 right", "CC L4–L5".
[[nodiscard]] QString cellText(const anatomy::Cell& cell);

} // namespace forameter::ui
