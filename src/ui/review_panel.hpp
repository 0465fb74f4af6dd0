// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "forameter/workspace/review_desk.hpp"
#include "forameter/workspace/review_session.hpp"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace forameter::ui {

class ActionMap;
class FactList;
class PlotView;

/// One line for each rater: how she is drawn, letter, area, and how she compares with what is shown.
class RaterTable : public QWidget {
    Q_OBJECT

public:
    explicit RaterTable(QWidget* parent);
    void setDesk(const workspace::ReviewDesk* desk);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void pointedAt(std::optional<char> letter);
    void wholeWanted(std::size_t rater); ///< double click: go on from this contour

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] std::optional<std::size_t> rowAt(QPointF at) const;

    const workspace::ReviewDesk* m_desk = nullptr;
    std::optional<std::size_t> m_hovered;
};

/// What the error of an area is made of, as one bar.
class VarianceBar : public QWidget {
    Q_OBJECT

public:
    explicit VarianceBar(QWidget* parent) : QWidget(parent) {}
    void setShares(std::vector<workspace::AgreementFigures::Share> shares);
    [[nodiscard]] QSize sizeHint() const override { return {240, 46}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<workspace::AgreementFigures::Share> m_shares;
};

/// Right of the picture: raters, consensus, decisions, and how well the raters agree on this structure.
class ReviewPanel : public QWidget {
    Q_OBJECT

public:
    ReviewPanel(const ActionMap& actions, QWidget* parent);
    void setSession(workspace::ReviewSession* session);
    [[nodiscard]] RaterTable* table() const { return m_table; }

private:
    void setDesk(workspace::ReviewDesk* desk);
    void refresh();
    void refreshFigures();

    const ActionMap& m_actions;
    workspace::ReviewSession* m_session = nullptr;
    workspace::ReviewDesk* m_desk = nullptr;
    std::vector<workspace::Subscription> m_subscriptions, m_deskSubscriptions;
    QWidget* m_content;
    RaterTable* m_table;
    QLabel *m_asides, *m_state, *m_reason, *m_agreementTitle, *m_none, *m_varianceTitle;
    QPushButton* m_methods[3];
    FactList* m_facts;
    PlotView* m_plot;
    VarianceBar* m_variance;
};

} // namespace forameter::ui
