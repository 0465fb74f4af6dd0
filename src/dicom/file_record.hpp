// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/core/weighting.hpp"
#include "forameter/dicom/study.hpp"

#include "header.hpp"
#include "patients.hpp"

namespace forameter::dicom {

/// Warnings of one frame as bits, by their place in the enumeration.
class Warnings {
public:
    void add(StackWarning warning) { m_bits |= bit(warning); }
    [[nodiscard]] bool has(StackWarning warning) const { return (m_bits & bit(warning)) != 0; }
    Warnings& operator|=(Warnings other) { return m_bits |= other.m_bits, *this; }
    [[nodiscard]] std::vector<StackWarning> list() const;
    [[nodiscard]] std::uint32_t& bits() { return m_bits; }

private:
    static std::uint32_t bit(StackWarning warning) {
        return std::uint32_t{1} << static_cast<unsigned>(warning);
    }
    std::uint32_t m_bits = 0;
};

/// What a scan needs to know of one frame. Geometry is absent where the file has none or none that is valid.
struct FrameRecord {
    std::optional<std::array<double, 3>> position;
    std::optional<std::array<double, 6>> orientation;
    std::optional<std::array<double, 2>> spacing; ///< between rows, between columns
    std::optional<double> thickness;
    Acquisition acquisition;
    std::string imageType; ///< with the Complex Image Component where that is no magnitude
    std::string stackId;
    std::optional<int> temporal; ///< temporal position
    std::optional<int> acquisitionNumber;
    std::optional<Weighting> weighting;
    bool contrastByText = false; ///< see Contrast::byText
    Warnings warnings;
    std::string pixelSha256;
};

/// What a scan needs to know of one file: made by the reading process, sent to the scanning one.
struct FileRecord {
    std::string study, series, sop, frameOfReference;
    PatientFacts patient;
    std::string studyDate, studyDescription, scanner, seriesDescription, modality;
    std::optional<double> age;
    std::optional<int> seriesNumber, instanceNumber;
    int rows = 0, columns = 0;
    bool lowIsWhite = false; ///< MONOCHROME1
    std::vector<FrameRecord> frames;
    std::vector<Error> notes; ///< reservations; messages complete "FILE ..."
    std::vector<std::string>
        references; ///< of a DICOMDIR, which has no frames: relative paths in the file's own spelling
    std::string fileSha256;
};

/// Reads the meaning out of a file's structure. Refusals complete "FILE cannot be used: ...".
[[nodiscard]] Result<FileRecord> interpret(const FileStructure& file, ByteReader& bytes);

struct ReadRequest {
    std::filesystem::path path;
    bool decode = false, pixels = false, fileHash = false;
};
/// One file from path to record, decoded where asked.
[[nodiscard]] Result<FileRecord> readFile(const ReadRequest& request);

} // namespace forameter::dicom
