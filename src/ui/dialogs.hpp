// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <optional>

#include "forameter/workspace/workspace.hpp"

class QLineEdit;
class QListWidget;

namespace forameter::ui {

class ActionMap;

/// What an import brought, and every refused file with its reason.
class ImportReport : public QDialog {
    Q_OBJECT

public:
    ImportReport(const workspace::Workspace::ImportSummary& summary, QWidget* parent);
};

/// Asks why a cell cannot be measured; one of the usual reasons, or words of one's own.
class NotAssessableDialog : public QDialog {
    Q_OBJECT

public:
    NotAssessableDialog(const QString& cell, QWidget* parent);
    [[nodiscard]] QString reason() const;

private:
    QListWidget* m_reasons;
    QLineEdit* m_own;
};

/// Asks what a series is weighted by.
class WeightingDialog : public QDialog {
    Q_OBJECT

public:
    WeightingDialog(const QString& title, const QString& description, std::optional<Weighting> now,
                    QWidget* parent);
    [[nodiscard]] std::optional<Weighting> weighting() const; ///< none: not known

private:
    QListWidget* m_choices;
};

/// Every action of a room with its keys and every meaning of the mouse, made from the same tables that the
/// program obeys.
class CheatSheet : public QDialog {
    Q_OBJECT

public:
    CheatSheet(const ActionMap& actions, const workspace::Bindings& bindings, workspace::Room room,
               QWidget* parent);
};

void showAbout(QWidget* parent, const workspace::Workspace* workspace);

} // namespace forameter::ui
