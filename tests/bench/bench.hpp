// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Wall times of several runs, ms.
struct Times {
    std::vector<double> ms;

    [[nodiscard]] double median() const { return quantile(0.5); }
    [[nodiscard]] double quantile(double q) const; ///< 0 without runs
};
[[nodiscard]] double millisecondsOf(const std::function<void()>& work);

/// Runs both in turn, A B A B ..., after one warm-up of each, so that a machine that slows down slows both.
struct Pair {
    Times ours, peer;
    [[nodiscard]] double ratio() const; ///< median of ours/peer, run by run
};
[[nodiscard]] Pair compare(int runs, const std::function<void()>& ours, const std::function<void()>& peer);
[[nodiscard]] Times measure(int runs, const std::function<void()>& work);

/// The table that docs/benchmarks.md shows.
class Report {
public:
    /// `value` and `against` as they should read ("52 ms"), `ratio` ours/peer where there is one, `goal` as
    /// in the budget, `met` where the goal can be judged.
    void row(std::string work, std::string value, std::string against, std::optional<double> ratio,
             std::string goal, std::optional<bool> met);
    /// The usual row: medians in ms; the goal is a ratio ours/peer of at most `most`.
    void row(const std::string& work, const Pair& pair, const std::string& peer, double most,
             const std::string& goal);
    void note(const std::string& line); ///< what was not measured and why
    void print() const;                 ///< as markdown on standard output

private:
    struct Row {
        std::string work, value, against, ratio, goal, met;
    };
    std::vector<Row> m_rows;
    std::vector<std::string> m_notes;
};

/// "0.42 ms", "12.3 ms", "1.25 s"
[[nodiscard]] std::string time(double ms);

/// Runs a program without a shell, its output thrown away; its exit status, or -1 where it could not be
/// started.
int runProgram(const std::vector<std::string>& arguments);
/// Full path of a program on PATH.
[[nodiscard]] std::optional<std::string> findProgram(const std::string& name);

/// Where the benchmarks put their files; removed at the end.
struct Scratch {
    std::filesystem::path folder;
};

void benchGeometry(Report& report);
void benchAgreement(Report& report);
void benchScan(Report& report, const Scratch& scratch);
void benchVolumes(Report& report, const Scratch& scratch);
void benchStore(Report& report, const Scratch& scratch);
/// The desktop's worklist on the store that benchStore() has filled.
void benchWorklist(Report& report, const Scratch& scratch);
void benchViews(Report& report, const Scratch& scratch);
void benchDesktop(Report& report, const Scratch& scratch);

} // namespace bench
