// SPDX-License-Identifier: Apache-2.0
#include "pixel_layout.hpp"

#include <algorithm>
#include <optional>

#include "codestream_start.hpp"
#include "text.hpp"

namespace forameter::dicom {

namespace {

tl::unexpected<Error> unsupported(std::string why) {
    return fail(ErrorCode::UnsupportedPixelFormat, std::move(why));
}

Result<> locateNative(const FileStructure& file, PixelLayout& layout) {
    const std::uint64_t expected = static_cast<std::uint64_t>(layout.format.bytesPerFrame()) *
                                   static_cast<std::uint64_t>(layout.format.frames);
    const std::uint64_t length = file.pixelData.length;
    // One byte of padding makes an odd length even.
    if (length != expected && length != expected + expected % 2)
        return fail(ErrorCode::PixelDataMismatch, "its pixel data are " + std::to_string(length) +
                                                      " bytes long where " + std::to_string(expected) +
                                                      " are expected");
    layout.nativeOffset = file.pixelData.offset;
    return {};
}

/// Reads the basic offset table and the fragments (PS3.5 A.4).
Result<std::vector<std::uint32_t>> readFragments(const FileStructure& file, ByteReader& bytes,
                                                 PixelLayout& layout) {
    constexpr std::size_t kMostFragments = 200'000;
    std::vector<std::uint32_t> offsets;
    bool first = true;
    for (std::uint64_t position = file.pixelData.offset;;) {
        if (position == bytes.size() &&
            !layout.fragments.empty()) { // seen in real files: the end is simply missing
            layout.unterminated = true;
            return offsets;
        }
        const std::uint8_t* header = bytes.at(position, 8);
        if (!header) return fail(ErrorCode::Truncated, "it ends inside its compressed pixel data");
        const std::uint32_t length = readU32(header + 4, false);
        const Tag tag = (static_cast<Tag>(readU16(header, false)) << 16) | readU16(header + 2, false);
        position += 8;
        if (tag == 0xfffee0dd) return offsets;
        if (tag != 0xfffee000)
            return fail(ErrorCode::BadElement, "its compressed pixel data hold a " + tagText(tag) +
                                                   " at byte " + std::to_string(position - 8) +
                                                   " instead of a fragment");
        if (length == kUndefinedLength)
            return fail(ErrorCode::BadLength, "a fragment of its compressed pixel data has no length");
        if (length > bytes.size() - position)
            return fail(ErrorCode::Truncated, "its compressed pixel data say that a fragment is " +
                                                  std::to_string(length) + " bytes long, but only " +
                                                  std::to_string(bytes.size() - position) + " are left");
        if (first) {
            for (std::uint32_t i = 0; i + 4 <= length && i < 4 * static_cast<std::uint32_t>(kMostFrames);
                 i += 4)
                offsets.push_back(readU32(bytes.at(position + i, 4), false));
        } else {
            layout.fragments.push_back({position, length});
            if (layout.fragments.size() > kMostFragments)
                return fail(ErrorCode::TooManyElements,
                            "its compressed pixel data have more than 200000 fragments");
        }
        first = false;
        position += length;
    }
}

/// Whether a fragment starts a new JPEG, JPEG-LS (FF D8) or JPEG 2000 (FF 4F, or a JP2 box) codestream.
bool startsCodestream(ByteReader& bytes, const Fragment& fragment) {
    const std::uint8_t* b = fragment.length >= 8 ? bytes.at(fragment.offset, 8) : nullptr;
    return b && ((b[0] == 0xff && (b[1] == 0xd8 || b[1] == 0x4f)) ||
                 (b[4] == 'j' && b[5] == 'P' && b[0] == 0 && b[1] == 0));
}

constexpr std::uint64_t kHarmless = std::uint64_t{1} << 22; ///< pixels that may be set aside on one's word

/// A kilobyte that claims a picture of 16384 x 16384, or some thousands of smaller ones, would cost gigabytes
/// and many seconds to decode.
Result<> checkSizes(const PixelLayout& layout) {
    constexpr std::uint64_t mostPerByte = 1000; // pixels
    const auto check = [&](std::size_t frame, std::size_t frames) -> Result<> {
        const std::uint64_t pixels = layout.format.pixels() * static_cast<std::uint64_t>(frames);
        std::uint64_t bytes = 0;
        for (std::size_t i = layout.firstOfFrame[frame]; i < layout.firstOfFrame[frame + frames]; ++i)
            bytes += layout.fragments[i].length;
        if (pixels <= kHarmless || pixels / mostPerByte <= bytes) return {};
        return fail(ErrorCode::TooLarge, "its " + std::to_string(bytes) +
                                             " bytes of compressed pixel data cannot hold " +
                                             (frames > 1 ? std::to_string(frames) + " frames of " : "") +
                                             std::to_string(layout.format.columns) + " x " +
                                             std::to_string(layout.format.rows) + " pixels");
    };
    const std::size_t frames = layout.firstOfFrame.size() - 1;
    if (layout.format.pixels() > kHarmless)
        for (std::size_t frame = 0; frame < frames; ++frame)
            if (const auto fits = check(frame, 1); !fits) return fits;
    return check(0, frames);
}

/// Memory is set aside by what the header says, before a decoder sees that the codestream says less.
Result<> checkStatedSize(const PixelLayout& layout, ByteReader& bytes) {
    const PixelFormat& format = layout.format;
    const Fragment& first = layout.fragments.front();
    if (format.pixels() <= kHarmless) return {};
    const std::size_t count = std::min<std::size_t>(first.length, ByteReader::kWindow);
    const std::uint8_t* start = bytes.at(first.offset, count);
    const auto stated = start ? statedSize({start, count}, layout.syntax.codec) : std::nullopt;
    const std::array promised{static_cast<std::uint32_t>(format.rows),
                              static_cast<std::uint32_t>(format.columns)};
    if (!stated || *stated == promised) return {};
    return fail(ErrorCode::PixelDataMismatch, "its compressed image has " + std::to_string((*stated)[1]) +
                                                  " x " + std::to_string((*stated)[0]) + " pixels, not " +
                                                  std::to_string(format.columns) + " x " +
                                                  std::to_string(format.rows));
}

Result<> locateFrames(const FileStructure& file, ByteReader& bytes, PixelLayout& layout) {
    const auto offsets = readFragments(file, bytes, layout);
    if (!offsets) return tl::unexpected(offsets.error());
    const auto frames = static_cast<std::size_t>(layout.format.frames);
    const std::size_t count = layout.fragments.size();
    if (count == 0) return fail(ErrorCode::Truncated, "it has no pixel data between the delimiters");
    std::vector<std::size_t>& first = layout.firstOfFrame;
    if (frames == 1) {
        first = {0};
    } else if (frames == count) {
        for (std::size_t i = 0; i < count; ++i)
            first.push_back(i);
    } else if (offsets->size() == frames) {
        // Offsets count from the first byte of the first fragment's item header.
        const std::uint64_t base = layout.fragments.front().offset - 8;
        for (const std::uint32_t offset : *offsets) {
            const auto at =
                std::lower_bound(layout.fragments.begin(), layout.fragments.end(), base + offset + 8,
                                 [](const Fragment& f, std::uint64_t o) { return f.offset < o; });
            if (at == layout.fragments.end() || at->offset != base + offset + 8)
                return fail(ErrorCode::PixelDataMismatch, "its offset table points to no fragment");
            first.push_back(static_cast<std::size_t>(at - layout.fragments.begin()));
        }
        if (first.front() != 0 || !std::is_sorted(first.begin(), first.end(), std::less_equal<>()))
            return fail(ErrorCode::PixelDataMismatch,
                        "its offset table does not rise from the first fragment");
    } else if (layout.syntax.codec != Codec::Rle) {
        for (std::size_t i = 0; i < count; ++i)
            if (startsCodestream(bytes, layout.fragments[i])) first.push_back(i);
        if (first.size() == frames && first.front() != 0) first.clear();
    }
    if (first.size() != frames)
        return fail(ErrorCode::PixelDataMismatch, "its " + std::to_string(count) +
                                                      " pieces of pixel data do not tell which of its " +
                                                      std::to_string(frames) + " frames they belong to");
    first.push_back(count);
    if (const auto fits = checkSizes(layout); !fits) return fits;
    return checkStatedSize(layout, bytes);
}

} // namespace

Result<PixelFormat> pixelFormat(const FileStructure& file) {
    const Values& v = file.values;
    PixelFormat format;
    for (const Field field : {Field::Rows, Field::Columns})
        if (v.repeated(field)) return fail(ErrorCode::BadDimensions, "it states its dimensions twice");
    const auto rows = v.unsignedShort(Field::Rows), columns = v.unsignedShort(Field::Columns);
    if (!rows || !columns)
        return fail(ErrorCode::BadDimensions, "it does not say how many rows and columns it has");
    if (*rows < 2 || *columns < 2 || *rows > kLargestDimension || *columns > kLargestDimension)
        return fail(ErrorCode::BadDimensions, "an image of " + std::to_string(*columns) + " x " +
                                                  std::to_string(*rows) +
                                                  " pixels is not one that Forameter reads");
    format.rows = *rows;
    format.columns = *columns;
    const std::string_view frames = v.text(Field::Frames);
    format.frames = frames.empty() ? 1 : integer(frames).value_or(0);
    if (format.frames < 1 || format.frames > kMostFrames)
        return fail(ErrorCode::BadDimensions, "its number of frames, \"" + printable(frames.substr(0, 20)) +
                                                  "\", is not between 1 and " + std::to_string(kMostFrames));
    if (const auto samples = v.unsignedShort(Field::Samples); v.has(Field::Samples) && samples != 1)
        return unsupported("it is a colour image");
    const std::string_view photometric = v.text(Field::Photometric);
    if (!photometric.empty() && photometric != "MONOCHROME1" && photometric != "MONOCHROME2")
        return unsupported("its photometric interpretation is " + printable(photometric.substr(0, 20)) +
                           ", not greyscale");
    format.lowIsWhite = photometric == "MONOCHROME1";

    const int allocated = v.unsignedShort(Field::BitsAllocated).value_or(0);
    if (allocated != 8 && allocated != 16)
        return unsupported("it allocates " + std::to_string(allocated) +
                           " bits to a pixel; Forameter reads 8 and 16");
    format.bitsAllocated = allocated;
    format.bitsStored = v.unsignedShort(Field::BitsStored).value_or(allocated);
    format.highBit = v.unsignedShort(Field::HighBit).value_or(format.bitsStored - 1);
    if (format.bitsStored < 1 || format.bitsStored > allocated || format.highBit >= allocated ||
        format.highBit < format.bitsStored - 1)
        return unsupported("its " + std::to_string(format.bitsStored) + " stored bits with highest bit " +
                           std::to_string(format.highBit) + " do not fit the " + std::to_string(allocated) +
                           " allocated");
    const int representation = v.unsignedShort(Field::PixelRepresentation).value_or(0);
    if (representation > 1) return unsupported("its pixels are neither unsigned nor two's complement");
    format.isSigned = representation == 1;
    return format;
}

Result<PixelLayout> pixelLayout(const FileStructure& file, ByteReader& bytes) {
    if (file.unsupportedPixels) return unsupported("its pixels are floating-point numbers");
    if (file.pixelData.tag == 0) return fail(ErrorCode::Truncated, "it ends before its pixel data");
    const auto format = pixelFormat(file);
    if (!format) return tl::unexpected(format.error());
    PixelLayout layout;
    layout.format = *format;
    layout.syntax = file.syntax;
    layout.bigEndian = file.pixelData.encoding.bigEndian;
    layout.words = file.pixelData.words;
    const bool encapsulated = file.pixelData.length == kUndefinedLength;
    if (encapsulated != (layout.syntax.codec != Codec::Native))
        return fail(ErrorCode::PixelDataMismatch,
                    encapsulated
                        ? "its pixel data are compressed, but its transfer syntax says that they are not"
                        : "its transfer syntax says that its pixel data are compressed, but they are not");
    const Result<> located = encapsulated ? locateFrames(file, bytes, layout) : locateNative(file, layout);
    if (!located) return tl::unexpected(located.error());
    return layout;
}

} // namespace forameter::dicom
