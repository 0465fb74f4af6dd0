// SPDX-License-Identifier: Apache-2.0
#include "nifti_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "forameter/core/text.hpp"

namespace forameter::imaging {
namespace {

using geometry::PatientPoint;
using geometry::PatientVector;
using Matrix = std::array<std::array<double, 4>, 3>; // voxel to RAS mm

// The 348 bytes at the start of a file (nifti1.h), read at their offsets so that either byte order will do.
class RawHeader {
public:
    static constexpr std::size_t kSize = 348;

    explicit RawHeader(const std::array<char, kSize>& bytes) : m_bytes(bytes) {
        m_swapped = value<std::int32_t>(0) != static_cast<std::int32_t>(kSize);
    }
    bool isNifti() const {
        return value<std::int32_t>(0) == static_cast<std::int32_t>(kSize) &&
               std::memcmp(&m_bytes[344], "n+1", 4) == 0;
    }
    int dimension(std::size_t i) const { return value<std::int16_t>(40 + 2 * i); }
    int voxelType() const { return value<std::int16_t>(70); }
    double slope() const { return value<float>(112); }
    double intercept() const { return value<float>(116); }
    bool swapped() const { return m_swapped; }
    double pixdim(std::size_t i) const { return value<float>(76 + 4 * i); }
    double voxelOffset() const { return value<float>(108); }
    double mmPerUnit() const {
        switch (m_bytes[123] & 7) {
        case 1:
            return 1000.0;
        case 3:
            return 0.001;
        default:
            return 1.0;
        }
    }
    bool hasQform() const { return value<std::int16_t>(252) > 0; }
    bool hasSform() const { return value<std::int16_t>(254) > 0; }
    Matrix sform() const {
        Matrix m{};
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t c = 0; c < 4; ++c)
                m[r][c] = value<float>(280 + 16 * r + 4 * c) * mmPerUnit();
        return m;
    }
    // Method 2 of nifti1.h: a unit quaternion, the voxel sizes, and a sign for the third axis.
    Matrix qform() const {
        const double b = value<float>(256), c = value<float>(260), d = value<float>(264);
        const double a = std::sqrt(std::max(0.0, 1.0 - b * b - c * c - d * d));
        const std::array<double, 3> size{pixdim(1) * mmPerUnit(), pixdim(2) * mmPerUnit(),
                                         pixdim(3) * mmPerUnit() * (pixdim(0) < 0 ? -1.0 : 1.0)};
        const double rotation[3][3] = {
            {a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)},
            {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)},
            {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c}};
        Matrix m{};
        for (std::size_t r = 0; r < 3; ++r) {
            for (std::size_t k = 0; k < 3; ++k)
                m[r][k] = rotation[r][k] * size[k];
            m[r][3] = value<float>(268 + 4 * r) * mmPerUnit();
        }
        return m;
    }
    Matrix spacingsOnly() const {
        Matrix m{};
        for (std::size_t k = 0; k < 3; ++k)
            m[k][k] = pixdim(k + 1) * mmPerUnit();
        return m;
    }

private:
    template <class T>
    T value(std::size_t offset) const {
        std::array<char, sizeof(T)> bytes;
        std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(offset), sizeof(T), bytes.begin());
        if (m_swapped) std::reverse(bytes.begin(), bytes.end());
        return std::bit_cast<T>(bytes);
    }
    std::array<char, kSize> m_bytes;
    bool m_swapped = false;
};

struct CloseGz {
    void operator()(gzFile_s* f) const { gzclose(f); }
};

PatientPoint lps(const Matrix& m, double i, double j, double k) {
    const auto row = [&](std::size_t r) { return m[r][0] * i + m[r][1] * j + m[r][2] * k + m[r][3]; };
    return {-row(0), -row(1), row(2)};
}

