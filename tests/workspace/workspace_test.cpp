// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/workspace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "../support/dicom_writer.hpp"
#include "../support/temporary_folder.hpp"
#include "../support/test_data.hpp"
#include "forameter/protocol/interchange.hpp"
#include "full_disk.hpp"
#include "studies.hpp"
#include "task_queue.hpp"

namespace forameter::workspace {
namespace {

using anatomy::Cell;
using testing::StackMaker;

/// Writes the files of a study: a bright disc in every image, so that there is something to see.
void writeStudy(const std::filesystem::path& folder, std::vector<StackMaker> makers, const std::string& uid,
                const std::string& patient) {
    int number = 0;
    for (auto& maker : makers) {
        maker.columns = maker.rows = 64;
        maker.spacing = 4.0;
        for (std::size_t i = 0; i < maker.centers.size(); ++i) {
            testing::MrImage image;
            image.study = uid;
            image.series = uid + "." + maker.series;
            image.sop = image.series + "." + std::to_string(maker.index) + "." + std::to_string(i);
            image.patient = patient;
            image.weighting = maker.weighting;
            image.frameOfReference = maker.frameOfReference;
            image.number = ++number;
            image.pixels.assign(64 * 64, 100);
            for (int p = 0; p < 64 * 64; ++p) {
                if (std::hypot(p % 64 - 32, p / 64 - 32) < 20)
                    image.pixels[static_cast<std::size_t>(p)] = 900;
            }
            testing::writeMrImage(folder / (image.sop + ".dcm"), image,
                                  testing::planeOf(maker, maker.centers[i]));
        }
    }
}

class Desktop : public ::testing::Test {
protected:
    void open() {
        workspace.reset();
        Workspace::Options options;
        options.store = folder.path() / "store" / "store.sqlite";
        options.rater = "r1";
        options.configFolder = folder.path() / "config";
        options.post = queue.post();
        std::filesystem::create_directories(options.store.parent_path());
        auto opened = Workspace::open(std::move(options));
        ASSERT_TRUE(opened) << opened.error().message;
        workspace = std::move(*opened);
    }
    void SetUp() override { open(); }
    JobStatus import(const std::filesystem::path& path) {
        workspace->import({path});
        return endOfImport();
    }
    JobStatus endOfImport() {
        JobStatus status{};
        const auto watching = workspace->jobs().changed.subscribe([&](const Job& job) {
            status = job.status;
            said = job.message;
        });
        EXPECT_TRUE(queue.runUntil([&] { return !workspace->jobs().busy(JobKind::Import); },
                                   std::chrono::minutes(2)));
        return status;
    }
    StudyDocument& openStudy(const StudyUid& uid) {
        const auto opened = workspace->openStudy(uid);
        EXPECT_TRUE(opened) << opened.error().message;
        EXPECT_TRUE(queue.runUntil([&] { return workspace->document()->images().allLoaded(); }));
        return **opened;
    }
    void draw(StudyDocument& document) {
        const auto center = document.views().pane(Pane::Work).viewport.center;
        document.editor().setTool(tools::ToolKind::Spline);
        for (int i = 0; i < 10; ++i) {
            const geometry::PlanePoint at{center.x + 5 * std::cos(i * M_PI / 5),
                                          center.y + 6 * std::sin(i * M_PI / 5)};
            document.editor().move({at, {}, 0.1});
            document.editor().press({at, {}, 0.1});
            document.editor().release({at, {}, 0.1});
        }
        document.editor().finish();
    }

