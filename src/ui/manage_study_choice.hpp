// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <optional>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/workspace/workspace.hpp"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace forameter::ui {

/// The studies of the store in a table, of which some are chosen by hand, or by a list of their UIDs.
class StudyPicker : public QDialog {
    Q_OBJECT

public:
    StudyPicker(const workspace::Workspace& workspace, const std::vector<StudyUid>& chosen, QWidget* parent);
    [[nodiscard]] std::vector<StudyUid> chosen() const; ///< in the order of the table
    /// Chooses what the list names and nothing else; says what of it the store does not have.
    void takeList(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void takePasted();
    void openList();
    void showMatching(const QString& text);
    void count();

    const workspace::Workspace& m_workspace;
    QTableWidget* m_table;
    QLabel *m_count, *m_message;
    QPushButton* m_ok;
};

/// The studies that fulfil an expression as for `studies --where`; "" takes all. The store is asked once for
/// an expression, however often it is read while a form is filled in.
class StudiesWhere {
public:
    explicit StudiesWhere(const workspace::Workspace& workspace) : m_workspace(workspace) {}
    [[nodiscard]] const Result<std::vector<StudyUid>>& list(const QString& expression);

private:
    const workspace::Workspace& m_workspace;
    std::optional<QString> m_expression; ///< of what was found
    Result<std::vector<StudyUid>> m_found;
};

/// Which studies a round is made of: those that fulfil an expression, or those chosen one by one.
class StudyChoice : public QWidget {
    Q_OBJECT

public:
    StudyChoice(const workspace::Workspace& workspace, QWidget* parent);
    [[nodiscard]] Result<std::vector<StudyUid>> studies();

Q_SIGNALS:
    void changed();

private:
    void choose();
    void take(std::optional<std::vector<StudyUid>> chosen);

    const workspace::Workspace& m_workspace;
    StudiesWhere m_found;
    std::optional<std::vector<StudyUid>> m_chosen;
    QLineEdit* m_where;
    QLabel* m_said;
    QPushButton *m_choose, *m_back;
};

} // namespace forameter::ui
