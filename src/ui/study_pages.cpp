// SPDX-License-Identifier: Apache-2.0
#include "study_pages.hpp"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "action_map.hpp"
#include "labels.hpp"
#include "progress_panel.hpp"
#include "study_plot_view.hpp"
#include "study_table_model.hpp"

namespace forameter::ui {

using agreement::Group;
using report::AgreementReport;
using report::PlotStyle;

namespace {

constexpr int kMostRows = 18; ///< of a table before it scrolls

/// What a row of a table is about, from the columns that every table of groups has.
bool rowShown(const report::Table& table, const std::vector<report::Value>& row,
              const StudySelection& selection) {
    const auto text = [&](const char* column) -> std::optional<std::string> {
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            if (table.columns[c].name == column)
                return std::holds_alternative<std::string>(row[c]) ? std::get<std::string>(row[c])
                                                                   : std::string();
        return std::nullopt;
    };
    const auto matches = [&](const char* column, std::string_view wanted) {
        const auto value = text(column);
        return !value || value->empty() || *value == wanted;
    };
    if (selection.structure) {
        const Group& group = *selection.structure;
        if (!matches("structure", anatomy::name(group.structure))) return false;
        if (group.quantity && !matches("quantity", anatomy::name(*group.quantity))) return false;
    }
    return (!selection.level || matches("level", anatomy::name(*selection.level))) &&
           (!selection.side || matches("side", anatomy::name(*selection.side)));
}

/// Above the stretch at the end.
void append(QVBoxLayout* column, QWidget* widget) {
    column->insertWidget(column->count() - 1, widget);
}

std::string title(const Group& group) {
    std::string text = agreement::label(group);
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
}

QScrollArea* scrolled(QWidget* content, QWidget* parent) {
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    return scroll;
}

} // namespace

bool StudySelection::contains(const Group& group) const {
    const bool is =
        !structure || (structure->structure == group.structure && structure->quantity == group.quantity);
    return is && (!level || !group.level || level == group.level) &&
           (!side || !group.side || side == group.side);
}

std::vector<Group> structuresOf(const AgreementReport& report) {
    std::set<Group> all;
    for (const auto& reading : report.readings.all)
        all.insert(Group{reading.key.cell.structure, reading.key.cell.quantity, {}, {}});
    return {all.begin(), all.end()};
}

StudyPages::StudyPages(QWidget* parent)
    : QTabWidget(parent),
      m_reliability(addPage(QStringLiteral("Reliability"))),
      m_bias(addPage(QStringLiteral("Bias"))),
      m_outlines(addPage(QStringLiteral("Outlines"))),
      m_limits(addPage(QStringLiteral("Limits of agreement"))),
      m_cases(addPage(QStringLiteral("Cases"))),
      m_pair(new QComboBox(this)),
      m_progress(new ProgressPanel(this)) {
    setObjectName(QStringLiteral("StudyPages"));
    setDocumentMode(true);
    tabBar()->setDrawBase(false);
    m_pair->setObjectName(QStringLiteral("StudyPair"));
    m_pair->setAccessibleName(QStringLiteral("Pair of raters"));
    append(m_limits.plots, m_pair);
    connect(m_pair, &QComboBox::currentIndexChanged, this, &StudyPages::refreshLimits);
    addTab(scrolled(m_progress, this), QStringLiteral("Progress"));
}

StudyPages::Page StudyPages::addPage(const QString& title) {
    auto* splitter = new QSplitter(this);
    Page page{};
    for (QVBoxLayout** column : {&page.plots, &page.tables}) {
        auto* content = new QWidget(splitter);
        *column = new QVBoxLayout(content);
        (*column)->setContentsMargins(10, 10, 10, 10);
        (*column)->setSpacing(10);
        (*column)->addStretch(1);
        splitter->addWidget(scrolled(content, splitter));
    }
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({720, 560});
    addTab(splitter, title);
    return page;
}

void StudyPages::clear(Page& page) {
    for (QVBoxLayout* column : {page.plots, page.tables})
        for (int i = column->count() - 1; i >= 0; --i) {
            QWidget* widget = column->itemAt(i)->widget();
            if (!widget || widget == m_pair) continue;
            delete column->takeAt(i);
            widget->hide();
            widget->deleteLater();
        }
}

void StudyPages::addPlot(Page& page, std::function<report::Plot(const PlotStyle&)> make) {
    auto* view = new PlotView(page.plots->parentWidget());
    view->setPlot(std::move(make));
    append(page.plots, view);
}

void StudyPages::addTable(Page& page, const char* id) {
    const auto found = std::ranges::find(m_tables, id, &report::Table::id);
    report::Table table = *found;
    std::erase_if(table.rows, [&](const auto& row) { return !rowShown(table, row, m_selection); });
    if (table.rows.empty()) return;
    QWidget* parent = page.tables->parentWidget();
    append(page.tables, headingLabel(qstring(table.title), parent));
    auto* view = new QTableView(parent);
    auto* model = new StudyTableModel(view);
    model->setTable(table);
    view->setObjectName(qstring("Table-" + table.id));
    view->setAccessibleName(qstring(table.title));
    view->setModel(model);
    view->setShowGrid(false);
    view->setAlternatingRowColors(false);
    view->setTabKeyNavigation(false); // Tab goes on to the next thing
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(24);
    view->horizontalHeader()->setHighlightSections(false);
    view->resizeColumnsToContents();
    const int rows = std::min(kMostRows, model->rowCount());
    view->setFixedHeight(view->horizontalHeader()->sizeHint().height() + 24 * rows + 14);
    append(page.tables, view);
    if (table.note.empty()) return;
    auto* note = plainLabel(qstring(table.note), parent, "quiet");
    note->setWordWrap(true);
    append(page.tables, note);
}

void StudyPages::setReport(std::shared_ptr<const AgreementReport> report) {
    m_report = std::move(report);
    m_tables = m_report ? tables(*m_report) : std::vector<report::Table>();
    const QSignalBlocker quiet(m_pair);
    m_pair->clear();
    std::set<std::pair<std::string, std::string>> pairs;
    if (m_report)
        for (const auto& pair : m_report->summary.pairs)
            if (pairs.insert({pair.raterA, pair.raterB}).second) {
                const report::Raters raters = m_report->raters();
                m_pair->addItem(qstring(raters.label(pair.raterA) + " and " + raters.label(pair.raterB)),
                                QStringList{qstring(pair.raterA), qstring(pair.raterB)});
            }
    refresh();
}

void StudyPages::setSelection(const StudySelection& selection) {
    if (m_selection == selection) return;
    m_selection = selection;
    refresh();
}

std::vector<Group> StudyPages::shownStructures() const {
    std::vector<Group> out;
    for (Group group : structuresOf(*m_report)) {
        if (!m_selection.contains(group)) continue;
        group.level = m_selection.level;
        if (group.structure == anatomy::Structure::NF) group.side = m_selection.side;
        out.push_back(group);
    }
    return out;
}

void StudyPages::refresh() {
    for (Page* page : {&m_reliability, &m_bias, &m_outlines, &m_limits, &m_cases})
        clear(*page);
    if (!m_report) return;
    const auto all = m_report;
    const report::Raters raters = all->raters();
    const auto kept = [this](const auto& rows, auto group) {
        auto out = rows;
        std::erase_if(out, [&](const auto& row) { return !m_selection.contains(group(row)); });
        return out;
    };
    const auto ofStructure = [](const auto& row) { return Group{row.structure, row.quantity, {}, {}}; };
    const auto groups = kept(all->summary.groups, [](const auto& row) { return row.group; });
    const auto components = kept(all->summary.components, [](const auto& row) { return row.group; });
    const auto bias = kept(all->summary.bias, ofStructure);

    addPlot(m_reliability, [=](const PlotStyle& style) { return iccForest(groups, style); });
    addPlot(m_reliability, [=](const PlotStyle& style) { return componentsPlot(components, style); });
    addPlot(m_bias, [=](const PlotStyle& style) { return areaBiasPlot(bias, raters, style); });
    for (const Group& group : shownStructures()) {
        const auto maps = [&] {
            auto out = all->summary.biasMaps;
            std::erase_if(out, [&](const auto& map) {
                return map.structure != group.structure || map.quantity != group.quantity;
            });
            return out;
        }();
        if (!maps.empty())
            addPlot(m_bias, [=](const PlotStyle& style) { return biasMapPlot(maps, raters, style); });
        for (const auto measure : {report::Overlap::Dice, report::Overlap::Hd95}) {
            const auto values = overlapByLevel(all->readings, all->summary.cases, group, measure);
            const std::string of = title(group);
            addPlot(m_outlines,
                    [=](const PlotStyle& style) { return overlapPlot(values, measure, style, of); });
        }
        addPlot(m_cases,
                [=](const PlotStyle& style) { return areaSpreadPlot(all->readings, group, raters, style); });
    }
    for (const char* id : {"reliability", "variance_components", "slice_choice"})
        addTable(m_reliability, id);
    for (const char* id : {"area_bias", "bias_by_wall", "repeats"})
        addTable(m_bias, id);
    addTable(m_outlines, "pairs");
    for (const char* id : {"mix_ups", "case_spread", "not_measured"})
        addTable(m_cases, id);
    refreshLimits();
}

void StudyPages::refreshLimits() {
    clear(m_limits);
    const QStringList pair = m_pair->currentData().toStringList();
    if (!m_report || pair.size() != 2) return;
    const report::Raters raters = m_report->raters();
    const std::string a = pair[0].toStdString(), b = pair[1].toStdString();
    for (const Group& group : shownStructures()) {
        std::vector<report::AreaPair> areas;
        for (const auto& one : m_report->summary.cases)
            if (!one.mixUp && group.contains(one.key.cell) && m_report->readings.all[one.a].rater == a &&
                m_report->readings.all[one.b].rater == b)
                areas.push_back({one.areaA.value(), one.areaB.value()});
        const std::string labelA = raters.label(a), labelB = raters.label(b), of = title(group);
        addPlot(m_limits,
                [=](const PlotStyle& style) { return blandAltmanPlot(areas, labelA, labelB, style, of); });
    }
    addTable(m_limits, "pairs");
}

} // namespace forameter::ui