    testing::TemporaryFolder folder;
    testing::TaskQueue queue;
    std::unique_ptr<Workspace> workspace;
    std::string said;
};

TEST_F(Desktop, AnEmptyStoreHasAnEmptyWorklistAndSaysSoOnOpening) {
    EXPECT_TRUE(workspace->worklist().empty());
    EXPECT_FALSE(workspace->nextOpenRow());
    const auto opened = workspace->openStudy(StudyUid("1.2.3"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::NotFound);
}

TEST_F(Desktop, FromFilesToAFinishedReadingAndItsExport) {
    writeStudy(folder.path() / "in", testing::usual(), "1.2.840.55", "FM-0055");
    std::ofstream(folder.path() / "in" / "notes.txt") << "no image";
    ASSERT_EQ(import(folder.path() / "in"), JobStatus::Done) << said;
    ASSERT_EQ(workspace->worklist().size(), 1U);
    EXPECT_EQ(workspace->worklist()[0].title, "FM-0055");
    EXPECT_EQ(workspace->worklist()[0].date, "2026-01-31");
    EXPECT_EQ(workspace->worklist()[0].series, "Sag T1 T2 · Ax T2");
    EXPECT_EQ(workspace->lastImport()->images, 55U);
    EXPECT_TRUE(workspace->lastImport()->refused.empty());
    ASSERT_EQ(workspace->lastImport()->notDicom.size(), 1U) << "nobody takes notes.txt for an image";
    std::filesystem::remove_all(folder.path() / "in"); // the store keeps copies

    auto& document = openStudy(workspace->worklist()[0].study);
    for (std::size_t i = 0; i < document.images().stacks().size(); ++i)
        EXPECT_EQ(document.images().state(i), LoadState::Loaded)
            << document.images().failure({i, 0}).value_or(Error{}).message;
    for (const auto& center : testing::sixBodies())
        ASSERT_TRUE(document.levels().mark(center));
    ASSERT_TRUE(document.levels().confirm());
    for (const auto& cell : document.reading().cells()) {
        ASSERT_TRUE(document.reading().goTo(cell));
        draw(document);
        EXPECT_EQ(document.reading().view(cell).state, protocol::CellState::Done) << anatomy::label(cell);
    }
    EXPECT_EQ(workspace->worklist()[0].done, 15U);
    EXPECT_FALSE(workspace->nextOpenRow());

    ASSERT_TRUE(workspace->exportContours(folder.path() / "contours.json"));
    std::ifstream file(folder.path() / "contours.json");
    const auto read = protocol::contoursFromJson(std::string(std::istreambuf_iterator<char>(file), {}));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->contours.size(), 15U);
    EXPECT_TRUE(read->refused.empty());
    // Writing to the store's file, or only closing it, would lose readings.
    EXPECT_FALSE(workspace->exportContours(workspace->storePath()));
    EXPECT_FALSE(workspace->exportContours(folder.path() / "no-such-folder" / "contours.json"));

    open(); // a restart
    EXPECT_EQ(workspace->worklist()[0].done, 15U);
    EXPECT_EQ(openStudy(workspace->worklist()[0].study).reading().done(), 15U);
}

TEST_F(Desktop, AStudyStaysOpenWhileWhatWasDrawnCannotBeStored) {
    for (const std::string number : {"61", "62"}) {
        writeStudy(folder.path() / number, testing::usual(), "1.2.840." + number, "FM-" + number);
        ASSERT_EQ(import(folder.path() / number), JobStatus::Done) << said;
    }
    const StudyUid first("1.2.840.61"), second("1.2.840.62");
    auto& document = openStudy(first);
    for (const auto& center : testing::sixBodies())
        ASSERT_TRUE(document.levels().mark(center));
    ASSERT_TRUE(document.levels().confirm());
    const auto cell = document.reading().cells().front();
    ASSERT_TRUE(document.reading().goTo(cell));
    {
        const testing::FullDisk full;
        draw(document);
        const auto opened = workspace->openStudy(second);
        ASSERT_FALSE(opened);
        EXPECT_NE(opened.error().message.find("FM-61 stays open: 8 edits not stored"), std::string::npos)
            << opened.error().message;
        EXPECT_FALSE(workspace->setRater("r2"));
        EXPECT_EQ(workspace->document(), &document);
    }
    openStudy(second);
    EXPECT_TRUE(openStudy(first).record().contour(cell));
}

TEST_F(Desktop, NewPicturesOfTheOpenStudyAreShownAtOnceUnlessSomethingIsBeingDrawn) {
    const auto all = testing::usual();
    const std::vector<testing::StackMaker> sagittals(all.begin(), all.begin() + 2);
    writeStudy(folder.path() / "first", sagittals, "1.2.840.58", "FM-0058");
    writeStudy(folder.path() / "all", all, "1.2.840.58", "FM-0058");
    ASSERT_EQ(import(folder.path() / "first"), JobStatus::Done) << said;
    auto& before = openStudy(StudyUid("1.2.840.58"));
    EXPECT_FALSE(before.views().hanging().axial);
    for (const auto& center : testing::sixBodies())
        ASSERT_TRUE(before.levels().mark(center));
    ASSERT_TRUE(before.levels().confirm());
    const auto cell = before.reading().cells().front();
    ASSERT_TRUE(before.reading().goTo(cell));
    const auto center = before.views().pane(Pane::Work).viewport.center;
    before.editor().press({center, {}, 0.1});
    before.editor().release({center, {}, 0.1}); // a first point
    ASSERT_EQ(import(folder.path() / "all"), JobStatus::Done) << said;
    queue.run();
    EXPECT_TRUE(workspace->hasNewImages());
    EXPECT_FALSE(workspace->document()->views().hanging().axial) << "nothing moves under the pointer";
    EXPECT_FALSE(workspace->reload());

    workspace->document()->editor().cancel();
    ASSERT_TRUE(workspace->reload());
    EXPECT_FALSE(workspace->hasNewImages());
    EXPECT_TRUE(workspace->document()->views().hanging().axial);
    EXPECT_EQ(workspace->document()->reading().currentCell(), cell) << "the person is where she was";
}

TEST_F(Desktop, AFileChangedAfterItsImportIsNotShownAndHidesNoOther) {
    auto preferences = workspace->preferences();
    preferences.onImport = OnImport::LeaveInPlace;
    workspace->setPreferences(preferences);
    writeStudy(folder.path() / "in", {testing::sagittal("1", Weighting::T2)}, "1.2.840.56", "FM-0056");
    ASSERT_EQ(import(folder.path() / "in"), JobStatus::Done) << said;
    std::ofstream(folder.path() / "in" / "1.2.840.56.1.0.3.dcm", std::ios::app) << "more";
    auto& document = openStudy(StudyUid("1.2.840.56"));
    EXPECT_EQ(document.images().state(0), LoadState::Loaded);
    const auto& stack = document.images().stacks()[0];
    auto& views = document.views();
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < stack.planes.size(); ++i) {
        views.showImage(Pane::SagittalT2, {0, i});
        const auto failure = document.images().failure({0, i});
        EXPECT_EQ(views.pane(Pane::SagittalT2).empty, failure ? failure->message : "");
        if (!failure) continue;
        ++hidden;
        EXPECT_NE(failure->message.find("1.2.840.56.1.0.3.dcm"), std::string::npos) << failure->message;
    }
    EXPECT_EQ(hidden, 1u);
    EXPECT_EQ(views.overlay(Pane::SagittalT2).notices.back(),
              "1 of " + std::to_string(stack.planes.size()) + " pictures of this series cannot be read.");
}

TEST_F(Desktop, WherePicturesAreGoneASentenceSaysWhatToDoAndNoPathFillsThePane) {
    auto preferences = workspace->preferences();
    preferences.onImport = OnImport::LeaveInPlace;
    workspace->setPreferences(preferences);
    writeStudy(folder.path() / "in", {testing::sagittal("1", Weighting::T2)}, "1.2.840.56", "FM-0056");
    ASSERT_EQ(import(folder.path() / "in"), JobStatus::Done) << said;
    std::filesystem::remove_all(folder.path() / "in");
    auto& document = openStudy(StudyUid("1.2.840.56"));
    const auto failure = document.images().failure({0, 0});
    ASSERT_TRUE(failure);
    EXPECT_NE(failure->message.find("import the study again"), std::string::npos) << failure->message;
    EXPECT_EQ(failure->message.find("/in/"), std::string::npos) << failure->message;
}

TEST_F(Desktop, RatersDoNotSeeEachOthersReadings) {
    writeStudy(folder.path() / "in", testing::usual(), "1.2.840.57", "FM-0057");
    ASSERT_EQ(import(folder.path() / "in"), JobStatus::Done) << said;
    auto& mine = openStudy(StudyUid("1.2.840.57"));
    for (const auto& center : testing::sixBodies())
        ASSERT_TRUE(mine.levels().mark(center));
    ASSERT_TRUE(mine.levels().confirm());
    ASSERT_TRUE(mine.reading().goTo(mine.reading().cells().front()));
    draw(mine);
    EXPECT_EQ(workspace->worklist()[0].done, 1U);
    ASSERT_TRUE(workspace->setRater("r2"));
    EXPECT_FALSE(workspace->document());
    EXPECT_EQ(workspace->worklist()[0].done, 0U);
    auto& theirs = openStudy(StudyUid("1.2.840.57"));
    EXPECT_TRUE(theirs.levels().isConfirmed()) << "levels belong to the patient";
    EXPECT_TRUE(theirs.record().contours().empty());
    ASSERT_TRUE(workspace->setRater("r1"));
    EXPECT_EQ(workspace->worklist()[0].done, 1U);
}

TEST_F(Desktop, ImportCanBeCancelledAndAFolderThatIsNotThereIsASentence) {
    for (int i = 0; i < 12; ++i)
        writeStudy(folder.path() / "in" / std::to_string(i), testing::usual(),
                   "1.2.840.6" + std::to_string(i), "P" + std::to_string(i));
    const auto job = workspace->import({folder.path() / "in"});
    workspace->jobs().cancel(job);
    EXPECT_EQ(endOfImport(), JobStatus::Cancelled);
    EXPECT_TRUE(import(folder.path() / "nowhere") == JobStatus::Failed ||
                !workspace->lastImport()->refused.empty())
        << said;
}

TEST_F(Desktop, NeighboursAndTheNextOpenCaseFollowTheWorklist) {
    for (const auto* name : {"A", "B", "C"})
        writeStudy(folder.path() / "in" / name, {testing::sagittal("1", Weighting::T2, 5)},
                   std::string("1.2.840.7") + std::to_string(name[0]), name);
    ASSERT_EQ(import(folder.path() / "in"), JobStatus::Done) << said;
    const auto& rows = workspace->worklist();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].title, "A");
    openStudy(rows[1].study);
    EXPECT_EQ(workspace->neighbourRow(Workspace::Direction::Next), 2U);
    EXPECT_EQ(workspace->neighbourRow(Workspace::Direction::Previous), 0U);
    EXPECT_EQ(workspace->nextOpenRow(), 2U);
    openStudy(rows[2].study);
    EXPECT_FALSE(workspace->neighbourRow(Workspace::Direction::Next));
    EXPECT_EQ(workspace->nextOpenRow(), 0U);
}

