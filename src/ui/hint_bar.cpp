// SPDX-License-Identifier: Apache-2.0
#include "hint_bar.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <utility>

#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kWarningTime = 9000, kNoteTime = 5000; // ms; a note hides the hints of what comes next
}

HintBar::HintBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("HintBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(32);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &HintBar::clearMessage);
}

void HintBar::clearMessage() {
    m_timer.stop();
    m_message.clear();
    update();
}

void HintBar::setHints(const QString& sentence, std::vector<Hint> hints) {
    std::erase_if(hints, [](const Hint& hint) { return hint.key.isEmpty(); });
    if (sentence == m_sentence && hints == m_hints) return;
    m_sentence = sentence;
    m_hints = std::move(hints);
    update();
}

void HintBar::showMessage(const QString& message, Tone tone) {
    m_message = message;
    m_tone = tone;
    setAccessibleName(message);
    m_timer.start(tone == Tone::Warning ? kWarningTime : kNoteTime);
    update();
}

void HintBar::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), t.panel);
    painter.fillRect(QRect(0, 0, width(), 1), t.line);
    const QFont font = uiFont(12);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    const double baseline = (height() + metrics.capHeight()) / 2 + 0.5;
    double x = 14;
    if (!m_message.isEmpty()) {
        const QColor color = m_tone == Tone::Warning ? t.warning : t.accent;
        painter.drawPixmap(
            QPointF(x, height() / 2.0 - 7),
            iconPixmap(m_tone == Tone::Warning ? QStringLiteral("warning") : QStringLiteral("info"), color,
                       15, devicePixelRatioF()));
        painter.setPen(m_tone == Tone::Warning ? t.warning : t.strong);
        painter.drawText(QPointF(x + 22, baseline),
                         metrics.elidedText(m_message, Qt::ElideRight, width() - x - 36));
        return;
    }
    painter.setPen(t.text);
    painter.drawText(QPointF(x, baseline), m_sentence);
    x += metrics.horizontalAdvance(m_sentence) + (m_sentence.isEmpty() ? 0 : 24);
    const QFont small = uiFont(11, QFont::Medium);
    const QFontMetricsF capMetrics(small);
    for (const Hint& hint : m_hints) {
        const double cap = std::max(18.0, capMetrics.horizontalAdvance(hint.key) + 10);
        const double end = x + cap + 6 + metrics.horizontalAdvance(hint.text);
        if (end > width() - 10) break;
        painter.setPen(QPen(t.hover, 1));
        painter.setBrush(t.raised);
        painter.drawRoundedRect(QRectF(x + 0.5, height() / 2.0 - 9, cap, 18), 4, 4);
        painter.setFont(small);
        painter.setPen(t.strong);
        painter.drawText(
            QPointF(x + (cap - capMetrics.horizontalAdvance(hint.key)) / 2 + 0.5, baseline - 0.5), hint.key);
        painter.setFont(font);
        painter.setPen(t.quiet);
        painter.drawText(QPointF(x + cap + 6, baseline), hint.text);
        x = hint.text.isEmpty() ? end - 2 : end + 16;
    }
}

Banner::Banner(QWidget* parent)
    : QWidget(parent), m_text(plainLabel(QString(), this)), m_button(new QPushButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(40, 7, 12, 7);
    m_text->setWordWrap(true);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    m_button->setFocusPolicy(Qt::TabFocus);
    connect(m_button, &QPushButton::clicked, this, &Banner::buttonClicked);
    setVisible(false);
}

void Banner::show(const QString& text, Kind kind, const QString& buttonText) {
    m_kind = kind;
    m_text->setText(text);
    m_button->setText(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    update();
}

QString Banner::text() const {
    return m_text->text();
}

void Banner::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    const QColor color = m_kind == Kind::Alarm ? t.alarm : t.warning;
    QPainter painter(this);
    painter.fillRect(rect(), t.panel);
    QColor fill = color;
    fill.setAlpha(m_kind == Kind::Alarm ? 60 : 30);
    painter.fillRect(rect(), fill);
    painter.fillRect(QRect(0, 0, 4, height()), color);
    painter.drawPixmap(QPointF(14, height() / 2.0 - 8),
                       iconPixmap(QStringLiteral("warning"), color, 17, devicePixelRatioF()));
}

} // namespace forameter::ui
