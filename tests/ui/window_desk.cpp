// SPDX-License-Identifier: Apache-2.0
#include "window_desk.hpp"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <gtest/gtest.h>

#include "cell_desk.hpp"
#include "dicom_writer.hpp"
#include "forameter/ui/application.hpp"
#include "overview.hpp"
#include "studies.hpp"

namespace forameter::testing {

namespace {

/// A dark disc of tissue with a bright ring, so that pictures differ from slice to slice and windows can be
/// seen to act.
std::vector<std::uint16_t> madePixels(int columns, int rows, int slice) {
    std::vector<std::uint16_t> pixels(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            const double radius = std::hypot(c - columns / 2.0, r - rows / 2.0);
            const double value = 500 + 350 * std::cos(radius / 4.0) + 8 * slice;
            pixels[static_cast<std::size_t>(r * columns + c)] = static_cast<std::uint16_t>(value);
        }
    return pixels;
}

/// A store that holds the made study, imported once; every desk works on a copy.
struct Template {
    Template();
    TemporaryFolder folder;
    std::filesystem::path images, store;
};

Template::Template() {
    images = folder.path() / "images";
    store = folder.path() / "store.sqlite";
    int number = 0;
    for (StackMaker maker : usual()) {
        maker.columns = maker.rows = 128;
        maker.spacing = 2.0;
        ++number;
        for (std::size_t i = 0; i < maker.centers.size(); ++i) {
            const auto plane = planeOf(maker, maker.centers[i]);
            MrImage image;
            image.study = kMadeStudy.text();
            image.series = maker.series;
            image.sop = maker.series + "." + std::to_string(maker.index) + "." + std::to_string(i + 1);
            image.weighting = maker.weighting;
            image.seriesNumber = number;
            image.number = static_cast<int>(i) + 1 + 10 * maker.index;
            image.pixels = madePixels(plane.columns(), plane.rows(), static_cast<int>(i));
            writeMrImage(images / (image.sop + ".dcm"), image, plane);
        }
    }
    workspace::Workspace::Options options{.store = store,
                                          .rater = "r1",
                                          .configFolder = {},
                                          .scanProgram = FORAMETER_CLI,
                                          .post = ui::guiPost()};
    auto opened = workspace::Workspace::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    auto preferences = (*opened)->preferences();
    preferences.onImport = workspace::OnImport::LeaveInPlace;
    (*opened)->setPreferences(preferences);
    (*opened)->import({images});
    if (!waitFor([&] { return (*opened)->lastImport().has_value(); }))
        throw std::runtime_error("the made study was not imported");
}

Template& importedOnce() {
    static Template made;
    return made;
}

} // namespace

const std::filesystem::path& madeStudy() {
    return importedOnce().images;
}

WindowDesk::WindowDesk(workspace::Proposer proposer) : m_proposer(std::move(proposer)) {
    std::filesystem::copy_file(importedOnce().store, store());
    open();
}

WindowDesk::~WindowDesk() {
    close();
}

void WindowDesk::open() {
    m_chair.emplace(workspace::Workspace::Options{.store = store(),
                                                  .rater = "r1",
                                                  .configFolder = m_folder.path() / "config",
                                                  .scanProgram = FORAMETER_CLI,
                                                  .post = ui::guiPost(),
                                                  .proposer = m_proposer});
    ASSERT_TRUE(window().openStudy(kMadeStudy));
    ASSERT_TRUE(waitFor([this] { return document().images().allLoaded(); }));
    QCoreApplication::processEvents();
}

void WindowDesk::close() {
    m_chair.reset();
}

void WindowDesk::restart() {
    close();
    open();
}

ui::WorkView& WindowDesk::work() {
    return *window().desk().work();
}

void WindowDesk::press(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    m_chair->press(key, modifiers);
}

QPoint WindowDesk::at(const ui::PaneView& pane, const geometry::PatientPoint& point) {
    return pane.mapping().toScreen(pane.plane()->toPlane(point)).toPoint();
}

void WindowDesk::clickLevels() {
    ui::PaneView& pane = *window().overview().panes()[1];
    for (const auto& center : sixBodies()) {
        QTest::mouseClick(&pane, Qt::LeftButton, Qt::NoModifier, at(pane, center));
        QTest::qWait(1); // two clicks at one place would be a double click
    }
    ASSERT_EQ(document().levels().draft().marks.size(), 6u);
    press(Qt::Key_Return, Qt::ControlModifier);
    ASSERT_TRUE(document().levels().isConfirmed()) << document().levels().obstacle().value_or("");
}

void WindowDesk::clickRing(int points, double pixels) {
    const QPointF middle = QRectF(work().rect()).center();
    for (int i = 0; i < points; ++i) {
        const double angle = 2 * M_PI * i / points;
        const QPoint place = (middle + pixels * QPointF(std::cos(angle), std::sin(angle))).toPoint();
        QTest::mouseMove(&work(), place);
        QTest::mouseClick(&work(), Qt::LeftButton, Qt::NoModifier, place);
    }
}

void WindowDesk::goTo(int level, Qt::Key column) {
    press(static_cast<Qt::Key>(Qt::Key_0 + level));
    press(column);
}

} // namespace forameter::testing
