// SPDX-License-Identifier: Apache-2.0
#include "header.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <zlib.h>

#include "text.hpp"

namespace forameter::dicom {

namespace {

using enum Field;

/// How a value is written: Short is kept as bytes, Number (US or UL) and Double become text.
enum class Form : std::uint8_t { Text, Short, Number, Double };

struct Entry {
    Tag tag;
    Field field;
    Form form = Form::Text;
};

constexpr std::array kTop{
    Entry{0x00020010, Syntax},
    Entry{0x00020002, MediaSopClass},
    Entry{0x00020003, MediaSopInstance},
    Entry{0x00080005, CharacterSet},
    Entry{0x00080008, ImageType},
    Entry{0x00080016, SopClass},
    Entry{0x00080018, SopInstance},
    Entry{0x00080020, StudyDate},
    Entry{0x00080060, Modality},
    Entry{0x00080070, Manufacturer},
    Entry{0x00081030, StudyDescription},
    Entry{0x0008103e, SeriesDescription},
    Entry{0x00081090, Model},
    Entry{0x00089207, VolumeTechnique},
    Entry{0x00089208, ComplexComponent},
    Entry{0x00089209, Contrast},
    Entry{0x00100010, PatientName},
    Entry{0x00100020, PatientId},
    Entry{0x00100030, BirthDate},
    Entry{0x00100040, Sex},
    Entry{0x00101010, Age},
    Entry{0x00180020, ScanningSequence},
    Entry{0x00180021, SequenceVariant},
    Entry{0x00180022, ScanOptions},
    Entry{0x00180024, SequenceName},
    Entry{0x00180050, SliceThickness},
    Entry{0x00180080, RepetitionTime},
    Entry{0x00180081, EchoTime},
    Entry{0x00180082, InversionTime},
    Entry{0x00180087, FieldStrength},
    Entry{0x00180088, SliceSpacing},
    Entry{0x00180091, EchoTrainLength},
    Entry{0x00181030, ProtocolName},
    Entry{0x00181164, ImagerPixelSpacing},
    Entry{0x00181314, FlipAngle},
    Entry{0x00182010, NominalPixelSpacing},
    Entry{0x00189005, PulseSequenceName},
    Entry{0x00189008, EchoPulseSequence},
    Entry{0x00189018, EchoPlanar},
    Entry{0x0020000d, StudyUid},
    Entry{0x0020000e, SeriesUid},
    Entry{0x00200011, SeriesNumber},
    Entry{0x00200012, AcquisitionNumber},
    Entry{0x00200013, InstanceNumber},
    Entry{0x00200032, ImagePosition},
    Entry{0x00200037, ImageOrientation},
    Entry{0x00200052, FrameOfReference},
    Entry{0x00200100, TemporalPosition},
    Entry{0x00280002, Samples, Form::Short},
    Entry{0x00280004, Photometric},
    Entry{0x00280008, Frames},
    Entry{0x00280010, Rows, Form::Short},
    Entry{0x00280011, Columns, Form::Short},
    Entry{0x00280030, PixelSpacing},
    Entry{0x00280034, PixelAspectRatio},
    Entry{0x00280100, BitsAllocated, Form::Short},
    Entry{0x00280101, BitsStored, Form::Short},
    Entry{0x00280102, HighBit, Form::Short},
    Entry{0x00280103, PixelRepresentation, Form::Short},
    Entry{0x00281050, WindowCenter},
    Entry{0x00281051, WindowWidth},
    Entry{0x00281052, RescaleIntercept},
    Entry{0x00281053, RescaleSlope},
    Entry{0x00282110, LossyCompression},
};

struct GroupEntry {
    Tag macro; ///< the functional group's sequence
    Entry entry;
};
constexpr Tag kSharedGroups = 0x52009229, kFrameGroups = 0x52009230, kDirectory = 0x00041220,
              kFileId = 0x00041500;
constexpr std::array kGroups{
    GroupEntry{0x00209113, {0x00200032, ImagePosition}},
    GroupEntry{0x00209116, {0x00200037, ImageOrientation}},
    GroupEntry{0x00289110, {0x00280030, PixelSpacing}},
    GroupEntry{0x00289110, {0x00180050, SliceThickness}},
    GroupEntry{0x00289110, {0x00180088, SliceSpacing}},
    GroupEntry{0x00209111, {0x00209056, StackId}},
    GroupEntry{0x00209111, {0x00209057, InStackPosition, Form::Number}},
    GroupEntry{0x00209111, {0x00209128, TemporalPosition, Form::Number}},
    GroupEntry{0x00209111, {0x00209156, AcquisitionNumber, Form::Number}},
    GroupEntry{0x00189226, {0x00089007, ImageType}},
    GroupEntry{0x00189226, {0x00089207, VolumeTechnique}},
    GroupEntry{0x00189226, {0x00089208, ComplexComponent}},
    GroupEntry{0x00189226, {0x00089209, Contrast}},
    GroupEntry{0x00189114, {0x00189082, EchoTime, Form::Double}},
    GroupEntry{0x00189112, {0x00180080, RepetitionTime}},
    GroupEntry{0x00189112, {0x00181314, FlipAngle}},
    GroupEntry{0x00189112, {0x00180091, EchoTrainLength}},
    GroupEntry{0x00189112, {0x00189240, EchoTrainLength, Form::Number}},
    GroupEntry{0x00189115, {0x00189009, InversionRecovery}},
    GroupEntry{0x00189115, {0x00189079, InversionTime, Form::Double}},
    GroupEntry{0x00189115, {0x00189025, FatSuppression}},
    GroupEntry{0x00289145, {0x00281052, RescaleIntercept}},
    GroupEntry{0x00289145, {0x00281053, RescaleSlope}},
    GroupEntry{0x00289132, {0x00281050, WindowCenter}},
    GroupEntry{0x00289132, {0x00281051, WindowWidth}},
};

constexpr bool rising = [] {
    for (std::size_t i = 4; i < kTop.size(); ++i)
        if (kTop[i - 1].tag >= kTop[i].tag) return false;
    return true;
}();
static_assert(rising, "kTop is searched by bisection from its fourth entry on");

const Entry* topEntry(Tag tag) {
    if ((tag >> 16) == 0x0002) {
        for (std::size_t i = 0; i < 3; ++i)
            if (kTop[i].tag == tag) return &kTop[i];
        return nullptr;
    }
    const auto at =
        std::lower_bound(kTop.begin() + 3, kTop.end(), tag, [](const Entry& e, Tag t) { return e.tag < t; });
    return at != kTop.end() && at->tag == tag ? &*at : nullptr;
}

const Entry* groupEntry(Tag macro, Tag tag) {
    for (const GroupEntry& group : kGroups)
        if (group.macro == macro && group.entry.tag == tag) return &group.entry;
    return nullptr;
}

bool isGroupMacro(Tag tag) {
    return std::any_of(kGroups.begin(), kGroups.end(), [&](const GroupEntry& g) { return g.macro == tag; });
}

bool isGeometry(Field field) {
    return field == PixelSpacing || field == ImageOrientation || field == ImagePosition;
}

constexpr std::array kSyntaxes{
    TransferSyntax{"1.2.840.10008.1.2", {false, false}},
    TransferSyntax{"1.2.840.10008.1.2.1", {true, false}},
    TransferSyntax{"1.2.840.10008.1.2.1.99", {true, false}, Codec::Native, false, true},
    TransferSyntax{"1.2.840.10008.1.2.2", {true, true}},
    TransferSyntax{"1.2.840.10008.1.2.5", {true, false}, Codec::Rle},
    TransferSyntax{"1.2.840.10008.1.2.4.50", {true, false}, Codec::Jpeg, true},
    TransferSyntax{"1.2.840.10008.1.2.4.51", {true, false}, Codec::Jpeg, true},
    TransferSyntax{"1.2.840.10008.1.2.4.57", {true, false}, Codec::Jpeg},
    TransferSyntax{"1.2.840.10008.1.2.4.70", {true, false}, Codec::Jpeg},
    TransferSyntax{"1.2.840.10008.1.2.4.80", {true, false}, Codec::JpegLs},
    TransferSyntax{"1.2.840.10008.1.2.4.81", {true, false}, Codec::JpegLs, true},
    TransferSyntax{"1.2.840.10008.1.2.4.90", {true, false}, Codec::Jpeg2000},
    TransferSyntax{"1.2.840.10008.1.2.4.91", {true, false}, Codec::Jpeg2000, true},
};

/// Collects the wanted values of one file.
class Collector : public ElementVisitor {
public:
    Collector(ByteReader& bytes, FileStructure& file) : m_bytes(bytes), m_file(file) {}

