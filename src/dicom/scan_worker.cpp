// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "forameter/core/files.hpp"
#include "forameter/dicom/scan.hpp"

#include "record_wire.hpp"

namespace forameter::dicom {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true; // their shadow memory needs terabytes of address space
#else
constexpr bool kSanitized = false;
#endif

void limit(int resource, rlim_t value) {
    const rlimit both{value, value};
    ::setrlimit(resource, &both);
}

/// The next message, waiting for it; none at the end.
std::optional<std::string> receive(int in, Inbox& inbox) {
    for (;;) {
        if (auto message = inbox.next()) return message;
        char buffer[1 << 14];
        const ssize_t count = ::read(in, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0 || !inbox.valid()) return std::nullopt;
        inbox.add({buffer, static_cast<std::size_t>(count)});
    }
}

} // namespace

int runScanWorker(int in, int out) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a hang must not outlive the scan
    ::signal(SIGPIPE, SIG_IGN);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0); // a reader writes no file
    // What a codec's assertion says would stand in the middle of our own output; where that is a file, the
    // limit would end the process by another signal.
    if (!kSanitized) {
        [[maybe_unused]] const auto* silent = std::freopen("/dev/null", "w", stderr);
    }
    Inbox inbox;
    const auto first = receive(in, inbox);
    const auto setup = first ? decodeSetup(*first) : std::nullopt;
    if (!setup) return 1;
    if (setup->memory > 0 && !kSanitized) limit(RLIMIT_AS, setup->memory);
    if (!writeAll(out, framed(kGreeting))) return 1;
    while (const auto message = receive(in, inbox)) {
        const auto request = decodeRequest(*message);
        if (!request || !writeAll(out, framed(encode(readFile(*request))))) return 1;
    }
    return 0;
}

} // namespace forameter::dicom
