// SPDX-License-Identifier: Apache-2.0
#include "study_room.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <set>

#include "action_map.hpp"
#include "empty_state.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/ui/application.hpp"
#include "labels.hpp"
#include "progress_panel.hpp"
#include "study_pages.hpp"

namespace forameter::ui {

using store::Operation;
using workspace::ActionId;
using workspace::JobStatus;

namespace {

bool may(const store::Store& store, Operation operation) {
    return store::mayDo(store, operation, store::Situation::Opened).value_or(false);
}

template <class T>
std::optional<T> chosen(const QComboBox* box) {
    const QVariant data = box->currentData();
    return data.isValid() ? std::optional(static_cast<T>(data.toInt())) : std::nullopt;
}

} // namespace

StudyRoom::StudyRoom(workspace::Workspace& workspace, ActionMap& actions, QWidget* parent)
    : RoomPage(parent),
      m_workspace(workspace),
      m_actions(actions),
      m_jobs(guiPost()),
      m_round(new QComboBox(this)),
      m_structure(new QComboBox(this)),
      m_level(new QComboBox(this)),
      m_side(new QComboBox(this)),
      m_raters(new QListWidget(this)),
      m_names(new QCheckBox(QStringLiteral("Show &names"), this)),
      m_compute(new QPushButton(this)),
      m_pdf(new QPushButton(QStringLiteral("&PDF…"), this)),
      m_html(new QPushButton(QStringLiteral("&HTML…"), this)),
      m_csv(new QPushButton(QStringLiteral("&Tables…"), this)),
      m_progress(new QProgressBar(this)),
      m_status(plainLabel(QString(), this, "quiet")),
      m_stack(new QStackedWidget(this)),
      m_empty(new EmptyState(m_stack)),
      m_pages(new StudyPages(m_stack)) {
    setObjectName(QStringLiteral("StudyRoom"));
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_pages);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3);
    row->addWidget(makeControls());
    row->addWidget(m_stack, 1);
    for (const int step : {1, -1}) { // from wherever in the room the focus is
        const QKeySequence key(step > 0 ? QStringLiteral("Ctrl+Tab") : QStringLiteral("Ctrl+Shift+Tab"));
        auto* turn = new QShortcut(key, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
        connect(turn, &QShortcut::activated, this, [this, step] {
            int page = m_pages->currentIndex();
            do
                page = (page + m_pages->count() + step) % m_pages->count();
            while (!m_pages->isTabEnabled(page) && page != m_pages->currentIndex());
            m_pages->setCurrentIndex(page);
        });
    }
    m_subscription = m_jobs.changed.subscribe([this](const workspace::Job& job) { jobChanged(job); });
    connect(m_round, &QComboBox::currentIndexChanged, this, &StudyRoom::roundChosen);
    for (const QComboBox* box : {m_structure, m_level, m_side})
        connect(box, &QComboBox::currentIndexChanged, this, &StudyRoom::filterChanged);
    connect(m_names, &QCheckBox::toggled, this, &StudyRoom::namesChanged);
    connect(&m_actions, &ActionMap::bindingsChanged, this, &StudyRoom::refresh);
    connect(m_compute, &QPushButton::clicked, this, &StudyRoom::compute);
    connect(m_empty, &EmptyState::firstClicked, this, &StudyRoom::compute);
    connect(m_pdf, &QPushButton::clicked, this, [this] { m_actions.trigger(ActionId::StudyPdf); });
    connect(m_html, &QPushButton::clicked, this,
            [this] { exportFile(QStringLiteral("Agreement report"), QStringLiteral("html")); });
    connect(m_csv, &QPushButton::clicked, this, [this] { m_actions.trigger(ActionId::StudyTables); });
    m_actions.handle(
        ActionId::StudyAgreement, [this] { compute(); }, workspace::Room::Study);
    m_actions.handle(
        ActionId::StudyPdf, [this] { exportFile(QStringLiteral("Agreement report"), QStringLiteral("pdf")); },
        workspace::Room::Study);
    m_actions.handle(
        ActionId::StudyTables, [this] { exportTables(); }, workspace::Room::Study);
    refresh();
}

