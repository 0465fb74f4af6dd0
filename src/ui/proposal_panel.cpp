// SPDX-License-Identifier: Apache-2.0
#include "proposal_panel.hpp"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "fact_list.hpp"
#include "labels.hpp"

namespace forameter::ui {

using workspace::ActionId;
using workspace::ProposalDesk;

namespace {
/// What nothing speaks against has 1.00, which would only pass for a promise.
constexpr double kOrdinary = 0.9;
} // namespace

ProposalPanel::ProposalPanel(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_actions(actions),
      m_facts(new FactList(this)),
      m_sentence(plainLabel(QString(), this, "quiet")),
      m_warning(plainLabel(QString(), this, "warning")),
      m_decisions(new QWidget(parent)),
      m_accept(actions.makeButton(ActionId::AcceptProposal, QString(), m_decisions)),
      m_edit(actions.makeButton(ActionId::EditProposal, QString(), m_decisions)),
      m_reject(actions.makeButton(ActionId::RejectProposal, QString(), m_decisions)),
      m_takeLevels(actions.makeButton(ActionId::TakeProposedLevels, QString(), m_decisions)) {
    setObjectName(QStringLiteral("ProposalPanel"));
    m_accept->setProperty("primary", true);
    m_takeLevels->setProperty("primary", true);
    m_sentence->setWordWrap(true);
    m_warning->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(headingLabel(QStringLiteral("Proposal of a model"), this));
    column->addWidget(m_facts);
    column->addWidget(m_sentence);
    column->addWidget(m_warning);
    auto* deciding = new QVBoxLayout(m_decisions);
    deciding->setContentsMargins(14, 10, 24, 0);
    deciding->setSpacing(6);
    deciding->addWidget(m_takeLevels);
    deciding->addWidget(m_accept);
    auto* buttons = new QHBoxLayout; // a row of its own: three with their keys are wider than the panel
    buttons->setSpacing(6);
    for (auto* one : {m_edit, m_reject})
        buttons->addWidget(one, 1);
    deciding->addLayout(buttons);
    m_decisions->setVisible(false);
    connect(&actions, &ActionMap::bindingsChanged, this, &ProposalPanel::refresh);
    setVisible(false);
}

void ProposalPanel::setDocument(workspace::StudyDocument* document, ProposalDesk* proposals) {
    m_subscriptions.clear();
    m_document = document;
    m_proposals = proposals;
    if (document) {
        m_subscriptions.push_back(
            document->reading().cellsChanged.subscribe([this] { refresh(); })); // offers, too
        m_subscriptions.push_back(document->levels().changed.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->reading().currentChanged.subscribe([this] { refresh(); }));
    }
    refresh();
}

void ProposalPanel::refresh() {
    m_decisions->setVisible(false);
    if (!m_document || m_proposals->state() == ProposalDesk::State::Off) return setVisible(false);
    for (auto* button : {m_accept, m_edit, m_reject, m_takeLevels})
        button->setVisible(false);
    m_accept->setText(m_actions.withKey(QStringLiteral("Accept"), ActionId::AcceptProposal));
    m_edit->setText(m_actions.withKey(QStringLiteral("Edit"), ActionId::EditProposal));
    m_reject->setText(m_actions.withKey(QStringLiteral("Reject"), ActionId::RejectProposal));
    m_takeLevels->setText(
        m_actions.withKey(QStringLiteral("Take proposed levels"), ActionId::TakeProposedLevels));
    m_facts->setFacts({});
    m_sentence->clear();
    m_warning->clear();
    const bool shown = m_document->levels().active() ? showLevels() : showCell();
    m_facts->setVisible(shown);
    if (!shown && m_sentence->text().isEmpty()) {
        QString sentence = qstring(m_proposals->sentence());
        const QString again = m_actions.keyText(ActionId::AskProposals);
        if (m_proposals->state() == ProposalDesk::State::Failed && !again.isEmpty())
            sentence += QStringLiteral(" %1 asks again.").arg(again);
        m_sentence->setText(sentence);
    }
    m_sentence->setVisible(!m_sentence->text().isEmpty());
    m_warning->setVisible(!m_warning->text().isEmpty());
    setVisible(shown || !m_sentence->text().isEmpty());
}

bool ProposalPanel::showLevels() {
    const auto* proposed = m_proposals->levels();
    if (!proposed) return false;
    QStringList names, doubts;
    for (const auto& mark : proposed->levels.marks)
        names << qstring(anatomy::name(mark.vertebra));
    for (const auto& doubt : proposed->doubts)
        doubts << qstring(doubt);
    std::vector<Fact> facts{{QStringLiteral("Vertebrae"), names.join(QLatin1Char(' '))}};
    if (proposed->confidence < kOrdinary)
        facts.push_back({QStringLiteral("Confidence in the count"),
                         QStringLiteral("%1 of 1").arg(proposed->confidence, 0, 'f', 2), true});
    m_facts->setFacts(std::move(facts));
    m_sentence->setText(QStringLiteral("Counted upwards from the sacrum. Look at them, then confirm."));
    m_warning->setText(doubts.join(QLatin1Char('\n')));
    m_takeLevels->setVisible(true);
    m_decisions->setVisible(true);
    return true;
}

bool ProposalPanel::showCell() {
    const auto cell = m_document->reading().currentCell();
    if (!cell) return false;
    if (const auto* offer = m_proposals->offered(*cell)) {
        QString area = QStringLiteral("%1 mm²").arg(offer->areaMm2, 0, 'f', 1);
        if (offer->areaHigh > offer->areaLow)
            area += QStringLiteral(" (90 %: %1 – %2)")
                        .arg(offer->areaLow, 0, 'f', 0)
                        .arg(offer->areaHigh, 0, 'f', 0);
        m_facts->setFacts({{QStringLiteral("Area"), area},
                           {QStringLiteral("Expected agreement (Dice)"),
                            offer->confidence < 0.05 ? QStringLiteral("below 0.05")
                                                     : QString::number(offer->confidence, 'f', 2)}});
        markPrimary(m_accept, !offer->doubtful);
        m_sentence->setText(QStringLiteral("Dashed in the picture. It counts only once you accept it."));
        if (offer->doubtful)
            m_warning->setText(QStringLiteral("The model doubts this contour: look closely."));
        m_accept->setVisible(true);
        m_edit->setVisible(true);
        m_reject->setVisible(true);
        m_decisions->setVisible(true);
        return true;
    }
    if (m_proposals->rejected(*cell)) {
        m_sentence->setText(QStringLiteral("You rejected the proposal for this cell."));
        m_reject->setText(m_actions.withKey(QStringLiteral("Bring back"), ActionId::RejectProposal));
        m_reject->setVisible(true);
        m_decisions->setVisible(true);
    } else if (const auto why = m_proposals->withheld(*cell)) {
        m_sentence->setText(QStringLiteral("No proposal: %1").arg(qstring(*why)));
    }
    return false;
}

} // namespace forameter::ui
