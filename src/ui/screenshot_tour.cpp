// SPDX-License-Identifier: Apache-2.0
#include "screenshot_tour.hpp"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPainter>
#include <QPixmap>
#include <QThread>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "forameter/ui/main_window.hpp"

namespace forameter::ui {

void settle(int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    do {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QThread::msleep(2);
    } while (timer.elapsed() < milliseconds);
}

bool settleUntil(const std::function<bool()>& done, int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    while (!done() && timer.elapsed() < milliseconds)
        settle(20);
    return done();
}

Result<ScreenshotTour> ScreenshotTour::start(MainWindow& window, std::filesystem::path folder) {
    if (const auto made = makeFolders(folder); !made) return tl::unexpected(made.error());
    window.resize(1600, 1000);
    window.show();
    return ScreenshotTour(window, std::move(folder));
}

Result<> ScreenshotTour::shoot(const char* name) {
    return shoot(m_window, name);
}

Result<> ScreenshotTour::shoot(QWidget& widget, const char* name, QWidget* dialog) {
    settle(120);
    const auto file = m_folder / (std::string(name) + ".png");
    QPixmap picture = widget.grab();
    if (dialog) {
        const QPixmap over = dialog->grab();
        QPainter(&picture).drawPixmap((widget.width() - dialog->width()) / 2,
                                      (widget.height() - dialog->height()) / 2, over);
    }
    if (!picture.save(QString::fromStdString(file.string()), "PNG"))
        return fail(ErrorCode::StorageFailed, "The screenshot " + shown(file) + " could not be written.");
    m_files.push_back(file);
    return {};
}

} // namespace forameter::ui
