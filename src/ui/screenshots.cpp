// SPDX-License-Identifier: Apache-2.0
#include <QCoreApplication>
#include <QDialog>
#include <QElapsedTimer>
#include <QPixmap>
#include <QThread>

#include "action_map.hpp"
#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "overview.hpp"
#include "scene_view.hpp"
#include "theme.hpp"

namespace forameter::ui {

using workspace::ActionId;

namespace {

constexpr int kLimit = 30000; // ms for all pixels of a study

void settle(int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    do {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QThread::msleep(2);
    } while (timer.elapsed() < milliseconds);
}

class Tour {
public:
    Tour(MainWindow& window, std::filesystem::path folder) : m_window(window), m_folder(std::move(folder)) {}

    Result<> shoot(const char* name) { return shoot(m_window, name); }
    Result<> shoot(QWidget& widget, const char* name) {
        settle(120);
        const auto file = m_folder / (std::string(name) + ".png");
        if (!widget.grab().save(QString::fromStdString(file.string()), "PNG"))
            return fail(ErrorCode::StorageFailed,
                        "The screenshot " + file.string() + " could not be written.");
        files.push_back(file);
        return {};
    }
    std::vector<std::filesystem::path> files;

private:
    MainWindow& m_window;
    std::filesystem::path m_folder;
};

/// A cell of the structure to show: one with a contour where there is one.
std::optional<anatomy::Cell> cellToShow(workspace::Reading& reading, anatomy::Structure structure) {
    std::optional<anatomy::Cell> found;
    for (const anatomy::Cell& cell : reading.cells()) {
        if (cell.structure != structure) continue;
        const bool drawn = reading.contour(cell).has_value();
        if (!found || (drawn && (cell.level == anatomy::Level::L4_L5 || !reading.contour(*found))))
            found = cell;
    }
    return found;
}

} // namespace

Result<std::vector<std::filesystem::path>> takeScreenshots(MainWindow& window,
                                                           const std::filesystem::path& folder) {
    workspace::StudyDocument* document = window.workspace().document();
    if (!document) return fail(ErrorCode::NotFound, "Screenshots need an open study; name one with --open.");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::StorageFailed,
                    "The folder " + folder.string() + " cannot be made: " + error.message() + ".");

    window.resize(1600, 1000);
    window.show();
    QElapsedTimer timer;
    timer.start();
    while (!document->images().allLoaded() && timer.elapsed() < kLimit)
        settle(20);
    window.overview().scene()->renderNow();

    Tour tour(window, folder);
    ActionMap& actions = window.actions();
    actions.trigger(ActionId::ShowOverview);
    settle(200);
    window.overview().scene()->renderNow();
    if (auto shot = tour.shoot("overview"); !shot) return tl::unexpected(shot.error());

    const Theme& before = theme();
    if (document->levels().isConfirmed()) {
        for (const auto& [structure, name] :
             {std::pair{anatomy::Structure::NF, "work"}, std::pair{anatomy::Structure::CC, "canal"}}) {
            const auto cell = cellToShow(document->reading(), structure);
            if (!cell) continue;
            if (const auto went = document->reading().goTo(*cell); !went) continue;
            if (auto shot = tour.shoot(name); !shot) return tl::unexpected(shot.error());
        }
        applyTheme(before.dark ? Theme::lightTheme() : Theme::darkTheme());
        auto shot = tour.shoot(before.dark ? "work-light" : "work-dark");
        applyTheme(before);
        if (!shot) return tl::unexpected(shot.error());
        actions.trigger(ActionId::ShowOverview);
        actions.trigger(ActionId::EditLevels);
        shot = tour.shoot("levels");
        actions.trigger(ActionId::EditLevels);
        if (!shot) return tl::unexpected(shot.error());
    }
    actions.trigger(ActionId::CheatSheet);
    settle(100);
    if (auto* sheet = window.findChild<QDialog*>(QStringLiteral("CheatSheet"))) {
        auto shot = tour.shoot(*sheet, "keys");
        sheet->close();
        if (!shot) return tl::unexpected(shot.error());
    }
    return tour.files;
}

} // namespace forameter::ui
