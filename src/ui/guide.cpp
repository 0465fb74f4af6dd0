// SPDX-License-Identifier: Apache-2.0
#include "guide.hpp"

#include <QDialog>
#include <QFile>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTextFrame>
#include <QTextTable>
#include <QVBoxLayout>

#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {

QString fileOf(const QUrl& name) {
    return QStringLiteral(":/guide/") + name.fileName();
}

/// As in the links of GitHub: "Working times" is #working-times.
QString anchorOf(const QString& heading) {
    QString out;
    for (const QChar c : heading.toLower())
        if (c.isLetterOrNumber() || c == QLatin1Char('-'))
            out += c;
        else if (c == QLatin1Char(' '))
            out += QLatin1Char('-');
    return out;
}

/// Without pictures and without links to files that are not built in.
QString readable(QString markdown) {
    static const QRegularExpression picture(QStringLiteral("!\\[[^\\]]*\\]\\([^)]*\\)\\n*"));
    markdown.remove(picture);
    static const QRegularExpression link(QStringLiteral("\\[([^\\]]+)\\]\\(([^)#]+)(#[^)]*)?\\)"));
    for (qsizetype from = 0;;) {
        const auto match = link.match(markdown, from);
        if (!match.hasMatch()) return markdown;
        from = match.capturedEnd();
        const QString target = match.captured(2);
        if (target.contains(QLatin1String("://")) || QFile::exists(fileOf(QUrl(target)))) continue;
        markdown.replace(match.capturedStart(), match.capturedLength(), match.captured(1));
        from = match.capturedStart() + match.captured(1).size();
    }
}

} // namespace

void GuideBrowser::open(const QString& name) {
    setSource(QUrl(QStringLiteral("qrc:/guide/%1.md").arg(name)), QTextDocument::MarkdownResource);
}

QVariant GuideBrowser::loadResource(int type, const QUrl& name) {
    QFile file(fileOf(name));
    if (type != QTextDocument::MarkdownResource || !file.open(QIODevice::ReadOnly)) return {};
    return readable(QString::fromUtf8(file.readAll()));
}

void GuideBrowser::doSetSource(const QUrl& name, QTextDocument::ResourceType) {
    QTextBrowser::doSetSource(name, QTextDocument::MarkdownResource);
    dress();
    if (name.fragment().isEmpty()) return;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() == 0 || anchorOf(block.text()) != name.fragment()) continue;
        QTextCursor at(document());
        at.movePosition(QTextCursor::End); // so that the heading comes to the top
        setTextCursor(at);
        setTextCursor(QTextCursor(block));
        return;
    }
}

/// Tables as in the rest of the program: thin lines between rows, no boxes; room above headings.
void GuideBrowser::dress() {
    for (QTextFrame* frame : document()->rootFrame()->childFrames()) {
        auto* table = qobject_cast<QTextTable*>(frame);
        if (!table) continue;
        QTextTableFormat format = table->format();
        format.setBorder(1);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setBorderBrush(theme().line);
        format.setBorderCollapse(true);
        format.setCellPadding(5);
        format.setCellSpacing(0);
        format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
        table->setFormat(format);
    }
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QTextBlockFormat format = block.blockFormat();
        if (QTextCursor(block).currentTable()) continue;
        format.setTopMargin(format.headingLevel() > 0 ? 16 : 4);
        format.setBottomMargin(4);
        format.setLineHeight(118, QTextBlockFormat::ProportionalHeight);
        QTextCursor(block).setBlockFormat(format);
    }
}

void showGuide(workspace::Room room, QWidget* parent) {
    const auto [name, title] =
        room == workspace::Room::Review   ? std::pair{"user-guide-reviewer", "Guide for reviewers"}
        : room == workspace::Room::Study  ? std::pair{"user-guide-researcher", "Guide for researchers"}
        : room == workspace::Room::Manage ? std::pair{"user-guide-coordinator", "Guide for coordinators"}
                                          : std::pair{"user-guide-rater", "Guide for raters"};
    auto* dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("Guide"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QLatin1String(title));
    dialog->resize(fitting({900, 760}, parent));
    auto* text = new GuideBrowser(dialog);
    text->setOpenExternalLinks(true);
    text->document()->setDocumentMargin(14);
    text->open(QLatin1String(name));
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(text);
    dialog->open();
}

} // namespace forameter::ui
