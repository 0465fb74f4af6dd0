// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace forameter::ui {

/// Asks for a reason in the person's own words. Return accepts; Shift+Return begins a line.
class ReasonDialog : public QDialog {
    Q_OBJECT

public:
    enum class Need { Optional, Required };
    ReasonDialog(const QString& title, const QString& question, const QString& button, Need need,
                 QWidget* parent);
    [[nodiscard]] QString reason() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QPlainTextEdit* m_text;
    QPushButton* m_accept;
};

} // namespace forameter::ui
