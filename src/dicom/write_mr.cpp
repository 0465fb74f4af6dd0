// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/write_mr.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <mutex>

#include "dcmtk_log.hpp"
#include "forameter/core/files.hpp"

namespace forameter::dicom {

namespace {

// Of this writer; a UUID's number, as DICOM PS3.5 B.2 has it.
constexpr const char* kImplementationClass = "2.25.213907464285127034616541867190224318177";
constexpr const char* kImplementationName = "FORAMETER_1";

/// A decimal string of at most 16 characters, as exact as fits.
std::string decimal(double value) {
    char text[40];
    if (value == 0.0 || std::abs(value) < 1e-10)
        value = 0.0; // "-0" and exponents of rounding noise help nobody
    for (int digits = 12; digits > 0; --digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, value);
        if (std::char_traits<char>::length(text) <= 16) break;
    }
    return text;
}

std::string decimals(std::initializer_list<double> values) {
    std::string text;
    for (const double value : values)
        text += (text.empty() ? "" : "\\") + decimal(value);
    return text;
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values)
        text += (text.empty() ? "" : "\\") + value;
    return text;
}

/// Collects attributes and remembers the first that DCMTK refuses.
class Attributes {
public:
    explicit Attributes(DcmItem& item) : m_item(item) {}

    void text(const DcmTagKey& key, const std::string& value) {
        keep(key, m_item.putAndInsertString(key, value.c_str()));
    }
    void textIfAny(const DcmTagKey& key, const std::string& value) {
        if (!value.empty()) text(key, value);
    }
    void number(const DcmTagKey& key, double value) { text(key, decimal(value)); }
    void word(const DcmTagKey& key, int value) {
        keep(key, m_item.putAndInsertUint16(key, static_cast<Uint16>(value)));
    }
    void keep(const DcmTagKey& key, const OFCondition& done) {
        if (done.bad() && m_error.empty())
            m_error = std::string(DcmTag(key).getTagName()) + " could not be set (" + done.text() + ")";
    }
    [[nodiscard]] const std::string& error() const { return m_error; }

private:
    DcmItem& m_item;
    std::string m_error;
};

std::string ageString(double years) {
    char text[8];
    std::snprintf(text, sizeof text, "%03dY", std::clamp(static_cast<int>(years), 0, 999));
    return text;
}

void addStudy(Attributes& a, const MrStudyHeader& study) {
    a.text(DCM_StudyInstanceUID, study.uid.text());
    a.text(DCM_StudyDate, study.date);
    a.text(DCM_StudyTime, study.time);
    a.text(DCM_StudyID, study.id);
    a.text(DCM_AccessionNumber, "");
    a.text(DCM_ReferringPhysicianName, "");
    a.textIfAny(DCM_StudyDescription, study.description);
    a.text(DCM_PatientName, study.patientName);
    a.text(DCM_PatientID, study.patientId);
    a.text(DCM_PatientBirthDate, "");
    a.text(DCM_PatientSex, study.sex);
    if (study.age) a.text(DCM_PatientAge, ageString(*study.age));
    if (study.height) a.number(DCM_PatientSize, *study.height / 100.0);
    if (study.weight) a.number(DCM_PatientWeight, *study.weight);
    if (study.phantom) a.text(DCM_QualityControlSubject, "YES");
    if (!study.deidentification.empty()) {
        a.text(DCM_PatientIdentityRemoved, "YES");
        a.text(DCM_DeidentificationMethod, study.deidentification);
    }
    a.text(DCM_Manufacturer, study.manufacturer);
    a.textIfAny(DCM_ManufacturerModelName, study.model);
    a.textIfAny(DCM_SoftwareVersions, study.software);
    a.number(DCM_MagneticFieldStrength, study.tesla);
    a.text(DCM_FrameOfReferenceUID, study.frameOfReference.text());
    a.text(DCM_PositionReferenceIndicator, "");
    a.textIfAny(DCM_ImageComments, study.comments);
}

