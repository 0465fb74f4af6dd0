// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/drawing.hpp"

#include <QApplication>
#include <QTemporaryDir>

namespace forameter::report {

struct Drawing::Application {
    Application(int& argc, char** argv) : application(prepared(argc, *this), argv) {}
    static int& prepared(int& argc, Application& self) {
        qputenv("QT_QPA_PLATFORM", "offscreen"); // a platform that is set but not there would end the program
        if (!qEnvironmentVariableIsSet("XDG_RUNTIME_DIR")) // Qt would remark on it
            qputenv("XDG_RUNTIME_DIR", self.runtime.path().toLocal8Bit());
        return argc;
    }
    QTemporaryDir runtime;
    QApplication application; // Qt Charts are graphics widgets: a QGuiApplication is not enough
};

Drawing::Drawing(int& argc, char** argv) : m_application(std::make_unique<Application>(argc, argv)) {}
Drawing::~Drawing() = default;

} // namespace forameter::report
