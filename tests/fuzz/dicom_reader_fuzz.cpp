// SPDX-License-Identifier: Apache-2.0
// Everything that looks at a file's structure: the element walk, the header, the layout of the pixels; and
// the decoder of our own.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "codecs.hpp"
#include "file_record.hpp"
#include "image_file.hpp"
#include "record_wire.hpp"

using namespace forameter;

namespace {

void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "violated: %s\n", what);
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)dicom::decodeAnswer({reinterpret_cast<const char*>(data), size});
    (void)dicom::decodeRequest({reinterpret_cast<const char*>(data), size});
    auto file = dicom::ImageFile::fromMemory({data, size});
    if (!file) {
        require(!file.error().message.empty(), "a refusal has a reason");
        return 0;
    }
    const auto record = dicom::interpret(file->structure(), file->data());
    if (!record) {
        require(!record.error().message.empty(), "a refusal has a reason");
        return 0;
    }
    const auto back = dicom::decodeAnswer(dicom::encode(record));
    require(back && back->has_value() && (*back)->sop == record->sop,
            "a record survives the way between processes");
    if (record->frames.empty()) return 0;
    const auto layout = dicom::pixelLayout(file->structure(), file->data());
    require(layout.has_value(), "a record's pixels have a place");
    // Only what is decoded by code of ours; the codecs' own faults end a child, not the program.
    const bool own =
        layout->syntax.codec == dicom::Codec::Native || layout->syntax.codec == dicom::Codec::Rle;
    if (!own || layout->format.pixels() > 1'000'000) return 0;
    std::vector<std::int32_t> pixels(layout->format.pixels());
    if (const auto decoded = file->decode(*layout, record->frames.size() - 1, pixels); !decoded)
        require(!decoded.error().message.empty(), "a refusal has a reason");
    return 0;
}
