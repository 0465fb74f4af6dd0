// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>

#include "forameter/workspace/actions.hpp"

namespace forameter::ui {

/// The keys of every action as a table that can be edited: group, action, keys (portable text, several
/// separated by a space). A key that is taken is refused with the name of the other action.
class BindingsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Group, Title, Keys, ColumnCount };

    explicit BindingsModel(workspace::Bindings bindings, QObject* parent = nullptr)
        : QAbstractTableModel(parent), m_bindings(std::move(bindings)) {}

    [[nodiscard]] const workspace::Bindings& bindings() const { return m_bindings; }
    void resetAll();
    Result<> setMouse(const workspace::MouseChord& chord, std::optional<workspace::MouseAction> action);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void refused(const QString& sentence);
    void accepted();

private:
    workspace::Bindings m_bindings;
};

} // namespace forameter::ui