/// How far apart two matrices place the corners of an image.
double greatestDifference(const Matrix& a, const Matrix& b, const std::array<int, 3>& size) {
    double greatest = 0;
    for (int corner = 0; corner < 8; ++corner) {
        const double i = corner & 1 ? size[0] - 1 : 0, j = corner & 2 ? size[1] - 1 : 0,
                     k = corner & 4 ? size[2] - 1 : 0;
        greatest = std::max(greatest, length(lps(a, i, j, k) - lps(b, i, j, k)));
    }
    return greatest;
}

/// Whole-number axes of exactly 1 mm from the origin: what converters write when they have lost the geometry.
bool looksMadeUp(const Matrix& m) {
    for (std::size_t r = 0; r < 3; ++r) {
        if (m[r][3] != 0.0) return false;
        for (std::size_t c = 0; c < 3; ++c)
            if (m[r][c] != 0.0 && std::abs(m[r][c]) != 1.0) return false;
    }
    return true;
}

/// Whether the voxel sizes that stand beside the sform are its own.
bool sizesAgree(const RawHeader& raw) {
    const Matrix m = raw.sform();
    for (std::size_t k = 0; k < 3; ++k) {
        const double size = std::hypot(m[0][k], m[1][k], m[2][k]);
        if (!(std::abs(size - std::abs(raw.pixdim(k + 1)) * raw.mmPerUnit()) <= 1e-3 * size)) return false;
    }
    return true;
}

Result<NiftiAxes> axesFrom(const Matrix& m, const std::array<int, 3>& size,
                           const std::filesystem::path& file) {
    NiftiAxes axes;
    axes.size = size;
    axes.origin = lps(m, 0, 0, 0);
    for (std::size_t k = 0; k < 3; ++k) {
        const PatientVector step{-m[0][k], -m[1][k], m[2][k]};
        axes.spacing[k] = length(step);
        if (!(axes.spacing[k] > 0) || !std::isfinite(axes.spacing[k]))
            return fail(ErrorCode::BadSpacing,
                        quoted(file) + " was not read because it names no voxel size along one of its axes.");
        axes.direction[k] = normalized(step);
    }
    const auto& d = axes.direction;
    if (!isFinite(axes.origin))
        return fail(ErrorCode::BadPosition,
                    quoted(file) + " was not read because its position is not a number.");
    if (std::abs(dot(cross(d[0], d[1]), d[2])) < 0.5)
        return fail(ErrorCode::BadOrientation,
                    quoted(file) + " was not read because its axes are not perpendicular to each other.");
    return axes;
}

/// Reads `count` values of type T and applies slope and intercept where there are any.
template <class T>
Result<NiftiValues> readValues(gzFile_s* in, std::size_t count, const RawHeader& raw,
                               const std::filesystem::path& file) {
    std::vector<T> values(count);
    constexpr std::size_t kChunk = (std::size_t{1} << 26) / sizeof(T); // gzread counts in ints
    for (std::size_t done = 0; done < count;) {
        const auto wanted = static_cast<unsigned>(std::min(kChunk, count - done) * sizeof(T));
        if (gzread(in, values.data() + done, wanted) != static_cast<int>(wanted))
            return fail(ErrorCode::Truncated,
                        quoted(file) + " was not read because it ends before its last voxel.");
        done += wanted / sizeof(T);
    }
    if (raw.swapped() && sizeof(T) > 1)
        for (T& value : values) {
            auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(value);
            std::reverse(bytes.begin(), bytes.end());
            value = std::bit_cast<T>(bytes);
        }
    const double slope = raw.slope(), intercept = raw.intercept();
    if (slope == 0 || (slope == 1 && intercept == 0))
        return values; // nifti1.h: a slope of 0 means that there is none
    if (!std::isfinite(slope) || !std::isfinite(intercept))
        return fail(ErrorCode::BadRescale,
                    quoted(file) + " was not read because its scaling is not a number.");
    std::vector<float> scaled(count);
    std::transform(values.begin(), values.end(), scaled.begin(), [&](T value) {
        return static_cast<float>(slope * static_cast<double>(value) + intercept);
    });
    return scaled;
}

