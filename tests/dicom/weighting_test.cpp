// SPDX-License-Identifier: Apache-2.0
#include "find_weighting.hpp"

#include <gtest/gtest.h>

namespace forameter::dicom {
namespace {

struct Row {
    const char* name;
    SequenceFacts facts;
    std::optional<Weighting> expected;
};

SequenceFacts timing(const char* scanning, double tr, double te, std::optional<double> ti = {},
                     double field = 1.5) {
    SequenceFacts facts;
    facts.scanning = {scanning};
    facts.acquisition.repetitionTime = tr;
    facts.acquisition.echoTime = te;
    facts.acquisition.inversionTime = ti;
    facts.acquisition.fieldStrength = field;
    return facts;
}

SequenceFacts text(const char* description, const char* protocol = "") {
    SequenceFacts facts;
    facts.scanning = {"SE"};
    facts.description = description;
    facts.protocol = protocol;
    return facts;
}

SequenceFacts changed(SequenceFacts facts, void (*change)(SequenceFacts&)) {
    change(facts);
    return facts;
}

class WeightingOf : public ::testing::TestWithParam<Row> {};

TEST_P(WeightingOf, IsFound) {
    EXPECT_EQ(findContrast(GetParam().facts).weighting, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, WeightingOf,
    ::testing::Values(
        Row{"T1", timing("SE", 500, 12), Weighting::T1},
        Row{"T1At3T", timing("SE", 1300, 10, {}, 3.0), Weighting::T1},
        Row{"T2", timing("SE", 3500, 100), Weighting::T2},
        Row{"T2LongTrain", timing("SE", 2800, 189), Weighting::T2},
        Row{"PD", timing("SE", 2500, 20), Weighting::PD},
        Row{"Stir", timing("IR", 4000, 50, 150), Weighting::STIR},
        Row{"StirAt3T", timing("IR", 5000, 60, 220, 3.0), Weighting::STIR},
        Row{"StirAt03T", timing("IR", 3000, 30, 90, 0.3), Weighting::STIR},
        Row{"StirWithoutTi", timing("IR", 4000, 50), Weighting::STIR},
        Row{"T1Flair", timing("IR", 2000, 9, 860, 3.0), Weighting::T1},
        Row{"T2FatSat", changed(timing("SE", 3500, 80), [](auto& f) { f.options = {"FS"}; }),
            Weighting::STIR},
        Row{"T1FatSat", changed(timing("SE", 600, 10), [](auto& f) { f.options = {"FS"}; }), std::nullopt},
        Row{"T1FatSatByName",
            changed(timing("SE", 600, 10), [](auto& f) { f.description = "Sag T1 FS +Gd"; }), std::nullopt},
        Row{"T2FatSatByName", changed(timing("SE", 3500, 80), [](auto& f) { f.description = "t2_fs sag"; }),
            Weighting::STIR},
        Row{"T1WithoutFatSatByName",
            changed(timing("SE", 600, 10), [](auto& f) { f.description = "SAG T1 NON FAT SAT"; }),
            Weighting::T1},
        Row{"T2WithoutFatSatByName", text("AX T2 w/o FS"), Weighting::T2},
        Row{"DixonWaterOfT1",
            changed(timing("SE", 600, 10),
                    [](auto& f) {
                        f.imageType = {"DERIVED", "PRIMARY", "DIXON", "WATER"};
                    }),
            std::nullopt},
        Row{"DixonFat",
            changed(timing("SE", 600, 10),
                    [](auto& f) {
                        f.imageType = {"DERIVED", "PRIMARY", "DIXON", "FAT"};
                    }),
            std::nullopt},
        Row{"DixonOpposed",
            changed(timing("SE", 3500, 80),
                    [](auto& f) {
                        f.imageType = {"DERIVED", "PRIMARY", "M", "DIXON", "OPP_PHASE"};
                    }),
            std::nullopt},
        Row{"DixonInPhase",
            changed(timing("SE", 600, 10),
                    [](auto& f) {
                        f.imageType = {"DERIVED", "PRIMARY", "M", "DIXON", "IN_PHASE"};
                    }),
            Weighting::T1},
        Row{"DixonWater",
            changed(timing("SE", 3500, 80),
                    [](auto& f) {
                        f.imageType = {"DERIVED", "PRIMARY", "M", "W"};
                    }),
            Weighting::STIR},
        Row{"Flash", changed(timing("GR", 250, 2.5), [](auto& f) { f.acquisition.flipAngle = 70; }),
            Weighting::T1},
        Row{"Medic", changed(timing("GR", 600, 18), [](auto& f) { f.acquisition.flipAngle = 28; }),
            Weighting::T2},
        Row{"Balanced",
            changed(timing("GR", 6, 2.6),
                    [](auto& f) {
                        f.variant = {"SS"};
                        f.acquisition.flipAngle = 60;
                    }),
            Weighting::T2},
        Row{"Mprage", timing("GR", 2300, 3, 900), Weighting::T1},
        Row{"EchoPlanar", timing("EP", 3000, 30), std::nullopt},
        Row{"NumbersBeforeText", changed(timing("SE", 500, 12), [](auto& f) { f.description = "T2 SAG"; }),
            Weighting::T1},
        Row{"ContrastFirst", changed(timing("SE", 500, 12), [](auto& f) { f.contrast = "T2"; }),
            Weighting::T2},
        Row{"EnhancedStir",
            changed(timing("SE", 4000, 60),
                    [](auto& f) {
                        f.contrast = "UNKNOWN";
                        f.inversion = true;
                        f.acquisition.inversionTime = 160;
                    }),
            Weighting::STIR},
        Row{"TextT1", text("SAG T1 TSE"), Weighting::T1},
        Row{"TextT2", text("t2_tse_tra_msma"), Weighting::T2},
        Row{"TextStir", text("Sag STIR"), Weighting::STIR},
        Row{"TextTirm", text("T2_TIRM_SAG"), Weighting::STIR},
        Row{"TextT2Fs", text("AX T2 FS"), Weighting::STIR},
        Row{"TextT2FatSat", text("t2 fatsat"), Weighting::STIR}, Row{"TextPd", text("PD SAG"), Weighting::PD},
        Row{"TextUpdated", text("UPDATED"), std::nullopt}, Row{"TextBoth", text("T1 T2"), std::nullopt},
        Row{"StirCalledSpinEcho",
            changed(timing("SE", 4000, 60, 150), [](auto& f) { f.description = "SAG STIR"; }),
            Weighting::STIR},
        Row{"T2WithAnInversionTime",
            changed(timing("SE", 4000, 100, 150), [](auto& f) { f.description = "SAG T2"; }), Weighting::T2},
        Row{"T2OfAProtocolWithStir",
            changed(timing("SE", 4000, 100), [](auto& f) { f.protocol = "LWS T1 T2 STIR"; }), Weighting::T2},
        Row{"T1OhneFatSat", text("T1 ohne FS"), Weighting::T1},
        Row{"T1SansFatSat", text("T1 sans FS"), Weighting::T1},
        Row{"T1FatSatOhneKm", text("T1 FS ohne KM"), std::nullopt},
        Row{"VertebraT12", text("AX T12-L1"), std::nullopt},
        Row{"VertebraT11", text("SAG T11-S1"), std::nullopt},
        Row{"VertebraeT1ToT12", text("T1-T12 SAG"), std::nullopt},
        Row{"VertebraT1BelowC7", text("ax c7-t1"), std::nullopt},
        Row{"VertebraAndT2", text("SAG T12-S1 T2 TSE"), Weighting::T2},
        Row{"T1OfTheLumbarSpine", text("T1 L1-S1"), Weighting::T1},
        Row{"T23D", text("SAG T23D"), Weighting::T2}, Row{"T1OfT1", text("T1-T12 T1"), Weighting::T1},
        Row{"T2OfLSpine", text("T2-L-SPINE"), Weighting::T2},
        Row{"Protocol", text("Series 4", "L-SPINE T1"), Weighting::T1},
        Row{"Nothing", text(""), std::nullopt}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WeightingOf, SaysWhetherTextsAloneTellIt) {
    const auto named = [](const char* name) {
        auto facts = timing("SE", 3500, 80);
        facts.description = name;
        return facts;
    };
    EXPECT_TRUE(findContrast(named("T2 FS")).byText);
    EXPECT_FALSE(findContrast(named("T2")).byText);
    EXPECT_TRUE(findContrast(text("T2")).byText);
    EXPECT_FALSE(findContrast(text("")).byText);
}

TEST(WeightingOf, TellsAPictureWithoutFatOrWaterFromOneThatItDoesNotKnow) {
    const auto fatSat = [](double tr, double te) {
        return changed(timing("SE", tr, te), [](auto& f) { f.options = {"FS"}; });
    };
    EXPECT_TRUE(findContrast(fatSat(600, 10)).suppressed);
    EXPECT_FALSE(findContrast(fatSat(3500, 80)).suppressed) << "that has a name of its own, STIR";
    EXPECT_FALSE(findContrast(text("")).suppressed);
}

} // namespace
} // namespace forameter::dicom
