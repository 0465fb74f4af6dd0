// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "connection.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// Argon2id with the library's interactive limits (64 MiB, 2 passes), as libsodium's text form.
/// InvalidArgument on passwords that are too short or too long.
[[nodiscard]] Result<std::string> hashPassword(std::string_view password);
/// Constant time for a given hash. Against an empty hash it takes as long and is false, so that a name
/// without a password is not told from a wrong one by the clock.
[[nodiscard]] bool passwordFits(std::string_view password, const std::string& hash);

/// Whether an administrator has a password: then nobody acts without a name.
[[nodiscard]] Result<bool> hasGuardian(Connection& sql);

/// Whether this actor may act: she has signed in, or needs not to.
[[nodiscard]] Result<bool> hasSignedIn(Connection& sql, const Actor& actor);

/// What a sign-in is bound to: the store's UUID for life.
[[nodiscard]] Result<std::string> storeUuid(Connection& sql);

} // namespace forameter::store
