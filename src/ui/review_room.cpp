// SPDX-License-Identifier: Apache-2.0
#include "review_room.hpp"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QListView>
#include <QStackedWidget>
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "action_map.hpp"
#include "empty_state.hpp"
#include "forameter/ui/application.hpp"
#include "review_list.hpp"
#include "review_panel.hpp"
#include "review_view.hpp"

namespace forameter::ui {

using protocol::ConsensusMethod;
using tools::ToolKind;
using workspace::ActionId;
using workspace::ReviewDesk;
using workspace::ReviewSession;
using workspace::Room;

namespace {
constexpr std::array kMethods{std::pair{ActionId::MajorityConsensus, ConsensusMethod::Majority},
                              std::pair{ActionId::StapleConsensus, ConsensusMethod::Staple},
                              std::pair{ActionId::MeanShapeConsensus, ConsensusMethod::MeanShape}};
constexpr std::array kTools{std::pair{ActionId::EditPoints, ToolKind::Vertex},
                            std::pair{ActionId::Sculpt, ToolKind::Sculpt},
                            std::pair{ActionId::Smooth, ToolKind::Smooth}};
constexpr double kArcStep = 0.5; // mm
} // namespace

ReviewRoom::ReviewRoom(workspace::Workspace& workspace, ActionMap& actions, QWidget* parent)
    : RoomPage(parent),
      m_workspace(workspace),
      m_actions(actions),
      m_list(new ReviewListPanel(this)),
      m_stack(new QStackedWidget(this)),
      m_empty(new EmptyState(m_stack)),
      m_view(new ReviewView(SliceView::Density::Full, m_stack)),
      m_grid(new QWidget(m_stack)),
      m_gridLayout(new QGridLayout(m_grid)),
      m_panel(new ReviewPanel(actions, this)) {
    m_gridLayout->setContentsMargins(0, 0, 0, 0);
    m_gridLayout->setSpacing(3);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_grid);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3);
    row->addWidget(m_list);
    row->addWidget(m_stack, 1);
    row->addWidget(m_panel);
    m_view->setFocusPolicy(Qt::StrongFocus);

    connect(m_list, &ReviewListPanel::chosen, this, &ReviewRoom::take);
    connect(m_view, &ReviewView::failed, this, &ReviewRoom::warn);
    connect(m_view, &SliceView::toolSizeStepped, this, [this](int steps) {
        if (desk()) desk()->setRadius(desk()->radius() + Millimetres(0.25 * steps));
    });
    connect(m_view, &SliceView::windowDragged, this, [this] { m_actions.heldKeysWereUsed(); });
    connect(&m_actions, &ActionMap::heldChanged, this, [this](ActionId id, bool down) {
        if (!m_entered) return;
        std::vector<ReviewView*> views = m_each;
        views.push_back(m_view);
        for (ReviewView* view : views) {
            if (id == ActionId::HideContours) view->setCurvesHidden(down);
            if (id == ActionId::HoldWindow) view->setWindowKeyHeld(down);
        }
    });
    connect(m_panel->table(), &RaterTable::pointedAt, this, [this](std::optional<char> letter) {
        auto shown = m_view->shown();
        shown.strong = letter;
        m_view->setShown(shown);
    });
    connect(m_panel->table(), &RaterTable::wholeWanted, this, [this](std::size_t rater) {
        if (desk()) tell(desk()->startFrom(rater));
    });
    connect(m_empty, &EmptyState::firstClicked, this, [this] {
        if (m_session && m_session->lack() == ReviewSession::Lack::Filter)
            m_session->setFilter({});
        else
            m_actions.trigger(ActionId::ReviewRefresh);
    });
    m_preferences = m_workspace.preferencesChanged.subscribe(
        [this] { m_view->setBindings(&m_workspace.preferences().bindings); });
    m_view->setBindings(&m_workspace.preferences().bindings);
    connectActions();
    connectArcActions();
}

ReviewRoom::~ReviewRoom() {
    ReviewRoom::forget();
}

void ReviewRoom::forget() {
    m_subscriptions.clear();
    m_deskSubscriptions.clear();
    m_list->setSession(nullptr);
    m_panel->setSession(nullptr);
    m_view->setDesk(nullptr);
    for (ReviewView* view : m_each)
        view->setDesk(nullptr);
    m_session.reset();
    ++m_desks;
    m_opened = m_untouched = m_sideBySide = false;
}

