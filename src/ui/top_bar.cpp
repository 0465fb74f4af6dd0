// SPDX-License-Identifier: Apache-2.0
#include "top_bar.hpp"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <cmath>

#include "action_map.hpp"
#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kChipFont = 12;
// Pixels; narrower, the chips say less so that the menus keep their room.
constexpr int kNarrow = 1150, kShort = 1250;
} // namespace

Chip::Chip(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Chip::show(const QString& text, Tone tone) {
    setVisible(!text.isEmpty());
    if (m_text == text && m_tone == tone) return;
    m_text = text;
    m_tone = tone;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    return {static_cast<int>(std::ceil(figuresWidth(uiFont(kChipFont), m_text))) + 24, 26};
}

void Chip::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    const QColor color = m_tone == Tone::Good      ? t.good
                         : m_tone == Tone::Warning ? t.warning
                         : m_tone == Tone::Alarm   ? t.alarm
                                                   : t.text;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor border = m_tone == Tone::Quiet ? t.hover : color;
    QColor fill = m_tone == Tone::Quiet ? QColor(Qt::transparent) : color;
    if (m_tone != Tone::Quiet) {
        border.setAlpha(140);
        fill.setAlpha(m_tone == Tone::Good ? 20 : 46);
    }
    painter.setPen(QPen(border, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 13, 13);
    const QFont font = uiFont(kChipFont, m_tone == Tone::Alarm ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(color);
    const QFontMetricsF metrics(font);
    drawFigures(painter, {(width() - figuresWidth(font, m_text)) / 2, (height() + metrics.capHeight()) / 2},
                m_text);
}

void Brand::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QFont font = uiFont(15, QFont::Bold);
    const QFontMetricsF metrics(font);
    const double baseline = (height() + metrics.capHeight()) / 2;
    painter.setFont(font);
    painter.setPen(theme().strong);
    painter.drawText(QPointF(0, baseline), QStringLiteral("Fora"));
    painter.setPen(theme().accent);
    painter.drawText(QPointF(metrics.horizontalAdvance(QStringLiteral("Fora")), baseline),
                     QStringLiteral("meter"));
}

TopBar::TopBar(QWidget* menuBar, QWidget* parent)
    : QWidget(parent),
      m_rooms(new QHBoxLayout),
      m_case(new Chip(this)),
      m_stored(new Chip(this)),
      m_research(new Chip(this)) {
    setObjectName(QStringLiteral("TopBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(44);
    m_case->setObjectName(QStringLiteral("CaseChip"));
    m_stored->setObjectName(QStringLiteral("StoredChip"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(new Brand(this));
    m_rooms->setSpacing(2);
    row->addLayout(m_rooms);
    row->addSpacing(6);
    menuBar->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    menuBar->setMinimumWidth(160); // what does not fit goes into its overflow menu
    if (auto* more = menuBar->findChild<QToolButton*>(QStringLiteral("qt_menubar_ext_button"))) {
        more->setIcon(icon(QStringLiteral("chevron-right"))); // the style's own is black on dark
        more->setIconSize({11, 11});
        more->setAccessibleName(QStringLiteral("More menus"));
        more->setToolTip(QStringLiteral("More menus"));
    }
    row->addWidget(menuBar, 0, Qt::AlignVCenter);
    row->addStretch(1);
    row->addWidget(m_case);
    row->addWidget(m_stored);
    row->addWidget(m_research);
    sayResearch();
    m_case->show(QString(), Chip::Tone::Quiet);
    m_stored->show(QString(), Chip::Tone::Quiet);
}

void TopBar::setRooms(const std::vector<workspace::Room>& rooms, workspace::Room current) {
    if (rooms == m_shown && current == m_current) return;
    m_shown = rooms;
    m_current = current;
    while (QLayoutItem* item = m_rooms->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const workspace::Room room : rooms) {
        auto* button = new QPushButton(qstring(workspace::title(room)), this);
        button->setObjectName(QStringLiteral("Room") + button->text());
        button->setProperty("room", true);
        button->setCheckable(true);
        button->setChecked(room == current);
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QPushButton::clicked, this, [this, room] { Q_EMIT roomChosen(room); });
        m_rooms->addWidget(button, 0, Qt::AlignVCenter);
    }
}

void TopBar::sayResearch() {
    m_research->show(width() < kShort ? QStringLiteral("Research use only")
                                      : QStringLiteral("Research use only, not for diagnosis"),
                     Chip::Tone::Quiet);
}

void TopBar::resizeEvent(QResizeEvent*) {
    sayResearch();
    m_case->setMaximumWidth(width() < kNarrow ? 0 : QWIDGETSIZE_MAX); // the worklist says it, too
}

} // namespace forameter::ui
