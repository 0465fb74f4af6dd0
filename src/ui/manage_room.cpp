// SPDX-License-Identifier: Apache-2.0
#include "manage_room.hpp"

#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cstdio>

#include "action_map.hpp"
#include "empty_state.hpp"
#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "forameter/core/words.hpp"
#include "forameter/intake/packets.hpp"
#include "forameter/protocol/interchange.hpp"
#include "forameter/report/progress.hpp"
#include "forameter/store/sign_in.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/ui/application.hpp"
#include "labels.hpp"
#include "manage_people.hpp"
#include "manage_round_dialog.hpp"
#include "progress_panel.hpp"
#include "row_table.hpp"
#include "scrolled.hpp"

namespace forameter::ui {

using store::Operation;
using store::RoundState;
using workspace::ActionId;
using workspace::JobStatus;
using workspace::Room;

namespace {

QMessageBox::StandardButton ask(QWidget* parent, const char* name, const QString& title, const QString& text,
                                const QString& yes) {
    QMessageBox box(QMessageBox::NoIcon, title, text, QMessageBox::Ok | QMessageBox::Cancel, parent);
    box.setTextFormat(Qt::PlainText); // it names rounds
    box.setObjectName(QString::fromLatin1(name));
    box.setTextFormat(Qt::PlainText);
    box.button(QMessageBox::Ok)->setText(yes);
    box.setDefaultButton(QMessageBox::Cancel);
    return static_cast<QMessageBox::StandardButton>(box.exec());
}

} // namespace

ManageRoom::ManageRoom(workspace::Workspace& workspace, ActionMap& actions, QWidget* parent)
    : RoomPage(parent),
      m_workspace(workspace),
      m_actions(actions),
      m_jobs(guiPost()),
      m_people(new ManagePeople(workspace, this)),
      m_rounds(new QTableWidget(0, 5, this)),
      m_stack(new QStackedWidget(this)),
      m_empty(new EmptyState(m_stack)),
      m_panel(new ProgressPanel(this)),
      m_buttons(new QGridLayout),
      m_new(new QPushButton(QStringLiteral("New round…"), this)),
      m_export(new QPushButton(QStringLiteral("Export packets…"), this)),
      m_collect(new QPushButton(QStringLiteral("Collect packets…"), this)),
      m_score(new QPushButton(QStringLiteral("Score calibration…"), this)),
      m_close(new QPushButton(QStringLiteral("Close…"), this)),
      m_open(new QPushButton(QStringLiteral("Open…"), this)),
      m_cancel(new QPushButton(QStringLiteral("Cancel"), this)),
      m_progress(new QProgressBar(this)),
      m_plan(plainLabel(QString(), this, "quiet")),
      m_log(plainLabel(QString(), this)) {
    setObjectName(QStringLiteral("ManageRoom"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3);
    row->addWidget(m_people);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeRounds());
    row->addWidget(m_stack, 1);
    m_subscription = m_jobs.changed.subscribe([this](const workspace::Job& job) {
        m_progress->setRange(0, static_cast<int>(job.progress.total));
        m_progress->setValue(static_cast<int>(job.progress.done));
        if (job.status == JobStatus::Running && !job.progress.what.empty())
            m_log->setText(qstring(job.title + ": " + job.progress.what) + QStringLiteral("…"));
    });
    const auto handle = [this](ActionId id, QPushButton* button, const char* name, auto does) {
        m_actions.handle(id, does, Room::Manage);
        if (!button) return;
        button->setObjectName(QString::fromLatin1(name));
        m_actions.attach(button, id);
    };
    // A key that does nothing says why.
    const auto allowed = [this](Operation operation, const char* what, const char* role) {
        if (mayDo(operation)) return true;
        tell(QStringLiteral("%1 needs the role of %2; %3 has another.")
                 .arg(QString::fromLatin1(what), QString::fromLatin1(role), qstring(m_workspace.rater())),
             HintBar::Tone::Warning);
        return false;
    };
    handle(ActionId::NewRound, m_new, "NewRound", [this, allowed] {
        if (allowed(Operation::CreateRound, "Making a round", "a researcher or administrator")) newRound();
    });
    handle(ActionId::ExportPackets, m_export, "ExportPackets", [this] { askExport(); });
    handle(ActionId::CollectPackets, m_collect, "CollectPackets", [this] { askCollect(); });
    handle(ActionId::ScoreCalibration, m_score, "ScoreCalibration", [this] { askScore(); });
    handle(ActionId::CloseRound, m_close, "CloseRound", [this] { askClose(); });
    handle(ActionId::OpenRound, m_open, "OpenRound", [this] { askOpen(); });
    handle(ActionId::AddPerson, nullptr, "", [this, allowed] {
        if (allowed(Operation::ManageAccounts, "Adding people", "an administrator"))
            m_people->edit(PersonEditor::Kind::New);
    });
    handle(ActionId::ManageRefresh, nullptr, "", [this] { enter(); });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_job) m_jobs.cancel(*m_job);
    });
    connect(m_rounds, &QTableWidget::itemSelectionChanged, this, &ManageRoom::roundChosen);
    connect(m_empty, &EmptyState::firstClicked, this, [this] { m_actions.trigger(ActionId::NewRound); });
    connect(m_people, &ManagePeople::failed, this,
            [this](const QString& why) { tell(why, HintBar::Tone::Warning); });
    connect(m_people, &ManagePeople::changed, this, [this] {
        const auto needed = store::needsSignIn(m_workspace.storePath(), m_workspace.store().actor());
        if (needed && *needed) return Q_EMIT passwordsBegan();
        enter();
        Q_EMIT storeChanged();
    });
}

