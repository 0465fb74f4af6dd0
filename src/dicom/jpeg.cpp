// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>
#include <memory>
#include <mutex>

#include "codecs.hpp"

namespace forameter::dicom {

namespace {

void registerCodecs() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::FATAL_LOG_LEVEL); // failures are reported by our own messages
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
    });
}

} // namespace

// The codecs get a data set of our own making, with nothing in it but checked numbers and the codestream;
// DCMTK's parser never sees the file.
Result<std::vector<std::uint8_t>> decodeJpeg(std::span<const std::uint8_t> frame, const PixelFormat& format,
                                             const TransferSyntax& syntax) {
    registerCodecs();
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
        !put(DCM_BitsAllocated, format.bitsAllocated) || !put(DCM_BitsStored, format.bitsStored) ||
        !put(DCM_HighBit, format.highBit) || !put(DCM_PixelRepresentation, format.isSigned ? 1 : 0) ||
        data.insert(photometric.get(), OFTrue).bad())
        return fail(ErrorCode::Other, "it could not be prepared for decoding");
    photometric.release();

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

    std::vector<std::uint8_t> pixels(format.bytesPerFrame() + format.bytesPerFrame() % 2);
    Uint32 fragment = 0;
    OFString colour;
    const OFCondition decoded = pixelData->getUncompressedFrame(&data, 0, fragment, pixels.data(),
                                                                static_cast<Uint32>(pixels.size()), colour);
    if (decoded.bad()) return broken(decoded.text());
    pixels.resize(format.bytesPerFrame());
    return pixels;
}

} // namespace forameter::dicom