void addSeries(Attributes& a, const MrSeriesHeader& series, double tesla) {
    a.text(DCM_Modality, "MR");
    a.text(DCM_SeriesInstanceUID, series.uid.text());
    a.text(DCM_SeriesNumber, std::to_string(series.number));
    a.textIfAny(DCM_SeriesDescription, series.description);
    a.textIfAny(DCM_ProtocolName, series.protocol);
    a.textIfAny(DCM_SequenceName, series.sequenceName);
    a.textIfAny(DCM_ReceiveCoilName, series.coil);
    a.text(DCM_BodyPartExamined, "LSPINE");
    a.text(DCM_PatientPosition, "HFS");
    a.text(DCM_ImageType, joined(series.imageType));
    a.text(DCM_ScanningSequence, joined(series.scanningSequence));
    a.text(DCM_SequenceVariant, joined(series.sequenceVariant));
    a.text(DCM_ScanOptions, joined(series.scanOptions));
    a.text(DCM_MRAcquisitionType, "2D");
    a.text(DCM_AngioFlag, "N");
    a.number(DCM_RepetitionTime, series.repetitionTime);
    a.number(DCM_EchoTime, series.echoTime);
    if (series.inversionTime) a.number(DCM_InversionTime, *series.inversionTime);
    a.text(DCM_EchoNumbers, "1");
    a.text(DCM_EchoTrainLength, std::to_string(series.echoTrainLength));
    a.number(DCM_FlipAngle, series.flipAngle);
    a.number(DCM_NumberOfAverages, series.averages);
    a.number(DCM_PixelBandwidth, series.bandwidth);
    a.number(DCM_ImagingFrequency, 42.577478 * tesla);
    a.text(DCM_ImagedNucleus, "1H");
    a.number(DCM_SliceThickness, series.sliceThickness);
    a.number(DCM_SpacingBetweenSlices, series.sliceSpacing);
    a.text(DCM_NumberOfPhaseEncodingSteps, std::to_string(series.phaseSteps));
    a.number(DCM_PercentSampling, std::min(100.0, 100.0 * series.phaseSteps / series.frequencySteps));
    a.number(DCM_PercentPhaseFieldOfView, 100.0);
    a.text(DCM_InPlanePhaseEncodingDirection, series.phaseAlongRows ? "ROW" : "COL");
}

void addImage(Attributes& a, DcmItem& item, const MrSeriesHeader& series, const MrImageHeader& image,
              GridView<const std::uint16_t> pixels) {
    const auto& plane = image.plane;
    const auto o = plane.origin();
    const auto r = plane.rowDirection(), c = plane.columnDirection();
    a.text(DCM_SOPClassUID, UID_MRImageStorage);
    a.text(DCM_SOPInstanceUID, image.uid.text());
    a.text(DCM_InstanceNumber, std::to_string(image.number));
    a.text(DCM_AcquisitionNumber, std::to_string(image.acquisition));
    a.text(DCM_ImagePositionPatient, decimals({o.x, o.y, o.z}));
    a.text(DCM_ImageOrientationPatient, decimals({r.x, r.y, r.z, c.x, c.y, c.z}));
    a.number(DCM_SliceLocation, dot(o, plane.normal()));
    a.word(DCM_SamplesPerPixel, 1);
    a.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    a.word(DCM_Rows, plane.rows());
    a.word(DCM_Columns, plane.columns());
    a.text(DCM_PixelSpacing, decimals({plane.rowSpacing(), plane.columnSpacing()}));
    a.word(DCM_BitsAllocated, 16);
    a.word(DCM_BitsStored, 12);
    a.word(DCM_HighBit, 11);
    a.word(DCM_PixelRepresentation, 0);
    a.number(DCM_WindowCenter, image.windowCenter);
    a.number(DCM_WindowWidth, image.windowWidth);
    const auto frequency = static_cast<Uint16>(series.frequencySteps),
               phase = static_cast<Uint16>(series.phaseSteps);
    // Frequency rows and columns, phase rows and columns: the pair that does not apply is zero.
    const Uint16 alongColumns[4] = {0, frequency, phase, 0}, alongRows[4] = {frequency, 0, 0, phase};
    a.keep(DCM_AcquisitionMatrix,
           item.putAndInsertUint16Array(DCM_AcquisitionMatrix,
                                        series.phaseAlongRows ? alongRows : alongColumns, 4));
    a.keep(DCM_PixelData, item.putAndInsertUint16Array(DCM_PixelData, pixels.data().data(),
                                                       static_cast<unsigned long>(pixels.data().size())));
}

void addMeta(Attributes& a, DcmItem& meta, const SopUid& sop, const char* transferSyntax) {
    const Uint8 version[2] = {0, 1};
    a.keep(DCM_FileMetaInformationVersion,
           meta.putAndInsertUint8Array(DCM_FileMetaInformationVersion, version, 2));
    a.text(DCM_MediaStorageSOPClassUID, UID_MRImageStorage);
    a.text(DCM_MediaStorageSOPInstanceUID, sop.text());
    a.text(DCM_TransferSyntaxUID, transferSyntax);
    a.text(DCM_ImplementationClassUID, kImplementationClass);
    a.text(DCM_ImplementationVersionName, kImplementationName);
    Uint32 length = 0; // of everything that follows it
    for (unsigned long i = 0; i < meta.card(); ++i)
        length += meta.getElement(i)->calcElementLength(EXS_LittleEndianExplicit, EET_ExplicitLength);
    a.keep(DCM_FileMetaInformationGroupLength,
           meta.putAndInsertUint32(DCM_FileMetaInformationGroupLength, length));
}

/// The most characters of a value (DICOM PS3.5 table 6.2-1); 0 where there is no such limit.
std::size_t mostCharacters(DcmEVR vr) {
    switch (vr) {
    case EVR_CS:
    case EVR_SH:
    case EVR_DS:
        return 16;
    case EVR_LO:
    case EVR_PN:
    case EVR_UI:
        return 64;
    case EVR_DA:
        return 8;
    case EVR_LT:
        return 10240;
    default:
        return 0;
    }
}

