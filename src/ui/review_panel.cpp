// SPDX-License-Identifier: Apache-2.0
#include "review_panel.hpp"

#include <QDateTime>
#include <QGridLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <array>
#include <utility>

#include "action_map.hpp"
#include "fact_list.hpp"
#include "forameter/core/words.hpp"
#include "forameter/report/plots.hpp"
#include "labels.hpp"
#include "review_view.hpp"
#include "scrolled.hpp"
#include "study_plot_view.hpp"
#include "theme.hpp"

namespace forameter::ui {

using protocol::ConsensusMethod;
using workspace::ActionId;

namespace {

constexpr int kRow = 27, kHead = 18;
constexpr std::array kMethods{ConsensusMethod::Majority, ConsensusMethod::Staple, ConsensusMethod::MeanShape};
constexpr std::array kMethodActions{ActionId::MajorityConsensus, ActionId::StapleConsensus,
                                    ActionId::MeanShapeConsensus};
/// Rater, slice, level, delineation, repeat: told apart without colour, too, by their order and the words.
constexpr std::array<QRgb, 5> kShares{0xff56b4e9, 0xffe69f00, 0xffcc79a7, 0xff009e73, 0xff7d8a95};

/// "0.93": a share between 0 and 1.
QString share(const std::optional<double>& value) {
    return value ? qstring(printed(*value, 2)) : QStringLiteral("–");
}

QString local(Timestamp time) {
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count())
        .toString(QStringLiteral("yyyy-MM-dd hh:mm"));
}

} // namespace

// ---- raters

RaterTable::RaterTable(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setToolTip(
        QStringLiteral("Dice and HD95 against what is shown; se, sp: sensitivity and specificity by the "
                       "chosen method. Double click: go on from this contour."));
}

void RaterTable::setDesk(const workspace::ReviewDesk* desk) {
    m_desk = desk;
    m_hovered.reset();
    QString spoken;
    if (desk)
        for (const auto& curve : desk->curves())
            spoken += QStringLiteral("%1 %2: %3 square millimetres, Dice %4. ")
                          .arg(QLatin1Char(curve.letter))
                          .arg(qstring(curve.rater))
                          .arg(curve.area.value(), 0, 'f', 1)
                          .arg(share(curve.dice));
    setAccessibleName(spoken);
    updateGeometry();
    update();
}

QSize RaterTable::sizeHint() const {
    const auto rows = m_desk ? static_cast<int>(m_desk->curves().size()) : 0;
    return {280, kHead + kRow * rows};
}

std::optional<std::size_t> RaterTable::rowAt(QPointF at) const {
    if (!m_desk || at.y() < kHead) return std::nullopt;
    const auto row = static_cast<std::size_t>((at.y() - kHead) / kRow);
    return row < m_desk->curves().size() ? std::optional(row) : std::nullopt;
}

void RaterTable::mouseMoveEvent(QMouseEvent* event) {
    const auto row = rowAt(event->position());
    if (row == m_hovered) return;
    m_hovered = row;
    update();
    Q_EMIT pointedAt(row ? std::optional(m_desk->curves()[*row].letter) : std::nullopt);
}

void RaterTable::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto row = rowAt(event->position())) Q_EMIT wholeWanted(*row);
}

void RaterTable::leaveEvent(QEvent*) {
    m_hovered.reset();
    update();
    Q_EMIT pointedAt(std::nullopt);
}

