// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractListModel>
#include <optional>
#include <vector>

#include "forameter/workspace/workspace.hpp"

namespace forameter::ui {

/// The worklist as an item model: one row per study.
class WorklistModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { SeriesRole = Qt::UserRole, DateRole, DoneRole, TotalRole, OpenRole };

    explicit WorklistModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    /// Replaces the rows; where only contents of the same studies changed, only those rows are told of.
    void setRows(const std::vector<workspace::WorklistRow>& rows);
    void setOpenStudy(const std::optional<StudyUid>& study);
    [[nodiscard]] const workspace::WorklistRow& row(int index) const {
        return m_rows[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] std::optional<int> find(const StudyUid& study) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<workspace::WorklistRow> m_rows;
    std::optional<StudyUid> m_open;
};

} // namespace forameter::ui