TEST_F(Desktop, WhoNarrowsTheWorklistGoesOnAmongWhatIsListed) {
    for (const auto* name : {"A1", "A2", "B1", "B2"})
        writeStudy(folder.path() / "in" / name, {testing::sagittal("1", Weighting::T2, 5)},
                   std::string("1.2.840.7") + std::to_string(name[0]) + name[1], name);
    ASSERT_EQ(import(folder.path() / "in"), JobStatus::Done) << said;
    int told = 0;
    const auto watching = workspace->worklistChanged.subscribe([&] { ++told; });
    using Rows = std::vector<std::size_t>;
    EXPECT_EQ(workspace->listedRows(), (Rows{0, 1, 2, 3}));
    workspace->narrow({"b", {}});
    workspace->narrow({"b", {}}); // nothing new
    EXPECT_EQ(told, 1);
    EXPECT_EQ(workspace->worklist().size(), 4U);
    EXPECT_EQ(workspace->listedRows(), (Rows{2, 3}));
    EXPECT_EQ(workspace->neighbourRow(Workspace::Direction::Next), 2U);
    EXPECT_EQ(workspace->nextOpenRow(), 2U);
    openStudy(workspace->worklist()[1].study); // by another way; the list does not show it
    EXPECT_EQ(workspace->listedRows(), (Rows{2, 3}));
    EXPECT_EQ(workspace->neighbourRow(Workspace::Direction::Next), 2U);
    EXPECT_FALSE(workspace->neighbourRow(Workspace::Direction::Previous));
    openStudy(workspace->worklist()[3].study);
    EXPECT_EQ(workspace->nextOpenRow(), 2U);
    workspace->narrow({"b", WorklistFilter::Progress::Done});
    EXPECT_EQ(workspace->listedRows(), (Rows{3})) << "what is open stays, however far it is";
    EXPECT_FALSE(workspace->nextOpenRow());
    workspace->narrow({"no such", {}});
    EXPECT_TRUE(workspace->listedRows().empty());
    EXPECT_FALSE(workspace->neighbourRow(Workspace::Direction::Next));
    ASSERT_TRUE(workspace->refreshWorklist());
    EXPECT_TRUE(workspace->listedRows().empty()) << "an import does not bring all back";
    ASSERT_TRUE(workspace->setRater("r2"));
    EXPECT_EQ(workspace->listedRows().size(), 4U) << "what one person looks for is nothing to the next";
}

