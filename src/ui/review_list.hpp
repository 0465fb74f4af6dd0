// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <QWidget>

#include "forameter/workspace/review_session.hpp"
#include "list_row.hpp"

class QComboBox;
class QLabel;
class QListView;
class QProgressBar;

namespace forameter::ui {

/// The cases of a review, the most disagreed about first.
class ReviewListModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { DetailRole = Qt::UserRole, BarRole, StateRole, WarningRole, OpenRole };

    explicit ReviewListModel(QObject* parent) : QAbstractListModel(parent) {}
    /// Replaces the rows; where the same cases stand in the same order, only those that changed are told of.
    void setRows(const std::vector<workspace::ReviewEntry>& rows, std::optional<std::size_t> open);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<workspace::ReviewEntry> m_rows;
    std::optional<std::size_t> m_open;
    double m_worst = 0.0; ///< greatest relative spread
};

/// Title, how far the raters disagree, and its bar.
class ReviewDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {200, kListRowHeight};
    }
};

/// What is reviewed (a round), the filter, the list, and how far the comparison is.
class ReviewListPanel : public QWidget {
    Q_OBJECT

public:
    explicit ReviewListPanel(QWidget* parent);
    void setSession(workspace::ReviewSession* session);
    [[nodiscard]] QListView* list() const { return m_list; }

Q_SIGNALS:
    void chosen(std::size_t entry);

private:
    void refresh();
    void refreshProgress();
    void refreshScopes();
    void refreshFilter();
    void filter();

    workspace::ReviewSession* m_session = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    ReviewListModel* m_model;
    QLabel *m_heading, *m_detail;
    QComboBox *m_scope, *m_structure, *m_level, *m_state;
    QListView* m_list;
    QWidget* m_job;
    QProgressBar* m_progress;
};

/// "FM-0014 · CC L4–L5", "FM-0009 · NF L5–S1 L"
[[nodiscard]] QString shortCell(const anatomy::Cell& cell);

} // namespace forameter::ui
