// SPDX-License-Identifier: Apache-2.0
#include <QSqlDatabase>
#include <QtGlobal>
#include <filesystem>
#include <thread>

#include "exit_code.hpp"
#include "forameter/core/text.hpp"
#include "forameter/wire/worker.hpp"
#include "verbs.hpp"

namespace forameter::cli {

namespace fs = std::filesystem;

namespace {

Result<int> doctor(const Session& session) {
    Json problems = Json::array();
    const bool sqlite = QSqlDatabase::isDriverAvailable("QSQLITE");
    if (!sqlite)
        problems.push_back(
            "Qt's SQLite driver is missing: no store can be opened (Debian package libqt6sql6-sqlite).");
    std::error_code ignored;
    const fs::path store = session.storePath();
    const bool exists = fs::exists(store, ignored);
    Json state = "absent";
    if (exists) {
        const auto opened = session.openStoreToRead();
        const bool locked = !opened && opened.error().code == ErrorCode::NotAllowed;
        state = opened ? "ok" : locked ? "locked" : "broken"; // locked: it has passwords, and none was given
        if (!opened && !locked) problems.push_back(opened.error().message);
    }
    // It is asked as `segment` and `train` will ask it.
    Json worker, devices = Json::array();
    if (const auto started = wire::Worker::start({})) {
        const wire::WorkerInfo& info = (*started)->info();
        worker = "forameter-worker " + info.version + ", LibTorch " + info.libtorch;
        devices = info.devices;
    } else {
        problems.push_back("Models can be neither used nor trained: " + started.error().message);
    }
    const Json answer{{"version", FORAMETER_VERSION},
                      {"program", ownProgram().string()},
                      {"compiler", __VERSION__},
                      {"qt", qVersion()},
                      {"sqlite_driver", sqlite},
                      {"store", {{"path", store.string()}, {"state", state}}},
                      {"worker", worker},
                      {"devices", devices},
                      {"processors", std::thread::hardware_concurrency()},
                      {"temporary_folder", fs::temp_directory_path(ignored).string()},
                      {"problems", problems}};
    std::string text;
    for (const auto& [key, value] : answer.items()) {
        if (key == "problems") continue;
        text += key + ": " +
                (value.is_string() ? printable(value.get<std::string>())
                 : value.is_null() ? "none"
                                   : dumped(value)) +
                "\n";
    }
    for (const Json& problem : problems)
        text += "problem: " + printable(problem.get<std::string>()) + "\n";
    if (problems.empty()) text += "nothing is missing\n";
    return session.answer(answer, text, problems.empty() ? kDone : kFailed);
}

} // namespace

void addDoctor(Program& program) {
    program.verb("doctor", "Versions, paths, and what is missing", {Takes::Store, Takes::Rater}, doctor);
}

} // namespace forameter::cli
