// SPDX-License-Identifier: Apache-2.0
#include "study_table_model.hpp"

#include <QFont>
#include <QSize>
#include <algorithm>

#include "action_map.hpp"
#include "labels.hpp"

namespace forameter::ui {

namespace {
/// Long words are broken at the space nearest to their middle.
QString inTwoLines(QString words) {
    if (words.size() <= 10) return words;
    qsizetype at = -1;
    for (qsizetype i = 0; i < words.size(); ++i)
        if (words[i] == QLatin1Char(' ') &&
            (at < 0 || std::abs(2 * i - words.size()) < std::abs(2 * at - words.size())))
            at = i;
    return at < 0 ? words : words.replace(at, 1, QLatin1Char('\n'));
}
} // namespace

void StudyTableModel::setTable(const report::Table& table, const std::vector<std::string>& groups) {
    beginResetModel();
    m_table = report::shown(table);
    if (!groups.empty()) {
        std::vector<std::string> order; // as they first come
        for (const std::string& group : groups)
            if (std::ranges::find(order, group) == order.end()) order.push_back(group);
        std::vector<std::vector<std::string>> rows;
        for (const std::string& group : order) {
            rows.push_back({group});
            for (std::size_t row = 0; row < groups.size(); ++row)
                if (groups[row] == group) rows.push_back(std::move(m_table.rows[row]));
        }
        m_table.rows = std::move(rows);
    }
    endResetModel();
}

bool StudyTableModel::isHeading(int row) const {
    return m_table.rows[static_cast<std::size_t>(row)].size() < m_table.headings.size();
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
    const bool heading = isHeading(index.row());
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) {
        const QString text =
            column < m_table.rows[row].size() ? qstring(m_table.rows[row][column]) : QString();
        return role == Qt::DisplayRole ? text : plainTip(text);
    }
    if (role == Qt::SizeHintRole && heading) return QSize(1, 1); // it may reach over all columns
    if (role == Qt::FontRole && heading) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((m_table.numeric[column] && !heading ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

QVariant StudyTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const auto column = static_cast<std::size_t>(section);
    if (role == Qt::DisplayRole) return inTwoLines(qstring(m_table.headings[column]));
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((m_table.numeric[column] ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

} // namespace forameter::ui