bool ReviewRoom::mayEnter() const {
    return workspace::mayReview(m_workspace.store());
}

ReviewDesk* ReviewRoom::desk() const {
    return m_session ? m_session->desk() : nullptr;
}

void ReviewRoom::enter() {
    m_entered = true;
    if (!m_session)
        open();
    else if (m_session->entries().empty())
        m_session->refresh();
    else
        m_session->catchUp();
    deskChanged();
}

void ReviewRoom::leave() {
    m_entered = false;
    if (desk()) {
        desk()->cancelArc();
        desk()->setTool(std::nullopt);
    }
}

void ReviewRoom::open() {
    auto session = ReviewSession::open(m_workspace.storePath(), m_workspace.store().actor(), guiPost());
    if (!session) {
        warn(qstring(session.error().message));
        return;
    }
    m_session = std::move(*session);
    m_subscriptions.push_back(m_session->listChanged.subscribe([this] { listChanged(); }));
    m_subscriptions.push_back(m_session->deskChanged.subscribe([this] { deskChanged(); }));
    m_subscriptions.push_back(m_session->progressChanged.subscribe([this] {
        // What came first while the list was being sorted need not be the worst.
        if (m_entered && m_untouched && !m_session->progress() && m_session->current() != 0) take(0);
    }));
    m_list->setSession(m_session.get());
    m_panel->setSession(m_session.get());
}

/// The first case opens by itself once its place in the list is known.
void ReviewRoom::listChanged() {
    if (!m_session) return;
    const auto& entries = m_session->entries();
    if (m_entered && !m_opened && !desk() && !entries.empty() && entries.front().compared) {
        m_opened = true; // once: a case that cannot be shown says so, and the list is there
        take(0);
        m_untouched = true;
    }
    if (!desk()) showEmpty();
    refreshChecks();
    Q_EMIT changed();
}

void ReviewRoom::take(std::size_t entry) {
    if (!m_session) return;
    m_untouched = false;
    tell(m_session->take(entry));
    (m_sideBySide && !m_each.empty() ? m_each.front() : m_view)->setFocus(Qt::OtherFocusReason);
}

void ReviewRoom::deskChanged() {
    m_deskSubscriptions.clear();
    ++m_desks;
    m_view->setDesk(desk());
    buildSideBySide();
    if (desk()) {
        m_deskSubscriptions.push_back(desk()->changed.subscribe([this] {
            m_untouched = false;
            refreshChecks();
            Q_EMIT changed();
        }));
        m_stack->setCurrentWidget(m_sideBySide ? m_grid : m_view);
    } else {
        showEmpty();
    }
    refreshChecks();
    Q_EMIT changed();
}

void ReviewRoom::showEmpty() {
    m_stack->setCurrentWidget(m_empty);
    using Lack = ReviewSession::Lack;
    const QString refresh = QStringLiteral("Look again");
    const auto show = [this](const char* icon, const char* title, const QString& text,
                             const QString& button) {
        m_empty->show(QLatin1String(icon), QString::fromUtf8(title), text, button);
    };
    if (!m_session) return show("warning", "The store cannot be opened", {}, refresh);
    switch (m_session->lack()) {
    case Lack::Role:
        return show(
            "eye-off", "Reviewing needs another role",
            QStringLiteral("%1 may not see other raters' contours. An administrator can make a reviewer in "
                           "the Manage room.")
                .arg(qstring(m_workspace.rater())),
            {});
    case Lack::NoRound:
        return show(
            "eye-off", "No round has been opened",
            QStringLiteral("Readings stay hidden until their round is opened, after everybody has read. The "
                           "coordinator opens it in the Manage room."),
            refresh);
    case Lack::NoReadings:
        return show(
            "image", "Nobody has drawn here yet",
            QStringLiteral("Contours appear here as soon as raters have drawn them, or their packets were "
                           "collected."),
            refresh);
    case Lack::OneRater:
        return show(
            "image", "Each cell shows one rater only",
            QStringLiteral("A review compares two raters or more. Let a second one read the same studies, or "
                           "collect her packet."),
            refresh);
    case Lack::Hidden:
        return m_empty->show(
            QStringLiteral("eye-off"), qstring(m_session->hiding()),
            qstring(store::hiddenUntilOpened(m_session->scope()->round)) +
                QStringLiteral(" The coordinator opens it in the Manage room, after everybody has read."),
            refresh);
    case Lack::Filter:
        return show("image", "No case matches the filter",
                    QStringLiteral("Show all structures, levels and states."), QStringLiteral("Show all"));
    case Lack::Failed:
        return show("warning", "The readings cannot be read", qstring(m_session->failure()), refresh);
    case Lack::Loading:
    case Lack::None:
        return show("levels", "Comparing the raters…",
                    QStringLiteral("The list fills as the contours are compared. Choose a case at any time."),
                    {});
    }
}

