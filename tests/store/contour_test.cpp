// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "blobs.hpp"
#include "fixture.hpp"
#include "images.hpp"

namespace forameter::store {
namespace {

class ContourStoreTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
    }
    ContourRepository contours() { return ContourRepository(store()); }
    ImportedContours import(std::vector<protocol::Contour> given) {
        protocol::ReadContours document;
        for (std::size_t i = 0; i < given.size(); ++i)
            document.indices.push_back(i);
        document.contours = std::move(given);
        auto done = contours().import(document);
        EXPECT_TRUE(done) << why(done);
        return done.value_or(ImportedContours{});
    }
};

TEST_F(ContourStoreTest, AStrokeComesBackBitForBitWithItsArea) {
    auto contour = someForamen(5.0);
    contour.curve.points[3].y += 1e-13;
    contour.curve.corners = {0, 4};
    contour.note = "Grenzfall \xc3\xa4";
    contour.midlineOffset = 12.5;
    const auto saved = save(contour);
    EXPECT_EQ(saved.version, 1);
    reopen();
    const auto found = contours().find(contour.id);
    ASSERT_TRUE(found) << why(found);
    EXPECT_EQ(found->contour.curve, contour.curve);
    EXPECT_EQ(found->contour.note, contour.note);
    EXPECT_EQ(found->contour.midlineOffset, contour.midlineOffset);
    EXPECT_EQ(found->contour.plane, geometry::Plane::Sagittal) << "taken from the stack";
    EXPECT_EQ(found->contour.weighting, Weighting::T1);
    ASSERT_TRUE(found->measurement);
    EXPECT_EQ(found->measurement->area, saved.measurement->area);
    EXPECT_NEAR(found->measurement->area.value(), 78.54, 2.0);
    EXPECT_TRUE(found->measurement->areaMask);
    expectSound();
}

TEST_F(ContourStoreTest, NothingIsMeasuredBeforeLevelsAreConfirmed) {
    ASSERT_TRUE(StudyRepository(store()).add(someStudy("1.2.4")));
    const auto contour = someForamen(5, anatomy::Level::L4_L5, "r1", 2, "1.2.4");
    auto refused = contours().save(contour, 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::NotAllowed);
    ASSERT_TRUE(LevelSetRepository(store()).saveDraft(StudyUid("1.2.4"), someLevels(), kR1, 0));
    EXPECT_FALSE(contours().save(contour, 0)) << "a draft is not enough";
    ASSERT_TRUE(LevelSetRepository(store()).confirm(StudyUid("1.2.4"), someLevels(), kR1, 1));
    EXPECT_TRUE(contours().save(contour, 0));
}

TEST_F(ContourStoreTest, AnOldVersionIsNotOverwritten) {
    auto contour = someForamen();
    save(contour);
    contour.curve.points[0].y += 1;
    EXPECT_EQ(save(contour, 1).version, 2);
    contour.curve.points[0].y += 1;
    const auto late = contours().save(contour, 1);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Conflict);
    EXPECT_EQ(contours().save(contour, 0).error().code, ErrorCode::Conflict);
    EXPECT_EQ(contours().versions({}).value().size(), 2u);
}

TEST_F(ContourStoreTest, AStrokeThatChangesNothingMakesNoVersion) {
    const auto contour = someForamen();
    save(contour);
    EXPECT_EQ(save(contour, 1).version, 1);
}

TEST_F(ContourStoreTest, ADeletedContourIsAVersionThatSaysSo) {
    const auto contour = someForamen();
    save(contour);
    const auto gone = contours().remove(contour.id, 1);
    ASSERT_TRUE(gone) << why(gone);
    EXPECT_TRUE(gone->deleted);
    EXPECT_TRUE(current().empty());
    EXPECT_EQ(contours().find(contour.id).error().code, ErrorCode::NotFound);
    const auto versions = contours().versions({});
    ASSERT_TRUE(versions);
    ASSERT_EQ(versions->size(), 2u);
    EXPECT_EQ(versions->at(1).contour.curve, contour.curve);
    EXPECT_FALSE(versions->at(1).measurement);
    expectSound();
}

