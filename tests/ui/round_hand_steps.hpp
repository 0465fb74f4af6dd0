// SPDX-License-Identifier: Apache-2.0
// What the parts of RoundHand share.
#pragma once

#include <QElapsedTimer>
#include <cstdio>
#include <ctime>
#include <malloc.h>
#include <unistd.h>

#include "round_fixture.hpp"
#include "round_hand.hpp"

namespace forameter::testing {

inline double seconds(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

/// Of this process since it started, all threads.
inline double processorSeconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Of this process, without what the allocator only keeps for later; 0 where the system does not tell.
inline double residentMegabytes() {
    malloc_trim(0);
    long total = 0, resident = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
        std::fclose(file);
    }
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

} // namespace forameter::testing