    void setWalker(ElementWalker& walker) { m_walker = &walker; }

    bool enters(std::span<const PathStep> path, Tag sequence) override {
        if (path.empty()) {
            if (sequence == kSharedGroups || sequence == kFrameGroups) {
                // Every frame adds some dozens of elements, which the limit for classic files would not hold.
                const auto frames = integer(m_file.values.text(Frames)).value_or(0);
                if (m_walker && frames > 0)
                    m_walker->allowElements(WalkLimits{}.elements +
                                            2000 * static_cast<std::size_t>(std::min(frames, kMostFrames)));
                return true;
            }
            return sequence == kDirectory;
        }
        return path.size() == 1 && path[0].sequence != kDirectory && isGroupMacro(sequence);
    }

    Result<> visit(std::span<const PathStep> path, const Element& element) override {
        if (path.empty()) {
            if (element.tag == 0x7fe00008 || element.tag == 0x7fe00009) m_file.unsupportedPixels = true;
            const Entry* entry = topEntry(element.tag);
            return entry ? take(m_file.values, *entry, element) : Result<>{};
        }
        if (path[0].sequence == kDirectory) {
            if (path.size() == 1 && element.tag == kFileId) return takeReference(element);
            return {};
        }
        if (path.size() != 2) return {};
        const Entry* entry = groupEntry(path[1].sequence, element.tag);
        if (!entry) return {};
        // One item is allowed. A second one is only looked at for geometry, which it may contradict.
        if (path[1].item != 0 && !isGeometry(entry->field)) return {};
        if (path[0].sequence == kSharedGroups) return take(m_file.shared, *entry, element);
        const auto frame = static_cast<std::size_t>(path[0].item);
        // Nothing is set aside for more than a file may have, whatever it claims.
        if (static_cast<int>(frame) >=
            std::min(integer(m_file.values.text(Frames)).value_or(1), kMostFrames)) {
            m_file.tooManyFrames = true;
            return {};
        }
        if (m_file.perFrame.size() <= frame) m_file.perFrame.resize(frame + 1);
        return take(m_file.perFrame[frame], *entry, element);
    }

private:
    static constexpr std::size_t kLongestValue = 1024;

