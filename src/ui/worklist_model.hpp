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
    enum Role { SeriesRole = Qt::UserRole, DateRole, CountRole, DoneRole, TotalRole, OpenRole, FlagRole };

    explicit WorklistModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    /// Replaces the rows; where only contents of the same studies changed, only those rows are told of.
    void setRows(const std::vector<workspace::WorklistRow>& rows);
    /// A repeat has the study of another case, so cases are told apart by their reading.
    void setOpenStudy(const std::optional<StudyUid>& study,
                      const std::optional<store::AssignmentId>& reading = std::nullopt);
    [[nodiscard]] const workspace::WorklistRow& row(int index) const {
        return m_rows[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] std::optional<int>
    find(const StudyUid& study, const std::optional<store::AssignmentId>& reading = std::nullopt) const;
    /// "WORKLIST · 40", or how many of a round's cases are done.
    [[nodiscard]] QString heading() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<workspace::WorklistRow> m_rows;
    bool m_severalRounds = false; ///< among them; a change of it brings other rows
    std::optional<StudyUid> m_open;
    std::optional<store::AssignmentId> m_openReading;
};

} // namespace forameter::ui
