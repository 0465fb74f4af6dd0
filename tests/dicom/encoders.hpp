// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Compresses test images, and wraps codestreams the way DICOM does.
namespace forameter::testing {

struct TestImage {
    int rows = 0, columns = 0;
    bool isSigned = false;
    int bits = 12;
    std::vector<std::uint16_t> pixels; ///< as stored, 16 bits allocated
};

/// A smooth image with noise that uses the whole range of `bits`.
TestImage testImage(int rows, int columns, int bits, bool isSigned);

std::string encodeRle(const TestImage& image);
/// `transferSyntax`: one of the JPEG or JPEG-LS ones; near-lossless where it says so.
std::string encodeJpeg(const TestImage& image, const std::string& transferSyntax);
std::string encodeJpeg2000(const TestImage& image, bool lossless);

/// Value of an encapsulated Pixel Data element: offset table, fragments, delimiter.
std::string encapsulated(const std::vector<std::string>& fragments, bool offsetTable = false,
                         bool delimiter = true);

} // namespace forameter::testing
