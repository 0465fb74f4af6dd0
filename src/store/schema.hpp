// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "connection.hpp"

namespace forameter::store {

/// One step from the version before to `version`: a file of migrations/. Steps that have been released are
/// never changed; the next one is added after them.
struct MigrationStep {
    int version = 0;
    std::vector<std::string> statements;
};

/// All steps from an empty file (version 0) to this program's version.
[[nodiscard]] std::span<const MigrationStep> migrationSteps();
[[nodiscard]] int currentSchemaVersion();

/// The tables whose rows are never changed or deleted.
[[nodiscard]] std::span<const std::string_view> appendOnlyTables();

/// Carries out the steps after version `from`, each in a transaction of its own together with the new version
/// number.
[[nodiscard]] Result<> applySteps(Connection& connection, int from, std::span<const MigrationStep> steps);

/// Version number in the file.
[[nodiscard]] Result<int> schemaVersion(Connection& connection);

} // namespace forameter::store
