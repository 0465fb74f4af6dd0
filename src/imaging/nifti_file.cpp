// SPDX-License-Identifier: Apache-2.0
#include "nifti_file.hpp"

#include <itkNiftiImageIO.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

namespace forameter::imaging {
namespace {

using geometry::PatientPoint;
using geometry::PatientVector;
using Matrix = std::array<std::array<double, 4>, 3>; // voxel to RAS mm

std::string quoted(const std::filesystem::path& file) {
    return "\"" + file.string() + "\"";
}

bool hasNiftiName(const std::filesystem::path& file) {
    const auto name = file.filename().string();
    return name.ends_with(".nii") || name.ends_with(".nii.gz");
}

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
    int bitsPerVoxel() const { return value<std::int16_t>(72); }
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

/// Reads on to the end and returns how many bytes there were, at most `enough`.
double countBytes(gzFile_s* in, double enough) {
    std::vector<char> chunk(1 << 20);
    double total = 0;
    while (total < enough) {
        const int n = gzread(in, chunk.data(), static_cast<unsigned>(chunk.size()));
        if (n <= 0) break;
        total += n;
    }
    return total;
}

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

itk::NiftiImageIO::Pointer openedForReading(const std::filesystem::path& file) {
    auto io = itk::NiftiImageIO::New();
    io->SetFileName(file.string());
    io->ReadImageInformation();
    itk::ImageIORegion whole(io->GetNumberOfDimensions());
    for (unsigned d = 0; d < io->GetNumberOfDimensions(); ++d)
        whole.SetSize(d, io->GetDimensions(d));
    io->SetIORegion(whole);
    return io;
}

template <class T>
NiftiValues read(itk::NiftiImageIO& io) {
    std::vector<T> values(static_cast<std::size_t>(io.GetImageSizeInPixels()));
    io.Read(values.data());
    return values;
}

template <class T>
Result<> write(const std::filesystem::path& file, const NiftiAxes& axes, std::span<const T> values,
               itk::IOComponentEnum type) {
    if (!hasNiftiName(file))
        return fail(ErrorCode::InvalidArgument,
                    quoted(file) + " was not written because its name ends in neither .nii nor .nii.gz.");
    try {
        auto io = itk::NiftiImageIO::New();
        io->SetFileName(file.string());
        io->SetNumberOfDimensions(3);
        io->SetNumberOfComponents(1);
        io->SetPixelType(itk::IOPixelEnum::SCALAR);
        io->SetComponentType(type);
        itk::ImageIORegion whole(3);
        const std::array<double, 3> origin{axes.origin.x, axes.origin.y, axes.origin.z};
        for (unsigned d = 0; d < 3; ++d) {
            io->SetDimensions(d, static_cast<itk::SizeValueType>(axes.size[d]));
            io->SetSpacing(d, axes.spacing[d]);
            io->SetOrigin(d, origin[d]);
            io->SetDirection(
                d, std::vector<double>{axes.direction[d].x, axes.direction[d].y, axes.direction[d].z});
            whole.SetSize(d, static_cast<itk::SizeValueType>(axes.size[d]));
        }
        io->SetIORegion(whole);
        io->WriteImageInformation();
        io->Write(values.data());
    } catch (const std::exception&) {
        return fail(ErrorCode::StorageFailed,
                    quoted(file) + " could not be written; is there such a folder, and room in it?");
    }
    // niftilib reports a full disk or a missing folder to nobody, so look.
    std::error_code ec;
    if (std::filesystem::file_size(file, ec) < RawHeader::kSize || ec)
        return fail(ErrorCode::StorageFailed,
                    quoted(file) + " could not be written; is there such a folder, and room in it?");
    return {};
}

} // namespace

Result<NiftiHeader> readNiftiHeader(const std::filesystem::path& file) {
    std::error_code ec;
    if (!std::filesystem::is_regular_file(file, ec))
        return fail(ErrorCode::Unreadable, "There is no file " + quoted(file) + ".");
    if (!hasNiftiName(file))
        return fail(ErrorCode::Unreadable,
                    quoted(file) + " was not read because its name ends in neither .nii nor .nii.gz.");

    const std::unique_ptr<gzFile_s, CloseGz> in(gzopen(file.c_str(), "rb")); // reads plain files as they are
    if (!in) return fail(ErrorCode::Unreadable, quoted(file) + " could not be opened.");
    std::array<char, RawHeader::kSize> bytes{};
    if (gzread(in.get(), bytes.data(), RawHeader::kSize) != static_cast<int>(RawHeader::kSize))
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

    const double voxelBytes = static_cast<double>(size[0]) * size[1] * size[2] * raw.bitsPerVoxel() / 8.0;
    const double expected =
        std::max(raw.voxelOffset(), 0.0) + voxelBytes - static_cast<double>(RawHeader::kSize);
    constexpr double kMostDeflated = 1100.0; // deflate cannot shrink more than about 1032 times
    const bool impossible =
        voxelBytes > kMostDeflated * static_cast<double>(std::filesystem::file_size(file, ec));
    if (impossible || countBytes(in.get(), expected) < expected)
        return fail(ErrorCode::Truncated,
                    quoted(file) + " was not read because it ends before its last voxel.");

    std::vector<std::string> warnings;
    const Matrix matrix = raw.hasSform() ? raw.sform() : raw.hasQform() ? raw.qform() : raw.spacingsOnly();
    if (!raw.hasSform() && !raw.hasQform())
        warnings.push_back(
            quoted(file) +
            " says nothing about its orientation (no sform, no qform); left and right are unknown.");
    if (raw.hasSform() && raw.hasQform()) {
        const double difference = greatestDifference(raw.sform(), raw.qform(), size);
        if (!(difference <= 0.1))
            warnings.push_back(quoted(file) + " gives two positions (sform, qform) that differ by up to " +
                               std::to_string(static_cast<int>(std::ceil(std::min(difference, 1e6)))) +
                               " mm; its sform was used.");
    }
    if (looksMadeUp(matrix))
        warnings.push_back(quoted(file) + " has voxels of exactly 1 mm at the patient's origin, as written "
                                          "by converters that lost the true "
                                          "size and orientation.");
    auto axes = axesFrom(matrix, size, file);
    if (!axes) return tl::unexpected(axes.error());
    return NiftiHeader{*axes, std::move(warnings)};
}

Result<NiftiValues> readNiftiValues(const std::filesystem::path& file) {
    try {
        const auto io = openedForReading(file);
        if (io->GetNumberOfComponents() != 1 || io->GetPixelType() != itk::IOPixelEnum::SCALAR)
            return fail(ErrorCode::UnsupportedPixelFormat,
                        quoted(file) + " was not read because its voxels are not single numbers.");
        switch (io->GetComponentType()) {
        case itk::IOComponentEnum::CHAR:
            return read<std::int8_t>(*io);
        case itk::IOComponentEnum::UCHAR:
            return read<std::uint8_t>(*io);
        case itk::IOComponentEnum::SHORT:
            return read<std::int16_t>(*io);
        case itk::IOComponentEnum::USHORT:
            return read<std::uint16_t>(*io);
        case itk::IOComponentEnum::INT:
            return read<std::int32_t>(*io);
        case itk::IOComponentEnum::UINT:
            return read<std::uint32_t>(*io);
        case itk::IOComponentEnum::FLOAT:
            return read<float>(*io);
        case itk::IOComponentEnum::DOUBLE:
            return read<double>(*io);
        default:
            return fail(ErrorCode::UnsupportedPixelFormat,
                        quoted(file) +
                            " was not read because its voxels are of a type that is not supported.");
        }
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::TooLarge,
                    quoted(file) + " was not read because it holds more voxels than this machine can hold.");
    } catch (const std::exception&) {
        return fail(
            ErrorCode::Unreadable,
            quoted(file) +
                " could not be read as NIfTI; the file is damaged or of a variant that is not supported.");
    }
}

Result<> writeNiftiFile(const std::filesystem::path& file, const NiftiAxes& axes,
                        std::span<const float> values) {
    return write(file, axes, values, itk::IOComponentEnum::FLOAT);
}

Result<> writeNiftiFile(const std::filesystem::path& file, const NiftiAxes& axes,
                        std::span<const std::uint16_t> values) {
    return write(file, axes, values, itk::IOComponentEnum::USHORT);
}

} // namespace forameter::imaging
