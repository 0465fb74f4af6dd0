// SPDX-License-Identifier: Apache-2.0
// What holds for every verb: exit codes, errors, options, signals.
#include <gtest/gtest.h>

#include "child.hpp"

namespace forameter::testing {
namespace {

using Words = std::vector<std::string>;

TEST(Usage, VersionAndHelpAreDone) {
    const Ran version = run({"--version"});
    EXPECT_EQ(version.exit, 0);
    EXPECT_EQ(version.out, "forameter " FORAMETER_VERSION "\n");
    EXPECT_EQ(run({"--version", "--json"}).json()["version"], FORAMETER_VERSION);
    EXPECT_EQ(run({"--help"}).exit, 0);
    EXPECT_EQ(run({"levels", "confirm", "--help"}).exit, 0);
}

TEST(Usage, WrongCommandLinesExitTwoWithASentence) {
    const Words rows[] = {{},
                          {"frobnicate"},
                          {"scan"},
                          {"scan", "--frobnicate", "/tmp"},
                          {"scan", "/tmp", "-j", "0"},
                          {"scan", "/tmp", "-j", "many"},
                          {"scan", "/tmp", "--csv"},
                          {"scan", "/tmp", "--store", "x"},
                          {"scan", "/tmp", "--progress", "sometimes"},
                          {"levels"},
                          {"levels", "show"},
                          {"levels", "frobnicate"},
                          {"levels", "set", "--study", "1.2", "--as", "r1"},
                          {"levels", "set", "--study", "1.2", "--as", "r1", "--mark", "L4=1,2"},
                          {"levels", "set", "--study", "1.2", "--as", "r1", "--mark", "L4=1,2,3,4"},
                          {"levels", "set", "--study", "1.2", "--as", "r1", "--mark", "L9=1,2,3"},
                          {"levels", "set", "--study", "1.2", "--as", "r1", "--mark", "L4=1,2,nan"},
                          {"levels", "set", "--study", "1.2", "--mark", "L4=1,2,3"},
                          {"levels", "confirm", "--study", "1.2"},
                          {"measure", "x.json", "--study", "1.2"},
                          {"compare", "a.json"},
                          {"compare", "-", "-"},
                          {"convert", "x.json"},
                          {"contours", "export", "--source", "guess"},
                          {"import", "/tmp", "--deidentify"}};
    for (const Words& words : rows) {
        std::string line;
        for (const auto& word : words)
            line += word + " ";
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, 2) << line << ran.out << ran.err;
        EXPECT_FALSE(ran.err.empty()) << line;
        EXPECT_TRUE(ran.out.empty()) << line << ran.out;
        const auto error = answer("error", words, 2);
        EXPECT_EQ(error["error"]["code"], "usage") << line;
    }
    answer("error", {"measure", "x.json", "--csv"}, 2); // --json and --csv exclude each other
}

/// An option that is accepted and then ignored lets somebody believe a number that is another one's.
TEST(Usage, AnOptionWithoutEffectIsRefusedByName) {
    const Folder folder;
    const std::string card = folder.write("card.json", "{}");
    const Words rows[] = {
        {"--as", "agreement", "a.json", "--as", "r1"},
        {"--store", "agreement", "a.json", "--store", "s"},
        {"--round", "agreement", "a.json", "--round", "night"},
        {"--raters", "agreement", "--table", "t.csv", "--raters", "r1,r2"},
        {"--structure", "agreement", "--table", "t.csv", "--structure", "NF"},
        {"--level", "agreement", "--table", "t.csv", "--level", "L4-L5"},
        {"--bootstrap", "agreement", "--table", "t.csv", "--bootstrap", "100"},
        {"--as", "agreement", "--table", "t.csv", "--as", "r1"},
        {"--truth", "agreement", "--table", "t.csv", "--truth", "a.json"},
        {"--hide-names", "agreement", "--table", "t.csv", "--hide-names"},
        {"--scale", "agreement", "a.json", "--scale", "interval"},
        {"--seed", "agreement", "a.json", "--seed", "2"},
        {"--hide-names", "agreement", "a.json", "--hide-names"},
        {"--as", "evaluate", "--truth", "a.json", "--as", "r1"},
        {"--source", "evaluate", "--truth", "a.json", "--source", "manual"},
        {"--method", "evaluate", "--truth", "a.json", "--method", "staple"},
        {"--rater", "evaluate", "--truth", "a.json", "--rater", "r1"},
        {"--images", "evaluate", "--store", "s", "--images", "/tmp"},
        {"--rater", "evaluate", "--store", "s", "--rater", "r1"},
        {"--method", "evaluate", "--store", "s", "--source", "manual", "--method", "staple"},
        {"--images", "measure", "--images", "/tmp"},
        {"--rater", "measure", "a.json", "--rater", "r1"},
        {"--as", "measure", "a.json", "--as", "r1"},
        {"--images", "consensus", "make", "--images", "/tmp"},
        {"--round", "consensus", "make", "a.json", "--images", "/tmp", "--round", "night"},
        {"--dry-run", "consensus", "make", "a.json", "--images", "/tmp", "--dry-run"},
        {"--method", "consensus", "sign", "--accept", "u", "--method", "staple"},
        {"--contour-version", "consensus", "sign", "--contour-version", "2"},
        {"--quantity", "consensus", "sign", "--side", "R", "--quantity", "canal"},
        {"--as", "segment", "/tmp", "--as", "r1"},
        {"--levels", "segment", "--study", "1.2", "--levels", "l.json"},
        {"--folder", "models", "trust", card, "--folder", "/tmp"},
        {"--limit", "studies", "--count", "--limit", "3"},
        {"--after", "studies", "--count", "--after", "1.2"},
        {"--csv", "studies", "--count", "--csv"},
        {"--csv", "studies", "--show-sql", "--csv"},
        {"--wash-out", "rounds", "create", "n", "--raters", "a", "--studies", "all", "--wash-out", "3"},
        {"--password-stdin", "studies", "--password-stdin"}};
    for (const Words& row : rows) {
        const Words words(row.begin() + 1, row.end());
        std::string line;
        for (const auto& word : words)
            line += word + " ";
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, 2) << line << ran.out << ran.err;
        EXPECT_TRUE(ran.err.starts_with("forameter-cli: " + row.front() + " ")) << line << ran.err;
    }
}

