// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "forameter/core/result.hpp"

namespace forameter::render {

/// A connection to an X server that can draw with OpenGL. VTK makes its own, but it ends the program where it
/// cannot, so we have to ask beforehand; and as long as this one is open a virtual server does not restart
/// under VTK for want of clients.
class DisplayConnection {
public:
    [[nodiscard]] static Result<DisplayConnection> open();

private:
    struct Close {
        void operator()(void* display) const;
    };
    explicit DisplayConnection(void* display) : m_display(display) {}
    std::unique_ptr<void, Close> m_display; // a Display*, whose header defines None, Bool, Status...
};

} // namespace forameter::render
