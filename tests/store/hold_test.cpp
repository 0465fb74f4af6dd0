// SPDX-License-Identifier: Apache-2.0
#include "hold.hpp"

#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <thread>

#include "files.hpp"
#include "fixture.hpp"

namespace forameter::store {
namespace {

namespace fs = std::filesystem;
using files::Hold;
using files::Scratch;

/// Another program that does `work` and then waits to be killed.
class Program {
public:
    template <class Work>
    explicit Program(Work work) {
        int ready[2];
        EXPECT_EQ(::pipe(ready), 0);
        m_child = ::fork();
        if (m_child == 0) {
            work();
            (void)!::write(ready[1], "x", 1);
            while (true)
                ::pause();
        }
        char byte = 0;
        EXPECT_EQ(::read(ready[0], &byte, 1), 1);
        ::close(ready[0]);
        ::close(ready[1]);
    }
    ~Program() { kill(); }
    void kill() {
        if (m_child <= 0) return;
        ::kill(m_child, SIGKILL);
        ::waitpid(std::exchange(m_child, 0), nullptr, 0);
    }

private:
    pid_t m_child = 0;
};

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(Hold, AFileThatAnybodyHoldsIsHeldByNobodyAlone) {
    const TemporaryFolder folder;
    const fs::path file = folder / "a";
    std::ofstream(file) << "a";
    {
        const auto one = Hold::together(file), two = Hold::together(file);
        ASSERT_TRUE(one && two);
        EXPECT_FALSE(Hold::alone(file).value());
    }
    {
        const auto mine = Hold::alone(file).value();
        ASSERT_TRUE(mine);
        EXPECT_FALSE(Hold::alone(file).value());
    }
    const fs::path theirs = folder / "b"; // not known here yet: a child of this process would share what is
    std::ofstream(theirs) << "b";
    Program other([&] { new Hold(Hold::together(theirs).value()); });
    EXPECT_TRUE(Hold::together(theirs));
    EXPECT_FALSE(Hold::alone(theirs).value()) << "another program has it";
    other.kill();
    EXPECT_TRUE(Hold::alone(theirs).value()) << "a hold ends with its program";
    EXPECT_FALSE(Hold::together(folder / "missing"));
}

TEST_F(StoreTest, WhoOpensAStoreWhileItIsReplacedGetsTheOneThatHasItsName) {
    const fs::path copy = folder / "backup.sqlite";
    ASSERT_TRUE(backup(store(), copy));
    confirmLevels();
    close();
    std::optional<Hold> replacing = Hold::alone(file).value();
    ASSERT_TRUE(replacing);
    std::thread opener([&] {
        const auto opened = Store::open(file);
        ASSERT_TRUE(opened) << why(opened);
        EXPECT_FALSE(LevelSetRepository(*opened).confirmed(kStudy).value()) << "this is the old one";
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    fs::rename(copy, file);
    replacing.reset();
    opener.join();
    reopen();
    expectSound();
}

TEST(Scratch, WhatKilledProgramsLeaveIsDeletedAndWhatIsAtWorkIsNot) {
    const TemporaryFolder folder;
    const fs::path base = folder / "store.sqlite";
    std::ofstream(base) << "the store itself";
    std::ofstream(base.string() + ".collecting-notes") << "somebody's own";
    Program killed([&] {
        const auto* left = new Scratch(Scratch::make(base, "collecting").value());
        std::ofstream(left->path().string() + "-wal") << "journal";
    });
    Program atWork([&] { new Scratch(Scratch::make(base, "collecting").value()); });
    EXPECT_EQ(filesIn(folder.path()), 5u);
    killed.kill();
    {
        const auto mine = Scratch::make(base, "collecting"), second = Scratch::make(base, "collecting");
        ASSERT_TRUE(mine && second);
        EXPECT_TRUE(fs::exists(mine->path()));
        EXPECT_EQ(filesIn(folder.path()), 5u)
            << "the two of this program, the one at work, and what is not ours";
    }
    atWork.kill();
    { const auto last = Scratch::make(base, "collecting"); }
    EXPECT_EQ(filesIn(folder.path()), 2u);
}

} // namespace
} // namespace forameter::store
