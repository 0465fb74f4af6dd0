// SPDX-License-Identifier: Apache-2.0
// The desktop's own window, driven by mouse events, at 1600x1000.
#include <QApplication>
#include <QElapsedTimer>
#include <QListView>
#include <QMouseEvent>
#include <QThread>
#include <QWheelEvent>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>

#include "bench.hpp"
#include "files.hpp"

#include "cell_desk.hpp"
#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "overview.hpp"

namespace bench {
namespace {
using namespace forameter;

[[noreturn]] void give(const std::string& why) {
    std::fprintf(stderr, "forameter-bench: %s\n", why.c_str());
    std::exit(1);
}
void must(const Result<>& result) {
    if (!result) give(result.error().message);
}

void settle(const std::function<bool()>& done) {
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        if (timer.elapsed() > 60'000) give("the desktop did not answer within a minute");
    }
}

void mouse(QWidget* on, QEvent::Type type, QPointF at, Qt::MouseButton button, Qt::MouseButtons held,
           Qt::KeyboardModifiers keys = Qt::NoModifier) {
    QMouseEvent event(type, at, on->mapToGlobal(at), button, held, keys);
    QCoreApplication::sendEvent(on, &event);
}
void click(QWidget* on, QPointF at) {
    mouse(on, QEvent::MouseMove, at, Qt::NoButton, Qt::NoButton);
    mouse(on, QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton);
    mouse(on, QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
}
void wheel(QWidget* on, int steps) {
    const QPointF at(on->width() / 2.0, on->height() / 2.0);
    QWheelEvent event(at, on->mapToGlobal(at), {}, {0, 120 * steps}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(on, &event);
}

/// From the event until everything it changed is painted.
Times eventToPainted(int runs, const std::function<void(int)>& event) {
    Times times;
    for (int i = -5; i < runs; ++i) {
        const double ms = millisecondsOf([&] {
            event(i);
            QCoreApplication::processEvents();
        });
        if (i >= 0) times.ms.push_back(ms);
    }
    return times;
}

std::string both(const Times& times) {
    return time(times.median()) + ", p95 " + time(times.quantile(0.95));
}
} // namespace

void benchWorklist(Report& report, const Scratch& scratch) {
    workspace::Workspace::Options options;
    options.store = scratch.folder / "store.sqlite";
    options.post = ui::guiPost();
    std::unique_ptr<workspace::Workspace> workspace;
    std::unique_ptr<ui::MainWindow> window;
    const double shown = millisecondsOf([&] {
        auto opened = workspace::Workspace::open(options);
        if (!opened) give(opened.error().message);
        workspace = std::move(*opened);
        window = std::make_unique<ui::MainWindow>(*workspace);
        window->resize(1600, 1000);
        window->show();
        settle([&] { return window->isVisible(); });
        QCoreApplication::processEvents();
    });
    const std::string studies = std::to_string(workspace->worklist().size()) + " studies";
    report.row("desktop: store opened and worklist of " + studies + " shown", time(shown), "", std::nullopt,
               "", std::nullopt);
    auto* list = window->findChild<QListView*>(QStringLiteral("Worklist"));
    if (!list) give("the window has no worklist");
    const auto scroll = [&] {
        return eventToPainted(100, [&](int i) { wheel(list->viewport(), i / 20 % 2 ? 3 : -3); });
    };
    report.row("desktop: scroll of that worklist, to painted, while its rows are still being described",
               both(scroll()), "", std::nullopt, "", std::nullopt);
    QElapsedTimer timer;
    timer.start();
    double worst = 0.0;
    const auto described = [&] { return !workspace->worklist().back().series.empty(); };
    while (!described() && timer.elapsed() < 120'000)
        worst = std::max(worst, millisecondsOf([] { QCoreApplication::processEvents(); }));
    report.row("the same: until the last row is described; the window's longest pause meanwhile",
               time(static_cast<double>(timer.elapsed())) + ", " + time(worst), "", std::nullopt, "",
               std::nullopt);
    report.row("the same: scroll when all is described", both(scroll()), "", std::nullopt, "", std::nullopt);
}

void benchViews(Report& report, const Scratch& scratch) {
    const std::filesystem::path images = scratch.folder / "study";
    const std::string uid = "1.2.826.0.1.3680043.8.1055.4";
    const auto series = [&](int number, const char* description, int files, bool axial, double echo,
                            double repetition) {
        SeriesSpec spec;
        spec.studyUid = uid;
        spec.seriesUid = uid + "." + std::to_string(number);
        spec.description = description;
        spec.files = files;
        spec.axial = axial;
        spec.echoTime = echo;
        spec.repetitionTime = repetition;
        spec.number = number;
        if (!writeSeries(images / std::to_string(number), spec, Syntax::JpegLossless))
            give("the study could not be written");
    };
    series(1, "t1_tse_sag", 20, false, 10, 600);
    series(2, "t2_tse_sag", 20, false, 100, 3500);
    series(3, "t2_tse_tra", 56, true, 100, 3500);

    workspace::Workspace::Options options;
    options.store = scratch.folder / "views.sqlite";
    options.scanProgram = PATH_OF_forameter_cli;
    options.post = ui::guiPost();
    auto opened = workspace::Workspace::open(options);
    if (!opened) give(opened.error().message);
    workspace::Workspace& workspace = **opened;
    const double import = millisecondsOf([&] {
        workspace.import({images});
        settle([&] { return workspace.lastImport().has_value(); });
    });
    if (workspace.lastImport()->images != 96) give("the study of 96 images was not imported whole");
    report.row("import of a study of 96 images (JPEG lossless, checked and decoded)", time(import), "",
               std::nullopt, "", std::nullopt);

    ui::MainWindow window(workspace);
    window.resize(1600, 1000);
    window.show();
    settle([&] { return window.isVisible(); });
    QCoreApplication::processEvents();

    Times first, all;
    for (int i = 0; i < 5; ++i) {
        workspace.closeStudy();
        QCoreApplication::processEvents();
        QElapsedTimer timer;
        timer.start();
        if (!window.openStudy(StudyUid(uid))) give("the study did not open");
        settle([&] {
            for (const auto* pane : window.overview().panes())
                if (pane->volume()) return true;
            return false;
        });
        QCoreApplication::processEvents(); // painted
        first.ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        settle([&] { return workspace.document()->images().allLoaded(); });
        QCoreApplication::processEvents();
        all.ms.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    report.row("open a study of 96 images 512x512 (JPEG lossless): first picture", time(first.median()), "",
               std::nullopt, "0.3 s", first.median() <= 300.0);
    report.row("the same: all pictures", time(all.median()), "", std::nullopt, "1 s", all.median() <= 1000.0);

    auto& document = *workspace.document();
    const auto panes = window.overview().panes();
    const Times scroll = eventToPainted(100, [&](int i) { wheel(panes[1], i / 8 % 2 ? 1 : -1); });
    report.row("slice scroll in the overview of a 1600x1000 window, to painted", both(scroll), "",
               std::nullopt, "p95 8 ms", scroll.quantile(0.95) <= 8.0);

    // Levels by six marks, then the canal cell of L3-L4 on the work pane.
    double z = 60.0;
    anatomy::LevelSet levels;
    for (const auto vertebra : {anatomy::Vertebra::L1, anatomy::Vertebra::L2, anatomy::Vertebra::L3,
                                anatomy::Vertebra::L4, anatomy::Vertebra::L5, anatomy::Vertebra::S1}) {
        levels.marks.push_back({vertebra, {0.0, -10.0, z}});
        z -= 30.0;
    }
    must(document.record().confirmLevels(levels));
    must(document.reading().goTo(anatomy::Cell::foramen(anatomy::Level::L3_L4, anatomy::Side::R)));
    QCoreApplication::processEvents();
    auto* work = window.desk().work();
    const Times workScroll = eventToPainted(100, [&](int i) { wheel(work, i / 4 % 2 ? 1 : -1); });
    report.row("slice scroll in the work pane of a 1600x1000 window, to painted", both(workScroll), "",
               std::nullopt, "p95 8 ms", workScroll.quantile(0.95) <= 8.0);

    document.editor().setTool(tools::ToolKind::Spline);
    const QPointF center(work->width() / 2.0, work->height() / 2.0);
    const auto border = [&](double degrees, double radius) {
        const double a = degrees * std::numbers::pi / 180.0;
        return center + QPointF(radius * std::cos(a), radius * std::sin(a));
    };
    for (int i = 0; i < 16; ++i)
        click(work, border(22.5 * i, 120.0));
    document.editor().finish();
    QCoreApplication::processEvents();
    if (!document.editor().numbers()) give("the contour drawn by mouse is not there");
    document.editor().setTool(tools::ToolKind::Vertex);
    const QPointF handle = border(0.0, 120.0);
    mouse(work, QEvent::MouseMove, handle, Qt::NoButton, Qt::NoButton);
    mouse(work, QEvent::MouseButtonPress, handle, Qt::LeftButton, Qt::LeftButton);
    const double before = document.editor().numbers()->area.value();
    const Times drag = eventToPainted(200, [&](int i) {
        mouse(work, QEvent::MouseMove,
              handle + QPointF(10.0 + 8.0 * std::sin(0.3 * i), 6.0 * std::cos(0.3 * i)), Qt::LeftButton,
              Qt::LeftButton);
    });
    if (document.editor().numbers()->area.value() == before) give("dragging a point changed no area");
    mouse(work, QEvent::MouseButtonRelease, handle, Qt::LeftButton, Qt::NoButton);
    report.row("contour drag (live area, perimeter, diameters) in the same window, to painted", both(drag),
               "", std::nullopt, "p95 2 ms", drag.quantile(0.95) <= 2.0);

    // As many places as a mouse tells of in a stroke around the border; the last ones cost most.
    const auto freehand = [&](const char* what, Qt::KeyboardModifiers keys) {
        document.editor().setTool(tools::ToolKind::Freehand);
        const auto at = [&](int i) { return border(0.6 * i, 130.0 + 6.0 * std::sin(0.1 * i)); };
        mouse(work, QEvent::MouseButtonPress, at(0), Qt::LeftButton, Qt::LeftButton, keys);
        const Times stroke = eventToPainted(590, [&](int i) {
            mouse(work, QEvent::MouseMove, at(i + 1), Qt::LeftButton, Qt::LeftButton, keys);
        });
        if (!document.editor().busy() || !document.editor().numbers()) give("the stroke has no area");
        document.editor().cancel();
        mouse(work, QEvent::MouseButtonRelease, at(590), Qt::LeftButton, Qt::NoButton, keys);
        report.row(what, both(stroke), "", std::nullopt, "p95 2 ms", stroke.quantile(0.95) <= 2.0);
    };
    freehand("freehand stroke of 590 places (live area) in the same window, to painted", Qt::NoModifier);
    freehand("the same, adding to the contour", Qt::ShiftModifier);
}

} // namespace bench
