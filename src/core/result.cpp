// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/result.hpp"

#include <array>
#include <utility>

namespace forameter {

namespace {

using enum ErrorCode;

constexpr std::array kNames{
    std::pair{NotDicom, std::string_view("not-dicom")},
    std::pair{Truncated, std::string_view("truncated")},
    std::pair{BadLength, std::string_view("bad-length")},
    std::pair{BadElement, std::string_view("bad-element")},
    std::pair{TooDeep, std::string_view("too-deep")},
    std::pair{TooManyElements, std::string_view("too-many-elements")},
    std::pair{TooLarge, std::string_view("too-large")},
    std::pair{UnsupportedTransferSyntax, std::string_view("unsupported-transfer-syntax")},
    std::pair{UnsupportedPixelFormat, std::string_view("unsupported-pixel-format")},
    std::pair{PixelDataMismatch, std::string_view("pixel-data-mismatch")},
    std::pair{BadCodestream, std::string_view("bad-codestream")},
    std::pair{BadDimensions, std::string_view("bad-dimensions")},
    std::pair{NoSpacing, std::string_view("no-spacing")},
    std::pair{BadSpacing, std::string_view("bad-spacing")},
    std::pair{BadOrientation, std::string_view("bad-orientation")},
    std::pair{BadPosition, std::string_view("bad-position")},
    std::pair{BadRescale, std::string_view("bad-rescale")},
    std::pair{BadUid, std::string_view("bad-uid")},
    std::pair{NotAnMrImage, std::string_view("not-an-mr-image")},
    std::pair{ConflictingGeometry, std::string_view("conflicting-geometry")},
    std::pair{DuplicateUid, std::string_view("duplicate-uid")},
    std::pair{Unreadable, std::string_view("unreadable")},
    std::pair{UnknownImage, std::string_view("unknown-image")},
    std::pair{Quarantined, std::string_view("quarantined")},
    std::pair{Other, std::string_view("other")},
    std::pair{InvalidArgument, std::string_view("invalid-argument")},
    std::pair{NotFound, std::string_view("not-found")},
    std::pair{NotAllowed, std::string_view("not-allowed")},
    std::pair{Conflict, std::string_view("conflict")},
    std::pair{Cancelled, std::string_view("cancelled")},
    std::pair{StorageFailed, std::string_view("storage-failed")},
    std::pair{Corrupt, std::string_view("corrupt")},
};

} // namespace

std::string_view name(ErrorCode code) noexcept {
    for (const auto& [known, text] : kNames)
        if (known == code) return text;
    return "other";
}

ErrorCode errorCodeFromName(std::string_view name) noexcept {
    for (const auto& [known, text] : kNames)
        if (text == name) return known;
    return Other;
}

} // namespace forameter
