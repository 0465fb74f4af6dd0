// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/write_mr.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "fixture.hpp"
#include "forameter/dicom/pixels.hpp"
#include "forameter/dicom/scan.hpp"

namespace forameter::dicom {
namespace {

namespace fs = std::filesystem;

class WriteMr : public ::testing::Test {
protected:
    WriteMr() {
        m_study.uid = StudyUid("2.25.1");
        m_study.frameOfReference = FrameOfReferenceUid("2.25.2");
        m_study.id = "1";
        m_study.date = "20240131";
        m_study.time = "101500";
        m_study.description = "MR LUMBAR SPINE PHANTOM";
        m_study.patientId = "PHANTOM-0001";
        m_study.patientName = "PHANTOM^0001";
        m_study.sex = "F";
        m_study.age = 54.9;
        m_study.height = 167.0;
        m_study.weight = 71.5;
        m_study.manufacturer = "PHANTOM";
        m_study.deidentification = "Never had one: computed";
        m_study.phantom = true;
        m_series.uid = SeriesUid("2.25.3");
        m_series.description = "SAG STIR";
        m_series.imageType = {"ORIGINAL", "PRIMARY", "OTHER"};
        m_series.scanningSequence = {"SE", "IR"};
        m_series.sequenceVariant = {"SK", "SP"};
        m_series.repetitionTime = 4200.0;
        m_series.echoTime = 60.0;
        m_series.inversionTime = 160.0;
        m_series.echoTrainLength = 13;
        for (std::size_t i = 0; i < m_pixels.data().size(); ++i)
            m_pixels.data()[i] = static_cast<std::uint16_t>((i * i + 7 * i) % 4096);
    }
    [[nodiscard]] MrImageHeader image(int number) const {
        // Directions and positions with endless decimals.
        const double c = std::cos(0.3), s = std::sin(0.3);
        return {SopUid("2.25.4" + std::to_string(number)),
                number,
                1,
                *geometry::ImagePlane::create({{-81.0 / 7.0, 100.0 / 3.0, -40.0 * c + 3.3 * c * number},
                                               {1, 0, 0},
                                               {0, c, -s},
                                               0.7,
                                               0.8,
                                               31,
                                               20}),
                2000.0,
                4000.0};
    }

