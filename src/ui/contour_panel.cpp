// SPDX-License-Identifier: Apache-2.0
#include "contour_panel.hpp"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "fact_list.hpp"
#include "forameter/core/words.hpp"
#include "forameter/protocol/reading.hpp"
#include "labels.hpp"
#include "level_grid.hpp"

namespace forameter::ui {

using protocol::CellState;
using workspace::ActionId;

namespace {

QString duration(std::chrono::seconds time) {
    const auto seconds = time.count();
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

void addOrigin(std::vector<Fact>& facts, std::optional<protocol::Source> source) {
    if (source == protocol::Source::Model)
        facts.push_back({QStringLiteral("Drawn by"), QStringLiteral("a model, accepted by you")});
    if (source == protocol::Source::EditedModel)
        facts.push_back({QStringLiteral("Drawn by"), QStringLiteral("a model, edited by you")});
}

QString nothing() {
    return QStringLiteral("–");
}

} // namespace

ContourPanel::ContourPanel(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_actions(actions),
      m_title(headingLabel(QString(), this)),
      m_facts(new FactList(this)),
      m_warning(plainLabel(QString(), this, "warning")),
      m_decisions(new QWidget(parent)),
      m_notAssessable(
          actions.makeButton(ActionId::NotAssessable, QStringLiteral("Not assessable…"), m_decisions)),
      m_reopen(actions.makeButton(ActionId::ReopenCell, QStringLiteral("Reopen"), m_decisions)),
      m_done(actions.makeButton(ActionId::DoneNext, QString(), m_decisions)) {
    m_done->setObjectName(QStringLiteral("DoneButton"));
    m_facts->setObjectName(QStringLiteral("ContourFacts"));
    m_done->setProperty("primary", true);
    m_warning->setWordWrap(true);
    m_title->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_title);
    column->addWidget(m_facts);
    column->addWidget(m_warning);
    auto* buttons = new QHBoxLayout(m_decisions);
    buttons->setContentsMargins(14, 10, 24, 12);
    buttons->setSpacing(6);
    buttons->addWidget(m_notAssessable, 2);
    buttons->addWidget(m_reopen, 2);
    buttons->addWidget(m_done, 3);
    connect(&actions, &ActionMap::bindingsChanged, this, &ContourPanel::refresh);
}

void ContourPanel::setDocument(workspace::StudyDocument* document) {
    m_subscriptions.clear();
    m_document = document;
    if (document) {
        m_subscriptions.push_back(document->editor().changed.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->levels().changed.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->reading().cellsChanged.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->reading().currentChanged.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(document->views().paneChanged.subscribe([this](workspace::Pane pane) {
            if (pane == workspace::Pane::Work) refresh();
        }));
    }
    refresh();
}

/// What Return does with the cell that is left, and where it leads; its own sign stands between, where it is
/// Return.
QString ContourPanel::nextText() const {
    const bool isReturn = m_actions.keyText(ActionId::DoneNext) == QLatin1String("Return");
    const QString end = isReturn ? QStringLiteral(" ↵") : QString();
    if (m_document->editor().busy()) return QStringLiteral("Close contour") + end;
    const auto next = m_document->reading().nextCell();
    if (!next) return QStringLiteral("Done") + end;
    QString name = cellText(*next);
    if (name.startsWith(QLatin1String("NF "))) name.remove(0, 3); // the sides say that it is a foramen
    name.replace(QLatin1String(" right"), QLatin1String(" R"))
        .replace(QLatin1String(" left"), QLatin1String(" L"));
    const auto view = m_document->reading().view(*m_document->reading().currentCell());
    const bool open = view.state == CellState::Todo && !view.area;
    return (!open          ? QStringLiteral("Done %1 %2")
            : view.covered ? QStringLiteral("Skip %1 %2")
                           : QStringLiteral("Not covered %1 %2"))
        .arg(isReturn ? QStringLiteral("↵") : QStringLiteral("→"), name);
}

void ContourPanel::refresh() {
    const auto cell = m_document ? m_document->reading().currentCell() : std::nullopt;
    const bool shown = cell && !m_document->levels().active();
    setVisible(shown);
    if (!shown) return m_decisions->hide();
    auto& editor = m_document->editor();
    const bool draws = m_document->record().rights().draw;
    m_decisions->setVisible(draws);
    const workspace::CellView view = m_document->reading().view(*cell);
    QString title = cellText(*cell);
    if (cell->quantity) title += QStringLiteral(" · ") + qstring(anatomy::label(*cell->quantity));
    m_title->setText(title.toUpper());

    const bool closed = view.state == CellState::NotAssessable || view.state == CellState::NotCovered;
    std::vector<Fact> facts;
    if (closed)
        facts.push_back({view.state == CellState::NotCovered ? QStringLiteral("Not covered")
                                                             : QStringLiteral("Not assessable"),
                         qstring(view.note)});
    else {
        addSize(facts, *cell, view);
        addOrigin(facts, view.source);
        addSlice(facts, *cell);
    }
    m_facts->setFacts(std::move(facts));

    QStringList warnings;
    for (const std::string& warning : editor.warnings())
        warnings << qstring(warning);
    if (const auto obstacle = editor.obstacle(); obstacle && !closed && draws) warnings << qstring(*obstacle);
    if (editor.contourElsewhere())
        warnings << QStringLiteral(
            "The contour of this cell lies on another slice; drawing here replaces it.");
    m_warning->setText(warnings.join(QLatin1Char('\n')));
    m_warning->setVisible(!warnings.isEmpty());
    m_notAssessable->setVisible(!closed && draws);
    m_reopen->setVisible(closed && draws);
    m_done->setVisible(draws);
    m_done->setText(nextText());
    markPrimary(m_done, editor.busy() || view.state != CellState::Todo || view.area);
}

void ContourPanel::addSize(std::vector<Fact>& facts, const anatomy::Cell& cell,
                           const workspace::CellView& view) const {
    const auto mm = [](std::optional<Millimetres> v) {
        return v ? QStringLiteral("%1 mm").arg(v->value(), 0, 'f', 1) : nothing();
    };
    const auto mm2 = [](std::optional<SquareMillimetres> v) {
        return v ? QStringLiteral("%1 mm²").arg(v->value(), 0, 'f', 1) : nothing();
    };
    const auto both = [&mm](std::optional<Millimetres> a, std::optional<Millimetres> b) { // the unit once
        return a && b ? QStringLiteral("%1 × %2").arg(a->value(), 0, 'f', 1).arg(mm(b))
                      : mm(a) + QStringLiteral(" × ") + mm(b);
    };
    const auto& editor = m_document->editor();
    if (editor.contourElsewhere()) {
        facts.push_back({QStringLiteral("Area (other slice)"), mm2(view.area), false});
        return;
    }
    const auto numbers = editor.numbers();
    if (!numbers && view.offer) return; // what a model offers is told in its own panel
    const bool canal = cell.structure == anatomy::Structure::CC;
    const bool hasArea = numbers && !numbers->crossing;
    QString across = nothing();
    if (numbers) {
        const auto& first = canal ? numbers->ap : numbers->height;
        const auto& second = canal ? numbers->transverse : numbers->width;
        if (first || second) across = both(first, second);
    }
    facts.push_back({QStringLiteral("Area (curve)"), hasArea ? mm2(numbers->area) : nothing()});
    facts.push_back({QStringLiteral("Area (pixels)"), hasArea ? mm2(numbers->areaMask) : nothing()});
    facts.push_back({canal ? QStringLiteral("AP × transverse") : QStringLiteral("Height × width"), across});
    facts.push_back({QStringLiteral("Diameter, max × min"),
                     hasArea ? both(numbers->maxDiameter, numbers->minDiameter) : nothing()});
    facts.push_back({QStringLiteral("Perimeter"), hasArea ? mm(numbers->perimeter) : nothing()});
}

void ContourPanel::addSlice(std::vector<Fact>& facts, const anatomy::Cell& cell) const {
    auto& reading = m_document->reading();
    const auto about = reading.facts(cell);
    if (!about) return;
    const bool canal = cell.structure == anatomy::Structure::CC;
    const bool protocols = about->choice == workspace::SliceChoice::Protocol;
    QString choice = protocols                                        ? QStringLiteral("suggested")
                     : about->choice == workspace::SliceChoice::Model ? QStringLiteral("by the model")
                                                                      : QStringLiteral("by you");
    if (!reading.suggestedSlice(cell))
        choice += QStringLiteral(" (none suggested)");
    else if (const QString key = m_actions.keyText(ActionId::SuggestedSlice); !protocols && !key.isEmpty())
        choice += QStringLiteral(" (%1: suggested slice)").arg(key);
    facts.push_back({QStringLiteral("Slice"), choice, !protocols});
    if (about->midlineOffset)
        facts.push_back({canal ? QStringLiteral("Offset from disc") : QStringLiteral("Offset from midline"),
                         qstring(printed(*about->midlineOffset, 1) + " mm")});
    if (about->obliquity)
        facts.push_back({canal ? QStringLiteral("Tilt to disc") : QStringLiteral("Tilt to spine"),
                         QStringLiteral("%1°").arg(about->obliquity->value(), 0, 'f', 0),
                         *about->obliquity > protocol::kObliquityLimit});
    if (!m_document->record().rights().draw || (about->versions == 0 && about->drawingTime.count() == 0))
        return;
    facts.push_back({QStringLiteral("Drawing time"), duration(about->drawingTime)});
    facts.push_back(
        {QStringLiteral("Versions"),
         QStringLiteral("%1 · undo %2").arg(about->versions).arg(m_actions.keyText(ActionId::Undo))});
}

} // namespace forameter::ui
