// SPDX-License-Identifier: Apache-2.0
#include "schema.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "dialect.hpp"
#include "migrations.hpp" // made from migrations/*.sql

namespace forameter::store {

namespace {

using Tables = std::vector<std::string_view>;

/// The tables of each version whose rows are never changed or deleted; of a released one never changed.
const std::array<Tables, kMigrations.size()> kAppendOnly{
    Tables{"audit", "contour_version", "area", "level_set", "cell_state", "series_weighting", "edit_step"},
    Tables{"rater_role", "round", "round_state", "assignment", "assignment_state", "assignment_score",
           "effort", "packet"},
    Tables{"consensus", "review"},
    Tables{"round_slice"},
    Tables{"proposal_decision"},
    Tables{"audit", "edit_step", "area"}, // made anew
    Tables{"contour_version"},            // made anew
};
/// Those that a later version did away with.
constexpr std::string_view kDropped[] = {"area"};

/// A statement of a migration ends with the line that ends with its semicolon.
std::vector<std::string> statements(std::string_view sql) {
    std::vector<std::string> result;
    std::istringstream lines{std::string(sql)};
    std::string statement;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("--")) continue;
        statement += line;
        if (statement.ends_with(';')) {
            statement.pop_back();
            result.push_back(std::exchange(statement, {}));
        } else if (!statement.empty()) {
            statement += '\n';
        }
    }
    return result;
}

} // namespace

std::span<const MigrationStep> migrationSteps() {
    static const std::vector<MigrationStep> steps = [] {
        std::vector<MigrationStep> all;
        for (std::size_t i = 0; i < kMigrations.size(); ++i) {
            MigrationStep step{static_cast<int>(i) + 1, statements(kMigrations[i])};
            for (const auto table : kAppendOnly[i])
                for (auto& statement : dialect::appendOnly(table))
                    step.statements.push_back(std::move(statement));
            all.push_back(std::move(step));
        }
        return all;
    }();
    return steps;
}

int currentSchemaVersion() {
    return static_cast<int>(kMigrations.size());
}

std::span<const std::string_view> appendOnlyTables() {
    static const Tables all = [] {
        Tables tables;
        for (const auto& since : kAppendOnly)
            for (const auto table : since)
                if (std::ranges::find(tables, table) == tables.end() &&
                    std::ranges::find(kDropped, table) == std::end(kDropped))
                    tables.push_back(table);
        return tables;
    }();
    return all;
}

Result<> applySteps(Connection& connection, int from, std::span<const MigrationStep> steps) {
    for (const auto& step : steps) {
        if (step.version <= from) continue;
        const auto run = [&]() -> Result<> {
            // A table is made anew by taking its place, while others refer to it; its rows are copied as they
            // are, so that what referred to them still does.
            if (const auto free = connection.once(dialect::kReferencesUnchecked); !free) return free;
            if (const auto begun = connection.once(dialect::kBeginWrite); !begun) return begun;
            // Another program may have done this step while this one waited for the lock.
            const auto version = schemaVersion(connection);
            if (!version) return tl::unexpected(version.error());
            if (*version >= step.version) return connection.once("COMMIT");
            for (const auto& statement : step.statements)
                if (const auto done = connection.once(statement); !done) return done;
            if (const auto done = connection.once(dialect::setUserVersion(step.version)); !done) return done;
            return connection.once("COMMIT");
        };
        const auto done = run();
        if (!done) (void)connection.once("ROLLBACK");
        if (const auto again = connection.once(dialect::kReferencesChecked); !again) return again;
        if (!done)
            return fail(done.error().code, "The store could not be brought to version " +
                                               std::to_string(step.version) + "; it was left as it was. " +
                                               done.error().message);
    }
    return {};
}

Result<int> schemaVersion(Connection& connection) {
    const auto version = connection.first("PRAGMA user_version",
                                          [](const Row& row) { return static_cast<int>(row.integer(0)); });
    if (!version) return tl::unexpected(version.error());
    return version->value_or(0);
}

} // namespace forameter::store