TEST(Usage, NamesOfFilesCannotActOnTheTerminal) {
    const Folder folder;
    const std::string store = folder / "\x1b[2Jcleared.sqlite";
    const Ran made = run({"init", "--store", store});
    EXPECT_EQ(made.exit, 0) << made.err;
    EXPECT_EQ(made.out, "made " + folder.path() + "/\\x1b[2Jcleared.sqlite\n");
    const Ran again = run({"init", "--store", store});
    EXPECT_EQ(again.exit, 1);
    EXPECT_EQ(again.err.find('\x1b'), std::string::npos) << again.err;
    EXPECT_EQ(answer("error", {"init", "--store", store}, 1)["error"]["code"], "conflict");
    EXPECT_EQ(answer("error", {"validate", folder / "\xff.json"}, 1)["error"]["code"], "not-found");
}

TEST(Usage, AFileThatCannotBeWrittenIsNamed) {
    const Folder folder;
    const std::string store = folder / "s.sqlite", file = folder / "none" + "/a.json";
    EXPECT_EQ(run({"init", "--store", store}).exit, 0);
    const auto error = answer("error", {"contours", "export", "--store", store, "-o", file}, 1)["error"];
    EXPECT_EQ(error["code"], "storage-failed");
    EXPECT_NE(error["message"].get<std::string>().find(file + " cannot be written"), std::string::npos)
        << error;
    EXPECT_EQ(run({"contours", "export", "--store", store, "-o", "/dev/null"}).exit, 0);
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(Usage, FailuresExitOneWithTheReason) {
    const Folder folder;
    const std::string text = folder.write("text.json", "{\"format\": \"something\"}");
    const std::string none = folder / "none";
    const Words rows[] = {{"scan", none},
                          {"measure", none},
                          {"measure", text},
                          {"measure", folder.path()},
                          {"validate", text},
                          {"compare", text, text},
                          {"studies", "--store", none},
                          {"audit", "--store", none},
                          {"verify", "--store", none},
                          {"studies", "--store", text},
                          {"backup", folder / "b", "--store", none},
                          {"restore", none, "--store", folder / "s"},
                          {"studies", "--store", "postgresql://localhost/x"}};
    for (const Words& words : rows) {
        std::string line;
        for (const auto& word : words)
            line += word + " ";
        const Ran ran = run(words);
        if (words[0] == "verify") {
            EXPECT_NE(ran.exit, 0) << line;
            continue; // a file that cannot be opened is a problem in its report
        }
        EXPECT_EQ(ran.exit, 1) << line << ran.out << ran.err;
        EXPECT_TRUE(ran.out.empty()) << line;
        const auto error = answer("error", words, 1);
        EXPECT_FALSE(error["error"]["message"].get<std::string>().empty()) << line;
        EXPECT_NE(error["error"]["code"], "usage") << line;
        if (words[0] == "restore") {
            EXPECT_NE(error["error"]["message"].get<std::string>().find("no backup at"), std::string::npos);
        }
    }
}

TEST(Usage, GlobalOptionsStandBeforeOrAfterTheVerb) {
    const Folder folder;
    const std::string store = folder / "s.sqlite";
    EXPECT_EQ(run({"--json", "--store", store, "init"}).exit, 0);
    const Ran before = run({"--store", store, "--json", "raters", "list"});
    const Ran between = run({"raters", "--json", "list", "--store", store});
    const Ran after = run({"raters", "list", "--store", store, "--json"});
    EXPECT_EQ(before.exit, 0) << before.err;
    EXPECT_EQ(before.out, between.out);
    EXPECT_EQ(before.out, after.out);
}

TEST(Usage, AnEmptyValueIsNotTakenForNone) {
    const Folder folder;
    const std::string store = folder / "s.sqlite";
    EXPECT_EQ(run({"--store", store, "init"}).exit, 0);
    for (const std::vector<std::string>& line :
         {std::vector<std::string>{"measure", "--store", store, "--as", ""},
          {"contours", "export", "--store", store, "--rater", ""},
          {"init", "--store", ""},
          {"studies", "--store", store, "--limit", "0"},
          {"audit", "--store", store, "--since", "-1"}}) {
        const Ran ran = run(line);
        EXPECT_EQ(ran.exit, 2) << line.front();
        EXPECT_LT(ran.err.size(), 120u) << "no range with all the digits of its type: " << ran.err;
    }
    EXPECT_EQ(run({"studies", "--store", store, "--where", ""}).exit, 0) << "every study";
}

TEST(Usage, DoctorNeedsNeitherHomeNorDisplay) {
    const Folder folder;
    const HowToRun bare{.environment = {"HOME", "DISPLAY", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
                                        "QT_QPA_PLATFORM", "LC_ALL", "LANG"}};
    const auto doctor = answer("doctor", {"doctor", "--store", folder / "s"}, 0, bare);
    EXPECT_EQ(doctor["version"], FORAMETER_VERSION);
    EXPECT_EQ(doctor["store"]["state"], "absent");
    EXPECT_EQ(doctor["devices"].front(), "cpu");
    EXPECT_NE(doctor["worker"].get<std::string>().find("LibTorch"), std::string::npos);
    EXPECT_EQ(run({"init", "--store", folder / "s"}, bare).exit, 0);
    EXPECT_EQ(answer("doctor", {"doctor", "--store", folder / "s"}, 0, bare)["store"]["state"], "ok");
    const Ran quiet = run({"init", "--store", folder / "t"}, bare);
    EXPECT_EQ(quiet.err, "");
}

TEST(Usage, InterruptEndsWith130AndASentence) {
    const Ran ran = run({"measure", "-", "--json"},
                        {.input = "{", .keepInputOpen = true, .signal = SIGINT, .signalAfterMs = 1500});
    EXPECT_EQ(ran.exit, 130) << ran.err;
    EXPECT_EQ(ran.json()["error"]["code"], "cancelled");
    EXPECT_EQ(
        run({"measure", "-"}, {.input = "", .keepInputOpen = true, .signal = SIGTERM, .signalAfterMs = 1500})
            .exit,
        130);
}

} // namespace
} // namespace forameter::testing
