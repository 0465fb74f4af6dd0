// SPDX-License-Identifier: Apache-2.0
#include "bindings_model.hpp"

#include "action_map.hpp"

namespace forameter::ui {

namespace {
const workspace::Action& actionAt(int row) {
    return workspace::actions()[static_cast<std::size_t>(row)];
}
} // namespace

void BindingsModel::resetAll() {
    beginResetModel();
    m_bindings = workspace::Bindings();
    endResetModel();
    Q_EMIT accepted();
}

Result<> BindingsModel::setMouse(const workspace::MouseChord& chord,
                                 std::optional<workspace::MouseAction> action) {
    return m_bindings.setMouse(chord, action);
}

int BindingsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(workspace::actions().size());
}

int BindingsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant BindingsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const workspace::Action& row = actionAt(index.row());
    if (role == Qt::ToolTipRole) return qstring(row.hint);
    if (role != Qt::DisplayRole && role != Qt::EditRole) return {};
    switch (index.column()) {
    case Group:
        return qstring(row.group);
    case Title:
        return qstring(row.title);
    case Keys: {
        QStringList keys;
        for (const std::string& key : m_bindings.keys(row.id))
            keys << (role == Qt::EditRole ? qstring(key) : nativeKey(key));
        return keys.join(QStringLiteral("  "));
    }
    default:
        return {};
    }
}

QVariant BindingsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
    switch (section) {
    case Group:
        return QStringLiteral("Group");
    case Title:
        return QStringLiteral("Action");
    case Keys:
        return QStringLiteral("Keys");
    default:
        return {};
    }
}

Qt::ItemFlags BindingsModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags base = QAbstractTableModel::flags(index);
    return index.column() == Keys ? base | Qt::ItemIsEditable : base;
}

bool BindingsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() != Keys)
        return false;
    std::vector<std::string> keys;
    for (const QString& key : value.toString().split(QLatin1Char(' '), Qt::SkipEmptyParts))
        keys.push_back(key.toStdString());
    if (const auto set = m_bindings.setKeys(actionAt(index.row()).id, keys); !set) {
        Q_EMIT refused(qstring(set.error().message));
        return false;
    }
    Q_EMIT dataChanged(index, index);
    Q_EMIT accepted();
    return true;
}

} // namespace forameter::ui
