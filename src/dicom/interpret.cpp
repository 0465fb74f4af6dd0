// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>

#include "codestream_start.hpp"
#include "file_record.hpp"
#include "find_kind.hpp"
#include "find_weighting.hpp"
#include "frame_values.hpp"
#include "pixel_layout.hpp"
#include "text.hpp"

namespace forameter::dicom {

namespace {

using enum Field;

std::vector<std::string> list(std::string_view text) {
    std::vector<std::string> values;
    for (const std::string_view value : splitValues(text))
        values.emplace_back(value);
    return values;
}

Result<std::string> uid(const Values& values, Field field, const char* what) {
    const std::string_view text = values.text(field);
    if (isUid(text)) return std::string(text);
    if (text.empty()) return fail(ErrorCode::BadUid, std::string("it has no ") + what);
    return fail(ErrorCode::BadUid,
                std::string("its ") + what + " \"" + printable(text.substr(0, 80)) + "\" is not valid");
}

/// Objects that are something else than an MR image say so by their modality, or by their class. That is
/// wrong in many readable files, so beside a modality of MR only classes count that nothing acquired is
/// stored in.
Result<> checkKind(const FileStructure& file) {
    const std::string_view modality = file.values.text(Modality);
    const bool image = file.pixelData.tag != 0 || file.unsupportedPixels || file.values.has(Rows);
    if (!modality.empty() && upperCase(modality) != "MR")
        return fail(ErrorCode::NotAnMrImage,
                    "it is no MR image: its modality is " + printable(modality.substr(0, 16)));
    if (!image) return fail(ErrorCode::NotAnMrImage, "it holds no image");
    constexpr std::string_view storage = "1.2.840.10008.5.1.4.1.1.";
    const std::string_view sopClass = file.values.text(SopClass);
    if (!sopClass.starts_with(storage)) return {};
    const std::string_view kind = sopClass.substr(storage.size());
    const auto isOf = [&](std::string_view group) {
        return kind == group || (kind.starts_with(group) && kind[group.size()] == '.');
    };
    // Spectroscopy; parametric maps; raw data, registrations and segmentations; what radiotherapy plans with.
    const bool notAcquired = kind == "4.2" || isOf("30") || isOf("66") || isOf("481");
    if (notAcquired || (modality.empty() && !isOf("4") && !isOf("7")))
        return fail(ErrorCode::NotAnMrImage, "it is no MR image: its SOP class is " + std::string(sopClass));
    return {};
}

/// A number in brackets that says nothing (Siemens writes 0 into fields it does not use).
std::optional<double> positive(std::string_view text) {
    const auto value = number(splitValues(text).front());
    return value && *value > 0 ? value : std::nullopt;
}

bool nearlyEqual(const std::array<double, 2>& a, const std::array<double, 2>& b) {
    return std::abs(a[0] - b[0]) <= 1e-3 * std::abs(a[0]) && std::abs(a[1] - b[1]) <= 1e-3 * std::abs(a[1]);
}

bool isSpacing(const std::array<double, 2>& s) {
    return geometry::isPixelSpacing(s[0]) && geometry::isPixelSpacing(s[1]);
}

bool isOrthonormal(const std::array<double, 6>& o) {
    const geometry::PatientVector row{o[0], o[1], o[2]}, column{o[3], o[4], o[5]};
    return std::abs(length(row) - 1) <= 1e-3 && std::abs(length(column) - 1) <= 1e-3 &&
           std::abs(dot(row, column)) <= 1e-3;
}

/// The value that counts, and whether another place of the file (a second item, the shared functional groups,
/// the data set outside them) says something else.
template <std::size_t N, class Valid, class Equal>
std::optional<std::array<double, N>> geometryOf(const FrameValues& values, Field field, Warnings& warnings,
                                                StackWarning missing, StackWarning bad, Valid valid,
                                                Equal equal) {
    const std::string_view text = values.text(field);
    if (text.empty()) {
        warnings.add(missing);
        return std::nullopt;
    }
    const auto result = numbers<N>(text);
    if (!result || !valid(*result)) {
        warnings.add(bad);
        return std::nullopt;
    }
    for (const std::string_view said : values.statements(field)) {
        if (said.empty() || said == text) continue;
        const auto other = numbers<N>(said);
        if (!other || !equal(*result, *other)) warnings.add(StackWarning::ConflictingGeometry);
    }
    return result;
}

/// Whether frames share a position, but are said to lie at several places of their stack: of which of them it
/// is, nobody can tell.
bool sharesOnePlaceForMany(const FileStructure& file) {
    if (!file.shared.has(ImagePosition)) return false;
    const Values* first = nullptr;
    return std::ranges::any_of(file.perFrame, [&](const Values& own) {
        if (own.has(ImagePosition)) return false;
        if (!first) first = &own;
        return own.text(InStackPosition) != first->text(InStackPosition) ||
               own.text(StackId) != first->text(StackId);
    });
}

/// Whether other attributes that scanned films and converters have tell another size or shape of the pixels.
bool isContradicted(const std::array<double, 2>& spacing, const Values& values) {
    for (const Field field : {ImagerPixelSpacing, NominalPixelSpacing})
        if (const auto other = numbers<2>(values.text(field)); other && !nearlyEqual(spacing, *other))
            return true;
    const auto ratio = numbers<2>(values.text(PixelAspectRatio)); // whole numbers: nearly is enough
    return ratio && (*ratio)[0] > 0 && (*ratio)[1] > 0 &&
           std::abs(spacing[0] * (*ratio)[1] / (spacing[1] * (*ratio)[0]) - 1) > 0.02;
}

/// `ambiguous`: a position that is not the frame's own may be another's.
void readGeometry(const FrameValues& values, bool ambiguous, FrameRecord& frame) {
    const auto within = [](double tolerance) {
        return [tolerance](const auto& a, const auto& b) {
            return std::equal(a.begin(), a.end(), b.begin(),
                              [&](double x, double y) { return std::abs(x - y) <= tolerance; });
        };
    };
    Warnings& w = frame.warnings;
    frame.spacing = geometryOf<2>(values, PixelSpacing, w, StackWarning::NoSpacing, StackWarning::BadSpacing,
                                  isSpacing, nearlyEqual);
    frame.orientation = geometryOf<6>(values, ImageOrientation, w, StackWarning::NoOrientation,
                                      StackWarning::BadOrientation, isOrthonormal, within(1e-3));
    frame.position = geometryOf<3>(
        values, ImagePosition, w, StackWarning::NoPosition, StackWarning::BadPosition,
        [](const auto& p) {
            return std::all_of(p.begin(), p.end(), [](double x) { return std::abs(x) < 1e5; });
        },
        within(0.01));
    const std::vector<Values>& own = values.file().perFrame;
    const bool shared = values.frame() >= own.size() || !own[values.frame()].has(ImagePosition);
    if (frame.position && ambiguous && shared) w.add(StackWarning::ConflictingGeometry);
    if (frame.spacing && isContradicted(*frame.spacing, values.file().values))
        w.add(StackWarning::ConflictingGeometry);
    frame.thickness = positive(values.text(SliceThickness));
}

SequenceFacts sequenceFacts(const FileStructure& file) {
    const Values& v = file.values;
    SequenceFacts facts;
    facts.scanning = list(v.text(ScanningSequence));
    facts.variant = list(v.text(SequenceVariant));
    facts.options = list(v.text(ScanOptions));
    const std::string_view charset = v.text(CharacterSet);
    facts.description = toUtf8(v.text(SeriesDescription), charset);
    facts.protocol = toUtf8(v.text(ProtocolName), charset);
    facts.sequenceName =
        toUtf8(v.has(SequenceName) ? v.text(SequenceName) : v.text(PulseSequenceName), charset);
    const std::string_view echo = v.text(EchoPulseSequence);
    if (facts.scanning.size() == 1 && facts.scanning.front().empty()) {
        if (echo == "SPIN" || echo == "BOTH") facts.scanning.push_back("SE");
        if (echo == "GRADIENT" || echo == "BOTH") facts.scanning.push_back("GR");
        if (v.text(EchoPlanar) == "YES") facts.scanning.push_back("EP");
    }
    facts.acquisition.fieldStrength = positive(v.text(FieldStrength));
    if (facts.acquisition.fieldStrength > 1000)
        *facts.acquisition.fieldStrength /= 10'000; // written in gauss
    return facts;
}

void readAcquisition(const FrameValues& values, SequenceFacts& facts, FrameRecord& frame) {
    Acquisition& a = facts.acquisition;
    a.echoTime = positive(values.text(EchoTime));
    a.repetitionTime = positive(values.text(RepetitionTime));
    a.inversionTime = positive(values.text(InversionTime));
    a.flipAngle = positive(values.text(FlipAngle));
    a.echoTrainLength = integer(values.text(EchoTrainLength));
    facts.imageType = list(values.text(ImageType));
    facts.contrast = values.text(Contrast);
    facts.fatSuppression = values.text(FatSuppression);
    facts.inversion = values.text(InversionRecovery) == "YES";
    frame.acquisition = a;
    const std::string_view component = values.text(ComplexComponent);
    frame.imageType = printable(values.text(ImageType));
    if (!component.empty() && component != "MAGNITUDE") frame.imageType += "\\" + printable(component);
    frame.stackId = printable(values.text(StackId));
    frame.temporal = integer(values.text(TemporalPosition));
    frame.acquisitionNumber = integer(values.text(AcquisitionNumber));
    if (std::find(facts.imageType.begin(), facts.imageType.end(), "MOSAIC") != facts.imageType.end())
        frame.warnings.add(StackWarning::Mosaic);
    if (frame.imageType.find("SCREEN SAVE") != std::string::npos)
        frame.warnings.add(StackWarning::SecondaryCapture);
    const std::string_view sopClass = values.file().values.text(SopClass);
    const bool enhanced =
        sopClass == "1.2.840.10008.5.1.4.1.1.4.1" || sopClass == "1.2.840.10008.5.1.4.1.1.4.3";
    const auto kind =
        findKind({facts.imageType, component, values.text(VolumeTechnique), enhanced, facts.description});
    if (kind) frame.warnings.add(*kind);
    if (isLocalizer(facts.imageType, facts.description)) frame.warnings.add(StackWarning::Localizer);
    if (kind == StackWarning::ComputedValues) return; // whatever the timing says of what it was made from
    const auto contrast = findContrast(facts);
    frame.weighting = contrast.weighting;
    frame.contrastByText = contrast.byText;
    if (contrast.suppressed) frame.warnings.add(StackWarning::SuppressedSignal);
}

void readTexts(const FileStructure& file, FileRecord& record) {
    const Values& v = file.values;
    const auto text = [&](Field field) { return toUtf8(v.text(field).substr(0, 256), v.text(CharacterSet)); };
    record.patient.id = text(PatientId);
    record.patient.name = text(PatientName);
    record.patient.birthDate = isoDate(v.text(BirthDate));
    record.studyDate = isoDate(v.text(StudyDate));
    record.studyDescription = text(StudyDescription);
    record.seriesDescription = text(SeriesDescription);
    record.modality = upperCase(text(Modality)); // "mr" is seen
    const std::string_view sex = v.text(Sex);
    if (sex == "M" || sex == "F" || sex == "O") record.patient.sex = sex;
    record.age = ageInYears(v.text(Age));
    if (!record.age) record.age = yearsBetween(record.patient.birthDate, record.studyDate);
    record.scanner = text(Manufacturer);
    if (const std::string model = text(Model); !model.empty())
        record.scanner += (record.scanner.empty() ? "" : " ") + model;
    record.seriesNumber = integer(v.text(SeriesNumber));
    record.instanceNumber = integer(v.text(InstanceNumber));
}

/// The codestream of the first frame stands for all.
bool startsLossy(const PixelLayout& layout, ByteReader& bytes) {
    if (layout.fragments.empty()) return false;
    const Fragment& first = layout.fragments.front();
    const std::size_t count = std::min<std::size_t>(first.length, 4096);
    const std::uint8_t* start = bytes.at(first.offset, count);
    return start && saysLossy({start, count}, layout.syntax.codec);
}

Result<> readIdentity(const FileStructure& file, FileRecord& record) {
    const Values& v = file.values;
    auto study = uid(v, StudyUid, "study instance UID"), series = uid(v, SeriesUid, "series instance UID");
    auto sop = uid(v, v.has(SopInstance) ? SopInstance : MediaSopInstance, "SOP instance UID");
    for (const auto* id : {&study, &series, &sop})
        if (!*id) return tl::unexpected(id->error());
    record.study = std::move(*study);
    record.series = std::move(*series);
    record.sop = std::move(*sop);
    // A frame of reference that cannot be one is as good as none.
    if (const std::string_view frame = v.text(FrameOfReference); isUid(frame))
        record.frameOfReference = frame;
    return {};
}

} // namespace

std::vector<StackWarning> Warnings::list() const {
    std::vector<StackWarning> all;
    for (std::uint32_t bits = m_bits; bits != 0; bits &= bits - 1)
        all.push_back(static_cast<StackWarning>(std::countr_zero(bits)));
    return all;
}

std::string_view FrameValues::text(Field field) const {
    if (m_frame < m_file->perFrame.size() && m_file->perFrame[m_frame].has(field))
        return m_file->perFrame[m_frame].text(field);
    if (m_file->shared.has(field)) return m_file->shared.text(field);
    return holdsOutside(field) ? m_file->values.text(field) : std::string_view{};
}

bool FrameValues::holdsOutside(Field field) const {
    return field != ImagePosition || m_frame == 0;
}

std::vector<std::string_view> FrameValues::statements(Field field) const {
    std::vector<std::string_view> all;
    const auto add = [&](const Values& values) {
        if (values.has(field)) all.push_back(values.text(field));
        for (const std::string_view other : values.others(field))
            all.push_back(other);
    };
    if (m_frame < m_file->perFrame.size()) add(m_file->perFrame[m_frame]);
    add(m_file->shared);
    if (holdsOutside(field)) add(m_file->values);
    return all;
}

Result<Rescale> FrameValues::rescale() const {
    Rescale result;
    const std::string_view slope = text(RescaleSlope), intercept = text(RescaleIntercept);
    if (!slope.empty()) {
        const auto value = number(slope);
        if (!value || *value == 0 || std::abs(*value) > 1e9 || std::abs(*value) < 1e-12)
            return fail(ErrorCode::BadRescale,
                        "its rescale slope \"" + printable(slope.substr(0, 40)) + "\" is not usable");
        result.slope = *value;
    }
    if (!intercept.empty()) {
        const auto value = number(intercept);
        if (!value || std::abs(*value) > 1e12)
            return fail(ErrorCode::BadRescale,
                        "its rescale intercept \"" + printable(intercept.substr(0, 40)) + "\" is not usable");
        result.intercept = *value;
    }
    return result;
}

Result<FileRecord> interpret(const FileStructure& file, ByteReader& bytes) {
    FileRecord record;
    if (!file.referencedFiles.empty() || file.values.text(MediaSopClass) == "1.2.840.10008.1.3.10") {
        record.references = file.referencedFiles;
        if (record.references.empty())
            return fail(ErrorCode::NotAnMrImage, "it is a DICOMDIR that names no files");
        return record;
    }
    if (const auto kind = checkKind(file); !kind) return tl::unexpected(kind.error());
    if (const auto identity = readIdentity(file, record); !identity) return tl::unexpected(identity.error());
    for (const Field field : {PixelSpacing, ImageOrientation, ImagePosition})
        if (file.values.repeated(field))
            return fail(ErrorCode::ConflictingGeometry,
                        "it states its spacing, orientation or position twice");
    const auto layout = pixelLayout(file, bytes);
    if (!layout) return tl::unexpected(layout.error());
    const PixelFormat& format = layout->format;
    if (file.tooManyFrames) return fail(ErrorCode::PixelDataMismatch, "it describes more frames than it has");
    record.rows = format.rows;
    record.columns = format.columns;
    record.lowIsWhite = format.lowIsWhite;
    readTexts(file, record);

    Warnings common;
    if (record.modality.empty()) common.add(StackWarning::NoModality);
    if (record.frameOfReference.empty()) common.add(StackWarning::NoFrameOfReference);
    const std::string_view sopClass = file.values.text(SopClass);
    if (sopClass == "1.2.840.10008.5.1.4.1.1.7" || sopClass.starts_with("1.2.840.10008.5.1.4.1.1.7."))
        common.add(StackWarning::SecondaryCapture);
    if (layout->syntax.lossy || file.values.text(LossyCompression) == "01" || startsLossy(*layout, bytes))
        common.add(StackWarning::LossyCompression);
    if (layout->unterminated)
        record.notes.push_back({ErrorCode::Truncated, "lacks the delimiter at the end of its pixel data"});

    SequenceFacts facts = sequenceFacts(file);
    const bool ambiguous = sharesOnePlaceForMany(file);
    record.frames.resize(static_cast<std::size_t>(format.frames));
    for (std::size_t i = 0; i < record.frames.size(); ++i) {
        FrameRecord& frame = record.frames[i];
        const FrameValues values(file, i);
        frame.warnings = common;
        if (const auto rescale = values.rescale(); !rescale) return tl::unexpected(rescale.error());
        readGeometry(values, ambiguous, frame);
        readAcquisition(values, facts, frame);
    }
    return record;
}

} // namespace forameter::dicom
