// SPDX-License-Identifier: Apache-2.0
#include "worklist_panel.hpp"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "action_map.hpp"
#include "labels.hpp"
#include "list_row.hpp"
#include "theme.hpp"
#include "worklist_model.hpp"

namespace forameter::ui {

using workspace::ActionId;
using workspace::WorklistFilter;

namespace {
using Progress = WorklistFilter::Progress;
constexpr std::array kProgress{std::pair{Progress::Any, "All"}, std::pair{Progress::Open, "Open"},
                               std::pair{Progress::Untouched, "Not begun"},
                               std::pair{Progress::Begun, "In progress"}, std::pair{Progress::Done, "Done"}};

QString word(Progress progress) {
    return QString::fromLatin1(
        std::ranges::find(kProgress, progress, &decltype(kProgress)::value_type::first)->second);
}
} // namespace

void WorklistDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
    const Theme& t = theme();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool open = index.data(WorklistModel::OpenRole).toBool();
    const QRectF box = drawListRowFrame(*painter, option, open);
    const int done = index.data(WorklistModel::DoneRole).toInt(),
              total = std::max(1, index.data(WorklistModel::TotalRole).toInt());
    const double left = box.left() + 10, right = box.right() - 10;
    const QString count = index.data(WorklistModel::CountRole).toString();
    const QFont small = uiFont(11);
    painter->setFont(small);
    painter->setPen(done == total ? t.good : t.quiet);
    if (index.data(WorklistModel::FlagRole).toBool()) {
        const double x = left - 8, y = box.top() + 10; // a small flag before the title
        painter->setBrush(t.warning);
        painter->setPen(Qt::NoPen);
        painter->drawPolygon(QPolygonF({{x, y}, {x + 6, y + 3.5}, {x, y + 7}}));
        painter->setPen(done == total ? t.good : t.quiet);
    }
    const double countWidth = figuresWidth(small, count);
    drawFigures(*painter, {right - countWidth, box.top() + 19}, count);

    const QFont title = uiFont(13, open ? QFont::DemiBold : QFont::Medium);
    painter->setFont(title);
    painter->setPen(open ? t.strong : t.text);
    painter->drawText(QPointF(left, box.top() + 19),
                      QFontMetricsF(title).elidedText(index.data().toString(), Qt::ElideMiddle,
                                                      right - left - countWidth - 8));
    painter->setFont(small);
    painter->setPen(t.quiet);
    QString second = index.data(WorklistModel::SeriesRole).toString();
    const QString date = index.data(WorklistModel::DateRole).toString();
    if (!date.isEmpty() && !count.isEmpty()) second = date + QStringLiteral("  ") + second;
    painter->drawText(QPointF(left, box.top() + 36),
                      QFontMetricsF(small).elidedText(second, Qt::ElideRight, right - left));
    drawListRowBar(*painter, box, open, double(done) / total, done == total ? t.good : t.accent);
    painter->restore();
}

