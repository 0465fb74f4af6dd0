// SPDX-License-Identifier: Apache-2.0
#include "bindings_model.hpp"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <gtest/gtest.h>

namespace forameter::ui {
namespace {

using workspace::ActionId;

QModelIndex keysOf(const BindingsModel& model, ActionId id) {
    return model.index(static_cast<int>(id), BindingsModel::Keys);
}

TEST(BindingsModel, KeepsTheRulesOfItemModels) {
    BindingsModel model{workspace::Bindings()};
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_TRUE(model.setData(keysOf(model, ActionId::Brush), QStringLiteral("Ctrl+B"), Qt::EditRole));
    model.resetAll();
    EXPECT_EQ(model.rowCount(), static_cast<int>(workspace::actions().size()));
}

TEST(BindingsModel, TakesAFreeKey) {
    BindingsModel model{workspace::Bindings()};
    ASSERT_TRUE(model.setData(keysOf(model, ActionId::Brush), QStringLiteral("Ctrl+B"), Qt::EditRole));
    EXPECT_EQ(model.bindings().actionFor("Ctrl+B"), ActionId::Brush);
    EXPECT_FALSE(model.bindings().actionFor("B"));
}

TEST(BindingsModel, RefusesATakenKeyAndNamesWhoHasIt) {
    BindingsModel model{workspace::Bindings()};
    QSignalSpy refused(&model, &BindingsModel::refused);
    EXPECT_FALSE(model.setData(keysOf(model, ActionId::Brush), QStringLiteral("S"), Qt::EditRole));
    ASSERT_EQ(refused.size(), 1);
    EXPECT_TRUE(refused[0][0].toString().contains(QStringLiteral("Spline")))
        << refused[0][0].toString().toStdString();
    EXPECT_EQ(model.bindings().actionFor("B"), ActionId::Brush);
}

TEST(BindingsModel, OnlyKeysCanBeEdited) {
    const BindingsModel model{workspace::Bindings()};
    EXPECT_FALSE(model.flags(model.index(0, BindingsModel::Title)).testFlag(Qt::ItemIsEditable));
    EXPECT_TRUE(model.flags(model.index(0, BindingsModel::Keys)).testFlag(Qt::ItemIsEditable));
}

} // namespace
} // namespace forameter::ui
