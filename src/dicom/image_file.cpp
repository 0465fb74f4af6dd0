// SPDX-License-Identifier: Apache-2.0
#include "image_file.hpp"

#include <new>

#include "codecs.hpp"

namespace forameter::dicom {

namespace {

/// One frame's pixels, as an uncompressed file holds them, to stored values: the bits that count, sign
/// extended.
void unpack(std::span<const std::uint8_t> raw, const PixelFormat& format, bool bigEndian,
            std::span<std::int32_t> out) {
    const int shift = format.highBit + 1 - format.bitsStored;
    // Shifted to the top of 32 bits and back, arithmetically or not, a value loses its junk and gains its
    // sign.
    const int up = 32 - format.bitsStored - shift, down = 32 - format.bitsStored;
    const auto convert = [&](auto read) {
        if (format.isSigned) {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::int32_t>(read(i) << up) >> down;
        } else {
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::int32_t>((read(i) << up) >> down);
        }
    };
    const std::uint8_t* b = raw.data();
    if (format.bitsAllocated == 8)
        convert([b](std::size_t i) { return static_cast<std::uint32_t>(b[i]); });
    else if (bigEndian)
        convert([b](std::size_t i) { return (static_cast<std::uint32_t>(b[2 * i]) << 8) | b[2 * i + 1]; });
    else
        convert([b](std::size_t i) { return (static_cast<std::uint32_t>(b[2 * i + 1]) << 8) | b[2 * i]; });
}

} // namespace

Result<ImageFile> ImageFile::create(ByteReader bytes) {
    ImageFile file;
    file.m_bytes = std::make_unique<ByteReader>(std::move(bytes));
    auto structure = readStructure(*file.m_bytes);
    if (!structure) return tl::unexpected(structure.error());
    file.m_structure = std::make_unique<FileStructure>(std::move(*structure));
    if (file.m_structure->syntax.deflated)
        file.m_inflated = std::make_unique<ByteReader>(file.m_structure->inflated);
    return file;
}

Result<ImageFile> ImageFile::open(const std::filesystem::path& path) {
    auto bytes = ByteReader::open(path);
    if (!bytes) return tl::unexpected(bytes.error());
    return create(std::move(*bytes));
}

Result<ImageFile> ImageFile::fromMemory(std::span<const std::uint8_t> memory) {
    return create(ByteReader(memory));
}

Result<> ImageFile::decode(const PixelLayout& layout, std::size_t frame, std::span<std::int32_t> out) const
    try {
    const PixelFormat& format = layout.format;
    const ByteReader& source = m_inflated ? *m_inflated : *m_bytes;
    std::vector<std::uint8_t> bytes;
    const auto cut = [] {
        return fail(ErrorCode::Truncated, "its pixel data could not be read to their end");
    };
    if (layout.syntax.codec == Codec::Native) {
        bytes.resize(format.bytesPerFrame());
        if (!source.read(layout.nativeOffset + frame * bytes.size(), bytes)) return cut();
        const bool swapped = layout.bigEndian && layout.words && format.bitsAllocated == 8;
        if (swapped)
            for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
                std::swap(bytes[i], bytes[i + 1]);
        unpack(bytes, format, layout.bigEndian, out);
        return {};
    }
    std::size_t size = 0;
    for (std::size_t i = layout.firstOfFrame[frame]; i < layout.firstOfFrame[frame + 1]; ++i)
        size += layout.fragments[i].length;
    bytes.resize(size);
    size = 0;
    for (std::size_t i = layout.firstOfFrame[frame]; i < layout.firstOfFrame[frame + 1]; ++i) {
        const Fragment& fragment = layout.fragments[i];
        if (!source.read(fragment.offset, std::span(bytes).subspan(size, fragment.length))) return cut();
        size += fragment.length;
    }
    if (layout.syntax.codec == Codec::Jpeg2000) return decodeJpeg2000(bytes, format, out);
    const auto pixels = layout.syntax.codec == Codec::Rle ? decodeRle(bytes, format)
                                                          : decodeJpeg(bytes, format, layout.syntax);
    if (!pixels) return tl::unexpected(pixels.error());
    unpack(*pixels, format, false, out);
    return {};
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::TooLarge, "there is not enough memory to decode it");
}

} // namespace forameter::dicom