TEST_F(Desktop, DamagedSettingsAreSaidOnceSomebodyListens) {
    std::filesystem::create_directories(folder.path() / "config");
    std::ofstream(folder.path() / "config" / "preferences.json") << "{";
    open();
    std::vector<std::string> heard;
    const auto listening =
        workspace->message.subscribe([&](const std::string& sentence) { heard.push_back(sentence); });
    queue.run();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_NE(heard[0].find("damaged"), std::string::npos);
}

TEST_F(Desktop, RealLumbarStudiesAreHungAndReadCompletely) {
    const auto data = testing::testData("lumbar_dicom_real");
    if (!data) GTEST_SKIP() << "FORAMETER_TEST_DATA does not hold lumbar_dicom_real";
    ASSERT_EQ(import(*data), JobStatus::Done) << said;
    ASSERT_GE(workspace->worklist().size(), 3U) << said;
    for (const auto& row : std::vector(workspace->worklist())) {
        auto& document = openStudy(row.study);
        SCOPED_TRACE(row.title + " " + row.series);
        const auto& hanging = document.views().hanging();
        EXPECT_TRUE(hanging.sagittalT1 || hanging.sagittalT2);
        ASSERT_TRUE(hanging.axial);
        EXPECT_EQ(hanging.lists[*hanging.axial].stacks.size(), 5U) << "the steep block at L5-S1, too";
        for (std::size_t i = 0; i < document.images().stacks().size(); ++i)
            EXPECT_EQ(document.images().state(i), LoadState::Loaded)
                << document.images().failure({i, 0}).value_or(Error{}).message;
        // Bodies placed down the middle of the sagittal picture, where levels would be clicked.
        const auto list = hanging.sagittalT2 ? *hanging.sagittalT2 : *hanging.sagittalT1;
        const auto& middle =
            document.images().plane(hanging.lists[list].slices[hanging.lists[list].slices.size() / 2]);
        for (int i = 0; i < 6; ++i) {
            const auto center = middle.center();
            ASSERT_TRUE(document.levels().mark({center.x, center.y, center.z - 75.0 + 32.0 * i}));
        }
        const auto confirmed = document.levels().confirm();
        ASSERT_TRUE(confirmed) << confirmed.error().message;
        ASSERT_TRUE(document.reading().doneNext());
        while (document.reading().currentCell()) {
            const auto cell = *document.reading().currentCell();
            if (!document.editor().obstacle() && document.reading().view(cell).covered) draw(document);
            ASSERT_TRUE(document.reading().doneNext());
            ASSERT_NE(document.reading().view(cell).state, protocol::CellState::Todo) << anatomy::label(cell);
        }
        EXPECT_EQ(document.reading().done(), 15U);
        std::size_t areas = 0;
        for (const auto& cell : document.reading().cells())
            areas += document.reading().view(cell).area ? 1 : 0;
        EXPECT_GE(areas, 10U);
    }
}

} // namespace
} // namespace forameter::workspace