// ---- side by side

void ReviewRoom::buildSideBySide() {
    for (ReviewView* view : m_each) {
        view->setDesk(nullptr); // it goes later, its desk now
        view->deleteLater();
    }
    m_each.clear();
    if (!m_sideBySide || !desk()) return;
    std::set<char> letters;
    for (const auto& curve : desk()->curves())
        letters.insert(curve.letter);
    for (const auto& aside : desk()->asides())
        if (aside.curve) letters.insert(aside.letter);
    const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(letters.size()))));
    for (const char letter : letters) {
        auto* view = new ReviewView(SliceView::Density::Compact, m_grid);
        view->setBindings(&m_workspace.preferences().bindings);
        view->setOnly(letter);
        view->setInverted(m_view->inverted());
        view->setDesk(desk());
        const int i = static_cast<int>(m_each.size());
        m_gridLayout->addWidget(view, i / columns, i % columns);
        m_each.push_back(view);
        connect(view, &ReviewView::failed, this, &ReviewRoom::warn);
        connect(view, &SliceView::viewportChanged, this,
                [this, view](geometry::PlanePoint center, double field) {
                    for (ReviewView* other : m_each)
                        if (other != view) other->setViewport(center, field);
                });
        connect(view, &ReviewView::windowChanged, this, [this, view](imaging::WindowLevel window) {
            for (ReviewView* other : m_each)
                if (other != view) other->setWindow(window);
        });
    }
}

void ReviewRoom::showSideBySide(bool shown) {
    m_sideBySide = shown;
    if (desk()) {
        desk()->cancelArc();
        if (shown) desk()->setTool(std::nullopt);
    }
    deskChanged();
    (shown && !m_each.empty() ? m_each.front() : m_view)->setFocus(Qt::OtherFocusReason);
}

ReviewView* ReviewRoom::activeView() const {
    if (!m_sideBySide || m_each.empty()) return m_view;
    for (ReviewView* view : m_each)
        if (view->hasFocus()) return view;
    return m_each.front();
}

// ---- words

void ReviewRoom::warn(const QString& sentence) {
    Q_EMIT said(sentence, HintBar::Tone::Warning);
}

void ReviewRoom::tell(const Result<>& result) {
    if (!result) warn(qstring(result.error().message));
}

QString ReviewRoom::caseName() const {
    return desk() ? qstring(desk()->title()) + QStringLiteral(" · ") + shortCell(desk()->cell()) : QString();
}

QString ReviewRoom::caseText() const {
    if (!m_session) return {};
    QStringList said; // the number first: a narrow chip cuts off the end
    if (const auto here = m_session->current())
        said << QStringLiteral("Case %1 of %2").arg(*here + 1).arg(m_session->entries().size());
    said << (m_session->scope() && !m_session->scope()->round.empty()
                 ? QStringLiteral("round “%1” · opened").arg(qstring(m_session->scope()->round))
                 : QStringLiteral("readings outside of rounds"));
    if (m_session->phantom()) said << QStringLiteral("phantom");
    said << qstring(m_workspace.rater());
    return said.join(QStringLiteral(" · "));
}

QString ReviewRoom::sentence() const {
    if (!desk()) return QStringLiteral("Choose a case of the list.");
    if (desk()->arc())
        return QStringLiteral("Arc of %1: click both ends on a curve, or move them with the keys.")
            .arg(QLatin1Char(desk()->curves()[desk()->arc()->rater].letter));
    if (desk()->tool() == ToolKind::Vertex)
        return QStringLiteral("Drag, add or remove points of the result.");
    if (desk()->tool() == ToolKind::Sculpt) return QStringLiteral("Push the border of the result.");
    if (desk()->tool() == ToolKind::Smooth) return QStringLiteral("Drag along the border to smooth it.");
    return {};
}