/// Says which attribute, if any, holds a value that is too long. Values are UTF-8.
std::string tooLong(DcmItem& item) {
    for (unsigned long i = 0; i < item.card(); ++i) {
        DcmElement* element = item.getElement(i);
        const std::size_t most = mostCharacters(element->getVR());
        for (unsigned long v = 0; most > 0 && v < element->getVM(); ++v) {
            OFString value;
            if (element->getOFString(value, v).bad()) continue;
            const auto characters =
                std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xc0) != 0x80; });
            if (static_cast<std::size_t>(characters) > most)
                return std::string(DcmTag(element->getTag()).getTagName()) + " cannot hold \"" + value + "\"";
        }
    }
    return {};
}

void registerEncoder() {
    static std::once_flag once;
    std::call_once(once, [] {
        silenceDcmtk();
        DJLSEncoderRegistration::registerCodecs();
    });
}

/// The toolkit leaves the byte that makes a codestream's length even as it finds it in memory.
OFCondition zeroPadding(DcmDataset& data) {
    DcmElement* element = nullptr;
    OFCondition done = data.findAndGetElement(DCM_PixelData, element);
    if (done.bad()) return done;
    auto* pixelData = static_cast<DcmPixelData*>(element);
    E_TransferSyntax syntax = EXS_Unknown;
    const DcmRepresentationParameter* parameter = nullptr;
    pixelData->getCurrentRepresentationKey(syntax, parameter);
    DcmPixelSequence* sequence = nullptr;
    done = pixelData->getEncapsulatedRepresentation(syntax, parameter, sequence);
    for (unsigned long i = 1; done.good() && i < sequence->card(); ++i) {
        DcmPixelItem* item = nullptr;
        Uint8* bytes = nullptr;
        done = sequence->getItem(item, i);
        if (done.good()) done = item->getUint8Array(bytes);
        if (done.bad()) return done;
        const std::size_t length = item->getLength();
        const bool padded =
            length >= 3 && bytes[length - 3] == 0xff && bytes[length - 2] == 0xd9; // behind the end of image
        if (padded) bytes[length - 1] = 0;
    }
    return done;
}

} // namespace

Result<> writeMr(const std::filesystem::path& path, const MrStudyHeader& study, const MrSeriesHeader& series,
                 const MrImageHeader& image, GridView<const std::uint16_t> pixels, MrEncoding encoding) {
    const auto failed = [&](ErrorCode code, const std::string& why) {
        return fail(code, path.string() + " could not be written: " + why + ".");
    };
    if (pixels.columns() != image.plane.columns() || pixels.rows() != image.plane.rows())
        return failed(ErrorCode::InvalidArgument, "its pixels do not fit its plane");
    if (pixels.columns() > 65535 || pixels.rows() > 65535)
        return failed(ErrorCode::InvalidArgument, "it has more than 65535 rows or columns");
    if (std::ranges::any_of(pixels.data(), [](std::uint16_t value) { return value > 4095; }))
        return failed(ErrorCode::InvalidArgument, "a pixel needs more than 12 bits");

    if (series.imageType.size() < 3)
        return failed(ErrorCode::InvalidArgument, "an MR image's type has three values or more");

    silenceDcmtk();
    const bool compress = encoding == MrEncoding::JpegLsLossless;
    const E_TransferSyntax syntax = compress ? EXS_JPEGLSLossless : EXS_LittleEndianExplicit;
    DcmFileFormat file;
    DcmDataset& data = *file.getDataset();
    Attributes attributes(data);
    attributes.text(DCM_SpecificCharacterSet, "ISO_IR 192");
    addStudy(attributes, study);
    addSeries(attributes, series, study.tesla);
    addImage(attributes, data, series, image, pixels);
    Attributes meta(*file.getMetaInfo());
    addMeta(meta, *file.getMetaInfo(), image.uid, DcmXfer(syntax).getXferID());
    for (const auto& error : {attributes.error(), meta.error(), tooLong(data)})
        if (!error.empty()) return failed(ErrorCode::InvalidArgument, error);

    if (compress) {
        registerEncoder();
        const DJLSRepresentationParameter lossless(0, OFTrue);
        OFCondition done = data.chooseRepresentation(syntax, &lossless);
        if (done.good()) done = zeroPadding(data);
        if (done.bad())
            return failed(ErrorCode::Other,
                          std::string("its pixels could not be compressed (") + done.text() + ")");
    }
    if (const auto made = makeFolders(path.parent_path()); !made) return made;
    // The file's head is ours, not the toolkit's: its version must not show in the bytes.
    const OFCondition done = file.saveFile(path.c_str(), syntax, EET_ExplicitLength, EGL_recalcGL,
                                           EPD_withoutPadding, 0, 0, EWM_dontUpdateMeta);
    if (done.bad()) return failed(ErrorCode::StorageFailed, done.text());
    return {};
}

} // namespace forameter::dicom
