// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <vector>

class QLabel;
class QPushButton;

namespace forameter::ui {

/// A sentence as the bar sets it in this width (pixels): in one line where it fits, else in two of smaller
/// letters, the second of which ends in "…" where even they are too short.
[[nodiscard]] QStringList footLines(const QString& sentence, double width);

/// The line at the foot of the window: what the hand can do now, with keys drawn as caps. A message takes its
/// place for some seconds. Its height never changes: the picture above would move under the hand.
class HintBar : public QWidget {
    Q_OBJECT

public:
    struct Hint {
        QString key, text;

        friend bool operator==(const Hint&, const Hint&) = default;
    };

    explicit HintBar(QWidget* parent);
    /// A hint whose action has no key is left out.
    void setHints(const QString& sentence, std::vector<Hint> hints);
    enum class Tone { Note, Warning };
    void showMessage(const QString& message, Tone tone);
    void clearMessage();
    [[nodiscard]] const QString& message() const { return m_message; }
    [[nodiscard]] const QString& sentence() const { return m_sentence; }
    [[nodiscard]] const std::vector<Hint>& hints() const { return m_hints; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_sentence, m_message;
    std::vector<Hint> m_hints;
    Tone m_tone = Tone::Note;
    QTimer m_timer;
};

/// A bar across the window for what must not be overlooked: strokes that could not be stored, an assumed
/// link. Empty text hides it.
class Banner : public QWidget {
    Q_OBJECT

public:
    explicit Banner(QWidget* parent);
    enum class Kind { Notice, Alarm };
    void show(const QString& text, Kind kind, const QString& buttonText);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void buttonClicked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLabel* m_text;
    QPushButton* m_button;
    Kind m_kind = Kind::Notice;
};

} // namespace forameter::ui
