// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../support/temporary_folder.hpp"

namespace forameter::testing {

struct Ran {
    int exit = -1; ///< 128 + signal where a signal ended it
    std::string out, err;

    /// The one JSON document on standard output; a null value, and a test failure, where it is none.
    [[nodiscard]] nlohmann::json json() const;
};

struct HowToRun {
    std::string input{};                    ///< standard input
    bool keepInputOpen = false;             ///< until the program ends: it waits for more
    int signal = 0, signalAfterMs = 0;      ///< sent once
    std::vector<std::string> environment{}; ///< "NAME=value"; "NAME" takes it away
};

/// Runs forameter-cli with these arguments to its end.
[[nodiscard]] Ran run(const std::vector<std::string>& arguments, const HowToRun& how = {});

/// Runs with --json, expects `exit`, checks the answer against resources/schema/<schema>.schema.json and
/// returns it.
nlohmann::json answer(const std::string& schema, std::vector<std::string> arguments, int exit = 0,
                      const HowToRun& how = {});

/// Why a document does not fit a schema; "" where it does.
[[nodiscard]] std::string misfit(const std::string& schema, const nlohmann::json& document);

/// A folder of its own for a test, removed at its end.
class Folder {
public:
    [[nodiscard]] std::string operator/(const std::string& name) const { return (m_folder / name).string(); }
    [[nodiscard]] std::string path() const { return m_folder.path().string(); }
    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& text) const;

private:
    TemporaryFolder m_folder;
};
[[nodiscard]] std::string readText(const std::filesystem::path& file);

} // namespace forameter::testing
