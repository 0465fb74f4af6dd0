// SPDX-License-Identifier: Apache-2.0
#include "worklist_model.hpp"

#include <algorithm>

#include "action_map.hpp"

namespace forameter::ui {

using workspace::WorklistRow;

void WorklistModel::setRows(const std::vector<WorklistRow>& rows) {
    const bool sameStudies = std::ranges::equal(rows, m_rows, {}, &WorklistRow::study, &WorklistRow::study);
    if (!sameStudies) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i]) continue;
        m_rows[i] = rows[i];
        const QModelIndex changed = index(static_cast<int>(i));
        Q_EMIT dataChanged(changed, changed);
    }
}

void WorklistModel::setOpenStudy(const std::optional<StudyUid>& study) {
    if (m_open == study) return;
    m_open = study;
    if (!m_rows.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {OpenRole});
}

std::optional<int> WorklistModel::find(const StudyUid& study) const {
    const auto found = std::ranges::find(m_rows, study, &WorklistRow::study);
    if (found == m_rows.end()) return std::nullopt;
    return static_cast<int>(found - m_rows.begin());
}

int WorklistModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant WorklistModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const WorklistRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return qstring(row.title);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3 of %4 done")
            .arg(qstring(row.title), qstring(row.series))
            .arg(row.done)
            .arg(row.total);
    case SeriesRole:
        return qstring(row.series);
    case DateRole:
        return qstring(row.date);
    case DoneRole:
        return static_cast<int>(row.done);
    case TotalRole:
        return static_cast<int>(row.total);
    case OpenRole:
        return m_open == row.study;
    default:
        return {};
    }
}

} // namespace forameter::ui
