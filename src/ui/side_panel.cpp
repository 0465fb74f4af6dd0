// SPDX-License-Identifier: Apache-2.0
#include "side_panel.hpp"

#include <QLabel>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "contour_panel.hpp"
#include "fact_list.hpp"
#include "labels.hpp"
#include "level_grid.hpp"
#include "levels_panel.hpp"
#include "proposal_panel.hpp"
#include "scrolled.hpp"
#include "steps_panel.hpp"

namespace forameter::ui {

SidePanel::SidePanel(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_grid(new LevelGrid(this)),
      m_levels(new LevelsPanel(actions, this)),
      m_proposal(new ProposalPanel(actions, this)),
      m_contour(new ContourPanel(actions, this)),
      m_seriesBox(new QWidget(this)),
      m_series(new FactList(m_seriesBox)),
      m_steps(new StepsPanel(actions, this)),
      m_rights(plainLabel(QString(), this, "strong")),
      m_notices(plainLabel(QString(), this, "warning")) {
    setObjectName(QStringLiteral("SidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(326);
    m_grid->setObjectName(QStringLiteral("LevelGrid"));
    m_levels->setObjectName(QStringLiteral("LevelsPanel"));
    m_rights->setObjectName(QStringLiteral("RightsSentence"));
    m_rights->setWordWrap(true);
    m_notices->setWordWrap(true);
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(14, 12, 14, 10);
    column->setSpacing(12);
    column->addWidget(m_rights);
    auto* gridBox = new QVBoxLayout;
    gridBox->setSpacing(8);
    gridBox->addWidget(headingLabel(QStringLiteral("Levels"), content));
    gridBox->addWidget(m_grid);
    column->addLayout(gridBox);
    column->addWidget(m_proposal);
    column->addWidget(m_levels);
    column->addWidget(m_contour);
    auto* seriesColumn = new QVBoxLayout(m_seriesBox);
    seriesColumn->setContentsMargins(0, 0, 0, 0);
    seriesColumn->setSpacing(4);
    seriesColumn->addWidget(headingLabel(QStringLiteral("Series"), m_seriesBox));
    seriesColumn->addWidget(m_series);
    column->addWidget(m_seriesBox);
    column->addWidget(m_steps);
    column->addWidget(m_notices);
    column->addStretch(1);
    // As wide as beside the scroll bar, whether there is one or not: nothing is cut off, nothing jumps.
    content->setFixedWidth(width() - 10);
    auto* scroll = scrolled(content, this);
    scroll->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(scroll, 1);
    outer->addWidget(m_proposal->decisions()); // whatever the height of the window, they are in sight
    outer->addWidget(m_levels->decisions());
    outer->addWidget(m_contour->decisions());
    connect(m_levels, &LevelsPanel::failed, this, &SidePanel::failed);
    connect(m_grid, &LevelGrid::menuRequested, this, &SidePanel::cellMenuRequested);
    connect(m_grid, &LevelGrid::activated, this, [this](anatomy::Cell cell) {
        if (!m_document) return;
        if (const auto went = m_document->reading().goTo(cell); !went)
            Q_EMIT failed(qstring(went.error().message));
    });
}

void SidePanel::setDocument(workspace::StudyDocument* document, workspace::ProposalDesk* proposals) {
    m_subscriptions.clear();
    m_document = document;
    setVisible(document != nullptr);
    m_levels->setDocument(document);
    m_proposal->setDocument(document, proposals);
    m_contour->setDocument(document);
    m_steps->setDocument(document);
    if (!document) return;
    auto& reading = document->reading();
    m_subscriptions.push_back(reading.cellsChanged.subscribe([this] { refreshGrid(); }));
    m_subscriptions.push_back(reading.cellDrawn.subscribe(
        [this](const anatomy::Cell& cell) { m_grid->setCell(m_document->reading().view(cell)); }));
    m_subscriptions.push_back(reading.currentChanged.subscribe([this] {
        refreshGrid();
        refreshSeries();
    }));
    m_subscriptions.push_back(document->levels().changed.subscribe([this] {
        refreshGrid();
        refreshRights();
    }));
    refreshRights();
    refreshGrid();
    refreshSeries();
}

void SidePanel::resizeEvent(QResizeEvent*) {
    m_grid->setLow(height() < 560);
}

void SidePanel::enter() {
    if (!m_document) return;
    if (m_levels->isVisible()) return m_levels->enter();
    const auto& reading = m_document->reading();
    const auto cell = reading.currentCell() ? reading.currentCell() : reading.nextCell();
    if (auto* button = m_grid->button(cell.value_or(reading.cells().front())))
        button->setFocus(Qt::TabFocusReason);
}

void SidePanel::refreshRights() {
    const auto& record = m_document->record();
    const auto sentence = record.rights().sentence(record.levelsConfirmed());
    m_rights->setText(qstring(sentence));
    m_rights->setVisible(!sentence.empty());
}

void SidePanel::refreshGrid() {
    std::vector<workspace::CellView> cells;
    for (const anatomy::Cell& cell : m_document->reading().cells())
        cells.push_back(m_document->reading().view(cell));
    m_grid->setCells(cells);
}

void SidePanel::refreshSeries() {
    m_seriesBox->setVisible(!m_document->reading().currentCell());
    std::vector<Fact> facts;
    const auto& stacks = m_document->images().stacks();
    for (const workspace::SliceList& list : m_document->views().hanging().lists) {
        QString name = qstring(list.title);
        if (list.stacks.size() > 1) name += QStringLiteral(" · %1 blocks").arg(list.stacks.size());
        QString value = QString::number(list.slices.size());
        if (!list.stacks.empty()) {
            const workspace::Stack& first = stacks[list.stacks.front()];
            if (first.sliceThickness)
                value += QStringLiteral(" · %1 mm").arg(*first.sliceThickness, 0, 'f', 1);
        }
        facts.push_back(
            {name, list.measurable ? value : value + QStringLiteral(" · not measurable"), !list.measurable});
    }
    m_series->setFacts(std::move(facts));
    QStringList notices;
    for (const std::string& notice : m_document->notices())
        notices << qstring(notice);
    m_notices->setText(notices.join(QStringLiteral("\n\n")));
    m_notices->setVisible(!notices.isEmpty());
}

} // namespace forameter::ui
