// SPDX-License-Identifier: Apache-2.0
#include <mutex>

#include "forameter/core/text.hpp"
#include "forameter/proposal/ask.hpp"
#include "forameter/wire/worker.hpp"
#include "forameter/workspace/proposal_desk.hpp"

namespace forameter::workspace {

Result<Proposer> workerProposer(const std::filesystem::path& models,
                                const std::filesystem::path& workerProgram) {
    auto folder = proposal::readModels(models);
    if (folder.models.empty())
        return fail(ErrorCode::NotFound,
                    folder.refused.empty()
                        ? "No contours are proposed: there is no model in " + shown(models) + "."
                        : "No contours are proposed: " + folder.refused.front().second);
    auto usable = proposal::usable(std::move(folder.models));
    if (usable.models.empty())
        return fail(ErrorCode::NotAllowed, "No contours are proposed: " + usable.leftOut.front());
    struct Service {
        explicit Service(proposal::UsableModels models) : usable(std::move(models)) {}

        std::mutex asking; ///< studies take turns
        proposal::UsableModels usable;
        wire::WorkerOptions options;
        std::unique_ptr<wire::Worker> worker;
    };
    const auto service = std::make_shared<Service>(std::move(usable));
    service->options.program = workerProgram;
    return [service](const proposal::ProposeRequest& request,
                     const Watch& watch) -> Result<proposal::Proposals> {
        const std::scoped_lock turn(service->asking);
        if (!service->worker) {
            auto started = wire::Worker::start(service->options);
            if (!started) return tl::unexpected(started.error());
            service->worker = std::move(*started);
        }
        auto made = proposal::propose(
            request, service->usable.models,
            [&](const proposal::Model& model, const wire::Frame& images, const Watch& w) {
                return proposal::ask(*service->worker, model, service->usable.trusted, images, w);
            },
            watch);
        if (!made) service->worker.reset(); // dead, or busy with what nobody waits for any more
        return made;
    };
}

} // namespace forameter::workspace
