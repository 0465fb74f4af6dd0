// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace forameter::report {

/// The QApplication of a program that draws plots without a display: made off-screen, whatever the
/// environment says. Instead of a QCoreApplication, by main's thread; `argc` must outlive it. The desktop has
/// its own.
class Drawing {
public:
    Drawing(int& argc, char** argv);
    ~Drawing();

private:
    struct Application;
    std::unique_ptr<Application> m_application;
};

} // namespace forameter::report
