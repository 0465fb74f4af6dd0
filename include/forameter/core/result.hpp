// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace forameter {

/// What went wrong. The kebab-case name (see name()) is part of the command line contract and of every refusal.
enum class ErrorCode {
    // A file or object that was refused.
    NotDicom, Truncated, BadLength, BadElement, TooDeep, TooManyElements, TooLarge, UnsupportedTransferSyntax,
    UnsupportedPixelFormat, PixelDataMismatch, BadCodestream, BadDimensions, NoSpacing, BadSpacing, BadOrientation,
    BadPosition, BadRescale, BadUid, NotAnMrImage, ConflictingGeometry, DuplicateUid, Unreadable, UnknownImage,
    Quarantined, Other,
    // A request that could not be carried out.
    InvalidArgument, NotFound, NotAllowed, Conflict, Cancelled, StorageFailed, Corrupt,
};

/// "bad-spacing", "not-found", ...; stable.
[[nodiscard]] std::string_view name(ErrorCode code) noexcept;

/// The code of that name; Other for a name that this version does not know.
[[nodiscard]] ErrorCode errorCodeFromName(std::string_view name) noexcept;

/// A failure that the world caused. The message is one plain sentence: what was attempted, on what, why it failed.
struct Error {
    ErrorCode code = ErrorCode::Other;
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

/// The value, or why there is none. Broken preconditions are assertions, never a Result.
template <class T = void>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::NotFound, "There is no study 1.2.3 in this store.");`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

} // namespace forameter
