// SPDX-License-Identifier: Apache-2.0
#include <QByteArray>
#include <gtest/gtest.h>

#include "forameter/report/drawing.hpp"

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    qputenv("QT_QPA_PLATFORM", "xcb"); // what a server's profile may say: drawing must not need a display
    qunsetenv("DISPLAY");
    const forameter::report::Drawing drawing(argc, argv);
    return RUN_ALL_TESTS();
}
