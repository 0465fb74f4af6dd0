// SPDX-License-Identifier: Apache-2.0
// The tests' own main: called as `scan-worker` it is the reading process, called with FORAMETER_TEST_WORKER
// one that misbehaves.
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include "forameter/dicom/scan.hpp"

#include "record_wire.hpp"

namespace {

/// Does what the names of the files ask for: crash, hang, babble; and reads all others.
int misbehave() {
    using namespace forameter::dicom;
    Inbox inbox;
    const auto send = [](const std::string& bytes) {
        return ::write(1, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    };
    bool greeted = false;
    for (char buffer[4096]; const ssize_t count = ::read(0, buffer, sizeof buffer);) {
        if (count < 0) return 1;
        inbox.add({buffer, static_cast<std::size_t>(count)});
        while (const auto message = inbox.next()) {
            if (!greeted) {
                greeted = send(framed(kGreeting));
                continue;
            }
            const auto request = decodeRequest(*message);
            if (!request) return 1;
            const std::string name = request->path.filename().string();
            if (name.find("crash") != std::string::npos) std::abort();
            if (name.find("hang") != std::string::npos) ::pause();
            if (name.find("babble") != std::string::npos) send(framed("\1garbage"));
            if (name.find("exit") != std::string::npos) std::_Exit(3);
            if (!send(framed(encode(readFile(*request))))) return 1;
        }
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "scan-worker")
        return std::getenv("FORAMETER_TEST_WORKER") ? misbehave() : forameter::dicom::runScanWorker(0, 1);
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