ManageRoom::~ManageRoom() = default;

QWidget* ManageRoom::makeRounds() {
    auto* side = new QWidget(m_stack);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(18, 14, 18, 14);
    column->setSpacing(10);
    column->addWidget(headingLabel(QStringLiteral("Rounds"), side));
    m_new->setProperty("primary", true);
    column->addLayout(m_buttons);
    placeButtons();
    m_rounds->setObjectName(QStringLiteral("Rounds"));
    m_rounds->setAccessibleName(QStringLiteral("Rounds"));
    m_rounds->setHorizontalHeaderLabels({QStringLiteral("Round"), QStringLiteral("State"),
                                         QStringLiteral("Raters"), QStringLiteral("Studies"),
                                         QStringLiteral("Cases done")});
    m_rounds->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    showAsRows(m_rounds, QAbstractItemView::SingleSelection);
    column->addWidget(m_rounds);
    m_plan->setObjectName(QStringLiteral("RoundPlan"));
    m_plan->setWordWrap(true);
    column->addWidget(m_plan);
    auto* job = new QHBoxLayout;
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_cancel->setObjectName(QStringLiteral("CancelPackets"));
    m_cancel->hide();
    job->addWidget(m_progress, 1);
    job->addWidget(m_cancel);
    column->addLayout(job);
    m_log->setObjectName(QStringLiteral("PacketLog"));
    m_log->setWordWrap(true);
    m_log->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_log);
    column->addWidget(scrolled(m_panel, side), 1);
    return side;
}

/// In as many columns as there is room for.
void ManageRoom::placeButtons() {
    const std::array all{m_new, m_export, m_collect, m_score, m_close, m_open};
    int widest = 1, together = 0;
    for (const QPushButton* button : all) {
        const int one = button->sizeHint().width() + m_buttons->horizontalSpacing();
        widest = std::max(widest, one);
        together += one;
    }
    const int room = width() - m_people->width() - 40, count = static_cast<int>(all.size());
    // In one row, or in rows of as many.
    const int most = together <= room ? count : std::clamp(room / widest, 2, count);
    const int rows = (count + most - 1) / most, columns = (count + rows - 1) / rows;
    for (int i = 0; i < count; ++i)
        m_buttons->addWidget(all[static_cast<std::size_t>(i)], i / columns, i % columns);
    m_buttons->setColumnStretch(static_cast<int>(all.size()), 1);
}

void ManageRoom::resizeEvent(QResizeEvent*) {
    placeButtons();
}

