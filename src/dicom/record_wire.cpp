// SPDX-License-Identifier: Apache-2.0
#include "record_wire.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace forameter::dicom {

namespace {

/// Writes what it is called with, one after the other.
class Writer {
public:
    template <class... T>
    void operator()(const T&... values) {
        (put(values), ...);
    }
    std::string take() { return std::move(m_bytes); }

private:
    template <class T>
    requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void put(const T& value) {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    template <class T, std::size_t N>
    void put(const std::array<T, N>& values) {
        for (const T& value : values)
            put(value);
    }
    void put(const std::string& text) {
        put(static_cast<std::uint32_t>(text.size()));
        m_bytes += text;
    }
    template <class T>
    void put(const std::optional<T>& value) {
        put(static_cast<std::uint8_t>(value.has_value()));
        if (value) put(*value);
    }
    template <class T>
    void put(const std::vector<T>& values) {
        put(static_cast<std::uint32_t>(values.size()));
        for (const T& value : values)
            put(value);
    }
    template <class T>
    requires requires(T& t, Writer& w) { fields(w, t); }
    void put(const T& value) {
        fields(*this, const_cast<T&>(value)); // one list of fields serves both directions
    }

    std::string m_bytes;
};

/// Reads the same; `ok` turns false, for good, on anything that does not fit.
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_bytes(bytes) {}
    template <class... T>
    void operator()(T&... values) {
        (get(values), ...);
    }
    [[nodiscard]] bool finished() const { return m_ok && m_bytes.empty(); }

private:
    std::string_view next(std::size_t count) {
        if (count > m_bytes.size()) m_ok = false;
        if (!m_ok) return {};
        const std::string_view taken = m_bytes.substr(0, count);
        m_bytes.remove_prefix(count);
        return taken;
    }
    template <class T>
    requires std::is_arithmetic_v<T>
    void get(T& value) {
        const std::string_view bytes = next(sizeof value);
        if (m_ok) std::memcpy(&value, bytes.data(), sizeof value);
        if constexpr (std::is_floating_point_v<T>) m_ok = m_ok && std::isfinite(value);
    }
    void get(bool& value) {
        std::uint8_t byte = 0;
        get(byte);
        if (byte > 1) m_ok = false;
        value = byte == 1;
    }
    template <class T>
    requires std::is_enum_v<T>
    void get(T& value) {
        std::underlying_type_t<T> number{};
        get(number);
        value = static_cast<T>(number);
    }
    template <class T, std::size_t N>
    void get(std::array<T, N>& values) {
        for (T& value : values)
            get(value);
    }
    void get(std::string& text) {
        std::uint32_t size = 0;
        get(size);
        text = next(size);
    }
    template <class T>
    void get(std::optional<T>& value) {
        std::uint8_t present = 0;
        get(present);
        if (present > 1) m_ok = false;
        if (m_ok && present) get(value.emplace());
    }
    template <class T>
    void get(std::vector<T>& values) {
        std::uint32_t size = 0;
        get(size);
        // Every element takes at least a byte, so a false count allocates no more than the message justifies.
        if (size > m_bytes.size()) m_ok = false;
        for (std::uint32_t i = 0; m_ok && i < size; ++i)
            get(values.emplace_back());
    }
    template <class T>
    requires requires(T& t, Reader& r) { fields(r, t); }
    void get(T& value) { fields(*this, value); }

    std::string_view m_bytes;
    bool m_ok = true;
};

template <class Archive>
void fields(Archive& archive, Error& e) {
    archive(e.code, e.message);
}

template <class Archive>
void fields(Archive& archive, Acquisition& a) {
    archive(a.echoTime, a.repetitionTime, a.inversionTime, a.flipAngle, a.echoTrainLength, a.fieldStrength);
}

template <class Archive>
void fields(Archive& archive, FrameRecord& f) {
    archive(f.position, f.orientation, f.spacing, f.thickness, f.acquisition, f.imageType, f.stackId,
            f.temporal, f.acquisitionNumber, f.weighting, f.contrastByText, f.warnings.bits(), f.pixelSha256);
}

template <class Archive>
void fields(Archive& archive, FileRecord& r) {
    archive(r.study, r.series, r.sop, r.frameOfReference, r.patient.id, r.patient.name, r.patient.birthDate,
            r.patient.sex, r.studyDate, r.studyDescription, r.scanner, r.seriesDescription, r.modality, r.age,
            r.seriesNumber, r.instanceNumber, r.rows, r.columns, r.lowIsWhite, r.frames, r.notes,
            r.references, r.fileSha256);
}

/// What interpret() guarantees and grouping relies on.
bool isPossible(const FileRecord& record) {
    if (record.frames.empty()) return !record.references.empty();
    const auto weightingKnown = [](const FrameRecord& f) {
        return !f.weighting || !name(*f.weighting).empty();
    };
    return record.rows > 0 && record.columns > 0 && !record.study.empty() && !record.series.empty() &&
           !record.sop.empty() && std::all_of(record.frames.begin(), record.frames.end(), weightingKnown);
}

} // namespace

std::string encode(const WorkerSetup& setup) {
    Writer writer;
    writer(setup.memory);
    return writer.take();
}

std::string encode(const ReadRequest& request) {
    Writer writer;
    writer(request.path.native(), request.decode, request.pixels, request.fileHash);
    return writer.take();
}

std::string encode(const Result<FileRecord>& answer) {
    Writer writer;
    writer(answer.has_value());
    if (answer)
        writer(*answer);
    else
        writer(answer.error());
    return writer.take();
}

std::optional<WorkerSetup> decodeSetup(std::string_view bytes) {
    Reader reader(bytes);
    WorkerSetup setup;
    reader(setup.memory);
    return reader.finished() ? std::optional(setup) : std::nullopt;
}

std::optional<ReadRequest> decodeRequest(std::string_view bytes) {
    Reader reader(bytes);
    std::string path;
    std::uint8_t decode = 0, pixels = 0, fileHash = 0;
    reader(path, decode, pixels, fileHash);
    if (!reader.finished()) return std::nullopt;
    return ReadRequest{std::move(path), decode != 0, pixels != 0, fileHash != 0};
}

std::optional<Result<FileRecord>> decodeAnswer(std::string_view bytes) {
    Reader reader(bytes);
    std::uint8_t good = 0;
    reader(good);
    if (good == 0) {
        Error error;
        reader(error);
        if (!reader.finished()) return std::nullopt;
        return Result<FileRecord>(tl::unexpected(std::move(error)));
    }
    FileRecord record;
    reader(record);
    if (!reader.finished() || !isPossible(record)) return std::nullopt;
    return Result<FileRecord>(std::move(record));
}

std::string framed(std::string_view message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    std::string bytes(sizeof size, '\0');
    std::memcpy(bytes.data(), &size, sizeof size);
    return bytes.append(message);
}

std::optional<std::string> Inbox::next() {
    std::uint32_t size = 0;
    const std::size_t available = m_bytes.size() - m_consumed;
    if (available >= sizeof size) std::memcpy(&size, m_bytes.data() + m_consumed, sizeof size);
    if (size > kLongestMessage) m_valid = false;
    if (!m_valid || available < sizeof size || available - sizeof size < size) {
        m_bytes.erase(0, m_consumed);
        m_consumed = 0;
        return std::nullopt;
    }
    std::string message = m_bytes.substr(m_consumed + sizeof size, size);
    m_consumed += sizeof size + size;
    return message;
}

} // namespace forameter::dicom