StudyRoom::~StudyRoom() = default;

QWidget* StudyRoom::makeControls() {
    auto* side = new QWidget(this);
    side->setObjectName(QStringLiteral("SidePanel"));
    side->setAttribute(Qt::WA_StyledBackground);
    side->setFixedWidth(270);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(14, 14, 14, 14);
    column->setSpacing(8);
    const auto named = [](QWidget* widget, const char* object, const QString& name) {
        widget->setObjectName(QString::fromLatin1(object));
        widget->setAccessibleName(name);
    };
    named(m_round, "StudyRound", QStringLiteral("Round"));
    named(m_raters, "StudyRaters", QStringLiteral("Raters"));
    named(m_structure, "StudyStructure", QStringLiteral("Structure"));
    named(m_level, "StudyLevel", QStringLiteral("Level"));
    named(m_side, "StudySide", QStringLiteral("Side"));
    named(m_compute, "StudyCompute", QStringLiteral("Work out the agreement"));
    m_names->setObjectName(QStringLiteral("StudyNames"));
    m_pdf->setObjectName(QStringLiteral("StudyPdf"));
    m_html->setObjectName(QStringLiteral("StudyHtml"));
    m_csv->setObjectName(QStringLiteral("StudyTables"));
    m_status->setObjectName(QStringLiteral("StudyStatus"));
    m_compute->setProperty("primary", true);
    m_status->setWordWrap(true);
    m_raters->setMaximumHeight(170);
    m_raters->setSpacing(2);
    m_progress->setTextVisible(false);
    m_progress->hide();

    column->addWidget(headingLabel(QStringLiteral("Readings"), side));
    column->addWidget(m_round);
    column->addWidget(m_raters);
    column->addWidget(m_names);
    column->addWidget(m_compute);
    column->addWidget(m_progress);
    column->addWidget(m_status);
    column->addSpacing(12);
    column->addWidget(headingLabel(QStringLiteral("Show"), side));
    auto* form = new QFormLayout;
    form->addRow(QStringLiteral("&Structure"), m_structure);
    form->addRow(QStringLiteral("&Level"), m_level);
    form->addRow(QStringLiteral("S&ide"), m_side);
    column->addLayout(form);
    for (QLabel* label : side->findChildren<QLabel*>())
        label->setTextFormat(Qt::PlainText); // the form's own, too
    column->addSpacing(12);
    column->addWidget(headingLabel(QStringLiteral("Export"), side));
    auto* exports = new QHBoxLayout;
    for (QPushButton* button : {m_pdf, m_html, m_csv})
        exports->addWidget(button);
    column->addLayout(exports);
    column->addStretch(1);
    return side;
}

Result<store::Store> StudyRoom::openStore() const {
    return store::Store::open(m_workspace.storePath(), m_workspace.store().actor());
}

bool StudyRoom::mayEnter() const {
    const store::Store& store = m_workspace.store();
    return may(store, Operation::ReadOthersReadings) && may(store, Operation::ReadProgress);
}

void StudyRoom::enter() {
    showRounds();
}

void StudyRoom::forget() {
    dropReport();
    const QSignalBlocker quiet(m_round);
    m_round->clear();
    m_rounds.clear();
    m_raters->clear();
    m_names->setChecked(false);
    m_pages->progress()->setNothing(QString());
    refresh();
}

/// What is still being worked out belongs to what was left, too.
void StudyRoom::dropReport() {
    if (m_job) m_jobs.cancel(*m_job);
    m_job.reset();
    m_report.reset();
    m_status->clear();
    showReport();
}

QString StudyRoom::caseText() const {
    if (!m_report) return QString();
    return QStringLiteral("%1 · %2").arg(m_round->currentText(),
                                         qstring(counted(m_report->readings.raters.size(), "rater")));
}

QString StudyRoom::sentence() const {
    if (busy()) return QStringLiteral("Working out the agreement…");
    if (!m_report) return QStringLiteral("Choose a round and its raters, then work out the agreement.");
    return m_report->phantom ? QStringLiteral("Phantom results: simulated images.") : QString();
}

