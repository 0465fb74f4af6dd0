// SPDX-License-Identifier: Apache-2.0
#include "preferences_dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>
#include <array>
#include <cmath>

#include "action_map.hpp"
#include "bindings_model.hpp"
#include "forameter/tools/tool.hpp"
#include "labels.hpp"

namespace forameter::ui {

using workspace::MouseAction;
using workspace::MouseButton;
using workspace::MouseChord;

namespace {
constexpr std::array kScales{1.0, 1.25, 1.5, 1.75, 2.0};
constexpr std::array kTools{tools::ToolKind::Spline, tools::ToolKind::Polygon, tools::ToolKind::Freehand,
                            tools::ToolKind::LiveWire, tools::ToolKind::Brush};
constexpr std::array kMouseActions{MouseAction::WindowLevel, MouseAction::Pan,       MouseAction::Zoom,
                                   MouseAction::Slices,      MouseAction::Crosshair, MouseAction::ToolSize};

std::vector<MouseChord> allChords() {
    std::vector<MouseChord> chords;
    for (const MouseButton button :
         {MouseButton::Left, MouseButton::Middle, MouseButton::Right, MouseButton::Wheel}) {
        chords.push_back({button});
        chords.push_back({.button = button, .shift = true});
        chords.push_back({.button = button, .control = true});
        chords.push_back({.button = button, .alt = true});
    }
    return chords;
}

/// Wherever on a line the ring is, it is the line's key that F2, Return or a double click change.
class KeysTable : public QTableView {
public:
    using QTableView::QTableView;

protected:
    using QTableView::edit;
    bool edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) override {
        return QTableView::edit(index.siblingAtColumn(BindingsModel::Keys), trigger, event);
    }
    void keyPressEvent(QKeyEvent* event) override {
        const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (enter && state() != EditingState && currentIndex().isValid())
            edit(currentIndex(), AllEditTriggers, event); // and not the dialog's OK
        else
            QTableView::keyPressEvent(event);
    }
};
} // namespace

QWidget* KeyDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* editor = new QKeySequenceEdit(parent);
    if (auto* field = editor->findChild<QLineEdit*>())
        field->setPlaceholderText(QStringLiteral("Press the new key"));
    connect(
        editor, &QKeySequenceEdit::editingFinished, this,
        [this, editor] {
            auto* self = const_cast<KeyDelegate*>(this);
            Q_EMIT self->commitData(editor);
            Q_EMIT self->closeEditor(editor);
        },
        Qt::SingleShotConnection); // leaving the field, which is closed then, finishes once more
    return editor;
}

void KeyDelegate::setEditorData(QWidget*, const QModelIndex&) const {} // starts empty: press the new key

void KeyDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
    const QKeySequence keys = static_cast<QKeySequenceEdit*>(editor)->keySequence();
    if (keys.isEmpty()) return;
    model->setData(index, QKeySequence(keys[0]).toString(QKeySequence::PortableText), Qt::EditRole);
}

/// Esc leaves the key as it was; every other key, Return and Tab among them, is the new one.
bool KeyDelegate::eventFilter(QObject* editor, QEvent* event) {
    const bool press = event->type() == QEvent::KeyPress;
    if (!press && event->type() != QEvent::ShortcutOverride)
        return QStyledItemDelegate::eventFilter(editor, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_Escape || key->modifiers() != Qt::NoModifier) return false;
    event->accept();
    auto* field = qobject_cast<QKeySequenceEdit*>(editor);
    if (press && field) {
        field->clear(); // leaving it hands out what was pressed before
        Q_EMIT closeEditor(field, QAbstractItemDelegate::RevertModelCache);
    }
    return true;
}

