// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "forameter/store/access.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// Checks a password against its Argon2id hash (libsodium, constant time, about 0.1 s) and returns the actor
/// to open the store as. Fails with NotAllowed and the same words for a wrong password, a name that is
/// unknown and one without a password. After five failures in a row each further attempt has to wait (10 s,
/// doubling to 15 min) and is refused unchecked until then. Success and failure are audited; the password is
/// not kept anywhere.
[[nodiscard]] Result<Actor> signIn(const std::filesystem::path& store, const RaterId& rater,
                                   std::string_view password);
/// Notes in the audit that the actor left (or that the screen was locked).
[[nodiscard]] Result<> signOut(const Store& store);

/// Whether somebody has to sign in before this actor may open the store.
[[nodiscard]] Result<bool> needsSignIn(const std::filesystem::path& store, const Actor& actor);

/// The role that the actor has now, and whether it allows an operation, on a study or on the store as a
/// whole: for what an interface offers. Repositories ask for themselves.
[[nodiscard]] Result<Role> roleOf(const Store& store);
[[nodiscard]] Result<bool> mayDo(const Store& store, Operation operation,
                                 const std::optional<StudyUid>& study = {});
/// The same on something in this situation, whichever it will be; in a packet all is in Situation::Packet.
[[nodiscard]] Result<bool> mayDo(const Store& store, Operation operation, Situation situation);
/// Refuses as repositories do, for what an interface checks itself: NotAllowed with "Rater r1 may not
/// <what> ...", noted in the audit as denied. About `study` where one is named.
[[nodiscard]] Result<> demand(const Store& store, Operation operation, const std::string& what,
                              const std::optional<StudyUid>& study = {});

/// After how long without input the desktop locks itself; 15 minutes unless set, 0 for never. The store only
/// keeps the setting.
[[nodiscard]] Result<std::chrono::minutes> autoLock(const Store& store);
[[nodiscard]] Result<> setAutoLock(const Store& store, std::chrono::minutes after);

} // namespace forameter::store
