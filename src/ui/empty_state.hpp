// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace forameter::ui {

/// What the middle of the window shows while there is nothing to read: what is missing, and the button that
/// does something about it.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent);
    void show(const QString& iconName, const QString& title, const QString& text, const QString& button,
              const QString& second = {});

    /// Puts the keys on the first button; false where there is none.
    bool enter();

Q_SIGNALS:
    void firstClicked();
    void secondClicked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel *m_picture, *m_title, *m_text;
    QPushButton *m_first, *m_second;
};

} // namespace forameter::ui
