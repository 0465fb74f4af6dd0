// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/pixels.hpp"

#include <zlib.h>

#include "codestream_start.hpp"
#include "encoders.hpp"
#include "fixture.hpp"

namespace forameter::dicom {
namespace {

using namespace forameter::testing;

Dataset datasetOf(const TestImage& image) {
    return mrDataset("1.2.3.4.5", image.rows, image.columns)
        .number(0x00280101, static_cast<unsigned>(image.bits))
        .number(0x00280102, static_cast<unsigned>(image.bits - 1))
        .number(0x00280103, image.isSigned ? 1 : 0)
        .words(0x7fe00010, "OW", image.pixels);
}

std::vector<std::int32_t> valuesOf(const TestImage& image) {
    std::vector<std::int32_t> values;
    for (const std::uint16_t pixel : image.pixels)
        values.push_back(image.isSigned && pixel >= 1 << (image.bits - 1) ? pixel - (1 << image.bits)
                                                                          : pixel);
    return values;
}

std::string deflated(const std::string& bytes) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string out(bytes.size() + 1000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// The file of an image in a transfer syntax.
std::string fileOf(const TestImage& image, const std::string& syntax) {
    Dataset data = datasetOf(image);
    if (syntax == kImplicitLittle) return dicomFile(data.encode({Dataset::Syntax::Implicit}), syntax);
    if (syntax == kExplicitBig) return dicomFile(data.encode({Dataset::Syntax::BigEndian}), syntax);
    if (syntax == kExplicitLittle) return dicomFile(data.encode(), syntax);
    if (syntax == kDeflated) return dicomFile(deflated(data.encode()), syntax);
    const std::string stream = syntax == kRle        ? encodeRle(image)
                               : syntax == kJpeg2000 ? encodeJpeg2000(image, true)
                                                     : encodeJpeg(image, syntax);
    return dicomFile(data.bytes(0x7fe00010, "OB", encapsulated({stream})).encode(), syntax);
}

class LosslessSyntax : public ::testing::TestWithParam<const char*> {};

TEST_P(LosslessSyntax, GivesTheStoredValuesForEveryDepthAndSign) {
    for (const int bits : {8, 10, 12, 15, 16})
        for (const bool isSigned : {false, true}) {
            const TestImage image = testImage(33, 47, bits, isSigned);
            const auto pixels = pixelsOf(fileOf(image, GetParam()));
            ASSERT_TRUE(pixels) << pixels.error().message << ", " << bits << " bits";
            EXPECT_EQ(*pixels, valuesOf(image)) << bits << " bits, " << (isSigned ? "signed" : "unsigned");
        }
}

INSTANTIATE_TEST_SUITE_P(All, LosslessSyntax,
                         ::testing::Values(kImplicitLittle, kExplicitLittle, kDeflated, kExplicitBig, kRle,
                                           kJpegLossless, kJpegLs, kJpeg2000));

TEST(Pixels, LossySyntaxesDecodeNearlyAndAreFlagged) {
    const TestImage image = testImage(64, 64, 12, false);
    const auto expected = valuesOf(image);
    const std::pair<const char*, std::string> cases[] = {{kJpegLsNear, encodeJpeg(image, kJpegLsNear)},
                                                         {kJpeg2000Lossy, encodeJpeg2000(image, false)}};
    for (const auto& [syntax, stream] : cases) {
        const std::string file =
            dicomFile(datasetOf(image).bytes(0x7fe00010, "OB", encapsulated({stream})).encode(), syntax);
        const auto pixels = pixelsOf(file);
        ASSERT_TRUE(pixels) << pixels.error().message;
        int largest = 0;
        for (std::size_t i = 0; i < expected.size(); ++i)
            largest = std::max(largest, std::abs((*pixels)[i] - expected[i]));
        EXPECT_LE(largest, 400) << syntax;
        EXPECT_TRUE(recordOf(file)->frames[0].warnings.has(StackWarning::LossyCompression)) << syntax;
    }
    const std::string flagged =
        dicomFile(datasetOf(image).text(0x00282110, "CS", "01").encode(), kExplicitLittle);
    EXPECT_TRUE(recordOf(flagged)->frames[0].warnings.has(StackWarning::LossyCompression));
    EXPECT_FALSE(recordOf(fileOf(image, kJpeg2000))->frames[0].warnings.has(StackWarning::LossyCompression));
}

TEST(Pixels, ALossyCodestreamUnderALosslessSyntaxIsFlagged) {
    const TestImage image = testImage(64, 64, 12, false);
    const auto flagged = [&](const std::string& stream, const char* syntax) {
        const auto record = recordOf(
            dicomFile(datasetOf(image).bytes(0x7fe00010, "OB", encapsulated({stream})).encode(), syntax));
        return record->frames[0].warnings.has(StackWarning::LossyCompression);
    };
    EXPECT_TRUE(flagged(encodeJpeg2000(image, false), kJpeg2000));
    EXPECT_TRUE(flagged(encodeJpeg(image, kJpegLsNear), kJpegLs));
    const std::string extended("\xff\xd8\xff\xc1\0\4..", 8); // a frame header of a lossy process
    EXPECT_TRUE(saysLossy(bytesOf(extended), Codec::Jpeg));
    EXPECT_FALSE(flagged(encodeJpeg2000(image, true), kJpeg2000));
    EXPECT_FALSE(flagged(encodeJpeg(image, kJpegLs), kJpegLs));
    EXPECT_FALSE(flagged(encodeJpeg(image, kJpegLossless), kJpegLossless));
    EXPECT_FALSE(flagged(encodeRle(image), kRle));
}

TEST(Pixels, BitsAboveTheStoredOnesAreRemovedAndHighBitIsHonoured) {
    TestImage image = testImage(8, 8, 12, true);
    const auto expected = valuesOf(image);
    TestImage junk = image;
    for (std::size_t i = 0; i < junk.pixels.size(); ++i)
        junk.pixels[i] = static_cast<std::uint16_t>(junk.pixels[i] | (i * 7 % 16) << 12);
    EXPECT_EQ(*pixelsOf(dicomFile(datasetOf(junk).encode(), kExplicitLittle)), expected);
    for (std::uint16_t& pixel : image.pixels)
        pixel = static_cast<std::uint16_t>(pixel << 4 | 5);
    EXPECT_EQ(*pixelsOf(dicomFile(datasetOf(image).number(0x00280102, 15).encode(), kExplicitLittle)),
              expected);
}

TEST(Pixels, BitsAboveTheStoredOnesAreRemovedFromJpeg2000) {
    for (const bool isSigned : {false, true}) {
        const TestImage image = testImage(16, 16, 12, isSigned);
        TestImage wide = image; // what a writer makes of the words as they lie in memory
        wide.bits = 16;
        for (std::size_t i = 0; i < wide.pixels.size(); ++i)
            wide.pixels[i] = static_cast<std::uint16_t>(wide.pixels[i] | (i * 7 % 16) << 12);
        const auto read = [&](const TestImage& stream, unsigned highBit) {
            Dataset data = datasetOf(image).number(0x00280102, highBit);
            data.bytes(0x7fe00010, "OB", encapsulated({encodeJpeg2000(stream, true)}));
            return *pixelsOf(dicomFile(data.encode(), kJpeg2000));
        };
        EXPECT_EQ(read(wide, 11), valuesOf(image)) << isSigned;
        TestImage high = wide;
        for (std::size_t i = 0; i < high.pixels.size(); ++i)
            high.pixels[i] = static_cast<std::uint16_t>(image.pixels[i] << 4 | (i * 7 % 16));
        EXPECT_EQ(read(high, 15), valuesOf(image)) << isSigned;
    }
}

TEST(Pixels, EightBitWordsOfABigEndianFileAreUnswapped) {
    Dataset data = mrDataset("1.2", 2, 4).number(0x00280100, 8).number(0x00280101, 8).number(0x00280102, 7);
    data.words(0x7fe00010, "OW", {0x0201, 0x0403, 0x0605, 0x0807});
    const std::vector<std::int32_t> expected{1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_EQ(*pixelsOf(dicomFile(data.encode({Dataset::Syntax::BigEndian}), kExplicitBig)), expected);
    EXPECT_EQ(*pixelsOf(dicomFile(data.encode(), kExplicitLittle)), expected);
    data.bytes(0x7fe00010, "OB", std::string("\1\2\3\4\5\6\7\10"));
    EXPECT_EQ(*pixelsOf(dicomFile(data.encode({Dataset::Syntax::BigEndian}), kExplicitBig)), expected);
}

TEST(Pixels, TheCodestreamDecidesAboutSignedness) {
    const TestImage image = testImage(16, 16, 12, true);
    Dataset data = datasetOf(image).number(0x00280103, 0); // the header says unsigned
    data.bytes(0x7fe00010, "OB", encapsulated({encodeJpeg2000(image, true)}));
    EXPECT_EQ(*pixelsOf(dicomFile(data.encode(), kJpeg2000)), valuesOf(image));
}

TEST(Pixels, AFrameMayBeCutIntoFragments) {
    const TestImage image = testImage(40, 40, 12, false);
    for (const auto& [syntax, stream] :
         {std::pair(kJpeg2000, encodeJpeg2000(image, true)), std::pair(kRle, encodeRle(image)),
          std::pair(kJpegLossless, encodeJpeg(image, kJpegLossless))}) {
        const std::size_t third = stream.size() / 3 / 2 * 2;
        const std::vector<std::string> pieces{stream.substr(0, third), stream.substr(third, third),
                                              stream.substr(2 * third)};
        const auto pixels = pixelsOf(
            dicomFile(datasetOf(image).bytes(0x7fe00010, "OB", encapsulated(pieces)).encode(), syntax));
        ASSERT_TRUE(pixels) << pixels.error().message;
        EXPECT_EQ(*pixels, valuesOf(image)) << syntax;
    }
}

TEST(Pixels, FramesAreFoundByCountByOffsetTableAndByTheirCodestreams) {
    const TestImage first = testImage(20, 20, 12, false), second = testImage(20, 20, 11, false);
    const std::string a = encodeJpeg2000(first, true), b = encodeJpeg2000(second, true);
    const std::size_t half = a.size() / 2 / 2 * 2;
    const auto file = [&](const std::string& pixelData) {
        return dicomFile(
            datasetOf(first).text(0x00280008, "IS", "2").bytes(0x7fe00010, "OB", pixelData).encode(),
            kJpeg2000);
    };
    std::string table = encapsulated({a.substr(0, half), a.substr(half), b});
    const auto expectBoth = [&](const std::string& bytes) {
        EXPECT_EQ(*pixelsOf(bytes, 0), valuesOf(first));
        EXPECT_EQ(*pixelsOf(bytes, 1), valuesOf(second));
    };
    expectBoth(file(encapsulated({a, b})));
    expectBoth(file(encapsulated({a, b}, true)));
    expectBoth(file(table)); // three fragments, no table: the codestreams tell
    EXPECT_EQ(pixelsOf(file(encapsulated({a})), 0).error().code, ErrorCode::PixelDataMismatch);
}

TEST(Pixels, ManyFramesOfNextToNothingAreRefusedBeforeAnyIsDecoded) {
    const auto of = [](std::size_t bytesPerFrame) {
        Dataset data = mrDataset("1.2.3.4.5", 8, 6);
        data.text(0x00280008, "IS", "400").number(0x00280010, 2048).number(0x00280011, 2048);
        const std::vector<std::string> frames(400, std::string(bytesPerFrame, 'x'));
        return recordOf(dicomFile(data.bytes(0x7fe00010, "OB", encapsulated(frames)).encode(), kJpeg2000));
    };
    const auto refused = of(40); // 6.7 GB of voxels in 20 kB
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
    EXPECT_NE(refused.error().message.find("400 frames of 2048 x 2048"), std::string::npos)
        << refused.error().message;
    EXPECT_TRUE(of(4200)); // left to the decoder
}

/// 300 kB would otherwise make a gigabyte be set aside.
TEST(Pixels, AHugePictureWhoseCodestreamIsAnotherIsRefusedBeforeAnyMemoryIsSetAside) {
    const TestImage small = testImage(64, 48, 12, false);
    const auto claiming = [&](const char* syntax, const std::string& stream) {
        Dataset data = datasetOf(small);
        data.number(0x00280010, 16384).number(0x00280011, 16384);
        return recordOf(dicomFile(
            data.bytes(0x7fe00010, "OB", encapsulated({stream + std::string(300'000, '\0')})).encode(),
            syntax));
    };
    for (const char* syntax : {kJpegLossless, kJpegLs, kJpeg2000}) {
        const auto refused = claiming(syntax, std::string(syntax) == kJpeg2000 ? encodeJpeg2000(small, true)
                                                                               : encodeJpeg(small, syntax));
        ASSERT_FALSE(refused) << syntax;
        EXPECT_EQ(refused.error().code, ErrorCode::PixelDataMismatch);
        EXPECT_NE(refused.error().message.find("48 x 64"), std::string::npos) << refused.error().message;
    }
    const TestImage large = testImage(2049, 2050, 12, false);
    EXPECT_EQ(
        *pixelsOf(dicomFile(
            datasetOf(large).bytes(0x7fe00010, "OB", encapsulated({encodeJpeg2000(large, true)})).encode(),
            kJpeg2000)),
        valuesOf(large));
}

TEST(Pixels, AMissingDelimiterIsForgivenAndNoted) {
    const TestImage image = testImage(16, 16, 12, false);
    const std::string file =
        dicomFile(datasetOf(image)
                      .bytes(0x7fe00010, "OB", encapsulated({encodeJpeg(image, kJpegLossless)}, false, false))
                      .encode(),
                  kJpegLossless);
    EXPECT_EQ(*pixelsOf(file), valuesOf(image));
    const auto record = recordOf(file);
    ASSERT_EQ(record->notes.size(), 1u);
    EXPECT_EQ(record->notes[0].code, ErrorCode::Truncated);
}

TEST(Pixels, ACodestreamThatIsCutOrOfAnotherSizeIsRefused) {
    const TestImage image = testImage(24, 24, 12, false), smaller = testImage(24, 20, 12, false);
    for (const char* syntax : {kRle, kJpegLossless, kJpegLs, kJpeg2000}) {
        const auto encode = [&](const TestImage& i) {
            return std::string(syntax) == kRle        ? encodeRle(i)
                   : std::string(syntax) == kJpeg2000 ? encodeJpeg2000(i, true)
                                                      : encodeJpeg(i, syntax);
        };
        const auto file = [&](const std::string& stream) {
            return dicomFile(datasetOf(image).bytes(0x7fe00010, "OB", encapsulated({stream})).encode(),
                             syntax);
        };
        EXPECT_TRUE(pixelsOf(file(encode(image)))) << syntax;
        EXPECT_FALSE(pixelsOf(file(encode(smaller)))) << syntax;
        // DCMTK's JPEG-LS decoder may abort on this; scan_test has it in a child.
        if (std::string(syntax) != kJpegLs) {
            EXPECT_FALSE(pixelsOf(file(encode(image).substr(0, 100)))) << syntax;
        }
        EXPECT_FALSE(pixelsOf(file(""))) << syntax;
    }
}

TEST(Pixels, AMarkerWithoutASegmentBeforeTheFrameHeaderIsRefused) {
    const TestImage image = testImage(24, 24, 12, false);
    const std::string whole = encodeJpeg(image, kJpegLossless);
    for (const char marker : {'\x01', '\x02', '\xd0', '\xd8', '\xd9', '\xda'}) {
        std::string stream = whole;
        stream.insert(2, {'\xff', marker}); // DCMTK's search for the frame header never ends at 01
        EXPECT_FALSE(pixelsOf(dicomFile(
            datasetOf(image).bytes(0x7fe00010, "OB", encapsulated({stream})).encode(), kJpegLossless)))
            << static_cast<int>(static_cast<unsigned char>(marker));
    }
}

TEST(Pixels, ValuesOfAVolumeAreRescaledExactlyPerFile) {
    const TemporaryFolder folder;
    std::vector<SliceSource> slices;
    for (int i = 0; i < 3; ++i) {
        Dataset data = mrDataset("1.2.3.4." + std::to_string(i + 1));
        data.text(0x00200032, "DS", decimals({0, 0, 4.0 * i}))
            .text(0x00281053, "DS", decimals({1.5 + i}))
            .text(0x00281052, "DS", "-3.25");
        slices.push_back(
            {folder.path() / std::to_string(i), 1,
             *geometry::ImagePlane::create({{0, 0, 4.0 * i}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.7, 6, 8}), ""});
        writeFile(slices.back().path, dicomFile(data.encode(), kExplicitLittle));
    }
    const auto volume = loadVolume(slices, "test", 2);
    ASSERT_TRUE(volume) << volume.error().message;
    for (int i = 0; i < 3; ++i) {
        const auto frame = decodeFrame(slices[static_cast<std::size_t>(i)].path);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->slope, 1.5 + i);
        for (int p = 0; p < 48; ++p)
            EXPECT_EQ(
                (*volume)->slice(i).data()[static_cast<std::size_t>(p)],
                static_cast<float>(frame->slope * frame->stored.data()[static_cast<std::size_t>(p)] - 3.25));
    }
}

TEST(Pixels, WhatAScanCouldNotDecodeIsNotReadAgain) {
    const TemporaryFolder folder;
    std::vector<SliceSource> slices;
    for (int i = 0; i < 2; ++i) {
        slices.push_back(
            {folder.path() / std::to_string(i), 1,
             *geometry::ImagePlane::create({{0, 0, 4.0 * i}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.7, 6, 8}), ""});
        writeFile(slices.back().path, dicomFile(mrDataset().encode(), kExplicitLittle));
    }
    slices[1].refused = Error{ErrorCode::BadCodestream, "its decoder crashed"};
    const auto volume = loadVolume(slices, "test", 1, {}, Unread::IsLeftOut);
    ASSERT_TRUE(volume) << volume.error().message;
    ASSERT_EQ((*volume)->info().unread.size(), 1u);
    EXPECT_EQ((*volume)->info().unread.at(1).message, "its decoder crashed");
    EXPECT_EQ(loadVolume(slices, "test", 1).error().code, ErrorCode::BadCodestream);
}

TEST(Pixels, AFileThatChangedSinceItWasApprovedIsNotLoaded) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a";
    writeFile(path, dicomFile(mrDataset().encode(), kExplicitLittle));
    const auto hash = readFile({path, false, false, true})->fileSha256;
    const SliceSource slice{path, 1,
                            *geometry::ImagePlane::create({{}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.7, 6, 8}), hash};
    EXPECT_TRUE(loadVolume({&slice, 1}, "test"));
    writeFile(path, dicomFile(mrDataset().text(0x00100020, "LO", "P2").encode(), kExplicitLittle));
    const auto changed = loadVolume({&slice, 1}, "test");
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, ErrorCode::Corrupt);
    EXPECT_NE(changed.error().message.find(path.string()), std::string::npos);
}

TEST(Pixels, AllFramesOfAFileAreLoadedFromOneReadingOfIt) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a";
    std::vector<std::uint16_t> pixels;
    for (int i = 0; i < 3 * 48; ++i)
        pixels.push_back(static_cast<std::uint16_t>(i));
    writeFile(path,
              dicomFile(mrDataset().text(0x00280008, "IS", "3").words(0x7fe00010, "OW", pixels).encode(),
                        kExplicitLittle));
    const auto hash = readFile({path, false, false, true})->fileSha256;
    for (const std::string& approved : {hash, std::string()}) {
        std::vector<SliceSource> slices;
        for (int i = 0; i < 3; ++i)
            slices.push_back(
                {path, i + 1,
                 *geometry::ImagePlane::create({{0, 0, 4.0 * i}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.7, 6, 8}),
                 approved});
        const auto aside = folder.path() / "aside";
        const auto moveAway = [&](const Progress& p) {
            if (p.done == 1) std::filesystem::rename(path, aside);
        };
        const auto volume = loadVolume(slices, "test", 1, {moveAway, {}});
        ASSERT_TRUE(volume) << volume.error().message;
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ((*volume)->slice(i)(5, 7), static_cast<float>(48 * i + 47));
        std::filesystem::rename(aside, path);
    }
}

TEST(Pixels, ASliceThatCannotBeReadFailsTheWholeOrIsLeftOut) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a";
    writeFile(path, dicomFile(mrDataset().encode(), kExplicitLittle));
    const auto plane = *geometry::ImagePlane::create({{}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.7, 6, 8});
    std::vector<SliceSource> slices(3, {path, 1, plane, ""});
    slices[0].path = folder.path() / "gone";
    slices[2].path = folder.path() / "gone too";
    const auto whole = loadVolume(slices, "test", 2);
    ASSERT_FALSE(whole);
    EXPECT_NE(whole.error().message.find("gone"), std::string::npos);
    const auto volume = loadVolume(slices, "test", 2, {}, Unread::IsLeftOut);
    ASSERT_TRUE(volume) << volume.error().message;
    const auto& unread = (*volume)->info().unread;
    ASSERT_EQ(unread.size(), 2u);
    EXPECT_NE(unread.at(2).message.find("gone too"), std::string::npos) << unread.at(2).message;
    EXPECT_TRUE(std::ranges::any_of((*volume)->slice(1).data(), [](float v) { return v != 0.0F; }));
    EXPECT_TRUE(std::ranges::all_of((*volume)->slice(2).data(), [](float v) { return v == 0.0F; }));
    slices.erase(slices.begin() + 1);
    EXPECT_FALSE(loadVolume(slices, "test", 2, {}, Unread::IsLeftOut)) << "nothing is left";
}

TEST(Pixels, LoadingEndsWhenCancelled) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "a";
    writeFile(path, dicomFile(mrDataset().encode(), kExplicitLittle));
    const std::vector<SliceSource> slices(
        50, {path, 1, *geometry::ImagePlane::create({{}, {1, 0, 0}, {0, 1, 0}, 0.8, 0.7, 6, 8}), ""});
    std::stop_source stop;
    std::size_t loaded = 0;
    const auto volume = loadVolume(slices, "test", 2,
                                   {[&](const Progress& p) {
                                        loaded = p.done;
                                        if (p.done == 5) stop.request_stop();
                                    },
                                    stop.get_token()});
    ASSERT_FALSE(volume);
    EXPECT_EQ(volume.error().code, ErrorCode::Cancelled);
    EXPECT_LT(loaded, 50u);
}

} // namespace
} // namespace forameter::dicom
