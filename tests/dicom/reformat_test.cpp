// SPDX-License-Identifier: Apache-2.0
#include "find_reformat.hpp"

#include "fixture.hpp"

namespace forameter::dicom {
namespace {

using namespace forameter::testing;

using W = StackWarning;

std::vector<W> warningsOf(const Dataset& data) {
    const auto record = recordOf(dicomFile(data.encode(), kExplicitLittle));
    EXPECT_TRUE(record);
    return record ? record->frames[0].warnings.list() : std::vector<W>{};
}

Dataset ofType(const char* imageType) {
    return mrDataset().text(0x00080008, "CS", imageType);
}

/// Image Types of scanners and workstations; what converters and anonymisers write makes no reformat.
TEST(Reformat, IsToldByTheThirdAndFurtherValuesOfTheImageType) {
    for (const char* type : {"DERIVED\\SECONDARY\\MPR", "DERIVED\\SECONDARY\\MPR\\CSA MPR\\\\CSAPARALLEL",
                             "DERIVED\\SECONDARY\\CSA MPR", "DERIVED\\SECONDARY\\REFORMATTED\\AVERAGE",
                             "DERIVED\\SECONDARY\\AXIAL\\MPR THICK", "DERIVED\\SECONDARY\\PROJECTION IMAGE",
                             "DERIVED\\PRIMARY\\MIP", "DERIVED\\SECONDARY\\M\\MINIP",
                             "DERIVED\\PRIMARY\\PROJECTION IMAGE\\M", "DERIVED\\\\MPR"})
        EXPECT_EQ(warningsOf(ofType(type)), std::vector{W::Reformat}) << type;
    EXPECT_TRUE(forbidsMeasuring(W::Reformat));
    for (const char* type :
         {"", "DERIVED\\SECONDARY", "DERIVED\\SECONDARY\\OTHER", "DERIVED\\SECONDARY\\OTHER\\R\\IR",
          "DERIVED\\PRIMARY", "ORIGINAL\\PRIMARY\\M\\NORM\\DIS2D\\FM\\FIL", "DERIVED\\PRIMARY\\COMPOSED",
          "ORIGINAL\\PRIMARY\\M\\SPRMIPX", "MPR\\MIP"})
        EXPECT_EQ(warningsOf(ofType(type)), std::vector<W>{}) << type;
}

TEST(Reformat, ThatIsPrimaryIsSaidAndMayBeMeasured) {
    for (const char* type : {"DERIVED\\PRIMARY\\MPR\\SAGITTAL", "ORIGINAL\\PRIMARY\\MPR",
                             "DERIVED\\PRIMARY\\REFORMATTED\\AVERAGE"})
        EXPECT_EQ(warningsOf(ofType(type)), std::vector{W::PrimaryReformat}) << type;
    EXPECT_FALSE(forbidsMeasuring(W::PrimaryReformat));
}

/// Enhanced objects call every frame PRIMARY, so that it is says nothing there.
TEST(Reformat, OfAnEnhancedObjectIsToldByFrameTypeAndTechnique) {
    const auto enhanced = [](const char* frameType, const char* technique) {
        Dataset kind;
        kind.text(0x00089007, "CS", frameType).text(0x00089207, "CS", technique);
        return ofType("DERIVED\\PRIMARY\\VOLUME\\MIXED")
            .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.4.1")
            .items(0x52009230, {Dataset().items(0x00189226, {kind})});
    };
    for (const char* technique : {"MPR", "CURVED_MPR", "MAX_IP", "MIN_IP", "VOLUME_RENDER"})
        EXPECT_EQ(warningsOf(enhanced("DERIVED\\PRIMARY\\VOLUME\\NONE", technique)), std::vector{W::Reformat})
            << technique;
    EXPECT_EQ(warningsOf(enhanced("DERIVED\\PRIMARY\\MPR\\NONE", "NONE")), std::vector{W::Reformat});
    EXPECT_EQ(warningsOf(enhanced("DERIVED\\PRIMARY\\VOLUME\\RESAMPLED", "NONE")), std::vector{W::Reformat});
    EXPECT_EQ(warningsOf(enhanced("ORIGINAL\\PRIMARY\\VOLUME\\NONE", "NONE")), std::vector<W>{});
    EXPECT_EQ(warningsOf(enhanced("DERIVED\\PRIMARY\\VOLUME\\ADDITION", "NONE")), std::vector<W>{});
}

} // namespace
} // namespace forameter::dicom
