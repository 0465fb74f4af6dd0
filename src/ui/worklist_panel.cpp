// SPDX-License-Identifier: Apache-2.0
#include "worklist_panel.hpp"

#include <QHBoxLayout>
#include <QListView>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "labels.hpp"
#include "list_row.hpp"
#include "theme.hpp"
#include "worklist_model.hpp"

namespace forameter::ui {

using workspace::ActionId;

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
      m_heading(headingLabel(QStringLiteral("Worklist"), m_full)),
      m_stripCount(plainLabel(QString(), m_strip, "quiet")),
      m_jobTitle(plainLabel(QString(), m_job, "strong")),
      m_jobDetail(plainLabel(QString(), m_job, "quiet")),
      m_list(new QListView(m_full)),
      m_progress(new QProgressBar(m_job)) {
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
    m_list->setObjectName(QStringLiteral("Worklist"));
    m_list->setModel(model);
    m_list->setItemDelegate(new WorklistDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setFocusPolicy(Qt::TabFocus);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(QStringLiteral("Worklist"));
    column->addWidget(m_list, 1);

    auto* jobColumn = new QVBoxLayout(m_job);
    jobColumn->setContentsMargins(14, 6, 14, 6);
    jobColumn->setSpacing(6);
    m_jobTitle->setWordWrap(true);
    m_jobDetail->setWordWrap(true);
    m_progress->setTextVisible(false);
    auto* cancel = new QPushButton(QStringLiteral("Cancel"), m_job);
    cancel->setObjectName(QStringLiteral("CancelImport"));
    cancel->setFocusPolicy(Qt::TabFocus);
    cancel->setProperty("quiet", true);
    jobColumn->addWidget(m_jobTitle);
    jobColumn->addWidget(m_progress);
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

    const auto choose = [this](const QModelIndex& index) { Q_EMIT rowChosen(index.row()); };
    connect(m_list, &QListView::clicked, this, choose);
    connect(m_list, &QListView::activated, this, choose);
    connect(cancel, &QPushButton::clicked, this, &WorklistPanel::cancelRequested);
    const auto counted = [this] { m_heading->setText(m_model->heading()); };
    connect(model, &QAbstractItemModel::modelReset, this, counted);
    connect(model, &QAbstractItemModel::dataChanged, this, counted);
    counted();
    setCollapsed(false);
}

void WorklistPanel::setImportOffered(bool offered) {
    m_import->setVisible(offered);
}

void WorklistPanel::setCollapsed(bool collapsed) {
    m_full->setVisible(!collapsed);
    m_strip->setVisible(collapsed);
    setFixedWidth(collapsed ? 44 : 210);
}

void WorklistPanel::setOpenStudy(const std::optional<StudyUid>& study,
                                 const std::optional<store::AssignmentId>& reading) {
    m_model->setOpenStudy(study, reading);
    const auto row = study ? m_model->find(*study, reading) : std::nullopt;
    m_stripCount->setText(row ? QStringLiteral("%1\nof\n%2").arg(*row + 1).arg(m_model->rowCount())
                              : QString());
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
    m_progress->setRange(0, static_cast<int>(progress.total));
    m_progress->setValue(static_cast<int>(progress.done));
    m_jobDetail->setText(progress.total > 0 ? QStringLiteral("%1 · %2 of %3")
                                                  .arg(qstring(progress.what))
                                                  .arg(progress.done)
                                                  .arg(progress.total)
                                            : qstring(progress.what));
}

} // namespace forameter::ui