void RaterTable::paintEvent(QPaintEvent*) {
    if (!m_desk) return;
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = uiFont(13), small = uiFont(11);
    const double w = width();
    const auto rightAligned = [&](double right, double baseline, const QFont& f, const QString& text) {
        painter.setFont(f);
        drawFigures(painter, {right - figuresWidth(f, text), baseline}, text);
    };
    painter.setPen(t.quiet);
    const std::array columns{std::pair{w - 178, QStringLiteral("mm²")},
                             std::pair{w - 138, QStringLiteral("Dice")},
                             std::pair{w - 78, QStringLiteral("HD95 mm")},
                             std::pair{w - 38, QStringLiteral("se")}, std::pair{w, QStringLiteral("sp")}};
    for (const auto& [right, text] : columns)
        rightAligned(right, 11, small, text);
    double top = kHead;
    for (std::size_t i = 0; i < m_desk->curves().size(); ++i, top += kRow) {
        const auto& curve = m_desk->curves()[i];
        if (m_hovered == i) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.raised);
            painter.drawRoundedRect(QRectF(-4, top, w + 8, kRow), 5, 5);
        }
        const double middle = top + kRow / 2.0;
        const double baseline = middle + QFontMetricsF(font).capHeight() / 2;
        painter.setPen(raterPen(curve.letter).pen(2.4));
        painter.drawLine(QPointF(0, middle), QPointF(24, middle));
        painter.setFont(uiFont(13, QFont::DemiBold));
        painter.setPen(t.strong);
        painter.drawText(QPointF(31, baseline), QString(QLatin1Char(curve.letter)));
        if (!curve.rater.empty()) {
            painter.setFont(small);
            painter.setPen(t.quiet);
            painter.drawText(QPointF(45, baseline),
                             QFontMetricsF(small).elidedText(qstring(curve.rater), Qt::ElideRight, w - 270));
        }
        painter.setPen(t.strong);
        rightAligned(columns[0].first, baseline, font, QString::number(curve.area.value(), 'f', 1));
        painter.setPen(t.text);
        rightAligned(columns[1].first, baseline, font, share(curve.dice));
        rightAligned(columns[2].first, baseline, font,
                     curve.hd95 ? QString::number(curve.hd95->value(), 'f', 1) : QStringLiteral("–"));
        painter.setPen(t.quiet);
        rightAligned(columns[3].first, baseline, font, share(curve.sensitivity));
        rightAligned(columns[4].first, baseline, font, share(curve.specificity));
    }
}

// ---- agreement

void VarianceBar::setShares(std::vector<workspace::AgreementFigures::Share> shares) {
    m_shares = std::move(shares);
    QString spoken;
    for (const auto& one : m_shares)
        spoken += QStringLiteral("%1 %2 %. ").arg(qstring(one.what)).arg(100 * one.share, 0, 'f', 0);
    setAccessibleName(spoken);
    update();
}

void VarianceBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = uiFont(11);
    painter.setFont(font);
    double x = 0, at = 0, line = 30;
    for (std::size_t i = 0; i < m_shares.size(); ++i) {
        const auto& one = m_shares[i];
        const QColor color(kShares[std::min(i, kShares.size() - 1)]);
        const double wide = width() * one.share;
        painter.fillRect(QRectF(x, 0, std::max(0.0, wide - 1), 14), color);
        x += wide;
        if (one.share < 0.005) continue;
        const QString text = QStringLiteral("%1 %2 %").arg(qstring(one.what)).arg(100 * one.share, 0, 'f', 0);
        const double needs = 13 + figuresWidth(font, text) + 12;
        if (at + needs > width() + 12) at = 0, line += 16;
        painter.fillRect(QRectF(at, line - 8, 8, 8), color);
        painter.setPen(theme().text);
        drawFigures(painter, {at + 13, line}, text);
        at += needs;
    }
}

// ---- the panel

