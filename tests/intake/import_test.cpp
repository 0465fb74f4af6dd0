// SPDX-License-Identifier: Apache-2.0
#include "forameter/intake/import.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "../support/dicom_dataset.hpp"
#include "../support/temporary_folder.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/dicom/pixels.hpp"
#include "forameter/intake/import_json.hpp"
#include "forameter/store/study_repository.hpp"

namespace forameter::intake {
namespace {

namespace fs = std::filesystem;
using namespace forameter::testing;

class Import : public ::testing::Test {
protected:
    fs::path at(const std::string& name) const { return m_folder / name; }
    void write(const std::string& name, int number, const char* description = "Sag T1") {
        Dataset data = mrDataset("1.2.3.4." + std::to_string(number));
        data.text(0x00200013, "IS", std::to_string(number))
            .text(0x00200032, "DS", decimals({0, 0, 4.0 * number}))
            .text(0x0008103e, "LO", description);
        writeFile(at(name), dicomFile(data.encode(), kExplicitLittle));
    }
    store::Store open() {
        auto opened = store::Store::openOrCreate(at("store.sqlite"));
        EXPECT_TRUE(opened) << opened.error().message;
        return std::move(*opened);
    }
    Result<ImportReport> import(const store::Store& store, ImportOptions options = {},
                                const std::string& folder = "images") {
        options.worker = fs::read_symlink("/proc/self/exe");
        const fs::path images = at(folder);
        return importPaths(store, {&images, 1}, options);
    }

    TemporaryFolder m_temporary;
    const fs::path& m_folder = m_temporary.path();
};

TEST_F(Import, RegistersWhatWasScannedAndTheSameBytesAgainAddNothing) {
    for (int i = 1; i <= 4; ++i)
        write("images/" + std::to_string(i), i);
    writeFile(at("images/readme"), "text");
    const auto store = open();
    const auto first = import(store);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->added.studies, 1u);
    EXPECT_EQ(first->added.series, 1u);
    EXPECT_EQ(first->added.instances, 4u);
    EXPECT_EQ(first->unchanged, 0u);
    EXPECT_EQ(first->scan.refused.size(), 1u);
    const auto again = import(store);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->added.instances, 0u);
    EXPECT_EQ(again->added.studies, 0u);
    EXPECT_EQ(again->unchanged, 4u);
    const auto study = store::StudyRepository(store).find(StudyUid("1.2.3"));
    ASSERT_TRUE(study) << study.error().message;
    const auto& stack = study->series.at(0).stacks.at(0);
    EXPECT_EQ(stack.rowSpacing, 0.8);
    EXPECT_EQ(stack.columnSpacing, 0.7);
    EXPECT_EQ(stack.sliceSpacing, 4.0);
    EXPECT_EQ(stack.weighting, Weighting::T1);
    EXPECT_TRUE(stack.measurable);
    ASSERT_EQ(stack.instances.size(), 4u);
    EXPECT_EQ(stack.instances[0].path, at("images/1").string());
    EXPECT_EQ(stack.instances[0].sha256, toHex(*sha256OfFile(at("images/1"))));
    EXPECT_EQ(stack.instances[3].origin.z, 16.0);
}

TEST_F(Import, OtherBytesUnderAKnownNameAreRefusedAndNothingElseSuffers) {
    write("images/1", 1);
    const auto store = open();
    ASSERT_TRUE(import(store));
    write("images/1", 1, "Another");
    write("images/2", 2, "Another");
    const auto second = import(store);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->added.instances, 1u);
    ASSERT_EQ(second->scan.refused.size(), 1u);
    EXPECT_EQ(second->scan.refused[0].reason, ErrorCode::DuplicateUid);
}

