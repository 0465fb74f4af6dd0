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

/// Two files of one study that can only be of two people: their IDs differ, or their names, birth dates and
/// sexes all do. Less than that real studies have: names are corrected and written in many ways, admission
/// of an unknown person begins with a made-up name and birth date.
[[nodiscard]] bool areStrangers(const PatientFacts& a, const PatientFacts& b);

/// Names without a word in common, however they are written (case, carets, commas, initials, words run
/// together); not where one is empty.
[[nodiscard]] bool namesDiffer(std::string_view a, std::string_view b);

} // namespace forameter::dicom