bool ManageRoom::mayEnter() const {
    const store::Store& store = m_workspace.store();
    if (m_workspace.packet()) return false; // nothing to coordinate in one rater's packet
    for (const Operation one : {Operation::CreateRound, Operation::ChangeRound, Operation::ManageAccounts})
        if (store::mayDo(store, one).value_or(false)) return true;
    return false;
}

void ManageRoom::enter() {
    m_people->refresh();
    showRounds();
}

/// Work that was begun goes on, as an import does; what comes of it is told to nobody else.
void ManageRoom::forget() {
    m_log->clear();
    m_shown.clear();
    m_rounds->setRowCount(0);
}

bool ManageRoom::mayDo(store::Operation operation) const {
    return store::mayDo(m_workspace.store(), operation).value_or(false);
}

QString ManageRoom::caseText() const {
    return QStringLiteral("%1 · %2").arg(qstring(counted(m_shown.size(), "round")),
                                         qstring(m_workspace.rater()));
}

QString ManageRoom::sentence() const {
    if (busy()) return QStringLiteral("Working on packets…");
    if (m_shown.empty()) return QStringLiteral("Add the people who read, then make a round.");
    const auto opened = [](const store::Round& round) { return round.state == RoundState::Opened; };
    return std::ranges::all_of(m_shown, opened)
               ? QStringLiteral("Every round is opened: Review and Study compare its readings.")
               : QStringLiteral("Readings of a round stay hidden until it is opened.");
}

std::vector<HintBar::Hint> ManageRoom::hints() const {
    std::vector<HintBar::Hint> hints; // of what this person may do
    const auto add = [&](Operation operation, ActionId id, const char* text) {
        if (mayDo(operation)) hints.push_back({m_actions.keyText(id), QString::fromLatin1(text)});
    };
    add(Operation::CreateRound, ActionId::NewRound, "new round");
    add(Operation::ManageAccounts, ActionId::AddPerson, "add person");
    add(Operation::ChangeRound, ActionId::ExportPackets, "export packets");
    add(Operation::ChangeRound, ActionId::CollectPackets, "collect");
    hints.push_back({m_actions.keyText(ActionId::CheatSheet), QStringLiteral("keys")});
    return hints;
}

QString ManageRoom::log() const {
    return m_log->text();
}

std::optional<std::string> ManageRoom::chosenRound() const {
    const int row = m_rounds->currentRow();
    if (row < 0 || row >= static_cast<int>(m_shown.size())) return std::nullopt;
    return m_shown[static_cast<std::size_t>(row)].plan.name;
}

void ManageRoom::showRounds() {
    const store::Store& store = m_workspace.store();
    const store::RoundRepository rounds(store);
    const auto before = chosenRound();
    auto all = rounds.list();
    if (!all) return tell(qstring(all.error().message), HintBar::Tone::Warning);
    m_shown = std::move(*all);
    int select = static_cast<int>(m_shown.size()) - 1; // the newest
    {
        const QSignalBlocker quiet(m_rounds);
        m_rounds->setRowCount(static_cast<int>(m_shown.size()));
        for (int i = 0; i < m_rounds->rowCount(); ++i) {
            const store::Round& round = m_shown[static_cast<std::size_t>(i)];
            if (before == round.plan.name) select = i;
            std::size_t cases = 0, done = 0;
            if (const auto progress = rounds.progress(round.plan.name))
                for (const auto& one : *progress) {
                    cases += one.cases;
                    done += one.done;
                }
            int at = 0;
            for (const QString& text :
                 {qstring(round.plan.name), qstring(store::name(round.state)),
                  QString::number(round.plan.raters.size()), QString::number(round.plan.studies.size()),
                  QStringLiteral("%1 of %2").arg(done).arg(cases)})
                m_rounds->setItem(i, at++, new QTableWidgetItem(text));
        }
    }
    m_rounds->setFixedHeight(std::min(240, 44 + 31 * m_rounds->rowCount())); // the progress gets the rest
    m_rounds->selectRow(select);
    const bool make = mayDo(Operation::CreateRound), change = mayDo(Operation::ChangeRound);
    m_new->setVisible(make);
    for (QPushButton* button : {m_export, m_collect, m_score, m_close, m_open})
        button->setVisible(change);
    m_stack->setCurrentIndex(m_shown.empty() ? 0 : 1);
    if (m_shown.empty()) {
        const auto studies = store::StudyRepository(store).count();
        m_empty->show(
            QStringLiteral("levels"), QStringLiteral("No rounds yet"),
            studies && *studies == 0
                ? QStringLiteral("A round needs studies: import them in the Read room first. Then add "
                                 "the people who read.")
                : QStringLiteral("In a round several raters read the same cases without seeing each "
                                 "other. Add the people who read on the left, then make a round."),
            make && studies && *studies > 0 ? QStringLiteral("New round…") : QString());
    }
    roundChosen();
    Q_EMIT changed();
}