TEST_F(Import, AnotherPersonsImagesInALaterPortionAreRefused) {
    const auto person = [&](int number, const char* id, const char* name, const char* born, const char* sex) {
        Dataset data = mrDataset("1.2.3.4." + std::to_string(number));
        data.text(0x00200013, "IS", std::to_string(number))
            .text(0x00200032, "DS", decimals({0, 0, 4.0 * number}))
            .text(0x00100010, "PN", name)
            .text(0x00100020, "LO", id)
            .text(0x00100030, "DA", born)
            .text(0x00100040, "CS", sex);
        writeFile(at("images/" + std::to_string(number)), dicomFile(data.encode(), kExplicitLittle));
    };
    const auto store = open();
    person(1, "", "MUELLER^ANNA", "19500101", "F");
    ASSERT_TRUE(import(store));
    for (const char* const id : {"", "B"}) {
        fs::remove_all(at("images"));
        person(2, id, "SCHMIDT^KARL", "19800101", "M");
        person(3, id, "SCHMIDT^KARL", "19800101", "M");
        // The first image is still there, as it would be.
        fs::rename(at("images"), at("second"));
        person(1, "", "MUELLER^ANNA", "19500101", "F");
        const auto second = import(store, {}, "second");
        ASSERT_TRUE(second) << second.error().message;
        EXPECT_EQ(second->added.instances, 0u);
        ASSERT_EQ(second->scan.refused.size(), 2u);
        EXPECT_EQ(second->scan.refused[0].reason, ErrorCode::DuplicateUid);
        EXPECT_NE(second->scan.refused[0].message.find("of another patient"), std::string::npos)
            << second->scan.refused[0].message;
        fs::remove_all(at("second"));
    }
    EXPECT_EQ(store::StudyRepository(store).find(StudyUid("1.2.3"))->sex, "F");
    // Her own later images are taken, however her name is written.
    person(1, "", "MUELLER^ANNA", "19500101", "F");
    person(2, "", "Mueller^Anna Maria", "19500101", "F");
    const auto third = import(store);
    ASSERT_TRUE(third) << third.error().message;
    EXPECT_EQ(third->added.instances, 1u);
    EXPECT_TRUE(third->scan.refused.empty());
}

TEST_F(Import, ASeriesThatComesInPortionsIsSplitAsIfItHadComeAtOnce) {
    for (const bool copies : {false, true}) {
        const std::string name = copies ? "copies" : "in-place";
        auto opened = store::Store::openOrCreate(at(name + ".sqlite"));
        ASSERT_TRUE(opened) << opened.error().message;
        const store::Store store = *std::move(opened);
        ImportOptions options;
        if (copies) options.copyTo = at("kept");
        fs::remove_all(at("images"));
        for (const int i : {1, 2, 5}) // number 3 and 4 come later
            write("images/" + std::to_string(i), i);
        ASSERT_TRUE(import(store, options));
        fs::rename(at("images"), at(name));
        for (const int i : {3, 4})
            write("images/" + std::to_string(i), i);
        const auto late = import(store, options);
        ASSERT_TRUE(late) << late.error().message;
        EXPECT_EQ(late->added.instances, 2u);
        const auto found = store::StudyRepository(store).list({});
        ASSERT_EQ(found->studies.size(), 1u);
        const auto study = store::StudyRepository(store).find(found->studies[0].uid);
        // Moved files are found by nobody: what came later is a stack of its own, and nothing is lost.
        EXPECT_EQ(study->series[0].stacks.size(), copies ? 1u : 2u);
        EXPECT_EQ(late->scan.warnings.size(), copies ? 0u : 1u);
        if (copies) {
            EXPECT_EQ(study->series[0].stacks[0].instances.size(), 5u);
            EXPECT_EQ(study->series[0].stacks[0].missing, 0);
            EXPECT_EQ(late->unchanged, 0u) << "of the images that were given";
        }
    }
}

TEST_F(Import, ASeriesThatWasSplitByItsPortionsIsMendedWhenItComesWhole) {
    for (const int i : {1, 3})
        write("images/" + std::to_string(i), i);
    const auto store = open();
    ASSERT_TRUE(import(store));
    fs::rename(at("images"), at("elsewhere"));
    for (const int i : {2, 4})
        write("images/" + std::to_string(i), i);
    ASSERT_TRUE(import(store));
    const store::StudyRepository studies(store);
    ASSERT_EQ(studies.find(StudyUid("1.2.3"))->series[0].stacks.size(), 2u);
    for (int i = 1; i <= 4; ++i)
        write("images/" + std::to_string(i), i);
    const auto whole = import(store);
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(whole->added.instances, 0u);
    EXPECT_EQ(whole->unchanged, 4u);
    EXPECT_TRUE(whole->scan.warnings.empty());
    const auto study = studies.find(StudyUid("1.2.3"));
    ASSERT_EQ(study->series[0].stacks.size(), 1u);
    EXPECT_EQ(study->series[0].stacks[0].sliceSpacing, 4.0);
}

TEST_F(Import, AKnownFileThatChangedIsNoFaultOfTheFilesThatWereGiven) {
    write("images/1", 1);
    write("images/2", 2);
    const auto store = open();
    ASSERT_TRUE(import(store));
    write("images/1", 1, "Another");
    write("given/3", 3);
    const auto late = import(store, {}, "given");
    ASSERT_TRUE(late) << late.error().message;
    EXPECT_EQ(late->added.instances, 1u);
    EXPECT_TRUE(late->scan.refused.empty());
    ASSERT_EQ(late->scan.warnings.size(), 1u);
    EXPECT_EQ(late->scan.warnings[0].path, at("given/3"));
}

