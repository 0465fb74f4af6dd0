// SPDX-License-Identifier: Apache-2.0
#include "interrupt.hpp"

#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

#include "exit_code.hpp"

namespace forameter::cli {

namespace {

int pipeEnds[2] = {-1, -1};
std::atomic<int> signalsSeen{0};
static_assert(std::atomic<int>::is_always_lock_free); // so that the handler may use it

/// A stop source is not safe to use in a handler: the handler wakes a thread that does it.
extern "C" void onSignal(int) {
    if (signalsSeen.fetch_add(1) > 0) _exit(kInterrupted);
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = write(pipeEnds[1], &byte, 1);
}

} // namespace

std::stop_token stopOnInterrupt() {
    static std::stop_source source;
    std::signal(SIGPIPE, SIG_IGN);
    if (pipe(pipeEnds) != 0) return source.get_token();
    std::thread([] {
        char byte = 0;
        while (read(pipeEnds[0], &byte, 1) < 0) {
        }
        source.request_stop();
    }).detach();
    struct sigaction action {};
    action.sa_handler = onSignal; // without SA_RESTART: a read that waits for input returns
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return source.get_token();
}

} // namespace forameter::cli
