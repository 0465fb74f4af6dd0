// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <memory>
#include <mutex>
#include <optional>

#include "codecs.hpp"
#include "dcmtk_log.hpp"

namespace forameter::dicom {

namespace {

void registerCodecs() {
    static std::once_flag once;
    std::call_once(once, [] {
        silenceDcmtk();
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
    });
}

/// What the frame header of a JPEG or JPEG-LS codestream promises.
struct FrameHeader {
    int precision = 0, rows = 0, columns = 0, components = 0;
};

/// None where anything but marker segments stands before it: DCMTK's own search never ends at a lone TEM.
std::optional<FrameHeader> frameHeader(std::span<const std::uint8_t> bytes) {
    for (std::size_t at = 2; at + 9 < bytes.size();) { // behind the start of image
        if (bytes[at] != 0xff) return std::nullopt;
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xff) { // fill byte
            ++at;
            continue;
        }
        const bool alone = marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda); // or the scan itself
        if (alone || readU16(bytes.data() + at + 2, true) < 2) return std::nullopt;
        const bool sof =
            (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) ||
            marker == 0xf7;
        const std::uint8_t* segment = bytes.data() + at + 2;
        if (sof)
            return FrameHeader{segment[2], readU16(segment + 3, true), readU16(segment + 5, true),
                               segment[7]};
        at += 2u + readU16(segment, true);
    }
    return std::nullopt;
}

Result<> checkHeader(const std::optional<FrameHeader>& header, const PixelFormat& format) {
    if (!header) return fail(ErrorCode::BadCodestream, "its compressed pixel data have no frame header");
    if (header->components != 1)
        return fail(ErrorCode::UnsupportedPixelFormat, "its compressed pixel data are a colour image");
    if (header->rows != format.rows || header->columns != format.columns)
        return fail(ErrorCode::PixelDataMismatch,
                    "its compressed image has " + std::to_string(header->columns) + " x " +
                        std::to_string(header->rows) + " pixels, not " + std::to_string(format.columns) +
                        " x " + std::to_string(format.rows));
    if (header->precision < 2 || header->precision > format.bitsAllocated)
        return fail(ErrorCode::PixelDataMismatch,
                    "its compressed pixels have " + std::to_string(header->precision) +
                        " bits, which do not fit the " + std::to_string(format.bitsAllocated) + " allocated");
    return {};
}

} // namespace

// The codecs get a data set of our own making, with nothing in it but checked numbers and the codestream;
// DCMTK's parser never sees the file.
Result<std::vector<std::uint8_t>> decodeJpeg(std::span<const std::uint8_t> frame, const PixelFormat& format,
                                             const TransferSyntax& syntax) {
    registerCodecs();
    const auto header = frameHeader(frame);
    if (const auto checked = checkHeader(header, format); !checked) return tl::unexpected(checked.error());
    // DCMTK wants the data set to agree with the codestream, where files often allocate more than it needs.
    PixelFormat decoded = format;
    decoded.bitsAllocated = header->precision <= 8 ? 8 : 16;
    decoded.bitsStored = header->precision;
    const auto broken = [](const std::string& why) {
        return fail(ErrorCode::BadCodestream, "its compressed pixel data do not decode (" + why + ")");
    };
    DcmDataset data;
    const auto put = [&](const DcmTagKey& key, int value) {
        auto element = std::make_unique<DcmUnsignedShort>(DcmTag(key, EVR_US));
        return element->putUint16(static_cast<Uint16>(value)).good() &&
               data.insert(element.get(), OFTrue).good() && element.release();
    };
    auto photometric = std::make_unique<DcmCodeString>(DcmTag(DCM_PhotometricInterpretation, EVR_CS));
    photometric->putString("MONOCHROME2");
    if (!put(DCM_SamplesPerPixel, 1) || !put(DCM_Rows, format.rows) || !put(DCM_Columns, format.columns) ||
        !put(DCM_BitsAllocated, decoded.bitsAllocated) || !put(DCM_BitsStored, decoded.bitsStored) ||
        !put(DCM_HighBit, decoded.bitsStored - 1) || !put(DCM_PixelRepresentation, format.isSigned ? 1 : 0) ||
        data.insert(photometric.get(), OFTrue).bad())
        return fail(ErrorCode::Other, "it could not be prepared for decoding");
    (void)photometric.release(); // the data set owns it now

    auto sequence = std::make_unique<DcmPixelSequence>(DcmTag(DCM_PixelSequenceTag, EVR_OB));
    const auto addItem = [&](std::span<const std::uint8_t> bytes) {
        auto item = std::make_unique<DcmPixelItem>(DcmTag(DCM_PixelItemTag, EVR_OB));
        if (!bytes.empty() &&
            item->putUint8Array(bytes.data(), static_cast<unsigned long>(bytes.size())).bad())
            return false;
        return sequence->insert(item.get()).good() && item.release();
    };
    if (!addItem({}) || !addItem(frame))
        return fail(ErrorCode::Other, "it could not be prepared for decoding");
    auto pixelData = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OB));
    pixelData->putOriginalRepresentation(DcmXfer(std::string(syntax.uid).c_str()).getXfer(), nullptr,
                                         sequence.release());

    std::vector<std::uint8_t> pixels(decoded.bytesPerFrame() + decoded.bytesPerFrame() % 2);
    Uint32 fragment = 0;
    OFString colour;
    const OFCondition done = pixelData->getUncompressedFrame(&data, 0, fragment, pixels.data(),
                                                             static_cast<Uint32>(pixels.size()), colour);
    if (done.bad()) return broken(done.text());
    if (decoded.bitsAllocated == format.bitsAllocated) {
        pixels.resize(format.bytesPerFrame());
        return pixels;
    }
    std::vector<std::uint8_t> wide(format.bytesPerFrame(), 0);
    for (std::size_t i = 0; i < format.pixels(); ++i)
        wide[2 * i] = pixels[i];
    return wide;
}

} // namespace forameter::dicom
