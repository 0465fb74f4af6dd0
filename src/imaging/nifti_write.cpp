// SPDX-License-Identifier: Apache-2.0
#include <itkNiftiImageIO.h>

#include "nifti_file.hpp"

namespace forameter::imaging {
namespace {

constexpr std::uintmax_t kHeaderSize = 348;

template <class T>
Result<> write(const std::filesystem::path& file, const NiftiAxes& axes, std::span<const T> values,
               itk::IOComponentEnum type) {
    if (!hasNiftiName(file))
        return fail(ErrorCode::InvalidArgument,
                    "\"" + file.string() + "\"" +
                        " was not written because its name ends in neither .nii nor .nii.gz.");
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
                    "\"" + file.string() + "\"" +
                        " could not be written; is there such a folder, and room in it?");
    }
    // niftilib reports a full disk or a missing folder to nobody, so look.
    std::error_code ec;
    if (std::filesystem::file_size(file, ec) < kHeaderSize || ec)
        return fail(ErrorCode::StorageFailed,
                    "\"" + file.string() + "\"" +
                        " could not be written; is there such a folder, and room in it?");
    return {};
}

} // namespace

Result<> writeNiftiFile(const std::filesystem::path& file, const NiftiAxes& axes,
                        std::span<const float> values) {
    return write(file, axes, values, itk::IOComponentEnum::FLOAT);
}

Result<> writeNiftiFile(const std::filesystem::path& file, const NiftiAxes& axes,
                        std::span<const std::uint16_t> values) {
    return write(file, axes, values, itk::IOComponentEnum::USHORT);
}

} // namespace forameter::imaging
