// SPDX-License-Identifier: Apache-2.0
#include "display.hpp"

#include <X11/Xlib.h>

#include <cstdlib>
#include <memory>

namespace forameter::render {

Result<> checkDisplay() {
    struct Close {
        void operator()(Display* d) const { XCloseDisplay(d); }
    };
    const char* name = std::getenv("DISPLAY");
    if (!name || !*name)
        return fail(ErrorCode::NotFound,
                    "The 3-D scene needs an X display, and there is none (DISPLAY is not set).");
    const std::unique_ptr<Display, Close> display(XOpenDisplay(nullptr));
    if (!display)
        return fail(ErrorCode::NotFound, std::string("The 3-D scene needs an X display, and \"") + name +
                                             "\" could not be opened.");
    int opcode = 0, event = 0, error = 0;
    if (!XQueryExtension(display.get(), "GLX", &opcode, &event, &error))
        return fail(ErrorCode::NotFound, std::string("The 3-D scene needs OpenGL, and the X display \"") +
                                             name + "\" offers none (no GLX).");
    return {};
}

} // namespace forameter::render