std::vector<HintBar::Hint> StudyRoom::hints() const {
    return {{m_actions.keyText(ActionId::StudyAgreement), QStringLiteral("work out")},
            {m_actions.keyText(ActionId::StudyPdf), QStringLiteral("PDF")},
            {m_actions.keyText(ActionId::StudyTables), QStringLiteral("tables")},
            {QStringLiteral("Ctrl+Tab"), QStringLiteral("next page")},
            {m_actions.keyText(ActionId::CheatSheet), QStringLiteral("keys")}};
}

bool StudyRoom::busy() const {
    return m_job.has_value();
}

void StudyRoom::showRounds() {
    const auto store = openStore();
    if (!store) {
        Q_EMIT said(qstring(store.error().message), HintBar::Tone::Warning);
        return;
    }
    const std::optional<std::string> before =
        m_round->currentIndex() < 0
            ? std::nullopt
            : std::optional(m_rounds[static_cast<std::size_t>(m_round->currentIndex())]);
    bool same = false;
    {
        const QSignalBlocker quiet(m_round);
        m_round->clear();
        m_rounds.clear();
        const auto rounds = store::RoundRepository(*store).list();
        if (rounds)
            for (const store::Round& round : *rounds) {
                m_rounds.push_back(round.plan.name);
                const auto state = round.state == store::RoundState::Opened
                                       ? QString()
                                       : QStringLiteral(" (%1)").arg(qstring(name(round.state)));
                m_round->addItem(qstring(round.plan.name) + state);
            }
        m_rounds.emplace_back();
        m_round->addItem(QStringLiteral("Readings of no round"));
        const auto found = before ? std::ranges::find(m_rounds, *before) : m_rounds.end();
        same = found != m_rounds.end();
        m_round->setCurrentIndex(same ? static_cast<int>(found - m_rounds.begin()) : 0);
    }
    const bool reveal = may(*store, Operation::RevealNames);
    m_names->setEnabled(reveal);
    if (!reveal) m_names->setChecked(false);
    if (same && (m_report || busy())) return showProgress(); // who comes back finds what she left
    roundChosen();
}

void StudyRoom::roundChosen() {
    if (m_round->currentIndex() < 0) return;
    const std::string round = m_rounds[static_cast<std::size_t>(m_round->currentIndex())];
    std::set<std::string> raters;
    if (const auto store = openStore()) {
        if (round.empty()) {
            if (const auto drew = store::ContourRepository(*store).raters({.round = ""}))
                for (const RaterId& rater : *drew)
                    raters.insert(rater.text());
        } else if (const auto found = store::RoundRepository(*store).find(round)) {
            for (const RaterId& rater : found->plan.raters)
                raters.insert(rater.text());
        }
    }
    m_raters->clear();
    for (const std::string& rater : raters) {
        auto* item = new QListWidgetItem(m_raters);
        item->setData(Qt::UserRole, qstring(rater));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        item->setCheckState(Qt::Checked);
    }
    nameRaters();
    dropReport();
    showProgress();
}

/// Beside letters a list of names in the same order would tell who is who.
void StudyRoom::nameRaters() {
    const QSignalBlocker quiet(m_raters);
    const bool shown = request().names == report::Names::Shown;
    for (int i = 0; i < m_raters->count(); ++i) {
        auto* item = m_raters->item(i);
        item->setText(shown ? item->data(Qt::UserRole).toString() : QStringLiteral("Rater %1").arg(i + 1));
    }
}

void StudyRoom::showProgress() {
    const std::string round = m_rounds[static_cast<std::size_t>(m_round->currentIndex())];
    if (round.empty())
        return m_pages->progress()->setNothing(
            QStringLiteral("Readings of no round have no plan to be measured by."));
    const auto store = openStore();
    const auto progress = store ? report::readProgress(*store, round, now()) : tl::unexpected(store.error());
    if (progress)
        m_pages->progress()->setProgress(*progress, request().names);
    else
        m_pages->progress()->setNothing(qstring(progress.error().message));
}

