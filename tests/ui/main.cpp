// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <gtest/gtest.h>

#include "forameter/ui/application.hpp"

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    ::testing::InitGoogleTest(&argc, argv);
    const QApplication application(argc, argv);
    forameter::ui::prepareApplication(forameter::workspace::Theme::Dark);
    return RUN_ALL_TESTS();
}
