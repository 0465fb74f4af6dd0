// SPDX-License-Identifier: Apache-2.0
#include "study_table_model.hpp"

#include "action_map.hpp"

namespace forameter::ui {

void StudyTableModel::setTable(const report::Table& table) {
    beginResetModel();
    m_table = report::shown(table);
    endResetModel();
}

int StudyTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int StudyTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_table.headings.size());
}

QVariant StudyTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const auto row = static_cast<std::size_t>(index.row()), column = static_cast<std::size_t>(index.column());
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return qstring(m_table.rows[row][column]);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((m_table.numeric[column] ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

QVariant StudyTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const auto column = static_cast<std::size_t>(section);
    if (role == Qt::DisplayRole) return qstring(m_table.headings[column]);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((m_table.numeric[column] ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

} // namespace forameter::ui
