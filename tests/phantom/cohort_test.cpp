// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/cohort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <sstream>

#include "forameter/phantom/truth.hpp"

namespace forameter::phantom {
namespace {

using anatomy::Cell;
using anatomy::Level;
using anatomy::Side;

Subject patient(double age = 60.0) {
    Subject subject;
    subject.person = {age, Sex::F, 164.0, 70.0};
    subject.spine = meanSpine(subject.person);
    return subject;
}

/// All cells at a comfortable width but for those named.
CellAreas areas(const CellAreas& narrow = {}) {
    CellAreas all = narrow;
    for (const Level level : anatomy::readingLevels(anatomy::LumbarCount::Five)) {
        all.insert({Cell::canal(level), SquareMillimetres(180.0)});
        for (const Side side : {Side::R, Side::L})
            all.insert({Cell::foramen(level, side), SquareMillimetres(115.0)});
    }
    return all;
}

/// Mean of a value over many draws of the clinic.
double meanOf(const Subject& subject, const CellAreas& at,
              const std::function<double(const ClinicalRecord&)>& value, int draws = 400) {
    double sum = 0.0;
    for (int i = 0; i < draws; ++i)
        sum += value(drawClinicalRecord(subject, at, Random(static_cast<std::uint64_t>(i))));
    return sum / draws;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const double n = static_cast<double>(x.size());
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / std::sqrt(xx * yy);
}

TEST(Cohort, ASubjectDependsOnSettingsAndPlaceAlone) {
    const CohortSettings settings{7, CohortSettings::Mix::Mixed, Coverage::Complete};
    const Subject a = drawSubject(settings, 3), b = drawSubject(settings, 3);
    EXPECT_EQ(a.person, b.person);
    EXPECT_EQ(a.spine, b.spine);
    EXPECT_EQ(a.findings, b.findings);
    EXPECT_NE(drawSubject(settings, 4).spine, a.spine);
    EXPECT_NE(drawSubject({8, settings.pathology, settings.coverage}, 3).spine, a.spine);
    const Subject again = drawSubject(settings, 3, 1);
    EXPECT_EQ(again.person, a.person) << "another attempt is the same person with another spine";
    EXPECT_NE(again.spine, a.spine);
}

TEST(Cohort, HealthySubjectsHaveNoFindingsAndMixedOnesGetMoreWithAge) {
    int young = 0, old = 0, youngFindings = 0, oldFindings = 0;
    double ages = 0.0;
    for (std::size_t i = 0; i < 300; ++i) {
        EXPECT_TRUE(drawSubject({1, CohortSettings::Mix::Healthy, Coverage::Complete}, i).findings.empty());
        const Subject subject = drawSubject({1, CohortSettings::Mix::Mixed, Coverage::Complete}, i);
        EXPECT_EQ(subject.spine.lumbarCount, anatomy::LumbarCount::Five);
        EXPECT_EQ(subject.spine.transition, anatomy::Transition::None);
        EXPECT_GE(subject.person.age, 20.0);
        EXPECT_LE(subject.person.age, 88.0);
        ages += subject.person.age / 300.0;
        const int findings = static_cast<int>(subject.findings.size());
        if (subject.person.age < 45.0) {
            ++young;
            youngFindings += findings;
        } else if (subject.person.age > 60.0) {
            ++old;
            oldFindings += findings;
        }
    }
    EXPECT_NEAR(ages, 53.4, 3.0);
    ASSERT_GT(young, 30);
    ASSERT_GT(old, 30);
    EXPECT_GT(static_cast<double>(oldFindings) / old, 1.15 * youngFindings / young);
}

TEST(Cohort, SevereSubjectsAreAllPatientsWithManyNarrowForamina) {
    const auto narrow = [](CohortSettings::Mix pathology) {
        int below = 0;
        for (std::size_t i = 0; i < 20; ++i) {
            const Subject subject = drawSubject({3, pathology, Coverage::Complete}, i);
            EXPECT_TRUE(subject.patient || pathology != CohortSettings::Mix::Severe);
            const SpineModel model(subject.spine);
            for (const auto level : anatomy::readingLevels(anatomy::LumbarCount::Five))
                for (const auto side : {anatomy::Side::R, anatomy::Side::L}) {
                    const auto cell = anatomy::Cell::foramen(level, side);
                    const auto outline = cut(model, cell, *standardPlane(model, cell));
                    below += !outline || outline->area.value() < 70.0;
                }
        }
        return below;
    };
    const int mixed = narrow(CohortSettings::Mix::Mixed), severe = narrow(CohortSettings::Mix::Severe);
    EXPECT_LT(mixed, 35); // of 200
    EXPECT_GT(severe, 45);
    EXPECT_GT(severe, 2 * mixed);
}

TEST(Cohort, ClinicalCoverageHasTransitionalAnatomyInAFew) {
    int six = 0, sacralised = 0;
    for (std::size_t i = 0; i < 600; ++i) {
        const Subject subject = drawSubject({1, CohortSettings::Mix::Mixed, Coverage::Clinical}, i);
        six += subject.spine.lumbarCount == anatomy::LumbarCount::Six;
        sacralised += subject.spine.transition == anatomy::Transition::SacralisedL5;
    }
    EXPECT_GE(six, 4);
    EXPECT_LE(six, 24);
    EXPECT_GE(sacralised, 14);
    EXPECT_LE(sacralised, 50);
}

TEST(Clinic, LegPainStandsOnTheSideAndLevelOfTheNarrowForamen) {
    const CellAreas narrow = areas({{Cell::foramen(Level::L5_S1, Side::L), SquareMillimetres(35.0)}});
    const auto share = [&](const char* side) {
        return meanOf(patient(), narrow,
                      [&](const ClinicalRecord& r) { return r.symptomSide == side ? 1.0 : 0.0; });
    };
    EXPECT_GT(share("L"), 0.6);
    EXPECT_LT(share("R"), 0.15);
    EXPECT_GT(meanOf(patient(), narrow,
                     [](const ClinicalRecord& r) { return r.painLevel == Level::L5_S1 ? 1.0 : 0.0; }),
              0.5);
    EXPECT_LT(meanOf(patient(), areas(),
                     [](const ClinicalRecord& r) { return r.symptomSide == "none" ? 0.0 : 1.0; }),
              0.3);
}

TEST(Clinic, ANarrowSacCostsFunctionAndDecompressionGivesItBack) {
    const CellAreas narrow = areas({{Cell::canal(Level::L4_L5), SquareMillimetres(55.0)}});
    const auto odi = [](const ClinicalRecord& r) { return r.before.odi; };
    EXPECT_GT(meanOf(patient(), narrow, odi), meanOf(patient(), areas(), odi) + 8.0);
    EXPECT_LT(meanOf(patient(), narrow, [](const ClinicalRecord& r) { return r.before.eq5d; }),
              meanOf(patient(), areas(), [](const ClinicalRecord& r) { return r.before.eq5d; }));
    EXPECT_GT(
        meanOf(patient(), narrow,
               [](const ClinicalRecord& r) { return r.treatment.starts_with("decompression") ? 1.0 : 0.0; }),
        5.0 * meanOf(patient(), areas(), [](const ClinicalRecord& r) {
            return r.treatment.starts_with("decompression") ? 1.0 : 0.0;
        }));
    double operated = 0, operatedRelief = 0, others = 0, othersRelief = 0;
    for (std::uint64_t i = 0; i < 600; ++i) {
        const ClinicalRecord r = drawClinicalRecord(patient(), narrow, Random(i));
        if (!r.after || r.before.vasLeg < 20.0) continue;
        const bool surgery = r.treatment.starts_with("decompression");
        (surgery ? operated : others) += 1.0;
        (surgery ? operatedRelief : othersRelief) += 1.0 - r.after->vasLeg / r.before.vasLeg;
    }
    ASSERT_GT(operated, 50);
    ASSERT_GT(others, 50);
    EXPECT_GT(operatedRelief / operated, othersRelief / others + 0.2);
    EXPECT_GT(meanOf(patient(), narrow, [](const ClinicalRecord& r) { return r.after ? 1.0 : 0.0; }), 0.8)
        << "most come back";
    EXPECT_LT(meanOf(patient(), narrow, [](const ClinicalRecord& r) { return r.after ? 1.0 : 0.0; }), 0.95)
        << "some do not";
}

TEST(Clinic, VolunteersHaveNarrowingsWithoutMostOfTheComplaints) {
    Subject volunteer = patient();
    volunteer.patient = false;
    const CellAreas narrow = areas({{Cell::canal(Level::L4_L5), SquareMillimetres(75.0)}});
    const auto odi = [](const ClinicalRecord& r) { return r.before.odi; };
    EXPECT_LT(meanOf(volunteer, narrow, odi), 0.6 * meanOf(patient(), narrow, odi));
}

TEST(Clinic, CorrelationsInACohortAreThoseOfPatientsNotOfFormulas) {
    std::vector<double> sac, foramen, odi, leg;
    for (std::size_t i = 0; i < 500; ++i) {
        const CohortSettings settings{3, CohortSettings::Mix::Mixed, Coverage::Complete};
        Random random(i);
        const double s = random.normalWithin(140.0, 50.0, 30.0, 260.0),
                     f = random.normalWithin(85.0, 25.0, 20.0, 150.0);
        const CellAreas at = areas({{Cell::canal(Level::L4_L5), SquareMillimetres(s)},
                                    {Cell::foramen(Level::L5_S1, Side::R), SquareMillimetres(f)}});
        const ClinicalRecord r = drawClinicalRecord(drawSubject(settings, i), at, random.stream(1));
        sac.push_back(s);
        foramen.push_back(f);
        odi.push_back(r.before.odi);
        leg.push_back(r.before.vasLeg);
    }
    EXPECT_LT(correlation(sac, odi), -0.15);
    EXPECT_GT(correlation(sac, odi), -0.60);
    EXPECT_LT(correlation(foramen, leg), -0.15);
    EXPECT_GT(correlation(foramen, leg), -0.65);
}

TEST(Clinic, TheTableHasEveryColumnInEveryRowAndKeepsMissingScoresEmpty) {
    ClinicalRow row{StudyUid("2.25.1"), "PHANTOM-1-0001", "2024-01-31", {54.0, Sex::M, 181.0, 83.0}, {}};
    row.record.symptomSide = "R";
    row.record.painLevel = Level::L4_L5;
    row.record.diagnosis = "foraminal stenosis; spondylolisthesis";
    row.record.before = {38.0, 41.0, 66.0, 0.612};
    ClinicalRow cameBack = row;
    cameBack.record.after = ClinicalRecord::Scores{20.0, 25.0, 12.0, 0.8};
    std::istringstream lines(clinicalCsv({row, cameBack}));
    std::string header, first, second, end;
    std::getline(lines, header);
    std::getline(lines, first);
    std::getline(lines, second);
    EXPECT_FALSE(std::getline(lines, end));
    EXPECT_TRUE(header.starts_with(
        "study_uid,patient_id,study_date,age,sex,height_cm,weight_kg,symptom_side,diagnosis,"));
    const auto commas = std::ranges::count(header, ',');
    EXPECT_EQ(std::ranges::count(first, ','), commas);
    EXPECT_EQ(std::ranges::count(second, ','), commas);
    EXPECT_TRUE(first.starts_with(
        "2.25.1,PHANTOM-1-0001,2024-01-31,54,M,181,83,R,foraminal stenosis; spondylolisthesis,"))
        << first;
    EXPECT_TRUE(first.ends_with(",38,,41,,66,,0.612,")) << first;
    EXPECT_TRUE(second.ends_with(",38,20,41,25,66,12,0.612,0.800")) << second;
}

} // namespace
} // namespace forameter::phantom
