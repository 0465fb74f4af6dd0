// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/picture.hpp"

#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkPNGImageIO.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "forameter/core/text.hpp"

namespace forameter::imaging {

namespace {

constexpr std::size_t kMostPixels = std::size_t{64} << 20;

} // namespace

Result<Picture> readPicture(const std::filesystem::path& file) {
    const auto refuse = [&](ErrorCode code, const std::string& why) {
        return fail(code, "The picture " + quoted(file) + " cannot be read: " + why + ".");
    };
    std::error_code missing;
    if (!std::filesystem::is_regular_file(file, missing))
        return refuse(ErrorCode::Unreadable, "there is no such file");
    try {
        const auto io = itk::PNGImageIO::New();
        if (!io->CanReadFile(file.string().c_str()))
            return refuse(ErrorCode::Unreadable, "it is no PNG file");
        io->SetFileName(file.string());
        io->ReadImageInformation();
        if (io->GetNumberOfComponents() != 1 || io->GetIsReadAsScalarPlusPalette())
            return refuse(ErrorCode::UnsupportedPixelFormat, "it is in colour or has transparency");
        const std::size_t columns = io->GetDimensions(0), rows = io->GetDimensions(1);
        if (columns == 0 || rows == 0 || columns > kMostPixels / rows)
            return refuse(ErrorCode::TooLarge, "it has more than 64 million pixels");
        using Image = itk::Image<std::uint16_t, 2>;
        const auto reader = itk::ImageFileReader<Image>::New();
        reader->SetImageIO(io);
        reader->SetFileName(file.string());
        reader->Update();
        Picture picture(static_cast<int>(columns), static_cast<int>(rows));
        const auto* values = reader->GetOutput()->GetBufferPointer();
        std::copy(values, values + columns * rows, picture.data().begin());
        return picture;
    } catch (const itk::ExceptionObject& bad) {
        return refuse(ErrorCode::Unreadable,
                      "it is damaged or cut off (" + std::string(bad.GetDescription()) + ")");
    }
}

} // namespace forameter::imaging
