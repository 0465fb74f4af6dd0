// SPDX-License-Identifier: Apache-2.0
#include "opening.hpp"
#include "schema.hpp"

#include "fixture.hpp"

#include <fstream>

namespace forameter::store {
namespace {

class MigrationTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        save(contour);
        close();
        steps.assign(migrationSteps().begin(), migrationSteps().end());
    }
    /// Adds a step behind the real ones, as a later version will.
    void addStep(std::vector<std::string> statements) {
        steps.push_back({steps.back().version + 1, std::move(statements)});
    }

    const protocol::Contour contour = someForamen();
    std::vector<MigrationStep> steps;
};

TEST_F(MigrationTest, AStoreOfThisVersionIsLeftAlone) {
    const auto done = Store::migrate(file);
    ASSERT_TRUE(done) << why(done);
    EXPECT_EQ(done->from, done->to);
    EXPECT_TRUE(done->backup.empty());
}

TEST_F(MigrationTest, StepsAreTakenInOrderAfterABackup) {
    addStep({"ALTER TABLE study ADD COLUMN site TEXT", "CREATE TABLE later(id INTEGER PRIMARY KEY)"});
    addStep({"INSERT INTO later(id) VALUES(1)"});
    const auto done = migrateFile(file, steps);
    ASSERT_TRUE(done) << why(done);
    EXPECT_EQ(done->to, steps.back().version);
    EXPECT_EQ(rawText(file, "SELECT COUNT(*) FROM later"), "1");
    EXPECT_EQ(rawText(file, "PRAGMA user_version"), std::to_string(steps.back().version));
    EXPECT_EQ(rawText(file, "SELECT action FROM audit ORDER BY seq DESC LIMIT 1"), "store.migrate");
    const auto backup = Store::open(done->backup);
    ASSERT_TRUE(backup) << why(backup);
    EXPECT_EQ(backup->schemaVersion(), done->from);
    EXPECT_TRUE(ContourRepository(*backup).find(contour.id));
}

TEST_F(MigrationTest, AStepThatFailsLeavesTheStoreAsItWas) {
    addStep({"CREATE TABLE later(id INTEGER PRIMARY KEY)", "this is no SQL"});
    const auto failed = migrateFile(file, steps);
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().message.starts_with("The store could not be brought to version"))
        << failed.error().message;
    EXPECT_EQ(rawText(file, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'later'"), "0");
    reopen();
    EXPECT_EQ(current().size(), 1u);
    expectSound();
}

TEST_F(MigrationTest, EveryVersionFromTheFirstReachesThisOne) {
    for (int version = 1; version < currentSchemaVersion(); ++version) {
        // As that version of the program wrote it: levels, a few contours and their audit.
        const auto old = folder / ("v" + std::to_string(version));
        std::ifstream script(FORAMETER_STORE_DATA "/v" + std::to_string(version) + ".sql");
        ASSERT_TRUE(script) << "keep a store of version " << version << " as a file of this test";
        std::vector<std::string> statements;
        for (std::string line; std::getline(script, line);)
            statements.push_back(line);
        rawSql(old, statements);
        const auto opened = Store::open(old);
        ASSERT_TRUE(opened) << why(opened);
        EXPECT_EQ(opened->schemaVersion(), currentSchemaVersion());
        EXPECT_EQ(ContourRepository(*opened).count({}).value_or(0), 3u);
        const auto report = verify(*opened);
        ASSERT_TRUE(report) << why(report);
        for (const auto& problem : report->problems)
            ADD_FAILURE() << version << ": " << problem.where << ": " << problem.message;
    }
    EXPECT_EQ(migrationSteps().front().version, 1);
    for (std::size_t i = 1; i < migrationSteps().size(); ++i)
        EXPECT_EQ(migrationSteps()[i].version, migrationSteps()[i - 1].version + 1);
}

} // namespace
} // namespace forameter::store