void ManageRoom::roundChosen() {
    const auto name = chosenRound();
    const auto* round = name ? &m_shown[static_cast<std::size_t>(m_rounds->currentRow())] : nullptr;
    m_export->setEnabled(round && round->state == RoundState::Running && !busy());
    m_collect->setEnabled(round && round->state != RoundState::Opened && !busy());
    m_score->setEnabled(round && !round->plan.calibration.empty() && round->state == RoundState::Running &&
                        !busy());
    m_close->setEnabled(round && round->state == RoundState::Running && !busy());
    m_open->setEnabled(round && round->state != RoundState::Opened && !busy());
    if (!round) {
        m_plan->clear();
        return m_panel->setNothing(QStringLiteral("Choose a round to see how far it is."));
    }
    const store::RoundPlan& plan = round->plan;
    QStringList facts;
    facts << QStringLiteral("slices %1").arg(qstring(store::name(plan.slices)))
          << QStringLiteral("canal: %1").arg(qstring(anatomy::label(plan.quantity)))
          << QStringLiteral("AI arm: %1").arg(qstring(store::name(plan.ai)))
          << (plan.repeats > 0 ? QStringLiteral("%1 % repeats after %2 days")
                                     .arg(100 * plan.repeats, 0, 'f', 0)
                                     .arg(plan.washOutDays)
                               : QStringLiteral("no repeats"));
    if (plan.ratersPerCase > 0)
        facts << qstring(counted(static_cast<std::size_t>(plan.ratersPerCase), "rater") + " per case");
    if (!plan.calibration.empty())
        facts << (plan.calibration.size() == 1
                      ? QStringLiteral("1 calibration study")
                      : QStringLiteral("%1 calibration studies").arg(plan.calibration.size()));
    if (plan.passMark) facts << QStringLiteral("pass mark Dice %1").arg(*plan.passMark, 0, 'f', 2);
    facts << QStringLiteral("seed %1").arg(plan.seed);
    m_plan->setText(qstring(plan.name) + QStringLiteral(": ") + facts.join(QStringLiteral(" · ")));
    const auto progress = report::readProgress(m_workspace.store(), plan.name, now());
    if (progress)
        m_panel->setProgress(*progress);
    else
        m_panel->setNothing(qstring(progress.error().message));
}

void ManageRoom::newRound() {
    RoundDialog dialog(m_workspace, this);
    if (dialog.exec() != QDialog::Accepted) return;
    showRounds();
    for (int i = 0; i < m_rounds->rowCount(); ++i)
        if (m_shown[static_cast<std::size_t>(i)].plan.name == dialog.name()) m_rounds->selectRow(i);
    const QString runs = QStringLiteral("Round %1 runs.").arg(qstring(dialog.name()));
    m_log->setText(dialog.warnings().isEmpty()
                       ? QString()
                       : runs + QLatin1Char('\n') + dialog.warnings().join(QLatin1Char('\n')));
    tell(dialog.warnings().isEmpty() ? runs : dialog.warnings().front(),
         dialog.warnings().isEmpty() ? HintBar::Tone::Note : HintBar::Tone::Warning);
    Q_EMIT storeChanged();
}

