// SPDX-License-Identifier: Apache-2.0
#include "steps_panel.hpp"

#include <QPainter>
#include <algorithm>

#include "action_map.hpp"
#include "sentences.hpp"
#include "theme.hpp"

namespace forameter::ui {

using workspace::Step;

namespace {
constexpr int kRow = 26, kHeading = 24;
constexpr std::array kSteps{Step::Levels, Step::RightForamina, Step::LeftForamina, Step::Canal};

bool belongs(const anatomy::Cell& cell, Step step) {
    if (cell.structure == anatomy::Structure::CC) return step == Step::Canal;
    return step == (cell.side == anatomy::Side::R ? Step::RightForamina : Step::LeftForamina);
}
} // namespace

StepsPanel::StepsPanel(const ActionMap& actions, QWidget* parent) : QWidget(parent), m_actions(actions) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    connect(&actions, &ActionMap::bindingsChanged, this, &StepsPanel::refresh);
}

void StepsPanel::setDocument(workspace::StudyDocument* document) {
    m_subscriptions.clear();
    m_document = document;
    if (document) {
        m_subscriptions.push_back(document->reading().cellsChanged.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->reading().currentChanged.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->levels().changed.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->editor().changed.subscribe([this] { refresh(); })); // the tool
        m_subscriptions.push_back(document->views().arrangementChanged.subscribe([this] { refresh(); }));
    }
    refresh();
}

void StepsPanel::refresh() {
    // Who may not read the study has no steps to take; the side panel says so.
    const bool reads =
        m_document && m_document->record().rights().sentence(m_document->levels().isConfirmed()).empty();
    setVisible(reads);
    if (!reads) return;
    const auto& reading = m_document->reading();
    const Step step = reading.step();
    const QString sentence = withKeys(reading.sentence(), m_actions);
    std::array<bool, 4> complete{};
    complete[0] = m_document->levels().isConfirmed();
    for (std::size_t i = 1; i < kSteps.size(); ++i)
        complete[i] = std::ranges::all_of(reading.cells(), [&](const anatomy::Cell& cell) {
            return !belongs(cell, kSteps[i]) || m_document->record().state(cell) != protocol::CellState::Todo;
        });
    if (step == m_step && sentence == m_sentence && complete == m_complete) return;
    m_step = step;
    m_sentence = sentence;
    m_complete = complete;
    setAccessibleName(QStringLiteral("Step %1 of 4, %2. %3")
                          .arg(static_cast<int>(step) + 1)
                          .arg(qstring(workspace::title(step)), sentence));
    updateGeometry();
    update();
}

int StepsPanel::heightForWidth(int width) const {
    const QFontMetrics metrics(uiFont(13));
    return kHeading + 2 * kRow + 8 +
           metrics.boundingRect(0, 0, std::max(width, 60), 1000, Qt::TextWordWrap, m_sentence).height() + 4;
}

void StepsPanel::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont heading = uiFont(11, QFont::DemiBold);
    heading.setLetterSpacing(QFont::AbsoluteSpacing, 1.0);
    painter.setFont(heading);
    painter.setPen(t.quiet);
    painter.drawText(QPointF(0, 12), QStringLiteral("STEP %1 OF 4").arg(static_cast<int>(m_step) + 1));
    const double half = width() / 2.0;
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
        const bool current = kSteps[i] == m_step && !m_complete[i];
        const int column = static_cast<int>(i) % 2, row = static_cast<int>(i) / 2;
        const QPointF at(column * half, kHeading + row * kRow);
        const QPointF middle = at + QPointF(7, kRow / 2.0 - 2);
        if (m_complete[i]) {
            painter.drawPixmap(middle - QPointF(7, 7),
                               iconPixmap(QStringLiteral("check"), t.good, 14, devicePixelRatioF()));
        } else {
            painter.setPen(QPen(current ? t.accent : t.quiet, 1.5));
            painter.setBrush(current ? QBrush(t.accent) : QBrush(Qt::NoBrush));
            painter.drawEllipse(middle, current ? 4.5 : 4.0, current ? 4.5 : 4.0);
        }
        painter.setFont(uiFont(13, current ? QFont::DemiBold : QFont::Normal));
        painter.setPen(current ? t.strong : m_complete[i] ? t.text : t.quiet);
        painter.drawText(at + QPointF(22, kRow / 2.0 + 3), qstring(workspace::title(kSteps[i])));
    }
    painter.setFont(uiFont(13));
    painter.setPen(t.text);
    painter.drawText(QRect(0, kHeading + 2 * kRow + 4, width(), height()), Qt::TextWordWrap, m_sentence);
}

} // namespace forameter::ui
