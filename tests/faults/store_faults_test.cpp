// SPDX-License-Identifier: Apache-2.0
// A writer in a process of its own is killed, starved of disk or robbed of its rights; what it was told was
// stored must be there.
#include <QCoreApplication>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <random>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

#include "forameter/store/packet.hpp"

#include "../store/fixture.hpp"

namespace forameter::store {
namespace {

/// What a child process says, line by line: "kept UUID VERSION" after each stroke, "overtaken MESSAGE" where
/// another window of the same rater changed the contour first, "failed MESSAGE" once.
struct Heard {
    std::set<std::pair<std::string, int>> kept;
    int overtaken = 0;
    std::string failure;
};

class Writer {
public:
    /// Starts this program again as a writer on `file`; `prepare` runs in the child before it starts.
    Writer(const std::filesystem::path& file, const std::string& rater,
           const std::function<void()>& prepare = {}) {
        int pipe[2];
        if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        m_process = ::fork();
        if (m_process == 0) {
            ::dup2(pipe[1], STDOUT_FILENO);
            if (prepare) prepare();
            ::execl("/proc/self/exe", "store_faults_test", "--write", file.c_str(), rater.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(pipe[1]);
        m_output = pipe[0];
    }
    ~Writer() {
        if (m_process > 0) (void)finish(SIGKILL);
        ::close(m_output);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Waits until the child has said something: it is at work.
    void waitForFirstWord() {
        char byte = 0;
        if (::read(m_output, &byte, 1) == 1) m_text += byte;
    }
    /// Ends the child by a signal (0: lets it end by itself) and takes in all that it said.
    Heard finish(int signal) {
        if (signal != 0) ::kill(m_process, signal);
        char buffer[4096];
        for (ssize_t size; (size = ::read(m_output, buffer, sizeof buffer)) > 0;)
            m_text.append(buffer, static_cast<std::size_t>(size));
        ::waitpid(m_process, nullptr, 0);
        m_process = 0;
        Heard heard;
        std::istringstream lines(m_text.substr(0, m_text.rfind('\n') + 1)); // a half line was not said
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string word, uuid;
            int version = 0;
            words >> word;
            if (word == "kept" && words >> uuid >> version) heard.kept.emplace(uuid, version);
            heard.overtaken += word == "overtaken" ? 1 : 0;
            if (word == "failed") heard.failure = line.substr(7);
        }
        return heard;
    }

private:
    pid_t m_process = 0;
    int m_output = -1;
    std::string m_text;
};

void say(const std::string& line) {
    const std::string text = line + "\n";
    if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) ::_exit(3);
}

/// The child: draws, changes and undoes for ever, saying what has been stored.
int write(const std::filesystem::path& file, const std::string& rater) {
    const auto store = Store::open(file);
    if (!store) {
        say("failed " + store.error().message);
        return 1;
    }
    ContourRepository contours(*store);
    History history(*store);
    std::mt19937 random(static_cast<unsigned>(::getpid()));
    const int slice = static_cast<int>(random() % 11);
    for (int stroke = 0;; ++stroke) {
        auto contour = someForamen(3 + 0.01 * (stroke % 400), anatomy::Level::L4_L5, rater, slice);
        for (int version = 0; version < 3; ++version) {
            const auto saved = contours.save(contour, version);
            if (!saved && saved.error().code == ErrorCode::Conflict) {
                say("overtaken " + saved.error().message);
                break;
            }
            if (!saved) {
                say("failed " + saved.error().message);
                return 1;
            }
            say("kept " + contour.id.text() + " " + std::to_string(saved->version));
            contour.curve.points[0].y += 0.01;
        }
        // A rater has one history, whatever window they draw in: what is taken back may be another window's.
        if (random() % 4 == 0)
            if (const auto undone = history.undo(contour.study, RaterId(rater)); undone && *undone)
                if (const auto now = contours.find(contour.id))
                    say("kept " + contour.id.text() + " " + std::to_string(now->version));
    }
}

class StoreFaultTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        confirmLevels();
        close();
    }
    void expectKept(const std::set<std::pair<std::string, int>>& kept) {
        reopen();
        std::set<std::pair<std::string, int>> stored;
        const auto versions = ContourRepository(store()).versions({});
        ASSERT_TRUE(versions) << why(versions);
        for (const auto& version : *versions)
            stored.emplace(version.contour.id.text(), version.version);
        std::size_t lost = 0;
        for (const auto& one : kept)
            lost += stored.count(one) == 0 ? 1 : 0;
        EXPECT_EQ(lost, 0u) << "of " << kept.size();
    }
    /// Another program that finds no lock takes itself for the last one and removes the journal.
    bool othersSeeTheLock() const {
        const pid_t other = ::fork();
        if (other == 0) {
            struct flock lock {};
            lock.l_type = F_WRLCK;
            lock.l_whence = SEEK_SET;
            lock.l_start = 0x40000002; // SQLite's shared bytes
            lock.l_len = 510;
            const int handle = ::open(file.c_str(), O_RDWR);
            ::_exit(handle >= 0 && ::fcntl(handle, F_GETLK, &lock) == 0 && lock.l_type == F_RDLCK ? 0 : 1);
        }
        int status = 0;
        return ::waitpid(other, &status, 0) == other && WEXITSTATUS(status) == 0;
    }
};

TEST_F(StoreFaultTest, Kill9LosesNoAcknowledgedStroke) {
    constexpr int kRounds = 20;
    std::mt19937 random(20260131);
    std::set<std::pair<std::string, int>> kept;
    for (int round = 0; round < kRounds; ++round) {
        Writer writer(file, "r1");
        writer.waitForFirstWord();
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 60000));
        const Heard heard = writer.finish(SIGKILL);
        EXPECT_EQ(heard.failure, "");
        EXPECT_EQ(heard.overtaken, 0) << "nobody else draws";
        kept.insert(heard.kept.begin(), heard.kept.end());
        expectKept(kept);
        const auto undone = History(store()).undo(kStudy, kR1);
        EXPECT_TRUE(undone && *undone) << "undo works after the crash: " << why(undone);
        close();
    }
    EXPECT_GT(kept.size(), static_cast<std::size_t>(kRounds));
    reopen();
    expectSound();
    RecordProperty("acknowledged", static_cast<int>(kept.size()));
}

