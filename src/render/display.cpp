// SPDX-License-Identifier: Apache-2.0
#include "display.hpp"

#include <X11/Xlib.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace forameter::render {
namespace {

/// A virtual X server that has just lost its last client restarts, and refuses connections for a moment.
Display* openPatiently() {
    for (int attempt = 0; attempt < 4; ++attempt) {
        if (auto* display = XOpenDisplay(nullptr)) return display;
        std::this_thread::sleep_for(std::chrono::milliseconds(40));
    }
    return nullptr;
}

} // namespace

void DisplayConnection::Close::operator()(void* display) const {
    XCloseDisplay(static_cast<Display*>(display));
}

Result<DisplayConnection> DisplayConnection::open() {
    const char* name = std::getenv("DISPLAY");
    if (!name || !*name)
        return fail(ErrorCode::NotFound,
                    "The 3-D scene needs an X display, and there is none (DISPLAY is not set).");
    auto* display = openPatiently();
    if (!display)
        return fail(ErrorCode::NotFound, std::string("The 3-D scene needs an X display, and \"") + name +
                                             "\" could not be opened.");
    DisplayConnection connection(display);
    int opcode = 0, event = 0, error = 0;
    if (!XQueryExtension(display, "GLX", &opcode, &event, &error))
        return fail(ErrorCode::NotFound, std::string("The 3-D scene needs OpenGL, and the X display \"") +
                                             name + "\" offers none (no GLX).");
    return connection;
}

} // namespace forameter::render
