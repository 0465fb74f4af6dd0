// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Writes DICOM data sets of any shape, sound or not, without a DICOM library: what the reader is tested with
// must not come from the libraries that it uses.
namespace forameter::testing {

class Dataset {
public:
    Dataset& text(std::uint32_t tag, std::string vr, std::string value) {
        Value& v = fresh(tag, std::move(vr));
        v.bytes = std::move(value);
        if (v.bytes.size() % 2 != 0) v.bytes += v.vr == "UI" ? '\0' : ' ';
        return *this;
    }
    Dataset& words(std::uint32_t tag, std::string vr, std::vector<std::uint16_t> values) {
        fresh(tag, std::move(vr)).words = std::move(values);
        return *this;
    }
    Dataset& number(std::uint32_t tag, unsigned value) {
        return words(tag, "US", {static_cast<std::uint16_t>(value)});
    }
    Dataset& bytes(std::uint32_t tag, std::string vr, std::string value) {
        fresh(tag, std::move(vr)).bytes = std::move(value);
        return *this;
    }
    Dataset& real(std::uint32_t tag, double value) { // FD
        const auto bits = std::bit_cast<std::uint64_t>(value);
        fresh(tag, "FD").doubleBits = bits;
        return *this;
    }
    Dataset& items(std::uint32_t tag, std::vector<Dataset> items) {
        fresh(tag, "SQ").items = std::move(items);
        return *this;
    }
    Dataset& remove(std::uint32_t tag) {
        m_values.erase(tag);
        return *this;
    }

    enum class Syntax { Implicit, Explicit, BigEndian };
    /// Sequences and items have lengths, or delimiters where `delimited`. Every element is written with VR UN
    /// where `unknown`.
    struct Style {
        Syntax syntax = Syntax::Explicit;
        bool delimited = false;
        bool unknown = false;
    };
    [[nodiscard]] std::string encode(const Style& style) const {
        std::string out;
        for (const auto& [tag, value] : m_values)
            out += element(tag, value, style);
        return out;
    }
    [[nodiscard]] std::string encode() const { return encode(Style{}); }

private:
    struct Value {
        std::string vr, bytes;
        std::vector<std::uint16_t> words;
        std::uint64_t doubleBits = 0;
        std::vector<Dataset> items;
    };
    Value& fresh(std::uint32_t tag, std::string vr) {
        Value& value = m_values[tag] = {};
        value.vr = std::move(vr);
        return value;
    }

    static void append(std::string& out, std::uint64_t value, int count, bool bigEndian) {
        for (int i = 0; i < count; ++i)
            out += static_cast<char>(value >> 8 * (bigEndian ? count - 1 - i : i) & 0xff);
    }
    static void appendTag(std::string& out, std::uint32_t tag, bool bigEndian) {
        append(out, tag >> 16, 2, bigEndian);
        append(out, tag & 0xffff, 2, bigEndian);
    }

    static std::string element(std::uint32_t tag, const Value& value, const Style& style) {
        const bool big = style.syntax == Syntax::BigEndian, sequence = value.vr == "SQ";
        std::string body = value.bytes;
        for (const std::uint16_t word : value.words)
            append(body, word, 2, big);
        if (value.vr == "FD") append(body, value.doubleBits, 8, big);
        for (const Dataset& item : value.items) {
            const std::string inner = item.encode(style);
            appendTag(body, 0xfffee000, big);
            append(body, style.delimited ? 0xffffffff : inner.size(), 4, big);
            body += inner;
            if (style.delimited) {
                appendTag(body, 0xfffee00d, big);
                append(body, 0, 4, big);
            }
        }
        if (sequence && style.delimited) {
            appendTag(body, 0xfffee0dd, big);
            append(body, 0, 4, big);
        }
        const bool encapsulated =
            tag == 0x7fe00010 && value.vr == "OB" && body.substr(0, 4) == std::string("\xfe\xff\0\xe0", 4);
        const std::uint64_t length = (sequence && style.delimited) || encapsulated ? 0xffffffff : body.size();
        std::string out;
        appendTag(out, tag, big);
        if (style.syntax == Syntax::Implicit) {
            append(out, length, 4, false);
            return out + body;
        }
        const std::string vr = style.unknown && !sequence && tag != 0x7fe00010 ? "UN" : value.vr;
        out += vr;
        static constexpr std::string_view longOnes = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
        if (longOnes.find(vr) != std::string_view::npos) {
            append(out, 0, 2, big);
            append(out, length, 4, big);
        } else {
            append(out, length, 2, big);
        }
        return out + body;
    }

