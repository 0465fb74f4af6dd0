// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "byte_reader.hpp"

#include "forameter/core/result.hpp"

namespace forameter::dicom {

/// (group << 16) | element
using Tag = std::uint32_t;
[[nodiscard]] std::string tagText(Tag tag); ///< "(0028,0010)"

inline constexpr Tag kPixelData = 0x7fe00010;

/// How elements are written (DICOM PS3.5 section 7).
struct Encoding {
    bool explicitVr = true;
    bool bigEndian = false;
};

/// One data element; its value lies in the file.
struct Element {
    Tag tag = 0;
    std::uint64_t offset = 0;
    std::uint32_t length = 0; ///< kUndefinedLength for encapsulated pixel data
    Encoding encoding;
    bool words = false; ///< VR OW: in a big-endian file, 8-bit pixels come in swapped pairs
};
inline constexpr std::uint32_t kUndefinedLength = 0xffffffff;

/// Where in nested sequences an element stands: the sequence, and which item of it (from 0).
struct PathStep {
    Tag sequence = 0;
    int item = 0;
};

class ElementVisitor {
public:
    virtual ~ElementVisitor() = default;
    /// Whether elements inside this sequence are wanted; others are skipped where their length allows.
    [[nodiscard]] virtual bool enters(std::span<const PathStep> path, Tag sequence) = 0;
    /// An element that is no sequence. `path` is empty at the top.
    [[nodiscard]] virtual Result<> visit(std::span<const PathStep> path, const Element& element) = 0;
};

struct WalkLimits {
    int depth = 16;
    std::size_t elements = 20'000;
};

/// Guards everything that reads a file's structure: every length is checked against the bytes that are left,
/// nesting and number of elements are bounded, nothing is allocated and stack use is bounded by the depth.
/// Messages are halves of a sentence ("it ...") for the caller to complete with the file's name.
class ElementWalker {
public:
    ElementWalker(ByteReader& bytes, ElementVisitor& visitor, WalkLimits limits = {})
        : m_bytes(bytes), m_visitor(visitor), m_limits(limits) {}

    /// Visits the elements from `begin` to `end`. Stops before the first top-level Pixel Data, whose element
    /// it returns; a tag of 0 says that there was none.
    [[nodiscard]] Result<Element> walk(std::uint64_t begin, std::uint64_t end, Encoding encoding);

    /// Visits group 0002 (little endian) from `begin`; returns where it ends.
    [[nodiscard]] Result<std::uint64_t> walkFileMeta(std::uint64_t begin);

    void allowElements(std::size_t count) { m_limits.elements = count; }

private:
    static constexpr int kMaximumDepth = 16;
    struct Header {
        Tag tag = 0;
        std::uint16_t vr = 0; ///< two letters; 0 where implicit
        std::uint32_t length = 0;
        std::uint64_t value = 0; ///< offset
    };
    Result<Header> readHeader(std::uint64_t position, std::uint64_t end, Encoding encoding);
    Result<std::uint64_t> walkItem(std::uint64_t position, std::uint64_t end, Encoding encoding,
                                   bool delimited);
    Result<std::uint64_t> walkSequence(const Header& header, std::uint64_t end, Encoding encoding,
                                       bool wanted);
    Encoding encodingOfUnknown(std::uint64_t value, Encoding outer);
    tl::unexpected<Error> beyondEnd(const Header& header, std::uint64_t end) const;
    Result<> count();

    ByteReader& m_bytes;
    ElementVisitor& m_visitor;
    WalkLimits m_limits;
    std::array<PathStep, kMaximumDepth> m_path{};
    std::size_t m_depth = 0;    ///< of m_path: sequences that are wanted or had to be walked
    int m_unwanted = 0;         ///< how many of those are not wanted
    std::size_t m_elements = 0; ///< met so far
    Element m_pixelData;
};

[[nodiscard]] std::uint16_t readU16(const std::uint8_t* bytes, bool bigEndian);
[[nodiscard]] std::uint32_t readU32(const std::uint8_t* bytes, bool bigEndian);
/// Whether these two bytes are a value representation of PS3.5.
[[nodiscard]] bool isVr(const std::uint8_t* letters);

} // namespace forameter::dicom
