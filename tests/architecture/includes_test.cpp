// SPDX-License-Identifier: Apache-2.0
// Reads every #include under include/, src/ and app/ and compares it with the table of docs/architecture.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {
const fs::path root = FORAMETER_SOURCE_DIR;

struct Row {
    std::set<std::string> modules;    // that it may use
    std::set<std::string> thirdParty; // that its sources may use
};

std::set<std::string> words(const std::string& cell) {
    std::istringstream stream(cell);
    std::set<std::string> all;
    for (std::string word; stream >> word;)
        if (word != "-") all.insert(word);
    return all;
}

/// The table between the two marks of docs/architecture.md, by module.
std::map<std::string, Row> table() {
    std::map<std::string, Row> rows;
    std::ifstream page(root / "docs/architecture.md");
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line == "<!-- modules -->" || line == "<!-- /modules -->") inside = !inside;
        if (!inside || !line.starts_with("| ") || line.starts_with("| module")) continue;
        std::vector<std::string> cells;
        std::istringstream stream(line.substr(1));
        for (std::string cell; std::getline(stream, cell, '|');)
            cells.push_back(cell);
        const std::set<std::string> name = words(cells.at(0));
        rows[*name.begin()] = {words(cells.at(2)), words(cells.at(3))};
    }
    return rows;
}

struct Source {
    fs::path path; // relative to the root
    std::string module;
    bool isPublic = false;
    std::vector<std::string> includes; // without brackets or quotes
    int lines = 0;
};

/// include/forameter/store/a.hpp and src/store/a.cpp belong to "store", app/cli/main.cpp to "app/cli".
std::string moduleOf(const fs::path& relative) {
    std::vector<std::string> parts;
    for (const fs::path& part : relative)
        parts.push_back(part.string());
    if (parts.size() < 3) return "";
    if (parts[0] == "include") return parts.size() > 3 ? parts[2] : "";
    return parts[0] == "app" ? "app/" + parts[1] : parts[1];
}

std::vector<Source> sources() {
    std::vector<Source> all;
    for (const char* top : {"include", "src", "app"})
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".hpp" && extension != ".cpp") continue;
            Source source;
            source.path = fs::relative(entry.path(), root);
            source.module = moduleOf(source.path);
            source.isPublic = source.path.begin()->string() == "include";
            std::ifstream file(entry.path());
            for (std::string line; std::getline(file, line); ++source.lines) {
                const auto hash = line.find_first_not_of(" \t");
                if (hash == std::string::npos || line[hash] != '#') continue;
                const auto word = line.find_first_not_of(" \t", hash + 1);
                if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
                const auto open = line.find_first_of("<\"", word);
                const auto close = line.find_first_of(">\"", open + 1);
                if (open != std::string::npos && close != std::string::npos)
                    source.includes.push_back(line.substr(open + 1, close - open - 1));
            }
            all.push_back(std::move(source));
        }
    return all;
}

/// "ITK", "VTK", "QtWidgets", ...; "" for our own and standard headers.
std::string thirdPartyOf(const std::string& include, const fs::path& from) {
    const auto starts = [&](const char* prefix) { return include.starts_with(prefix); };
    if (starts("forameter/") || fs::exists(root / from.parent_path() / include)) return "";
    if (starts("itk") || starts("vnl")) return "ITK";
    if (starts("vtk")) return "VTK";
    if (starts("dcmtk/")) return "DCMTK";
    if (starts("openjpeg") || starts("openjp2")) return "OpenJPEG";
    if (starts("X11/")) return "X11";
    if (starts("torch/") || starts("ATen/") || starts("c10/")) return "LibTorch";
    if (starts("boost/")) return "Boost";
    if (include == "zlib.h") return "zlib";
    if (starts("CLI/")) return "CLI11";
    if (starts("nlohmann/")) return "nlohmann-json";
    if (starts("tl/")) return "tl";
    if (starts("openssl/")) return "OpenSSL";
    if (starts("sodium.h") || starts("sodium/")) return "libsodium";
    if (starts("sqlite3")) return "SQLite";
    if (starts("gtest/")) return "GTest";
    if (include.front() == 'Q' || starts("qt")) {
        if (const auto slash = include.find('/'); slash != std::string::npos) return include.substr(0, slash);
        for (const fs::directory_entry& library : fs::directory_iterator(QT_INCLUDE_DIR))
            if (library.is_directory() && fs::exists(library.path() / include))
                return library.path().filename().string();
        return "Qt";
    }
    const auto isStandardOrSystem = [](char c) {
        return std::islower(static_cast<unsigned char>(c)) || c == '_';
    };
    if (isStandardOrSystem(include.front()) && include.find('.') == std::string::npos) return ""; // <vector>
    if (starts("sys/") || starts("linux/") || std::ranges::count(include, '/') == 0)
        return "system"; // <unistd.h>
    return include;
}
} // namespace

