// SPDX-License-Identifier: Apache-2.0
#include "dialogs.hpp"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHash>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>

#include "action_map.hpp"
#include "dialog_column.hpp"
#include "forameter/core/text.hpp"
#include "forameter/core/words.hpp"
#include "labels.hpp"
#include "scrolled.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {
/// The folder, "/" included, that all files lie in; empty where there is none, or one file.
QString commonFolder(const QStringList& files) {
    if (files.size() < 2) return {};
    QString common = files.front();
    for (const QString& file : files) {
        qsizetype same = 0;
        while (same < std::min(common.size(), file.size()) && common[same] == file[same])
            ++same;
        common.truncate(same);
    }
    const qsizetype slash = common.lastIndexOf(QLatin1Char('/'));
    return slash > 0 ? common.left(slash + 1) : QString();
}

/// "FILE cannot be used: REASON" in two; other sentences are a reason without a file.
std::pair<QString, QString> fileAndReason(const QString& sentence) {
    const QString verb = QStringLiteral(" cannot be used: ");
    const qsizetype at = sentence.indexOf(verb);
    return at < 0 ? std::pair(QString(), sentence)
                  : std::pair(sentence.left(at), sentence.mid(at + verb.size()));
}

constexpr qsizetype kNamed = 6; ///< files of one reason; the copied list has them all

/// Files that were refused for the same reason share a line, most of them first.
QStringList linesOf(const QStringList& sentences, const QString& folder) {
    std::vector<std::pair<QString, QStringList>> reasons;
    QHash<QString, std::size_t> known;
    for (const QString& sentence : sentences) {
        const auto [file, reason] = fileAndReason(sentence);
        if (!known.contains(reason)) {
            known.insert(reason, reasons.size());
            reasons.push_back({reason, {}});
        }
        if (!file.isEmpty()) reasons[known.value(reason)].second << file.mid(folder.size());
    }
    std::ranges::stable_sort(reasons, std::greater{}, [](const auto& each) { return each.second.size(); });
    QStringList lines;
    for (auto& [reason, files] : reasons) {
        const qsizetype count = files.size();
        if (count > 1 && reason.endsWith(QLatin1Char('.'))) reason.chop(1);
        if (!reason.isEmpty() && count > 1) reason[0] = reason[0].toUpper();
        if (count > kNamed) {
            files.resize(kNamed);
            files << QStringLiteral("and %1 more").arg(count - kNamed);
        }
        lines << (files.isEmpty() ? reason
                  : files.size() == 1
                      ? files.front() + QStringLiteral(" cannot be used: ") + reason
                      : QStringLiteral("%1 (%2): %3")
                            .arg(reason, QString::number(count), files.join(QStringLiteral(", "))));
    }
    return lines;
}

/// As high as its rows, so that none hides and no empty band is left.
void fitRows(QListWidget& list) {
    list.setProperty("picking", true);
    list.ensurePolished();
    list.setFixedHeight(list.count() * list.sizeHintForRow(0) + 2 * list.frameWidth() + 2);
    list.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}
} // namespace

