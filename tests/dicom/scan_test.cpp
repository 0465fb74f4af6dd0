// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/scan.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <zlib.h>

#include "encoders.hpp"
#include "fixture.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/dicom/scan_json.hpp"

namespace forameter::dicom {
namespace {

namespace fs = std::filesystem;
using namespace forameter::testing;

fs::path self() {
    return fs::read_symlink("/proc/self/exe");
}

Result<ScanReport> scanOne(const fs::path& path, ScanOptions options = {}) {
    return scan({&path, 1}, options);
}

Dataset slice(int number, const std::string& series = "1.2.3.4") {
    Dataset data = mrDataset(series + "." + std::to_string(number));
    return data.text(0x0020000e, "UI", series)
        .text(0x00200013, "IS", std::to_string(number))
        .text(0x00200032, "DS", decimals({0, 0, 4.0 * number}));
}

std::string file(const Dataset& data) {
    return dicomFile(data.encode(), kExplicitLittle);
}

/// Messages of notes about one path.
std::vector<const FileNote*> about(const std::vector<FileNote>& notes, const fs::path& path) {
    std::vector<const FileNote*> found;
    for (const FileNote& note : notes)
        if (note.path == path) found.push_back(&note);
    return found;
}

class Scan : public ::testing::Test {
protected:
    TemporaryFolder m_folder;
    fs::path at(const std::string& name) const { return m_folder.path() / name; }
};

TEST_F(Scan, AFolderBecomesStudiesSeriesAndStacksAndEveryOtherFileIsRefusedWithASentence) {
    for (int i = 1; i <= 5; ++i)
        writeFile(at("study/a/" + std::to_string(i)), file(slice(i)));
    for (int i = 1; i <= 3; ++i)
        writeFile(at("study/b/" + std::to_string(i)), file(slice(i, "1.2.3.5")));
    writeFile(at("notes.txt"), "nothing");
    writeFile(at("study/a/cut"), file(slice(9)).substr(0, 700));
    const auto report = scanOne(m_folder.path());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->files, 10u);
    ASSERT_EQ(report->studies.size(), 1u);
    ASSERT_EQ(report->studies[0].series.size(), 2u);
    EXPECT_EQ(report->studies[0].series[0].stacks[0].slices(), 5);
    EXPECT_EQ(report->studies[0].series[1].stacks[0].slices(), 3);
    ASSERT_EQ(report->refused.size(), 2u);
    for (const FileNote& note : report->refused) {
        EXPECT_NE(note.message.find(note.path.string()), std::string::npos);
        EXPECT_TRUE(note.message.ends_with('.'));
    }
}

TEST_F(Scan, TheAnswerDependsNeitherOnJobsNorOnProcesses) {
    for (int i = 1; i <= 40; ++i)
        writeFile(at("f" + std::to_string(i * 7 % 41)), i % 10 == 0 ? "junk" : file(slice(i)));
    ScanOptions options;
    options.pixels = options.fileHashes = true;
    const std::string expected = toJson(*scanOne(m_folder.path(), options));
    options.jobs = 3;
    EXPECT_TRUE(toJson(*scanOne(m_folder.path(), options)) == expected);
    options.worker = self();
    const auto inChildren = scanOne(m_folder.path(), options);
    ASSERT_TRUE(inChildren) << inChildren.error().message;
    EXPECT_TRUE(toJson(*inChildren) == expected); // without printing both
}

TEST_F(Scan, SopUidsMayRepeatInOtherSeries) {
    writeFile(at("a"), file(slice(1).text(0x00080018, "UI", "7")));
    writeFile(at("b"), file(slice(1, "1.2.3.5").text(0x00080018, "UI", "7")));
    const auto report = scanOne(m_folder.path());
    EXPECT_TRUE(report->refused.empty());
    EXPECT_EQ(report->studies[0].series.size(), 2u);
}

TEST_F(Scan, ACopyIsLeftOutAndAnotherImageOfTheSameNameIsRefused) {
    writeFile(at("a"), file(slice(1)));
    writeFile(at("b"), file(slice(1)));
    writeFile(at("c"), file(slice(1).text(0x0008103e, "LO", "Other")));
    const auto report = scanOne(m_folder.path());
    EXPECT_EQ(report->studies[0].series[0].stacks[0].instances.size(), 1u);
    ASSERT_EQ(about(report->warnings, at("b")).size(), 1u);
    ASSERT_EQ(about(report->refused, at("c")).size(), 1u);
    EXPECT_EQ(about(report->refused, at("c"))[0]->reason, ErrorCode::DuplicateUid);
}

TEST_F(Scan, OfTwoImagesOfOneNameTheOneThatCanBeMeasuredIsKept) {
    writeFile(at("a"), file(slice(1).remove(0x00280030))); // without spacing
    writeFile(at("b"), file(slice(1)));
    const auto report = scanOne(m_folder.path());
    EXPECT_TRUE(report->studies[0].series[0].stacks[0].measurable);
    EXPECT_EQ(about(report->refused, at("a")).size(), 1u);
}

TEST_F(Scan, TwoPatientsAreNeverMergedIntoOneStudy) {
    const auto of = [](const char* patient, int number) {
        return file(slice(number).text(0x00100020, "LO", patient));
    };
    // The stray file comes first, and has the name of an image that the study needs.
    writeFile(at("a"), of("P2", 1));
    for (int i = 1; i <= 3; ++i)
        writeFile(at("b" + std::to_string(i)), of("P1", i));
    writeFile(at("c"), of("", 4)); // names nobody
    auto report = scanOne(m_folder.path());
    ASSERT_EQ(report->studies.size(), 1u);
    EXPECT_EQ(report->studies[0].patientId, "P1");
    EXPECT_EQ(report->studies[0].series[0].stacks[0].slices(), 4);
    ASSERT_EQ(report->refused.size(), 1u);
    EXPECT_EQ(about(report->refused, at("a")).size(), 1u);

    writeFile(at("d1"), of("P2", 5));
    writeFile(at("d2"), of("P2", 6)); // as many of one as of the other: whose it is cannot be told
    report = scanOne(m_folder.path());
    EXPECT_TRUE(report->studies.empty());
    EXPECT_EQ(report->refused.size(), 7u);
}

TEST_F(Scan, OneIdForTwoPeopleIsSeenByNameAndBirthDateTogether) {
    const auto of = [](int number, const char* name, const char* born, const char* sex) {
        return file(slice(number)
                        .text(0x00100010, "PN", name)
                        .text(0x00100030, "DA", born)
                        .text(0x00100040, "CS", sex));
    };
    writeFile(at("a"), of(1, "Beta^B", "19990909", "F"));
    writeFile(at("b"), of(2, "Alpha^A", "19500101", "M"));
    writeFile(at("c"), of(3, "ALPHA, A", "", "M"));
    writeFile(at("d"), of(4, "Unknown^Trauma 7", "19000101", "M")); // how an admission begins
    const auto report = scanOne(m_folder.path());
    ASSERT_EQ(report->studies.size(), 1u);
    EXPECT_EQ(report->studies[0].series[0].stacks[0].slices(), 3);
    ASSERT_EQ(about(report->refused, at("a")).size(), 1u);
    EXPECT_NE(report->refused[0].message.find("\"P1\" (Beta^B)"), std::string::npos);
    ASSERT_EQ(report->warnings.size(), 1u) << "a name alone splits no study, but it is said";
    EXPECT_EQ(about(report->warnings, at("d")).size(), 1u);
}

TEST_F(Scan, ABirthDateAloneSplitsNoStudyButIsSaid) {
    for (int i = 1; i <= 5; ++i)
        writeFile(at(std::to_string(i)), file(slice(i)
                                                  .text(0x00100010, "PN", "")
                                                  .text(0x00100020, "LO", "")
                                                  .text(0x00100030, "DA", i > 3 ? "19800101" : "19500101")));
    const auto report = scanOne(m_folder.path());
    ASSERT_EQ(report->studies.size(), 1u);
    EXPECT_EQ(report->studies[0].series[0].stacks[0].slices(), 5);
    ASSERT_EQ(report->warnings.size(), 1u) << "once, not for every image";
    EXPECT_NE(report->warnings[0].message.find("1980-01-01"), std::string::npos);
}

/// Grouping compares images with each other, in the process that asked.
TEST_F(Scan, ASeriesIsRefusedWhatIsBeyondTheMostImages) {
    for (const char* name : {"a", "b"}) {
        Dataset data = mrDataset(std::string("1.2.3.4.") + (*name == 'a' ? "1" : "2"), 2, 2);
        data.text(0x00280008, "IS", "12000").words(0x7fe00010, "OW", std::vector<std::uint16_t>(48'000));
        writeFile(at(name), file(data));
    }
    const auto report = scanOne(m_folder.path());
    ASSERT_EQ(about(report->refused, at("b")).size(), 1u);
    EXPECT_EQ(report->refused[0].reason, ErrorCode::TooLarge);
    EXPECT_EQ(report->studies.size(), 1u);
}

TEST_F(Scan, LinksAndSpecialFilesAreNotFollowedAndCannotHangIt) {
    writeFile(at("outside/x"), file(slice(1)));
    fs::create_directories(at("in"));
    fs::create_symlink(at("outside"), at("in/folder"));
    fs::create_symlink(at("outside/x"), at("in/file"));
    fs::create_symlink(at("in"), at("in/loop"));
    ASSERT_EQ(::mkfifo(at("in/pipe").c_str(), 0600), 0);
    const auto report = scanOne(at("in"));
    EXPECT_EQ(report->files, 0u);
    EXPECT_TRUE(report->studies.empty());
    EXPECT_EQ(report->warnings.size(), 4u);
    EXPECT_EQ(scanOne(at("in/pipe"))->refused.size(), 1u);
    EXPECT_EQ(scanOne(at("nowhere"))->refused.size(), 1u);
}

Dataset directory(const std::vector<std::string>& fileIds) {
    std::vector<Dataset> records;
    for (const std::string& id : fileIds)
        records.push_back(Dataset().text(0x00041430, "CS", "IMAGE").text(0x00041500, "CS", id));
    return Dataset().items(0x00041220, records);
}

std::string directoryFile(const std::vector<std::string>& fileIds) {
    return dicomFile(directory(fileIds).encode(), kExplicitLittle, "1.2.840.10008.1.3.10");
}

TEST_F(Scan, ADicomdirIsFollowedToFilesBesideAndBelowItOnly) {
    writeFile(at("secret"), file(slice(1)));
    writeFile(at("disc/IMAGES/IM1"), file(slice(2)));
    writeFile(at("disc/images2/im2"), file(slice(3)));
    fs::create_symlink(at("secret"), at("disc/LINK"));
    fs::create_symlink(at(""), at("disc/UP"));
    writeFile(at("disc/DICOMDIR"),
              directoryFile({"IMAGES\\IM1", "IMAGES2\\IM2", "..\\secret", "LINK", "UP\\secret", "GONE",
                             "DICOMDIR", "IMAGES", at("secret").string()}));
    const auto report = scanOne(at("disc/DICOMDIR"));
    ASSERT_TRUE(report);
    ASSERT_EQ(report->studies.size(), 1u);
    EXPECT_EQ(report->studies[0].series[0].stacks[0].slices(), 2);
    EXPECT_EQ(report->refused.size(), 5u); // .., a link, through a link, a folder, an absolute path
    EXPECT_EQ(report->files, 3u);
}

TEST_F(Scan, ADicomdirFindsFilesInAnyCaseAndWithAnEnding) {
    writeFile(at("disc/Img/Im1.dcm"), file(slice(1)));
    writeFile(at("disc/IMG2/IM2"), file(slice(2)));
    writeFile(at("disc/DICOMDIR"), directoryFile({"IMG\\IM1", "img2\\im2", "IMG\\IM3"}));
    const auto report = scanOne(at("disc/DICOMDIR"));
    ASSERT_EQ(report->studies.size(), 1u);
    EXPECT_EQ(report->studies[0].series[0].stacks[0].slices(), 2);
    EXPECT_TRUE(report->refused.empty());
    EXPECT_NE(report->warnings.back().message.find("2 of the 3 files"), std::string::npos);
}

TEST_F(Scan, ADicomdirNoneOfWhoseFilesIsThereIsRefused) {
    writeFile(at("disc/DICOMDIR"), directoryFile({"IM1", "IM2"}));
    EXPECT_EQ(scanOne(at("disc/DICOMDIR"))->refused.size(), 1u);
    // One that another names is not followed, and does not say that it was.
    writeFile(at("all/SUB/DICOMDIR"), directoryFile({"IM1"}));
    writeFile(at("all/SUB/IM1"), file(slice(1)));
    writeFile(at("all/DICOMDIR"), directoryFile({"SUB\\DICOMDIR"}));
    const auto report = scanOne(at("all/DICOMDIR"));
    EXPECT_TRUE(report->studies.empty());
    const auto said = about(report->warnings, at("all/SUB/DICOMDIR"));
    ASSERT_EQ(said.size(), 1u);
    EXPECT_NE(said[0]->message.find("not followed"), std::string::npos);
}

TEST_F(Scan, PixelHashesAreOfTheStoredValues) {
    writeFile(at("a"), file(mrDataset().number(0x00280103, 1)));
    ScanOptions options;
    options.pixels = true;
    const auto report = scanOne(at("a"), options);
    std::vector<std::int32_t> values;
    for (int i = 0; i < 48; ++i) {
        const int stored = (i * 37 + 11) % 4096;
        values.push_back(stored >= 2048 ? stored - 4096 : stored);
    }
    EXPECT_EQ(report->studies[0].series[0].stacks[0].instances[0].pixelSha256,
              toHex(sha256(std::as_bytes(std::span(values)))));
}

TEST_F(Scan, TheDocumentHasTheKeysOfTheContract) {
    writeFile(at("a"), file(slice(1)));
    writeFile(at("b"), file(slice(2).remove(0x00280030).remove(0x00080060)));
    writeFile(at("c"), "junk");
    const auto document = nlohmann::json::parse(toJson(*scanOne(m_folder.path())));
    const auto keys = [](const nlohmann::json& object) {
        std::set<std::string> names;
        for (const auto& [key, value] : object.items())
            names.insert(key);
        return names;
    };
    const auto holds = [&](const nlohmann::json& object, std::initializer_list<const char*> needed) {
        for (const char* key : needed)
            EXPECT_TRUE(keys(object).contains(key)) << key;
    };
    holds(document, {"files", "studies", "refused", "warnings"});
    holds(document["studies"][0], {"study_uid", "patient_id", "series"});
    const auto& series = document["studies"][0]["series"][0];
    holds(series, {"series_uid", "description", "modality", "stacks"});
    ASSERT_EQ(series["stacks"].size(), 2u);
    for (const auto& stack : series["stacks"])
        holds(stack, {"index", "slices", "missing", "duplicates", "rows", "columns", "spacing_mm",
                      "slice_spacing_mm", "slice_thickness_mm", "orientation", "origin_mm", "plane",
                      "weighting", "frame_of_reference_uid", "measurable", "instances", "warnings"});
    EXPECT_EQ(series["stacks"][0]["spacing_mm"], nlohmann::json({0.8, 0.7}));
    EXPECT_TRUE(series["stacks"][1]["spacing_mm"].is_null());
    EXPECT_EQ(series["stacks"][1]["measurable"], false);
    EXPECT_TRUE(series["stacks"][0]["slice_spacing_mm"].is_null());
    holds(series["stacks"][0]["instances"][0], {"sop_uid", "frame", "position_mm"});
    EXPECT_EQ(document["refused"][0]["reason"], "not-dicom");
    holds(document["refused"][0], {"path", "reason", "message"});
}

TEST_F(Scan, NamesThatAreNoUtf8AreShownAsSuch) {
    writeFile(m_folder.path() / "bad\xff\nname", "junk");
    const auto document = nlohmann::json::parse(toJson(*scanOne(m_folder.path()))); // would throw
    EXPECT_NE(document["refused"][0]["message"].get<std::string>().find("\\x0aname"), std::string::npos);
}

/// Scans in children that do what file names ask for.
class BadChildren : public Scan {
protected:
    void SetUp() override { ::setenv("FORAMETER_TEST_WORKER", "1", 1); }
    void TearDown() override { ::unsetenv("FORAMETER_TEST_WORKER"); }
};

TEST_F(BadChildren, AFileThatAChildDoesNotSurviveIsRefusedAndTheOthersAreRead) {
    const std::set<std::string> bad{"crash1", "crash2", "hang1", "babble1", "exit1", "exit9"};
    for (int i = 1; i <= 60; ++i)
        writeFile(at("ok" + std::to_string(i)), file(slice(i)));
    for (const std::string& name : bad)
        writeFile(at(name), file(slice(100)));
    for (const int jobs : {1, 3}) {
        ScanOptions options;
        options.worker = self();
        options.jobs = jobs;
        options.timePerFile = std::chrono::milliseconds(300);
        const auto report = scanOne(m_folder.path(), options);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->studies[0].series[0].stacks[0].instances.size(), 60u);
        std::set<std::string> refused;
        for (const FileNote& note : report->refused) {
            refused.insert(note.path.filename().string());
            EXPECT_EQ(note.reason, ErrorCode::Unreadable);
        }
        EXPECT_EQ(refused, bad);
    }
}

/// As CharLS does on some damaged streams: that is the picture's fault, and not the file's where no picture
/// was asked for.
TEST_F(BadChildren, ADecoderThatGivesUpTellsOfThePicture) {
    writeFile(at("crash"), file(slice(1)));
    ScanOptions options;
    options.worker = self();
    EXPECT_EQ(scanOne(m_folder.path(), options)->refused.at(0).reason, ErrorCode::Unreadable);
    options.decode = true;
    const auto report = scanOne(m_folder.path(), options);
    EXPECT_EQ(report->refused.at(0).reason, ErrorCode::BadCodestream);
    EXPECT_NE(report->refused.at(0).message.find("pixel data"), std::string::npos);
}

TEST_F(BadChildren, CancellingEndsAHang) {
    writeFile(at("hang"), file(slice(1)));
    ScanOptions options;
    options.worker = self();
    std::stop_source stop;
    const std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        stop.request_stop();
    });
    const fs::path path = m_folder.path();
    const auto report = scan({&path, 1}, options, {{}, stop.get_token()});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
}

