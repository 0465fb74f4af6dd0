// SPDX-License-Identifier: Apache-2.0
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPixmap>
#include <QThread>

#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "study_pages.hpp"
#include "study_room.hpp"

namespace forameter::ui {

namespace {

constexpr int kLimit = 300000; ///< ms for an agreement

void settle(int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    do {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QThread::msleep(2);
    } while (timer.elapsed() < milliseconds);
}

} // namespace

Result<std::vector<std::filesystem::path>> takeStudyScreenshots(MainWindow& window,
                                                                const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::StorageFailed,
                    "The folder " + folder.string() + " cannot be made: " + error.message() + ".");
    window.resize(1600, 1000);
    window.show();
    window.enterRoom(workspace::Room::Study);
    auto* room = window.findChild<StudyRoom*>();
    if (window.room() != workspace::Room::Study)
        return fail(ErrorCode::NotAllowed, "Pictures of the Study room need the role of a researcher.");
    room->compute();
    QElapsedTimer timer;
    timer.start();
    while (room->busy() && timer.elapsed() < kLimit)
        settle(50);
    if (!room->report()) return fail(ErrorCode::NotFound, "The Study room has no agreement to show.");
    std::vector<std::filesystem::path> files;
    constexpr const char* kNames[] = {"study",        "study-bias",  "study-outlines",
                                      "study-limits", "study-cases", "study-progress"};
    for (int page = 0; page < room->pages()->count(); ++page) {
        room->pages()->setCurrentIndex(page);
        settle(200);
        const auto file = folder / (std::string(kNames[page]) + ".png");
        if (!window.grab().save(QString::fromStdString(file.string()), "PNG"))
            return fail(ErrorCode::StorageFailed,
                        "The screenshot " + file.string() + " could not be written.");
        files.push_back(file);
    }
    return files;
}

} // namespace forameter::ui
