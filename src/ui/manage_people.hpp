// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QWidget>

#include "forameter/store/rater_repository.hpp"
#include "forameter/workspace/workspace.hpp"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace forameter::ui {

/// Name, role and, if wanted, password of somebody new; or a new role or password for somebody known.
class PersonEditor : public QDialog {
    Q_OBJECT

public:
    enum class Kind { New, Role, Password };
    PersonEditor(const workspace::Workspace& workspace, Kind kind, const store::Rater& person,
                 QWidget* parent);
    void accept() override; ///< stores it; shows why not
    /// Something was stored, also where the rest was given up.
    [[nodiscard]] bool stored() const { return m_stored; }

private:
    const workspace::Workspace& m_workspace;
    Kind m_kind;
    bool m_stored = false;
    RaterId m_person;
    QLineEdit *m_name, *m_password, *m_again;
    QComboBox* m_role;
    QLabel* m_message;
};

/// The people of the store, and after how long without input the screen locks.
class ManagePeople : public QWidget {
    Q_OBJECT

public:
    ManagePeople(workspace::Workspace& workspace, QWidget* parent);
    void refresh();
    void edit(PersonEditor::Kind kind);

Q_SIGNALS:
    void changed();
    void failed(const QString& sentence);

private:
    workspace::Workspace& m_workspace;
    std::vector<store::Rater> m_shown;
    QTableWidget* m_table;
    QPushButton *m_add, *m_role, *m_password;
    QSpinBox* m_lock;
    QLabel* m_note;
};

} // namespace forameter::ui
