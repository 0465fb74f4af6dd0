// SPDX-License-Identifier: Apache-2.0
#include "patients.hpp"

#include <algorithm>
#include <set>

#include "text.hpp"

namespace forameter::dicom {

namespace {

bool contradict(std::string_view a, std::string_view b) {
    return !a.empty() && !b.empty() && a != b;
}

struct NameWords {
    std::set<std::string> words; ///< of two letters or more: initials prove nothing
    std::string letters;         ///< all of them, run together
};

NameWords wordsOf(std::string_view name) {
    NameWords found;
    std::string word;
    const auto endWord = [&] {
        found.letters += word;
        if (word.size() > 1) found.words.insert(word);
        word.clear();
    };
    for (const char c : upperCase(name)) {
        const bool letter =
            (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (letter)
            word += c;
        else
            endWord();
    }
    endWord();
    return found;
}

} // namespace

bool namesDiffer(std::string_view a, std::string_view b) {
    const NameWords x = wordsOf(a), y = wordsOf(b);
    const auto isWithin = [](const std::string& part, const std::string& whole) {
        return whole.find(part) != std::string::npos; // "" is within everything
    };
    return !isWithin(x.letters, y.letters) && !isWithin(y.letters, x.letters) &&
           std::ranges::none_of(x.words, [&](const std::string& word) { return y.words.contains(word); });
}

bool areStrangers(const PatientFacts& a, const PatientFacts& b) {
    return contradict(a.id, b.id) ||
           (contradict(a.birthDate, b.birthDate) && contradict(a.sex, b.sex) && namesDiffer(a.name, b.name));
}

} // namespace forameter::dicom
