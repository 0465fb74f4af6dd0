// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "forameter/intake/import.hpp"
#include "forameter/workspace/workspace.hpp"

namespace forameter::workspace {

/// What an import brought, for the person who asked for it; the job is not known yet.
[[nodiscard]] Workspace::ImportSummary summaryOf(const intake::ImportReport& report);
/// The same in one sentence.
[[nodiscard]] std::string sentence(const Workspace::ImportSummary& summary);

} // namespace forameter::workspace
