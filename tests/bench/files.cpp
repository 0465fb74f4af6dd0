// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include "bench.hpp"

namespace bench {
namespace {

/// Smooth structures under noise that differs from slice to slice: what entropy coders meet in practice.
std::vector<std::uint16_t> pixels(int size, int slice) {
    std::vector<std::uint16_t> values(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    std::uint32_t state = 2463534242u + static_cast<std::uint32_t>(slice) * 7919u;
    std::size_t i = 0;
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x, ++i) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            const double u = x / double(size) - 0.5, v = y / double(size) - 0.5;
            const double body = u * u + v * v < 0.2 ? 600.0 : 20.0;
            const double texture = 250.0 * std::sin(25.0 * u + 0.3 * slice) * std::cos(18.0 * v);
            const double noise = static_cast<double>(state % 33u) - 16.0;
            values[i] =
                static_cast<std::uint16_t>(std::max(0.0, body + (body > 100 ? texture : 0.0) + noise));
        }
    return values;
}

void registerEncoders() {
    static const bool once = [] {
        DcmRLEEncoderRegistration::registerCodecs();
        DJEncoderRegistration::registerCodecs();
        DJLSEncoderRegistration::registerCodecs();
        return true;
    }();
    (void)once;
}

bool save(DcmFileFormat& file, const std::filesystem::path& path, Syntax syntax) {
    E_TransferSyntax target = EXS_LittleEndianExplicit;
    switch (syntax) {
    case Syntax::Rle:
        target = EXS_RLELossless;
        break;
    case Syntax::JpegLossless:
        target = EXS_JPEGProcess14SV1;
        break;
    case Syntax::JpegLs:
        target = EXS_JPEGLSLossless;
        break;
    default:
        break;
    }
    DcmDataset* data = file.getDataset();
    if (target != EXS_LittleEndianExplicit) {
        const DcmRLERepresentationParameter rle;
        const DJ_RPLossless jpeg(1, 0);
        const DJLSRepresentationParameter jpegLs(0, OFTrue);
        const DcmRepresentationParameter* parameter =
            target == EXS_RLELossless      ? static_cast<const DcmRepresentationParameter*>(&rle)
            : target == EXS_JPEGLSLossless ? &jpegLs
                                           : static_cast<const DcmRepresentationParameter*>(&jpeg);
        if (data->chooseRepresentation(target, parameter).bad() || !data->canWriteXfer(target)) return false;
    }
    return file.saveFile(path.c_str(), target).good();
}
} // namespace

std::string name(Syntax syntax) {
    switch (syntax) {
    case Syntax::Explicit:
        return "uncompressed";
    case Syntax::Rle:
        return "RLE";
    case Syntax::JpegLossless:
        return "JPEG lossless";
    case Syntax::JpegLs:
        return "JPEG-LS";
    case Syntax::Jpeg2000:
        return "JPEG 2000";
    }
    return "";
}

bool writeSeries(const std::filesystem::path& folder, const SeriesSpec& spec, Syntax syntax) {
    const auto gdcmconv = findProgram("gdcmconv");
    if (syntax == Syntax::Jpeg2000 && !gdcmconv) return false;
    registerEncoders();
    std::filesystem::create_directories(folder);
    for (int i = 0; i < spec.files; ++i) {
        DcmFileFormat file;
        DcmDataset* d = file.getDataset();
        const auto put = [&](const DcmTagKey& tag, const std::string& value) {
            d->putAndInsertString(tag, value.c_str());
        };
        const auto number = [](double value) {
            char text[17];
            std::snprintf(text, sizeof text, "%.10g", value);
            return std::string(text);
        };
        put(DCM_SOPClassUID, UID_MRImageStorage);
        put(DCM_SOPInstanceUID, spec.seriesUid + "." + std::to_string(i + 1));
        put(DCM_StudyInstanceUID, spec.studyUid);
        put(DCM_SeriesInstanceUID, spec.seriesUid);
        put(DCM_FrameOfReferenceUID, spec.studyUid + ".99");
        put(DCM_Modality, "MR");
        put(DCM_PatientID, "BENCH");
        put(DCM_PatientName, "Bench");
        put(DCM_StudyDate, "20260131");
        put(DCM_Manufacturer, "Forameter bench");
        put(DCM_SeriesNumber, std::to_string(spec.number));
        put(DCM_SeriesDescription, spec.description);
        put(DCM_InstanceNumber, std::to_string(i + 1));
        put(DCM_ImageType, "ORIGINAL\\PRIMARY\\M");
        put(DCM_EchoTime, number(spec.echoTime));
        put(DCM_RepetitionTime, number(spec.repetitionTime));
        put(DCM_MagneticFieldStrength, "1.5");
        put(DCM_SliceThickness, "4");
        put(DCM_SpacingBetweenSlices, "4.4");
        put(DCM_PixelSpacing, number(spec.spacing) + "\\" + number(spec.spacing));
        const double half = spec.size * spec.spacing / 2.0, step = 4.4 * (i - spec.files / 2.0);
        put(DCM_ImageOrientationPatient, spec.axial ? "1\\0\\0\\0\\1\\0" : "0\\1\\0\\0\\0\\-1");
        put(DCM_ImagePositionPatient, spec.axial ? number(-half) + "\\" + number(-half) + "\\" + number(-step)
                                                 : number(step) + "\\" + number(-half) + "\\" + number(half));
        d->putAndInsertUint16(DCM_Rows, static_cast<Uint16>(spec.size));
        d->putAndInsertUint16(DCM_Columns, static_cast<Uint16>(spec.size));
        d->putAndInsertUint16(DCM_SamplesPerPixel, 1);
        put(DCM_PhotometricInterpretation, "MONOCHROME2");
        d->putAndInsertUint16(DCM_BitsAllocated, 16);
        d->putAndInsertUint16(DCM_BitsStored, 12);
        d->putAndInsertUint16(DCM_HighBit, 11);
        d->putAndInsertUint16(DCM_PixelRepresentation, 0);
        const std::vector<std::uint16_t> values = pixels(spec.size, i);
        d->putAndInsertUint16Array(DCM_PixelData, values.data(), values.size());
        char leaf[32];
        std::snprintf(leaf, sizeof leaf, "%05d.dcm", i + 1);
        const std::filesystem::path path = folder / leaf;
        if (!save(file, path, syntax)) return false;
        if (syntax == Syntax::Jpeg2000) {
            const std::string packed = (folder / "packed").string();
            if (runProgram({*gdcmconv, "--j2k", path.string(), packed}) != 0) return false;
            std::filesystem::rename(packed, path);
        }
    }
    return true;
}

} // namespace bench
