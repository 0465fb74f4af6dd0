// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "codecs.hpp"

namespace forameter::dicom {

namespace {

/// PackBits: fills `out`, every `stride`-th byte from its start. False where the segment ends early.
bool unpack(std::span<const std::uint8_t> segment, std::uint8_t* out, std::size_t count, std::size_t stride) {
    std::size_t in = 0, done = 0;
    while (done < count) {
        if (in >= segment.size()) return false;
        const auto code = static_cast<std::int8_t>(segment[in++]);
        if (code == -128) continue;
        const std::size_t length = std::min<std::size_t>(code >= 0 ? code + 1 : 1 - code, count - done);
        const std::size_t needed = code >= 0 ? length : 1;
        if (segment.size() - in < needed) return false;
        std::uint8_t* to = out + done * stride;
        if (code >= 0) {
            for (std::size_t i = 0; i < length; ++i)
                to[i * stride] = segment[in + i];
        } else {
            for (std::size_t i = 0; i < length; ++i)
                to[i * stride] = segment[in];
        }
        in += needed;
        done += length;
    }
    return true;
}

} // namespace

Result<std::vector<std::uint8_t>> decodeRle(std::span<const std::uint8_t> frame, const PixelFormat& format) {
    constexpr std::size_t headerSize = 64;
    if (frame.size() < headerSize) return fail(ErrorCode::BadCodestream, "its RLE header is cut");
    const auto planes = static_cast<std::size_t>(format.bitsAllocated / 8);
    if (readU32(frame.data(), false) != planes)
        return fail(ErrorCode::BadCodestream,
                    "its RLE data have " + std::to_string(readU32(frame.data(), false)) + " segments where " +
                        std::to_string(planes) + " are expected");
    std::vector<std::uint8_t> pixels(format.bytesPerFrame());
    for (std::size_t plane = 0; plane < planes; ++plane) {
        const std::size_t begin = readU32(frame.data() + 4 + 4 * plane, false);
        const std::size_t end =
            plane + 1 < planes ? readU32(frame.data() + 8 + 4 * plane, false) : frame.size();
        if (begin < headerSize || begin > end || end > frame.size())
            return fail(ErrorCode::BadCodestream, "its RLE segments lie outside its pixel data");
        // The most significant byte comes first; we hold the least significant first.
        if (!unpack(frame.subspan(begin, end - begin), pixels.data() + (planes - 1 - plane), format.pixels(),
                    planes))
            return fail(ErrorCode::BadCodestream, "its RLE data end before the image is complete");
    }
    return pixels;
}

} // namespace forameter::dicom