PreferencesDialog::PreferencesDialog(const workspace::Preferences& preferences, QWidget* parent)
    : QDialog(parent),
      m_preferences(preferences),
      m_model(new BindingsModel(preferences.bindings, this)),
      m_theme(new QComboBox(this)),
      m_scale(new QComboBox(this)),
      m_tool(new QComboBox(this)),
      m_window(new QComboBox(this)),
      m_import(new QComboBox(this)),
      m_radius(new QDoubleSpinBox(this)),
      m_proposals(new QCheckBox(QStringLiteral("Let a model propose levels and contours"), this)),
      m_mouse(new QTableWidget(this)),
      m_message(plainLabel(QString(), this, "warning")) {
    setObjectName(QStringLiteral("Preferences"));
    setWindowTitle(QStringLiteral("Preferences"));
    resize(fitting({680, 560}, parent));
    auto* tabs = new QTabWidget(this);
    tabs->addTab(makeGeneral(), QStringLiteral("General"));
    tabs->addTab(makeKeys(), QStringLiteral("Keys"));
    tabs->addTab(makeMouse(), QStringLiteral("Mouse"));
    for (const int step : {1, -1}) { // from wherever the focus is
        const QKeySequence key(step > 0 ? QStringLiteral("Ctrl+Tab") : QStringLiteral("Ctrl+Shift+Tab"));
        connect(new QShortcut(key, this), &QShortcut::activated, this, [tabs, step] {
            tabs->setCurrentIndex((tabs->currentIndex() + tabs->count() + step) % tabs->count());
        });
    }
    m_message->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    markPrimary(buttons->button(QDialogButtonBox::Ok));
    auto* reset = buttons->addButton(QStringLiteral("Default keys and mouse"), QDialogButtonBox::ResetRole);
    connect(reset, &QPushButton::clicked, this, [this] {
        m_model->resetAll();
        fillMouse();
        say(QStringLiteral("All keys and mouse buttons are as at the start. Cancel keeps yours."));
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_model, &BindingsModel::refused, this, &PreferencesDialog::say);
    connect(m_model, &BindingsModel::accepted, this, [this] { say(QString()); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(tabs, 1);
    column->addWidget(m_message);
    column->addWidget(buttons);
    say(QString());
}

void PreferencesDialog::say(const QString& sentence) {
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
}

QWidget* PreferencesDialog::makeGeneral() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setContentsMargins(18, 18, 18, 18);
    form->setVerticalSpacing(12);
    form->setHorizontalSpacing(18);
    m_theme->addItems({QStringLiteral("Dark"), QStringLiteral("Light")});
    m_theme->setCurrentIndex(m_preferences.theme == workspace::Theme::Dark ? 0 : 1);
    for (const double scale : kScales)
        m_scale->addItem(QStringLiteral("%1 %").arg(scale * 100));
    const auto nearest = std::min_element(kScales.begin(), kScales.end(), [this](double a, double b) {
        return std::abs(a - m_preferences.scale) < std::abs(b - m_preferences.scale);
    });
    m_scale->setCurrentIndex(static_cast<int>(nearest - kScales.begin()));
    for (const auto kind : kTools) {
        const QString name = qstring(tools::name(kind));
        m_tool->addItem(name.left(1).toUpper() + name.mid(1), name);
    }
    m_tool->setCurrentIndex(m_tool->findData(qstring(m_preferences.tool)));
    m_radius->setRange(0.3, 50.0);
    m_radius->setSingleStep(0.1);
    m_radius->setDecimals(1);
    m_radius->setButtonSymbols(QAbstractSpinBox::NoButtons); // arrow keys and the wheel step it
    m_radius->setSuffix(QStringLiteral(" mm"));
    m_radius->setValue(m_preferences.brushRadius);
    m_window->addItems({QStringLiteral("As last used for this weighting"),
                        QStringLiteral("As the scanner wrote it"), QStringLiteral("From the grey values")});
    m_window->setCurrentIndex(static_cast<int>(m_preferences.window));
    m_import->addItems(
        {QStringLiteral("Copy files into the store's folder"), QStringLiteral("Leave files where they are")});
    m_import->setCurrentIndex(static_cast<int>(m_preferences.onImport));
    form->addRow(QStringLiteral("Theme"), m_theme);
    form->addRow(QStringLiteral("Size of the interface"), m_scale);
    form->addRow(QString(),
                 plainLabel(QStringLiteral("A new size is used from the next start."), page, "quiet"));
    form->addRow(QStringLiteral("Tool that a cell starts with"), m_tool);
    form->addRow(QStringLiteral("Radius of brush, sculptor and smoother"), m_radius);
    form->addRow(QStringLiteral("First window and level"), m_window);
    form->addRow(QStringLiteral("Import"), m_import);
    m_proposals->setChecked(m_preferences.proposals);
    form->addRow(QStringLiteral("Proposals"), m_proposals);
    form->addRow(
        QString(),
        plainLabel(QStringLiteral("From the next study on. In a round, the round decides."), page, "quiet"));
    return page;
}

QWidget* PreferencesDialog::makeKeys() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    auto* filter = new QLineEdit(page);
    filter->setPlaceholderText(QStringLiteral("Find an action"));
    filter->setClearButtonEnabled(true);
    auto* proxy = new QSortFilterProxyModel(this);
    proxy->setSourceModel(m_model);
    proxy->setFilterKeyColumn(-1);
    proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    auto* table = new KeysTable(page);
    connect(filter, &QLineEdit::textChanged, this, [this, proxy](const QString& text) {
        proxy->setFilterFixedString(text);
        say(proxy->rowCount() > 0 ? QString() : QStringLiteral("Nothing here is called “%1”.").arg(text));
    });
    auto* down = new QShortcut(QKeySequence(Qt::Key_Down), filter);
    down->setContext(Qt::WidgetShortcut);
    connect(down, &QShortcut::activated, this, [table] {
        if (!table->currentIndex().isValid())
            table->setCurrentIndex(table->model()->index(0, BindingsModel::Keys));
        table->setFocus(Qt::TabFocusReason);
    });
    table->setObjectName(QStringLiteral("KeysTable"));
    table->setModel(proxy);
    table->setItemDelegateForColumn(BindingsModel::Keys, new KeyDelegate(table));
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->setColumnWidth(BindingsModel::Group, 110);
    table->setColumnWidth(BindingsModel::Title, 240);
    column->addWidget(filter);
    column->addWidget(table, 1);
    column->addWidget(plainLabel(
        QStringLiteral(
            "Double click a line, or press Return on it, then press the new key. Esc leaves it as it was."),
        page, "quiet"));
    return page;
}

QWidget* PreferencesDialog::makeMouse() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    m_mouse->setColumnCount(2);
    m_mouse->setHorizontalHeaderLabels({QStringLiteral("Mouse"), QStringLiteral("Does")});
    m_mouse->horizontalHeader()->setStretchLastSection(true);
    m_mouse->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_mouse->setColumnWidth(0, 200);
    m_mouse->verticalHeader()->hide();
    m_mouse->setShowGrid(false);
    m_mouse->setSelectionMode(QAbstractItemView::NoSelection);
    column->addWidget(m_mouse, 1);
    auto* note = plainLabel(QStringLiteral("While a contour tool is active the left button belongs to the "
                                           "tool; middle, right and wheel keep their meaning."),
                            page, "quiet");
    note->setWordWrap(true);
    column->addWidget(note);
    fillMouse();
    return page;
}

