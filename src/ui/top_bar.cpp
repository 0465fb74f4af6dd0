// SPDX-License-Identifier: Apache-2.0
#include "top_bar.hpp"

#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>

#include "action_map.hpp"
#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kChipFont = 12;
constexpr int kChipMargin = 12;
constexpr int kLeft = 14, kRight = 12, kSpacing = 8, kAfterRooms = 6; // pixels
} // namespace

Chip::Chip(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Chip::show(const QString& text, Tone tone, const QString& brief) {
    if (m_text == text && m_tone == tone && m_brief == brief) return;
    m_text = text;
    m_brief = brief;
    m_tone = tone;
    setAccessibleName(text);
    updateGeometry(); // the bar deals out its room anew
    if (parentWidget()) QCoreApplication::postEvent(parentWidget(), new QEvent(QEvent::LayoutRequest));
    update();
}

const QString& Chip::said(Words words) const {
    return words == Words::Brief && !m_brief.isEmpty() ? m_brief : m_text;
}

QFont Chip::wordsFont() const {
    return uiFont(kChipFont, m_tone == Tone::Alarm ? QFont::DemiBold : QFont::Normal);
}

int Chip::wish(Words words) const {
    if (m_text.isEmpty()) return 0;
    return static_cast<int>(std::ceil(figuresWidth(wordsFont(), said(words)))) + 2 * kChipMargin;
}

void Chip::fit(Words words, int width) {
    setVisible(width > 0);
    setToolTip(words == Words::All && width >= wish(words) ? QString() : plainTip(m_text));
    if (m_words == words && m_width == width) return;
    m_words = words;
    m_width = width;
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    return {m_width, 26};
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
    const QFont words = wordsFont();
    painter.setFont(words);
    painter.setPen(color);
    const QFontMetricsF metrics(words);
    const double room = width() - 2 * kChipMargin + 1;
    QString text = said(m_words);
    if (figuresWidth(words, text) > room) text = metrics.elidedText(text, Qt::ElideRight, room);
    drawFigures(painter, {(width() - figuresWidth(words, text)) / 2, (height() + metrics.capHeight()) / 2},
                text);
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
      m_menus(menuBar),
      m_brand(new Brand(this)),
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
    row->setContentsMargins(kLeft, 0, kRight, 0);
    row->setSpacing(kSpacing);
    row->addWidget(m_brand);
    m_rooms->setSpacing(2);
    row->addLayout(m_rooms);
    row->addSpacing(kAfterRooms);
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
    m_research->show(QStringLiteral("Research use only, not for diagnosis"), Chip::Tone::Quiet,
                     QStringLiteral("Research use only"));
    fitChips();
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

void TopBar::fitChips() {
    using enum Chip::Words;
    struct Way {
        Chip::Words research, stored;
        int least; ///< of the case
        int menus;
    };
    const int whole = m_case->wish(All), menus = m_menus->sizeHint().width();
    const bool isBrief = m_case->wish(Brief) < whole;
    const int least = isBrief ? m_case->wish(Brief) : std::min(whole, 90);
    // From 1280 pixels on no menu is folded away: the case, which the worklist says too, gives way.
    const int folded = width() < 1280 ? std::min(menus, m_menus->minimumWidth()) : menus;
    const std::array ways{Way{All, All, whole, menus}, Way{Brief, All, whole, menus},
                          Way{Brief, Brief, whole, menus}, Way{Brief, Brief, least, menus},
                          Way{Brief, Brief, least, folded}};
    const int others = kLeft + kRight + m_brand->sizeHint().width() + m_rooms->sizeHint().width() +
                       kAfterRooms + 7 * kSpacing;
    for (const Way& way : ways) {
        const int stored = m_stored->wish(way.stored), research = m_research->wish(way.research);
        const int room = width() - others - way.menus - stored - research;
        if (way.least > room && &way != &ways.back()) continue;
        m_research->fit(way.research, research);
        m_stored->fit(way.stored, stored);
        m_case->fit(room >= whole ? All : Brief,
                    std::clamp(room, 0, room >= whole || !isBrief ? whole : m_case->wish(Brief)));
        return;
    }
}

bool TopBar::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) fitChips();
    return QWidget::event(event);
}

void TopBar::resizeEvent(QResizeEvent*) {
    fitChips();
}

} // namespace forameter::ui
