// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/trust.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/text.hpp"

namespace forameter::proposal {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{1} << 20;

bool isHash(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

tl::unexpected<Error> unusable(const fs::path& file, const std::string& why) {
    return fail(ErrorCode::Corrupt,
                "The list of trusted models " + shown(file) + " is not used: " + why + ".");
}

} // namespace

fs::path TrustedModels::defaultFile() {
    return userDataFolder() / "trusted-models.json";
}

Result<TrustedModels> TrustedModels::read(const fs::path& file) {
    TrustedModels trusted(file);
    std::error_code error;
    const auto status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) return trusted;
    if (status.type() != fs::file_type::regular) return unusable(file, "it is no file");
    if ((status.permissions() & (fs::perms::group_write | fs::perms::others_write)) != fs::perms::none)
        return unusable(file, "others than its owner may write it (chmod go-w)");
    const auto text = readWhole(file, kLargestFile);
    if (!text) return tl::unexpected(text.error());
    const Json json = Json::parse(*text, nullptr, false);
    try {
        if (!json.is_object() || json.at("format") != "forameter-trusted-models" || json.at("version") != 1)
            return unusable(file, "it is no such list, or of another version");
        for (const Json& one : json.at("trusted")) {
            Entry entry{one.at("sha256").get<std::string>(), one.at("name").get<std::string>(),
                        one.at("weights").get<std::string>(), one.at("since").get<std::string>()};
            if (!isHash(entry.sha256)) return unusable(file, "it holds something that is no SHA-256");
            trusted.m_entries.push_back(std::move(entry));
        }
    } catch (const Json::exception&) {
        return unusable(file, "it is no such list");
    }
    return trusted;
}

bool TrustedModels::holds(const std::string& sha256) const {
    return std::ranges::find(m_entries, sha256, &Entry::sha256) != m_entries.end();
}

Result<bool> TrustedModels::add(Entry entry) {
    if (!isHash(entry.sha256))
        return fail(ErrorCode::InvalidArgument,
                    "Only a file's SHA-256 can be trusted, not \"" + entry.sha256 + "\".");
    if (holds(entry.sha256)) return false;
    auto entries = m_entries;
    entries.push_back(std::move(entry));
    if (auto written = write(entries); !written) return tl::unexpected(written.error());
    m_entries = std::move(entries);
    return true;
}

Result<bool> TrustedModels::remove(const std::string& sha256) {
    if (!holds(sha256)) return false;
    auto entries = m_entries;
    std::erase_if(entries, [&](const Entry& entry) { return entry.sha256 == sha256; });
    if (auto written = write(entries); !written) return tl::unexpected(written.error());
    m_entries = std::move(entries);
    return true;
}

Result<> TrustedModels::write(const std::vector<Entry>& entries) const {
    Json list = Json::array();
    for (const Entry& entry : entries)
        list.push_back({{"sha256", entry.sha256},
                        {"name", entry.name},
                        {"weights", entry.weights},
                        {"since", entry.since}});
    const Json json{{"format", "forameter-trusted-models"}, {"version", 1}, {"trusted", list}};
    return makeFolders(m_file.parent_path(), Readers::Owner).and_then([&] {
        return writeWhole(m_file, dumped(json, 2) + "\n", Readers::Owner);
    });
}

std::string_view name(Trust trust) noexcept {
    switch (trust) {
    case Trust::NotNeeded:
        return "not-needed";
    case Trust::Trusted:
        return "trusted";
    case Trust::Untrusted:
        break;
    }
    return "untrusted";
}

Result<Trust> trustOf(const Model& model, const TrustedModels& trusted) {
    if (model.kind != NetworkKind::TorchScript) return Trust::NotNeeded;
    const auto hash = sha256OfFile(model.weights);
    if (!hash) return tl::unexpected(hash.error());
    return trusted.holds(toHex(*hash)) ? Trust::Trusted : Trust::Untrusted;
}

UsableModels usable(std::vector<Model> models, const fs::path& trustFile) {
    UsableModels result{{}, {}, TrustedModels(trustFile)};
    // A list that cannot be read must not keep our own models from being used.
    auto trusted = TrustedModels::read(trustFile);
    if (trusted) result.trusted = std::move(*trusted);
    for (Model& model : models) {
        const auto trust = trustOf(model, result.trusted);
        if (trust && *trust != Trust::Untrusted)
            result.models.push_back(std::move(model));
        else if (!trust || !trusted)
            result.leftOut.push_back(trust ? trusted.error().message : trust.error().message);
        else
            result.leftOut.push_back(
                "The model " + model.name +
                " is a program from elsewhere (TorchScript) that was not trusted on this "
                "account, so it is not run; see models trust.");
    }
    return result;
}

} // namespace forameter::proposal
