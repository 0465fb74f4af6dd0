// SPDX-License-Identifier: Apache-2.0
#include "training_store.hpp"

#include <algorithm>
#include <map>

#include "forameter/core/sha256.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "proposing.hpp"

namespace forameter::cli {

namespace {

using training::Readings;
using training::ReadSlice;

/// What is held of one image.
struct Held {
    /// By rater and case; of a consensus by its round.
    std::map<std::pair<std::string, std::string>, std::vector<protocol::Contour>> readings;
    std::map<std::string, std::vector<protocol::Consensus>> soft; ///< by round
};
using HeldByImage = std::map<ImageId, Held>;

Grid<float> copyOf(GridView<const float> view) {
    Grid<float> grid(view.columns(), view.rows());
    std::ranges::copy(view.data(), grid.data().begin());
    return grid;
}

/// Reads one store for one source.
class StoreReader {
public:
    StoreReader(const store::Store& store, const training::StoreQuery& query,
                const training::TrainingConfig& config, const Session& session)
        : m_store(store), m_query(query), m_config(config), m_session(session) {}

    Result<training::StoreReadings> read() {
        const auto studies = store::StudyRepository(m_store).list({.where = m_query.where});
        if (!studies) return tl::unexpected(studies.error());
        std::size_t done = 0;
        for (const auto& study : studies->studies) {
            m_session.watch().report(done++, studies->studies.size(), "reading the store");
            const auto held = m_query.readings == Readings::Raters ? drawn(study.uid) : agreed(study.uid);
            if (!held) return tl::unexpected(held.error());
            if (held->empty()) continue;
            if (auto shown = show(study.uid, *held); !shown) return tl::unexpected(shown.error());
        }
        m_session.endProgress();
        if (m_stale > 0)
            m_session.say(counted(m_stale, "consensus record is stale", "consensus records are stale") +
                          ": raters have changed their contours since.");
        if (m_found.slices.empty())
            return fail(ErrorCode::NotFound,
                        "The store holds nothing of readings \"" + std::string(name(m_query.readings)) +
                            "\" that may be seen, on " + std::string(geometry::name(m_config.plane)) +
                            " images. Of rounds that are not open nothing may.");
        std::ranges::sort(m_versions);
        std::string all;
        for (const std::string& version : m_versions)
            all += version + "\n";
        m_found.fingerprint = toHex(sha256(all));
        return std::move(m_found);
    }

private:
    Result<HeldByImage> drawn(const StudyUid& study) {
        store::ContourFilter filter{.study = study};
        if (!m_query.round.empty()) filter.round = m_query.round;
        const auto contours = store::ContourRepository(m_store).current(filter);
        if (!contours) return tl::unexpected(contours.error());
        HeldByImage held;
        for (const auto& one : *contours) {
            const protocol::Contour& contour = one.contour;
            const bool wanted = m_query.raters.empty() ||
                                std::ranges::find(m_query.raters, contour.rater) != m_query.raters.end();
            if (!wanted || !protocol::byHand(contour.source)) continue;
            held[contour.image]
                .readings[{contour.rater, one.reading ? one.reading->text() : std::string()}]
                .push_back(contour);
            m_versions.push_back(contour.id.text() + " " + std::to_string(one.version));
        }
        return held;
    }

    Result<HeldByImage> agreed(const StudyUid& study) {
        const store::ConsensusRepository repository(m_store);
        store::ConsensusFilter filter{.study = study, .method = m_query.method};
        if (!m_query.round.empty()) filter.round = m_query.round;
        auto records = repository.list(filter);
        if (!records) return tl::unexpected(records.error());
        HeldByImage held;
        for (auto& record : *records) {
            const auto stale = repository.stale(record);
            if (!stale) return tl::unexpected(stale.error());
            m_stale += stale->empty() ? 0 : 1;
            m_versions.push_back(record.id.text());
            Held& image = held[record.image];
            if (m_query.readings == Readings::Soft)
                image.soft[record.round].push_back(std::move(record));
            else
                image.readings[{record.round, {}}].push_back(protocol::asContour(record));
        }
        return held;
    }

    /// With the pixels. Images of another plane are left out.
    Result<> show(const StudyUid& uid, const HeldByImage& held) {
        const auto record = store::StudyRepository(m_store).find(uid);
        if (!record) return tl::unexpected(record.error());
        const auto study = loadStudy(*record, m_session);
        if (!study) return tl::unexpected(study.error());
        if (!study->unreadable.empty()) return tl::unexpected(study->unreadable.front());
        const int inputs = m_config.plan.network.inputs;
        for (const auto& stack : study->stacks) {
            const imaging::Volume& volume = *stack.volume;
            if (volume.plane(0).plane() != m_config.plane) continue;
            for (int slice = 0; slice < volume.sliceCount(); ++slice) {
                const auto at = held.find(stack.images[static_cast<std::size_t>(slice)]);
                if (at == held.end()) continue;
                ReadSlice read{{},
                               volume.plane(slice),
                               record->patientId.empty() ? uid.text() : record->patientId,
                               at->first.sop.text(),
                               {},
                               {}};
                for (int input = 0; input < inputs; ++input)
                    read.images.push_back(
                        copyOf(volume.slice(training::neighbour(slice, input, inputs, volume.sliceCount()))));
                for (const auto& [reader, contours] : at->second.readings)
                    read.readings.push_back(contours);
                for (const auto& [round, records] : at->second.soft)
                    read.soft.push_back(records);
                m_found.slices.push_back(std::move(read));
            }
        }
        return {};
    }

    const store::Store& m_store;
    const training::StoreQuery& m_query;
    const training::TrainingConfig& m_config;
    const Session& m_session;
    training::StoreReadings m_found;
    std::vector<std::string> m_versions; ///< what the fingerprint is of
    std::size_t m_stale = 0;
};

} // namespace

training::ReadStore readStoreOf(const Session& session) {
    return [&session](const training::StoreQuery& query,
                      const training::TrainingConfig& config) -> Result<training::StoreReadings> {
        const auto store = session.openStoreToRead();
        if (!store) return tl::unexpected(store.error());
        return StoreReader(*store, query, config, session).read();
    };
}

} // namespace forameter::cli
