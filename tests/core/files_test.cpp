// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/files.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/temporary_folder.hpp"

namespace forameter {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
protected:
    static std::string text(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    static mode_t mode(const fs::path& path) {
        struct stat status {};
        ::stat(path.c_str(), &status);
        return status.st_mode & 0777;
    }
    std::size_t count() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(m_folder.path()), {}));
    }

    testing::TemporaryFolder m_folder;
    const fs::path m_file = m_folder / "document.json";
};

TEST_F(Files, AFileIsReplacedAsAWholeAndNothingStaysBesideIt) {
    ASSERT_TRUE(writeWhole(m_file, "first"));
    ASSERT_TRUE(writeWhole(m_file, "2nd"));
    EXPECT_EQ(text(m_file), "2nd");
    EXPECT_EQ(count(), 1u);
}

TEST_F(Files, WhatIsThereStaysWhereTheNewCannotBeWritten) {
    ASSERT_TRUE(writeWhole(m_file, "first"));
    const auto failed = writeWhole(m_file, [](const fs::path& beside) -> Result<> {
        std::ofstream(beside) << "half";
        return fail(ErrorCode::StorageFailed, "The disk is full.");
    });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "The disk is full.");
    EXPECT_EQ(text(m_file), "first");
    EXPECT_EQ(count(), 1u);
}

TEST_F(Files, AFullDiskLeavesWhatIsThereAndIsTold) {
    ASSERT_TRUE(writeWhole(m_file, "first"));
    const auto before = count();
    // In a child, whose files may not grow beyond 64 KiB.
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit most{65'536, 65'536};
        ::setrlimit(RLIMIT_FSIZE, &most);
        const auto written = writeWhole(m_file, std::string(100'000, 'x'));
        const bool told =
            !written && written.error().code == ErrorCode::StorageFailed &&
            written.error().message.starts_with("The file " + m_file.string() + " cannot be written: ");
        ::_exit(told ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(text(m_file), "first");
    EXPECT_EQ(count(), before);
}

TEST_F(Files, AMissingFolderIsNamed) {
    const auto written = writeWhole(m_folder / "no\nsuch" / "a", "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::StorageFailed);
    EXPECT_NE(written.error().message.find("no\\x0asuch/a cannot be written: No such file"),
              std::string::npos)
        << written.error().message;
}

TEST_F(Files, OnlyTheOwnerReadsWhatIsMadeForHer) {
    ASSERT_TRUE(makeFolders(m_folder / "a" / "b", Readers::Owner));
    EXPECT_EQ(mode(m_folder / "a"), 0700u);
    EXPECT_EQ(mode(m_folder / "a" / "b"), 0700u);
    ASSERT_TRUE(writeWhole(m_file, "x", Readers::Owner));
    EXPECT_EQ(mode(m_file), 0600u);
}

TEST_F(Files, AReplacedFileKeepsWhoMayReadItAndALinkStaysOne) {
    ASSERT_TRUE(writeWhole(m_file, "first"));
    ::chmod(m_file.c_str(), 0640);
    const fs::path link = m_folder / "link";
    fs::create_symlink("document.json", link);
    ASSERT_TRUE(writeWhole(link, "second"));
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(text(m_file), "second");
    EXPECT_EQ(mode(m_file), 0640u);
}

TEST_F(Files, WhatIsNoRegularFileIsNotReplacedByOne) {
    ASSERT_TRUE(writeWhole("/dev/null", "x"));
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    EXPECT_FALSE(writeWhole(m_folder.path(), "x"));
}

TEST_F(Files, WhatCannotBeReadSaysWhy) {
    ASSERT_TRUE(writeWhole(m_file, std::string(200'000, 'x')));
    EXPECT_EQ(readWhole(m_file).value().size(), 200'000u);
    EXPECT_EQ(readWhole("/dev/null").value(), "");
    EXPECT_EQ(readWhole(m_file, 199'999).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(readWhole(m_folder / "none").error().code, ErrorCode::NotFound);
    EXPECT_EQ(readWhole(m_file / "none").error().code, ErrorCode::NotFound);
    const auto folder = readWhole(m_folder.path());
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, ErrorCode::Unreadable);
    EXPECT_EQ(folder.error().message,
              "The file " + m_folder.path().string() + " cannot be read: Is a directory.");
}

TEST_F(Files, ANameAsLongAsNamesMayBeCanBeWritten) {
    const fs::path longest = m_folder / (std::string(250, 'n') + ".json");
    ASSERT_TRUE(writeWhole(longest, "x"));
    EXPECT_EQ(text(longest), "x");
}

TEST_F(Files, FoldersAreMadeWhereTheyAreMissingAndAFileInTheWayIsTold) {
    ASSERT_TRUE(makeFolders(""));
    ASSERT_TRUE(makeFolders(m_folder / "a" / "b" / ""));
    ASSERT_TRUE(makeFolders(m_folder / "a" / "b"));
    EXPECT_TRUE(fs::is_directory(m_folder / "a" / "b"));
    ASSERT_TRUE(writeWhole(m_file, "x"));
    const auto made = makeFolders(m_file / "c");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "The folder " + m_file.string() + "/c cannot be made: Not a directory.");
}

TEST_F(Files, TheDataFolderIsTheUsers) {
    const auto with = [](const char* data, const char* home) {
        data ? ::setenv("XDG_DATA_HOME", data, 1) : ::unsetenv("XDG_DATA_HOME");
        ::setenv("HOME", home, 1);
        return userDataFolder();
    };
    const char* home = std::getenv("HOME");
    const std::string was = home ? home : "";
    EXPECT_EQ(with("/data", "/home/a"), "/data/forameter");
    EXPECT_EQ(with("relative", "/home/a"), "/home/a/.local/share/forameter");
    EXPECT_EQ(with(nullptr, ""), fs::temp_directory_path() / "forameter");
    ::unsetenv("XDG_DATA_HOME");
    home ? ::setenv("HOME", was.c_str(), 1) : ::unsetenv("HOME");
}

} // namespace
} // namespace forameter
