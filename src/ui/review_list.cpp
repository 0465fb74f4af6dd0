// SPDX-License-Identifier: Apache-2.0
#include "review_list.hpp"

#include <QComboBox>
#include <QListView>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "action_map.hpp"
#include "labels.hpp"
#include "list_row.hpp"
#include "theme.hpp"

namespace forameter::ui {

using store::ReviewState;
using workspace::ReviewEntry;

namespace {

constexpr std::array kStates{std::pair{ReviewState::Open, "open"},
                             std::pair{ReviewState::Discuss, "to discuss"},
                             std::pair{ReviewState::Signed, "signed"}};

QString detailOf(const ReviewEntry& row) {
    QStringList parts;
    if (row.mixUps > 0)
        parts << (row.mixUps > 1 ? QStringLiteral("%1 mix-ups").arg(row.mixUps) : QStringLiteral("mix-up"));
    if (row.relative) parts << QStringLiteral("spread %1 mm²").arg(row.spread.value(), 0, 'f', 0);
    if (row.hd95) parts << QStringLiteral("HD95 %1 mm").arg(row.hd95->value(), 0, 'f', 1);
    if (row.images > 1 && parts.size() < 3) parts << QStringLiteral("slices");
    if (row.notAssessable > 0 && parts.size() < 3)
        parts << QStringLiteral("%1 not assessable").arg(row.notAssessable);
    if (parts.isEmpty()) parts << QStringLiteral("one contour");
    return parts.join(QStringLiteral(" · "));
}

bool sameCase(const ReviewEntry& a, const ReviewEntry& b) {
    return a.study == b.study && a.cell == b.cell;
}

} // namespace

QString shortCell(const anatomy::Cell& cell) {
    QString text =
        qstring(anatomy::name(cell.structure)) + QLatin1Char(' ') + qstring(anatomy::label(cell.level));
    if (cell.side) text += QLatin1Char(' ') + qstring(anatomy::name(*cell.side));
    return text;
}

void ReviewListModel::setRows(const std::vector<ReviewEntry>& rows, std::optional<std::size_t> open) {
    double worst = 0.0;
    for (const auto& row : rows)
        worst = std::max(worst, row.relative.value_or(0.0));
    const bool same = std::ranges::equal(rows, m_rows, sameCase);
    if (!same) beginResetModel();
    m_rows = rows;
    m_open = open;
    m_worst = worst;
    if (!same) return endResetModel();
    if (!m_rows.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

int ReviewListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ReviewListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ReviewEntry& row = m_rows[static_cast<std::size_t>(index.row())];
    const QString title = qstring(row.title) + QStringLiteral(" · ") + shortCell(row.cell);
    switch (role) {
    case Qt::DisplayRole:
        return title;
    case Qt::AccessibleTextRole:
        return title + QStringLiteral(", ") + detailOf(row) + QStringLiteral(", ") +
               QLatin1String(kStates[static_cast<std::size_t>(row.state)].second);
    case DetailRole:
        return detailOf(row);
    case BarRole:
        return m_worst > 0 ? row.relative.value_or(0.0) / m_worst : 0.0;
    case StateRole:
        return static_cast<int>(row.state);
    case WarningRole:
        return row.mixUps > 0;
    case OpenRole:
        return m_open == static_cast<std::size_t>(index.row());
    default:
        return {};
    }
}

void ReviewDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    const Theme& t = theme();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool open = index.data(ReviewListModel::OpenRole).toBool();
    const auto state = static_cast<ReviewState>(index.data(ReviewListModel::StateRole).toInt());
    const QRectF box = drawListRowFrame(*painter, option, open);
    const double left = box.left() + 10, right = box.right() - 10;
    double room = right - left;
    if (state != ReviewState::Open) {
        const bool isSigned = state == ReviewState::Signed;
        painter->drawPixmap(QPointF(right - 14, box.top() + 8),
                            iconPixmap(isSigned ? QStringLiteral("check") : QStringLiteral("help"),
                                       isSigned ? t.good : t.warning, 14,
                                       painter->device()->devicePixelRatioF()));
        room -= 22;
    }
    const QFont title = uiFont(13, open ? QFont::DemiBold : QFont::Medium);
    painter->setFont(title);
    painter->setPen(open ? t.strong : state == ReviewState::Signed ? t.quiet : t.text);
    // The cell is always whole; where there is too little room, the end of the patient's name goes.
    const QString whole = index.data().toString();
    const auto cut = whole.lastIndexOf(QStringLiteral(" · "));
    const QString cell = whole.mid(cut);
    const QFontMetricsF metrics(title);
    painter->drawText(
        QPointF(left, box.top() + 19),
        metrics.elidedText(whole.left(cut), Qt::ElideMiddle, room - metrics.horizontalAdvance(cell)) + cell);
    const QFont small = uiFont(11);
    painter->setFont(small);
    painter->setPen(index.data(ReviewListModel::WarningRole).toBool() ? t.warning : t.quiet);
    drawFigures(*painter, QPointF(left, box.top() + 36),
                QFontMetricsF(small).elidedText(index.data(ReviewListModel::DetailRole).toString(),
                                                Qt::ElideRight, right - left));
    drawListRowBar(*painter, box, open, index.data(ReviewListModel::BarRole).toDouble(),
                   state == ReviewState::Signed ? t.quiet : t.alarm);
    painter->restore();
}

ReviewListPanel::ReviewListPanel(QWidget* parent)
    : QWidget(parent),
      m_model(new ReviewListModel(this)),
      m_heading(headingLabel(QStringLiteral("By disagreement"), this)),
      m_detail(plainLabel(QString(), this, "quiet")),
      m_scope(new QComboBox(this)),
      m_structure(new QComboBox(this)),
      m_level(new QComboBox(this)),
      m_state(new QComboBox(this)),
      m_list(new QListView(this)),
      m_job(new QWidget(this)),
      m_progress(new QProgressBar(m_job)) {
    setObjectName(QStringLiteral("SidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(288);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 10);
    column->setSpacing(8);
    auto* choices = new QVBoxLayout;
    choices->setContentsMargins(12, 0, 12, 0);
    choices->setSpacing(6);
    choices->addWidget(m_scope);
    auto* filters = new QHBoxLayout;
    filters->setSpacing(6);
    for (QComboBox* box : {m_structure, m_level, m_state})
        filters->addWidget(box, 1);
    choices->addLayout(filters);
    column->addLayout(choices);
    auto* header = new QHBoxLayout;
    header->setContentsMargins(14, 2, 14, 0);
    header->addWidget(m_heading);
    header->addStretch(1);
    column->addLayout(header);

    m_structure->addItem(QStringLiteral("All"));
    m_structure->addItem(QStringLiteral("NF"), static_cast<int>(anatomy::Structure::NF));
    m_structure->addItem(QStringLiteral("CC"), static_cast<int>(anatomy::Structure::CC));
    m_level->addItem(QStringLiteral("Level"));
    for (const auto level :
         {anatomy::Level::L1_L2, anatomy::Level::L2_L3, anatomy::Level::L3_L4, anatomy::Level::L4_L5,
          anatomy::Level::L5_S1, anatomy::Level::L5_L6, anatomy::Level::L6_S1})
        m_level->addItem(qstring(anatomy::label(level)), static_cast<int>(level));
    m_state->addItem(QStringLiteral("State"));
    for (const auto& [state, text] : kStates)
        m_state->addItem(QLatin1String(text), static_cast<int>(state));
    m_scope->setObjectName(QStringLiteral("ReviewScope"));
    m_scope->setAccessibleName(QStringLiteral("What is reviewed"));
    m_structure->setObjectName(QStringLiteral("ReviewStructure"));
    m_structure->setAccessibleName(QStringLiteral("Structures listed"));
    m_level->setObjectName(QStringLiteral("ReviewLevel"));
    m_level->setAccessibleName(QStringLiteral("Levels listed"));
    m_state->setObjectName(QStringLiteral("ReviewState"));
    m_state->setAccessibleName(QStringLiteral("States listed"));
    for (QComboBox* box : {m_scope, m_structure, m_level, m_state}) {
        box->setFocusPolicy(Qt::TabFocus);
        box->setMinimumWidth(40);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        if (box != m_scope) connect(box, &QComboBox::activated, this, &ReviewListPanel::filter);
    }
    connect(m_scope, &QComboBox::activated, this, [this](int row) {
        if (m_session && row >= 0) m_session->choose(m_session->scopes()[static_cast<std::size_t>(row)]);
    });

    m_list->setObjectName(QStringLiteral("ReviewList"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ReviewDelegate(m_list));
    m_list->setMouseTracking(true);
    m_list->setFocusPolicy(Qt::TabFocus);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(QStringLiteral("Cases by disagreement"));
    column->addWidget(m_list, 1);
    const auto choose = [this](const QModelIndex& index) {
        Q_EMIT chosen(static_cast<std::size_t>(index.row()));
    };
    connect(m_list, &QListView::clicked, this, choose);
    connect(m_list, &QListView::activated, this, choose);

    auto* jobColumn = new QVBoxLayout(m_job);
    jobColumn->setContentsMargins(14, 4, 14, 2);
    jobColumn->setSpacing(6);
    m_progress->setTextVisible(false);
    auto* cancel = new QPushButton(QStringLiteral("Cancel"), m_job);
    cancel->setObjectName(QStringLiteral("CancelReview"));
    cancel->setFocusPolicy(Qt::TabFocus);
    cancel->setProperty("quiet", true);
    m_detail->setParent(m_job);
    m_detail->setWordWrap(true);
    jobColumn->addWidget(m_detail);
    jobColumn->addWidget(m_progress);
    jobColumn->addWidget(cancel);
    column->addWidget(m_job);
    connect(cancel, &QPushButton::clicked, this, [this] {
        if (m_session) m_session->cancel();
    });
}

void ReviewListPanel::setSession(workspace::ReviewSession* session) {
    m_subscriptions.clear();
    m_session = session;
    if (session) {
        m_subscriptions.push_back(session->listChanged.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(session->deskChanged.subscribe([this] { refresh(); }));
        m_subscriptions.push_back(session->progressChanged.subscribe([this] { refreshProgress(); }));
    }
    refresh();
    refreshProgress();
}

void ReviewListPanel::refreshScopes() {
    QStringList texts;
    if (m_session)
        for (const auto& scope : m_session->scopes())
            texts << (scope.round.empty() ? QStringLiteral("Readings outside of rounds")
                                          : QStringLiteral("Round “%1”").arg(qstring(scope.round)));
    QStringList shown;
    for (int i = 0; i < m_scope->count(); ++i)
        shown << m_scope->itemText(i);
    if (texts != shown) {
        m_scope->clear();
        m_scope->addItems(texts);
    }
    m_scope->setVisible(!texts.isEmpty());
    if (!m_session || !m_session->scope()) return;
    const auto& scopes = m_session->scopes();
    m_scope->setCurrentIndex(
        static_cast<int>(std::ranges::find(scopes, *m_session->scope()) - scopes.begin()));
}

/// The boxes say what the list is filtered by, also where something else has changed it.
void ReviewListPanel::refreshFilter() {
    if (!m_session) return;
    const auto& filter = m_session->filter();
    const auto show = [](QComboBox* box, const auto& value) {
        box->setCurrentIndex(value ? box->findData(static_cast<int>(*value)) : 0);
    };
    show(m_structure, filter.structure);
    show(m_level, filter.level);
    show(m_state, filter.state);
}

void ReviewListPanel::refresh() {
    refreshScopes();
    refreshFilter();
    const auto open = m_session ? m_session->current() : std::nullopt;
    m_model->setRows(m_session ? m_session->entries() : std::vector<ReviewEntry>{}, open);
    const auto shown = m_session ? m_session->entries().size() : 0, all = m_session ? m_session->total() : 0;
    m_heading->setText(all == 0       ? QStringLiteral("BY DISAGREEMENT")
                       : shown == all ? QStringLiteral("BY DISAGREEMENT · %1").arg(all)
                                      : QStringLiteral("BY DISAGREEMENT · %1 OF %2").arg(shown).arg(all));
    if (!open) return;
    const QModelIndex index = m_model->index(static_cast<int>(*open));
    if (m_list->currentIndex() == index) return;
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void ReviewListPanel::refreshProgress() {
    const auto progress = m_session ? m_session->progress() : std::nullopt;
    m_job->setVisible(progress.has_value());
    if (!progress) return;
    m_progress->setRange(0, static_cast<int>(progress->total));
    m_progress->setValue(static_cast<int>(progress->done));
    m_detail->setText(qstring(progress->what.empty() ? "starting" : progress->what));
}

void ReviewListPanel::filter() {
    if (!m_session) return;
    workspace::ReviewListFilter filter;
    const auto value = [](const QComboBox* box) {
        const QVariant chosen = box->currentData();
        return chosen.isValid() ? std::optional(chosen.toInt()) : std::nullopt;
    };
    if (const auto v = value(m_structure)) filter.structure = static_cast<anatomy::Structure>(*v);
    if (const auto v = value(m_level)) filter.level = static_cast<anatomy::Level>(*v);
    if (const auto v = value(m_state)) filter.state = static_cast<ReviewState>(*v);
    m_session->setFilter(filter);
}

} // namespace forameter::ui
