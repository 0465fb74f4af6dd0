// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_reader.hpp"
#include "elements.hpp"

#include "forameter/core/result.hpp"

namespace forameter::dicom {

/// The attributes that Forameter reads.
enum class Field : std::uint8_t {
    Syntax,
    MediaSopClass,
    MediaSopInstance,
    CharacterSet,
    ImageType,
    SopClass,
    SopInstance,
    StudyDate,
    Modality,
    Manufacturer,
    StudyDescription,
    SeriesDescription,
    Model,
    PatientName,
    PatientId,
    BirthDate,
    Sex,
    Age,
    ScanningSequence,
    SequenceVariant,
    ScanOptions,
    SequenceName,
    SliceThickness,
    RepetitionTime,
    EchoTime,
    InversionTime,
    FieldStrength,
    SliceSpacing,
    EchoTrainLength,
    ProtocolName,
    ImagerPixelSpacing,
    NominalPixelSpacing,
    FlipAngle,
    StudyUid,
    SeriesUid,
    SeriesNumber,
    AcquisitionNumber,
    InstanceNumber,
    ImagePosition,
    ImageOrientation,
    FrameOfReference,
    TemporalPosition,
    StackId,
    InStackPosition,
    Contrast,
    VolumeTechnique,
    ComplexComponent,
    InversionRecovery,
    FatSuppression,
    PulseSequenceName,
    EchoPulseSequence,
    EchoPlanar,
    Samples,
    Photometric,
    Frames,
    Rows,
    Columns,
    PixelSpacing,
    PixelAspectRatio,
    BitsAllocated,
    BitsStored,
    HighBit,
    PixelRepresentation,
    WindowCenter,
    WindowWidth,
    RescaleIntercept,
    RescaleSlope,
    LossyCompression,
    ReferencedFile,
    Count
};

/// Raw values by field. The first value of a field wins; that there was another is remembered, and what it
/// was.
class Values {
public:
    [[nodiscard]] bool has(Field field) const { return slot(field).present; }
    [[nodiscard]] bool repeated(Field field) const { return slot(field).repeated; }
    /// The trimmed text; "" where absent.
    [[nodiscard]] std::string_view text(Field field) const;
    /// Trimmed texts that were given after the first, as far as they differ from it.
    [[nodiscard]] std::vector<std::string_view> others(Field field) const;
    /// The single unsigned short (VR US, whatever the file calls it); none where absent or of another size.
    [[nodiscard]] std::optional<int> unsignedShort(Field field) const;

    void set(Field field, std::string_view bytes, bool bigEndian = false);

private:
    struct Slot {
        std::uint32_t offset = 0, length = 0;
        bool present = false, repeated = false, bigEndian = false;
    };
    [[nodiscard]] const Slot& slot(Field field) const { return m_slots[static_cast<std::size_t>(field)]; }
    [[nodiscard]] std::string_view bytes(Field field) const {
        return std::string_view(m_bytes).substr(slot(field).offset, slot(field).length);
    }

    std::array<Slot, static_cast<std::size_t>(Field::Count)> m_slots{};
    std::string m_bytes;
    std::vector<std::pair<Field, std::string>> m_others;
};

enum class Codec { Native, Rle, Jpeg, JpegLs, Jpeg2000 };

struct TransferSyntax {
    std::string_view uid;
    Encoding encoding;
    Codec codec = Codec::Native;
    bool lossy = false;
    bool deflated = false;
};

/// One structural pass over a DICOM file: what it says, and where its pixels lie.
struct FileStructure {
    Values values;
    Values shared;                ///< of the shared functional groups
    std::vector<Values> perFrame; ///< of the per-frame functional groups
    TransferSyntax syntax;
    Element pixelData;                        ///< tag 0: none
    bool tooManyFrames = false;               ///< functional groups describe more frames than there are
    bool unsupportedPixels = false;           ///< float pixel data
    std::vector<std::string> referencedFiles; ///< of a DICOMDIR
    std::vector<std::uint8_t>
        inflated; ///< the whole data set of a deflated file; offsets then count from its start
};

inline constexpr int kMostFrames = 20'000;

/// Messages complete the sentence "FILE cannot be used: ...".
[[nodiscard]] Result<FileStructure> readStructure(ByteReader& bytes);

} // namespace forameter::dicom
