// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/message.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <thread>
#include <unistd.h>

using namespace forameter;
using namespace forameter::wire;

namespace {

class Pipe {
public:
    Pipe() {
        if (::pipe(m_ends.data()) != 0) throw std::runtime_error("no pipe");
    }
    ~Pipe() {
        closeOut();
        closeIn();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int out() const { return m_ends[0]; }
    [[nodiscard]] int in() const { return m_ends[1]; }
    void closeOut() { close(m_ends[0]); }
    void closeIn() { close(m_ends[1]); }

private:
    static void close(int& end) {
        if (end >= 0) ::close(end);
        end = -1;
    }
    std::array<int, 2> m_ends{-1, -1};
};

/// What read() makes of these bytes, after which the pipe ends.
Result<std::optional<Message>> readBytes(const std::string& bytes, const Limits& limits = {}) {
    Pipe pipe;
    EXPECT_EQ(::write(pipe.in(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    pipe.closeIn();
    return read(pipe.out(), limits);
}

std::string withLength(const std::string& header, const std::string& rest = {}) {
    const auto length = static_cast<std::uint32_t>(header.size());
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + header + rest;
}

} // namespace

TEST(Message, ComesOutAsItWentIn) {
    Pipe pipe;
    const Message sent{
        R"({"type":"infer","text":"Wirbelsäule"})",
        {{{2, 1, 3}, {1.5f, -2.0f, 3.25f, 0.0f, 1e-30f, 1e30f}}, {{0, 4}, {}}, {{}, {}}, {{1}, {7.0f}}}};
    ASSERT_TRUE(write(pipe.in(), sent));
    pipe.closeIn();
    const auto got = read(pipe.out());
    ASSERT_TRUE(got) << got.error().message;
    ASSERT_TRUE(*got);
    EXPECT_EQ((*got)->frames, sent.frames);
    EXPECT_NE((*got)->header.find("Wirbelsäule"), std::string::npos);
    const auto end = read(pipe.out());
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end) << "the pipe has ended";
}

TEST(Message, LargerThanThePipeGoesThrough) {
    Pipe pipe;
    Message sent{R"({"type":"x"})", {{{1000, 500}, Values(500'000, 3.0f)}}};
    std::jthread writer([&] { EXPECT_TRUE(write(pipe.in(), sent)); });
    const auto got = read(pipe.out());
    ASSERT_TRUE(got && *got);
    EXPECT_EQ((*got)->frames, sent.frames);
}

TEST(Message, WhoseFramesContradictTheirShapeIsNotSent) {
    Pipe pipe;
    EXPECT_FALSE(write(pipe.in(), {R"({"type":"x"})", {{{2}, {1.0f}}}}));
    EXPECT_FALSE(write(pipe.in(), {R"({"type":"x"})", {{{}, {1.0f}}}}));
    EXPECT_FALSE(write(pipe.in(), {R"({"type":"x"})", {{{-1, -1}, {}}}}));
    EXPECT_FALSE(write(pipe.in(), {"[]", {}}));
    pipe.closeIn();
    const auto nothing = read(pipe.out());
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(*nothing);
}

TEST(Message, WritingToAClosedPipeIsAnErrorAndNoSignal) {
    Pipe pipe;
    pipe.closeOut();
    EXPECT_FALSE(write(pipe.in(), {R"({"type":"x"})", {}}));
}

TEST(Message, RefusesWhatIsNone) {
    EXPECT_FALSE(readBytes("ab")) << "ends within the length";
    EXPECT_FALSE(readBytes(withLength("{\"type\"").substr(0, 8))) << "ends within the header";
    EXPECT_FALSE(readBytes(withLength("[]"))) << "no object";
    EXPECT_FALSE(readBytes(withLength("{")));
    EXPECT_FALSE(readBytes(withLength("{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}")));
    EXPECT_FALSE(readBytes(withLength(R"({"frames":3})")));
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[[2]]})", "1234"))) << "half a frame";
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[[-2]]})")));
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[["x"]]})")));
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[[4294967296,4294967296,4294967296]]})"))) << "overflows";
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[[1,1,1,1,1,1,1,1,1]]})")));
    EXPECT_FALSE(readBytes(std::string("\xff\xff\xff\xff", 4))) << "a header of 4 GB";
}

TEST(Message, BracketsInTextAreNoNesting) {
    EXPECT_FALSE(nestedTooDeep(R"({"a": ")" + std::string(1000, '[') + R"(\\\"[[", "b": [[]]})"));
    EXPECT_FALSE(nestedTooDeep(std::string(100, '[')));
    EXPECT_TRUE(nestedTooDeep(std::string(101, '{')));
    std::string wide;
    for (int i = 0; i < 1000; ++i)
        wide += "[],";
    EXPECT_FALSE(nestedTooDeep("[" + wide + "1]"));
}

TEST(Message, IsRefusedBeforeMemoryIsAskedFor) {
    const Limits small{64, 16, 1};
    EXPECT_TRUE(readBytes(withLength(R"({"frames":[[4]]})", std::string(16, '\0')), small));
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[[5]]})", std::string(20, '\0')), small));
    EXPECT_FALSE(readBytes(withLength(R"({"frames":[[1],[1]]})", std::string(8, '\0')), small));
    EXPECT_FALSE(readBytes(withLength("{\"a\":\"" + std::string(80, 'x') + "\"}"), small));
}