ImportReport::ImportReport(const workspace::Workspace::ImportSummary& summary, QWidget* parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("ImportReport"));
    setWindowTitle(QStringLiteral("Import"));
    resize(fitting({760, 460}, parent));
    auto* column = dialogColumn(
        this, summary.images == 0 ? QStringLiteral("Nothing was added")
              : summary.studies == 0
                  ? qstring(counted(summary.images, "image")) + QStringLiteral(" added")
                  : qstring(counted(summary.studies, "study", "studies")) + QStringLiteral(" added"));
    QStringList brought{QStringLiteral("%1 series, %2 added; %3 there already.")
                            .arg(summary.series)
                            .arg(qstring(counted(summary.images, "image")))
                            .arg(summary.unchanged)};
    if (!summary.refused.empty())
        brought << qstring(counted(summary.refused.size(), "file was", "files were")) +
                       QStringLiteral(" refused; everything else is not affected.");
    auto* said = plainLabel(brought.join(QLatin1Char(' ')), this);
    said->setWordWrap(true);
    column->addWidget(said);
    QStringList files, whole;
    for (const std::string& sentence : summary.refused) {
        whole << qstring(sentence);
        if (const QString file = fileAndReason(whole.back()).first; !file.isEmpty()) files << file;
    }
    const QString folder = commonFolder(files); // once, so that the reasons are what meets the eye
    QStringList lines = linesOf(whole, folder);
    if (!summary.notDicom.empty()) {
        QStringList names;
        for (const std::string& path : summary.notDicom)
            names << qstring(shown(std::filesystem::path(path).filename()));
        const auto line =
            QStringLiteral("No DICOM (%1): %2").arg(names.size()).arg(names.join(QStringLiteral(", ")));
        lines << line;
        whole << line;
    }
    if (!folder.isEmpty()) column->addWidget(plainLabel(QStringLiteral("In %1").arg(folder), this, "quiet"));
    auto* text =
        new QPlainTextEdit(lines.join(QLatin1Char('\n')), this); // plain: names come from files of strangers
    text->setReadOnly(true);
    column->addWidget(text, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(QStringLiteral("Copy list"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this,
            [whole] { QApplication::clipboard()->setText(whole.join(QLatin1Char('\n'))); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

namespace {
/// Nothing is chosen at first, though the focus is on the first row: the first arrow key chooses that one.
class UnchosenList : public QListWidget {
public:
    using QListWidget::QListWidget;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if (selectedItems().isEmpty() && (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up))
            setCurrentRow(0, QItemSelectionModel::ClearAndSelect);
        else
            QListWidget::keyPressEvent(event);
    }
};
} // namespace

NotAssessableDialog::NotAssessableDialog(const QString& cell, QWidget* parent)
    : QDialog(parent), m_reasons(new UnchosenList(this)), m_own(new QLineEdit(this)) {
    setObjectName(QStringLiteral("NotAssessableDialog"));
    setWindowTitle(QStringLiteral("Not assessable"));
    setMinimumWidth(420);
    auto* column = dialogColumn(this, QStringLiteral("Why can %1 not be measured?").arg(cell));
    m_reasons->addItems({QStringLiteral("Motion or other artefact"), QStringLiteral("Metal artefact"),
                         QStringLiteral("Border cannot be seen"),
                         QStringLiteral("Slice misses the structure"),
                         QStringLiteral("Previous surgery or fusion")});
    fitRows(*m_reasons);
    column->addWidget(plainLabel(QStringLiteral("Arrow keys choose, Return records it."), this, "quiet"));
    column->addWidget(m_reasons);
    m_own->setPlaceholderText(QStringLiteral("or in your own words"));
    m_own->setMaxLength(200);
    column->addWidget(m_own);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    auto* record = buttons->button(QDialogButtonBox::Ok);
    record->setText(QStringLiteral("Record"));
    record->setEnabled(false);
    markPrimary(record);
    const auto refresh = [this, record] { record->setEnabled(!reason().isEmpty()); };
    connect(m_reasons, &QListWidget::itemSelectionChanged, this, refresh);
    connect(m_own, &QLineEdit::textChanged, this, refresh);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_reasons, &QListWidget::itemDoubleClicked, this, &QDialog::accept);
    column->addWidget(buttons);
    m_reasons->setFocus();
}

QString NotAssessableDialog::reason() const {
    const QString own = m_own->text().trimmed();
    if (!own.isEmpty()) return own;
    const auto chosen = m_reasons->selectedItems(); // the row with the focus is no choice yet
    return chosen.isEmpty() ? QString() : chosen.front()->text();
}

WeightingDialog::WeightingDialog(const QString& title, const QString& description,
                                 std::optional<Weighting> now, QWidget* parent)
    : QDialog(parent), m_choices(new QListWidget(this)) {
    setObjectName(QStringLiteral("WeightingDialog"));
    setWindowTitle(QStringLiteral("Correct weighting"));
    setMinimumWidth(420);
    auto* column = dialogColumn(this, QStringLiteral("%1 is really:").arg(title));
    auto* words = plainLabel(
        QStringLiteral("%1Series are chosen by their weighting. A correction counts for everybody who reads "
                       "this study; areas that are stored stay as they are.")
            .arg(description.isEmpty()
                     ? QString()
                     : QStringLiteral("The scanner calls it \u201c%1\u201d. ").arg(description)),
        this);
    words->setWordWrap(true);
    column->addWidget(words);
    m_choices->addItems({QStringLiteral("T1"), QStringLiteral("T2"), QStringLiteral("PD"),
                         QStringLiteral("STIR, or T2 with fat saturation"), QStringLiteral("Not known")});
    m_choices->setCurrentRow(now ? static_cast<int>(*now) : m_choices->count() - 1);
    fitRows(*m_choices);
    m_choices->setAccessibleName(QStringLiteral("Weighting"));
    column->addWidget(m_choices);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    auto* record = buttons->button(QDialogButtonBox::Ok);
    record->setText(QStringLiteral("Record weighting"));
    record->setEnabled(false);
    markPrimary(record);
    connect(m_choices, &QListWidget::currentRowChanged, this,
            [this, record, now] { record->setEnabled(weighting() != now); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_choices, &QListWidget::itemDoubleClicked, record, &QPushButton::click);
    column->addWidget(buttons);
    m_choices->setFocus();
}

std::optional<Weighting> WeightingDialog::weighting() const {
    constexpr std::array kChoices{Weighting::T1, Weighting::T2, Weighting::PD, Weighting::STIR};
    const auto row = static_cast<std::size_t>(m_choices->currentRow());
    return row < kChoices.size() ? std::optional(kChoices[row]) : std::nullopt;
}

namespace {

struct SheetRow {
    QString what;
    QStringList keys;
};

QStringList keysOf(const workspace::Bindings& bindings, workspace::ActionId id) {
    QStringList keys;
    for (const std::string& key : bindings.keys(id))
        keys << nativeKey(key);
    return keys;
}

/// One group of the sheet: rows of words and key caps.
class SheetGroup : public QWidget {
public:
    SheetGroup(QString title, std::vector<SheetRow> rows, QWidget* parent)
        : QWidget(parent), m_title(std::move(title)), m_rows(std::move(rows)) {
        QString spoken = m_title;
        for (const SheetRow& row : m_rows)
            spoken += QStringLiteral(". %1: %2").arg(row.what, row.keys.join(QStringLiteral(" or ")));
        setAccessibleName(spoken);
    }
    [[nodiscard]] int wantedHeight() const { return 30 + 23 * static_cast<int>(m_rows.size()); }

protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& t = theme();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(uiFont(13, QFont::DemiBold));
        painter.setPen(t.accent);
        painter.drawText(QPointF(0, 16), m_title);
        const QFont font = uiFont(12), small = uiFont(11, QFont::Medium);
        const QFontMetricsF metrics(font), capMetrics(small);
        double y = 28;
        for (const SheetRow& row : m_rows) {
            double x = width();
            for (auto key = row.keys.rbegin(); key != row.keys.rend(); ++key) {
                const double cap = std::max(19.0, capMetrics.horizontalAdvance(*key) + 10);
                x -= cap;
                painter.setPen(QPen(t.hover, 1));
                painter.setBrush(t.raised);
                painter.drawRoundedRect(QRectF(x + 0.5, y + 1.5, cap - 1, 18), 4, 4);
                painter.setFont(small);
                painter.setPen(t.strong);
                painter.drawText(QPointF(x + (cap - capMetrics.horizontalAdvance(*key)) / 2, y + 14.5), *key);
                x -= 5;
            }
            painter.setFont(font);
            painter.setPen(t.text);
            painter.drawText(QPointF(0, y + 14.5), metrics.elidedText(row.what, Qt::ElideRight, x - 4));
            y += 23;
        }
    }

private:
    QString m_title;
    std::vector<SheetRow> m_rows;
};

/// The groups in their order, in as many columns of about equal height as the width has room for.
class SheetPage : public QWidget {
public:
    explicit SheetPage(QWidget* parent) : QWidget(parent) {
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
        setMinimumWidth(kColumn + 2 * kMargin);
    }
    void add(SheetGroup* group) { m_groups.push_back(group); }
    [[nodiscard]] QSize sizeHint() const override {
        const int width = widthOf(kMostColumns);
        return {width, heightForWidth(width)};
    }
    [[nodiscard]] int heightForWidth(int width) const override {
        int height = 0;
        for (const QRect& place : places(width))
            height = std::max(height, place.bottom() + 1);
        return height + kMargin;
    }

protected:
    void resizeEvent(QResizeEvent*) override {
        const auto there = places(width());
        for (std::size_t i = 0; i < m_groups.size(); ++i)
            m_groups[i]->setGeometry(there[i]);
    }

private:
    static constexpr int kMostColumns = 4, kColumn = 270, kGap = 34, kMargin = 22, kBelow = 14; // pixels
    [[nodiscard]] static int widthOf(int columns) {
        return columns * kColumn + (columns - 1) * kGap + 2 * kMargin;
    }
    [[nodiscard]] std::vector<QRect> places(int width) const {
        int columns = kMostColumns, total = 0;
        while (columns > 1 && widthOf(columns) > width)
            --columns;
        for (const SheetGroup* group : m_groups)
            total += group->wantedHeight() + kBelow;
        const int each = (width - 2 * kMargin - (columns - 1) * kGap) / columns;
        std::vector<QRect> all;
        int column = 0, filled = 0;
        for (const SheetGroup* group : m_groups) {
            const int height = group->wantedHeight();
            if (filled > 0 && filled + height / 2 > total / columns && column + 1 < columns) {
                ++column;
                filled = 0;
            }
            all.emplace_back(kMargin + column * (each + kGap), kMargin + filled, each, height);
            filled += height + kBelow;
        }
        return all;
    }

    std::vector<SheetGroup*> m_groups;
};

} // namespace

CheatSheet::CheatSheet(const ActionMap& actions, const workspace::Bindings& bindings, workspace::Room room,
                       QWidget* parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("CheatSheet"));
    setWindowTitle(QStringLiteral("Keys and mouse"));
    std::vector<std::pair<QString, std::vector<SheetRow>>> groups;
    for (const workspace::Action& row : workspace::actions()) {
        if ((row.room && *row.room != room) || !actions.actsHere(row.id)) continue;
        const QString group = qstring(row.group);
        if (groups.empty() || groups.back().first != group) groups.push_back({group, {}});
        const QStringList keys = keysOf(bindings, row.id);
        groups.back().second.push_back(
            {qstring(row.title) + (row.held && row.title.find("held") == row.title.npos
                                       ? QStringLiteral(" (hold)")
                                       : QString()),
             keys});
    }
    if (actions.actsHere(workspace::ActionId::HideContours)) { // there are pictures
        std::vector<SheetRow> mouse;
        for (const workspace::MouseBinding& binding : bindings.mouse())
            mouse.push_back(
                {qstring(workspace::title(binding.action)), {qstring(workspace::text(binding.chord))}});
        mouse.push_back({QStringLiteral("Enlarge a pane"), {QStringLiteral("Double click")}});
        groups.push_back({QStringLiteral("Mouse"), std::move(mouse)});
    }
    if (room == workspace::Room::Read)
        groups.push_back({QStringLiteral("Drawing by keyboard"),
                          {{QStringLiteral("Move the point cursor"), {QStringLiteral("Arrow keys")}},
                           {QStringLiteral("Move it six times as far"), {QStringLiteral("Shift+arrow")}},
                           {QStringLiteral("Move it a fifth as far"), {QStringLiteral("Alt+arrow")}},
                           {QStringLiteral("Put it away"), {QStringLiteral("Esc")}}}});

    auto* content = new SheetPage(this);
    for (auto& [title, rows] : groups)
        content->add(new SheetGroup(title, std::move(rows), content));
    auto* scroll = scrolled(content, this, Qt::StrongFocus);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    resize(fitting(content->sizeHint() + QSize(20, 10), parent));
}

void showAbout(QWidget* parent, const workspace::Workspace* workspace) {
    QMessageBox box(parent);
    box.setWindowTitle(QStringLiteral("About Forameter"));
    box.setIconPixmap(QIcon(QStringLiteral(":/icons/forameter.svg")).pixmap(64, 64));
    box.setTextFormat(Qt::PlainText);
    box.setText(QStringLiteral("Forameter %1").arg(QStringLiteral(FORAMETER_VERSION)));
    QString text = QStringLiteral("Measures the lumbar neuroforamina and the central canal on MRI.\nResearch "
                                  "use only, not for diagnosis.\nLicence: Apache 2.0.\n");
    if (workspace)
        text += QStringLiteral("\nStore: %1\nReading as: %2\n")
                    .arg(qstring(workspace->storePath().string()), qstring(workspace->rater()));
    box.setInformativeText(text);
    box.exec();
}

} // namespace forameter::ui
