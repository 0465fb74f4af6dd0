// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

struct Problem {
    std::string what;    ///< kebab-case kind: "database", "foreign-key", "schema", "audit-chain", "content",
                         ///< "area", "history"
    std::string where;   ///< the table and row, e.g. "contour_version 6f1c... v2" or "audit 17"
    std::string message; ///< one sentence
};
struct VerifyReport {
    std::vector<Problem> problems;
    /// What is as it was written, and should be looked at by a person all the same: "outside-image" (a
    /// contour that lies wholly outside its image, as early versions took them from documents),
    /// "unmeasurable" (its image may not be measured on any more, by what came later).
    std::vector<Problem> warnings;
    std::int64_t auditEntries = 0;
    std::string auditHead; ///< hash of this writer's last audit row, hex; keep it elsewhere to prove that
                           ///< nothing was cut off later

    [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// Checks everything that can be checked: SQLite's own structure and foreign keys, the append-only triggers,
/// every writer's hash chain (changed, deleted and reordered rows), that every version is covered by an audit
/// row whose content hash is the row's, and that areas recomputed from the curves equal the stored ones. Only
/// reads. Fails only where the file cannot be opened at all or `watch` cancels.
[[nodiscard]] Result<VerifyReport> verify(const Store& store, const Watch& watch = {});
/// The same for a file; damage that keeps it from being opened is a problem in the report, not a failure.
[[nodiscard]] Result<VerifyReport> verify(const std::filesystem::path& path, const Watch& watch = {});

enum class Overwrite { No, Yes };

/// Writes one consistent copy to `file` while others go on working: built beside it, verified, flushed, then
/// renamed.
[[nodiscard]] Result<VerifyReport> backup(const Store& store, const std::filesystem::path& file,
                                          Overwrite overwrite = Overwrite::No, const Watch& watch = {});

struct Restored {
    std::filesystem::path
        replaced;        ///< where the store that was there before lies now; empty where there was none
    VerifyReport report; ///< of the backup
    std::string sha256;  ///< of the backup file, hex; the restored store's audit names it
};
/// Puts a verified copy of `backupFile` at `storePath`, keeping what was there under another name beside it.
/// No program may have the store open meanwhile. The restored store writes a new audit chain (a new writer)
/// after the old one; it begins with what was restored, and by whom (`actor`, whose right is not asked here).
[[nodiscard]] Result<Restored> restore(const std::filesystem::path& backupFile,
                                       const std::filesystem::path& storePath,
                                       const Actor& actor = Actor::administrator(), const Watch& watch = {});

} // namespace forameter::store
