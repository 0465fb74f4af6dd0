// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "file_record.hpp"

#include "forameter/core/result.hpp"

namespace forameter::dicom {

// How the scanning process and its readers talk: messages of a 32-bit length and that many bytes, both ways.
// Both ends are the same program, so numbers are written as they lie in memory; what comes from a reader is
// nevertheless checked, since a hostile file may have taken it over.

inline constexpr std::string_view kGreeting = "forameter scan-worker 1";
inline constexpr std::uint32_t kLongestMessage = std::uint32_t{64} << 20;

struct WorkerSetup {
    std::uint64_t memory = 0; ///< bytes of address space; 0: no limit
};

[[nodiscard]] std::string encode(const WorkerSetup& setup);
[[nodiscard]] std::string encode(const ReadRequest& request);
[[nodiscard]] std::string encode(const Result<FileRecord>& answer);
[[nodiscard]] std::optional<WorkerSetup> decodeSetup(std::string_view bytes);
[[nodiscard]] std::optional<ReadRequest> decodeRequest(std::string_view bytes);
/// None for bytes that no reader writes.
[[nodiscard]] std::optional<Result<FileRecord>> decodeAnswer(std::string_view bytes);

/// A message with its length before it.
[[nodiscard]] std::string framed(std::string_view message);

/// Received bytes, cut into messages.
class Inbox {
public:
    void add(std::string_view bytes) { m_bytes.append(bytes); }
    /// The next whole message, if there is one.
    [[nodiscard]] std::optional<std::string> next();
    /// False once a length was met that no message has.
    [[nodiscard]] bool valid() const { return m_valid; }

private:
    std::string m_bytes;
    std::size_t m_consumed = 0;
    bool m_valid = true;
};

} // namespace forameter::dicom
