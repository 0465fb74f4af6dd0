// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>

#include "forameter/report/table.hpp"

namespace forameter::ui {

/// A table of the report as people see it. Rows of one group stand together under its heading, a row whose
/// words are in the first column.
class StudyTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// `groups`: the heading that each row belongs under; empty: no headings.
    void setTable(const report::Table& table, const std::vector<std::string>& groups = {});
    [[nodiscard]] bool isHeading(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// Long headings stand in two lines, so that a column is as wide as its numbers.
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    report::ShownTable m_table;
};

} // namespace forameter::ui
