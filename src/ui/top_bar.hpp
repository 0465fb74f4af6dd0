// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

#include "forameter/workspace/actions.hpp"

class QHBoxLayout;

namespace forameter::ui {

class Brand;

/// A rounded label in the top bar. Plain text; where it has less room than it wants it is said more briefly,
/// or elided.
class Chip : public QWidget {
    Q_OBJECT

public:
    enum class Tone { Quiet, Good, Warning, Alarm };
    explicit Chip(QWidget* parent);
    /// `brief` says the same in fewer words; empty: there are none.
    void show(const QString& text, Tone tone, const QString& brief = {});
    [[nodiscard]] const QString& text() const { return m_text; }
    enum class Words { All, Brief };
    [[nodiscard]] int wish(Words words) const; ///< pixels; 0 where there is nothing to say
    void fit(Words words, int width);          ///< 0 hides it
    [[nodiscard]] Tone tone() const { return m_tone; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] const QString& said(Words words) const;
    [[nodiscard]] QFont wordsFont() const; ///< of the tone

    QString m_text, m_brief;
    Tone m_tone = Tone::Quiet;
    Words m_words = Words::All;
    int m_width = 0;
};

/// Brand, menus, rooms, and what must be seen at all times: the case, whether everything is stored, research
/// use only. In a narrow window the chips say less; whose images these are never gives way, rather the menus
/// do, which then are behind one button.
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
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitChips();

    QWidget* m_menus;
    Brand* m_brand;
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
