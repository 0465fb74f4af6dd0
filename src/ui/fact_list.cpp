// SPDX-License-Identifier: Apache-2.0
#include "fact_list.hpp"

#include <QFontMetricsF>
#include <QPaintEvent>
#include <QPainter>

#include "theme.hpp"

namespace forameter::ui {

namespace {
constexpr int kRowHeight = 24;
}

FactList::FactList(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAutoFillBackground(true); // a live number repaints its row alone, and not the panel below it
}

void FactList::setFacts(std::vector<Fact> facts) {
    if (facts == m_facts) return;
    const bool resized = facts.size() != m_facts.size();
    for (std::size_t i = 0; !resized && i < facts.size(); ++i)
        if (facts[i] != m_facts[i]) update(rowRect(i)); // live numbers change with every move of the pointer
    m_facts = std::move(facts);
    QString spoken;
    for (const Fact& fact : m_facts)
        spoken += fact.label + QStringLiteral(": ") + fact.value + QStringLiteral(". ");
    setAccessibleName(spoken);
    if (!resized) return;
    updateGeometry();
    update();
}

QRect FactList::rowRect(std::size_t row) const {
    return {0, kRowHeight * static_cast<int>(row), width(), kRowHeight};
}

QSize FactList::sizeHint() const {
    return {240, kRowHeight * static_cast<int>(m_facts.size())};
}

void FactList::paintEvent(QPaintEvent* event) {
    const Theme& t = theme();
    QPainter painter(this);
    const QFont font = uiFont(13);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
        const QRect row = rowRect(i);
        if (!event->region().intersects(row)) continue;
        const Fact& fact = m_facts[i];
        const double baseline = row.top() + (kRowHeight + metrics.capHeight()) / 2;
        const double room = width() - metrics.horizontalAdvance(fact.label) - 12;
        const QString value = metrics.elidedText(fact.value, Qt::ElideMiddle, room);
        painter.setPen(t.text);
        painter.drawText(QPointF(0, baseline), fact.label);
        painter.setPen(fact.warning ? t.warning : t.strong);
        drawFigures(painter, {width() - figuresWidth(font, value), baseline}, value);
        painter.fillRect(QRect(0, row.bottom(), width(), 1), t.line);
    }
}

} // namespace forameter::ui
