// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <optional>
#include <vector>

#include "forameter/store/round_repository.hpp"
#include "forameter/workspace/workspace.hpp"
#include "manage_study_choice.hpp"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace forameter::ui {

/// Plans a round: which studies, who reads, and how. Shows how many cases that makes before it is made.
class RoundDialog : public QDialog {
    Q_OBJECT

public:
    RoundDialog(const workspace::Workspace& workspace, QWidget* parent);
    void accept() override; ///< makes the round; shows why not

    [[nodiscard]] const std::string& name() const { return m_plan.name; }
    [[nodiscard]] const QStringList& warnings() const { return m_warnings; } ///< of the round that was made

private:
    void count();
    [[nodiscard]] Result<store::RoundPlan> plan();

    const workspace::Workspace& m_workspace;
    StudiesWhere m_calibrated;
    store::RoundPlan m_plan;
    QStringList m_warnings;
    QLineEdit *m_name, *m_calibration;
    StudyChoice* m_studies;
    QListWidget* m_raters;
    QSpinBox *m_perCase, *m_repeats, *m_washOut, *m_seed;
    QComboBox *m_slices, *m_quantity, *m_ai;
    QCheckBox* m_pass;
    QDoubleSpinBox* m_passMark;
    QLabel *m_count, *m_message;
    QPushButton* m_ok;
};

} // namespace forameter::ui