report::Request StudyRoom::request() const {
    report::Request request;
    const std::string round = m_rounds[static_cast<std::size_t>(m_round->currentIndex())];
    if (!round.empty()) request.round = round;
    for (int i = 0; i < m_raters->count(); ++i)
        if (m_raters->item(i)->checkState() == Qt::Checked)
            request.raters.push_back(m_raters->item(i)->data(Qt::UserRole).toString().toStdString());
    request.names = m_names->isChecked() && may(m_workspace.store(), Operation::RevealNames)
                        ? report::Names::Shown
                        : report::Names::Letters;
    return request;
}

void StudyRoom::compute() {
    if (m_job) return m_jobs.cancel(*m_job);
    if (m_round->currentIndex() < 0) return;
    report::Request wanted = request();
    if (wanted.raters.size() < 2) {
        m_status->setText(QStringLiteral("Agreement needs at least two raters: check them in the list."));
        return;
    }
    auto result = std::make_shared<std::shared_ptr<const report::AgreementReport>>();
    const auto path = m_workspace.storePath();
    const store::Actor actor = m_workspace.store().actor();
    m_job = m_jobs.start(
        workspace::JobKind::Comparison, "Working out the agreement",
        [=](const Watch& watch) -> Result<std::string> {
            const auto store = store::Store::open(path, actor);
            if (!store) return tl::unexpected(store.error());
            auto gathered = report::gather(*store, wanted, watch);
            if (!gathered) return tl::unexpected(gathered.error());
            *result = std::make_shared<const report::AgreementReport>(*std::move(gathered));
            return std::string();
        },
        [this, result](const workspace::Job& job) {
            if (job.id != m_job) return; // of a round or a person that was left
            m_job.reset();
            if (job.status == JobStatus::Done) {
                m_report = *result;
                if (m_report->names != request().names) namesChanged(); // asked for meanwhile
                m_status->setText(qstring(counted(m_report->summary.spreads.size(), "case") + ", " +
                                          counted(m_report->readings.mixUps.size(), "mix-up") +
                                          " left out."));
            } else {
                m_status->setText(job.status == JobStatus::Cancelled ? QStringLiteral("Cancelled.")
                                                                     : qstring(job.message));
            }
            showReport();
            if (m_report && m_pages->currentWidget()->isAncestorOf(m_pages->progress()))
                m_pages->setCurrentIndex(0); // what was asked for
        });
    m_progress->setRange(0, 0);
    m_status->clear();
    refresh();
}

void StudyRoom::jobChanged(const workspace::Job& job) {
    if (job.id != m_job) return;
    m_progress->setRange(0, static_cast<int>(job.progress.total));
    m_progress->setValue(static_cast<int>(job.progress.done));
    if (job.status == JobStatus::Running && !job.progress.what.empty())
        m_status->setText(qstring(job.progress.what) + QStringLiteral("…"));
}

void StudyRoom::showReport() {
    const auto fill = [](QComboBox* box, const QString& all,
                         const std::vector<std::pair<QString, int>>& values) {
        const QSignalBlocker quiet(box);
        const QString before = box->currentText();
        box->clear();
        box->addItem(all);
        for (const auto& [text, value] : values)
            box->addItem(text, value);
        box->setCurrentIndex(std::max(0, box->findText(before)));
        box->setEnabled(!values.empty());
    };
    std::vector<std::pair<QString, int>> structures, levels, sides;
    if (m_report) {
        std::set<anatomy::Level> found;
        bool foramina = false;
        for (const auto& reading : m_report->readings.all) {
            found.insert(reading.key.cell.level);
            foramina = foramina || reading.key.cell.structure == anatomy::Structure::NF;
        }
        int number = 0;
        for (const auto& group : structuresOf(*m_report))
            structures.emplace_back(qstring(agreement::label(group)), number++);
        for (const anatomy::Level level : found)
            levels.emplace_back(qstring(anatomy::label(level)), static_cast<int>(level));
        if (foramina)
            sides = {{QStringLiteral("Right"), static_cast<int>(anatomy::Side::R)},
                     {QStringLiteral("Left"), static_cast<int>(anatomy::Side::L)}};
    }
    fill(m_structure, QStringLiteral("All structures"), structures);
    fill(m_level, QStringLiteral("All levels"), levels);
    fill(m_side, QStringLiteral("Both sides"), sides);
    filterChanged();
    m_pages->setReport(m_report);
    refresh();
}

