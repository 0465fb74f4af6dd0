// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <new>

#include "forameter/core/sha256.hpp"

#include "file_record.hpp"
#include "image_file.hpp"

namespace forameter::dicom {

Result<FileRecord> readFile(const ReadRequest& request) try {
    auto file = ImageFile::open(request.path);
    if (!file) return tl::unexpected(file.error());
    auto record = interpret(file->structure(), file->data());
    if (!record) return record;
    if (request.fileHash && record->references.empty()) {
        const auto bytes = file->file().all();
        if (!bytes) return tl::unexpected(bytes.error());
        record->fileSha256 = toHex(sha256(std::as_bytes(std::span(*bytes))));
    }
    if (!(request.decode || request.pixels) || record->frames.empty()) return record;
    const auto layout = pixelLayout(file->structure(), file->data());
    if (!layout) return tl::unexpected(layout.error());
    std::vector<std::int32_t> stored(layout->format.pixels());
    for (std::size_t i = 0; i < record->frames.size(); ++i) {
        if (const auto decoded = file->decode(*layout, i, stored); !decoded)
            return tl::unexpected(decoded.error());
        if (!request.pixels) continue;
        static_assert(std::endian::native == std::endian::little, "pixel hashes are of little-endian values");
        record->frames[i].pixelSha256 = toHex(sha256(std::as_bytes(std::span(stored))));
    }
    return record;
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::TooLarge, "there is not enough memory to read it");
}

} // namespace forameter::dicom
