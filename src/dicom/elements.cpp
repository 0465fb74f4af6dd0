// SPDX-License-Identifier: Apache-2.0
#include "elements.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace forameter::dicom {

namespace {

constexpr Tag kItem = 0xfffee000, kItemEnd = 0xfffee00d, kSequenceEnd = 0xfffee0dd;

constexpr std::uint16_t vr(char a, char b) {
    return static_cast<std::uint16_t>((static_cast<unsigned char>(a) << 8) | static_cast<unsigned char>(b));
}
constexpr std::uint16_t kSequenceVr = vr('S', 'Q'), kUnknownVr = vr('U', 'N');

/// Representations with a 32-bit length; "short" ones have 16 bits.
constexpr std::string_view kLongVrs = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";
constexpr std::string_view kShortVrs = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US ";

/// Answers per pair of letters, since every element asks.
enum class VrKind : std::uint8_t { None, Short, Long };
constexpr auto kVrKinds = [] {
    std::array<VrKind, 26 * 26> kinds{};
    const auto add = [&](std::string_view list, VrKind kind) {
        for (std::size_t i = 0; i + 1 < list.size(); i += 3)
            kinds[static_cast<std::size_t>((list[i] - 'A') * 26 + list[i + 1] - 'A')] = kind;
    };
    add(kLongVrs, VrKind::Long);
    add(kShortVrs, VrKind::Short);
    return kinds;
}();

VrKind kindOf(const std::uint8_t* letters) {
    if (letters[0] < 'A' || letters[0] > 'Z' || letters[1] < 'A' || letters[1] > 'Z') return VrKind::None;
    return kVrKinds[static_cast<std::size_t>((letters[0] - 'A') * 26 + letters[1] - 'A')];
}

/// How a representation that PS3.5 does not know is laid out, from the tag on: new ones will be two letters
/// with a 32-bit length (PS3.5 7.1.2), and some writers have blanks or question marks on private elements.
VrKind unknownKind(const std::uint8_t* header, Tag tag) {
    const std::uint8_t a = header[4], b = header[5];
    const auto isLetter = [](std::uint8_t c) { return c >= 'A' && c <= 'Z'; };
    if (isLetter(a) && isLetter(b) && header[6] == 0 && header[7] == 0) return VrKind::Long;
    const bool isPrivate = ((tag >> 16) & 1) != 0;
    return isPrivate && a == b && (a == ' ' || a == '?') ? VrKind::Short : VrKind::None;
}

} // namespace

std::string tagText(Tag tag) {
    char text[16];
    std::snprintf(text, sizeof text, "(%04X,%04X)", tag >> 16, tag & 0xffff);
    return text;
}

std::uint16_t readU16(const std::uint8_t* b, bool bigEndian) {
    return static_cast<std::uint16_t>(bigEndian ? (b[0] << 8) | b[1] : (b[1] << 8) | b[0]);
}

std::uint32_t readU32(const std::uint8_t* b, bool bigEndian) {
    const auto byte = [&](int i) { return static_cast<std::uint32_t>(b[bigEndian ? 3 - i : i]); };
    return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
}

bool isVr(const std::uint8_t* letters) {
    return kindOf(letters) != VrKind::None;
}

Result<> ElementWalker::count() {
    if (++m_elements > m_limits.elements)
        return fail(ErrorCode::TooManyElements,
                    "it has more than " + std::to_string(m_limits.elements) + " data elements");
    return {};
}

tl::unexpected<Error> ElementWalker::beyondEnd(const Header& header, std::uint64_t end) const {
    const std::string what = "its element " + tagText(header.tag) + " says that it is " +
                             std::to_string(header.length) + " bytes long, but only " +
                             std::to_string(end - header.value) + " are left";
    // A length within the size that the file may have had before it was cut is put down to the cut.
    const bool cut = end == m_bytes.size() && (header.tag == kPixelData || header.length <= m_bytes.size());
    return fail(cut ? ErrorCode::Truncated : ErrorCode::BadLength, what);
}

