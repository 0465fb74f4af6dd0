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

TEST(Patients, AreStrangersByIdOrByEverythingElse) {
    const PatientFacts jane{"1", "Doe^Jane", "1950-01-01", "F"};
    EXPECT_FALSE(areStrangers(jane, jane));
    EXPECT_FALSE(areStrangers(jane, {}));
    EXPECT_TRUE(areStrangers(jane, {"2", "Doe^Jane", "1950-01-01", "F"}));
    for (const char* id : {"1", ""}) {
        EXPECT_TRUE(areStrangers(jane, {id, "Roe^Richard", "1999-09-09", "M"}));
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Jane", "1999-09-09", "M"}));
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Richard", "1950-01-01", "M"}));
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Richard", "1999-09-09", "F"}));
        EXPECT_FALSE(areStrangers(jane, {id, "Roe^Richard", "", "M"}));
    }
}

} // namespace
} // namespace forameter::dicom
