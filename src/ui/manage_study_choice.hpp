// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <optional>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/store/store.hpp"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace forameter::ui {

/// The studies of the store in a table, of which some are chosen by hand, or by a list of their UIDs.
class StudyPicker : public QDialog {
    Q_OBJECT

public:
    StudyPicker(const store::Store& store, const std::vector<StudyUid>& chosen, QWidget* parent);
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

    const store::Store& m_store;
    QTableWidget* m_table;
    QLabel *m_count, *m_message;
    QPushButton* m_ok;
};

/// Which studies a round is made of: those that fulfil an expression, or those chosen one by one.
class StudyChoice : public QWidget {
    Q_OBJECT

public:
    StudyChoice(const store::Store& store, QWidget* parent);
    [[nodiscard]] Result<std::vector<StudyUid>> studies() const;

Q_SIGNALS:
    void changed();

private:
    void choose();
    void take(std::optional<std::vector<StudyUid>> chosen);

    const store::Store& m_store;
    std::optional<std::vector<StudyUid>> m_chosen;
    QLineEdit* m_where;
    QLabel* m_said;
    QPushButton *m_choose, *m_back;
};

/// The studies that fulfil an expression as for `studies --where`; "" takes all.
[[nodiscard]] Result<std::vector<StudyUid>> studiesWhere(const store::Store& store, const QLineEdit* where);

} // namespace forameter::ui
