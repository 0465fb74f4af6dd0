// SPDX-License-Identifier: Apache-2.0
#include "manage_study_choice.hpp"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <set>

#include "action_map.hpp"
#include "dialog_column.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "labels.hpp"
#include "row_table.hpp"

namespace forameter::ui {

namespace {

constexpr int kUid = 3;          ///< column
constexpr int kBesideWords = 12; ///< pixels

QString studies(std::size_t count) {
    return qstring(counted(count, "study", "studies"));
}

} // namespace

StudyPicker::StudyPicker(const workspace::Workspace& workspace, const std::vector<StudyUid>& chosen,
                         QWidget* parent)
    : QDialog(parent),
      m_workspace(workspace),
      m_table(new QTableWidget(this)),
      m_count(plainLabel(QString(), this, "strong")),
      m_message(plainLabel(QString(), this, "warning")) {
    setObjectName(QStringLiteral("StudyPicker"));
    setWindowTitle(QStringLiteral("Choose studies"));
    resize(fitting({900, 640}, parent));
    auto* column = dialogColumn(this, windowTitle(), kWideMargins);
    column->addWidget(plainLabel(
        QStringLiteral("Ctrl and a click, or Ctrl+Space, add one; Shift adds a stretch; Ctrl+A takes all."),
        this, "quiet"));
    auto* find = new QLineEdit(this);
    find->setObjectName(QStringLiteral("StudyPickerFind"));
    find->setPlaceholderText(QStringLiteral("show those that contain this"));
    find->setAccessibleName(QStringLiteral("Show those that contain this"));
    column->addWidget(find);
    m_table->setObjectName(QStringLiteral("StudyPickerTable"));
    m_table->setAccessibleName(QStringLiteral("Studies"));
    m_table->setColumnCount(4);
    m_table->setHorizontalHeaderLabels({QStringLiteral("Patient"), QStringLiteral("Date"),
                                        QStringLiteral("Description"), QStringLiteral("Study UID")});
    showAsRows(m_table, QAbstractItemView::ExtendedSelection);
    m_table->setProperty("picking", true); // what is chosen must be seen at a glance
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setSectionResizeMode(kUid, QHeaderView::Stretch);
    column->addWidget(m_table, 1);
    if (const auto page = store::StudyRepository(workspace.store()).list()) {
        m_table->setRowCount(static_cast<int>(page->studies.size()));
        for (int row = 0; const auto& study : page->studies) {
            int at = 0;
            for (const std::string& text : {study.patientId, study.date, study.description, study.uid.text()})
                m_table->setItem(row, at++, new QTableWidgetItem(qstring(text)));
            ++row;
        }
        m_table->resizeColumnsToContents();
        for (int at = 0; at < kUid; ++at) // the frame of the current cell needs room
            m_table->setColumnWidth(at, m_table->columnWidth(at) + kBesideWords);
    } else {
        m_message->setText(qstring(page.error().message));
    }
    m_count->setObjectName(QStringLiteral("StudyPickerCount"));
    m_message->setObjectName(QStringLiteral("StudyPickerMessage"));
    m_message->setWordWrap(true);
    column->addWidget(m_count);
    column->addWidget(m_message);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(QStringLiteral("Take these"));
    markPrimary(m_ok);
    auto* open = buttons->addButton(QStringLiteral("&Open list…"), QDialogButtonBox::ActionRole);
    auto* paste = buttons->addButton(QStringLiteral("&Paste list"), QDialogButtonBox::ActionRole);
    for (auto* button : {open, paste}) {
        button->setAutoDefault(false);
        button->setToolTip(QStringLiteral("One study UID a line, as for rounds create --studies FILE."));
    }
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(open, &QPushButton::clicked, this, &StudyPicker::openList);
    connect(paste, &QPushButton::clicked, this, &StudyPicker::takePasted);
    m_table->installEventFilter(this); // in the line above it the key pastes into the line
    connect(find, &QLineEdit::textChanged, this, &StudyPicker::showMatching);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &StudyPicker::count);
    if (!chosen.empty()) {
        QStringList list;
        for (const auto& uid : chosen)
            list << qstring(uid.text());
        takeList(list.join(QLatin1Char('\n')));
    }
    count();
    m_table->setFocus();
}

std::vector<StudyUid> StudyPicker::chosen() const {
    std::vector<StudyUid> taken;
    const auto* selection = m_table->selectionModel();
    for (int row = 0; row < m_table->rowCount(); ++row)
        if (selection->isRowSelected(row, {}))
            taken.emplace_back(m_table->item(row, kUid)->text().toStdString());
    return taken;
}

void StudyPicker::takeList(const QString& text) {
    std::set<std::string> wanted;
    for (const auto& uid : store::studyUidsIn(text.toStdString()))
        wanted.insert(uid.text());
    const auto named = wanted.size();
    QItemSelection rows;
    for (int row = 0; row < m_table->rowCount(); ++row)
        if (wanted.erase(m_table->item(row, kUid)->text().toStdString()) > 0)
            rows.select(m_table->model()->index(row, 0), m_table->model()->index(row, kUid));
    m_table->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    m_message->clear();
    if (named == 0)
        m_message->setText(QStringLiteral("That is no list of studies: it has no line with a study UID."));
    else if (!wanted.empty())
        m_message->setText(QStringLiteral("Not in this store: %1 of the %2 of the list, the first is %3.")
                               .arg(wanted.size())
                               .arg(studies(named), qstring(*wanted.begin())));
}

