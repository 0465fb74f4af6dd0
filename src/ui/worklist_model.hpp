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
    void setRows(const std::vector<workspace::WorklistRow>& rows) { setRows(rows, everyRow(rows)); }
    /// The same where only some are listed: `listed` are their places among `rows`, rising.
    void setRows(const std::vector<workspace::WorklistRow>& rows, const std::vector<std::size_t>& listed);
    /// Place among all rows.
    [[nodiscard]] std::size_t place(int index) const { return m_places[static_cast<std::size_t>(index)]; }
    [[nodiscard]] std::size_t total() const { return m_total; } ///< listed or not
    /// A repeat has the study of another case, so cases are told apart by their reading.
    void setOpenStudy(const std::optional<StudyUid>& study,
                      const std::optional<store::AssignmentId>& reading = std::nullopt);
    [[nodiscard]] const workspace::WorklistRow& row(int index) const {
        return m_rows[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] std::optional<int>
    find(const StudyUid& study, const std::optional<store::AssignmentId>& reading = std::nullopt) const;
    /// "WORKLIST · 40", "WORKLIST · 3 OF 40" where some are left out, or how many of a round's cases are
    /// done.
    [[nodiscard]] QString heading() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    [[nodiscard]] static std::vector<std::size_t> everyRow(const std::vector<workspace::WorklistRow>& rows);

    std::vector<workspace::WorklistRow> m_rows; ///< those that are listed
    std::vector<std::size_t> m_places;          ///< of each among all
    std::size_t m_total = 0;
    bool m_cases = false, m_severalRounds = false; ///< among all; a change brings other rows
    std::optional<StudyUid> m_open;
    std::optional<store::AssignmentId> m_openReading;
};

} // namespace forameter::ui