WorklistPanel::WorklistPanel(const ActionMap& actions, WorklistModel* model, QWidget* parent)
    : QWidget(parent),
      m_model(model),
      m_full(new QWidget(this)),
      m_strip(new QWidget(this)),
      m_job(new QWidget(m_full)),
      m_finder(new QWidget(m_full)),
      m_nothing(new QWidget(m_full)),
      m_heading(headingLabel(QStringLiteral("Worklist"), m_full)),
      m_stripCount(plainLabel(QString(), m_strip, "quiet")),
      m_jobTitle(plainLabel(QString(), m_job, "strong")),
      m_jobDetail(plainLabel(QString(), m_job, "quiet")),
      m_nothingWords(plainLabel(QString(), m_nothing, "quiet")),
      m_find(new QLineEdit(m_finder)),
      m_progress(new QToolButton(m_finder)),
      m_stripFilter(new QToolButton(m_strip)),
      m_progressMenu(new QMenu(m_progress)),
      m_list(new QListView(m_full)),
      m_jobBar(new QProgressBar(m_job)) {
    setObjectName(QStringLiteral("SidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_full);
    outer->addWidget(m_strip);

    const auto toggle = [&](QWidget* owner, const QString& iconName) {
        auto* button = new QToolButton(owner);
        button->setIcon(icon(iconName));
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(QStringLiteral("Show or hide the worklist"));
        actions.attach(button, ActionId::ToggleWorklist);
        return button;
    };
    auto* stripColumn = new QVBoxLayout(m_strip);
    stripColumn->setContentsMargins(4, 8, 4, 8);
    m_back = toggle(m_strip, QStringLiteral("chevron-right"));
    stripColumn->addWidget(m_back, 0, Qt::AlignHCenter);
    m_stripCount->setAlignment(Qt::AlignHCenter);
    stripColumn->addWidget(m_stripCount);
    m_stripFilter->setIcon(icon(QStringLiteral("filter")));
    m_stripFilter->setCheckable(true);
    m_stripFilter->setFocusPolicy(Qt::NoFocus);
    m_stripFilter->setAccessibleName(QStringLiteral("The worklist is narrowed"));
    actions.attach(m_stripFilter, ActionId::FindCase);
    stripColumn->addWidget(m_stripFilter, 0, Qt::AlignHCenter);
    stripColumn->addStretch(1);
    m_strip->setFixedWidth(44);

    auto* column = new QVBoxLayout(m_full);
    column->setContentsMargins(0, 8, 0, 10);
    column->setSpacing(6);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(14, 0, 6, 0);
    header->addWidget(m_heading, 1);
    header->addWidget(toggle(m_full, QStringLiteral("chevron-left")));
    column->addLayout(header);
    makeFinder(actions);
    column->addWidget(m_finder);
    column->addWidget(m_nothing, 1); // in the place of the list
    m_list->setObjectName(QStringLiteral("Worklist"));
    m_list->setModel(model);
    m_list->setItemDelegate(new WorklistDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setFocusPolicy(Qt::TabFocus);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // a narrow list elides
    m_list->setAccessibleName(QStringLiteral("Worklist"));
    column->addWidget(m_list, 1);
    m_list->installEventFilter(this);

    auto* jobColumn = new QVBoxLayout(m_job);
    jobColumn->setContentsMargins(14, 6, 14, 6);
    jobColumn->setSpacing(6);
    m_jobTitle->setWordWrap(true);
    m_jobDetail->setWordWrap(true);
    m_jobBar->setTextVisible(false);
    auto* cancel = new QPushButton(QStringLiteral("Cancel"), m_job);
    cancel->setObjectName(QStringLiteral("CancelImport"));
    cancel->setFocusPolicy(Qt::TabFocus);
    cancel->setProperty("quiet", true);
    jobColumn->addWidget(m_jobTitle);
    jobColumn->addWidget(m_jobBar);
    jobColumn->addWidget(m_jobDetail);
    jobColumn->addWidget(cancel);
    column->addWidget(m_job);
    m_job->hide();

    auto* footer = new QVBoxLayout;
    footer->setContentsMargins(12, 4, 12, 0);
    footer->setSpacing(6);
    const auto footerButton = [&](ActionId id, const QString& text, const QString& iconName) {
        auto* button = actions.makeButton(id, text, m_full);
        button->setIcon(icon(iconName));
        button->setProperty("quiet", true);
        footer->addWidget(button);
        return button;
    };
    footerButton(ActionId::NextOpenCase, QStringLiteral("Next open case"), QStringLiteral("arrow-right"));
    m_import =
        footerButton(ActionId::ImportFolder, QStringLiteral("Import folder…"), QStringLiteral("import"));
    column->addLayout(footer);

    const auto choose = [this](const QModelIndex& index) { Q_EMIT rowChosen(m_model->place(index.row())); };
    connect(m_list, &QListView::clicked, this, choose);
    connect(m_list, &QListView::activated, this, choose);
    connect(cancel, &QPushButton::clicked, this, &WorklistPanel::cancelRequested);
    refresh({});
    setCollapsed(false);
}

void WorklistPanel::makeFinder(const ActionMap& actions) {
    auto* row = new QHBoxLayout(m_finder);
    row->setContentsMargins(12, 0, 8, 2);
    row->setSpacing(4);
    m_find->setObjectName(QStringLiteral("WorklistFind"));
    m_find->setAccessibleName(QStringLiteral("Find in the worklist"));
    m_find->setFocusPolicy(Qt::StrongFocus);
    m_find->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_find->installEventFilter(this);
    const auto invite = [this, &actions] {
        m_find->setPlaceholderText(actions.withKey(QStringLiteral("Find"), ActionId::FindCase));
    };
    invite();
    connect(&actions, &ActionMap::bindingsChanged, this, invite);
    connect(m_find, &QLineEdit::textEdited, this, [this](const QString& text) {
        auto filter = m_filter;
        filter.text = text.toStdString();
        narrow(filter);
    });
    row->addWidget(m_find, 1);

    auto* only = new QActionGroup(m_progressMenu);
    for (const auto& [progress, words] : kProgress) {
        QAction* one = m_progressMenu->addAction(QString::fromLatin1(words));
        one->setCheckable(true);
        one->setData(static_cast<int>(progress));
        only->addAction(one);
        connect(one, &QAction::triggered, this, [this, progress = progress] {
            auto filter = m_filter;
            filter.progress = progress;
            narrow(filter);
        });
    }
    m_progress->setObjectName(QStringLiteral("WorklistProgress"));
    m_progress->setAccessibleName(QStringLiteral("List by progress"));
    m_progress->setIcon(icon(QStringLiteral("filter")));
    m_progress->setCheckable(true);
    m_progress->setFocusPolicy(Qt::TabFocus);
    m_progress->setPopupMode(QToolButton::InstantPopup);
    m_progress->setMenu(m_progressMenu);
    row->addWidget(m_progress);

    auto* column = new QVBoxLayout(m_nothing);
    column->setContentsMargins(14, 10, 14, 6);
    column->setSpacing(10);
    m_nothingWords->setObjectName(QStringLiteral("WorklistNothing"));
    m_nothingWords->setWordWrap(true);
    auto* all = new QPushButton(QStringLiteral("List all  Esc"), m_nothing);
    all->setObjectName(QStringLiteral("WorklistAll"));
    all->setFocusPolicy(Qt::TabFocus);
    all->setProperty("quiet", true);
    connect(all, &QPushButton::clicked, this, &WorklistPanel::showAll);
    column->addWidget(m_nothingWords);
    column->addWidget(all);
    column->addStretch(1);
}

void WorklistPanel::narrow(WorklistFilter filter) {
    Q_EMIT narrowed(filter);
}

void WorklistPanel::refresh(const WorklistFilter& filter) {
    m_filter = filter;
    m_heading->setText(m_model->heading());
    const QString text = qstring(filter.text);
    if (m_find->text() != text) m_find->setText(text);
    m_finder->setVisible(m_model->total() > 1 || !filter.takesAll());
    m_progress->setChecked(filter.progress != Progress::Any);
    m_progress->setToolTip(filter.progress == Progress::Any
                               ? QStringLiteral("List only what is open, begun or done.")
                               : QStringLiteral("Listed: %1.").arg(word(filter.progress).toLower()));
    for (QAction* one : m_progressMenu->actions())
        one->setChecked(one->data().toInt() == static_cast<int>(filter.progress));
    m_stripFilter->setVisible(!filter.takesAll());
    m_stripFilter->setChecked(true);
    const bool nothing = m_model->rowCount() == 0 && m_model->total() > 0;
    m_nothing->setVisible(nothing);
    m_list->setVisible(!nothing);
    if (!nothing) return;
    QString none = QStringLiteral("None of %1").arg(m_model->total());
    if (filter.progress != Progress::Any) none += QStringLiteral(" is ") + word(filter.progress).toLower();
    if (const QString wanted = text.trimmed(); !wanted.isEmpty())
        none += (filter.progress == Progress::Any ? QStringLiteral(" has “") : QStringLiteral(" and has “")) +
                wanted + QStringLiteral("”");
    m_nothingWords->setText(none + QLatin1Char('.'));
}

void WorklistPanel::find() {
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

/// Return in the field: a single hit opens, of several the first is chosen.
void WorklistPanel::takeFirst() {
    if (m_model->rowCount() == 0) return;
    m_list->setCurrentIndex(m_model->index(0));
    m_list->setFocus(Qt::TabFocusReason);
    if (m_model->rowCount() == 1) Q_EMIT rowChosen(m_model->place(0));
}

/// Keys of the field and of the narrowed list that mean something else over a picture.
bool WorklistPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress) return false;
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool inField = watched == m_find, escape = key == Qt::Key_Escape,
               choose = inField && (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down);
    if (!choose && !(escape && (inField || !m_filter.takesAll()))) return false;
    event->accept();
    if (event->type() == QEvent::ShortcutOverride) return true;
    if (escape && m_filter.takesAll())
        Q_EMIT left();
    else if (escape)
        showAll();
    else if (key != Qt::Key_Down)
        takeFirst();
    else if (m_model->rowCount() > 0)
        enter();
    return true;
}

void WorklistPanel::setImportOffered(bool offered) {
    m_import->setVisible(offered);
}

void WorklistPanel::setCollapsed(bool collapsed, int width) {
    m_full->setVisible(!collapsed);
    m_strip->setVisible(collapsed);
    setFixedWidth(collapsed ? 44 : width);
}

void WorklistPanel::setOpenStudy(const std::optional<StudyUid>& study,
                                 const std::optional<store::AssignmentId>& reading) {
    m_model->setOpenStudy(study, reading);
    const auto row = study ? m_model->find(*study, reading) : std::nullopt;
    m_stripCount->setText(
        row ? QStringLiteral("%1\nof\n%2").arg(m_model->place(*row) + 1).arg(m_model->total()) : QString());
    if (row) {
        m_list->setCurrentIndex(m_model->index(*row));
        m_list->scrollTo(m_model->index(*row));
    }
}

void WorklistPanel::enter() {
    if (!m_full->isVisible()) return m_back->setFocus(Qt::TabFocusReason);
    if (!m_list->currentIndex().isValid()) m_list->setCurrentIndex(m_model->index(0)); // shows its ring
    m_list->setFocus(Qt::TabFocusReason);
}

void WorklistPanel::showJob(const std::optional<workspace::Job>& job) {
    m_job->setVisible(job.has_value());
    if (!job) return;
    m_jobTitle->setText(qstring(job->title));
    const auto& progress = job->progress;
    m_jobBar->setRange(0, static_cast<int>(progress.total));
    m_jobBar->setValue(static_cast<int>(progress.done));
    m_jobDetail->setText(progress.total > 0 ? QStringLiteral("%1 · %2 of %3")
                                                  .arg(qstring(progress.what))
                                                  .arg(progress.done)
                                                  .arg(progress.total)
                                            : qstring(progress.what));
}

} // namespace forameter::ui
