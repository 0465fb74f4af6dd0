// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <memory>
#include <openjpeg.h>

#include "codecs.hpp"

namespace forameter::dicom {

namespace {

struct Source {
    std::span<const std::uint8_t> bytes;
    std::size_t position = 0;
};

OPJ_SIZE_T readBytes(void* buffer, OPJ_SIZE_T count, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (source.position >= source.bytes.size()) return static_cast<OPJ_SIZE_T>(-1);
    count = std::min<std::size_t>(count, source.bytes.size() - source.position);
    std::memcpy(buffer, source.bytes.data() + source.position, count);
    source.position += count;
    return count;
}

OPJ_BOOL seekTo(OPJ_OFF_T position, void* user) {
    auto& source = *static_cast<Source*>(user);
    if (position < 0 || static_cast<std::size_t>(position) > source.bytes.size()) return OPJ_FALSE;
    source.position = static_cast<std::size_t>(position);
    return OPJ_TRUE;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void* user) {
    const auto& source = *static_cast<Source*>(user);
    return seekTo(static_cast<OPJ_OFF_T>(source.position) + count, user) ? count : -1;
}

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

/// The bits around the stored ones may hold anything.
void keepStoredBits(std::span<std::int32_t> values, const PixelFormat& format, int precision, bool isSigned) {
    const int above = 31 - std::min(format.highBit, precision - 1), others = 32 - format.bitsStored;
    for (std::int32_t& value : values) {
        const std::uint32_t raised = static_cast<std::uint32_t>(value) << above;
        value = isSigned ? static_cast<std::int32_t>(raised) >> others
                         : static_cast<std::int32_t>(raised >> others);
    }
}

} // namespace

Result<> decodeJpeg2000(std::span<const std::uint8_t> frame, const PixelFormat& format,
                        std::span<std::int32_t> out) {
    const auto broken = [](const char* why) {
        return fail(ErrorCode::BadCodestream, std::string("its JPEG 2000 pixel data ") + why);
    };
    const bool boxed = frame.size() > 12 && std::memcmp(frame.data() + 4, "jP  ", 4) == 0;
    const Owned<opj_codec_t> codec(opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K),
                                   opj_destroy_codec);
    const Owned<opj_stream_t> stream(opj_stream_create(std::max<std::size_t>(frame.size(), 1), OPJ_TRUE),
                                     opj_stream_destroy);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!codec || !stream || !opj_setup_decoder(codec.get(), &parameters))
        return fail(ErrorCode::Other, "the JPEG 2000 decoder could not be started");
    Source source{frame, 0};
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), frame.size());
    opj_stream_set_read_function(stream.get(), readBytes);
    opj_stream_set_skip_function(stream.get(), skipBytes);
    opj_stream_set_seek_function(stream.get(), seekTo);

    opj_image_t* raw = nullptr;
    if (!opj_read_header(stream.get(), codec.get(), &raw)) return broken("have no valid header");
    const Owned<opj_image_t> image(raw, opj_image_destroy);
    // Checked before decoding, so that a header of billions of pixels allocates nothing.
    if (image->numcomps != 1)
        return fail(ErrorCode::UnsupportedPixelFormat, "its JPEG 2000 pixel data are a colour image");
    const opj_image_comp_t& component = image->comps[0];
    if (component.w != static_cast<OPJ_UINT32>(format.columns) ||
        component.h != static_cast<OPJ_UINT32>(format.rows))
        return fail(ErrorCode::PixelDataMismatch, "its JPEG 2000 image has " + std::to_string(component.w) +
                                                      " x " + std::to_string(component.h) + " pixels, not " +
                                                      std::to_string(format.columns) + " x " +
                                                      std::to_string(format.rows));
    if (component.prec > 16)
        return fail(ErrorCode::UnsupportedPixelFormat, "its JPEG 2000 pixels have more than 16 bits");
    if (!opj_decode(codec.get(), stream.get(), image.get()) || !opj_end_decompress(codec.get(), stream.get()))
        return broken("do not decode");
    if (!component.data || component.w != static_cast<OPJ_UINT32>(format.columns) ||
        component.h != static_cast<OPJ_UINT32>(format.rows))
        return broken("do not decode to the image that was promised");
    std::copy_n(component.data, format.pixels(), out.begin());
    if (static_cast<int>(component.prec) > format.bitsStored)
        keepStoredBits(out, format, static_cast<int>(component.prec), component.sgnd != 0);
    return {};
}

} // namespace forameter::dicom