std::vector<HintBar::Hint> ReviewRoom::hints() const {
    const auto hint = [this](ActionId id, const char* text) {
        return HintBar::Hint{m_actions.keyText(id), QString::fromUtf8(text)};
    };
    if (desk() && desk()->arc())
        return {hint(ActionId::TakeArc, "next rater"),  hint(ActionId::ArcFromBack, ""),
                hint(ActionId::ArcFromOn, "first end"), hint(ActionId::ArcToBack, ""),
                hint(ActionId::ArcToOn, "second end"),  hint(ActionId::TurnArc, "other way"),
                hint(ActionId::ConfirmArc, "take it"),  hint(ActionId::CancelStroke, "leave")};
    if (desk() && desk()->tool())
        return {hint(ActionId::CancelStroke, "leave the tool"), hint(ActionId::Undo, "undo"),
                hint(ActionId::ToolSmaller, ""), hint(ActionId::ToolLarger, "size"),
                hint(ActionId::SignResult, "sign")};
    if (desk() && !desk()->result())
        return {hint(ActionId::ReviewNext, "next case"),
                hint(ActionId::TakeWhole, "take the whole contour"),
                hint(ActionId::SignWithout, "sign as not assessable"),
                hint(ActionId::MarkDiscuss, "discuss"),
                hint(ActionId::SideBySide, "side by side"),
                hint(ActionId::CheatSheet, "keys")};
    return {hint(ActionId::ReviewPrevious, ""),
            hint(ActionId::ReviewNext, "case"),
            hint(ActionId::AcceptResult, "accept"),
            hint(ActionId::SignResult, "sign"),
            hint(ActionId::TakeArc, "take arc"),
            hint(ActionId::EditPoints, "points"),
            hint(ActionId::Sculpt, "sculpt"),
            hint(ActionId::MarkDiscuss, "discuss"),
            hint(ActionId::HideRaters, "hide raters"),
            hint(ActionId::SideBySide, "side by side"),
            hint(ActionId::RevealNames, "reveal names (recorded)"),
            hint(ActionId::CheatSheet, "keys")};
}

// ---- actions

void ReviewRoom::refreshChecks() {
    if (!m_entered) return;
    ReviewDesk* open = desk();
    m_actions.action(ActionId::HideRaters)->setChecked(!m_view->shown().raters);
    m_actions.action(ActionId::ShowBand)->setChecked(m_view->shown().band);
    m_actions.action(ActionId::SideBySide)->setChecked(m_sideBySide);
    m_actions.action(ActionId::InvertGrey)->setChecked(m_view->inverted());
    m_actions.action(ActionId::RevealNames)->setEnabled(open && !open->revealed());
    for (const auto& [id, kind] : kTools)
        m_actions.action(id)->setChecked(open && open->tool() == kind);
    for (const auto& [id, method] : kMethods)
        m_actions.action(id)->setChecked(open && !open->edited() && open->method() == method);
    const auto undo = open ? open->undoText() : std::nullopt;
    QAction* action = m_actions.action(ActionId::Undo);
    action->setEnabled(undo.has_value());
    action->setText(undo ? QStringLiteral("Undo: %1").arg(qstring(*undo)) : QStringLiteral("Undo"));
}

void ReviewRoom::step(ReviewSession::Direction direction) {
    if (!m_session) return;
    if (const auto next = m_session->neighbour(direction)) return take(*next);
    warn(direction == ReviewSession::Direction::Next ? QStringLiteral("This is the last case of the list.")
                                                     : QStringLiteral("This is the first case of the list."));
}

void ReviewRoom::sign() {
    // Nobody is asked for the reason of what cannot be signed.
    if (!desk()->result()) return warn(qstring(desk()->consensus(desk()->method()).error().message));
    const bool required = desk()->needsReason();
    const auto reason =
        ask(QStringLiteral("Sign %1").arg(caseName()),
            required ? QStringLiteral(
                           "The result is not the proposed consensus as it stands, or the case was decided "
                           "before. Why is it right?")
                     : QStringLiteral("The proposed consensus is signed as the truth of this cell."),
            QStringLiteral("Sign"), required ? ReasonDialog::Need::Required : ReasonDialog::Need::Optional);
    if (!reason) return;
    const auto done = desk()->sign(*reason);
    if (!done) return tell(done);
    Q_EMIT said(QStringLiteral("%1 signed.").arg(caseName()), HintBar::Tone::Note);
}