    Result<> take(Values& values, const Entry& entry, const Element& element) {
        // A megabyte of patient name is cut; a number that long is none.
        const std::size_t length = std::min<std::size_t>(element.length, kLongestValue);
        const std::uint8_t* bytes = m_bytes.at(element.offset, length);
        if (!bytes)
            return fail(ErrorCode::Unreadable,
                        "it could not be read at byte " + std::to_string(element.offset));
        const std::string_view raw(reinterpret_cast<const char*>(bytes), length);
        switch (entry.form) {
        case Form::Text:
            values.set(entry.field, raw);
            break;
        case Form::Short:
            if (length == 4 && raw.substr(2) == std::string_view("\0\0", 2) && !element.encoding.bigEndian) {
                values.set(entry.field, raw.substr(0, 2)); // written as UL
            } else {
                values.set(entry.field, raw, element.encoding.bigEndian);
            }
            break;
        case Form::Number:
            if (length == 2)
                values.set(entry.field, std::to_string(readU16(bytes, element.encoding.bigEndian)));
            else if (length == 4)
                values.set(entry.field, std::to_string(readU32(bytes, element.encoding.bigEndian)));
            break;
        case Form::Double:
            if (length >= 8) {
                std::array<std::uint8_t, 8> ordered;
                std::copy_n(bytes, 8, ordered.begin());
                if (element.encoding.bigEndian) std::reverse(ordered.begin(), ordered.end());
                char text[32];
                const auto end = std::to_chars(text, text + sizeof text, std::bit_cast<double>(ordered)).ptr;
                values.set(entry.field, {text, end});
            }
            break;
        }
        return {};
    }