void StudyPicker::takePasted() {
    takeList(QApplication::clipboard()->text());
}

bool StudyPicker::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Paste)) {
        takePasted();
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

void StudyPicker::openList() {
    const QString name = QFileDialog::getOpenFileName(this, QStringLiteral("List of study UIDs, one a line"));
    if (name.isEmpty()) return;
    std::error_code error;
    QFile file(name);
    // Closing the store's file would drop its locks.
    if (std::filesystem::equivalent(name.toStdString(), m_workspace.storePath(), error) ||
        !file.open(QIODevice::ReadOnly))
        return m_message->setText(QStringLiteral("%1 cannot be read as a list.").arg(name));
    takeList(QString::fromUtf8(file.read(1 << 24)));
}

void StudyPicker::showMatching(const QString& text) {
    for (int row = 0; row < m_table->rowCount(); ++row) {
        bool matches = false;
        for (int column = 0; column < m_table->columnCount() && !matches; ++column)
            matches = m_table->item(row, column)->text().contains(text, Qt::CaseInsensitive);
        m_table->setRowHidden(row, !matches);
    }
    count();
}

void StudyPicker::count() {
    std::size_t taken = 0, hidden = 0;
    const auto* selection = m_table->selectionModel();
    for (int row = 0; row < m_table->rowCount(); ++row) {
        if (!selection->isRowSelected(row, {})) continue;
        ++taken;
        hidden += m_table->isRowHidden(row) ? 1 : 0;
    }
    QString text = QStringLiteral("%1 of %2 chosen")
                       .arg(taken)
                       .arg(studies(static_cast<std::size_t>(m_table->rowCount())));
    if (hidden > 0) text += QStringLiteral(", %1 of them not shown now").arg(hidden);
    m_count->setText(text + QLatin1Char('.'));
    m_ok->setEnabled(taken > 0);
}

StudyChoice::StudyChoice(const workspace::Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_found(workspace),
      m_where(new QLineEdit(this)),
      m_said(plainLabel(QString(), this)),
      m_choose(new QPushButton(QStringLiteral("C&hoose…"), this)),
      m_back(new QPushButton(QStringLiteral("By expression"), this)) {
    m_where->setObjectName(QStringLiteral("RoundWhere"));
    m_where->setPlaceholderText(QStringLiteral("all, or those where: field > 1.4 and weighting = 'T2'"));
    QStringList columns;
    for (const auto& one : store::StudyRepository::columns())
        columns << qstring(one.name);
    m_where->setToolTip(
        QStringLiteral("As for studies --where: field > 1.4 and weighting = 'T2'. Columns: %1.")
            .arg(columns.join(QStringLiteral(", "))));
    m_said->setObjectName(QStringLiteral("RoundChosen"));
    m_choose->setObjectName(QStringLiteral("RoundChoose"));
    m_choose->setToolTip(QStringLiteral("One by one in a list, or by a file of study UIDs."));
    m_back->setObjectName(QStringLiteral("RoundByExpression"));
    for (auto* button : {m_choose, m_back})
        button->setAutoDefault(false); // Return makes the round
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_where, 1);
    row->addWidget(m_said, 1);
    row->addWidget(m_choose);
    row->addWidget(m_back);
    setFocusProxy(m_where);
    connect(m_where, &QLineEdit::textChanged, this, &StudyChoice::changed);
    connect(m_choose, &QPushButton::clicked, this, &StudyChoice::choose);
    connect(m_back, &QPushButton::clicked, this, [this] { take(std::nullopt); });
    take(std::nullopt);
}

void StudyChoice::choose() {
    auto begin = m_chosen ? *m_chosen : std::vector<StudyUid>{};
    if (!m_chosen && !m_where->text().trimmed().isEmpty()) // from what the expression gives
        if (const auto found = studies()) begin = *found;
    StudyPicker picker(m_workspace, begin, this);
    if (picker.exec() == QDialog::Accepted) take(picker.chosen());
}

void StudyChoice::take(std::optional<std::vector<StudyUid>> chosen) {
    m_chosen = std::move(chosen);
    m_where->setVisible(!m_chosen);
    m_said->setVisible(m_chosen.has_value());
    m_back->setVisible(m_chosen.has_value());
    if (m_chosen)
        m_said->setText(m_chosen->size() == 1
                            ? QStringLiteral("the chosen study")
                            : QStringLiteral("the %1 chosen studies").arg(m_chosen->size()));
    Q_EMIT changed();
}

Result<std::vector<StudyUid>> StudyChoice::studies() {
    if (m_chosen) return *m_chosen;
    return m_found.list(m_where->text());
}

const Result<std::vector<StudyUid>>& StudiesWhere::list(const QString& expression) {
    const QString wanted = expression.trimmed();
    if (m_found && m_expression == wanted) return m_found;
    m_expression = wanted;
    const auto page = store::StudyRepository(m_workspace.store()).list({.where = wanted.toStdString()});
    if (!page) return m_found = tl::unexpected(page.error());
    m_found.emplace();
    for (const auto& study : page->studies)
        m_found->push_back(study.uid);
    return m_found;
}

} // namespace forameter::ui
