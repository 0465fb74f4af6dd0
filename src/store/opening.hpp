// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "database.hpp"
#include "forameter/store/store.hpp"
#include "schema.hpp"

// How a file becomes an open store; shared by Store, verify(), backup and restore.
namespace forameter::store {

/// Checks the file and opens it as it is, to read where `need` allows it and it cannot be written, without
/// bringing it to this version. A newer version is refused (Conflict).
struct Opened {
    std::unique_ptr<Database> database;
    int version = 0;
};
[[nodiscard]] Result<Opened> openAsIs(const std::filesystem::path& path, const Actor& actor,
                                      Store::Need need = Store::Need::Write);

/// Store::migrate with the steps given, so that tests can add some.
[[nodiscard]] Result<Store::Migration> migrateFile(const std::filesystem::path& path,
                                                   std::span<const MigrationStep> steps);

/// Starts a new audit chain that this copy of the store writes from now on.
[[nodiscard]] Result<> beginWriter(Transaction& change);

/// Ends WAL mode, so that the file is whole by itself and can be read from a read-only medium.
[[nodiscard]] Result<> makeSelfContained(const std::filesystem::path& path);

} // namespace forameter::store