ReviewPanel::ReviewPanel(const ActionMap& actions, QWidget* parent)
    : QWidget(parent),
      m_actions(actions),
      m_content(new QWidget(this)),
      m_table(new RaterTable(m_content)),
      m_asides(plainLabel(QString(), m_content, "warning")),
      m_state(plainLabel(QString(), m_content, "strong")),
      m_reason(plainLabel(QString(), m_content, "quiet")),
      m_agreementTitle(headingLabel(QStringLiteral("Agreement"), m_content)),
      m_none(plainLabel(QString(), m_content, "quiet")),
      m_varianceTitle(headingLabel(QStringLiteral("Variance of an area"), m_content)),
      m_facts(new FactList(m_content)),
      m_plot(new PlotView(m_content, 0)),
      m_variance(new VarianceBar(m_content)) {
    setObjectName(QStringLiteral("SidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(356);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(14, 14, 14, 14);
    column->setSpacing(10);
    for (QLabel* label : {m_asides, m_state, m_reason, m_none})
        label->setWordWrap(true);

    column->addWidget(headingLabel(QStringLiteral("Raters"), m_content));
    column->addWidget(m_table);
    column->addWidget(m_asides);
    column->addSpacing(4);
    column->addWidget(headingLabel(QStringLiteral("Consensus"), m_content));
    auto* methods = new QHBoxLayout;
    methods->setSpacing(6);
    for (std::size_t i = 0; i < kMethods.size(); ++i) {
        m_methods[i] = actions.makeButton(kMethodActions[i], QString(), m_content);
        m_methods[i]->setProperty("choice", true);
        m_methods[i]->setCheckable(true);
        methods->addWidget(m_methods[i], 1);
    }
    column->addLayout(methods);
    auto* decisions = new QGridLayout;
    decisions->setSpacing(6);
    auto* accept = actions.makeButton(ActionId::AcceptResult, QStringLiteral("Accept"), m_content);
    auto* sign = actions.makeButton(ActionId::SignResult, QStringLiteral("Sign…"), m_content);
    sign->setProperty("primary", true);
    decisions->addWidget(accept, 0, 0);
    decisions->addWidget(sign, 0, 1);
    decisions->addWidget(actions.makeButton(ActionId::TakeArc, QStringLiteral("Take arc"), m_content), 1, 0);
    decisions->addWidget(actions.makeButton(ActionId::MarkDiscuss, QStringLiteral("Discuss…"), m_content), 1,
                         1);
    connect(&actions, &ActionMap::bindingsChanged, this, &ReviewPanel::refreshFigures);
    column->addLayout(decisions);
    column->addWidget(m_state);
    column->addWidget(m_reason);
    column->addSpacing(4);
    column->addWidget(m_agreementTitle);
    column->addWidget(m_none);
    column->addWidget(m_facts);
    column->addWidget(m_plot);
    column->addWidget(m_varianceTitle);
    column->addWidget(m_variance);
    column->addStretch(1);
    auto* scroll = scrolled(m_content, this);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
}

void ReviewPanel::setSession(workspace::ReviewSession* session) {
    m_subscriptions.clear();
    m_session = session;
    if (session) {
        m_subscriptions.push_back(session->deskChanged.subscribe([this] { setDesk(m_session->desk()); }));
        m_subscriptions.push_back(session->figuresChanged.subscribe([this] { refreshFigures(); }));
        m_subscriptions.push_back(session->progressChanged.subscribe([this] {
            if (!m_session->progress()) refreshFigures();
        }));
    }
    setDesk(session ? session->desk() : nullptr);
}

void ReviewPanel::setDesk(workspace::ReviewDesk* desk) {
    m_deskSubscriptions.clear();
    m_desk = desk;
    setVisible(desk != nullptr);
    m_table->setDesk(desk);
    if (!desk) return;
    m_deskSubscriptions.push_back(desk->changed.subscribe([this] { refresh(); }));
    refresh();
    refreshFigures();
}

void ReviewPanel::refresh() {
    m_table->setDesk(m_desk);
    QStringList asides;
    for (const auto& aside : m_desk->asides()) {
        QString text = qstring(aside.sentence);
        if (!aside.rater.empty()) text += QStringLiteral(" (%1)").arg(qstring(aside.rater));
        asides << text;
    }
    m_asides->setText(asides.join(QLatin1Char('\n')));
    m_asides->setVisible(!asides.isEmpty());

    constexpr std::array names{"Majority", "STAPLE", "Mean shape"};
    for (std::size_t i = 0; i < kMethods.size(); ++i) {
        const auto& made = m_desk->consensus(kMethods[i]);
        m_methods[i]->setText(QStringLiteral("%1\n%2").arg(QLatin1String(names[i]),
                                                           made ? QString::number(made->area.value(), 'f', 1)
                                                                : QStringLiteral("–")));
        m_methods[i]->setEnabled(made.has_value());
        m_methods[i]->setChecked(!m_desk->edited() && m_desk->method() == kMethods[i]);
    }
    const auto& review = m_desk->review();
    QString state = m_desk->edited() ? QStringLiteral("Changed by you, not decided yet")
                                     : QStringLiteral("Not decided yet");
    if (review) {
        const QString who = QStringLiteral("%1, %2").arg(qstring(review->reviewer), local(review->time));
        if (review->state == store::ReviewState::Signed)
            state = (review->accepted ? QStringLiteral("Signed by ")
                                      : QStringLiteral("Signed as having no truth by ")) +
                    who;
        else if (review->state == store::ReviewState::Discuss)
            state = QStringLiteral("To discuss: ") + who;
        else if (review->accepted)
            state = QStringLiteral("Accepted by ") + who;
        else
            state = QStringLiteral("Open again: ") + who;
        if (review->accepted && !m_desk->acceptedIsShown())
            state += QStringLiteral("\nWhat is shown is not what was accepted.");
        if (const auto stale = m_desk->stale(); !stale.empty())
            state += QStringLiteral("\n") + qstring(stale);
    }
    m_state->setText(state);
    m_reason->setText(review ? qstring(review->reason) : QString());
    m_reason->setVisible(!m_reason->text().isEmpty());
}

void ReviewPanel::refreshFigures() {
    if (!m_desk) return;
    const auto figures = m_session->figures(m_desk->cell());
    const bool phantom = m_session->phantom();
    m_agreementTitle->setText(
        (figures ? QStringLiteral("Agreement, %1 (%2)")
                       .arg(qstring(figures->label), qstring(counted(figures->cases, "case")))
                 : QStringLiteral("Agreement"))
            .toUpper());
    m_none->setVisible(!figures || phantom);
    m_none->setText(
        !figures ? (m_session->progress() ? QStringLiteral("Being worked out…")
                    : m_session->complete()
                        ? QStringLiteral("Too few cases with two raters.")
                        : QStringLiteral("Not worked out: the comparison was cancelled. %1 starts it again.")
                              .arg(m_actions.keyText(ActionId::ReviewRefresh)))
                 : QStringLiteral("Phantom results: simulated patients and raters."));
    for (QWidget* part : std::initializer_list<QWidget*>{m_facts, m_plot, m_varianceTitle, m_variance})
        part->setVisible(figures.has_value());
    if (!figures) return;
    std::vector<Fact> facts;
    if (figures->icc) {
        QString text = share(figures->icc->value);
        if (figures->icc->interval)
            text += QStringLiteral("   [%1, %2]")
                        .arg(share(figures->icc->interval->low), share(figures->icc->interval->high));
        facts.push_back({QStringLiteral("ICC(2,1)"), text});
    }
    if (figures->limits) // from the mean of the others: their bias is 0
        facts.push_back({QStringLiteral("Limits of agreement"),
                         QStringLiteral("± %1 mm²").arg(qstring(printed(1.96 * figures->limits->sd, 1)))});
    if (figures->detectableChange)
        facts.push_back({QStringLiteral("Minimal detectable change"),
                         qstring(printed(*figures->detectableChange, 1) + " mm²")});
    if (figures->medianDice && figures->medianHd95)
        facts.push_back({QStringLiteral("Median Dice · HD95"),
                         QStringLiteral("%1 · %2 mm")
                             .arg(share(figures->medianDice), qstring(printed(*figures->medianHd95, 1)))});
    m_facts->setFacts(std::move(facts));
    std::vector<report::AreaPair> pairs;
    for (const auto& [others, rater] : figures->areas)
        pairs.push_back({rater, others});
    m_plot->setPlot([pairs = std::move(pairs)](const report::PlotStyle& style) {
        return report::blandAltmanPlot(pairs, "rater", "others", style,
                                       "Each rater against the mean of the others");
    });
    m_varianceTitle->setVisible(!figures->variance.empty());
    m_variance->setVisible(!figures->variance.empty());
    m_variance->setShares(figures->variance);
}

} // namespace forameter::ui
