// SPDX-License-Identifier: Apache-2.0
#include "patients.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "text.hpp"

namespace forameter::dicom {

namespace {

bool contradict(std::string_view a, std::string_view b) {
    return !a.empty() && !b.empty() && a != b;
}

constexpr auto npos = std::string_view::npos;

/// Latin letters of UTF-8 text without what stands above and below them, in capitals.
std::string withoutAccents(std::string_view text) {
    constexpr std::string_view from00c0 = "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTY"
                                          "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL"
                                          "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0xc3 || lead > 0xcd || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        const unsigned code = ((lead & 0x1fu) << 6) | (static_cast<unsigned char>(text[i + 1]) & 0x3fu);
        if (code - 0xc0 < from00c0.size())
            plain += from00c0[code - 0xc0];
        else if (code < 0x300 || code >= 0x370) // else an accent by itself
            plain += text.substr(i, 2);
        ++i;
    }
    return plain;
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
    for (const char c : withoutAccents(upperCase(name))) {
        const bool letter =
            (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (!letter)
            endWord();
        else if (!(c == 'E' && !word.empty() && std::string_view("AOU").find(word.back()) != npos))
            word += c; // "MUELLER" is "MULLER" and "MÜLLER"
    }
    endWord();
    return found;
}

/// Who is admitted before anybody knows who he is, and who was made unknown, have such names and birth dates.
bool isMadeUp(const NameWords& name) {
    constexpr std::array<std::string_view, 5> unknown{"UNKNOWN", "UNBEKANNT", "ANONYMOUS", "ANONYM",
                                                      "TRAUMA"};
    return std::ranges::any_of(unknown, [&](auto word) { return name.words.contains(std::string(word)); });
}
bool isMadeUp(std::string_view birthDate) {
    return birthDate < "1901";
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

bool birthDatesDiffer(const PatientFacts& a, const PatientFacts& b) {
    return contradict(a.birthDate, b.birthDate);
}

bool areStrangers(const PatientFacts& a, const PatientFacts& b) {
    if (contradict(a.id, b.id)) return true;
    if (!birthDatesDiffer(a, b) || !namesDiffer(a.name, b.name)) return false;
    const bool unknown = isMadeUp(a.birthDate) || isMadeUp(b.birthDate) || isMadeUp(wordsOf(a.name)) ||
                         isMadeUp(wordsOf(b.name));
    return !unknown || contradict(a.sex, b.sex);
}

} // namespace forameter::dicom
