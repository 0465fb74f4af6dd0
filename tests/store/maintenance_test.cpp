// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "fixture.hpp"
#include "forameter/core/sha256.hpp"

namespace forameter::store {
namespace {

class BackupTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        save(contour);
    }
    const protocol::Contour contour = someForamen();
    const std::filesystem::path copy = folder / "backup.sqlite";
};

TEST_F(BackupTest, ABackupIsOneWholeFileWithEverything) {
    const auto done = backup(store(), copy);
    ASSERT_TRUE(done) << why(done);
    EXPECT_TRUE(done->ok());
    EXPECT_EQ(rawText(copy, "PRAGMA journal_mode"), "delete") << "needs no journal beside it";
    EXPECT_FALSE(std::filesystem::exists(copy.string() + "-wal"));
    const auto opened = Store::open(copy);
    ASSERT_TRUE(opened) << why(opened);
    EXPECT_TRUE(ContourRepository(*opened).find(contour.id));
    EXPECT_EQ(AuditLog(store()).entries().value().back().action, "store.backup");
}

TEST_F(BackupTest, NothingIsOverwrittenUnlessAsked) {
    std::ofstream(copy) << "mine";
    const auto refused = backup(store(), copy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_EQ(std::filesystem::file_size(copy), 4u);
    EXPECT_TRUE(backup(store(), copy, Overwrite::Yes));
    EXPECT_TRUE(Store::open(copy));
    EXPECT_FALSE(backup(store(), file, Overwrite::Yes)) << "onto itself";
}

TEST_F(BackupTest, ABackupThatCannotBeWrittenLeavesNothing) {
    EXPECT_FALSE(backup(store(), folder / "no-such-folder/backup.sqlite"));
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
        if (entry.path().string().find(".part") != std::string::npos) ++files;
    EXPECT_EQ(files, 0u);
}

TEST_F(BackupTest, ARaterMayNotCopyEverybodysContours) {
    reopen(Actor::as(kR1));
    EXPECT_EQ(backup(store(), copy).error().code, ErrorCode::NotAllowed);
}

TEST_F(BackupTest, RestoringBringsTheBackupBackAndKeepsWhatWasThere) {
    ASSERT_TRUE(backup(store(), copy));
    const auto later = someForamen(4, anatomy::Level::L2_L3);
    save(later);
    const std::string writer = store().writer();
    close();
    const auto done = restore(copy, file);
    ASSERT_TRUE(done) << why(done);
    reopen();
    EXPECT_TRUE(ContourRepository(store()).find(contour.id));
    EXPECT_FALSE(ContourRepository(store()).find(later.id));
    EXPECT_NE(store().writer(), writer) << "two copies must not write the same chain";
    save(later);
    expectSound();
    const auto replaced = Store::open(done->replaced);
    ASSERT_TRUE(replaced) << why(replaced);
    EXPECT_TRUE(ContourRepository(*replaced).find(later.id));
}

TEST_F(BackupTest, TheRestoredStoreSaysFromWhatItWasRestoredAndByWhom) {
    ASSERT_TRUE(backup(store(), copy));
    close();
    const std::string hash = toHex(sha256OfFile(copy).value());
    const auto done = restore(copy, file, Actor::as(kR2));
    ASSERT_TRUE(done) << why(done);
    EXPECT_EQ(done->sha256, hash);
    EXPECT_EQ(toHex(sha256OfFile(copy).value()), hash) << "the backup itself was touched";
    reopen();
    const auto last = AuditLog(store()).entries().value().back();
    EXPECT_EQ(last.action, "store.restore");
    EXPECT_EQ(last.actor, "r2");
    EXPECT_NE(last.subject.find("backup.sqlite"), std::string::npos) << last.subject;
    EXPECT_NE(last.subject.find(hash), std::string::npos) << last.subject;
    EXPECT_EQ(AuditLog(store()).head().value(), last.hash) << "it is in the chain that goes on";
    expectSound();
}

TEST_F(BackupTest, AStoreInUseIsNotReplaced) {
    ASSERT_TRUE(backup(store(), copy));
    save(someForamen(4));
    const auto refused = restore(copy, file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_EQ(current().size(), 2u);
}

TEST_F(BackupTest, ADamagedBackupIsNotRestored) {
    ASSERT_TRUE(backup(store(), copy));
    close();
    rawSql(copy, {"DROP TRIGGER contour_version_no_update", "UPDATE contour_version SET area_mm2 = 1"});
    const auto refused = restore(copy, file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
    reopen();
    expectSound();
}

TEST_F(BackupTest, ALostStoreIsRestoredToAnEmptyPlace) {
    ASSERT_TRUE(backup(store(), copy));
    close();
    std::filesystem::remove(file);
    const auto done = restore(copy, file);
    ASSERT_TRUE(done) << why(done);
    EXPECT_TRUE(done->replaced.empty());
    reopen();
    EXPECT_EQ(current().size(), 1u);
}

TEST_F(BackupTest, ADestroyedStoreIsReplacedToo) {
    ASSERT_TRUE(backup(store(), copy));
    close();
    std::ofstream(file) << "not a store any more";
    const auto done = restore(copy, file);
    ASSERT_TRUE(done) << why(done);
    EXPECT_EQ(std::filesystem::file_size(done->replaced), 20u);
    reopen();
    expectSound();
}

TEST_F(BackupTest, NothingIsPutBesideTheJournalOfAFileThatIsGone) {
    const auto journal = [](const std::filesystem::path& of) { return of.string() + "-wal"; };
    const auto kept = folder / "journal";
    std::filesystem::copy_file(journal(file), kept); // as a killed program leaves it
    ASSERT_TRUE(backup(store(), copy));
    close();
    std::filesystem::remove(file);
    std::filesystem::copy_file(kept, journal(file));
    for (const auto& refused :
         {restore(copy, file).map([](auto&&) {}), Store::create(file).map([](auto&&) {})}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
        EXPECT_NE(refused.error().message.find(journal(file)), std::string::npos) << refused.error().message;
    }
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_TRUE(std::filesystem::exists(journal(file))) << "it may hold somebody's last strokes";
    std::filesystem::remove(journal(file));
    ASSERT_TRUE(restore(copy, file));
    reopen();
    const auto other = folder / "other.sqlite";
    std::filesystem::copy_file(kept, journal(other));
    EXPECT_EQ(backup(store(), other).error().code, ErrorCode::Conflict);
    expectSound();
}

TEST_F(BackupTest, ABackupThatReplacesOneTakesNothingOfItsJournal) {
    ASSERT_TRUE(backup(store(), copy));
    const auto killed = folder / "killed.sqlite";
    {
        const auto opened = Store::open(copy);
        ASSERT_TRUE(opened) << why(opened);
        ASSERT_TRUE(ContourRepository(*opened).save(someForamen(4, anatomy::Level::L2_L3), 0));
        EXPECT_EQ(backup(store(), copy, Overwrite::Yes).error().code, ErrorCode::Conflict) << "it is in use";
        for (const char* part : {"", "-wal"})
            std::filesystem::copy_file(copy.string() + part, killed.string() + part);
    }
    const auto done = backup(store(), killed, Overwrite::Yes);
    ASSERT_TRUE(done) << why(done);
    const auto report = verify(killed);
    ASSERT_TRUE(report) << why(report);
    EXPECT_TRUE(report->ok()) << report->problems.front().message;
}

TEST_F(BackupTest, OtherFilesAreNoBackups) {
    std::ofstream(folder / "text") << "hello";
    close();
    EXPECT_FALSE(restore(folder / "text", file));
    EXPECT_FALSE(restore(folder / "missing", file));
    EXPECT_FALSE(restore(file, file));
    reopen();
}

} // namespace
} // namespace forameter::store