TEST(Includes, TableNamesEveryModuleThatExists) {
    const auto rows = table();
    ASSERT_GE(rows.size(), 10u) << "docs/architecture.md has lost its table";
    for (const Source& source : sources())
        EXPECT_TRUE(rows.contains(source.module)) << source.path << " belongs to no module of the table";
}

TEST(Includes, ModulesUseOnlyWhatTheTableAllows) {
    const auto rows = table();
    const auto all = sources();
    ASSERT_GT(all.size(), 20u);
    int edges = 0;
    for (const Source& source : all) {
        const auto row = rows.find(source.module);
        if (row == rows.end()) continue;
        for (const std::string& include : source.includes) {
            EXPECT_EQ(include.find(".."), std::string::npos)
                << source.path << " reaches out of its folder: " << include;
            if (!include.starts_with("forameter/")) continue;
            const std::string used = moduleOf("include/" + include);
            ++edges;
            EXPECT_TRUE(used == source.module || row->second.modules.contains(used))
                << source.path << ": " << source.module << " may not use " << used << " (" << include << ")";
        }
    }
    EXPECT_GT(edges, 20);
}

TEST(Includes, TableHasNoCycle) {
    auto rows = table();
    while (!rows.empty()) {
        const auto leaf = std::ranges::find_if(rows, [&](const auto& row) {
            return std::ranges::none_of(row.second.modules,
                                        [&](const auto& used) { return rows.contains(used); });
        });
        ASSERT_NE(leaf, rows.end()) << "a cycle through " << rows.begin()->first;
        rows.erase(leaf);
    }
}

TEST(Includes, PublicHeadersNameNoThirdParty) {
    for (const Source& source : sources()) {
        if (!source.isPublic) continue;
        for (const std::string& include : source.includes) {
            const std::string library = thirdPartyOf(include, source.path);
            const bool isAllowed = library.empty() || (library == "tl" && source.module == "core") ||
                                   (library.starts_with("Qt") && source.module == "ui");
            EXPECT_TRUE(isAllowed) << source.path << " shows " << library << " to its users (" << include
                                   << ")";
        }
    }
}

TEST(Includes, SourcesUseOnlyTheirOwnThirdParty) {
    const auto rows = table();
    for (const Source& source : sources()) {
        const auto row = rows.find(source.module);
        if (row == rows.end() || source.isPublic) continue;
        for (const std::string& include : source.includes) {
            const std::string library = thirdPartyOf(include, source.path);
            EXPECT_TRUE(library.empty() || library == "system" || library == "nlohmann-json" ||
                        row->second.thirdParty.contains(library))
                << source.path << ": " << source.module << " may not use " << library << " (" << include
                << ")";
        }
    }
}

TEST(Includes, FilesStaySmallEnoughToRead) {
    for (const Source& source : sources())
        EXPECT_LE(source.lines, source.path.extension() == ".hpp" ? 300 : 600)
            << source.path << " should be split";
}
