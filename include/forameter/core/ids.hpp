// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace forameter {

/// A non-empty textual identifier that cannot be mixed up with another kind. Absent is std::optional, never
/// "".
template <class Tag>
class TextId {
public:
    TextId() = default;
    explicit TextId(std::string text) : m_text(std::move(text)) {}

    [[nodiscard]] const std::string& text() const { return m_text; }
    friend auto operator<=>(const TextId&, const TextId&) = default;

private:
    std::string m_text;
};

// DICOM unique identifiers, as written in the file. Validity (isUid) is checked where a file is read.
using StudyUid = TextId<struct StudyUidTag>;
using SeriesUid = TextId<struct SeriesUidTag>;
using SopUid = TextId<struct SopUidTag>;
using FrameOfReferenceUid = TextId<struct FrameOfReferenceUidTag>;

// Forameter's own rows: random UUIDs (RFC 9562 version 4), so that stores can be merged.
using ContourId = TextId<struct ContourIdTag>;
using LevelSetId = TextId<struct LevelSetIdTag>;
using RaterId = TextId<struct RaterIdTag>; ///< a rater's short name, e.g. "r1"; unique in a store

/// One acquired image. Real studies repeat SOP instance UIDs across series, so all three are needed.
struct ImageId {
    SeriesUid series;
    SopUid sop;
    int frame = 1; ///< counted from 1, as in DICOM

    friend auto operator<=>(const ImageId&, const ImageId&) = default;
};

/// A new random UUID in lower-case 8-4-4-4-12 form, from the operating system's generator.
[[nodiscard]] std::string newUuid();

/// True for the 8-4-4-4-12 form.
[[nodiscard]] bool isUuid(std::string_view text) noexcept;

} // namespace forameter

template <class Tag>
struct std::hash<forameter::TextId<Tag>> {
    std::size_t operator()(const forameter::TextId<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
