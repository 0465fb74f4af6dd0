// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstdio>
#include <string_view>
#include <unistd.h>

#include "forameter/learning/service.hpp"
#include "forameter/wire/service.hpp"

namespace {

constexpr int kUsage = 2;

int usage() {
    std::fputs("usage: forameter-worker [--device auto|cpu|cuda:N] [--threads N]\n"
               "       forameter-worker --version | --devices\n"
               "Trains and runs networks for forameter and forameter-cli, which start it and speak with it\n"
               "on its standard input and output.\n",
               stderr);
    return kUsage;
}

/// What can be computed on, one a line, and on standard error what cannot, and why: for scripts.
int tellDevices() {
    const auto service = forameter::learning::makeService({"cpu", 1});
    if (!service) {
        std::fprintf(stderr, "%s\n", service.error().message.c_str());
        return 1;
    }
    for (const auto& device : (*service)->info().devices)
        if (const auto on = forameter::learning::makeService({device, 1}); on)
            std::puts(device.c_str());
        else
            std::fprintf(stderr, "%s\n", on.error().message.c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    forameter::learning::ServiceOptions options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--version") {
            std::puts("forameter " FORAMETER_VERSION);
            return 0;
        }
        if (argument == "--devices") return tellDevices();
        if (i + 1 >= argc) return usage();
        const std::string_view value = argv[++i];
        if (argument == "--device") {
            options.device = value;
        } else if (argument == "--threads") {
            const auto [end, error] =
                std::from_chars(value.data(), value.data() + value.size(), options.threads);
            if (error != std::errc() || end != value.data() + value.size() || options.threads < 1)
                return usage();
        } else {
            return usage();
        }
    }
    // What libraries print must not get among the messages: they keep the pipe, all else goes to the log.
    const int messages = ::dup(STDOUT_FILENO);
    if (messages < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return 1;
    auto service = forameter::learning::makeService(options);
    if (!service) {
        forameter::wire::refuse(messages, service.error());
        return 1;
    }
    return forameter::wire::serve(STDIN_FILENO, messages, **service);
}
