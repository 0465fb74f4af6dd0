// SPDX-License-Identifier: Apache-2.0
// Names and words from files of strangers are never read as markup.
#include "labels.hpp"

#include <gtest/gtest.h>

#include "level_grid.hpp"
#include "study_table_model.hpp"
#include "top_bar.hpp"

namespace forameter::ui {
namespace {

const QString kForeign = QStringLiteral("<b>DOE</b> & <img src=\"file:///x\"> 4 < 5");

/// What a tooltip shows of its text.
QString shown(const QString& tip) {
    QTextDocument document;
    Qt::mightBeRichText(tip) ? document.setHtml(tip) : document.setPlainText(tip);
    return document.toPlainText();
}

TEST(Tooltips, ShowForeignTextAsItIs) {
    for (const QString& text :
         {kForeign, QStringLiteral("4 < 5 & 6"), QStringLiteral("two\nlines"), QString()})
        EXPECT_EQ(shown(plainTip(text)), text);
    Chip chip(nullptr);
    chip.show(kForeign, Chip::Tone::Quiet);
    chip.fit(Chip::Words::All, 20);
    EXPECT_EQ(shown(chip.toolTip()), kForeign);
    StudyTableModel model;
    report::Table table;
    table.columns = {{"patient", "Patient"}};
    table.rows = {{kForeign.toStdString()}};
    model.setTable(table);
    EXPECT_EQ(model.index(0, 0).data(Qt::DisplayRole).toString(), kForeign);
    EXPECT_EQ(shown(model.index(0, 0).data(Qt::ToolTipRole).toString()), kForeign);
    CellButton button(nullptr);
    workspace::CellView view;
    view.cell = anatomy::Cell::canal(anatomy::Level::L4_L5);
    view.warnings = {"1 < 2 & more"};
    button.show(view);
    EXPECT_TRUE(shown(button.toolTip()).endsWith(QStringLiteral("1 < 2 & more")))
        << button.toolTip().toStdString();
}

TEST(Chips, TellWhatIsCutOffOfTheirPresentText) {
    Chip chip(nullptr);
    for (const QString& text : {QStringLiteral("the first patient"), QStringLiteral("the second one")}) {
        chip.show(text, Chip::Tone::Quiet);
        chip.fit(Chip::Words::All, 30);
        EXPECT_EQ(chip.toolTip(), text);
    }
}

} // namespace
} // namespace forameter::ui