    Result<> takeReference(const Element& element) {
        const std::size_t length = std::min<std::size_t>(element.length, kLongestValue);
        const std::uint8_t* bytes = m_bytes.at(element.offset, length);
        if (!bytes) return fail(ErrorCode::Unreadable, "it could not be read");
        m_file.referencedFiles.emplace_back(reinterpret_cast<const char*>(bytes), length);
        return {};
    }

    ByteReader& m_bytes;
    FileStructure& m_file;
    ElementWalker* m_walker = nullptr;
};

constexpr std::size_t kSuspiciousSize = std::size_t{64} << 20;

/// The raw deflate stream (PS3.5 A.5) from `begin` on, bounded.
Result<std::vector<std::uint8_t>> inflated(const ByteReader& bytes, std::uint64_t begin) {
    std::vector<std::uint8_t> packed(bytes.size() - begin);
    if (!bytes.read(begin, packed)) return fail(ErrorCode::Unreadable, "it could not be read to its end");
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return fail(ErrorCode::Other, "there is no memory to inflate it");
    const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, &inflateEnd);
    stream.next_in = packed.data();
    stream.avail_in = static_cast<uInt>(packed.size());
    std::vector<std::uint8_t> result;
    int state = Z_OK;
    while (state == Z_OK) {
        const std::size_t done = result.size();
        if (done >= kLargestFile) return fail(ErrorCode::TooLarge, "it inflates to more than 512 MB");
        // Not even a mostly black image does that; inflating on to the limit takes seconds.
        if (done >= kSuspiciousSize && done / 100 > packed.size())
            return fail(ErrorCode::TooLarge, "it inflates to more than a hundred times its size");
        result.resize(
            std::min<std::size_t>(std::max<std::size_t>(2 * done, std::size_t{1} << 16), kLargestFile));
        stream.next_out = result.data() + done;
        stream.avail_out = static_cast<uInt>(result.size() - done);
        state = inflate(&stream, Z_NO_FLUSH);
        result.resize(result.size() - stream.avail_out);
        if (state == Z_BUF_ERROR && stream.avail_in == 0) break;
    }
    if (state != Z_STREAM_END)
        return fail(state == Z_OK || state == Z_BUF_ERROR ? ErrorCode::Truncated : ErrorCode::BadCodestream,
                    "its deflated data set is damaged");
    return result;
}

/// Whether an element header of the expected kind stands at `offset`; group 0008 comes first in almost every
/// data set.
std::optional<Encoding> sniff(ByteReader& bytes, std::uint64_t offset) {
    const std::uint8_t* start = bytes.at(offset, 8);
    if (!start) return std::nullopt;
    for (const bool bigEndian : {false, true}) {
        const auto group = readU16(start, bigEndian);
        if (group == 0x0002 || group == 0x0004 || group == 0x0008 || group == 0x0010 || group == 0x0018 ||
            group == 0x0020 || group == 0x0028)
            return Encoding{isVr(start + 4), bigEndian};
    }
    return std::nullopt;
}

Result<TransferSyntax> findSyntax(std::string_view uid) {
    for (const auto& known : kSyntaxes)
        if (known.uid == uid) return known;
    return fail(ErrorCode::UnsupportedTransferSyntax,
                "its transfer syntax " + printable(uid) + " is not one that Forameter reads");
}

} // namespace

