// SPDX-License-Identifier: Apache-2.0
#include "worklist_model.hpp"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <gtest/gtest.h>

namespace forameter::ui {
namespace {

std::vector<workspace::WorklistRow> rows(int count) {
    std::vector<workspace::WorklistRow> list;
    for (int i = 0; i < count; ++i)
        list.push_back({.study = StudyUid("1.2." + std::to_string(i)),
                        .title = "FM-" + std::to_string(i),
                        .date = "2026-01-31",
                        .series = "Sag T1 T2 · Ax T2",
                        .done = 3});
    return list;
}

TEST(WorklistModel, KeepsTheRulesOfItemModels) {
    WorklistModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows(rows(4));
    model.setOpenStudy(StudyUid("1.2.2"));
    model.setRows(rows(2));
    model.setRows({});
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(WorklistModel, TellsOnlyOfRowsThatChanged) {
    WorklistModel model;
    model.setRows(rows(4));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged),
        reset(&model, &QAbstractItemModel::modelReset);
    auto list = rows(4);
    list[2].done = 15;
    model.setRows(list);
    EXPECT_EQ(reset.size(), 0);
    ASSERT_EQ(changed.size(), 1);
    EXPECT_EQ(changed[0][0].toModelIndex().row(), 2);
    EXPECT_EQ(model.index(2).data(WorklistModel::DoneRole).toInt(), 15);
}

TEST(WorklistModel, ListsAPartAndSaysOfHowMany) {
    WorklistModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows(rows(5), {1, 4});
    EXPECT_EQ(model.rowCount(), 2);
    EXPECT_EQ(model.index(1).data().toString(), QStringLiteral("FM-4"));
    EXPECT_EQ(model.place(1), 4u);
    EXPECT_EQ(model.heading(), QStringLiteral("WORKLIST · 2 OF 5"));
    EXPECT_FALSE(model.find(StudyUid("1.2.0")));
    model.setRows(rows(5), {});
    EXPECT_EQ(model.heading(), QStringLiteral("WORKLIST · 0 OF 5"));
    model.setRows(rows(5));
    EXPECT_EQ(model.heading(), QStringLiteral("WORKLIST · 5"));
}

TEST(WorklistModel, ShowsForeignTextAsItIs) {
    WorklistModel model;
    auto list = rows(1);
    list[0].title = "<b>Mallory</b>";
    model.setRows(list);
    EXPECT_EQ(model.index(0).data().toString(), QStringLiteral("<b>Mallory</b>"));
    EXPECT_TRUE(model.index(0).data(Qt::ToolTipRole).toString().contains(QLatin1String("&lt;b&gt;Mallory")));
}

TEST(WorklistModel, CountsNoCellsOfAStudyThatCannotBeMeasured) {
    WorklistModel model;
    auto list = rows(2);
    list[1].readable = false;
    list[1].done = 0;
    list[1].series = "localizer only";
    model.setRows(list);
    EXPECT_EQ(model.index(0).data(WorklistModel::CountRole).toString(), QStringLiteral("3/15"));
    EXPECT_EQ(model.index(1).data(WorklistModel::CountRole).toString(), QString());
    EXPECT_EQ(model.index(1).data(WorklistModel::SeriesRole).toString(),
              QStringLiteral("cannot be measured · localizer only"));
}

TEST(WorklistModel, NamesTheRoundOfACaseWhereThereAreSeveral) {
    WorklistModel model;
    auto list = rows(2);
    for (auto& row : list) {
        row.round.emplace();
        row.round->reading = store::AssignmentId(row.study.text());
        row.round->round = "pilot";
    }
    model.setRows(list);
    EXPECT_EQ(model.index(0).data(WorklistModel::SeriesRole).toString(), QStringLiteral("to read"));
    list.push_back(list[1]);
    list[2].round->reading = store::AssignmentId("other");
    list[2].round->round = "main";
    model.setRows(list);
    EXPECT_EQ(model.index(1).data(WorklistModel::SeriesRole).toString(), QStringLiteral("to read · pilot"));
    EXPECT_EQ(model.index(2).data(WorklistModel::SeriesRole).toString(), QStringLiteral("to read · main"));
}

} // namespace
} // namespace forameter::ui
