// SPDX-License-Identifier: Apache-2.0
#include <itkNiftiImageIO.h>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"
#include "nifti_file.hpp"

namespace forameter::imaging {

Result<> writeNiftiFile(const std::filesystem::path& file, const NiftiAxes& axes,
                        std::span<const std::uint16_t> values) {
    if (!hasNiftiName(file))
        return fail(ErrorCode::InvalidArgument,
                    quoted(file) + " was not written because its name ends in neither .nii nor .nii.gz.");
    // niftilib tells nobody of a full disk, so the file is read back before it takes its place.
    const auto failed = [&] {
        return fail(ErrorCode::StorageFailed,
                    quoted(file) + " could not be written; is there such a folder, and room in it?");
    };
    return writeWhole(file, [&](const std::filesystem::path& beside) -> Result<> {
        try {
            auto io = itk::NiftiImageIO::New();
            io->SetFileName(beside.string());
            io->SetNumberOfDimensions(3);
            io->SetNumberOfComponents(1);
            io->SetPixelType(itk::IOPixelEnum::SCALAR);
            io->SetComponentType(itk::IOComponentEnum::USHORT);
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
            return failed();
        }
        if (!readNiftiFile(beside)) return failed();
        return {};
    });
}

} // namespace forameter::imaging