void ManageRoom::askExport() {
    if (!m_export->isEnabled())
        return tell(QStringLiteral("Choose a running round first."), HintBar::Tone::Warning);
    const QString folder =
        QFileDialog::getExistingDirectory(this, QStringLiteral("Folder for the packets, one file per rater"));
    if (folder.isEmpty()) return;
    QMessageBox box(
        QMessageBox::NoIcon, QStringLiteral("Images"),
        QStringLiteral("Copy the images beside the packets, so that they can be read anywhere, or only "
                       "name where they lie, for raters who see the same disk?"),
        QMessageBox::Cancel, this);
    auto* copy = box.addButton(QStringLiteral("Copy"), QMessageBox::AcceptRole);
    auto* name = box.addButton(QStringLiteral("Name where they lie"), QMessageBox::AcceptRole);
    box.setDefaultButton(copy);
    box.exec();
    if (box.clickedButton() != copy && box.clickedButton() != name) return;
    exportPackets(folder.toStdString(), box.clickedButton() == copy);
}

bool ManageRoom::exportPackets(const std::filesystem::path& folder, bool copyImages) {
    const auto round = chosenRound();
    if (!round || busy()) return false;
    start("Exporting packets of " + *round,
          [path = m_workspace.storePath(), actor = m_workspace.store().actor(), round = *round, folder,
           copyImages](const Watch& watch) -> Result<std::string> {
              const auto store = store::Store::open(path, actor);
              if (!store) return tl::unexpected(store.error());
              const auto packets = intake::exportPackets(
                  *store, round, folder,
                  copyImages ? intake::PacketImages::Copy : intake::PacketImages::Reference, watch);
              if (!packets) return tl::unexpected(packets.error());
              std::string said;
              for (const auto& packet : *packets)
                  said += packet.rater.text() + ": " + counted(packet.cases, "case") + ", " +
                          counted(packet.images, "image") + ", " + shown(packet.file) + "\n";
              return said;
          });
    return true;
}

void ManageRoom::askCollect() {
    if (!m_collect->isEnabled())
        return tell(QStringLiteral("Choose a round that has not been opened first."), HintBar::Tone::Warning);
    std::vector<std::filesystem::path> files;
    for (const QString& file :
         QFileDialog::getOpenFileNames(this, QStringLiteral("Packets to collect"), QString(),
                                       QStringLiteral("Packets (*.sqlite);;All files (*)")))
        files.emplace_back(file.toStdString());
    if (!files.empty()) collectPackets(std::move(files));
}

bool ManageRoom::collectPackets(std::vector<std::filesystem::path> files) {
    const auto round = chosenRound();
    if (!round || busy()) return false;
    start("Collecting packets of " + *round,
          [path = m_workspace.storePath(), actor = m_workspace.store().actor(), round = *round,
           files = std::move(files)](const Watch& watch) -> Result<std::string> {
              const auto store = store::Store::open(path, actor);
              if (!store) return tl::unexpected(store.error());
              std::string said;
              for (const auto& file : files) {
                  const std::string name = shown(file.filename()) + ": ";
                  const auto taken = watch.cancelled() ? fail(ErrorCode::Cancelled, "")
                                                       : store::collectPacket(*store, round, file, watch);
                  if (!taken && taken.error().code == ErrorCode::Cancelled)
                      return fail(ErrorCode::Cancelled, said + name + "not collected. Cancelled.");
                  if (!taken)
                      said += name + "refused. " + taken.error().message + "\n";
                  else
                      said += name + std::to_string(taken->added) + " new entries of " + taken->rater.text() +
                              ", " + std::to_string(taken->unchanged) + " were here already.\n";
              }
              return said;
          });
    return true;
}

void ManageRoom::askScore() {
    if (!m_score->isEnabled())
        return tell(QStringLiteral("Choose a running round with calibration cases first."),
                    HintBar::Tone::Warning);
    const QString file = QFileDialog::getOpenFileName(
        this, QStringLiteral("Contours to take for the truth of the calibration cases"), QString(),
        QStringLiteral("Contours (*.json);;All files (*)"));
    if (!file.isEmpty()) scoreCalibration(file.toStdString());
}