void PreferencesDialog::fillMouse() {
    const auto chords = allChords();
    m_mouse->setRowCount(static_cast<int>(chords.size()));
    const auto& bindings = m_model->bindings().mouse();
    for (int row = 0; row < m_mouse->rowCount(); ++row) {
        const MouseChord chord = chords[static_cast<std::size_t>(row)];
        auto* name = new QTableWidgetItem(qstring(workspace::text(chord)));
        name->setFlags(Qt::ItemIsEnabled);
        m_mouse->setItem(row, 0, name);
        auto* box = new QComboBox(m_mouse);
        box->addItem(QStringLiteral("nothing"));
        for (const MouseAction action : kMouseActions)
            box->addItem(qstring(workspace::title(action)));
        const auto bound =
            std::find_if(bindings.begin(), bindings.end(), [&](const auto& b) { return b.chord == chord; });
        int shown =
            bound == bindings.end()
                ? 0
                : 1 + static_cast<int>(std::find(kMouseActions.begin(), kMouseActions.end(), bound->action) -
                                       kMouseActions.begin());
        box->setCurrentIndex(shown);
        connect(box, &QComboBox::activated, this, [this, chord, box, shown](int index) mutable {
            const auto action = index == 0 ? std::optional<MouseAction>()
                                           : kMouseActions[static_cast<std::size_t>(index) - 1];
            const auto set = m_model->setMouse(chord, action);
            say(set ? QString() : qstring(set.error().message));
            if (set) shown = index;
            box->setCurrentIndex(shown);
        });
        m_mouse->setCellWidget(row, 1, box);
    }
}

workspace::Preferences PreferencesDialog::preferences() const {
    workspace::Preferences p = m_preferences;
    p.theme = m_theme->currentIndex() == 0 ? workspace::Theme::Dark : workspace::Theme::Light;
    p.scale = kScales[static_cast<std::size_t>(m_scale->currentIndex())];
    p.tool = m_tool->currentData().toString().toStdString();
    p.brushRadius = m_radius->value();
    p.proposals = m_proposals->isChecked();
    p.window = static_cast<workspace::WindowOrigin>(m_window->currentIndex());
    p.onImport = static_cast<workspace::OnImport>(m_import->currentIndex());
    p.bindings = m_model->bindings();
    return p;
}

} // namespace forameter::ui
