// SPDX-License-Identifier: Apache-2.0
#include "encoders.hpp"

#include <cmath>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>
#include <openjpeg.h>
#include <random>
#include <stdexcept>

namespace forameter::testing {

namespace {

void append32(std::string& out, std::size_t value) {
    for (int i = 0; i < 4; ++i)
        out += static_cast<char>(value >> 8 * i & 0xff);
}

std::string item(const std::string& bytes) {
    std::string out("\xfe\xff\x00\xe0", 4);
    const std::string padded = bytes.size() % 2 ? bytes + '\0' : bytes;
    append32(out, padded.size());
    return out + padded;
}

} // namespace

TestImage testImage(int rows, int columns, int bits, bool isSigned) {
    TestImage image{rows, columns, isSigned, bits, {}};
    std::mt19937 random(static_cast<unsigned>(rows * 31 + columns + bits));
    const int range = 1 << bits;
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            int value = static_cast<int>((0.5 + 0.45 * std::sin(0.2 * r) * std::cos(0.17 * c)) * range) +
                        static_cast<int>(random() % 9);
            if (isSigned) value -= range / 2;
            image.pixels.push_back(static_cast<std::uint16_t>(value & (range - 1)));
        }
    // The extremes, where signs and masks go wrong.
    image.pixels[0] = static_cast<std::uint16_t>(range - 1);
    image.pixels[1] = 0;
    image.pixels[2] = static_cast<std::uint16_t>(range / 2);
    image.pixels[3] = static_cast<std::uint16_t>(range / 2 - 1);
    return image;
}

std::string encodeRle(const TestImage& image) {
    std::string planes[2];
    for (int plane = 0; plane < 2; ++plane) {
        std::vector<std::uint8_t> bytes;
        for (const std::uint16_t pixel : image.pixels)
            bytes.push_back(static_cast<std::uint8_t>(plane == 0 ? pixel >> 8 : pixel & 0xff));
        std::string& out = planes[plane];
        for (std::size_t i = 0; i < bytes.size();) {
            std::size_t run = 1;
            while (i + run < bytes.size() && run < 128 && bytes[i + run] == bytes[i])
                ++run;
            if (run >= 3) {
                out += static_cast<char>(257 - run);
                out += static_cast<char>(bytes[i]);
            } else {
                run = std::min<std::size_t>(5, bytes.size() - i);
                out += static_cast<char>(run - 1);
                out.append(reinterpret_cast<const char*>(bytes.data()) + i, run);
            }
            i += run;
        }
        if (out.size() % 2) out += '\x80'; // no operation
    }
    std::string header;
    append32(header, 2);
    append32(header, 64);
    append32(header, 64 + planes[0].size());
    header.resize(64, '\0');
    return header + planes[0] + planes[1];
}

std::string encodeJpeg(const TestImage& image, const std::string& transferSyntax) {
    static const bool registered = [] {
        DJEncoderRegistration::registerCodecs();
        DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse); // the stored values as they are
        return true;
    }();
    (void)registered;
    DcmDataset data;
    data.putAndInsertUint16(DCM_SamplesPerPixel, 1);
    data.putAndInsertString(DCM_PhotometricInterpretation, "MONOCHROME2");
    data.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(image.rows));
    data.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(image.columns));
    data.putAndInsertUint16(DCM_BitsAllocated, 16);
    data.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(image.bits));
    data.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(image.bits - 1));
    data.putAndInsertUint16(DCM_PixelRepresentation, image.isSigned ? 1 : 0);
    data.putAndInsertString(DCM_SOPClassUID, UID_MRImageStorage);
    data.putAndInsertString(DCM_SOPInstanceUID, "1.2.3");
    data.putAndInsertUint16Array(DCM_PixelData, image.pixels.data(),
                                 static_cast<unsigned long>(image.pixels.size()));
    const E_TransferSyntax syntax = DcmXfer(transferSyntax.c_str()).getXfer();
    const DJ_RPLossless lossless;
    const DJLSRepresentationParameter near(3, syntax == EXS_JPEGLSLossless);
    const bool ls = syntax == EXS_JPEGLSLossless || syntax == EXS_JPEGLSLossy;
    const DcmRepresentationParameter* parameter =
        ls ? static_cast<const DcmRepresentationParameter*>(&near) : &lossless;
    if (data.chooseRepresentation(syntax, parameter).bad())
        throw std::runtime_error("cannot encode " + transferSyntax);
    DcmElement* element = nullptr;
    data.findAndGetElement(DCM_PixelData, element);
    DcmPixelSequence* sequence = nullptr;
    dynamic_cast<DcmPixelData&>(*element).getEncapsulatedRepresentation(syntax, parameter, sequence);
    std::string bytes;
    for (unsigned long i = 1; i < sequence->card(); ++i) {
        DcmPixelItem* piece = nullptr;
        sequence->getItem(piece, i);
        Uint8* content = nullptr;
        piece->getUint8Array(content);
        bytes.append(reinterpret_cast<const char*>(content), piece->getLength());
    }
    return bytes;
}

std::string encodeJpeg2000(const TestImage& image, bool lossless) {
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.tcp_rates[0] = lossless ? 0.0f : 8.0f;
    parameters.irreversible = lossless ? 0 : 1;
    parameters.numresolution = 4;
    opj_image_cmptparm_t component{};
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(image.columns);
    component.h = static_cast<OPJ_UINT32>(image.rows);
    component.prec = static_cast<OPJ_UINT32>(image.bits);
    component.sgnd = image.isSigned ? 1 : 0;
    opj_image_t* picture = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
    picture->x1 = component.w;
    picture->y1 = component.h;
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        const int value = image.pixels[i];
        picture->comps[0].data[i] =
            image.isSigned && value >= 1 << (image.bits - 1) ? value - (1 << image.bits) : value;
    }
    std::string bytes;
    opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t* stream = opj_stream_create(1 << 16, OPJ_FALSE);
    struct Sink {
        std::string* bytes;
        std::size_t position = 0;
    } sink{&bytes};
    opj_stream_set_user_data(stream, &sink, nullptr);
    opj_stream_set_write_function(stream, [](void* data, OPJ_SIZE_T count, void* user) -> OPJ_SIZE_T {
        auto& to = *static_cast<Sink*>(user);
        if (to.bytes->size() < to.position + count) to.bytes->resize(to.position + count);
        std::copy_n(static_cast<const char*>(data), count,
                    to.bytes->begin() + static_cast<std::ptrdiff_t>(to.position));
        to.position += count;
        return count;
    });
    opj_stream_set_seek_function(stream, [](OPJ_OFF_T to, void* user) -> OPJ_BOOL {
        static_cast<Sink*>(user)->position = static_cast<std::size_t>(to);
        return OPJ_TRUE;
    });
    const bool good = opj_setup_encoder(codec, &parameters, picture) &&
                      opj_start_compress(codec, picture, stream) && opj_encode(codec, stream) &&
                      opj_end_compress(codec, stream);
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(picture);
    if (!good) throw std::runtime_error("cannot encode JPEG 2000");
    return bytes;
}

std::string encapsulated(const std::vector<std::string>& fragments, bool offsetTable, bool delimiter) {
    std::string table, body;
    for (const std::string& fragment : fragments) {
        if (offsetTable) append32(table, body.size());
        body += item(fragment);
    }
    std::string out = item(table) + body;
    if (delimiter) out += std::string("\xfe\xff\xdd\xe0\0\0\0\0", 8);
    return out;
}

} // namespace forameter::testing
