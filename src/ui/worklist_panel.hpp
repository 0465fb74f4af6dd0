// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>
#include <QWidget>

#include "forameter/workspace/workspace.hpp"
#include "list_row.hpp"

class QLabel;
class QListView;
class QProgressBar;
class QPushButton;

namespace forameter::ui {

class ActionMap;
class WorklistModel;

/// Title, series and progress of one study.
class WorklistDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {180, kListRowHeight};
    }
};

/// The studies of the store, or a thin strip; the import button, and while one runs its progress.
class WorklistPanel : public QWidget {
    Q_OBJECT

public:
    WorklistPanel(const ActionMap& actions, WorklistModel* model, QWidget* parent);

    void setCollapsed(bool collapsed);
    void setImportOffered(bool offered);
    void setOpenStudy(const std::optional<StudyUid>& study,
                      const std::optional<store::AssignmentId>& reading = std::nullopt);
    /// The running import, or none.
    void showJob(const std::optional<workspace::Job>& job);

Q_SIGNALS:
    void rowChosen(int row);
    void cancelRequested();

private:
    WorklistModel* m_model;
    QWidget *m_full, *m_strip, *m_job;
    QLabel *m_heading, *m_stripCount, *m_jobTitle, *m_jobDetail;
    QListView* m_list;
    QProgressBar* m_progress;
    QPushButton* m_import;
};

} // namespace forameter::ui