TEST_F(Scan, AProgramThatIsNoReaderIsAnErrorNotARefusal) {
    writeFile(at("a"), file(slice(1)));
    ScanOptions options;
    for (const char* program : {"/bin/true", "/bin/echo", "/no/such/program"}) {
        options.worker = program;
        const auto report = scanOne(at("a"), options);
        ASSERT_FALSE(report) << program;
        EXPECT_NE(report.error().message.find(program), std::string::npos);
    }
}

TEST_F(Scan, ACodestreamThatMakesTheDecoderAbortIsRefused) {
    const TestImage image = testImage(24, 24, 12, false);
    for (std::size_t length = 40; length < 240; length += 40) {
        Dataset data = mrDataset("1.2.9." + std::to_string(length), 24, 24);
        data.bytes(0x7fe00010, "OB", encapsulated({encodeJpeg(image, kJpegLs).substr(0, length)}));
        writeFile(at("cut" + std::to_string(length)), dicomFile(data.encode(), kJpegLs));
    }
    writeFile(at("whole"), file(slice(1)));
    ScanOptions options;
    options.worker = self();
    options.decode = true;
    const auto report = scanOne(m_folder.path(), options);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->refused.size(), 5u);
    EXPECT_EQ(report->studies.size(), 1u);
}

TEST_F(Scan, ADeflateBombIsRefusedInAChildOfLimitedMemory) {
    const std::string zeros(std::size_t{1} << 20, '\0');
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string bomb(std::size_t{2} << 20, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(bomb.data());
    stream.avail_out = static_cast<uInt>(bomb.size());
    for (int megabyte = 0; megabyte < 600; ++megabyte) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
        stream.avail_in = static_cast<uInt>(zeros.size());
        deflate(&stream, megabyte == 599 ? Z_FINISH : Z_NO_FLUSH);
    }
    bomb.resize(stream.total_out);
    deflateEnd(&stream);
    writeFile(at("bomb"), dicomFile(bomb, kDeflated));
    ScanOptions options;
    options.worker = self();
    const auto report = scanOne(at("bomb"), options);
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->refused.size(), 1u);
    EXPECT_EQ(report->refused[0].reason, ErrorCode::TooLarge);
    EXPECT_NE(report->refused[0].message.find("hundred times"), std::string::npos) << "inflated to the limit";
}

TEST_F(Scan, AFewBytesThatClaimAHugePictureAreRefusedUndecoded) {
    const std::string fragment = std::string("\xfe\xff\0\xe0\0\0\0\0\xfe\xff\0\xe0\x08\0\0\0", 16) +
                                 "\xff\x4f\xff\x51\x01\x02\x03\x04" +
                                 std::string("\xfe\xff\xdd\xe0\0\0\0\0", 8);
    const auto of = [&](int side) {
        Dataset data = mrDataset("1.2.3.4.5", 8, 6);
        data.number(0x00280010, static_cast<unsigned>(side)).number(0x00280011, static_cast<unsigned>(side));
        return dicomFile(data.bytes(0x7fe00010, "OB", fragment).encode(), kJpeg2000);
    };
    EXPECT_EQ(recordOf(of(16384)).error().code, ErrorCode::TooLarge);
    EXPECT_TRUE(recordOf(of(2048))); // left to the decoder
}

} // namespace
} // namespace forameter::dicom
