// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "forameter/core/result.hpp"
#include "forameter/proposal/model.hpp"

namespace forameter::proposal {

/// TorchScript somebody has trusted, by the SHA-256 of its file: another file, or the same one changed, is
/// not. Kept in a file that only its owner may write.
class TrustedModels {
public:
    struct Entry {
        std::string sha256, name, weights; ///< the last two as they were when it was trusted
        std::string since;                 ///< UTC, "2026-01-31T10:00:00Z"

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    /// trusted-models.json in the user's data folder ($XDG_DATA_HOME/forameter).
    [[nodiscard]] static std::filesystem::path defaultFile();
    /// Nothing is trusted where there is no file. Fails on a file that is no such list, or that others may
    /// write.
    [[nodiscard]] static Result<TrustedModels> read(const std::filesystem::path& file = defaultFile());

    [[nodiscard]] bool holds(const std::string& sha256) const;
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    /// These change the file at once. Trusting twice keeps the first entry; false where nothing changed.
    [[nodiscard]] Result<bool> add(Entry entry);
    [[nodiscard]] Result<bool> remove(const std::string& sha256);

    /// Nothing is trusted yet; read() knows what is.
    explicit TrustedModels(std::filesystem::path file) : m_file(std::move(file)) {}

private:
    [[nodiscard]] Result<> write(const std::vector<Entry>& entries) const;

    std::filesystem::path m_file;
    std::vector<Entry> m_entries;
};

enum class Trust { NotNeeded, Trusted, Untrusted };
[[nodiscard]] std::string_view name(Trust) noexcept; ///< "not-needed", "trusted", "untrusted"
/// Looks at the file as it is now, not at what its card says.
[[nodiscard]] Result<Trust> trustOf(const Model& model, const TrustedModels& trusted);

/// Models that may be run on this account, and a sentence on each of the others.
struct UsableModels {
    std::vector<Model> models;
    std::vector<std::string> leftOut;
    TrustedModels trusted;
};
[[nodiscard]] UsableModels usable(std::vector<Model> models,
                                  const std::filesystem::path& trustFile = TrustedModels::defaultFile());

} // namespace forameter::proposal
