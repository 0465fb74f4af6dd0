// SPDX-License-Identifier: Apache-2.0
#include "study_pages.hpp"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "action_map.hpp"
#include "labels.hpp"
#include "plot_grid.hpp"
#include "progress_panel.hpp"
#include "scrolled.hpp"
#include "study_plot_view.hpp"
#include "study_table_model.hpp"
#include "study_tables.hpp"

namespace forameter::ui {

using agreement::Group;
using report::AgreementReport;
using report::PlotStyle;

namespace {

constexpr int kRow = 24, kBesideWords = 12; ///< of a table, pixels

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

std::string title(const Group& group) {
    std::string text = agreement::label(group);
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
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
    m_pair->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_limits.column->insertWidget(0, m_pair, 0, Qt::AlignLeft);
    connect(m_pair, &QComboBox::currentIndexChanged, this, &StudyPages::refreshLimits);
    addTab(scrolled(m_progress, this, Qt::StrongFocus), QStringLiteral("Progress"));
}

StudyPages::Page StudyPages::addPage(const QString& title) {
    auto* content = new QWidget(this);
    Page page{new QVBoxLayout(content), new PlotGrid(content), {}};
    page.column->setContentsMargins(10, 10, 10, 10);
    page.column->setSpacing(10);
    page.column->addWidget(page.plots);
    page.column->addStretch(1);
    addTab(scrolled(content, this, Qt::StrongFocus), title);
    return page;
}

void StudyPages::clear(Page& page) {
    page.plots->clear();
    for (QWidget* widget : page.tables) {
        page.column->removeWidget(widget);
        widget->hide();
        widget->deleteLater();
    }
    page.tables.clear();
}

void StudyPages::addPlot(Page& page, std::function<report::Plot(const PlotStyle&)> make) {
    auto* view = new PlotView(page.plots);
    view->setPlot(std::move(make));
    page.plots->add(view);
}

report::Table StudyPages::selected(const char* id) const {
    report::Table table = *std::ranges::find(m_tables, id, &report::Table::id);
    std::erase_if(table.rows, [&](const auto& row) { return !rowShown(table, row, m_selection); });
    return table;
}

void StudyPages::addTable(Page& page, report::Table table, const std::vector<std::string>& groups) {
    if (table.rows.empty()) return;
    QWidget* parent = page.plots->parentWidget();
    const auto append = [&](QWidget* widget, Qt::Alignment side = {}) {
        page.column->insertWidget(page.column->count() - 1, widget, 0, side); // above the stretch
        page.tables.push_back(widget);
    };
    append(headingLabel(qstring(table.title), parent));
    auto* view = new QTableView(parent);
    auto* model = new StudyTableModel(view);
    model->setTable(table, groups);
    view->setObjectName(qstring("Table-" + table.id));
    view->setAccessibleName(qstring(table.title));
    view->setModel(model);
    view->setShowGrid(false);
    view->setAlternatingRowColors(false);
    view->setTabKeyNavigation(false); // Tab goes on to the next thing
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(kRow);
    view->horizontalHeader()->setHighlightSections(false);
    // The page scrolls, the table does not: all of it is there.
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->resizeColumnsToContents();
    int width = 0;
    for (int column = 0; column < model->columnCount(); ++column) {
        view->setColumnWidth(column, view->columnWidth(column) + kBesideWords);
        width += view->columnWidth(column);
    }
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->isHeading(row) && model->columnCount() > 1) view->setSpan(row, 0, 1, model->columnCount());
    view->setFixedSize(width, view->horizontalHeader()->sizeHint().height() + kRow * model->rowCount());
    append(view, Qt::AlignLeft);
    connect(view->selectionModel(), &QItemSelectionModel::currentChanged, view,
            [view, parent](const QModelIndex& index) {
                auto* area = qobject_cast<QScrollArea*>(parent->parentWidget()->parentWidget());
                const QPoint at = view->viewport()->mapTo(parent, view->visualRect(index).center());
                if (area) area->ensureVisible(0, at.y(), 0, 2 * kRow);
            });
    if (table.note.empty()) return;
    auto* note = plainLabel(qstring(table.note), parent, "quiet");
    note->setWordWrap(true);
    append(note);
}

void StudyPages::setReport(std::shared_ptr<const AgreementReport> report) {
    m_report = std::move(report);
    m_tables = m_report ? tables(*m_report) : std::vector<report::Table>();
    const QSignalBlocker quiet(m_pair);
    m_pair->clear();
    std::set<std::pair<std::string, std::string>> pairs;
    if (m_report)
        for (const auto& pair : m_report->summary.pairs)
            pairs.insert({pair.raterA, pair.raterB});
    const report::Raters raters = m_report ? m_report->raters() : report::Raters();
    for (const int references : {0, 1, 2}) // raters among themselves come first
        for (const auto& [a, b] : pairs)
            if (raters.isReference(a) + raters.isReference(b) == references)
                m_pair->addItem(qstring(raters.label(a) + " and " + raters.label(b)),
                                QStringList{qstring(a), qstring(b)});
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
    for (const Group& group : shownStructures()) {
        auto of = bias;
        std::erase_if(of, [&](const auto& row) {
            return row.structure != group.structure || row.quantity != group.quantity;
        });
        addPlot(m_bias, [=](const PlotStyle& style) { return areaBiasPlot(of, raters, style); });
    }
    for (const Group& group : shownStructures()) {
        for (const auto& maps : report::biasMapsOf(all->summary, group))
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
    const auto grouped = [this](Page& page, const char* id, std::vector<std::string> by) {
        report::Table table = selected(id);
        const auto headings = groupsBy(table, by);
        addTable(page, std::move(table), headings);
    };
    grouped(m_reliability, "reliability", {"structure_label"});
    grouped(m_reliability, "variance_components", {"structure_label", "part_label"});
    addTable(m_reliability, selected("slice_choice"));
    grouped(m_bias, "area_bias", {"structure_label", "against"});
    for (report::Table& across : wallsAcross(selected("bias_by_wall"))) {
        const auto headings = groupsBy(across, {"structure_label", "against"});
        addTable(m_bias, std::move(across), headings);
    }
    grouped(m_bias, "repeats", {"structure_label"});
    report::Table pairs = selected("pairs");
    hideColumns(pairs, {"bias_mm2", "limit_low_mm2", "limit_high_mm2"});
    const auto parts = groupsBy(pairs, {"structure_label", "part_label"});
    addTable(m_outlines, std::move(pairs), parts);
    for (const char* id : {"mix_ups", "case_spread"}) {
        report::Table table = selected(id);
        nameStudies(table, all->studyNames);
        const bool spread = table.id == "case_spread";
        const auto headings =
            spread ? groupsBy(table, {"study_uid", "structure_label"}) : std::vector<std::string>();
        addTable(m_cases, std::move(table), headings);
    }
    addTable(m_cases, selected("not_measured"));
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
        const std::string labelA = raters.label(a), labelB = raters.label(b);
        const std::string of = title(group) + ": " + labelA + " and " + labelB;
        addPlot(m_limits,
                [=](const PlotStyle& style) { return blandAltmanPlot(areas, labelA, labelB, style, of); });
    }
    report::Table pairs = selected("pairs");
    hideColumns(pairs, {"cases_on_one_image", "dice", "hd95_mm", "assd_mm"});
    const auto groups = groupsBy(pairs, {"structure_label", "part_label"});
    addTable(m_limits, std::move(pairs), groups);
}

} // namespace forameter::ui
