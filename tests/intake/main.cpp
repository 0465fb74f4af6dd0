// SPDX-License-Identifier: Apache-2.0
#include <QCoreApplication>
#include <gtest/gtest.h>
#include <string_view>

#include "forameter/dicom/scan.hpp"

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "scan-worker") return forameter::dicom::runScanWorker(0, 1);
    testing::InitGoogleTest(&argc, argv);
    const QCoreApplication application(argc, argv); // Qt loads its SQLite driver through it
    return RUN_ALL_TESTS();
}