Result<ElementWalker::Header> ElementWalker::readHeader(std::uint64_t position, std::uint64_t end,
                                                        Encoding encoding) {
    if (const auto counted = count(); !counted) return tl::unexpected(counted.error());
    const std::uint8_t* bytes = end - position >= 8 ? m_bytes.at(position, 8) : nullptr;
    const auto cut = [&] {
        return fail(ErrorCode::Truncated,
                    "it ends in the middle of a data element, at byte " + std::to_string(end));
    };
    if (!bytes) return cut();
    Header header;
    header.tag =
        (static_cast<Tag>(readU16(bytes, encoding.bigEndian)) << 16) | readU16(bytes + 2, encoding.bigEndian);
    header.value = position + 8;
    const bool delimiter = (header.tag >> 16) == 0xfffe;
    if (!encoding.explicitVr || delimiter) { // items and delimiters never have a representation
        header.length = readU32(bytes + 4, encoding.bigEndian);
        return header;
    }
    VrKind kind = kindOf(bytes + 4);
    if (kind == VrKind::None) kind = unknownKind(bytes, header.tag);
    if (kind == VrKind::None)
        return fail(ErrorCode::BadElement, "its element " + tagText(header.tag) + " at byte " +
                                               std::to_string(position) +
                                               " has no valid value representation");
    header.vr = vr(static_cast<char>(bytes[4]), static_cast<char>(bytes[5]));
    if (kind == VrKind::Short) {
        header.length = readU16(bytes + 6, encoding.bigEndian);
        return header;
    }
    const std::uint8_t* length = end - position >= 12 ? m_bytes.at(position + 8, 4) : nullptr;
    if (!length) return cut();
    header.length = readU32(length, encoding.bigEndian);
    header.value = position + 12;
    return header;
}

Result<Element> ElementWalker::walk(std::uint64_t begin, std::uint64_t end, Encoding encoding) {
    m_depth = 0;
    m_unwanted = 0;
    m_pixelData = {};
    const auto walked = walkItem(begin, end, encoding, false);
    if (!walked) return tl::unexpected(walked.error());
    return m_pixelData;
}

Result<std::uint64_t> ElementWalker::walkFileMeta(std::uint64_t begin) {
    // Always explicit, says the standard; some writers have it implicit.
    const std::uint8_t* first = m_bytes.at(begin, 6);
    const Encoding encoding{!first || isVr(first + 4), false};
    for (std::uint64_t position = begin;;) {
        const std::uint8_t* group = m_bytes.at(position, 2);
        if (!group || readU16(group, false) != 0x0002) return position;
        const auto header = readHeader(position, m_bytes.size(), encoding);
        if (!header) return tl::unexpected(header.error());
        if (header->length == kUndefinedLength)
            return fail(ErrorCode::BadLength, "its element " + tagText(header->tag) + " has no length");
        if (header->length > m_bytes.size() - header->value) return beyondEnd(*header, m_bytes.size());
        if (const auto seen =
                m_visitor.visit({}, {header->tag, header->value, header->length, encoding, false});
            !seen)
            return tl::unexpected(seen.error());
        position = header->value + header->length;
    }
}

/// What stands in an element of unknown representation is implicit little endian (PS3.5 6.2.2 note 4), unless
/// the first element of its first item plainly has a representation.
Encoding ElementWalker::encodingOfUnknown(std::uint64_t value, Encoding outer) {
    const std::uint8_t* item = m_bytes.at(value, 14);
    const Tag tag =
        item ? (static_cast<Tag>(readU16(item, outer.bigEndian)) << 16) | readU16(item + 2, outer.bigEndian)
             : 0;
    return tag == kItem && isVr(item + 12) ? outer : Encoding{false, false};
}

