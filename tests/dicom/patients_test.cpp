// SPDX-License-Identifier: Apache-2.0
#include "patients.hpp"

#include <gtest/gtest.h>

namespace forameter::dicom {
namespace {

TEST(Patients, OneNameIsWrittenInManyWays) {
    for (const char* other : {"DOE^JANE", "Doe^Jane", "doe, jane", "DOE JANE M", "Jane Doe", "DOEJANE",
                              "Doe^J", "Smith-Doe^Jane", "DOE^JANE^^^", ""})
        EXPECT_FALSE(namesDiffer("Doe^Jane", other)) << other;
    for (const char* other : {"Roe^Richard", "Alpha^J", "X"})
        EXPECT_TRUE(namesDiffer("Doe^Jane", other)) << other;
}

TEST(Patients, AccentsAreWrittenInManyWays) {
    for (const char* other : {"MÜLLER", "müller", "MUELLER", "Mueller", "Muller", "MU\xcc\x88LLER"})
        EXPECT_FALSE(namesDiffer("Müller^Jörg", other)) << other;
    EXPECT_FALSE(namesDiffer("José^Núñez", "NUNEZ^JOSE"));
    EXPECT_FALSE(namesDiffer("Łukasz^Dvořák", "LUKASZ"));
    EXPECT_FALSE(namesDiffer("Weiß", "WEIS"));
    EXPECT_TRUE(namesDiffer("Müller^Jörg", "Möller^Jürgen"));
    EXPECT_TRUE(namesDiffer("山田^太郎", "佐藤^花子"));
}

TEST(Patients, AreStrangersByIdOrByNameAndBirthDate) {
    const PatientFacts jane{"1", "Doe^Jane", "1950-01-01", "F"};
    EXPECT_FALSE(areStrangers(jane, jane));
    EXPECT_FALSE(areStrangers(jane, {}));
    EXPECT_TRUE(areStrangers(jane, {"2", "Doe^Jane", "1950-01-01", "F"}));
    for (const char* id : {"1", ""}) {
        EXPECT_TRUE(areStrangers(jane, {id, "Roe^Richard", "1999-09-09", "M"}));
        EXPECT_TRUE(areStrangers(jane, {id, "Roe^Mary", "1999-09-09", "F"})) << "half of all pairs";
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Jane", "1999-09-09", "M"}));
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Mary", "1950-01-01", "F"})) << "married, name in between";
        EXPECT_FALSE(areStrangers(jane, {id, "JANE DOE", "1950-10-01", "F"})) << "a date that was corrected";
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Richard", "", "M"}));
        EXPECT_FALSE(areStrangers(jane, {id, "", "1999-09-09", "M"}));
    }
}

/// How an admission begins, and what some de-identifiers leave.
TEST(Patients, AreNoStrangersToTheirOwnMadeUpNames) {
    const PatientFacts jane{"", "Doe^Jane", "1950-01-01", "F"};
    EXPECT_FALSE(areStrangers(jane, {"", "Unbekannt^Frau", "1980-01-01", "F"}));
    EXPECT_FALSE(areStrangers(jane, {"", "Alpha^Bravo", "1900-01-01", "F"}));
    EXPECT_FALSE(areStrangers(jane, {"", "Anonymous", "1980-01-01", ""}));
    EXPECT_TRUE(areStrangers(jane, {"", "Unbekannt^Mann", "1980-01-01", "M"}));
}

} // namespace
} // namespace forameter::dicom
