// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

#include "forameter/store/sign_in.hpp"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace forameter::ui {

/// Asks for name and password, and says why where that fails. By keyboard alone: Tab, Return.
class SignInDialog : public QDialog {
    Q_OBJECT

public:
    /// Start: before the store is opened. Locked and SignedOut: everything behind is hidden, and only signing
    /// in or quitting ends it. Change: may be cancelled.
    enum class Purpose { Start, Locked, SignedOut, Change };
    /// Where somebody has signed in `enter` is asked; the dialog closes when that succeeds, else it shows why
    /// not.
    SignInDialog(std::filesystem::path store, Purpose purpose, const QString& name,
                 std::function<Result<>(const store::Actor&)> enter, QWidget* parent);

    void reject() override; ///< Escape leaves a locked screen locked

Q_SIGNALS:
    void quitRequested();

private:
    void submit();

    std::filesystem::path m_store;
    Purpose m_purpose;
    std::function<Result<>(const store::Actor&)> m_enter;
    QLineEdit *m_name, *m_password;
    QLabel* m_message;
    QPushButton* m_ok;
};

/// Who sits at the desk, in a store without passwords: one of its people, or somebody new with a role.
class PersonDialog : public QDialog {
    Q_OBJECT

public:
    PersonDialog(std::filesystem::path store, const QString& current, QWidget* parent);
    [[nodiscard]] QString name() const;
    void accept() override; ///< adds who is new

private:
    [[nodiscard]] bool isKnown() const;
    void refresh();

    std::filesystem::path m_store;
    QComboBox *m_name, *m_role;
    QLabel* m_message;
    QPushButton* m_ok;
};

/// Covers a window so that nothing of it can be seen or clicked.
class Curtain : public QWidget {
    Q_OBJECT

public:
    explicit Curtain(QWidget* window);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

} // namespace forameter::ui
