// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>
#include <QWidget>

#include "forameter/workspace/workspace.hpp"
#include "list_row.hpp"

class QLabel;
class QLineEdit;
class QListView;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

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

/// The studies of the store, or a thin strip; the field and the menu that narrow them; the import button, and
/// while one runs its progress.
class WorklistPanel : public QWidget {
    Q_OBJECT

public:
    WorklistPanel(const ActionMap& actions, WorklistModel* model, QWidget* parent);

    void setCollapsed(bool collapsed, int width = 210);
    void setImportOffered(bool offered);
    void setOpenStudy(const std::optional<StudyUid>& study,
                      const std::optional<store::AssignmentId>& reading = std::nullopt);
    /// Follows what the workspace lists: heading, field, and a word where nothing is listed.
    void refresh(const workspace::WorklistFilter& filter);
    /// Puts the keys into the field that narrows the list.
    void find();
    /// The running import, or none.
    void showJob(const std::optional<workspace::Job>& job);
    /// Puts the keys on the list, or on the button that brings it back.
    void enter();

Q_SIGNALS:
    void rowChosen(std::size_t row); ///< among all, listed or not
    void narrowed(const forameter::workspace::WorklistFilter& filter);
    void left(); ///< Esc in the field where nothing is narrowed
    void cancelRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeFinder(const ActionMap& actions);
    void narrow(workspace::WorklistFilter filter);
    void showAll() { narrow({}); }
    void takeFirst();

    WorklistModel* m_model;
    workspace::WorklistFilter m_filter;
    QWidget *m_full, *m_strip, *m_job, *m_finder, *m_nothing;
    QLabel *m_heading, *m_stripCount, *m_jobTitle, *m_jobDetail, *m_nothingWords;
    QLineEdit* m_find;
    QToolButton *m_progress, *m_stripFilter;
    QMenu* m_progressMenu;
    QWidget* m_back; ///< button of the strip
    QListView* m_list;
    QProgressBar* m_jobBar;
    QPushButton* m_import;
};

} // namespace forameter::ui
