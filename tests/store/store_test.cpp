// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "database.hpp"
#include "files.hpp"
#include "fixture.hpp"

namespace forameter::store {
namespace {

using StoreFileTest = StoreTest;

TEST_F(StoreFileTest, ANewStoreIsSoundAndBelongsToItsOwnerAlone) {
    expectSound();
    EXPECT_EQ(store().schemaVersion(), 7);
    EXPECT_TRUE(isUuid(store().writer()));
    EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::all,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(StoreFileTest, WritesAreDurableAndJournalled) {
    EXPECT_EQ(rawText(file, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(rawText(file, "PRAGMA application_id"), std::to_string(0x464f5241));
}

TEST_F(StoreFileTest, StatementsOfEverNewFiltersAreNotKeptForEver) {
    Connection& sql = **store().database().connection();
    int last = 0;
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(sql.forEach("SELECT " + std::to_string(i), [&](const Row& r) {
            last = static_cast<int>(r.integer(0));
            // One that runs meanwhile is kept whatever is let go.
            EXPECT_TRUE(sql.forEach("SELECT -" + std::to_string(i), [](const Row&) {}));
        }));
    EXPECT_EQ(last, 999);
    EXPECT_LE(sql.statements(), Connection::kMostStatements);
}

TEST_F(StoreFileTest, APathThatIsNoUtf8IsRefusedAndNothingIsMade) {
    const testing::TemporaryFolder empty;
    const auto made = Store::create(empty / "\xff.sqlite");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(made.error().message.find("UTF-8"), std::string::npos) << made.error().message;
    EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
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

/// As another user, who may read all but write neither file nor folder, while it lives.
class Stranger {
public:
    explicit Stranger(const std::filesystem::path& store) : m_folder(store.parent_path()) {
        for (const auto& part : {store, files::walOf(store), files::shmOf(store)})
            if (std::filesystem::exists(part))
                std::filesystem::permissions(part, std::filesystem::perms(0444));
        std::filesystem::permissions(m_folder, std::filesystem::perms(0555));
        if (m_root && ::seteuid(65534) != 0) ADD_FAILURE() << "still root";
    }
    ~Stranger() {
        if (m_root && ::seteuid(0) != 0) ADD_FAILURE() << "root no more";
        std::filesystem::permissions(m_folder, std::filesystem::perms(0700));
    }

private:
    const std::filesystem::path m_folder;
    const bool m_root = ::geteuid() == 0;
};

TEST_F(StoreFileTest, WhoMayNotWriteAStoreReadsAndVerifiesItAndChangesNothing) {
    confirmLevels();
    save(someForamen());
    close();
    const TemporaryFolder elsewhere;
    std::filesystem::permissions(elsewhere.path(), std::filesystem::perms(0777));
    const Stranger stranger(file);
    EXPECT_FALSE(Store::open(file)) << "who means to write is told so at once";
    const auto opened = Store::open(file, {}, Store::Need::Read);
    ASSERT_TRUE(opened) << why(opened);
    EXPECT_TRUE(opened->readOnly());
    EXPECT_EQ(ContourRepository(*opened).current({})->size(), 1u);
    const auto report = verify(file);
    ASSERT_TRUE(report) << why(report);
    EXPECT_TRUE(report->ok());
    EXPECT_FALSE(AuditLog(*opened).entries()->empty());
    const auto copied = backup(*opened, elsewhere / "copy.sqlite");
    EXPECT_TRUE(copied) << why(copied);
    const auto refused = ContourRepository(*opened).save(someForamen(4), 0);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("cannot be written"), std::string::npos)
        << refused.error().message;
}

TEST_F(StoreFileTest, AStoreAtWorkIsReadAndOneWithTheJournalOfAKilledProgramIsNot) {
    confirmLevels();
    save(someForamen());
    const auto journal = files::walOf(file), copy = folder / "killed.sqlite";
    {
        const Stranger stranger(file); // somebody is at work
        const auto opened = Store::open(file, {}, Store::Need::Read);
        ASSERT_TRUE(opened) << why(opened);
        EXPECT_EQ(ContourRepository(*opened).current({})->size(), 1u) << "it lies in the journal still";
    }
    std::filesystem::copy_file(file, copy);
    std::filesystem::copy_file(journal, files::walOf(copy));
    const Stranger stranger(copy);
    const auto refused = Store::open(copy, {}, Store::Need::Read);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find(files::walOf(copy).string()), std::string::npos)
        << refused.error().message;
    EXPECT_FALSE(verify(copy));
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