std::optional<std::string> ReviewRoom::ask(const QString& title, const QString& question,
                                           const QString& button, ReasonDialog::Need need) {
    const int about = m_desks;
    ReasonDialog dialog(title, question, button, need, this);
    if (dialog.exec() != QDialog::Accepted) return std::nullopt;
    if (about == m_desks && desk()) return dialog.reason().toStdString();
    warn(QStringLiteral("Another case lies here now; nothing was recorded."));
    return std::nullopt;
}

void ReviewRoom::connectActions() {
    const auto always = [this](ActionId id, std::function<void()> does) {
        m_actions.handle(id, std::move(does), Room::Review);
    };
    const auto onDesk = [this, always](ActionId id, std::function<void(ReviewDesk&)> does) {
        always(id, [this, does = std::move(does)] {
            if (!desk()) return warn(QStringLiteral("Choose a case of the list first."));
            m_untouched = false; // and so stays on the desk
            does(*desk());
        });
    };
    const auto askWhy = [this](const QString& title, const QString& question, const QString& button) {
        return ask(title, question, button, ReasonDialog::Need::Required);
    };
    always(ActionId::ReviewNext, [this] { step(ReviewSession::Direction::Next); });
    always(ActionId::ReviewPrevious, [this] { step(ReviewSession::Direction::Previous); });
    always(ActionId::ReviewNextOpen, [this] {
        const auto next =
            m_session && !m_session->entries().empty() ? m_session->nextUnsigned() : std::nullopt;
        if (next) return take(*next);
        warn(QStringLiteral("Every other case of the list is signed."));
    });
    always(ActionId::ReviewRefresh, [this] {
        if (m_session)
            m_session->refresh();
        else
            enter();
    });
    onDesk(ActionId::ReviewNextSlice, [this](ReviewDesk&) { activeView()->stepSlice(1); });
    onDesk(ActionId::ReviewPreviousSlice, [this](ReviewDesk&) { activeView()->stepSlice(-1); });
    for (const auto& [id, method] : kMethods)
        onDesk(id, [this, method = method](ReviewDesk& d) {
            if (d.edited())
                warn(QStringLiteral("Your own contour is shown; take it back to see a consensus."));
            d.setMethod(method);
            refreshChecks();
        });
    onDesk(ActionId::AcceptResult, [this](ReviewDesk& d) {
        const auto done = d.accept();
        if (!done) return tell(done);
        Q_EMIT said(QStringLiteral("%1 accepted; signing makes it final.").arg(caseName()),
                    HintBar::Tone::Note);
    });
    onDesk(ActionId::SignResult, [this](ReviewDesk&) { sign(); });
    onDesk(ActionId::SignWithout, [this, askWhy](ReviewDesk&) {
        const auto reason = askWhy(QStringLiteral("No truth"),
                                   QStringLiteral("%1 is signed as not assessable. Why?").arg(caseName()),
                                   QStringLiteral("Sign"));
        if (reason) tell(desk()->signWithout(*reason));
    });
    onDesk(ActionId::MarkDiscuss, [this, askWhy](ReviewDesk&) {
        const auto note = askWhy(QStringLiteral("To discuss"),
                                 QStringLiteral("What is to be discussed about %1?").arg(caseName()),
                                 QStringLiteral("Mark"));
        if (note) tell(desk()->discuss(*note));
    });
    onDesk(ActionId::ReopenReview, [this, askWhy](ReviewDesk& d) {
        if (!d.review() || d.review()->state == store::ReviewState::Open)
            return warn(QStringLiteral("This case is open."));
        const auto reason =
            askWhy(QStringLiteral("Open again"), QStringLiteral("Why is %1 opened again?").arg(caseName()),
                   QStringLiteral("Open again"));
        if (reason) tell(desk()->reopen(*reason));
    });
    onDesk(ActionId::BackToConsensus, [this](ReviewDesk& d) { tell(d.discardEdit()); });
    onDesk(ActionId::RevealNames, [this](ReviewDesk& d) { tell(d.reveal()); });
    onDesk(ActionId::SideBySide, [this](ReviewDesk&) { showSideBySide(!m_sideBySide); });
    const auto toggle = [this, onDesk](ActionId id, bool ReviewView::Shown::*what) {
        onDesk(id, [this, what](ReviewDesk&) {
            auto shown = m_view->shown();
            shown.*what = !(shown.*what);
            m_view->setShown(shown);
            refreshChecks();
        });
    };
    toggle(ActionId::HideRaters, &ReviewView::Shown::raters);
    toggle(ActionId::ShowBand, &ReviewView::Shown::band);
    for (const auto& [id, kind] : kTools)
        onDesk(id, [this, kind = kind](ReviewDesk& d) {
            if (m_sideBySide) showSideBySide(false);
            d.setTool(d.tool() == kind ? std::nullopt : std::optional(kind));
        });
    onDesk(ActionId::ToolSmaller, [](ReviewDesk& d) { d.setRadius(d.radius() - Millimetres(0.25)); });
    onDesk(ActionId::ToolLarger, [](ReviewDesk& d) { d.setRadius(d.radius() + Millimetres(0.25)); });
    onDesk(ActionId::RemovePoint, [](ReviewDesk& d) { d.key(tools::Key::Delete); });
    onDesk(ActionId::ToggleCorner, [](ReviewDesk& d) { d.key(tools::Key::ToggleCorner); });
    onDesk(ActionId::Undo, [this](ReviewDesk& d) { tell(d.undo()); });
    onDesk(ActionId::CancelStroke, [this](ReviewDesk& d) {
        if (d.arc()) return d.cancelArc();
        if (d.busy()) {
            d.key(tools::Key::Escape);
            return;
        }
        if (d.tool()) return d.setTool(std::nullopt);
        if (m_sideBySide) showSideBySide(false);
    });
    onDesk(ActionId::ZoomIn, [this](ReviewDesk&) { activeView()->zoomBy(1.25); });
    onDesk(ActionId::ZoomOut, [this](ReviewDesk&) { activeView()->zoomBy(1 / 1.25); });
    onDesk(ActionId::ResetView, [this](ReviewDesk&) {
        activeView()->resetView();
        for (ReviewView* view : m_each)
            view->resetView();
    });
    onDesk(ActionId::InvertGrey, [this](ReviewDesk&) {
        m_view->setInverted(!m_view->inverted());
        for (ReviewView* view : m_each)
            view->setInverted(m_view->inverted());
        refreshChecks();
    });
}

