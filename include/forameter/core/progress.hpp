// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>

namespace forameter {

/// How far a long piece of work is. `total` is 0 while it is not known.
struct Progress {
    std::size_t done = 0;
    std::size_t total = 0;
    std::string what; ///< one short phrase, e.g. "reading headers"
};

/// How a caller follows and ends long work. Called on the working thread; both parts may be left empty.
struct Watch {
    std::function<void(const Progress&)> progress;
    std::stop_token stop;

    [[nodiscard]] bool cancelled() const { return stop.stop_requested(); }
    void report(std::size_t done, std::size_t total, const char* what) const {
        if (progress) progress({done, total, what});
    }
};

} // namespace forameter
