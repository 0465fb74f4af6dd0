// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "forameter/core/time.hpp"
#include "forameter/store/access.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

struct Rater {
    RaterId name; ///< 1 to 64 letters, digits or . _ - @
    Timestamp added;
    Role role = Role::Rater;
    bool hasPassword = false; ///< then she acts only after signIn()
};

/// Who works with the store. A rater is also added, with the role of a rater, by the first contour, level set
/// or cell state under her name, as long as the store has no passwords.
class RaterRepository {
public:
    explicit RaterRepository(const Store& store) : m_database(store.database()) {}

    /// Fails with Conflict where the name is taken, InvalidArgument where it is none, NotAllowed where the
    /// actor may not manage accounts (a rater may add herself to a store that does not know her).
    [[nodiscard]] Result<> add(const RaterId& name, Role role = Role::Rater);
    /// By name; who may not read others' names finds only herself.
    [[nodiscard]] Result<std::vector<Rater>> list() const;
    [[nodiscard]] Result<Rater> find(const RaterId& name) const;

    /// Refused where the store would be left without an administrator who can sign in.
    [[nodiscard]] Result<> setRole(const RaterId& name, Role role);
    /// Sets one's own password, or another's where the actor manages accounts. From the first administrator's
    /// password on nobody acts without a name. Kept as an Argon2id hash; never audited. Fails where it is
    /// shorter than kShortestPassword characters or longer than 1024 bytes.
    [[nodiscard]] Result<> setPassword(const RaterId& name, std::string_view password);
    static constexpr int kShortestPassword = 8;

private:
    Database& m_database;
};

} // namespace forameter::store