/// What zlib has found wrong so far; the sum of a .gz it looks at where the data end.
Result<> checkStream(gzFile_s* in, const std::filesystem::path& file) {
    int error = Z_OK;
    gzerror(in, &error);
    if (error == Z_OK) return {};
    return fail(ErrorCode::Truncated,
                quoted(file) + " was not read because its compressed data are cut or damaged.");
}

/// Whether the file ends with its voxels, a little padding apart.
Result<> checkEnd(gzFile_s* in, const std::filesystem::path& file) {
    std::array<char, 4097> rest{};
    const int more = gzread(in, rest.data(), static_cast<unsigned>(rest.size()));
    if (const auto whole = checkStream(in, file); !whole) return whole;
    if (more == static_cast<int>(rest.size()))
        return fail(ErrorCode::BadLength,
                    quoted(file) +
                        " was not read because it holds more than the voxels that its header names.");
    return {};
}

struct Opened {
    RawHeader raw;
    std::unique_ptr<gzFile_s, CloseGz> in; ///< behind the header
    std::array<int, 3> size;
};

Result<Opened> open(const std::filesystem::path& file) {
    std::error_code ec;
    if (!std::filesystem::is_regular_file(file, ec))
        return fail(ErrorCode::NotFound, "There is no file " + quoted(file) + ".");
    if (!hasNiftiName(file))
        return fail(ErrorCode::Unreadable,
                    quoted(file) + " was not read because its name ends in neither .nii nor .nii.gz.");

    std::unique_ptr<gzFile_s, CloseGz> in(gzopen(file.c_str(), "rb")); // reads plain files as they are
    if (!in) return fail(ErrorCode::Unreadable, quoted(file) + " could not be opened.");
    std::array<char, RawHeader::kSize> bytes{};
    const int read = gzread(in.get(), bytes.data(), RawHeader::kSize);
    if (const auto whole = checkStream(in.get(), file); !whole) return tl::unexpected(whole.error());
    if (read != static_cast<int>(RawHeader::kSize))
        return fail(ErrorCode::Unreadable, quoted(file) + " is not a NIfTI-1 file.");
    const RawHeader raw(bytes);
    if (!raw.isNifti())
        return fail(ErrorCode::Unreadable, quoted(file) + " is not a NIfTI-1 file in one piece.");

    const int dimensions = raw.dimension(0);
    if (dimensions < 2 || dimensions > 7)
        return fail(ErrorCode::BadDimensions, quoted(file) + " was not read because it claims to have " +
                                                  std::to_string(dimensions) + " dimensions.");
    std::array<int, 3> size{1, 1, 1};
    for (int i = 1; i <= dimensions; ++i) {
        const int n = raw.dimension(static_cast<std::size_t>(i));
        if (n < 1)
            return fail(ErrorCode::BadDimensions, quoted(file) +
                                                      " was not read because one of its dimensions is " +
                                                      std::to_string(n) + ".");
        if (i > 3 && n > 1)
            return fail(ErrorCode::UnsupportedPixelFormat, quoted(file) + " was not read because it holds " +
                                                               std::to_string(n) +
                                                               " volumes; split it into one file each.");
        if (i <= 3) size[static_cast<std::size_t>(i - 1)] = n;
    }

    return Opened{raw, std::move(in), size};
}

