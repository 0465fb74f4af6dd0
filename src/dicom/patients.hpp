// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace forameter::dicom {

/// What a file says of its patient; "" where it says nothing.
struct PatientFacts {
    std::string id, name, birthDate, sex;

    friend auto operator<=>(const PatientFacts&, const PatientFacts&) = default;
};

/// Two files of one study that are of two people: their IDs differ, or their names and their birth dates do.
/// Less than that real studies have: names change, are corrected and written in many ways. Of somebody who is
/// admitted unknown, under a name and birth date that were made up, the sex must differ, too.
[[nodiscard]] bool areStrangers(const PatientFacts& a, const PatientFacts& b);

/// Names without a word in common, however they are written (case, accents, "UE" for "Ü", carets, commas,
/// initials, words run together); not where one is empty.
[[nodiscard]] bool namesDiffer(std::string_view a, std::string_view b);

/// Not where one is missing.
[[nodiscard]] bool birthDatesDiffer(const PatientFacts& a, const PatientFacts& b);

} // namespace forameter::dicom
