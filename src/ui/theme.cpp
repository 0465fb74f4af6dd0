// SPDX-License-Identifier: Apache-2.0
#include "theme.hpp"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QStaticText>
#include <QStyle>
#include <QSvgRenderer>

namespace forameter::ui {

namespace {

const Theme* g_theme = nullptr; // the one piece of global state of the module: painting code cannot be handed
                                // it through Qt's events

/// Renders the SVG at the size and ratio asked for, in the colours of the theme in force, instead of scaling
/// a pixmap.
class SvgIconEngine : public QIconEngine {
public:
    explicit SvgIconEngine(QString name) : m_name(std::move(name)) {}
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const int side = std::min(rect.width(), rect.height());
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        const QPointF at(rect.x() + (rect.width() - side) / 2.0, rect.y() + (rect.height() - side) / 2.0);
        painter->drawPixmap(at, iconPixmap(m_name, color(mode, state), side, ratio));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override {
        const int side = std::min(size.width(), size.height());
        return iconPixmap(m_name, color(mode, state), qRound(side / scale), scale);
    }
    QIconEngine* clone() const override { return new SvgIconEngine(*this); }

private:
    static QColor color(QIcon::Mode mode, QIcon::State state) {
        QColor color = state == QIcon::On ? theme().accentText : theme().text;
        if (mode == QIcon::Disabled) color.setAlphaF(0.35f);
        return color;
    }
    QString m_name;
};

QString styleSheet(const Theme& t) {
    QString css = QStringLiteral(R"(
QToolTip { background: @raised; color: @strong; border: 1px solid @line; padding: 4px 6px; }
QMenuBar { background: @panel; color: @text; padding: 0; }
QMenuBar::item { padding: 5px 7px; background: transparent; border-radius: 5px; }
QMenuBar::item:selected { background: @raised; color: @strong; }
#qt_menubar_ext_button { background: @raised; border: none; padding: 0; }
QMenu { background: @panel; color: @text; border: 1px solid @line; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: @raised; color: @strong; }
QMenu::item:disabled { color: @quiet; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QPushButton { background: @raised; color: @strong; border: 1px solid @hover; border-radius: 6px; padding: 6px 12px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @line; }
QPushButton:disabled { color: @quiet; background: @panel; border-color: @line; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton[primary="true"] { background: @accentDeep; border-color: @accentDeep; color: @accentText; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accent; }
QPushButton[primary="true"]:disabled { background: @raised; border-color: @line; color: @quiet; }
QPushButton[quiet="true"] { background: transparent; border-color: @line; color: @text; }
QPushButton[quiet="true"]:hover { background: @raised; }
QPushButton[choice="true"] { padding: 4px 4px; background: transparent; border-color: @line; color: @text; font-size: 12px; }
QPushButton[choice="true"]:checked { background: @raised; border-color: @accent; color: @strong; }
QPushButton[choice="true"]:focus { border-color: @accent; }
QPushButton[room="true"] { border: 1px solid transparent; padding: 5px 12px; background: transparent; color: @text; }
QPushButton[room="true"]:checked { background: @raised; color: @strong; }
QPushButton[room="true"]:hover { color: @strong; }
QPushButton[room="true"]:focus { border-color: @accent; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: @text; }
QToolButton:hover { background: @hover; }
QToolButton:checked { background: @accentDeep; color: @accentText; }
QToolButton:focus { border: 1px solid @accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QKeySequenceEdit { background: @field; color: @strong;
  border: 1px solid @hover; border-radius: 5px; padding: 4px 7px; selection-background-color: @accentDeep; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QAbstractItemView { background: @panel; color: @text; border: 1px solid @line; selection-background-color: @raised; }
QAbstractItemView { background: @panel; color: @text; border: none; outline: none; selection-background-color: @raised;
  selection-color: @strong; }
QAbstractItemView[picking="true"] { selection-background-color: @accentDeep; selection-color: @accentText; }
QListWidget[picking="true"]::item { padding: 5px 8px; border-radius: 4px; }
QListWidget[picking="true"]::item:selected { background: @accentDeep; color: @accentText; }
QTableView::item:focus { background: @raised; color: @strong; border: 1px solid @accent; }
QTableView[picking="true"]::item:selected:focus { background: @accentDeep; color: @accentText; }
QHeaderView::section { background: @panel; color: @quiet; border: none; border-bottom: 1px solid @line; padding: 5px 3px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @hover; border-radius: 4px; min-height: 26px; min-width: 26px; margin: 1px; }
QScrollBar::handle:hover { background: @quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QTabWidget::pane { border: 1px solid @line; border-radius: 6px; top: -1px; }
QTabBar::tab { background: transparent; color: @quiet; padding: 7px 14px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @strong; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QProgressBar { background: @raised; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QCheckBox, QRadioButton { color: @text; spacing: 7px; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 14px; height: 14px; border: 1px solid @quiet; border-radius: 3px; background: @field; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: @accentDeep; border-color: @accentDeep; image: url(:/icons/check-mark.svg); }
QCheckBox::indicator:focus { border-color: @accent; }
QComboBox::down-arrow { image: url(:/icons/drop-down.svg); width: 11px; height: 11px; }
QAbstractSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right; width: 20px; border: none; background: transparent; }
QAbstractSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right; width: 20px; border: none; background: transparent; }
QAbstractSpinBox::up-arrow { image: url(:/icons/drop-up.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/drop-down.svg); width: 9px; height: 9px; }
QGroupBox { border: 1px solid @line; border-radius: 6px; margin-top: 10px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; color: @quiet; }
QSplitter::handle { background: @background; }
#TopBar { background: @panel; border-bottom: 1px solid @line; }
#HintBar { background: @panel; border-top: 1px solid @line; }
#SidePanel, #SidePanel QScrollArea, #SidePanel QScrollArea > QWidget > QWidget { background: @panel; }
QLabel[heading="true"] { color: @quiet; font-weight: 600; font-size: 11px; }
QLabel[quiet="true"] { color: @quiet; }
QLabel[strong="true"] { color: @strong; }
QLabel[title="true"] { color: @strong; font-size: 20px; font-weight: 600; }
QLabel[warning="true"] { color: @warning; }
QFrame[rule="true"] { background: @line; max-height: 1px; min-height: 1px; border: none; }
)");
    const auto set = [&css](const char* key, const QColor& color) {
        css.replace(QLatin1Char('@') + QLatin1String(key) + QLatin1Char(';'),
                    color.name() + QLatin1Char(';'));
        css.replace(QLatin1Char('@') + QLatin1String(key) + QLatin1Char(' '),
                    color.name() + QLatin1Char(' '));
    };
    set("background", t.background);
    set("panel", t.panel);
    set("raised", t.raised);
    set("hover", t.hover);
    set("line", t.line);
    set("field", t.field);
    set("text", t.text);
    set("strong", t.strong);
    set("quiet", t.quiet);
    set("accentDeep", t.dark ? QColor(0x1f, 0x7a, 0x6e) : t.accent);
    set("accentText", t.accentText);
    set("accent", t.accent);
    set("warning", t.warning);
    return css;
}

} // namespace

const Theme& Theme::darkTheme() {
    static const Theme dark{.dark = true,
                            .background = QColor(0x11, 0x14, 0x17),
                            .panel = QColor(0x17, 0x1b, 0x20),
                            .raised = QColor(0x22, 0x29, 0x32),
                            .hover = QColor(0x2e, 0x37, 0x42),
                            .line = QColor(0x25, 0x2b, 0x32),
                            .field = QColor(0x11, 0x14, 0x17),
                            .text = QColor(0xcf, 0xd6, 0xdd),
                            .strong = QColor(0xee, 0xf2, 0xf5),
                            .quiet = QColor(0x8a, 0x97, 0xa3),
                            .accent = QColor(0x3f, 0xc1, 0xb0),
                            .accentText = QColor(0xee, 0xf2, 0xf5),
                            .good = QColor(0x5f, 0xd0, 0xa5),
                            .warning = QColor(0xe9, 0xa2, 0x3b),
                            .alarm = QColor(0xff, 0x7a, 0x33)};
    return dark;
}

const Theme& Theme::lightTheme() {
    static const Theme light{.dark = false,
                             .background = QColor(0xdf, 0xe3, 0xe7),
                             .panel = QColor(0xf5, 0xf7, 0xf8),
                             .raised = QColor(0xe8, 0xec, 0xef),
                             .hover = QColor(0xd3, 0xd9, 0xdf),
                             .line = QColor(0xd5, 0xda, 0xdf),
                             .field = QColor(0xff, 0xff, 0xff),
                             .text = QColor(0x2f, 0x38, 0x41),
                             .strong = QColor(0x10, 0x16, 0x1b),
                             .quiet = QColor(0x5e, 0x6b, 0x77),
                             .accent = QColor(0x0b, 0x7d, 0x70),
                             .accentText = QColor(0xff, 0xff, 0xff),
                             .good = QColor(0x0b, 0x7d, 0x55),
                             .warning = QColor(0x9a, 0x5b, 0x00),
                             .alarm = QColor(0xb8, 0x40, 0x00)};
    return light;
}

const Theme& theme() {
    return g_theme ? *g_theme : Theme::darkTheme();
}

void applyTheme(const Theme& t) {
    g_theme = &t;
    QApplication::setStyle(QStringLiteral("Fusion"));
    QPalette p;
    p.setColor(QPalette::Window, t.panel);
    p.setColor(QPalette::Base, t.field);
    p.setColor(QPalette::AlternateBase, t.panel);
    p.setColor(QPalette::Button, t.raised);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::ButtonText, t.strong);
    p.setColor(QPalette::BrightText, t.strong);
    p.setColor(QPalette::PlaceholderText, t.quiet);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.dark ? t.background : t.accentText);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.strong);
    p.setColor(QPalette::Link, t.accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.quiet);
    QApplication::setPalette(p);
    QApplication::setFont(uiFont(13));
    if (auto* app = qobject_cast<QApplication*>(QCoreApplication::instance()))
        app->setStyleSheet(styleSheet(t));
}

QFont uiFont(int pixelSize, QFont::Weight weight) {
    static const bool hasInter = QFontDatabase::hasFamily(QStringLiteral("Inter"));
    QFont font =
        hasInter ? QFont(QStringLiteral("Inter")) : QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setPixelSize(pixelSize);
    font.setWeight(weight);
    return font;
}

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio) {
    const QString key = QStringLiteral("fm:%1:%2:%3:%4")
                            .arg(name, color.name(QColor::HexArgb))
                            .arg(size)
                            .arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return pixmap;
    QByteArray svg = file.readAll();
    svg.replace("#000", color.name(QColor::HexRgb).toLatin1());
    pixmap = QPixmap(QSize(size, size) * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setOpacity(color.alphaF());
    QSvgRenderer(svg).render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon icon(const QString& name) {
    return QIcon(new SvgIconEngine(name));
}

namespace {
qreal digitAdvance(const QFont& font, const QFontMetricsF& metrics) {
    static QHash<int, qreal>
        known; // by size and weight: there is one family, and painting is done by one thread
    qreal& widest = known[1000 * font.pixelSize() + font.weight()];
    if (widest == 0.0)
        for (char c = '0'; c <= '9'; ++c)
            widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(c)));
    return widest;
}
} // namespace

qreal figuresWidth(const QFont& font, const QString& text) {
    const QFontMetricsF metrics(font);
    const qreal digit = digitAdvance(font, metrics);
    qreal width = 0.0;
    for (const QChar c : text)
        width += c.isDigit() ? digit : metrics.horizontalAdvance(c);
    return width;
}

void drawFigures(QPainter& painter, QPointF baseline, const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const qreal digit = digitAdvance(painter.font(), metrics);
    // Characters laid out once; live numbers change with every move of the pointer.
    static QHash<std::pair<QChar, int>, QStaticText> glyphs;
    const int fontKey = 1000 * painter.font().pixelSize() + painter.font().weight();
    for (const QChar c : text) {
        const qreal own = metrics.horizontalAdvance(c);
        const qreal advance = c.isDigit() ? digit : own;
        QStaticText& glyph = glyphs[{c, fontKey}];
        if (glyph.text().isEmpty()) {
            glyph.setText(QString(c));
            glyph.setTextFormat(Qt::PlainText);
            glyph.prepare(QTransform(), painter.font());
        }
        painter.drawStaticText(baseline + QPointF((advance - own) / 2.0, -metrics.ascent()), glyph);
        baseline.rx() += advance;
    }
}

} // namespace forameter::ui
