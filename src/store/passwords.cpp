// SPDX-License-Identifier: Apache-2.0
#include "passwords.hpp"

#include <QString>
#include <sodium.h>

#include "forameter/store/rater_repository.hpp"

namespace forameter::store {

namespace {

bool libraryIsReady() {
    static const bool ready = sodium_init() >= 0; // 1: was already
    return ready;
}

constexpr std::size_t kLongest = 1024;

} // namespace

Result<std::string> hashPassword(std::string_view password) {
    const auto characters =
        QString::fromUtf8(password.data(), static_cast<qsizetype>(password.size())).size();
    if (characters < RaterRepository::kShortestPassword)
        return fail(ErrorCode::InvalidArgument, "The password was not taken: it needs at least " +
                                                    std::to_string(RaterRepository::kShortestPassword) +
                                                    " characters.");
    if (password.size() > kLongest)
        return fail(ErrorCode::InvalidArgument, "The password was not taken: it is longer than 1024 bytes.");
    char hash[crypto_pwhash_STRBYTES];
    if (!libraryIsReady() ||
        crypto_pwhash_str_alg(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(ErrorCode::Other,
                    "The password could not be kept: there is not enough memory to hash it.");
    return std::string(hash);
}

bool passwordFits(std::string_view password, const std::string& hash) {
    if (!libraryIsReady() || password.size() > kLongest) return false;
    static const std::string nobody = hashPassword("nobody's password").value_or("");
    const std::string& against = hash.empty() ? nobody : hash;
    const bool fits = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    return fits && !hash.empty();
}

Result<bool> hasGuardian(Connection& sql) {
    const auto found =
        sql.first("SELECT 1 FROM rater_password p WHERE (SELECT o.role FROM rater_role o WHERE o.rater = "
                  "p.rater ORDER BY o.id DESC LIMIT 1) = 'administrator' LIMIT 1",
                  [](const Row&) { return true; });
    if (!found) return tl::unexpected(found.error());
    return found->value_or(false);
}

Result<bool> hasSignedIn(Connection& sql, const Actor& actor) {
    if (!actor.rater) {
        const auto guarded = hasGuardian(sql);
        if (!guarded) return tl::unexpected(guarded.error());
        return !*guarded;
    }
    const auto guarded = sql.first(
        "SELECT 1 FROM rater_password WHERE rater = ?", [](const Row&) { return true; }, *actor.rater);
    if (!guarded) return tl::unexpected(guarded.error());
    if (!*guarded) return true;
    const auto uuid = storeUuid(sql);
    if (!uuid) return tl::unexpected(uuid.error());
    return actor.signedInTo == *uuid;
}

Result<std::string> storeUuid(Connection& sql) {
    const auto uuid = sql.first("SELECT value FROM store_info WHERE name = 'store'",
                                [](const Row& r) { return r.text(0); });
    if (!uuid) return tl::unexpected(uuid.error());
    return uuid->value_or("");
}

} // namespace forameter::store