    TemporaryFolder m_temporary;
    fs::path m_folder = m_temporary.path();
    MrStudyHeader m_study;
    MrSeriesHeader m_series;
    Grid<std::uint16_t> m_pixels{31, 20};
};

std::string readAll(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(WriteMr, IsReadBackWithItsGeometryAndEveryPixel) {
    for (const auto encoding : {MrEncoding::ExplicitLittleEndian, MrEncoding::JpegLsLossless}) {
        const fs::path path = m_folder / "sub" / "1.dcm";
        const auto header = image(1);
        ASSERT_TRUE(writeMr(path, m_study, m_series, header, std::as_const(m_pixels).view(), encoding));
        const std::array paths{path};
        const auto report = scan(paths);
        ASSERT_TRUE(report);
        ASSERT_EQ(report->studies.size(), 1u);
        EXPECT_TRUE(report->refused.empty());
        EXPECT_TRUE(report->warnings.empty());
        const Study& study = report->studies[0];
        EXPECT_EQ(study.uid, m_study.uid);
        EXPECT_EQ(study.patientId, "PHANTOM-0001");
        EXPECT_EQ(study.age, 54.0);
        EXPECT_EQ(study.sex, "F");
        EXPECT_EQ(study.date, "2024-01-31");
        const Stack& stack = study.series.at(0).stacks.at(0);
        EXPECT_TRUE(stack.measurable);
        EXPECT_EQ(stack.weighting, Weighting::STIR);
        EXPECT_EQ(stack.frameOfReference, m_study.frameOfReference);
        EXPECT_EQ(stack.acquisition.inversionTime, 160.0);
        EXPECT_EQ(stack.acquisition.echoTrainLength, 13);
        const auto plane = stack.imagePlane(0);
        ASSERT_TRUE(plane);
        for (const geometry::PixelPoint corner : {geometry::PixelPoint{0, 0}, {30, 0}, {0, 19}, {30, 19}})
            EXPECT_LT(length(plane->toPatient(corner) - header.plane.toPatient(corner)), 1e-7);
        const auto decoded = decodeFrame(path);
        ASSERT_TRUE(decoded) << decoded.error().message;
        for (std::size_t i = 0; i < m_pixels.data().size(); ++i)
            ASSERT_EQ(decoded->stored.data()[i], m_pixels.data()[i]) << "pixel " << i;
        EXPECT_FALSE(decoded->lossy);
    }
}

TEST_F(WriteMr, TheSameInputGivesTheSameBytes) {
    for (const auto encoding : {MrEncoding::ExplicitLittleEndian, MrEncoding::JpegLsLossless}) {
        ASSERT_TRUE(writeMr(m_folder / "a.dcm", m_study, m_series, image(1), std::as_const(m_pixels).view(),
                            encoding));
        ASSERT_TRUE(writeMr(m_folder / "b.dcm", m_study, m_series, image(1), std::as_const(m_pixels).view(),
                            encoding));
        EXPECT_EQ(readAll(m_folder / "a.dcm"), readAll(m_folder / "b.dcm"));
        EXPECT_EQ(readAll(m_folder / "a.dcm").find("OFFIS"), std::string::npos)
            << "the toolkit's version would change the bytes";
    }
}

TEST_F(WriteMr, TheByteThatMakesACodestreamEvenIsZero) {
    int padded = 0, even = 0;
    for (std::uint16_t i = 0; i < 24; ++i) {
        m_pixels(i, 3) = static_cast<std::uint16_t>(4095 - 170 * i);
        const std::vector<char> garbage(4000, '\x5a'); // what the allocator hands out next
        ASSERT_TRUE(writeMr(m_folder / "a.dcm", m_study, m_series, image(1), std::as_const(m_pixels).view(),
                            MrEncoding::JpegLsLossless));
        const std::string bytes = readAll(m_folder / "a.dcm");
        const std::string end = bytes.substr(bytes.size() - 8 - 3, 3); // before the sequence delimiter
        if (end.substr(1) == "\xff\xd9")
            ++even;
        else if (end == std::string("\xff\xd9\0", 3))
            ++padded;
        else
            ADD_FAILURE() << "the codestream ends with something else";
    }
    if (padded == 0 || even == 0)
        GTEST_SKIP() << "The encoder made no codestream of odd, or none of even length.";
}

TEST_F(WriteMr, AValidatorFindsNoError) {
    if (std::system("command -v dciodvfy >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "dciodvfy (Debian: dicom3tools) is not installed";
    for (const auto encoding : {MrEncoding::ExplicitLittleEndian, MrEncoding::JpegLsLossless}) {
        const fs::path path = m_folder / "1.dcm";
        ASSERT_TRUE(writeMr(path, m_study, m_series, image(1), std::as_const(m_pixels).view(), encoding));
        EXPECT_EQ(std::system(("dciodvfy " + path.string() + " >" + path.string() + ".txt 2>&1").c_str()), 0);
        const std::string said = readAll(path.string() + ".txt");
        EXPECT_NE(said.find("MRImage"), std::string::npos) << said;
        EXPECT_EQ(said.find("Error"), std::string::npos) << said;
    }
}

TEST_F(WriteMr, SaysWhatItCannotWrite) {
    const auto write = [&](const fs::path& path) {
        return writeMr(path, m_study, m_series, image(1), std::as_const(m_pixels).view());
    };
    m_study.id = "more than sixteen characters";
    auto done = write(m_folder / "1.dcm");
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("StudyID"), std::string::npos) << done.error().message;
    EXPECT_FALSE(fs::exists(m_folder / "1.dcm"));
    m_study.id = "1";
    m_pixels(3, 4) = 4096;
    done = write(m_folder / "1.dcm");
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("12 bits"), std::string::npos) << done.error().message;
    m_pixels(3, 4) = 0;
    m_series.imageType.pop_back();
    EXPECT_FALSE(write(m_folder / "1.dcm")) << "validators demand a third value";
    m_series.imageType.push_back("OTHER");
    std::ofstream(m_folder / "file") << "x";
    done = write(m_folder / "file" / "1.dcm");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::StorageFailed);
}

} // namespace
} // namespace forameter::dicom
