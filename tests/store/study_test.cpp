// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "blobs.hpp"
#include "fixture.hpp"
#include "forameter/store/image_planes.hpp"

namespace forameter::store {
namespace {

class StudyStoreTest : public StoreTest {
protected:
    StudyRepository studies() { return StudyRepository(store()); }
    Registered add(const StudyRecord& study) {
        const auto done = studies().add(study);
        EXPECT_TRUE(done) << why(done);
        return done.value_or(Registered{});
    }
    StudyRecord found(const std::string& uid = "1.2.3") {
        const auto study = studies().find(StudyUid(uid));
        EXPECT_TRUE(study) << why(study);
        return study.value_or(StudyRecord{});
    }
};

TEST(SlicesOf, OfSeveralPicturesAtOnePlaceSliceChoiceSeesTheFirst) {
    auto study = someStudy();
    auto& stack = study.series[0].stacks[0];
    stack.instances[3].origin = stack.instances[2].origin + geometry::PatientVector{0.03, 0, 0};
    const auto seen = slicesOf(study.series[0].uid, stack);
    EXPECT_EQ(seen.geometry.slices.size(), 10u);
    EXPECT_EQ(seen.instances, (std::vector<std::size_t>{0, 1, 2, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(StudyStoreTest, AStudyComesBackAsItWas) {
    auto study = someStudy("2.1");
    study.series[0].stacks[0].warnings = {"missing-slice", "oblique"};
    study.series[0].stacks[0].echoTime = 9.8;
    study.series[0].stacks[0].instances[3].sha256 = "";
    study.series[1].number.reset();
    std::swap(study.series[0], study.series[1]); // those without a number come first
    const auto done = add(study);
    EXPECT_EQ(done.studies, 1u);
    EXPECT_EQ(done.series, 2u);
    EXPECT_EQ(done.instances, 20u);
    reopen();
    EXPECT_EQ(found("2.1"), study);
    expectSound();
}

TEST_F(StudyStoreTest, TheSameAgainAddsNothingAndLeavesNoAudit) {
    const auto before = AuditLog(store()).entries().value().size();
    const auto again = add(someStudy());
    EXPECT_EQ(again.studies + again.series + again.instances, 0u);
    EXPECT_EQ(again.unchanged, 20u);
    EXPECT_TRUE(again.conflicts.empty());
    EXPECT_EQ(AuditLog(store()).entries().value().size(), before);
}

TEST_F(StudyStoreTest, ADryRunSaysWhatItWouldAddAndAddsNothing) {
    const auto before = AuditLog(store()).entries().value().size();
    const auto dry = studies().add(someStudy("6.1"), StudyRepository::Mode::DryRun);
    ASSERT_TRUE(dry) << why(dry);
    EXPECT_EQ(dry->studies, 1u);
    EXPECT_EQ(dry->instances, 20u);
    EXPECT_FALSE(studies().find(StudyUid("6.1")));
    EXPECT_EQ(AuditLog(store()).entries().value().size(), before);
}

TEST_F(StudyStoreTest, MovedFilesAreFoundAtTheirNewPlace) {
    EXPECT_EQ(add(someStudy("1.2.3", "/elsewhere")).unchanged, 20u);
    EXPECT_EQ(found().series[0].stacks[0].instances[0].path, "/elsewhere/1-1.dcm");
    expectSound();
}

TEST_F(StudyStoreTest, OtherBytesUnderAKnownIdentityAreNotTaken) {
    auto study = someStudy();
    study.series[0].stacks[0].instances[4].sha256 = std::string(64, 'b');
    const auto done = add(study);
    ASSERT_EQ(done.conflicts.size(), 1u);
    EXPECT_EQ(done.conflicts[0].error.code, ErrorCode::DuplicateUid);
    EXPECT_EQ(done.conflicts[0].path, study.series[0].stacks[0].instances[4].path);
    EXPECT_EQ(found(), someStudy());
}

TEST_F(StudyStoreTest, ASeriesOfAnotherStudyIsNotTaken) {
    auto study = someStudy("3.3");
    study.series[0].uid = SeriesUid("1.2.3.1");
    const auto done = add(study);
    EXPECT_EQ(done.series, 1u);
    ASSERT_EQ(done.conflicts.size(), 11u) << "file by file";
    for (const auto& instance : study.series[0].stacks[0].instances)
        EXPECT_EQ(std::ranges::count(done.conflicts, instance.path, &Registered::Conflict::path), 1);
    EXPECT_EQ(found("3.3").series.size(), 1u);
    study.uid = StudyUid("3.4");
    study.series.resize(1);
    EXPECT_EQ(add(study).studies, 0u) << "nothing of it was taken";
    EXPECT_FALSE(StudyRepository(store()).find(StudyUid("3.4")));
}

TEST_F(StudyStoreTest, ImagesOfAnotherPatientDoNotEnterAStudy) {
    auto others = someStudy();
    others.patientId = "somebody else";
    others.series[0].uid = SeriesUid("1.2.3.77");
    const auto done = add(others);
    EXPECT_EQ(done.series + done.instances, 0u);
    ASSERT_EQ(done.conflicts.size(), 20u);
    EXPECT_NE(done.conflicts[0].error.message.find("somebody else"), std::string::npos);
    EXPECT_EQ(found(), someStudy());
    others.patientId.clear();
    EXPECT_EQ(add(others).conflicts.size(), 0u) << "of nobody: the study's UID says whose they are";
}

TEST_F(StudyStoreTest, LateImagesExtendASeries) {
    auto half = someStudy("4.1");
    auto& instances = half.series[0].stacks[0].instances;
    const auto all = instances;
    instances.erase(instances.begin() + 6, instances.end());
    EXPECT_EQ(add(half).instances, 15u);
    auto rest = someStudy("4.1");
    rest.series.resize(1);
    rest.series[0].stacks[0].instances.erase(rest.series[0].stacks[0].instances.begin(),
                                             rest.series[0].stacks[0].instances.begin() + 6);
    EXPECT_EQ(add(rest).instances, 5u);
    ASSERT_EQ(found("4.1").series[0].stacks.size(), 2u) << "the new images stand beside the old ones";
    EXPECT_EQ(found("4.1").series[0].stacks[1].index, 1);
    expectSound();
}

TEST_F(StudyStoreTest, AllImagesAgainMendASeriesThatWasSplitByItsPortions) {
    auto odd = someStudy("4.3"), even = odd;
    for (auto* half : {&odd, &even}) {
        half->series.resize(1);
        half->series[0].stacks[0].instances.clear();
    }
    const auto whole = someStudy("4.3");
    for (const auto& instance : whole.series[0].stacks[0].instances) {
        std::swap(odd, even);
        odd.series[0].stacks[0].instances.push_back(instance);
    }
    add(odd);
    add(even);
    ASSERT_EQ(found("4.3").series[0].stacks.size(), 2u);
    const auto again = add(whole);
    EXPECT_EQ(again.unchanged, 11u);
    EXPECT_EQ(again.instances, 9u) << "the second series";
    EXPECT_EQ(found("4.3"), whole);
    const auto entries = AuditLog(store()).entries().value();
    EXPECT_EQ(std::ranges::count(entries, "series.regroup", &AuditEntry::action), 1);
    add(whole);
    EXPECT_EQ(AuditLog(store()).entries().value().size(), entries.size());
    expectSound();
}

TEST_F(StudyStoreTest, AllImagesTogetherAreGroupedAnew) {
    auto half = someStudy("4.2");
    half.series[0].stacks[0].instances.resize(6);
    add(half);
    ASSERT_TRUE(studies().correctWeighting(SeriesUid("4.2.1"), std::array{0}, Weighting::PD));
    EXPECT_EQ(add(someStudy("4.2")).instances, 5u);
    auto expected = someStudy("4.2");
    expected.series[0].stacks[0].weighting = Weighting::PD;
    expected.series[0].stacks[0].weightingCorrected = true;
    EXPECT_EQ(found("4.2"), expected) << "one stack, and the correction stays";
    expectSound();
}

TEST_F(StudyStoreTest, ImagesThatMakeADrawnOneUnmeasurableSaySo) {
    auto half = someStudy("4.3");
    half.series[0].stacks[0].instances.resize(6);
    add(half);
    LevelSetRepository levels(store());
    ASSERT_TRUE(levels.confirm(StudyUid("4.3"), someLevels(), kR1, 0));
    const auto contour = someForamen(5, anatomy::Level::L4_L5, "r1", 2, "4.3");
    ASSERT_TRUE(ContourRepository(store()).save(contour, 0));
    auto whole = someStudy("4.3");
    whole.series[0].stacks[0].measurable = false;
    const auto registered = add(whole);
    EXPECT_EQ(registered.instances, 5u);
    ASSERT_EQ(registered.doubts.size(), 1u);
    EXPECT_NE(registered.doubts[0].error.message.find(contour.image.sop.text()), std::string::npos);
    const auto report = verify(store());
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->ok());
    ASSERT_EQ(report->warnings.size(), 1u);
    EXPECT_EQ(report->warnings[0].what, "unmeasurable");
}

TEST_F(StudyStoreTest, MissingDemographicsAreFilledInAndKnownOnesKept) {
    auto first = someStudy("5.1");
    first.age.reset();
    first.sex = "";
    add(first);
    auto second = someStudy("5.1");
    second.age = 33;
    second.patientId = "";
    add(second);
    EXPECT_EQ(found("5.1").age, 33);
    EXPECT_EQ(found("5.1").sex, "F");
    EXPECT_EQ(found("5.1").patientId, "P5.1");
    expectSound();
}

TEST_F(StudyStoreTest, WeightingIsCorrectedByHandWithAVersion) {
    ASSERT_TRUE(studies().correctWeighting(SeriesUid("1.2.3.1"), std::array{0}, Weighting::T2));
    EXPECT_EQ(found().series[0].stacks[0].weighting, Weighting::T2);
    EXPECT_TRUE(found().series[0].stacks[0].weightingCorrected);
    ASSERT_TRUE(studies().correctWeighting(SeriesUid("1.2.3.1"), std::array{0}, std::nullopt));
    EXPECT_FALSE(found().series[0].stacks[0].weighting);
    ASSERT_TRUE(studies().correctWeighting(SeriesUid("1.2.3.1"), std::array{0}, Weighting::T1));
    EXPECT_FALSE(found().series[0].stacks[0].weightingCorrected);
    EXPECT_EQ(rawText(file, "SELECT COUNT(*) FROM series_weighting"), "3");
    EXPECT_EQ(studies().correctWeighting(SeriesUid("1.2.3.1"), std::array{0, 7}, Weighting::T2).error().code,
              ErrorCode::NotFound);
    EXPECT_EQ(found().series[0].stacks[0].weighting, Weighting::T1) << "all of them or none";
    expectSound();
}

TEST_F(StudyStoreTest, ImagesAreFoundWithTheirPlane) {
    const auto plane = studies().imagePlane(kStudy, {SeriesUid("1.2.3.1"), SopUid("1.2.3.1.1"), 1});
    ASSERT_TRUE(plane) << why(plane);
    EXPECT_EQ(plane->plane(), geometry::Plane::Sagittal);
    EXPECT_EQ(plane->origin(), (geometry::PatientPoint{-20, -80, 80}));
    EXPECT_EQ(
        studies().imagePlane(StudyUid("7"), {SeriesUid("1.2.3.1"), SopUid("1.2.3.1.1"), 1}).error().code,
        ErrorCode::UnknownImage);
}

TEST_F(StudyStoreTest, OddTextIsKeptReadable) {
    auto study = someStudy("6.1");
    study.description = std::string("a\0b", 3) + "\xff\xfe <b>'; DROP TABLE study;--";
    study.patientId = "\xe6\x97\xa5\xe6\x9c\xac";
    add(study);
    EXPECT_EQ(found("6.1").patientId, study.patientId);
    EXPECT_EQ(found("6.1").description, "ab\xef\xbf\xbd\xef\xbf\xbd <b>'; DROP TABLE study;--");
    EXPECT_EQ(add(study).unchanged, 20u);
    expectSound();
}

TEST(Manifest, DamagedBytesAreRefused) {
    const auto stack = someStudy().series[0].stacks[0];
    const std::string blob = manifestToBlob(stack);
    EXPECT_LT(blob.size(), 11u * 90) << "neighbours share what they have in common";
    StackRecord read = stack;
    read.instances.clear();
    ASSERT_TRUE(manifestFromBlob(blob, read));
    EXPECT_EQ(read, stack);
    for (std::size_t size = 0; size < blob.size(); ++size)
        EXPECT_FALSE(manifestFromBlob(blob.substr(0, size), read)) << size;
}

} // namespace
} // namespace forameter::store
