// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "forameter/core/time.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

struct Rater {
    RaterId name; ///< 1 to 64 letters, digits or . _ - @
    Timestamp added;
};

/// Who draws. A rater is also added by the first contour, level set or cell state under her name.
class RaterRepository {
public:
    explicit RaterRepository(const Store& store) : m_database(store.database()) {}

    /// Fails with Conflict where the name is taken, InvalidArgument where it is none.
    [[nodiscard]] Result<> add(const RaterId& name);
    /// By name; a rater finds only herself.
    [[nodiscard]] Result<std::vector<Rater>> list() const;

private:
    Database& m_database;
};

} // namespace forameter::store