TEST_F(ContourStoreTest, RowsCannotBeChangedOrDeletedEvenByHand) {
    save(someForamen());
    const QString name = "hand";
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", name);
        database.setDatabaseName(QString::fromStdString(file.string()));
        ASSERT_TRUE(database.open());
        QSqlQuery query(database);
        for (const char* table : {"contour_version", "audit", "level_set", "edit_step"}) {
            EXPECT_FALSE(query.exec(QString("DELETE FROM %1").arg(table))) << table;
            EXPECT_FALSE(query.exec(QString("UPDATE %1 SET id = 7").arg(table))) << table;
        }
    }
    QSqlDatabase::removeDatabase(name);
    expectSound();
}

TEST_F(ContourStoreTest, BadStrokesAreRefusedAndNothingIsKept) {
    auto crossing = someForamen();
    std::swap(crossing.curve.points[2], crossing.curve.points[9]);
    auto off = someForamen();
    off.curve.points[1].x += 0.2;
    auto few = someForamen();
    few.curve.points.resize(2);
    auto nan = someForamen();
    nan.curve.points[0].y = std::numeric_limits<double>::quiet_NaN();
    auto elsewhere = someForamen();
    elsewhere.image.sop = SopUid("9.9.9");
    auto wrongFrame = someForamen();
    wrongFrame.image.frame = 2;
    auto sideless = someForamen();
    sideless.cell.side.reset();
    auto nameless = someForamen();
    nameless.rater = "";
    auto sixth = someForamen(5, anatomy::Level::L6_S1);
    auto noUuid = someForamen();
    noUuid.id = ContourId("c1");
    for (const auto& bad :
         {crossing, off, few, nan, elsewhere, wrongFrame, sideless, nameless, sixth, noUuid}) {
        const auto refused = contours().save(bad, 0);
        ASSERT_FALSE(refused);
        EXPECT_TRUE(refused.error().message.ends_with(".")) << refused.error().message;
    }
    EXPECT_EQ(contours().save(elsewhere, 0).error().code, ErrorCode::UnknownImage);
    EXPECT_TRUE(current().empty());
    EXPECT_EQ(History(store()).nextUndo(kStudy, kR1).value()->kind, StepKind::Levels);
}

TEST_F(ContourStoreTest, AnImageThatCannotBeTrustedIsNeverMeasured) {
    auto study = someStudy("1.2.5");
    study.series[0].stacks[0].measurable = false;
    ASSERT_TRUE(StudyRepository(store()).add(study));
    ASSERT_TRUE(LevelSetRepository(store()).confirm(study.uid, someLevels(), kR1, 0));
    const auto contour = someForamen(5, anatomy::Level::L4_L5, "r1", 2, "1.2.5");
    EXPECT_EQ(contours().save(contour, 0).error().code, ErrorCode::NoSpacing);
    const auto imported = import({contour});
    ASSERT_EQ(imported.refused.size(), 1u);
    EXPECT_EQ(imported.refused[0].error.code, ErrorCode::NoSpacing);
}

