// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "forameter/core/sha256.hpp"
#include "forameter/training/run.hpp"

namespace forameter::training {

namespace fs = std::filesystem;

namespace {

Result<std::vector<LabelledSlice>> fromStore(const SourceConfig& source, const TrainingConfig& config,
                                             const ReadStore& readStore, std::string& fingerprint) {
    if (!readStore)
        return fail(ErrorCode::InvalidArgument,
                    "The training config wants the readings of a store, and none was named.");
    auto read = readStore(source.store, config);
    if (!read) return tl::unexpected(read.error());
    std::vector<LabelledSlice> slices;
    for (const ReadSlice& one : read->slices) {
        auto slice = labelled(one, config.plane, config.spacing);
        if (!slice)
            return fail(slice.error().code,
                        "What was read on image " + one.origin + " cannot be used: " + slice.error().message);
        const auto teaches = [](const Grid<proposal::LabelSet>& answer) {
            return std::ranges::any_of(answer.data(),
                                       [](proposal::LabelSet set) { return set != proposal::kAnyLabel; });
        };
        if (teaches(slice->allowed) || std::ranges::any_of(slice->others, teaches))
            slices.push_back(*std::move(slice));
    }
    if (slices.empty())
        return fail(
            ErrorCode::NotFound,
            "What the store holds on " + std::string(geometry::name(config.plane)) +
                " images teaches nothing: it is not assessable, or of bony canals, which networks are "
                "not taught.");
    fingerprint = read->fingerprint;
    return slices;
}

Result<std::vector<LabelledSlice>> slicesOf(const SourceConfig& source, const TrainingConfig& config,
                                            const fs::path& data, const ReadStore& readStore,
                                            const fs::path& scanWorker, std::string& fingerprint) {
    const int inputs = config.plan.network.inputs;
    switch (source.kind) {
    case SourceKind::Phantom:
        break;
    case SourceKind::Pictures:
        return readPngMasks(data / source.folder, source.spacing);
    case SourceKind::Volumes:
        return readLabelVolumes(data / source.folder, config.spacing, inputs);
    case SourceKind::Store:
        return fromStore(source, config, readStore, fingerprint);
    case SourceKind::Contours: {
        std::vector<LabelledSlice> all;
        for (const auto& document : source.documents) {
            std::error_code ignored; // beside the config, or with the images
            const fs::path beside = config.folder / document, within = data / source.folder / document;
            constexpr double kRing = 8.0; // mm
            const fs::path file = fs::exists(beside, ignored) ? beside : within;
            auto some = readContours(file, data / source.folder, config.plane, config.spacing, kRing, inputs,
                                     scanWorker);
            if (!some) return some;
            const auto hash = sha256OfFile(file);
            if (!hash) return tl::unexpected(hash.error());
            fingerprint += toHex(*hash);
            std::ranges::move(*some, std::back_inserter(all));
        }
        return all;
    }
    }
    return std::vector<LabelledSlice>();
}

} // namespace

Result<std::vector<SourceData>> readSources(const TrainingConfig& config, const fs::path& data,
                                            const ReadStore& readStore, const fs::path& scanWorker) {
    const std::set<std::string> heldOut(config.holdOut.begin(), config.holdOut.end());
    std::set<std::string> seen;
    std::vector<SourceData> sources;
    for (std::size_t i = 0; i < config.sources.size(); ++i) {
        const SourceConfig& wanted = config.sources[i];
        SourceData source;
        source.name = name(wanted.kind);
        const auto same = std::ranges::count_if(sources, [&](const SourceData& other) {
            return other.name == source.name || other.name.starts_with(source.name + " ");
        });
        if (same > 0) source.name += " " + std::to_string(same + 1);
        source.examples.name = source.name;
        source.examples.weight = wanted.weight;
        source.examples.strength = wanted.strength;
        source.examples.burden = wanted.burden;
        auto slices = slicesOf(wanted, config, data, readStore, scanWorker, source.fingerprint);
        if (!slices) return tl::unexpected(slices.error());
        std::set<std::string> patients, out;
        for (LabelledSlice& slice : *slices) {
            const bool apart = heldOut.contains(slice.patient);
            (apart ? out : patients).insert(slice.patient);
            (apart ? source.heldOut : source.examples.slices).push_back(std::move(slice));
        }
        if (wanted.kind != SourceKind::Phantom && source.examples.slices.empty())
            return fail(ErrorCode::InvalidArgument,
                        "Source " + std::to_string(i + 1) + " (" + source.name +
                            ") has no patient left to train on: all are held out.");
        source.patients.assign(patients.begin(), patients.end());
        source.heldOutPatients.assign(out.begin(), out.end());
        seen.insert(out.begin(), out.end());
        sources.push_back(std::move(source));
    }
    for (const auto& patient : heldOut)
        if (!seen.contains(patient))
            return fail(ErrorCode::NotFound,
                        "Patient " + patient + " is to be held out, but is in none of the sources.");
    return sources;
}

} // namespace forameter::training
