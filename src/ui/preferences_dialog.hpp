// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QStyledItemDelegate>

#include "forameter/workspace/preferences.hpp"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSortFilterProxyModel;
class QTableWidget;

namespace forameter::ui {

class BindingsModel;

/// Edits a key by pressing it.
class KeyDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

protected:
    bool eventFilter(QObject* editor, QEvent* event) override;
};

/// Theme, size, default tool, import, keys and mouse. Nothing takes effect before OK.
class PreferencesDialog : public QDialog {
    Q_OBJECT

public:
    PreferencesDialog(const workspace::Preferences& preferences, QWidget* parent);
    [[nodiscard]] workspace::Preferences preferences() const;

private:
    QWidget* makeGeneral();
    QWidget* makeKeys();
    QWidget* makeMouse();
    void fillMouse();
    void say(const QString& sentence);

    workspace::Preferences m_preferences;
    BindingsModel* m_model;
    QComboBox *m_theme, *m_scale, *m_tool, *m_window, *m_import;
    QDoubleSpinBox* m_radius;
    QCheckBox* m_proposals;
    QTableWidget* m_mouse;
    QLabel* m_message;
};

} // namespace forameter::ui
