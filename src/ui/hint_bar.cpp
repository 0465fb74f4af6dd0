// SPDX-License-Identifier: Apache-2.0
#include "hint_bar.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTextLayout>
#include <algorithm>
#include <utility>

#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kWarningTime = 9000, kNoteTime = 5000; // ms; a note hides the hints of what comes next
constexpr double kLeft = 14, kRight = 10, kGap = 24;

QFont oneLineFont() {
    return uiFont(12);
}
QFont twoLinesFont() {
    return uiFont(11);
}

double capWidth(const QString& key) {
    return std::max(18.0, QFontMetricsF(uiFont(11, QFont::Medium)).horizontalAdvance(key) + 10);
}
/// With the space before the next one; a key without words shares those of the next.
double hintWidth(const HintBar::Hint& hint) {
    return capWidth(hint.key) + 6 + QFontMetricsF(oneLineFont()).horizontalAdvance(hint.text) +
           (hint.text.isEmpty() ? -2 : 16);
}

void drawSentence(QPainter& painter, const QRectF& box, const QString& sentence) {
    const QStringList lines = footLines(sentence, box.width());
    const QFont font = lines.size() > 1 ? twoLinesFont() : oneLineFont();
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    double baseline = box.center().y() + metrics.capHeight() / 2 + 0.5;
    if (lines.size() > 1) baseline -= metrics.height() / 2;
    for (const QString& line : lines) {
        painter.drawText(QPointF(box.left(), baseline), line);
        baseline += metrics.height();
    }
}
} // namespace

QStringList footLines(const QString& sentence, double width) {
    if (QFontMetricsF(oneLineFont()).horizontalAdvance(sentence) <= width) return {sentence};
    QTextLayout layout(sentence, twoLinesFont());
    layout.beginLayout();
    QTextLine first = layout.createLine();
    first.setLineWidth(width);
    layout.endLayout();
    const QString rest = sentence.mid(first.textLength());
    return {sentence.left(first.textLength()).trimmed(),
            QFontMetricsF(twoLinesFont()).elidedText(rest, Qt::ElideRight, width)};
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
    const double whole = width() - kLeft - kRight;
    double x = kLeft;
    if (!m_message.isEmpty()) {
        const QColor color = m_tone == Tone::Warning ? t.warning : t.accent;
        painter.drawPixmap(
            QPointF(x, height() / 2.0 - 7),
            iconPixmap(m_tone == Tone::Warning ? QStringLiteral("warning") : QStringLiteral("info"), color,
                       15, devicePixelRatioF()));
        painter.setPen(m_tone == Tone::Warning ? t.warning : t.strong);
        drawSentence(painter, QRectF(x + 22, 0, whole - 22, height()), m_message);
        return;
    }
    const QFont font = oneLineFont();
    const QFontMetricsF metrics(font);
    const double baseline = (height() + metrics.capHeight()) / 2 + 0.5;
    painter.setPen(t.text);
    if (!m_sentence.isEmpty()) {
        // In two lines it takes little more than half its length, and leaves the rest to the keys.
        double hints = 0;
        for (const Hint& hint : m_hints)
            hints += hintWidth(hint);
        const double needed = metrics.horizontalAdvance(m_sentence);
        const double given = std::min({needed, whole, std::max(whole - kGap - hints, 0.58 * needed)});
        drawSentence(painter, QRectF(x, 0, given, height()), m_sentence);
        x += given + kGap;
    }
    const QFont small = uiFont(11, QFont::Medium);
    const QFontMetricsF capMetrics(small);
    for (const Hint& hint : m_hints) {
        const double cap = capWidth(hint.key);
        const double end = x + cap + 6 + metrics.horizontalAdvance(hint.text);
        if (end > width() - kRight) break;
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
        x += hintWidth(hint);
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
