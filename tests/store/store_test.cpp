// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "files.hpp"
#include "fixture.hpp"

namespace forameter::store {
namespace {

using StoreFileTest = StoreTest;

TEST_F(StoreFileTest, ANewStoreIsSoundAndBelongsToItsOwnerAlone) {
    expectSound();
    EXPECT_EQ(store().schemaVersion(), 6);
    EXPECT_TRUE(isUuid(store().writer()));
    EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::all,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(StoreFileTest, WritesAreDurableAndJournalled) {
    EXPECT_EQ(rawText(file, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(rawText(file, "PRAGMA application_id"), std::to_string(0x464f5241));
}

TEST_F(StoreFileTest, AnExistingFileIsNotReplacedByANewStore) {
    const auto again = Store::create(file);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::Conflict);
}

TEST_F(StoreFileTest, ASecondOpeningSeesTheSameRows) {
    const auto other = Store::open(file);
    ASSERT_TRUE(other) << why(other);
    EXPECT_EQ(StudyRepository(*other).count().value_or(0), 1u);
}

TEST_F(StoreFileTest, ARaterUnknownToAStoreWithRatersIsRefused) {
    ASSERT_TRUE(RaterRepository(store()).add(kR1));
    EXPECT_TRUE(Store::open(file, Actor::as(kR1)));
    const auto wrong = Store::open(file, Actor::as(RaterId("r9")));
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("r9"), std::string::npos);
}

TEST(StoreFile, OtherFilesAreRefusedWithASentence) {
    const TemporaryFolder folder;
    std::ofstream(folder / "empty").close();
    std::ofstream(folder / "text") << std::string(500, 'x');
    rawSql(folder / "other.sqlite", {"CREATE TABLE mine(a)"});
    for (const char* name : {"missing", "empty", "text", "other.sqlite", "."}) {
        const auto opened = Store::open(folder / name);
        ASSERT_FALSE(opened) << name;
        EXPECT_NE(opened.error().message.find((folder / name).string()), std::string::npos)
            << opened.error().message;
        EXPECT_TRUE(opened.error().message.ends_with(".")) << opened.error().message;
    }
    EXPECT_EQ(Store::open(folder / "missing").error().code, ErrorCode::NotFound);
    EXPECT_EQ(rawText(folder / "other.sqlite", "PRAGMA journal_mode"), "delete")
        << "another program's file was touched";
}

TEST_F(StoreFileTest, AStoreOfANewerVersionIsRefused) {
    close();
    rawSql(file, {"PRAGMA user_version = 99"});
    const auto opened = Store::open(file);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("newer Forameter"), std::string::npos) << opened.error().message;
    EXPECT_EQ(opened.error().code, ErrorCode::Conflict) << "nobody lacks a right";
}

TEST(StoreFile, NetworkFileSystemsAreKnownByTheirType) {
    EXPECT_EQ(files::networkFileSystem(0x6969), "NFS");
    EXPECT_EQ(files::networkFileSystem(0xff534d42), "CIFS");
    EXPECT_EQ(files::networkFileSystem(0x65735546), "FUSE");
    EXPECT_FALSE(files::networkFileSystem(0xef53));     // ext4
    EXPECT_FALSE(files::networkFileSystem(0x794c7630)); // overlayfs
}

TEST(StoreFile, PostgresIsRefusedByName) {
    const auto path = Store::pathFromArgument("postgresql://host/db");
    ASSERT_FALSE(path);
    EXPECT_NE(path.error().message.find("SQLite files only"), std::string::npos);
    EXPECT_EQ(Store::pathFromArgument("/a/b.sqlite").value_or(""), "/a/b.sqlite");
}

TEST(StoreFile, AStoreInAFolderThatCannotBeMadeSaysSo) {
    const auto made = Store::create("/proc/forameter/store.sqlite");
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("/proc/forameter"), std::string::npos) << made.error().message;
}

} // namespace
} // namespace forameter::store