bool ManageRoom::scoreCalibration(const std::filesystem::path& truth) {
    const auto round = chosenRound();
    if (!round || busy()) return false;
    start("Scoring calibration of " + *round,
          [path = m_workspace.storePath(), actor = m_workspace.store().actor(), round = *round,
           truth](const Watch&) -> Result<std::string> {
              const auto store = store::Store::open(path, actor);
              if (!store) return tl::unexpected(store.error());
              std::error_code error; // closing the store's file would drop its locks
              if (std::filesystem::equivalent(truth, path, error))
                  return fail(ErrorCode::InvalidArgument, shown(truth) + " is the store itself.");
              const auto json = readWhole(truth);
              if (!json) return tl::unexpected(json.error());
              const auto contours = protocol::contoursFromJson(*json);
              if (!contours)
                  return fail(contours.error().code, shown(truth) + ": " + contours.error().message);
              const auto scores = store::RoundRepository(*store).scoreCalibration(round, contours->contours);
              if (!scores) return tl::unexpected(scores.error());
              std::string said;
              if (const auto& refused = contours->refused; !refused.empty())
                  said = truth.filename().string() + ": " +
                         counted(refused.size(), "contour was refused and takes",
                                 "contours were refused and take") +
                         " no part. The first: " + refused.front().error.message + "\n";
              for (const auto& hers : *scores) {
                  char dice[32] = "";
                  if (hers.meanDice) std::snprintf(dice, sizeof dice, ", mean Dice %.3f", *hers.meanDice);
                  said += hers.rater.text() + ": " + std::to_string(hers.done) + " of " +
                          std::to_string(hers.cases.size()) + " calibration cases done" + dice +
                          (!hers.passed   ? ""
                           : *hers.passed ? ", passed"
                                          : ", not passed yet") +
                          ".\n";
              }
              return said;
          });
    return true;
}

void ManageRoom::start(const std::string& title, workspace::JobRunner::Work work) {
    m_progress->show();
    m_cancel->show();
    m_log->setText(qstring(title) + QStringLiteral("…"));
    m_job = m_jobs.start(workspace::JobKind::Packets, title, std::move(work),
                         [this, who = m_workspace.rater()](const workspace::Job& job) {
                             m_job.reset();
                             m_progress->hide();
                             m_cancel->hide();
                             if (who != m_workspace.rater()) {
                                 if (mayEnter()) showRounds();
                                 return;
                             }
                             m_log->setText(qstring(job.message).trimmed());
                             if (job.status == JobStatus::Failed)
                                 tell(qstring(job.message), HintBar::Tone::Warning);
                             showRounds();
                         });
    roundChosen();
    Q_EMIT changed();
}

void ManageRoom::askClose() {
    const auto round = chosenRound();
    if (!round || !m_close->isEnabled()) return;
    if (ask(this, "AskClose", QStringLiteral("Close round"),
            QStringLiteral(
                "Close %1? Nobody changes a reading of it any more; packets can still be collected. "
                "Everything stays blinded.")
                .arg(qstring(*round)),
            QStringLiteral("Close")) != QMessageBox::Ok)
        return;
    const auto done = store::RoundRepository(m_workspace.store()).close(*round);
    if (!done) return tell(qstring(done.error().message), HintBar::Tone::Warning);
    showRounds();
    tell(QStringLiteral("Round %1 is closed; its packets can still be collected.").arg(qstring(*round)),
         HintBar::Tone::Note);
    Q_EMIT storeChanged();
}

void ManageRoom::askOpen() {
    const auto round = chosenRound();
    if (!round || !m_open->isEnabled()) return;
    if (ask(this, "AskOpen", QStringLiteral("Open round"),
            QStringLiteral(
                "Open %1? Blinding ends for good: reviewers see every reading, raters see each other's, "
                "and no reading can be added or changed. This cannot be taken back.")
                .arg(qstring(*round)),
            QStringLiteral("End blinding")) != QMessageBox::Ok)
        return;
    const auto done = store::RoundRepository(m_workspace.store()).open(*round);
    if (!done) return tell(qstring(done.error().message), HintBar::Tone::Warning);
    showRounds();
    tell(QStringLiteral("Round %1 is open; its readings can be reviewed and compared.").arg(qstring(*round)),
         HintBar::Tone::Note);
    Q_EMIT storeChanged();
}

void ManageRoom::tell(const QString& sentence, HintBar::Tone tone) {
    Q_EMIT said(sentence, tone);
}

} // namespace forameter::ui