TEST_F(ContourStoreTest, ARaterGetsOnlyHerOwn) {
    const auto first = someForamen(5, anatomy::Level::L4_L5, "r1");
    const auto second = someForamen(6, anatomy::Level::L4_L5, "r2");
    save(first);
    save(second);
    reopen(Actor::as(kR1));
    ASSERT_EQ(current().size(), 1u);
    EXPECT_EQ(current()[0].contour.rater, "r1");
    EXPECT_EQ(contours().count({}).value(), 1u);
    EXPECT_EQ(contours().versions({}).value().size(), 1u);
    EXPECT_EQ(contours().find(second.id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(contours().remove(second.id, 1).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(current({.rater = kR2}).empty());
    EXPECT_EQ(StudyRepository(store()).list().value().studies[0].contours, 1u);
    EXPECT_EQ(StudyRepository(store()).count("contours = 2").value(), 0u);
    EXPECT_EQ(RaterRepository(store()).list().value().size(), 1u);
    EXPECT_TRUE(CellStateRepository(store()).states(kStudy, kR2).value().empty());
    EXPECT_FALSE(History(store()).nextUndo(kStudy, kR2).value());
    EXPECT_EQ(History(store()).undo(kStudy, kR2).error().code, ErrorCode::NotAllowed);
    EXPECT_EQ(contours().save(someForamen(7, anatomy::Level::L3_L4, "r2"), 0).error().code,
              ErrorCode::NotAllowed);
    const auto entries = AuditLog(store()).entries().value();
    for (const auto& entry : entries)
        EXPECT_EQ(entry.actor, "r1");
    reopen();
    EXPECT_EQ(current().size(), 2u) << "the administrator of a private store sees all";
}

TEST_F(ContourStoreTest, ImportingTheSameAgainChangesNothing) {
    const std::vector given{someForamen(5), someForamen(4, anatomy::Level::L3_L4)};
    auto done = import(given);
    EXPECT_EQ(done.added, 2u);
    done = import(given);
    EXPECT_EQ(done.unchanged, 2u);
    EXPECT_EQ(done.added + done.changed, 0u);
    auto moved = given;
    moved[0].curve.points[0].y += 5e-7; // less than what the format keeps
    moved[1].curve.points[0].y += 0.1;
    done = import(moved);
    EXPECT_EQ(done.unchanged, 1u);
    EXPECT_EQ(done.changed, 1u);
    EXPECT_EQ(contours().find(given[1].id).value().version, 2);
    EXPECT_FALSE(History(store()).nextUndo(kStudy, kR1).value()->kind == StepKind::Contour)
        << "an import is nobody's stroke";
    expectSound();
}

TEST_F(ContourStoreTest, TheSameDelineationUnderANewUuidIsNotAddedTwice) {
    auto contour = someForamen();
    import({contour});
    contour.id = ContourId(newUuid());
    EXPECT_EQ(import({contour}).unchanged, 1u);
    contour.rater = "r2";
    EXPECT_EQ(import({contour}).added, 1u);
}

TEST_F(ContourStoreTest, AnImportedContourWithoutANameIsThePresentOneOfItsCellAndImage) {
    protocol::ReadContours document;
    const auto bring = [&](double radius, int slice) {
        auto drawn = someForamen(radius, anatomy::Level::L4_L5, "r1", slice);
        document = {{drawn}, {0}, {drawn.id}, {}};
        return contours().import(document).value();
    };
    EXPECT_EQ(bring(5.0, 2).added, 1u);
    EXPECT_EQ(bring(5.5, 2).changed, 1u);
    EXPECT_EQ(bring(5.0, 3).added, 1u) << "on another image it is another one";
    const auto now = current();
    ASSERT_EQ(now.size(), 2u);
    EXPECT_EQ(now[0].version + now[1].version, 3);
    expectSound();
}

TEST_F(ContourStoreTest, ImportRefusesOneByOneAndKeepsTheRest) {
    auto unknown = someForamen();
    unknown.image.series = SeriesUid("7.7");
    auto off = someForamen();
    off.curve.points[0].x += 0.11;
    auto sixth = someForamen(5, anatomy::Level::L5_L6);
    const auto good = someForamen(3);
    const auto done = import({unknown, good, off, sixth});
    EXPECT_EQ(done.added, 1u);
    ASSERT_EQ(done.refused.size(), 3u);
    EXPECT_EQ(done.refused[0].index, 0u);
    EXPECT_EQ(done.refused[0].error.code, ErrorCode::UnknownImage);
    EXPECT_EQ(done.refused[1].index, 2u);
    EXPECT_EQ(done.refused[2].index, 3u);
    for (const auto& refused : done.refused)
        EXPECT_LE(refused.error.code, ErrorCode::Other);
}

TEST_F(ContourStoreTest, ImportRefusesWhatLiesOutsideItsImageAndTellsWhatReachesBeyondIt) {
    const auto inside = someForamen(1);
    auto beyond = someForamen(2), away = someForamen(3);
    const auto place = Images(**store().database().connection()).find(beyond.study, beyond.image);
    ASSERT_TRUE(place);
    const auto shift = [&](protocol::Contour& contour, double along) {
        for (auto& point : contour.curve.points)
            point = point + along * place->image.rowDirection();
    };
    const auto [left, right, top, bottom] = place->image.bounds();
    shift(beyond, right + 2.0 - place->image.toPlane(beyond.curve.points.front()).x);
    shift(away, 10.0 * (right - left));
    const auto done = import({inside, away, beyond});
    EXPECT_EQ(done.added, 2u);
    ASSERT_EQ(done.refused.size(), 1u);
    EXPECT_EQ(done.refused[0].index, 1u);
    EXPECT_EQ(done.refused[0].error.code, ErrorCode::BadPosition);
    ASSERT_EQ(done.warnings.size(), 1u);
    EXPECT_EQ(done.warnings[0].index, 2u);
    EXPECT_FALSE(done.warnings[0].error.message.empty());
}

TEST_F(ContourStoreTest, ImportTakesPlaneAndWeightingFromTheImageAndTellsWhoSaysOtherwise) {
    auto silent = someForamen(1), wrong = someForamen(2);
    silent.plane.reset();
    silent.weighting.reset();
    wrong.plane = geometry::Plane::Axial;
    wrong.weighting = Weighting::T2;
    const auto done = import({silent, wrong});
    EXPECT_EQ(done.added, 2u);
    ASSERT_EQ(done.warnings.size(), 2u);
    for (const auto& warning : done.warnings) {
        EXPECT_EQ(warning.index, 1u);
        EXPECT_EQ(warning.error.code, ErrorCode::ConflictingGeometry);
    }
    for (const auto& stored : current()) {
        EXPECT_EQ(stored.contour.plane, geometry::Plane::Sagittal);
        EXPECT_EQ(stored.contour.weighting, Weighting::T1);
    }
    EXPECT_EQ(import({silent, wrong}).unchanged, 2u);
}

TEST_F(ContourStoreTest, ImportNeedsNoConfirmedLevels) {
    ASSERT_TRUE(StudyRepository(store()).add(someStudy("1.2.6")));
    EXPECT_EQ(import({someForamen(5, anatomy::Level::L4_L5, "truth", 2, "1.2.6")}).added, 1u);
    EXPECT_TRUE(current({.study = StudyUid("1.2.6")}).at(0).measurement);
    EXPECT_FALSE(current({.study = StudyUid("1.2.6")}).at(0).levelSet);
}

TEST_F(ContourStoreTest, ADryRunKeepsNothing) {
    protocol::ReadContours document;
    document.contours = {someForamen()};
    document.indices = {0};
    EXPECT_EQ(contours().import(document, ContourRepository::Mode::DryRun).value().added, 1u);
    EXPECT_TRUE(current().empty());
}

TEST_F(ContourStoreTest, FiltersNameWhatTheySay) {
    auto canal = someForamen(7);
    canal.cell = anatomy::Cell::canal(anatomy::Level::L3_L4);
    canal.source = protocol::Source::Phantom;
    save(someForamen(5));
    save(canal);
    EXPECT_EQ(current({.cell = canal.cell}).size(), 1u);
    EXPECT_EQ(current({.source = protocol::Source::Phantom}).size(), 1u);
    EXPECT_EQ(current({.image = canal.image}).size(), 2u);
    EXPECT_EQ(current({.study = StudyUid("9")}).size(), 0u);
    EXPECT_EQ(current()[0].contour.cell.level, anatomy::Level::L3_L4) << "from the head down";
    EXPECT_EQ(current({.round = ""}).size(), 2u) << "of no round";
    EXPECT_TRUE(current({.round = "pilot"}).empty());
}

TEST_F(ContourStoreTest, NamesWhoDrewWithoutReadingWhatTheyDrew) {
    auto truth = someForamen(7, anatomy::Level::L3_L4, "truth");
    truth.source = protocol::Source::Phantom;
    import({someForamen(5, anatomy::Level::L4_L5, "r2"), someForamen(6, anatomy::Level::L4_L5, "r1"),
            someForamen(5, anatomy::Level::L3_L4, "r1"), truth});
    EXPECT_EQ(contours().raters({.round = ""}).value(), (std::vector{kR1, kR2}));
    EXPECT_TRUE(contours().raters({.round = "pilot"}).value().empty());
}

TEST_F(ContourStoreTest, ANotAssessableContourHasNoArea) {
    auto contour = someForamen();
    contour.assessable = false;
    contour.curve.points.clear();
    contour.note = "metal";
    EXPECT_FALSE(save(contour).measurement);
    const auto states = CellStateRepository(store()).states(kStudy, kR1).value();
    ASSERT_EQ(states.size(), 1u);
    EXPECT_EQ(states[0].state, protocol::CellState::NotAssessable);
    EXPECT_EQ(states[0].reason, "metal");
    expectSound();
}

TEST(CurveBlob, DamagedBytesAreRefused) {
    const std::string blob = curveToBlob(someForamen().curve);
    ASSERT_TRUE(curveFromBlob(blob));
    for (std::size_t size = 0; size < blob.size(); ++size)
        EXPECT_FALSE(curveFromBlob(blob.substr(0, size))) << size;
    EXPECT_FALSE(curveFromBlob(blob + '\0'));
    std::string huge = blob;
    huge.replace(2, 4, "\xff\xff\xff\xff");
    EXPECT_FALSE(curveFromBlob(huge));
}

} // namespace
} // namespace forameter::store