void Values::set(Field field, std::string_view bytes, bool bigEndian) {
    Slot& slot = m_slots[static_cast<std::size_t>(field)];
    if (slot.present) {
        slot.repeated = true;
        constexpr std::size_t most = 64; // a file that says more than that contradicts itself already
        if (bytes != this->bytes(field) && m_others.size() < most) m_others.emplace_back(field, bytes);
        return;
    }
    slot = {static_cast<std::uint32_t>(m_bytes.size()), static_cast<std::uint32_t>(bytes.size()), true, false,
            bigEndian};
    m_bytes += bytes;
}

std::string_view Values::text(Field field) const {
    return trimmed(bytes(field));
}

std::vector<std::string_view> Values::others(Field field) const {
    std::vector<std::string_view> found;
    for (const auto& [other, text] : m_others)
        if (other == field) found.push_back(trimmed(text));
    return found;
}

std::optional<int> Values::unsignedShort(Field field) const {
    const std::string_view raw = bytes(field);
    if (!has(field) || raw.size() != 2) return std::nullopt;
    return readU16(reinterpret_cast<const std::uint8_t*>(raw.data()), slot(field).bigEndian);
}

Result<FileStructure> readStructure(ByteReader& bytes) {
    if (bytes.size() == 0) return fail(ErrorCode::NotDicom, "it is empty");
    if (bytes.size() > kLargestFile) return fail(ErrorCode::TooLarge, "it is larger than 512 MB");
    FileStructure file;
    Collector collector(bytes, file);
    ElementWalker metaWalker(bytes, collector);

    const std::uint8_t* prefix = bytes.at(128, 4);
    const bool preamble = prefix && std::memcmp(prefix, "DICM", 4) == 0;
    std::uint64_t begin = preamble ? 132 : 0;
    if (!preamble) {
        // Without preamble only what plainly starts like a data set is taken for one.
        const auto encoding = sniff(bytes, 0);
        const std::uint8_t* length = encoding ? bytes.at(4, 4) : nullptr;
        if (!length || (!encoding->explicitVr && readU32(length, encoding->bigEndian) > 256))
            return fail(ErrorCode::NotDicom, "it is no DICOM file");
    }
    const auto metaEnd = metaWalker.walkFileMeta(begin);
    if (!metaEnd) return tl::unexpected(metaEnd.error());
    begin = *metaEnd;

    const auto sniffed = sniff(bytes, begin);
    const std::string_view uid = file.values.text(Syntax);
    if (!uid.empty()) {
        const auto syntax = findSyntax(uid);
        if (!syntax) return tl::unexpected(syntax.error());
        file.syntax = *syntax;
        // Some writers name one little-endian syntax and write the other.
        if (sniffed && !file.syntax.deflated && !file.syntax.encoding.bigEndian && !sniffed->bigEndian)
            file.syntax.encoding.explicitVr = sniffed->explicitVr;
    } else if (sniffed) {
        file.syntax = {"", *sniffed};
    } else {
        return fail(preamble && begin >= bytes.size() ? ErrorCode::Truncated : ErrorCode::NotDicom,
                    preamble ? "it has no DICOM data set after its first bytes" : "it is no DICOM file");
    }
    if (begin >= bytes.size()) return fail(ErrorCode::Truncated, "it ends before its data set");

    const auto walk = [&](ByteReader& source, std::uint64_t from) -> Result<> {
        Collector inner(source, file);
        ElementWalker walker(source, inner);
        inner.setWalker(walker);
        const auto pixels = walker.walk(from, source.size(), file.syntax.encoding);
        if (!pixels) return tl::unexpected(pixels.error());
        file.pixelData = *pixels;
        return {};
    };
    if (file.syntax.deflated) {
        auto data = inflated(bytes, begin);
        if (!data) return tl::unexpected(data.error());
        file.inflated = std::move(*data);
        ByteReader source(file.inflated);
        if (const auto walked = walk(source, 0); !walked) return tl::unexpected(walked.error());
    } else if (const auto walked = walk(bytes, begin); !walked) {
        return tl::unexpected(walked.error());
    }
    return file;
}

} // namespace forameter::dicom
