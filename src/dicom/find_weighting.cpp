// SPDX-License-Identifier: Apache-2.0
#include "find_weighting.hpp"

#include <algorithm>
#include <string_view>

#include "text.hpp"

namespace forameter::dicom {

namespace {

constexpr auto npos = std::string_view::npos;

bool has(const std::vector<std::string>& values, std::string_view value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

bool isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Where `word` stands in the text as a word of its own; npos where it does not.
std::size_t findWord(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != npos; at = text.find(word, at + 1))
        if ((at == 0 || !isLetter(text[at - 1])) &&
            (at + word.size() == text.size() || !isLetter(text[at + word.size()])))
            return at;
    return npos;
}

/// "PD" and "FS" count only as words: they are part of many others.
bool hasWord(std::string_view text, std::string_view word) {
    return findWord(text, word) != npos;
}

/// "NON FAT SAT", "w/o FS", "ohne FS"
bool endsInDenial(std::string_view text) {
    while (!text.empty() && !isLetter(text.back()))
        text.remove_suffix(1);
    for (const std::string_view denial :
         {"NO", "NON", "WITHOUT", "W/O", "OHNE", "KEIN", "KEINE", "SANS", "SIN", "SENZA", "SEM", "ZONDER"})
        if (text.ends_with(denial) &&
            (text.size() == denial.size() || !isLetter(text[text.size() - denial.size() - 1])))
            return true;
    return false;
}

bool saysFatSuppressed(std::string_view text) {
    std::size_t at = findWord(text, "FS");
    for (const std::string_view part : {"FATSAT", "FAT SAT", "FAT_SAT", "SPAIR", "SPIR"})
        at = std::min(at, text.find(part));
    return at != npos && !endsInDenial(text.substr(0, at));
}

bool isFatSuppressed(const SequenceFacts& facts) {
    for (const std::string& option : facts.options)
        if (option == "FS" || option.starts_with("FATSAT") || option.starts_with("FAT_SAT") ||
            option == "SPIR" || option == "SPAIR")
            return true;
    return saysFatSuppressed(upperCase(facts.description)) || facts.fatSuppression == "FAT" ||
           facts.fatSuppression == "FAT_AND_WATER" || has(facts.imageType, "WATER") ||
           has(facts.imageType, "W");
}

/// Dixon pictures of fat alone, and of water against fat, whose borders are drawn black.
bool lacksWater(const SequenceFacts& facts) {
    const auto is = [&](std::string_view value) { return has(facts.imageType, value); };
    return facts.fatSuppression == "WATER" || is("FAT") || is("F") || is("OP") || is("OPP_PHASE") ||
           is("OUT_PHASE") || is("OUT_OF_PHASE") || is("OPPOSED_PHASE");
}

Weighting t2Like(bool fatSuppressed) {
    return fatSuppressed ? Weighting::STIR : Weighting::T2;
}

std::optional<Weighting> byContrast(const SequenceFacts& facts, bool fatSuppressed) {
    if (facts.contrast == "T1") return Weighting::T1;
    if (facts.contrast == "T2" || facts.contrast == "T2_STAR") return t2Like(fatSuppressed);
    if (facts.contrast == "PROTON_DENSITY") return Weighting::PD;
    if (facts.contrast == "STIR") return Weighting::STIR;
    return std::nullopt;
}

bool saysStir(std::string_view upper) {
    return upper.find("STIR") != npos || upper.find("TIRM") != npos;
}

/// Some scanners call their STIR a spin echo. Its inversion time alone proves nothing: others keep one in
/// fields that they do not use.
bool isUndeclaredStir(const SequenceFacts& facts) {
    const auto& ti = facts.acquisition.inversionTime;
    return ti && *ti >= 80 && *ti <= 300 &&
           (saysStir(upperCase(facts.description)) || saysStir(upperCase(facts.protocol)) ||
            saysStir(upperCase(facts.sequenceName)));
}

/// Limits are those between the usual protocols of 0.2 to 3 T: T1 spin echo TR 350-900 (to 1200 at 3 T), TE
/// 7-25; T2 TR 2000-8000, TE 70-200; PD TR 1800-4500, TE 10-45; STIR TI 80 (0.2 T) to 250 (3 T); T1-FLAIR TI
/// 600-1100 with a short TE.
std::optional<Weighting> byTiming(const SequenceFacts& facts, bool fatSuppressed) {
    const auto& [te, tr, ti, flip, train, field] = facts.acquisition;
    if (!te || !tr || *te <= 0 || *tr <= 0) return std::nullopt;
    const bool gradient = has(facts.scanning, "GR") && !has(facts.scanning, "SE");
    if (has(facts.scanning, "EP")) return std::nullopt; // diffusion, function: not an anatomical weighting
    if (facts.inversion || has(facts.scanning, "IR")) {
        if (ti && *ti > 0) {
            if (*ti <= 300 && !gradient) return Weighting::STIR;
            if (*ti >= 1500 && *te >= 60) return Weighting::T2; // T2-FLAIR
            return Weighting::T1;
        }
        return *te >= 28 && *tr >= 1500 ? Weighting::STIR : Weighting::T1;
    }
    if (gradient) {
        const bool balanced = has(facts.variant, "SS") && !has(facts.variant, "SP") && *tr < 25 && *te < 10;
        if (balanced) return Weighting::T2; // CISS, FIESTA: fluid is bright
        const double angle = flip.value_or(90);
        if (*te >= 10 && angle < 40) return t2Like(fatSuppressed); // MEDIC, MERGE
        if (*te < 12 && (angle >= 35 || *tr < 50)) return Weighting::T1;
        return std::nullopt;
    }
    if (isUndeclaredStir(facts)) return Weighting::STIR;
    const double longestT1 = field && *field > 2 ? 1500 : 1250;
    if (*te < 40 && *tr <= longestT1) return Weighting::T1;
    if (*te >= 60 && *tr > longestT1) return t2Like(fatSuppressed);
    if (*te < 50 && *tr >= 1700) return Weighting::PD;
    return std::nullopt;
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether "T1" or "T2" at this place is a vertebra, or the beginning of one: "T12", "T1-T12", "T1-L5",
/// "C7-T1".
bool isVertebra(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at), after = text.substr(at + 2);
    if (!after.empty() && isDigit(after[0])) return !after.substr(1).starts_with('D'); // "T23D"
    const auto names = [](std::string_view part, std::string_view regions) {
        return regions.find(part[0]) != npos && isDigit(part[1]);
    };
    return (after.size() > 2 && after[0] == '-' && names(after.substr(1), "TL")) ||
           (before.size() > 2 && before.back() == '-' && names(before.substr(before.size() - 3), "CT"));
}

bool hasWeighting(std::string_view text, std::string_view name) {
    for (auto at = text.find(name); at != npos; at = text.find(name, at + 1))
        if (!isVertebra(text, at)) return true;
    return false;
}

std::optional<Weighting> byText(const std::string& mixedCase, bool fatSuppressed) {
    const std::string text = upperCase(mixedCase);
    const auto contains = [&](std::string_view part) { return text.find(part) != npos; };
    if (saysStir(text)) return Weighting::STIR;
    const bool t1 = hasWeighting(text, "T1"), t2 = hasWeighting(text, "T2"),
               pd = hasWord(text, "PD") || hasWord(text, "PDW") || contains("PROTON") || contains("PD_TSE");
    if (t1 + t2 + pd != 1) return std::nullopt;
    return t1 ? Weighting::T1 : t2 ? t2Like(fatSuppressed || saysFatSuppressed(text)) : Weighting::PD;
}

Contrast contrastOf(const SequenceFacts& facts) {
    const bool fatSuppressed = isFatSuppressed(facts);
    auto weighting = byContrast(facts, fatSuppressed);
    if (!weighting) weighting = byTiming(facts, fatSuppressed);
    for (const std::string* text : {&facts.description, &facts.protocol, &facts.sequenceName})
        if (!weighting) weighting = byText(*text, fatSuppressed);
    // T1 is wanted for its bright fat: without that it is none of the four.
    if (lacksWater(facts) || (weighting == Weighting::T1 && fatSuppressed)) return {std::nullopt, true};
    return {weighting, false};
}

} // namespace

Contrast findContrast(const SequenceFacts& facts) {
    Contrast found = contrastOf(facts);
    SequenceFacts silent = facts;
    for (std::string* text : {&silent.description, &silent.protocol, &silent.sequenceName})
        text->clear();
    const Contrast unnamed = contrastOf(silent);
    found.byText = found.weighting != unnamed.weighting || found.suppressed != unnamed.suppressed;
    return found;
}

} // namespace forameter::dicom
