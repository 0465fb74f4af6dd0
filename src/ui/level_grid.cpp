// SPDX-License-Identifier: Apache-2.0
#include "level_grid.hpp"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <algorithm>
#include <utility>

#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

using protocol::CellState;
using workspace::CellView;

QString levelText(anatomy::Level level) {
    return QString::fromStdString(anatomy::label(level));
}

QString cellText(const anatomy::Cell& cell) {
    if (cell.structure == anatomy::Structure::CC) return QStringLiteral("CC %1").arg(levelText(cell.level));
    return QStringLiteral("NF %1 %2")
        .arg(levelText(cell.level),
             cell.side == anatomy::Side::R ? QStringLiteral("right") : QStringLiteral("left"));
}

namespace {

int columnOf(const anatomy::Cell& cell) {
    if (cell.structure == anatomy::Structure::CC) return 1;
    return cell.side == anatomy::Side::R ? 0 : 2;
}

QString areaText(SquareMillimetres area) {
    return QString::number(area.value(), 'f', area.value() < 99.95 ? 1 : 0);
}

QString spokenState(const CellView& view) {
    switch (view.state) {
    case CellState::NotAssessable:
        return QStringLiteral("not assessable: %1").arg(QString::fromStdString(view.note));
    case CellState::NotCovered:
        return QStringLiteral("not covered by the study");
    case CellState::Done:
        break;
    case CellState::Todo:
        if (!view.area && view.offer)
            return QStringLiteral("to do; a model proposes %1 square millimetres%2")
                .arg(view.offer->area.value(), 0, 'f', 1)
                .arg(view.offer->doubtful ? QStringLiteral(", doubtful") : QString());
        if (!view.area)
            return view.covered ? QStringLiteral("to do")
                                : QStringLiteral("not covered by the study; a click shows the nearest slice");
    }
    if (!view.area) return QStringLiteral("no area");
    const QString origin = view.source == protocol::Source::Model ? QStringLiteral(", accepted from a model")
                           : view.source == protocol::Source::EditedModel
                               ? QStringLiteral(", a model's, edited")
                               : QString();
    return QStringLiteral("%1 square millimetres").arg(view.area->value(), 0, 'f', 1) + origin;
}

} // namespace

CellButton::CellButton(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setBackgroundRole(QPalette::Window);
    setAutoFillBackground(true); // a live area repaints its cell alone, and not the panel below it
}

void CellButton::setLow(bool low) {
    if (std::exchange(m_low, low) == low) return;
    updateGeometry();
    update();
}

void CellButton::show(const CellView& view) {
    // An area that reads the same while it is drawn is no reason to paint.
    const QString spoken = spokenState(view);
    const bool same = view.cell == m_view.cell && view.state == m_view.state && spoken == m_spoken &&
                      view.current == m_view.current && view.drawing == m_view.drawing &&
                      view.covered == m_view.covered && view.offer == m_view.offer &&
                      view.note == m_view.note && view.warnings == m_view.warnings;
    m_view = view;
    if (same) return;
    m_spoken = spoken;
    QString name = QString::fromStdString(anatomy::label(view.cell)) + QStringLiteral(": ") + spoken;
    name[0] = name[0].toUpper();
    for (const auto& warning : view.warnings)
        name += QStringLiteral(", ") + QString::fromStdString(warning);
    setAccessibleName(name);
    setToolTip(plainTip(name));
    update();
}

void CellButton::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
    const bool empty = m_view.state == CellState::Todo && !m_view.area;
    QColor fill = empty ? Qt::transparent : t.raised;
    if (underMouse()) fill = t.hover;
    QPen border(empty ? t.hover : fill, 1.0);
    if (empty) border.setDashPattern({3, 3});
    if (m_view.current) {
        border = QPen(t.accent, 2.0);
        fill = t.dark ? QColor(t.accent.red(), t.accent.green(), t.accent.blue(), 34)
                      : QColor(t.accent.red(), t.accent.green(), t.accent.blue(), 26);
    }
    painter.setPen(border);
    painter.setBrush(fill);
    painter.drawRoundedRect(box, 6, 6);
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 4, 4);
    }

    const auto centred = [&](double baseline, const QString& text, const QFont& font, QColor color) {
        painter.setFont(font);
        painter.setPen(color);
        const QFontMetricsF metrics(font);
        painter.drawText(QPointF((width() - metrics.horizontalAdvance(text)) / 2, baseline), text);
    };
    const double middle = height() / 2.0;
    const double upper = middle + (m_low ? -1 : 2), lower = middle + (m_low ? 13 : 18); // baselines
    const QFont small = uiFont(11);
    const auto twoLines = [&](const QString& first, const QString& second, QColor color) {
        centred(middle - 2, first, small, color);
        centred(middle + 13, second, small, color);
    };
    if (m_view.state == CellState::NotAssessable)
        return twoLines(QStringLiteral("not"), QStringLiteral("assessable"), t.quiet);
    if (m_view.state == CellState::NotCovered)
        return twoLines(QStringLiteral("not"), QStringLiteral("covered"), t.quiet);
    if (!m_view.area) {
        if (m_view.drawing)
            return twoLines(QStringLiteral("drawing"),
                            m_view.warnings.empty() ? QStringLiteral("…")
                                                    : QString::fromStdString(m_view.warnings.front()),
                            m_view.warnings.empty() ? t.text : t.warning);
        if (!m_view.covered) return twoLines(QStringLiteral("not"), QStringLiteral("covered"), t.quiet);
        if (m_view.offer) { // in brackets: nobody has accepted it
            centred(upper, QStringLiteral("(%1)").arg(areaText(m_view.offer->area)), uiFont(15), t.quiet);
            return centred(lower,
                           m_view.offer->doubtful ? QStringLiteral("doubtful") : QStringLiteral("proposed"),
                           small, m_view.offer->doubtful ? t.warning : t.quiet);
        }
        return centred(middle + 5, QStringLiteral("–"), uiFont(15), t.quiet);
    }
    const QFont figures = uiFont(17, QFont::DemiBold);
    const QString value = areaText(*m_view.area);
    painter.setFont(figures);
    painter.setPen(t.strong);
    drawFigures(painter, {(width() - figuresWidth(figures, value)) / 2, upper}, value);
    if (!m_view.warnings.empty()) {
        const QString warning = QFontMetricsF(small).elidedText(
            QString::fromStdString(m_view.warnings.front()), Qt::ElideRight, width() - 8.0);
        const double textWidth = QFontMetricsF(small).horizontalAdvance(warning);
        if (textWidth + 15 > width() - 8) return centred(lower, warning, small, t.warning); // words first
        const double x = (width() - textWidth - 15) / 2;
        painter.drawPixmap(QPointF(x, lower - 10),
                           iconPixmap(QStringLiteral("warning"), t.warning, 12, devicePixelRatioF()));
        painter.setFont(small);
        painter.setPen(t.warning);
        painter.drawText(QPointF(x + 15, lower), warning);
    } else {
        const QString below = m_view.drawing                                   ? QStringLiteral("drawing")
                              : m_view.source == protocol::Source::Model       ? QStringLiteral("accepted")
                              : m_view.source == protocol::Source::EditedModel ? QStringLiteral("edited")
                                                                               : QStringLiteral("mm²");
        centred(lower, below, small, t.quiet);
    }
}

