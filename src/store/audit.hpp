// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "canonical.hpp"

namespace forameter::store {

/// What an audit row says. Its hash is SHA-256(Canonical("forameter-audit-1") << previous hash << these
/// fields in this order), the previous hash being that of the row before it of the same writer, or
/// kChainStart for the writer's first row.
struct AuditFields {
    std::string writer;
    std::int64_t writerSeq = 0; ///< 1, 2, ... within the writer
    std::string time;
    std::string actor;
    std::string action;
    std::string subject;
    std::string content;
};

inline constexpr std::string_view kChainStart =
    "0000000000000000000000000000000000000000000000000000000000000000";

[[nodiscard]] inline std::string auditHash(std::string_view previous, const AuditFields& f) {
    Canonical row("forameter-audit-1");
    row << previous << f.writer << f.writerSeq << f.time << f.actor << f.action << f.subject << f.content;
    return row.hash();
}

} // namespace forameter::store
