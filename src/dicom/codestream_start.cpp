// SPDX-License-Identifier: Apache-2.0
#include "codestream_start.hpp"

#include <algorithm>
#include <string_view>

namespace forameter::dicom {

namespace {

using Bytes = std::span<const std::uint8_t>;

/// Calls `look` with the marker and the segment (its length first) of each marker segment from `at` on, until
/// it answers or the bytes end.
template <class Look>
bool anySegment(Bytes bytes, std::size_t at, Look look) {
    while (at + 4 <= bytes.size() && bytes[at] == 0xff) {
        if (bytes[at + 1] == 0xff) { // fill byte
            ++at;
            continue;
        }
        const std::size_t length = readU16(bytes.data() + at + 2, true);
        if (length > bytes.size() - at - 2) return false;
        if (look(bytes[at + 1], bytes.subspan(at + 2, length))) return true;
        at += 2 + length;
    }
    return false;
}

bool startsFrame(std::uint8_t marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

bool jpegSaysLossy(Bytes bytes) {
    return anySegment(bytes, 2,
                      [](std::uint8_t marker, Bytes) { return startsFrame(marker) && marker % 4 != 3; });
}

bool jpegLsSaysLossy(Bytes bytes) {
    return anySegment(bytes, 2, [](std::uint8_t marker, Bytes segment) {
        const std::size_t tolerance = segment.size() > 2 ? 3 + 2 * std::size_t{segment[2]} : segment.size();
        return marker == 0xda && tolerance < segment.size() && segment[tolerance] != 0;
    });
}

/// Where the segments of a JPEG 2000 codestream begin, which may stand behind the boxes of a JP2.
std::size_t jpeg2000Segments(Bytes bytes) {
    constexpr std::string_view start("\xff\x4f\xff\x51", 4);
    const auto at = std::ranges::search(
        bytes, start, [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
    return static_cast<std::size_t>(at.begin() - bytes.begin()) + 2;
}

bool jpeg2000SaysLossy(Bytes bytes) {
    return anySegment(bytes, jpeg2000Segments(bytes), [](std::uint8_t marker, Bytes segment) {
        return marker == 0x52 && segment.size() > 11 && segment[11] == 0;
    });
}

} // namespace

bool saysLossy(std::span<const std::uint8_t> start, Codec codec) {
    switch (codec) {
    case Codec::Jpeg:
        return jpegSaysLossy(start);
    case Codec::JpegLs:
        return jpegLsSaysLossy(start);
    case Codec::Jpeg2000:
        return jpeg2000SaysLossy(start);
    case Codec::Native:
    case Codec::Rle:
        break;
    }
    return false;
}

std::optional<std::array<std::uint32_t, 2>> statedSize(Bytes start, Codec codec) {
    std::optional<std::array<std::uint32_t, 2>> size;
    const auto u32 = [](Bytes segment, std::size_t at) { return readU32(segment.data() + at, true); };
    if (codec == Codec::Jpeg || codec == Codec::JpegLs)
        (void)anySegment(start, 2, [&](std::uint8_t marker, Bytes segment) {
            const bool frame = startsFrame(marker) || marker == 0xf7;
            if (frame && segment.size() > 7)
                size = {readU16(segment.data() + 3, true), readU16(segment.data() + 5, true)};
            return frame;
        });
    if (codec == Codec::Jpeg2000)
        (void)anySegment(start, jpeg2000Segments(start), [&](std::uint8_t marker, Bytes segment) {
            if (marker == 0x51 && segment.size() >= 20)
                size = {u32(segment, 8) - u32(segment, 16), u32(segment, 4) - u32(segment, 12)};
            return true;
        });
    return size;
}

} // namespace forameter::dicom
