// SPDX-License-Identifier: Apache-2.0
// What a file says, sound, odd and unsound.
#include <cmath>
#include <functional>

#include "fixture.hpp"
#include "text.hpp"

namespace forameter::dicom {
namespace {

using namespace forameter::testing;

std::string sound(const Dataset& data) {
    return dicomFile(data.encode(), kExplicitLittle);
}

TEST(Reading, EveryWayOfWritingGivesTheSameRecord) {
    const Dataset data = mrDataset();
    const std::string files[] = {
        sound(data),
        dicomFile(data.encode({Dataset::Syntax::Implicit}), kImplicitLittle),
        dicomFile(data.encode({Dataset::Syntax::BigEndian}), kExplicitBig),
        dicomFile(data.encode({Dataset::Syntax::Explicit, false, true}), kExplicitLittle), // nearly all VR UN
        dicomFile(data.encode({Dataset::Syntax::Implicit}),
                  kExplicitLittle), // not what the meta information says
        dicomFile(data.encode(), kImplicitLittle),
        dicomFile(data.encode(), kExplicitLittle, "1.2.840.10008.5.1.4.1.1.4.1"), // meta names enhanced MR
        data.encode(),                                                            // neither preamble nor meta
        data.encode({Dataset::Syntax::Implicit}),
        data.encode({Dataset::Syntax::BigEndian}),
    };
    for (std::size_t i = 0; i < std::size(files); ++i) {
        const auto record = recordOf(files[i]);
        ASSERT_TRUE(record) << i << ": " << record.error().message;
        EXPECT_EQ(record->sop, "1.2.3.4.5") << i;
        EXPECT_EQ(record->rows, 8) << i;
        EXPECT_EQ(record->columns, 6) << i;
        ASSERT_EQ(record->frames.size(), 1u) << i;
        EXPECT_EQ(record->frames[0].spacing, (std::array{0.8, 0.7})) << i;
        EXPECT_EQ(record->frames[0].weighting, Weighting::T1) << i;
        EXPECT_TRUE(record->frames[0].warnings.list().empty()) << i;
        EXPECT_EQ(*pixelsOf(files[i]), *pixelsOf(files[0])) << i;
    }
}

TEST(Reading, WhatHospitalsLeaveOutDoesNotStopAReadableImage) {
    const auto reads = [](Dataset data) {
        return recordOf(dicomFile(data.encode(), kExplicitLittle, "1.2.840.10008.5.1.4.1.1.4.1"));
    };
    EXPECT_TRUE(reads(mrDataset().remove(0x00080060))); // modality
    EXPECT_TRUE(recordOf(sound(mrDataset().text(0x00280004, "CS", "MONOCHROME1")))->lowIsWhite);
    EXPECT_EQ(recordOf(sound(mrDataset().text(0x00080060, "CS", "mr")))->modality, "MR");
    EXPECT_TRUE(reads(mrDataset().remove(0x00080016)));                                  // SOP class
    EXPECT_TRUE(reads(mrDataset().text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"))); // a converter's CT
    EXPECT_TRUE(reads(mrDataset().remove(0x00100020)));
    EXPECT_TRUE(reads(mrDataset().remove(0x00200052)));
    EXPECT_TRUE(reads(mrDataset().remove(0x00280002).remove(0x00280004)));
    EXPECT_TRUE(reads(mrDataset().remove(0x00280102).remove(0x00280103)));
    EXPECT_TRUE(reads(mrDataset().text(0x0020000e, "UI", "4003253"))); // numbers only
    EXPECT_TRUE(reads(mrDataset().text(0x00180015, "CS", "HEAD")));
    EXPECT_TRUE(reads(mrDataset().remove(0x00080060).remove(0x00080016))
                    ->frames[0]
                    .warnings.has(StackWarning::NoModality));
}

struct Refusal {
    const char* name;
    std::function<std::string()> file;
    ErrorCode code;
};

/// An image with an element of a private group, as odd writers have them.
std::string withPrivate(const std::string& element) {
    std::string data = mrDataset().encode();
    return dicomFile(data.insert(data.find(std::string("\x20\0\x0d\0UI", 6)), element), kExplicitLittle);
}

TEST(Reading, WhatIsWrittenOddlyButPlainlyIsRead) {
    using namespace std::string_literals;
    const std::string item = "\xfe\xff\0\xe0"s, itemEnd = "\xfe\xff\x0d\xe0\0\0\0\0"s,
                      sequenceEnd = "\xfe\xff\xdd\xe0\0\0\0\0"s, open = "\xff\xff\xff\xff"s;
    const std::string inner = "\x19\0\x03\x10LO\2\0ab"s;
    const std::pair<const char*, std::string> odd[] = {
        {"a representation of a later edition", "\x19\0\x04\x10XX\0\0\2\0\0\0ab"s},
        {"blanks for a representation", "\x19\0\x04\x10  \2\0ab"s},
        {"question marks for one", "\x19\0\x04\x10??\2\0ab"s},
        {"an item with a length and a delimiter",
         "\x19\0\x02\x10SQ\0\0"s + open + item + "\x0a\0\0\0"s + inner + itemEnd + sequenceEnd},
        {"explicit elements in one of unknown representation",
         "\x19\0\x02\x10UN\0\0"s + open + item + open + inner + itemEnd + sequenceEnd},
    };
    for (const auto& [what, element] : odd) {
        const auto record = recordOf(withPrivate(element));
        ASSERT_TRUE(record) << what << ": " << record.error().message;
        EXPECT_EQ(record->instanceNumber, 1) << what;
        EXPECT_EQ(*pixelsOf(withPrivate(element)), *pixelsOf(sound(mrDataset()))) << what;
    }
    const std::string meta = "\2\0\x10\0\x14\0\0\0"s + kExplicitLittle + '\0';
    EXPECT_TRUE(recordOf(std::string(128, '\0') + "DICM" + meta + mrDataset().encode())) << "implicit meta";
}

class RefusedFile : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedFile, SaysWhy) {
    const auto record = recordOf(GetParam().file());
    ASSERT_FALSE(record);
    EXPECT_EQ(name(record.error().code), name(GetParam().code)) << record.error().message;
    EXPECT_FALSE(record.error().message.empty());
}

std::string withElement(const std::string& raw) { // before everything else of the data set
    return dicomFile(raw + mrDataset().encode(), kExplicitLittle);
}

std::string nested(int depth) {
    Dataset inner;
    inner.text(0x00080100, "SH", "x");
    for (int i = 0; i < depth; ++i)
        inner = Dataset().items(0x00081140, {inner});
    return dicomFile(inner.encode({Dataset::Syntax::Explicit, true}) + mrDataset().encode(), kExplicitLittle);
}

std::string manyItems() {
    Dataset data = mrDataset();
    data.items(0x00081140, std::vector<Dataset>(30'000));
    return dicomFile(data.encode({Dataset::Syntax::Explicit, true}), kExplicitLittle);
}

using E = ErrorCode;
INSTANTIATE_TEST_SUITE_P(
    Table, RefusedFile,
    ::testing::Values(
        Refusal{"Empty", [] { return std::string(); }, E::NotDicom},
        Refusal{"Text", [] { return std::string("Hello, this is a text file of some length.\n"); },
                E::NotDicom},
        Refusal{"PreambleOnly", [] { return std::string(128, '\0') + "DICM"; }, E::Truncated},
        Refusal{"Cut127", [] { return sound(mrDataset()).substr(0, 127); }, E::NotDicom},
        Refusal{"Garbage", [] { return std::string(128, '\0') + "DICM" + std::string(300, '\x7f'); },
                E::NotDicom},
        Refusal{"UnknownSyntax", [] { return dicomFile(mrDataset().encode(), "1.2.840.10008.1.2.4.100"); },
                E::UnsupportedTransferSyntax},
        Refusal{"LengthBeyondFile",
                [] { return withElement(std::string("\x08\0\x05\0UT\0\0\xff\xff\xff\x7f", 12)); },
                E::BadLength},
        Refusal{"UndefinedLength",
                [] { return withElement(std::string("\x08\0\x05\0UT\0\0\xff\xff\xff\xff", 12)); },
                E::BadLength},
        Refusal{"UnknownVr",
                [] {
                    return withElement(std::string("\x08\0\x05\0CS\2\0A ", 10) +
                                       std::string("\x08\0\x06\0ZZ\2\0A ", 10));
                },
                E::BadElement},
        Refusal{"StrayDelimiter",
                [] { return withElement(std::string("\x08\0\x05\0CS\2\0A \xfe\xff\x0d\xe0\0\0\0\0", 18)); },
                E::BadElement},
        Refusal{"TooDeep", [] { return nested(17); }, E::TooDeep},
        Refusal{"MuchTooDeep", [] { return nested(2000); }, E::TooDeep},
        Refusal{"TooManyElements", manyItems, E::TooManyElements},
        Refusal{"NoRows", [] { return sound(mrDataset().remove(0x00280010)); }, E::BadDimensions},
        Refusal{"OneColumn", [] { return sound(mrDataset().number(0x00280011, 1)); }, E::BadDimensions},
        Refusal{"HugeRows", [] { return sound(mrDataset().number(0x00280010, 65535)); }, E::BadDimensions},
        Refusal{"TwoRowsValues",
                [] {
                    return sound(mrDataset().words(0x00280010, "US", {8, 8}));
                },
                E::BadDimensions},
        Refusal{"NoFrames", [] { return sound(mrDataset().text(0x00280008, "IS", "0")); }, E::BadDimensions},
        Refusal{"NegativeFrames", [] { return sound(mrDataset().text(0x00280008, "IS", "-1")); },
                E::BadDimensions},
        Refusal{"BillionFrames", [] { return sound(mrDataset().text(0x00280008, "IS", "1000000000")); },
                E::BadDimensions},
        Refusal{"TwoFramesOneThere", [] { return sound(mrDataset().text(0x00280008, "IS", "2")); },
                E::PixelDataMismatch},
        Refusal{"PixelsShort",
                [] { return sound(mrDataset().words(0x7fe00010, "OW", std::vector<std::uint16_t>(47))); },
                E::PixelDataMismatch},
        Refusal{"PixelsLong",
                [] { return sound(mrDataset().words(0x7fe00010, "OW", std::vector<std::uint16_t>(50))); },
                E::PixelDataMismatch},
        Refusal{"NoPixels", [] { return sound(mrDataset().remove(0x7fe00010)); }, E::Truncated},
        Refusal{"NativeUnderRle", [] { return dicomFile(mrDataset().encode(), kRle); }, E::PixelDataMismatch},
        Refusal{"Colour", [] { return sound(mrDataset().number(0x00280002, 3)); }, E::UnsupportedPixelFormat},
        Refusal{"Palette", [] { return sound(mrDataset().text(0x00280004, "CS", "PALETTE COLOR")); },
                E::UnsupportedPixelFormat},
        Refusal{"OneBit", [] { return sound(mrDataset().number(0x00280100, 1)); }, E::UnsupportedPixelFormat},
        Refusal{"StoredAboveAllocated", [] { return sound(mrDataset().number(0x00280101, 17)); },
                E::UnsupportedPixelFormat},
        Refusal{"HighBitBelowStored", [] { return sound(mrDataset().number(0x00280102, 3)); },
                E::UnsupportedPixelFormat},
        Refusal{"Ct", [] { return sound(mrDataset().text(0x00080060, "CS", "CT")); }, E::NotAnMrImage},
        Refusal{"CtByClass",
                [] {
                    return sound(
                        mrDataset().remove(0x00080060).text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"));
                },
                E::NotAnMrImage},
        Refusal{"MapByClass",
                [] { return sound(mrDataset().text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.30")); },
                E::NotAnMrImage},
        Refusal{"SegmentationByClass",
                [] { return sound(mrDataset().text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.66.4")); },
                E::NotAnMrImage},
        Refusal{"SpectroscopyByClass",
                [] {
                    return sound(
                        mrDataset().text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.4.2").remove(0x7fe00010));
                },
                E::NotAnMrImage},
        Refusal{"Report",
                [] { return sound(mrDataset().remove(0x7fe00010).remove(0x00280010).remove(0x00280011)); },
                E::NotAnMrImage},
        Refusal{"NoStudy", [] { return sound(mrDataset().remove(0x0020000d)); }, E::BadUid},
        Refusal{"UidWithPath", [] { return sound(mrDataset().text(0x0020000e, "UI", "1.2/../../etc")); },
                E::BadUid},
        Refusal{"UidWithDots", [] { return sound(mrDataset().text(0x00080018, "UI", "1..2")); }, E::BadUid},
        Refusal{"UidTooLong", [] { return sound(mrDataset().text(0x00080018, "UI", std::string(65, '1'))); },
                E::BadUid},
        Refusal{"SlopeZero", [] { return sound(mrDataset().text(0x00281053, "DS", "0")); }, E::BadRescale},
        Refusal{"SlopeNan", [] { return sound(mrDataset().text(0x00281053, "DS", "NaN")); }, E::BadRescale},
        Refusal{"SlopeHuge", [] { return sound(mrDataset().text(0x00281053, "DS", "1e300")); },
                E::BadRescale},
        Refusal{"SpacingTwice",
                [] {
                    return dicomFile(
                        Dataset().text(0x00080005, "CS", "").text(0x00280030, "DS", "1\\1").encode() +
                            mrDataset().encode(),
                        kExplicitLittle);
                },
                E::ConflictingGeometry}),
    [](const auto& row) { return std::string(row.param.name); });

struct Doubt {
    const char* name;
    std::function<Dataset()> data;
    StackWarning warning;
};

class DoubtfulGeometry : public ::testing::TestWithParam<Doubt> {};

TEST_P(DoubtfulGeometry, IsShownButNotMeasured) {
    const auto record = recordOf(sound(GetParam().data()));
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_TRUE(record->frames[0].warnings.has(GetParam().warning));
    EXPECT_TRUE(forbidsMeasuring(GetParam().warning));
}

Dataset spacing(const char* text) {
    return mrDataset().text(0x00280030, "DS", text);
}
Dataset orientation(const char* text) {
    return mrDataset().text(0x00200037, "DS", text);
}
Dataset measureGroup(std::initializer_list<const char*> texts) {
    std::vector<Dataset> items;
    for (const char* text : texts)
        items.push_back(Dataset().text(0x00280030, "DS", text));
    return Dataset().items(0x00289110, items);
}
Dataset measures(const char* text) {
    return mrDataset().items(0x52009229, {measureGroup({text})});
}

using W = StackWarning;
INSTANTIATE_TEST_SUITE_P(
    Table, DoubtfulGeometry,
    ::testing::Values(
        Doubt{"NoSpacing", [] { return mrDataset().remove(0x00280030); }, W::NoSpacing},
        Doubt{"EmptySpacing", [] { return spacing(""); }, W::NoSpacing},
        Doubt{"ZeroSpacing", [] { return spacing("0\\0"); }, W::BadSpacing},
        Doubt{"NegativeSpacing", [] { return spacing("-1\\1"); }, W::BadSpacing},
        Doubt{"NanSpacing", [] { return spacing("NaN\\NaN"); }, W::BadSpacing},
        Doubt{"TinySpacing", [] { return spacing("1e-30\\1e-30"); }, W::BadSpacing},
        Doubt{"HugeSpacing", [] { return spacing("1000\\1000"); }, W::BadSpacing},
        Doubt{"OneSpacing", [] { return spacing("0.5"); }, W::BadSpacing},
        Doubt{"CommaSpacing", [] { return spacing("0,5\\0,5"); }, W::BadSpacing},
        Doubt{"TextSpacing", [] { return spacing("0.5mm\\0.5mm"); }, W::BadSpacing},
        Doubt{"NoOrientation", [] { return mrDataset().remove(0x00200037); }, W::NoOrientation},
        Doubt{"ZeroOrientation", [] { return orientation("0\\0\\0\\0\\0\\0"); }, W::BadOrientation},
        Doubt{"LongOrientation", [] { return orientation("1.1\\0\\0\\0\\1\\0"); }, W::BadOrientation},
        Doubt{"SkewOrientation", [] { return orientation("1\\0\\0\\0.0100\\0.99995\\0"); },
              W::BadOrientation},
        Doubt{"NoPosition", [] { return mrDataset().remove(0x00200032); }, W::NoPosition},
        Doubt{"TwoPositions", [] { return mrDataset().text(0x00200032, "DS", "1\\2"); }, W::BadPosition},
        Doubt{"FarPosition", [] { return mrDataset().text(0x00200032, "DS", "1e20\\0\\0"); }, W::BadPosition},
        Doubt{"PixelMeasures", [] { return measures("0.4\\0.4"); }, W::ConflictingGeometry},
        Doubt{"TwoItemsOfPixelMeasures",
              [] {
                  return mrDataset().items(0x52009229, {measureGroup({"0.8\\0.7", "2\\2"})});
              },
              W::ConflictingGeometry},
        Doubt{"TwoItemsOfSharedGroups",
              [] {
                  return mrDataset().items(0x52009229, {measureGroup({"0.8\\0.7"}), measureGroup({"2\\2"})});
              },
              W::ConflictingGeometry},
        Doubt{"SharedAndPerFrame",
              [] { return measures("2\\2").items(0x52009230, {measureGroup({"0.8\\0.7"})}); },
              W::ConflictingGeometry},
        Doubt{"ImagerSpacing", [] { return mrDataset().text(0x00181164, "DS", "0.2\\0.2"); },
              W::ConflictingGeometry},
        Doubt{"NominalSpacing", [] { return mrDataset().text(0x00182010, "DS", "0.7\\0.7"); },
              W::ConflictingGeometry},
        Doubt{"AspectRatio", [] { return mrDataset().text(0x00280034, "IS", "1\\1"); },
              W::ConflictingGeometry},
        Doubt{"Mosaic", [] { return mrDataset().text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\M\\MOSAIC"); },
              W::Mosaic},
        Doubt{"Capture", [] { return mrDataset().text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7"); },
              W::SecondaryCapture}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Reading, AgreeingPixelMeasuresAreNoConflict) {
    EXPECT_TRUE(recordOf(sound(measures("0.8\\0.7")))->frames[0].warnings.list().empty());
    const Dataset twice =
        mrDataset()
            .items(0x52009229, {measureGroup({"0.8\\0.7", "0.80\\0.70"}), measureGroup({"0.8\\0.7"})})
            .items(0x52009230, {measureGroup({"8e-1\\7e-1"})});
    EXPECT_TRUE(recordOf(sound(twice))->frames[0].warnings.list().empty());
}

TEST(Reading, AgreeingSpacingsAndShapesOfPixelsAreNoConflict) {
    Dataset data = mrDataset().text(0x00182010, "DS", "0.8\\0.7").text(0x00181164, "DS", "0.8\\0.7");
    data.text(0x00280034, "IS", "8\\7");
    EXPECT_TRUE(recordOf(sound(data))->frames[0].warnings.list().empty());
}

/// De-identifiers write both dates as 1 January; in half of all years days divided by 365.2425 are too few.
TEST(Reading, OnTheBirthdayThePatientIsAYearOlder) {
    const auto ageOn = [](const char* born, const char* study) {
        return recordOf(sound(mrDataset()
                                  .remove(0x00101010)
                                  .text(0x00100030, "DA", born)
                                  .text(0x00080020, "DA", study)))
            ->age;
    };
    for (int year = 1930; year < 2000; ++year)
        EXPECT_EQ(ageOn((std::to_string(year) + "0101").c_str(), "20200101"), 2020 - year) << year;
    EXPECT_EQ(ageOn("19610302", "20200301"), 58);
    EXPECT_EQ(ageOn("19600229", "20210228"), 60);
    EXPECT_EQ(ageOn("19600229", "20210301"), 61);
    EXPECT_EQ(ageOn("20200101", "20200101"), 0);
    EXPECT_EQ(ageOn("20200102", "20200101"), std::nullopt);
    EXPECT_EQ(ageOn("18000101", "20200101"), std::nullopt) << "nobody is that old";
}

TEST(Reading, NothingIsSetAsideForMoreFramesThanAFileMayHave) {
    std::vector<Dataset> frames(30'000);
    frames.back() = measureGroup({"0.8\\0.7"});
    const std::string bytes = dicomFile(
        mrDataset().text(0x00280008, "IS", "2000000000").items(0x52009230, frames).encode(), kExplicitLittle);
    const auto file = ImageFile::fromMemory(bytesOf(bytes));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_LE(file->structure().perFrame.size(), static_cast<std::size_t>(kMostFrames));
    EXPECT_EQ(recordOf(bytes).error().code, ErrorCode::BadDimensions);
}

TEST(Reading, EnhancedFramesHaveTheirOwnPlacesKindsAndSlopes) {
    std::vector<Dataset> frames;
    for (int i = 0; i < 3; ++i) {
        Dataset frame;
        frame.items(0x00209113, {Dataset().text(0x00200032, "DS", decimals({0, 0, 4.0 * i}))});
        frame.items(0x00209111, {Dataset().text(0x00209056, "SH", i == 2 ? "B" : "A")});
        frame.items(0x00289145,
                    {Dataset().text(0x00281052, "DS", "0").text(0x00281053, "DS", decimals({1.0 + i}))});
        frame.items(0x00189114, {Dataset().real(0x00189082, 90.5)});
        frames.push_back(frame);
    }
    Dataset shared;
    shared.items(0x00289110, {Dataset().text(0x00280030, "DS", "0.5\\0.6").text(0x00180050, "DS", "3")});
    shared.items(0x00209116, {Dataset().text(0x00200037, "DS", "0\\1\\0\\0\\0\\-1")});
    shared.items(0x00189112, {Dataset().text(0x00180080, "DS", "3000")});
    Dataset data = mrDataset("1.2", 4, 4);
    for (const std::uint32_t tag :
         {0x00200032u, 0x00200037u, 0x00280030u, 0x00180050u, 0x00180080u, 0x00180081u})
        data.remove(tag);
    data.text(0x00280008, "IS", "3").items(0x52009229, {shared}).items(0x52009230, frames);
    data.words(0x7fe00010, "OW", std::vector<std::uint16_t>(48, 7));
    for (const Dataset::Style style :
         {Dataset::Style{Dataset::Syntax::Explicit, false}, Dataset::Style{Dataset::Syntax::Explicit, true},
          Dataset::Style{Dataset::Syntax::Implicit, true},
          Dataset::Style{Dataset::Syntax::BigEndian, false}}) {
        const char* syntax = style.syntax == Dataset::Syntax::Explicit   ? kExplicitLittle
                             : style.syntax == Dataset::Syntax::Implicit ? kImplicitLittle
                                                                         : kExplicitBig;
        const std::string bytes = dicomFile(data.encode(style), syntax);
        const auto record = recordOf(bytes);
        ASSERT_TRUE(record) << record.error().message;
        ASSERT_EQ(record->frames.size(), 3u);
        for (int i = 0; i < 3; ++i) {
            const FrameRecord& frame = record->frames[static_cast<std::size_t>(i)];
            EXPECT_EQ(frame.position, (std::array{0.0, 0.0, 4.0 * i}));
            EXPECT_EQ(frame.spacing, (std::array{0.5, 0.6}));
            EXPECT_EQ(frame.thickness, 3.0);
            EXPECT_EQ(frame.stackId, i == 2 ? "B" : "A");
            EXPECT_EQ(frame.acquisition.echoTime, 90.5);
            EXPECT_EQ(frame.weighting, Weighting::T2);
            EXPECT_TRUE(frame.warnings.list().empty());
        }
    }
    data.text(0x00280030, "DS", "1\\1"); // outside the functional groups
    EXPECT_TRUE(recordOf(sound(data))->frames[0].warnings.has(W::ConflictingGeometry));
    data.remove(0x00280030).text(0x00280008, "IS", "2");
    data.words(0x7fe00010, "OW", std::vector<std::uint16_t>(32, 7));
    EXPECT_EQ(recordOf(sound(data)).error().code, E::PixelDataMismatch);
}

/// The standard has the index as UL and the acquisition's number as US; writers mix them up.
TEST(Reading, AnEnhancedFrameSaysToWhichTimeAndAcquisitionItBelongs) {
    const auto frame = [](const Dataset& content) {
        return recordOf(sound(mrDataset().items(0x52009230, {Dataset().items(0x00209111, {content})})))
            ->frames[0];
    };
    EXPECT_EQ(frame(Dataset().bytes(0x00209128, "UL", std::string("\2\0\0\0", 4))).temporal, 2);
    EXPECT_EQ(frame(Dataset().number(0x00209128, 3)).temporal, 3);
    EXPECT_EQ(frame(Dataset().number(0x00209156, 4)).acquisitionNumber, 4);
    EXPECT_EQ(recordOf(sound(mrDataset().text(0x00200012, "IS", "5")))->frames[0].acquisitionNumber, 5);
}

TEST(Reading, OnePositionOutsideTheFunctionalGroupsIsThatOfTheFirstFrame) {
    Dataset data = mrDataset("1.2", 4, 4).text(0x00280008, "IS", "3");
    data.words(0x7fe00010, "OW", std::vector<std::uint16_t>(48, 7));
    const auto record = recordOf(sound(data));
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_TRUE(record->frames[0].position);
    EXPECT_TRUE(record->frames[0].warnings.list().empty());
    for (const std::size_t i : {1u, 2u}) {
        EXPECT_FALSE(record->frames[i].position);
        EXPECT_TRUE(record->frames[i].warnings.has(W::NoPosition));
        EXPECT_EQ(record->frames[i].spacing, (std::array{0.8, 0.7})) << "that one holds for all";
    }
}

/// A film of one slice has one position for all its frames; slices that are numbered have not.
TEST(Reading, APositionThatNumberedSlicesShareIsNotTrusted) {
    const auto warned = [](bool numbered) {
        std::vector<Dataset> frames;
        for (const char number : {'\1', '\2'})
            frames.push_back(Dataset().items(
                0x00209111,
                {Dataset().bytes(0x00209057, "UL", std::string{numbered ? number : '\1', 0, 0, 0})}));
        Dataset data = mrDataset("1.2", 4, 4).remove(0x00200032).text(0x00280008, "IS", "2");
        data.items(0x52009229, {Dataset().items(0x00209113, {Dataset().text(0x00200032, "DS", "1\\2\\3")})});
        data.items(0x52009230, frames).words(0x7fe00010, "OW", std::vector<std::uint16_t>(32, 7));
        const auto record = recordOf(sound(data));
        const auto isWarned = [](const FrameRecord& f) { return f.warnings.has(W::ConflictingGeometry); };
        EXPECT_EQ(isWarned(record->frames[0]), isWarned(record->frames[1])) << "whose it is cannot be told";
        return isWarned(record->frames[1]);
    };
    EXPECT_TRUE(warned(true));
    EXPECT_FALSE(warned(false));
}

TEST(Reading, AnEnhancedEchoPlanarImageHasNoAnatomicalWeighting) {
    const auto weighting = [](const char* planar) {
        Dataset data =
            mrDataset().remove(0x00180020).text(0x00189008, "CS", "SPIN").text(0x00189018, "CS", planar);
        return recordOf(sound(data))->frames[0].weighting;
    };
    EXPECT_EQ(weighting("NO"), Weighting::T1); // TR 500, TE 12
    EXPECT_EQ(weighting("YES"), std::nullopt);
}

TEST(Reading, TextComesOutAsPrintableUtf8) {
    const auto description = [](const char* charset, const std::string& text) {
        return recordOf(sound(mrDataset().text(0x00080005, "CS", charset).text(0x0008103e, "LO", text)))
            ->seriesDescription;
    };
    EXPECT_EQ(description("ISO_IR 100", "R\xfc"
                                        "cken"),
              "R\xc3\xbc"
              "cken");
    EXPECT_EQ(description("ISO_IR 192", "R\xc3\xbc"
                                        "cken"),
              "R\xc3\xbc"
              "cken");
    EXPECT_EQ(description("ISO_IR 192", "bad \xff"), "bad \xef\xbf\xbd");
    EXPECT_EQ(description("ISO_IR 144", "\xbf\xdd"), "\xd0\x9f\xd0\xbd"); // Cyrillic
    EXPECT_EQ(description("NO SUCH SET", "R\xfc"
                                         "cken"),
              "R\xc3\xbc"
              "cken");
    EXPECT_EQ(description("ISO_IR 192", "a\x1b[31mb"), "a\\x1b[31mb");
    EXPECT_EQ(description("ISO_IR 192", "a\xe2\x80\xae"
                                        "b"),
              "a\\u202eb"); // right-to-left override
    EXPECT_LE(recordOf(sound(mrDataset().text(0x0008103e, "LO", std::string(60'000, 'x'))))
                  ->seriesDescription.size(),
              256u);
}

// The examples of PS3.5 annexes H to K, and what sloppy writers make of them.
TEST(Reading, CodeExtensionsAreDecoded) {
    EXPECT_EQ(toUtf8("Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "\\ISO 2022 IR 87"),
              "Yamada^Tarou=山田^太郎");
    EXPECT_EQ(toUtf8("\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J",
                     "ISO 2022 IR 13\\ISO 2022 IR 87"),
              "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎");
    EXPECT_EQ(toUtf8("Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "\\ISO 2022 IR 149"),
              "Hong^Gildong=洪^吉洞");
    EXPECT_EQ(toUtf8("\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7", "\\ISO 2022 IR 149"),
              "洪^吉洞"); // escaped only once
    EXPECT_EQ(toUtf8("Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab", "\\ISO 2022 IR 58"),
              "Zhang^XiaoDong=张^小东");
    EXPECT_EQ(toUtf8("Wang=\xcd\xf5\x81\x39\xee\x39", "GB18030"), "Wang=王㐀");
    EXPECT_EQ(toUtf8("\x1b$(D\x30\x21\x1b(B", "\\ISO 2022 IR 159"), "丂");
    EXPECT_EQ(toUtf8("\x1b-F\xc4\xe9^\xe9", "ISO 2022 IR 100\\ISO 2022 IR 126"), "Δι^é"); // the caret ends it
}

TEST(Reading, BrokenCodeExtensionsAreShownAndNeverActed) {
    const std::string set = "\\ISO 2022 IR 87";
    EXPECT_EQ(toUtf8("\x1b$B;", set), "\xef\xbf\xbd"); // cut within a character
    EXPECT_EQ(toUtf8("\x1b$B\x7e\x7e\x1b(Bx", set), "\xef\xbf\xbdx");
    EXPECT_EQ(toUtf8("\x1b[31m\x1b", set), "\\x1b[31m\\x1b");
    EXPECT_EQ(toUtf8("\x1b$B;3\nx", set), "山\\x0ax"); // a line's end, too
    std::string many;
    for (int i = 0; i < 20'000; ++i)
        many += "\x1b$B;3\x1b(B";
    EXPECT_EQ(toUtf8(many, set).size(), 60'000u);
}

TEST(Reading, DemographicsAreRead) {
    Dataset data = mrDataset();
    data.text(0x00100030, "DA", "19600315")
        .text(0x00100040, "CS", "F")
        .text(0x00080070, "LO", "Maker")
        .text(0x00081090, "LO", "One");
    const auto record = recordOf(sound(data));
    EXPECT_EQ(record->studyDate, "2026-01-31");
    EXPECT_EQ(record->age, 65.0);
    EXPECT_EQ(record->patient.sex, "F");
    EXPECT_EQ(record->scanner, "Maker One");
    EXPECT_EQ(recordOf(sound(data.text(0x00101010, "AS", "018M")))->age, 1.5);
    EXPECT_EQ(recordOf(sound(data.text(0x00080020, "DA", "20261331")))->studyDate, "");
}

TEST(Reading, NumbersAreWholeAndFinite) {
    EXPECT_EQ(number(" +1.5e2 "), 150.0);
    for (const char* bad : {"", "1,5", "nan", "inf", "1e999", "0x10", "1 2", "--1"})
        EXPECT_FALSE(number(bad)) << bad;
}

} // namespace
} // namespace forameter::dicom
