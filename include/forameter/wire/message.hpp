// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "forameter/core/result.hpp"

namespace forameter::wire {

/// Leaves new elements as they are where no value is named: filling a large answer that is about to be
/// written costs a few percent of a batch.
template <class T>
struct Unfilled : std::allocator<T> {
    template <class U>
    struct rebind {
        using other = Unfilled<U>;
    };
    Unfilled() = default;
    template <class U>
    Unfilled(const Unfilled<U>&) noexcept {} // NOLINT(google-explicit-constructor): allocators convert

    template <class U>
    void construct(U* at) noexcept {
        ::new (static_cast<void*>(at)) U;
    }
    template <class U, class... From>
    void construct(U* at, From&&... from) {
        std::construct_at(at, std::forward<From>(from)...);
    }
};
/// After `resize(n)` the new ones hold anything; `resize(n, 0.0f)` fills them.
using Values = std::vector<float, Unfilled<float>>;

/// An array of numbers, row-major: the last dimension runs fastest. Without dimensions it holds nothing.
struct Frame {
    std::vector<std::int64_t> shape;
    Values values; ///< as many as the shape says

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// What goes over the pipe between a program and its worker: a JSON object and arrays behind it. On the wire:
/// the header's length (32 bit, little-endian), the header with the key "frames" [[shape]...] added, the
/// values of each frame as float32, little-endian.
struct Message {
    std::string header; ///< a JSON object; always has "type"
    std::vector<Frame> frames;
};

/// What is refused as too large before memory is asked for.
struct Limits {
    std::size_t header = std::size_t{4} << 20; ///< bytes
    std::size_t frames = std::size_t{2} << 30; ///< bytes of all frames of a message
    std::size_t frameCount = 64;
};

/// Whether arrays and objects of a JSON text lie in each other deeper than anything of ours does. Reading
/// that is harmless, but copies and what is written are made by recursion, and end the process.
[[nodiscard]] bool nestedTooDeep(std::string_view json) noexcept;

/// Blocking; a closed pipe is an Error (unreadable), never a signal. Nothing is sent of frames whose values
/// are not as many as their shape says.
[[nodiscard]] Result<> write(int pipe, const Message& message);
/// Blocking. None at the end of the pipe between two messages. Fails on anything that is no message: too
/// large, cut off, header no JSON object, negative or overflowing shapes. After a failure the pipe is of no
/// use.
[[nodiscard]] Result<std::optional<Message>> read(int pipe, const Limits& limits = {});

} // namespace forameter::wire