LevelGrid::LevelGrid(QWidget* parent) : QWidget(parent), m_layout(new QGridLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(5);
    m_layout->setColumnStretch(0, 0);
    for (const int column : {1, 2, 3})
        m_layout->setColumnStretch(column, 1);
}

CellButton* LevelGrid::button(const anatomy::Cell& cell) const {
    const auto found = m_buttons.find(cell);
    return found == m_buttons.end() ? nullptr : found->second;
}

void LevelGrid::setCells(const std::vector<CellView>& cells) {
    const bool same = cells.size() == m_buttons.size() &&
                      std::all_of(cells.begin(), cells.end(),
                                  [this](const CellView& v) { return m_buttons.contains(v.cell); });
    if (!same) rebuild(cells);
    for (const CellView& view : cells)
        m_buttons.at(view.cell)->show(view);
}

void LevelGrid::setLow(bool low) {
    m_low = low;
    for (const auto& [cell, button] : m_buttons)
        button->setLow(low);
}

void LevelGrid::setCell(const CellView& cell) {
    if (CellButton* shown = button(cell.cell)) shown->show(cell);
}

void LevelGrid::rebuild(const std::vector<CellView>& cells) {
    for (const auto& [cell, button] : m_buttons)
        delete button;
    for (QWidget* label : m_labels)
        delete label;
    m_buttons.clear();
    m_places.clear();
    m_labels.clear();

    const auto addLabel = [this](const QString& text, int row, int column, const char* property) {
        auto* label = new QLabel(text, this);
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignCenter);
        label->setProperty(property, true);
        label->show();
        m_layout->addWidget(label, row, column);
        m_labels.push_back(label);
        return label;
    };
    addLabel(QStringLiteral("NF right"), 0, 1, "quiet");
    addLabel(QStringLiteral("CC"), 0, 2, "quiet");
    addLabel(QStringLiteral("NF left"), 0, 3, "quiet");

    std::vector<anatomy::Level> levels; // in order of first appearance: from the head down
    for (const CellView& view : cells)
        if (std::find(levels.begin(), levels.end(), view.cell.level) == levels.end())
            levels.push_back(view.cell.level);
    for (std::size_t i = 0; i < levels.size(); ++i)
        addLabel(levelText(levels[i]), static_cast<int>(i) + 1, 0, "strong")->setMinimumWidth(50);
    for (const CellView& view : cells) {
        const int row =
            static_cast<int>(std::find(levels.begin(), levels.end(), view.cell.level) - levels.begin());
        auto* button = new CellButton(this);
        button->setLow(m_low);
        button->installEventFilter(this);
        const anatomy::Cell cell = view.cell;
        connect(button, &QAbstractButton::clicked, this, [this, cell] { Q_EMIT activated(cell); });
        connect(button, &QWidget::customContextMenuRequested, this,
                [this, cell, button](QPoint at) { Q_EMIT menuRequested(cell, button->mapToGlobal(at)); });
        m_layout->addWidget(button, row + 1, columnOf(cell) + 1);
        button->setVisible(true);
        m_buttons[cell] = button;
        m_places[{row, columnOf(cell)}] = button;
    }
}

bool LevelGrid::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier) return false;
        int rows = 0, columns = 0;
        switch (key->key()) {
        case Qt::Key_Up:
            rows = -1;
            break;
        case Qt::Key_Down:
            rows = 1;
            break;
        case Qt::Key_Left:
            columns = -1;
            break;
        case Qt::Key_Right:
            columns = 1;
            break;
        default:
            return false;
        }
        if (event->type() == QEvent::ShortcutOverride)
            event->accept(); // no shortcut: the key press comes next
        else
            moveFocus(rows, columns);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void LevelGrid::moveFocus(int rows, int columns) {
    for (const auto& [place, button] : m_places) {
        if (!button->hasFocus()) continue;
        const auto next = m_places.find({place.first + rows, place.second + columns});
        if (next != m_places.end()) next->second->setFocus(Qt::TabFocusReason);
        return;
    }
}

} // namespace forameter::ui
