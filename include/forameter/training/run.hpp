// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/training/config.hpp"
#include "forameter/training/mixer.hpp"
#include "forameter/training/readings.hpp"
#include "forameter/wire/worker.hpp"

namespace forameter::training {

/// What a source gave: what is trained on, and the slices of patients held out.
struct SourceData {
    std::string name; ///< "phantom", "pictures", ..., "contours 2"
    ExampleSource examples;
    std::vector<LabelledSlice> heldOut;
    std::vector<std::string> patients, heldOutPatients;
    std::string fingerprint; ///< of what a store held or documents say, SHA-256; "" elsewhere
};

/// What a store holds of what a config asks for. Stores are the caller's: this module knows none.
struct StoreReadings {
    std::vector<ReadSlice> slices; ///< with the neighbours that the network wants, of the config's plane
    std::string fingerprint;       ///< SHA-256 of which versions of which contours these are
};
using ReadStore = std::function<Result<StoreReadings>(const StoreQuery& query, const TrainingConfig& config)>;

/// Reads every source. Fails where a file cannot be used, a patient held out is in no source, a source has
/// none left to train on, or one wants a store where there is none. `data`: where the config's folders lie;
/// `scanWorker`: as dicom::ScanOptions::worker.
[[nodiscard]] Result<std::vector<SourceData>> readSources(const TrainingConfig& config,
                                                          const std::filesystem::path& data,
                                                          const ReadStore& readStore = {},
                                                          const std::filesystem::path& scanWorker = {});

/// Dice by name of a source, then by label. Labels that a source does not tell apart are one:
/// "body+posterior".
using Scores = std::map<std::string, std::map<std::string, double>>;

/// Fixed held-out examples, the same at every call: undeformed crops of phantoms of another seed and of the
/// held-out slices.
class Evaluation {
public:
    Evaluation(const TrainingConfig& config, const std::vector<SourceData>& sources);
    struct Outcome {
        Scores dice;
        std::optional<double> mean; ///< over sources of the mean over labels; none where nothing is held out
    };
    /// Cancelled between two batches where that is asked for; the worker lives on.
    [[nodiscard]] Result<Outcome> run(wire::Worker& worker, const std::stop_token& stop) const;
    /// The columns of the curve: source and label.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& columns() const {
        return m_columns;
    }

private:
    struct Set {
        std::string name;
        std::vector<proposal::LabelSet> groups; ///< sets of labels whose pixels are counted as one
        /// A batch as it was, once per member of the largest group: pixels of a group then stand for one
        /// member each time, so that a worker that counts single labels counts the group.
        std::vector<std::vector<wire::Batch>> variants;
    };
    std::vector<Set> m_sets;
    std::vector<std::pair<std::string, std::string>> m_columns;
};

struct RunOptions {
    std::filesystem::path output; ///< weights, *.safetensors; the card (.json), the curve (.csv), the
                                  ///< checkpoint and its state lie beside it
    std::filesystem::path data;   ///< where the config's folders lie
    int threads = 1;              ///< that make examples
    ReadStore readStore = {};     ///< none: configs with a store as source are refused
    std::filesystem::path scanWorker = {}; ///< as dicom::ScanOptions::worker
};

struct RunSummary {
    std::string sha256; ///< of the weights in `output`: the best ones, or the last where nothing is held out
    std::int64_t steps = 0, resumedAt = 0, bestStep = 0;
    bool stoppedEarly = false;
    std::optional<double> meanDice; ///< none where nothing is held out
    Scores dice;
    double seconds = 0.0, waited = 0.0; ///< of this call; of it, waiting for examples
};

/// Trains, keeping the averaged weights that do best on what is held out, or the last ones where nothing is;
/// a patience is refused there. Interrupted through the watch it writes a checkpoint and fails with
/// `cancelled`; run again with the same config and output it goes on from there, as if it had not been
/// interrupted. A checkpoint of another config, or of a store that has changed since, is refused. So is,
/// before anything is read, an output that another training is writing, one whose card or curve would replace
/// a file that is none, such as the config, and one that is the weights to begin from.
[[nodiscard]] Result<RunSummary> run(const TrainingConfig& config, const RunOptions& options,
                                     wire::Worker& worker, const Watch& watch = {});

} // namespace forameter::training
