// SPDX-License-Identifier: Apache-2.0
#include "fact_list.hpp"

#include <QFontMetricsF>
#include <QPainter>

#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kRowHeight = 26;
}

FactList::FactList(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FactList::setFacts(std::vector<Fact> facts) {
    if (facts == m_facts) return;
    const bool resized = facts.size() != m_facts.size();
    m_facts = std::move(facts);
    QString spoken;
    for (const Fact& fact : m_facts)
        spoken += fact.label + QStringLiteral(": ") + fact.value + QStringLiteral(". ");
    setAccessibleName(spoken);
    if (resized) updateGeometry();
    update();
}

QSize FactList::sizeHint() const {
    return {240, kRowHeight * static_cast<int>(m_facts.size())};
}

void FactList::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    const QFont font = uiFont(13);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    double y = 0;
    for (const Fact& fact : m_facts) {
        const double baseline = y + (kRowHeight + metrics.capHeight()) / 2;
        const double room = width() - metrics.horizontalAdvance(fact.label) - 12;
        const QString value = metrics.elidedText(fact.value, Qt::ElideMiddle, room);
        painter.setPen(t.text);
        painter.drawText(QPointF(0, baseline), fact.label);
        painter.setPen(fact.warning ? t.warning : t.strong);
        drawFigures(painter, {width() - figuresWidth(font, value), baseline}, value);
        y += kRowHeight;
        painter.fillRect(QRectF(0, y - 1, width(), 1), t.line);
    }
}

} // namespace forameter::ui
