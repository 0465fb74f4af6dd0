// SPDX-License-Identifier: Apache-2.0
// DCMTK's own DcmSpecificCharacterSet asks the C library for sets that glibc does not have under these names
// (JIS X 0208 alone, for one), so the escape sequences are read here and only the characters are converted by
// it, through encodings that every iconv knows.
#include "character_sets.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/ofstd/ofchrenc.h>
#include <map>
#include <optional>

#include "text.hpp"

namespace forameter::dicom {

namespace {

/// What a byte, or a pair of bytes, means: `encoding` of the C library reads it after `prefix`, with the top
/// bits set.
struct Set {
    const char* encoding;
    std::size_t bytes = 1; ///< per character
    std::string_view prefix = {};

    friend bool operator==(const Set&, const Set&) = default;
};
constexpr Set kAscii{"ASCII"};
constexpr Set kKana{"EUC-JP", 1, "\x8e"}, kKanji{"EUC-JP", 2}, kMoreKanji{"EUC-JP", 2, "\x8f"};
constexpr Set kKorean{"EUC-KR", 2}, kChinese{"GB2312", 2};
constexpr Set kGb18030{"GB18030", 2}; ///< two bytes, or four where the second is a digit; taken as they are

/// PS3.3 C.12.1.1.2: a defined term, the escape sequence behind ESC, whether that one is for the bytes below
/// 128.
struct Term {
    std::string_view number, escape;
    Set set;
    bool low = false;
};
constexpr std::array kTerms{
    Term{"6", "(B", kAscii, true},
    Term{"13", "(J", kAscii, true}, // JIS X 0201, but for \ and ~ ASCII
    Term{"87", "$B", kKanji, true},
    Term{"159", "$(D", kMoreKanji, true},
    Term{"13", ")I", kKana},
    Term{"149", "$)C", kKorean},
    Term{"58", "$)A", kChinese},
    Term{"100", "-A", {"ISO-8859-1"}},
    Term{"101", "-B", {"ISO-8859-2"}},
    Term{"109", "-C", {"ISO-8859-3"}},
    Term{"110", "-D", {"ISO-8859-4"}},
    Term{"144", "-L", {"ISO-8859-5"}},
    Term{"127", "-G", {"ISO-8859-6"}},
    Term{"126", "-F", {"ISO-8859-7"}},
    Term{"138", "-H", {"ISO-8859-8"}},
    Term{"148", "-M", {"ISO-8859-9"}},
    Term{"203", "-b", {"ISO-8859-15"}},
    Term{"166", "-T", {"TIS-620"}},
};

/// The set of the bytes from 128 that the first value names.
std::optional<Set> initialHigh(std::string_view term) {
    if (term == "GB18030" || term == "GBK") return kGb18030;
    for (const std::string_view start : {"ISO_IR ", "ISO 2022 IR "}) {
        if (!term.starts_with(start)) continue;
        for (const Term& known : kTerms)
            if (!known.low && known.number == term.substr(start.size())) return known.set;
    }
    return std::nullopt;
}

/// Converters are opened once for a text, however often it changes sets.
class Converters {
public:
    std::string operator()(const char* encoding, const std::string& bytes) {
        const auto [found, fresh] = m_open.try_emplace(encoding);
        if (fresh && found->second.selectEncoding(encoding, "UTF-8").bad()) return kReplacement;
        OFString converted;
        if (found->second.convertString(bytes.data(), bytes.size(), converted).bad() || converted.empty())
            return kReplacement;
        return {converted.c_str(), converted.length()};
    }

private:
    static constexpr const char* kReplacement = "\xef\xbf\xbd";
    std::map<std::string_view, OFCharacterEncoding> m_open;
};

} // namespace

std::string decoded(std::string_view text, std::string_view specificCharacterSet) {
    const auto initial = initialHigh(splitValues(specificCharacterSet).front());
    Converters convert;
    const Set unnamed{"ISO-8859-1"};
    Set low = kAscii, high = initial.value_or(unnamed);
    std::string result;
    while (!text.empty()) {
        if (text.front() == '\x1b') {
            const auto* term = std::find_if(kTerms.begin(), kTerms.end(), [&](const Term& known) {
                return text.substr(1).starts_with(known.escape);
            });
            if (term != kTerms.end()) {
                (term->low ? low : high) = term->set;
                text.remove_prefix(1 + term->escape.size());
                continue;
            }
        }
        const auto byte = static_cast<unsigned char>(text.front());
        const Set& set = byte < 0x80 ? low : high;
        if (byte < 0x80 && (set == kAscii || byte <= 0x20)) {
            // Delimiters end what was designated; where the first value names nothing, sloppy writers rely on
            // it.
            if (byte == '^' || byte == '=' || byte == '\\' || byte < 0x20) {
                low = kAscii;
                high = initial.value_or(high);
            }
            result += text.front();
            text.remove_prefix(1);
            continue;
        }
        std::string bytes(set.prefix);
        if (set == kGb18030) {
            bytes = text.substr(0, text.size() > 1 && text[1] >= '0' && text[1] <= '9' ? 4 : 2);
        } else {
            for (const char c : text.substr(0, set.bytes))
                bytes += static_cast<char>(c | 0x80);
        }
        result += convert(set.encoding, bytes);
        text.remove_prefix(bytes.size() - set.prefix.size());
    }
    return result;
}

} // namespace forameter::dicom
