// SPDX-License-Identifier: Apache-2.0
#include "find_kind.hpp"

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
          "ORIGINAL\\PRIMARY\\M\\SPRMIPX", "MPR\\MIP", "DERIVED\\PRIMARY\\IP\\IP\\DERIVED"})
        EXPECT_EQ(warningsOf(ofType(type)), std::vector<W>{}) << type;
}

TEST(Reformat, ThatIsPrimaryIsSaidAndMayBeMeasured) {
    for (const char* type : {"DERIVED\\PRIMARY\\MPR\\SAGITTAL", "ORIGINAL\\PRIMARY\\MPR",
                             "DERIVED\\PRIMARY\\REFORMATTED\\AVERAGE"})
        EXPECT_EQ(warningsOf(ofType(type)), std::vector{W::PrimaryReformat}) << type;
    EXPECT_FALSE(forbidsMeasuring(W::PrimaryReformat));
}

/// Workstations that write DERIVED\\SECONDARY and no more; an acquired image may be "for MPR".
TEST(Reformat, IsToldByTheDescriptionOfADerivedOrSecondaryImage) {
    const auto called = [](const char* type, const char* description) {
        return warningsOf(ofType(type).text(0x0008103e, "LO", description));
    };
    for (const char* type : {"DERIVED\\SECONDARY\\OTHER", "DERIVED\\SECONDARY", "ORIGINAL\\SECONDARY"})
        for (const char* description :
             {"curved MPR", "SAG MPR T2", "CPR", "Curved Range[1]", "axial reformat", "MIP cor"})
            EXPECT_EQ(called(type, description), std::vector{W::Reformat}) << type << description;
    EXPECT_EQ(called("DERIVED\\PRIMARY", "SAG MPR"), std::vector{W::PrimaryReformat});
    EXPECT_EQ(called("ORIGINAL\\PRIMARY\\M", "T2 SPACE MPR"), std::vector<W>{});
    EXPECT_EQ(called("DERIVED\\SECONDARY", "SAG T2 IMPROVED, IP"), std::vector<W>{});
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

TEST(ComputedValues, ArePhasesDifferencesAndMaps) {
    for (const char* type :
         {"ORIGINAL\\PRIMARY\\P\\ND", "ORIGINAL\\PRIMARY\\PHASE MAP\\P\\FFE", "ORIGINAL\\PRIMARY\\I\\SE",
          "DERIVED\\SECONDARY\\ADC", "DERIVED\\PRIMARY\\DIFFUSION\\FA", "DERIVED\\SECONDARY\\SUBTRACT",
          "DERIVED\\SECONDARY\\OTHER\\SUBTRACTION", "ORIGINAL\\PRIMARY\\OTHER\\SUB",
          "DERIVED\\PRIMARY\\T1 MAP", "DERIVED\\PRIMARY\\T2_MAP", "DERIVED\\PRIMARY\\DIXON\\FAT_FRACTION"}) {
        const auto record = recordOf(dicomFile(ofType(type).encode(), kExplicitLittle));
        ASSERT_TRUE(record) << type;
        EXPECT_EQ(record->frames[0].warnings.list(), std::vector{W::ComputedValues}) << type;
        EXPECT_FALSE(record->frames[0].weighting) << type << ": its timing is that of what it was made from";
    }
    EXPECT_TRUE(forbidsMeasuring(W::ComputedValues));
    for (const char* type :
         {"ORIGINAL\\PRIMARY\\M\\SE", "ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE", "ORIGINAL\\PRIMARY\\T1\\NONE",
          "ORIGINAL\\PRIMARY\\OTHER\\R\\IR", "DERIVED\\PRIMARY\\M\\DIXON\\IN_PHASE",
          "DERIVED\\SECONDARY\\PASTED", "DERIVED\\SECONDARY\\COMBINED"})
        EXPECT_EQ(warningsOf(ofType(type)), std::vector<W>{}) << type;
}

TEST(ComputedValues, AreToldByTheComplexComponentWhereNoTypeTellsThem) {
    const auto component = [](const char* value) {
        return ofType("ORIGINAL\\PRIMARY\\SPINE\\NONE").text(0x00089208, "CS", value);
    };
    for (const char* value : {"PHASE", "IMAGINARY"})
        EXPECT_EQ(warningsOf(component(value)), std::vector{W::ComputedValues}) << value;
    for (const char* value : {"", "MAGNITUDE", "MIXED", "REAL"})
        EXPECT_EQ(warningsOf(component(value)), std::vector<W>{}) << value;
}

TEST(Localizer, IsToldByItsTypeAndByItsName) {
    EXPECT_EQ(warningsOf(ofType("ORIGINAL\\PRIMARY\\LOCALIZER")), std::vector{W::Localizer});
    const auto called = [](const char* description) {
        return warningsOf(mrDataset().text(0x0008103e, "LO", description));
    };
    for (const char* description : {"FAST LOCALIZER", "localiser", "3-pl loc", "T/S/C RF FAST PILOT",
                                    "WS_Survey", "Scout", "3Plane Loc SSFSE"})
        EXPECT_EQ(called(description), std::vector{W::Localizer}) << description;
    for (const char* description : {"SAG T1", "local coil", "BLOCK 2", "t2_tse_sag"})
        EXPECT_EQ(called(description), std::vector<W>{}) << description;
    EXPECT_FALSE(forbidsMeasuring(W::Localizer)) << "where there is nothing else, it is measured";
}

TEST(SuppressedSignal, IsAT1WithoutFatOrADixonPictureWithoutWater) {
    const auto t1 = [](const char* imageType, const char* options) {
        return ofType(imageType)
            .text(0x00180080, "DS", "500")
            .text(0x00180081, "DS", "10")
            .text(0x00180022, "CS", options);
    };
    EXPECT_EQ(warningsOf(t1("ORIGINAL\\PRIMARY\\M", "FS")), std::vector{W::SuppressedSignal});
    EXPECT_EQ(warningsOf(t1("DERIVED\\PRIMARY\\DIXON\\FAT", "")), std::vector{W::SuppressedSignal});
    EXPECT_EQ(warningsOf(t1("ORIGINAL\\PRIMARY\\M", "")), std::vector<W>{});
    EXPECT_FALSE(forbidsMeasuring(W::SuppressedSignal));
}

} // namespace
} // namespace forameter::dicom
