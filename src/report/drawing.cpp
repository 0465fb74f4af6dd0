// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/drawing.hpp"

#include <QApplication>

namespace forameter::report {

struct Drawing::Application {
    Application(int& argc, char** argv) : application(argc, argv) {}
    QApplication application; // Qt Charts are graphics widgets: a QGuiApplication is not enough
};

Drawing::Drawing(int& argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen"); // a platform that is set but not there would end the program
    if (!qEnvironmentVariableIsSet("XDG_RUNTIME_DIR")) // Qt would remark on it
        qputenv("XDG_RUNTIME_DIR", "/tmp");
    m_application = std::make_unique<Application>(argc, argv);
}

Drawing::~Drawing() = default;

} // namespace forameter::report