/// The elements of a data set or an item up to `end`, or up to its delimiter. Returns where the next thing
/// begins.
Result<std::uint64_t> ElementWalker::walkItem(std::uint64_t position, std::uint64_t end, Encoding encoding,
                                              bool delimited) {
    while (position < end) {
        const auto header = readHeader(position, end, encoding);
        if (!header) return tl::unexpected(header.error());
        if (delimited && header->tag == kItemEnd) return header->value;
        const Tag group = header->tag >> 16;
        if (group == 0xfffe || group == 0x0000)
            return fail(ErrorCode::BadElement, "it has a " + tagText(header->tag) + " at byte " +
                                                   std::to_string(position) +
                                                   ", where no such element may be");
        const bool top = m_depth == 0;
        const bool undefined = header->length == kUndefinedLength;
        if (!undefined && header->length > end - header->value) return beyondEnd(*header, end);
        if (top && header->tag == kPixelData) {
            m_pixelData = {header->tag, header->value, header->length, encoding, header->vr == vr('O', 'W')};
            return end;
        }
        const bool mayBeSequence = !encoding.explicitVr || header->vr == kSequenceVr ||
                                   header->vr == kUnknownVr ||
                                   header->tag == kPixelData; // fragments of an icon are laid out like items
        if (undefined && !mayBeSequence)
            return fail(ErrorCode::BadLength, "its element " + tagText(header->tag) + " has no length");
        const std::span<const PathStep> path(m_path.data(), m_depth);
        const bool wanted = m_unwanted == 0 && mayBeSequence && m_visitor.enters(path, header->tag);
        if (undefined || wanted) {
            const Encoding inner =
                header->vr == kUnknownVr ? encodingOfUnknown(header->value, encoding) : encoding;
            const auto after = walkSequence(*header, end, inner, wanted);
            if (!after) return tl::unexpected(after.error());
            position = *after;
            continue;
        }
        if (m_unwanted == 0)
            if (const auto seen =
                    m_visitor.visit(path, {header->tag, header->value, header->length, encoding, false});
                !seen)
                return tl::unexpected(seen.error());
        position = header->value + header->length;
    }
    if (delimited) return fail(ErrorCode::Truncated, "it ends inside a sequence");
    return position;
}

Result<std::uint64_t> ElementWalker::walkSequence(const Header& sequence, std::uint64_t end,
                                                  Encoding encoding, bool wanted) {
    if (m_depth >= static_cast<std::size_t>(std::min(m_limits.depth, kMaximumDepth)))
        return fail(ErrorCode::TooDeep,
                    "its sequences are nested more than " + std::to_string(m_limits.depth) + " deep");
    const bool undefined = sequence.length == kUndefinedLength;
    if (!undefined) end = sequence.value + sequence.length;
    m_path[m_depth] = {sequence.tag, 0};
    ++m_depth;
    m_unwanted += wanted ? 0 : 1;
    std::uint64_t position = sequence.value;
    bool closed = false, measured = false; // the item before had a length
    for (int item = 0; position < end && !closed; ++item) {
        m_path[m_depth - 1].item = item;
        const auto header = readHeader(position, end, encoding);
        if (!header) return tl::unexpected(header.error());
        if (measured && header->tag == kItemEnd && header->length == 0) { // it needed none
            measured = false;
            position = header->value;
            --item;
            continue;
        }
        if (header->tag == kSequenceEnd && (undefined || header->value == end)) {
            position = header->value;
            closed = true;
        } else if (header->tag != kItem) {
            return fail(ErrorCode::BadElement, "its sequence " + tagText(sequence.tag) + " holds a " +
                                                   tagText(header->tag) + " at byte " +
                                                   std::to_string(position) + " instead of an item");
        } else {
            const bool open = header->length == kUndefinedLength;
            measured = !open;
            if (!open && header->length > end - header->value) return beyondEnd(*header, end);
            if (open || wanted) {
                const auto after =
                    walkItem(header->value, open ? end : header->value + header->length, encoding, open);
                if (!after) return tl::unexpected(after.error());
                position = *after;
            } else {
                position = header->value + header->length;
            }
        }
    }
    if (undefined && !closed) return fail(ErrorCode::Truncated, "it ends inside a sequence");
    m_unwanted -= wanted ? 0 : 1;
    --m_depth;
    return position;
}

} // namespace forameter::dicom