TEST_F(Import, KeepsCopiesByTheirHashAndLoadsFromThem) {
    write("images/1", 1);
    write("images/2", 2);
    const auto store = open();
    ImportOptions options;
    options.copyTo = at("kept");
    ASSERT_TRUE(import(store, options));
    fs::remove_all(at("images"));
    const auto study = store::StudyRepository(store).find(StudyUid("1.2.3"));
    ASSERT_TRUE(study);
    const auto& stack = study->series.at(0).stacks.at(0);
    std::vector<dicom::SliceSource> slices;
    for (std::size_t i = 0; i < stack.instances.size(); ++i) {
        const auto& instance = stack.instances[i];
        EXPECT_EQ(fs::path(instance.path).filename(), instance.sha256 + ".dcm");
        slices.push_back({instance.path, instance.frame, *stack.imagePlane(i), instance.sha256});
    }
    const auto volume = dicom::loadVolume(slices, "test");
    ASSERT_TRUE(volume) << volume.error().message;
    EXPECT_EQ((*volume)->sliceCount(), 2);
}

TEST_F(Import, ADryRunWritesNeitherTheStoreNorCopies) {
    write("images/1", 1);
    const auto store = open();
    ImportOptions options;
    options.copyTo = at("kept");
    options.dryRun = true;
    const auto dry = import(store, options);
    ASSERT_TRUE(dry) << dry.error().message;
    EXPECT_EQ(dry->added.instances, 1u);
    EXPECT_FALSE(fs::exists(at("kept")));
    EXPECT_EQ(store::StudyRepository(store).list()->total, 0u);
}

TEST_F(Import, ADamagedCopyIsMadeAnewFromTheSameBytes) {
    write("images/1", 1);
    write("images/2", 2);
    const auto store = open();
    ImportOptions options;
    options.copyTo = at("kept");
    ASSERT_TRUE(import(store, options));
    const auto study = store::StudyRepository(store).find(StudyUid("1.2.3"));
    const auto& stack = study->series.at(0).stacks.at(0);
    const auto &first = stack.instances.at(0), &second = stack.instances.at(1);
    fs::resize_file(first.path, 100);
    {
        std::fstream other(second.path, std::ios::binary | std::ios::in | std::ios::out);
        other.seekp(-1, std::ios::end).put('x'); // the right size and the wrong bytes
    }
    const auto again = import(store, options);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->unchanged, 2u);
    for (const auto& instance : {first, second})
        EXPECT_EQ(toHex(*sha256OfFile(instance.path)), instance.sha256);
}

TEST_F(Import, CopiesAreTheirOwnersAloneAndFoundFromAnyFolder) {
    write("images/1", 1);
    const auto store = open();
    const auto was = fs::current_path();
    fs::current_path(m_folder);
    ImportOptions options;
    options.copyTo = "kept";
    const auto report = import(store, options);
    fs::current_path(was);
    ASSERT_TRUE(report) << report.error().message;
    const auto study = store::StudyRepository(store).find(StudyUid("1.2.3"));
    const fs::path copy = study->series.at(0).stacks.at(0).instances.at(0).path;
    EXPECT_TRUE(copy.is_absolute()) << copy;
    EXPECT_TRUE(fs::exists(copy)) << copy;
    EXPECT_EQ(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    for (const fs::path& folder : {at("kept"), copy.parent_path()})
        EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all) << folder;
}

TEST_F(Import, AnImageThatCannotBeDecodedIsRefusedAtTheDoor) {
    write("images/1", 1);
    Dataset data = mrDataset("1.2.3.4.2");
    data.bytes(0x7fe00010, "OB",
               std::string("\xfe\xff\0\xe0\0\0\0\0\xfe\xff\0\xe0\4\0\0\0abcd\xfe\xff\xdd\xe0\0\0\0\0", 28));
    writeFile(at("images/2"), dicomFile(data.encode(), kJpeg2000));
    const auto report = import(open());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->added.instances, 1u);
    ASSERT_EQ(report->scan.refused.size(), 1u);
    EXPECT_EQ(report->scan.refused[0].reason, ErrorCode::BadCodestream);
}

TEST_F(Import, TheDocumentIsThatOfScanAndTheCounts) {
    write("images/1", 1);
    const auto document = nlohmann::json::parse(toJson(*import(open())));
    EXPECT_EQ(document["added"], nlohmann::json({{"studies", 1}, {"series", 1}, {"instances", 1}}));
    EXPECT_EQ(document["unchanged"], 0);
    EXPECT_EQ(document["files"], 1);
    EXPECT_TRUE(document["studies"].is_array());
}

} // namespace
} // namespace forameter::intake