TEST_F(StoreFaultTest, ProcessesThatShareAStoreLoseNothing) {
    std::set<std::pair<std::string, int>> kept;
    {
        Writer first(file, "r1"), second(file, "r2"), third(file, "r1");
        for (auto* writer : {&first, &second, &third})
            writer->waitForFirstWord();
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        for (auto* writer : {&first, &second, &third}) {
            const Heard heard = writer->finish(SIGKILL);
            EXPECT_EQ(heard.failure, "");
            EXPECT_FALSE(heard.kept.empty());
            kept.insert(heard.kept.begin(), heard.kept.end());
        }
    }
    expectKept(kept);
    expectSound();
}

TEST_F(StoreFaultTest, OpeningAStoreOnceMoreKeepsItsLocks) {
    reopen();
    {
        const auto again = Store::open(file); // as jobs and rooms of the desktop do
        ASSERT_TRUE(again) << why(again);
    }
    EXPECT_TRUE(othersSeeTheLock()) << "the first one's lock is gone";
}

TEST_F(StoreFaultTest, CollectingTheStoreItselfForAPacketKeepsItsLocks) {
    reopen();
    const RaterId anna("anna.a");
    ASSERT_TRUE(RaterRepository(store()).add(anna));
    RoundPlan plan;
    plan.name = "pilot";
    plan.raters = {anna};
    plan.studies = {kStudy};
    plan.slices = SliceRule::Free;
    const auto made = RoundRepository(store()).create(plan);
    ASSERT_TRUE(made) << why(made);
    const auto taken = collectPacket(store(), "pilot", file); // its folder was given, or it was clicked
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::Corrupt) << taken.error().message;
    EXPECT_TRUE(othersSeeTheLock()) << "the store's lock is gone";
}

TEST_F(StoreFaultTest, AFullDiskIsSaidAndKeepsWhatWasStored) {
    // Files may not grow beyond this, as on a full disk; the signal that tells so is turned into a failing
    // write.
    Writer writer(file, "r1", [] {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{700'000, 700'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    });
    const Heard heard = writer.finish(0);
    EXPECT_FALSE(heard.kept.empty());
    EXPECT_NE(heard.failure.find(file.string()), std::string::npos) << heard.failure;
    EXPECT_TRUE(heard.failure.find("full") != std::string::npos ||
                heard.failure.find("disk") != std::string::npos)
        << heard.failure;
    expectKept(heard.kept);
    expectSound();
}

TEST_F(StoreFaultTest, AStoreThatMayNotBeWrittenIsRefusedWithASentence) {
    const auto parent = file.parent_path();
    std::filesystem::permissions(parent,
                                 std::filesystem::perms::others_read | std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
    Writer writer(file, "r1", [] {
        if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0))
            ::_exit(4); // root may write anything
    });
    const Heard heard = writer.finish(0);
    EXPECT_TRUE(heard.kept.empty());
    EXPECT_NE(heard.failure.find("you may not write the file"), std::string::npos) << heard.failure;
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    reopen();
    expectSound();
}

TEST_F(StoreFaultTest, AKilledCreationLeavesNoHalfStore) {
    const auto fresh = folder / "fresh.sqlite";
    std::mt19937 random(7);
    for (int round = 0; round < 10; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::execl("/proc/self/exe", "store_faults_test", "--create", fresh.c_str(), nullptr);
            ::_exit(127);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10 + random() % 60));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        if (!std::filesystem::exists(fresh)) continue;
        const auto opened = Store::open(fresh);
        ASSERT_TRUE(opened) << why(opened);
        EXPECT_TRUE(verify(*opened).value().ok());
        std::filesystem::remove(fresh);
    }
}

} // namespace

int runAsChild(const std::string& verb, const std::filesystem::path& file, const std::string& rater) {
    if (verb == "--write") return write(file, rater);
    return verb == "--create" && Store::create(file) ? 0 : 1;
}

} // namespace forameter::store

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (argc >= 3 && std::string_view(argv[1]).starts_with("--") &&
        !std::string_view(argv[1]).starts_with("--gtest"))
        return forameter::store::runAsChild(argv[1], argv[2], argc > 3 ? argv[3] : "");
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