void StudyRoom::filterChanged() {
    StudySelection selection;
    const auto structure = chosen<int>(m_structure);
    if (structure && m_report)
        selection.structure = structuresOf(*m_report)[static_cast<std::size_t>(*structure)];
    selection.level = chosen<anatomy::Level>(m_level);
    selection.side = chosen<anatomy::Side>(m_side);
    m_pages->setSelection(selection);
}

/// At once, and for what is exported next, too: whoever hides the names does not expect them in a file.
void StudyRoom::namesChanged() {
    if (m_round->currentIndex() < 0) return;
    nameRaters();
    showProgress();
    if (!m_report) return;
    auto renamed = std::make_shared<report::AgreementReport>(*m_report);
    renamed->names = request().names;
    m_report = std::move(renamed);
    showReport();
}

void StudyRoom::refresh() {
    const bool running = busy();
    m_compute->setText(running ? QStringLiteral("&Cancel")
                               : m_actions.withKey(QStringLiteral("&Work out"), ActionId::StudyAgreement));
    m_compute->setEnabled(running || m_raters->count() >= 2);
    m_progress->setVisible(running);
    for (QPushButton* button : {m_pdf, m_html, m_csv})
        button->setEnabled(m_report != nullptr && !running);
    const bool onProgress =
        m_round->currentIndex() >= 0 && !m_rounds[static_cast<std::size_t>(m_round->currentIndex())].empty();
    if (m_report || onProgress) {
        m_stack->setCurrentWidget(m_pages);
        for (int page = 0; page + 1 < m_pages->count(); ++page)
            m_pages->setTabEnabled(page, m_report != nullptr);
        if (!m_report) m_pages->setCurrentIndex(m_pages->count() - 1);
    } else {
        m_stack->setCurrentWidget(m_empty);
        if (m_raters->count() < 2)
            m_empty->show(
                QStringLiteral("levels"), QStringLiteral("No readings to compare"),
                QStringLiteral(
                    "Agreement needs two raters who have read the same studies. Make a round in the "
                    "Manage room, or import contours with forameter-cli contours import."),
                {});
        else
            m_empty->show(
                QStringLiteral("levels"), QStringLiteral("Readings of several raters"),
                QStringLiteral("Choose who takes part on the left, then work out how far they agree."),
                QStringLiteral("Work out the agreement"));
    }
    Q_EMIT changed();
}

Result<> StudyRoom::exportTo(const std::filesystem::path& path) const {
    if (!m_report) return fail(ErrorCode::InvalidArgument, "There is no agreement to be exported yet.");
    if (path.extension() == ".pdf") return writePdf(*m_report, path);
    if (path.extension() == ".html") return writeHtml(*m_report, path);
    const auto files = writeCsv(*m_report, path);
    if (!files) return tl::unexpected(files.error());
    return {};
}

void StudyRoom::exportFile(const QString& title, const QString& suffix) {
    if (!m_report)
        return Q_EMIT said(QStringLiteral("Work the agreement out first."), HintBar::Tone::Warning);
    QString file = QFileDialog::getSaveFileName(this, title, QStringLiteral("agreement.") + suffix,
                                                QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
    if (file.isEmpty()) return;
    if (!file.endsWith(QLatin1Char('.') + suffix)) file += QLatin1Char('.') + suffix;
    tellExported(exportTo(file.toStdString()), file);
}

void StudyRoom::exportTables() {
    if (!m_report)
        return Q_EMIT said(QStringLiteral("Work the agreement out first."), HintBar::Tone::Warning);
    const QString folder =
        QFileDialog::getExistingDirectory(this, QStringLiteral("Folder for the tables (CSV)"));
    if (!folder.isEmpty()) tellExported(exportTo(folder.toStdString()), folder);
}

void StudyRoom::tellExported(const Result<>& done, const QString& where) {
    if (done)
        Q_EMIT said(QStringLiteral("Written: %1").arg(where), HintBar::Tone::Note);
    else
        Q_EMIT said(qstring(done.error().message), HintBar::Tone::Warning);
}

} // namespace forameter::ui