    std::map<std::uint32_t, Value> m_values;
};

inline std::string decimals(std::initializer_list<double> values) {
    std::ostringstream text;
    text.precision(10);
    bool first = true;
    for (const double value : values) {
        text << (first ? "" : "\\") << value;
        first = false;
    }
    return text.str();
}

/// Preamble, file meta information and an encoded data set.
inline std::string dicomFile(const std::string& dataset, const std::string& transferSyntax,
                             const std::string& mediaClass = "1.2.840.10008.5.1.4.1.1.4") {
    Dataset meta;
    meta.bytes(0x00020001, "OB", std::string("\0\1", 2))
        .text(0x00020002, "UI", mediaClass)
        .text(0x00020003, "UI", "1.2.3.4.5")
        .text(0x00020010, "UI", transferSyntax)
        .text(0x00020012, "UI", "1.2.3.9");
    return std::string(128, '\0') + "DICM" + meta.encode() + dataset;
}

inline constexpr auto kImplicitLittle = "1.2.840.10008.1.2";
inline constexpr auto kExplicitLittle = "1.2.840.10008.1.2.1";
inline constexpr auto kDeflated = "1.2.840.10008.1.2.1.99";
inline constexpr auto kExplicitBig = "1.2.840.10008.1.2.2";
inline constexpr auto kRle = "1.2.840.10008.1.2.5";
inline constexpr auto kJpegLossless = "1.2.840.10008.1.2.4.70";
inline constexpr auto kJpegLs = "1.2.840.10008.1.2.4.80";
inline constexpr auto kJpegLsNear = "1.2.840.10008.1.2.4.81";
inline constexpr auto kJpeg2000 = "1.2.840.10008.1.2.4.90";
inline constexpr auto kJpeg2000Lossy = "1.2.840.10008.1.2.4.91";

/// A small complete classic MR image; tests change what they are about.
inline Dataset mrDataset(const std::string& sop = "1.2.3.4.5", int rows = 8, int columns = 6) {
    Dataset d;
    d.text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\M")
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.4")
        .text(0x00080018, "UI", sop)
        .text(0x00080020, "DA", "20260131")
        .text(0x00080060, "CS", "MR")
        .text(0x0008103e, "LO", "Test")
        .text(0x00100020, "LO", "P1")
        .text(0x00180020, "CS", "SE")
        .text(0x00180050, "DS", "4")
        .text(0x00180080, "DS", "500")
        .text(0x00180081, "DS", "12")
        .text(0x0020000d, "UI", "1.2.3")
        .text(0x0020000e, "UI", "1.2.3.4")
        .text(0x00200013, "IS", "1")
        .text(0x00200032, "DS", "0\\0\\0")
        .text(0x00200037, "DS", "1\\0\\0\\0\\1\\0")
        .text(0x00200052, "UI", "1.2.3.99")
        .number(0x00280002, 1)
        .text(0x00280004, "CS", "MONOCHROME2")
        .number(0x00280010, static_cast<unsigned>(rows))
        .number(0x00280011, static_cast<unsigned>(columns))
        .text(0x00280030, "DS", "0.8\\0.7")
        .number(0x00280100, 16)
        .number(0x00280101, 12)
        .number(0x00280102, 11)
        .number(0x00280103, 0);
    std::vector<std::uint16_t> pixels;
    for (int i = 0; i < rows * columns; ++i)
        pixels.push_back(static_cast<std::uint16_t>((i * 37 + 11) % 4096));
    return d.words(0x7fe00010, "OW", std::move(pixels));
}

inline void writeFile(const std::filesystem::path& path, std::string_view bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream stream(path, std::ios::binary);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.flush();
    if (!stream) throw std::runtime_error("could not write " + path.string());
}

} // namespace forameter::testing
