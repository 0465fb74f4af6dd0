// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPen>
#include <optional>
#include <vector>

#include "forameter/workspace/review_desk.hpp"
#include "slice_view.hpp"

namespace forameter::ui {

/// Colour and dash of a rater's letter (Okabe and Ito), the same wherever raters are drawn.
struct RaterPen {
    QColor color;
    QVector<qreal> dash; ///< in pen widths; empty: solid
    [[nodiscard]] QPen pen(double width) const;
};
[[nodiscard]] RaterPen raterPen(char letter);

/// The case under review: image, raters' contours, where they differ, consensus, and the hand that changes
/// it. As one of several side by side it shows a single rater on her own slice.
class ReviewView : public SliceView {
    Q_OBJECT

public:
    ReviewView(Density density, QWidget* parent);

    void setDesk(workspace::ReviewDesk* desk);
    /// Only this rater, on the slice that she chose.
    void setOnly(std::optional<char> letter);
    struct Shown {
        bool raters = true, band = true;
        std::optional<char> strong; ///< drawn thicker: the pointer is on her row of the table
        friend bool operator==(const Shown&, const Shown&) = default;
    };
    void setShown(const Shown& shown);
    [[nodiscard]] const Shown& shown() const { return m_shown; }
    void stepSlice(int steps); ///< along the stack; contours stay on theirs
    void setInverted(bool inverted);
    [[nodiscard]] bool inverted() const { return m_inverted; }
    /// Around the contours, as when the case was opened.
    void resetView();
    void refresh();
    void refreshPreview();

Q_SIGNALS:
    void failed(const QString& sentence);
    void windowChanged(forameter::imaging::WindowLevel window);

public:
    void setWindow(imaging::WindowLevel window);

protected:
    void paintMore(QPainter& painter) override;

private:
    [[nodiscard]] bool atHome() const { return m_slice == m_home; }
    using Deed = bool (workspace::ReviewDesk::*)(const tools::PointerEvent&);
    /// The tool's, or a click that takes an arc.
    void press(Deed deed, const tools::PointerEvent& event);
    void paintBand(QPainter& painter);
    void paintRaters(QPainter& painter);
    void paintResult(QPainter& painter);
    void paintArc(QPainter& painter);
    [[nodiscard]] SliceText words() const;
    [[nodiscard]] LiveFigure figure() const;

    workspace::ReviewDesk* m_desk = nullptr;
    std::vector<workspace::Subscription> m_subscriptions;
    std::optional<char> m_only;
    Shown m_shown;
    workspace::SliceRef m_home, m_slice; ///< where the contours lie, and what is shown
    std::optional<imaging::WindowLevel> m_window;
    bool m_inverted = false;
};

} // namespace forameter::ui
