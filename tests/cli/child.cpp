// SPDX-License-Identifier: Apache-2.0
#include "child.hpp"

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace forameter::testing {

namespace fs = std::filesystem;

namespace {

struct Pipe {
    int ends[2]{-1, -1};
    Pipe() {
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    }
    ~Pipe() {
        closeEnd(0);
        closeEnd(1);
    }
    void closeEnd(int i) {
        if (ends[i] >= 0) close(ends[i]);
        ends[i] = -1;
    }
};

std::vector<std::string> environmentWith(const std::vector<std::string>& changes) {
    std::vector<std::string> result;
    const auto changed = [&](const std::string& entry) {
        const std::string name = entry.substr(0, entry.find('='));
        return std::ranges::any_of(
            changes, [&](const std::string& change) { return change.substr(0, change.find('=')) == name; });
    };
    for (char** entry = environ; *entry; ++entry)
        if (!changed(*entry)) result.emplace_back(*entry);
    for (const std::string& change : changes)
        if (change.find('=') != std::string::npos) result.push_back(change);
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

} // namespace

Ran run(const std::vector<std::string>& arguments, const HowToRun& how) {
    std::vector<std::string> words{FORAMETER_CLI};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = environmentWith(how.environment);
    Pipe in, out, err;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
    pid_t pid = -1;
    auto argv = pointers(words), envp = pointers(variables);
    if (posix_spawn(&pid, FORAMETER_CLI, &actions, nullptr, argv.data(), envp.data()) != 0)
        throw std::runtime_error("forameter-cli cannot be started");
    posix_spawn_file_actions_destroy(&actions);
    in.closeEnd(0);
    out.closeEnd(1);
    err.closeEnd(1);
    std::signal(SIGPIPE, SIG_IGN); // the program may end without reading its input
    std::size_t written = 0;
    const auto begin = std::chrono::steady_clock::now();
    bool signalled = how.signal == 0;
    Ran result;
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        const bool writing = in.ends[1] >= 0 && written < how.input.size();
        if (in.ends[1] >= 0 && !writing && !how.keepInputOpen) in.closeEnd(1);
        pollfd polls[]{
            {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}, {writing ? in.ends[1] : -1, POLLOUT, 0}};
        poll(polls, 3, 20);
        if (!signalled &&
            std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(how.signalAfterMs)) {
            kill(pid, how.signal);
            signalled = true;
        }
        char buffer[1 << 16];
        const auto drain = [&](int i, Pipe& pipe, std::string& text) {
            if ((polls[i].revents & (POLLIN | POLLHUP)) == 0) return;
            const ssize_t n = read(pipe.ends[0], buffer, sizeof buffer);
            if (n > 0)
                text.append(buffer, static_cast<std::size_t>(n));
            else
                pipe.closeEnd(0);
        };
        drain(0, out, result.out);
        drain(1, err, result.err);
        if (polls[2].revents & POLLOUT) {
            const ssize_t n = write(in.ends[1], how.input.data() + written,
                                    std::min<std::size_t>(how.input.size() - written, 1 << 15));
            if (n > 0) written += static_cast<std::size_t>(n);
        }
        if (polls[2].revents & POLLERR) in.closeEnd(1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

nlohmann::json Ran::json() const {
    nlohmann::json document = nlohmann::json::parse(out, nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << "not one JSON document: " << out.substr(0, 500) << "\n" << err;
    return document.is_discarded() ? nlohmann::json() : document;
}

nlohmann::json answer(const std::string& schema, std::vector<std::string> arguments, int exit,
                      const HowToRun& how) {
    arguments.emplace_back("--json");
    const Ran ran = run(arguments, how);
    EXPECT_EQ(ran.exit, exit) << ran.out.substr(0, 2000) << ran.err;
    nlohmann::json document = ran.json();
    EXPECT_EQ(misfit(schema, document), "");
    return document;
}

std::string misfit(const std::string& schemaName, const nlohmann::json& document) {
    const nlohmann::json text = nlohmann::json::parse(
        readText(fs::path(FORAMETER_SCHEMAS) / (schemaName + ".schema.json")), nullptr, false);
    if (text.is_discarded()) return "There is no schema " + schemaName + ".";
    valijson::Schema schema;
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
    valijson::ValidationResults results;
    if (valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results))
        return "";
    std::string why = schemaName + ":";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        why += " ";
        for (const std::string& step : error.context)
            why += step;
        why += " " + error.description;
    }
    return why;
}

std::string Folder::write(const std::string& name, const std::string& text) const {
    std::ofstream(m_folder / name, std::ios::binary) << text;
    return *this / name;
}

std::string readText(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

} // namespace forameter::testing