Result<NiftiHeader> describe(const Opened& opened, const std::filesystem::path& file) {
    const RawHeader& raw = opened.raw;
    const auto& size = opened.size;
    std::vector<std::string> warnings;
    // Sizes are positive (nifti1.h): handedness is told by pixdim[0], and a minus would mirror the patient.
    for (std::size_t k = 1; k <= 3; ++k)
        if ((raw.hasQform() || !raw.hasSform()) && raw.pixdim(k) < 0)
            return fail(ErrorCode::BadSpacing,
                        quoted(file) +
                            " was not read because it names a negative voxel size, which would mirror it.");
    const Matrix matrix = raw.hasSform() ? raw.sform() : raw.hasQform() ? raw.qform() : raw.spacingsOnly();
    if (!raw.hasSform() && !raw.hasQform())
        warnings.push_back(
            quoted(file) +
            " says nothing about its orientation (no sform, no qform); left and right are unknown.");
    if (raw.hasSform() && raw.hasQform()) {
        const double difference = greatestDifference(raw.sform(), raw.qform(), size);
        if (!(difference <= 0.1))
            return fail(
                ErrorCode::ConflictingGeometry,
                quoted(file) +
                    " was not read because it gives two positions (sform, qform) that differ by up to " +
                    std::to_string(static_cast<int>(std::ceil(std::min(difference, 1e6)))) + " mm.");
    }
    if (raw.hasSform() && !raw.hasQform() && !sizesAgree(raw))
        return fail(
            ErrorCode::ConflictingGeometry,
            quoted(file) +
                " was not read because it gives two sizes of its voxels (pixdim, sform) that differ.");
    if (looksMadeUp(matrix))
        warnings.push_back(quoted(file) + " has voxels of exactly 1 mm at the patient's origin, as written "
                                          "by converters that lost the true size and orientation.");
    auto axes = axesFrom(matrix, size, file);
    if (!axes) return tl::unexpected(axes.error());
    return NiftiHeader{*axes, std::move(warnings)};
}

} // namespace

bool hasNiftiName(const std::filesystem::path& file) {
    const auto name = file.filename().string();
    return name.ends_with(".nii") || name.ends_with(".nii.gz");
}

Result<NiftiHeader> readNiftiHeader(const std::filesystem::path& file) {
    const auto opened = open(file);
    if (!opened) return tl::unexpected(opened.error());
    return describe(*opened, file);
}

Result<NiftiFile> readNiftiFile(const std::filesystem::path& file) {
    const auto opened = open(file);
    if (!opened) return tl::unexpected(opened.error());
    auto header = describe(*opened, file);
    if (!header) return tl::unexpected(header.error());

    const auto& [raw, in, size] = *opened;
    const double voxels = static_cast<double>(size[0]) * size[1] * size[2];
    constexpr double kMostDeflated = 1100.0; // deflate cannot shrink more than about 1032 times
    std::error_code ec;
    if (voxels > kMostDeflated * static_cast<double>(std::filesystem::file_size(file, ec)) ||
        !(raw.voxelOffset() <= 1e9) ||
        gzseek(in.get(), static_cast<z_off_t>(std::max(raw.voxelOffset(), 352.0)), SEEK_SET) < 0)
        return fail(ErrorCode::Truncated,
                    quoted(file) + " was not read because it ends before its last voxel.");
    if (voxels > 2147483648.0)
        return fail(ErrorCode::TooLarge,
                    quoted(file) + " was not read because it holds more voxels than this program can.");

    const auto read = [&](auto type) {
        return readValues<decltype(type)>(in.get(), static_cast<std::size_t>(voxels), raw, file);
    };
    auto values = [&]() -> Result<NiftiValues> {
        switch (raw.voxelType()) { // DT_... of nifti1.h
        case 2:
            return read(std::uint8_t{});
        case 4:
            return read(std::int16_t{});
        case 8:
            return read(std::int32_t{});
        case 16:
            return read(float{});
        case 64:
            return read(double{});
        case 256:
            return read(std::int8_t{});
        case 512:
            return read(std::uint16_t{});
        case 768:
            return read(std::uint32_t{});
        default:
            return fail(ErrorCode::UnsupportedPixelFormat,
                        quoted(file) +
                            " was not read because its voxels are of a type that is not supported (code " +
                            std::to_string(raw.voxelType()) + ").");
        }
    }();
    if (!values) return tl::unexpected(values.error());
    if (const auto ended = checkEnd(in.get(), file); !ended) return tl::unexpected(ended.error());
    return NiftiFile{std::move(*header), std::move(*values)};
}

} // namespace forameter::imaging
