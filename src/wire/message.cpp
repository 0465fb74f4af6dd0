// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/message.hpp"

#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "forameter/core/files.hpp"
#include "forameter/core/text.hpp"

namespace forameter::wire {

namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "frames are sent as they lie in memory");

/// Writing to a pipe whose reader died is an error here, never a signal.
class NoBrokenPipeSignal {
public:
    NoBrokenPipeSignal() {
        sigemptyset(&m_set);
        sigaddset(&m_set, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &m_set, &m_before);
    }
    ~NoBrokenPipeSignal() {
        if (sigismember(&m_before, SIGPIPE) == 0) {
            const timespec now{0, 0};
            while (sigtimedwait(&m_set, nullptr, &now) == -1 && errno == EINTR) {
            }
        }
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
    NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

private:
    sigset_t m_set{}, m_before{};
};

Result<> send(int pipe, const void* data, std::size_t size) {
    if (writeAll(pipe, {static_cast<const char*>(data), size})) return {};
    return fail(ErrorCode::Unreadable,
                std::string("The other end of the pipe is gone: ") + std::strerror(errno) + ".");
}

/// How many bytes came; fewer than asked for only at the end of the pipe.
Result<std::size_t> readAll(int pipe, void* data, std::size_t size) {
    auto* at = static_cast<char*>(data);
    std::size_t got = 0;
    while (got < size) {
        const ssize_t more = ::read(pipe, at + got, size - got);
        if (more < 0) {
            if (errno == EINTR) continue;
            return fail(ErrorCode::Unreadable,
                        std::string("The pipe cannot be read: ") + std::strerror(errno) + ".");
        }
        if (more == 0) break;
        got += static_cast<std::size_t>(more);
    }
    return got;
}

tl::unexpected<Error> nonsense(const std::string& why) {
    return fail(ErrorCode::Corrupt, "What came over the pipe is no message: " + why + ".");
}

} // namespace

bool nestedTooDeep(std::string_view json) noexcept {
    constexpr int kDeepest = 100;
    int depth = 0;
    bool inText = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inText && c == '\\')
            ++i;
        else if (c == '"')
            inText = !inText;
        else if (!inText && (c == '[' || c == '{') && ++depth > kDeepest)
            return true;
        else if (!inText && (c == ']' || c == '}'))
            --depth;
    }
    return false;
}

Result<> write(int pipe, const Message& message) {
    auto header = Json::parse(message.header, nullptr, false);
    if (!header.is_object())
        return fail(ErrorCode::InvalidArgument, "The header of a message is no JSON object.");
    auto shapes = Json::array();
    for (const auto& frame : message.frames) {
        std::int64_t count = frame.shape.empty() ? 0 : 1;
        for (const auto extent : frame.shape)
            count *= extent;
        if (count < 0 || static_cast<std::size_t>(count) != frame.values.size())
            return fail(ErrorCode::InvalidArgument, "A frame holds other values than its shape says.");
        shapes.push_back(frame.shape);
    }
    header["frames"] = std::move(shapes);
    const std::string text = dumped(header);
    const NoBrokenPipeSignal quiet;
    const auto length = static_cast<std::uint32_t>(text.size());
    if (const auto sent = send(pipe, &length, sizeof length); !sent) return sent;
    if (const auto sent = send(pipe, text.data(), text.size()); !sent) return sent;
    for (const auto& frame : message.frames)
        if (const auto sent = send(pipe, frame.values.data(), frame.values.size() * sizeof(float)); !sent)
            return sent;
    return {};
}

Result<std::optional<Message>> read(int pipe, const Limits& limits) {
    std::uint32_t length = 0;
    const auto begun = readAll(pipe, &length, sizeof length);
    if (!begun) return tl::unexpected(begun.error());
    if (*begun == 0) return std::optional<Message>();
    if (*begun < sizeof length) return nonsense("it ends within its length");
    if (length > limits.header) return nonsense("its header claims " + std::to_string(length) + " bytes");
    Message message;
    message.header.resize(length);
    const auto headed = readAll(pipe, message.header.data(), length);
    if (!headed) return tl::unexpected(headed.error());
    if (*headed < length) return nonsense("it ends within its header");
    if (nestedTooDeep(message.header)) return nonsense("its header is nested too deeply");
    const auto header = Json::parse(message.header, nullptr, false);
    if (!header.is_object()) return nonsense("its header is no JSON object");
    const auto shapes = header.find("frames");
    if (shapes == header.end()) return std::optional(std::move(message));
    if (!shapes->is_array() || shapes->size() > limits.frameCount)
        return nonsense("its list of frames is none, or too long");
    std::size_t total = 0;
    for (const auto& shape : *shapes) {
        if (!shape.is_array() || shape.size() > 8) return nonsense("a frame has no shape");
        Frame frame;
        std::size_t count = shape.empty() ? 0 : 1;
        for (const auto& size : shape) {
            if (!size.is_number_integer()) return nonsense("a frame has no shape");
            const auto extent = size.get<std::int64_t>();
            const auto most = limits.frames / sizeof(float);
            if (extent < 0 || (extent > 0 && count > most / static_cast<std::size_t>(extent)))
                return nonsense("a frame claims more than may be sent");
            frame.shape.push_back(extent);
            count *= static_cast<std::size_t>(extent);
        }
        total += count * sizeof(float);
        if (total > limits.frames) return nonsense("its frames claim more than may be sent");
        frame.values.resize(count);
        message.frames.push_back(std::move(frame));
    }
    for (auto& frame : message.frames) {
        const auto size = frame.values.size() * sizeof(float);
        const auto got = readAll(pipe, frame.values.data(), size);
        if (!got) return tl::unexpected(got.error());
        if (*got < size) return nonsense("it ends within a frame");
    }
    return std::optional(std::move(message));
}

} // namespace forameter::wire