void ReviewRoom::connectArcActions() {
    const auto onArc = [this](ActionId id, std::function<void(ReviewDesk&)> does) {
        m_actions.handle(
            id,
            [this, does = std::move(does)] {
                if (desk() && desk()->arc())
                    does(*desk());
                else
                    warn(QStringLiteral("Begin with an arc first: %1.")
                             .arg(m_actions.keyText(ActionId::TakeArc)));
            },
            Room::Review);
    };
    m_actions.handle(
        ActionId::TakeArc,
        [this] {
            if (!desk()) return warn(QStringLiteral("Choose a case of the list first."));
            if (m_sideBySide) showSideBySide(false);
            if (desk()->arc()) return desk()->nextArcRater();
            tell(desk()->beginArc(0));
        },
        Room::Review);
    m_actions.handle(
        ActionId::TakeWhole,
        [this] {
            if (!desk()) return warn(QStringLiteral("Choose a case of the list first."));
            // Where there is no consensus no arc can be begun, and a whole contour is all that can be taken.
            const bool none = !desk()->arc() && !desk()->result() && !desk()->curves().empty();
            if (desk()->arc() || none) return tell(desk()->startFrom(none ? 0 : desk()->arc()->rater));
            warn(QStringLiteral("Begin with an arc first: %1.").arg(m_actions.keyText(ActionId::TakeArc)));
        },
        Room::Review);
    onArc(ActionId::ConfirmArc, [this](ReviewDesk& d) { tell(d.takeArc()); });
    onArc(ActionId::TurnArc, [](ReviewDesk& d) { d.turnArc(); });
    for (const auto& [id, end, step] : {std::tuple{ActionId::ArcFromBack, ReviewDesk::End::From, -kArcStep},
                                        std::tuple{ActionId::ArcFromOn, ReviewDesk::End::From, kArcStep},
                                        std::tuple{ActionId::ArcToBack, ReviewDesk::End::To, -kArcStep},
                                        std::tuple{ActionId::ArcToOn, ReviewDesk::End::To, kArcStep}})
        onArc(id, [end = end, step = step](ReviewDesk& d) { d.moveArc(end, Millimetres(step)); });
}

} // namespace forameter::ui
