// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/study_images.hpp"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace forameter::workspace {

// One thread reads one stack after the other; `queue` is the only thing it shares. Results are posted, and
// posted tasks hold the state weakly, so that nothing is told after the end.
struct StudyImages::State {
    struct Pixels {
        LoadState state = LoadState::NotLoaded;
        imaging::VolumePtr volume;
        std::optional<Error> error;
    };
    struct Queue {
        std::mutex mutex;
        std::condition_variable_any filled;
        std::deque<std::size_t> stacks;
    };

    StudyImages* images = nullptr;
    std::vector<Stack> stacks;
    std::vector<Pixels> pixels;
    std::shared_ptr<State> self; // handed to posted tasks as weak_ptr; reset at the end
    std::shared_ptr<Queue> queue = std::make_shared<Queue>();
    std::jthread reader;

    void set(std::size_t stack, LoadState state) {
        pixels[stack].state = state;
        images->stackChanged(stack);
    }
    void arrived(std::size_t stack, Result<imaging::VolumePtr> result) {
        if (result)
            pixels[stack].volume = std::move(*result);
        else
            pixels[stack].error = std::move(result.error());
        set(stack, pixels[stack].volume ? LoadState::Loaded : LoadState::Failed);
    }
};

StudyImages::StudyImages(std::vector<Stack> stacks, Loader loader, Post post)
    : m_state(std::make_unique<State>()) {
    m_state->images = this;
    m_state->stacks = std::move(stacks);
    m_state->pixels.resize(m_state->stacks.size());
    m_state->self = std::shared_ptr<State>(m_state.get(), [](State*) {}); // a token: owned by m_state
    m_state->reader =
        std::jthread([queue = m_state->queue, weak = std::weak_ptr(m_state->self), loader = std::move(loader),
                      post = std::move(post)](const std::stop_token& stop) {
            for (;;) {
                std::size_t next = 0;
                {
                    std::unique_lock lock(queue->mutex);
                    if (!queue->filled.wait(lock, stop, [&] { return !queue->stacks.empty(); })) return;
                    next = queue->stacks.front();
                    queue->stacks.pop_front();
                }
                post([weak, next] {
                    if (const auto state = weak.lock()) state->set(next, LoadState::Loading);
                });
                auto result = loader(next, Watch{{}, stop});
                if (stop.stop_requested()) return;
                post([weak, next, result = std::move(result)]() mutable {
                    if (const auto state = weak.lock()) state->arrived(next, std::move(result));
                });
            }
        });
    std::vector<std::size_t> all(m_state->stacks.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    m_state->queue->stacks.assign(all.begin(), all.end());
    m_state->queue->filled.notify_one();
}

StudyImages::~StudyImages() {
    m_state->self.reset();
}

const std::vector<Stack>& StudyImages::stacks() const {
    return m_state->stacks;
}

LoadState StudyImages::state(std::size_t stack) const {
    return m_state->pixels[stack].state;
}

std::optional<Error> StudyImages::failure(SliceRef slice) const {
    const auto& pixels = m_state->pixels[slice.stack];
    auto error = pixels.error;
    if (pixels.volume) {
        const auto& unread = pixels.volume->info().unread;
        const auto found = unread.find(static_cast<int>(slice.slice));
        error = found == unread.end() ? std::nullopt : std::optional(found->second);
    }
    // A long path helps nobody in a picture's place.
    if (error && error->code == ErrorCode::Unreadable)
        error->message =
            "The files of this series are not where they were imported, or cannot be read there. "
            "Put them back, or import the study again.";
    return error;
}

std::string StudyImages::allUnreadable() const {
    const auto& pixels = m_state->pixels;
    if (pixels.empty() ||
        !std::ranges::all_of(pixels, [](const auto& p) { return p.state == LoadState::Failed; }))
        return "";
    return "None of the pictures of this study can be read, so nothing can be marked or drawn. Put the files "
           "back where they were imported from, or import the study again.";
}

imaging::VolumePtr StudyImages::volume(std::size_t stack) {
    if (m_state->pixels[stack].state == LoadState::NotLoaded) prefer({stack});
    return m_state->pixels[stack].volume;
}

void StudyImages::prefer(const std::vector<std::size_t>& stacks) {
    const std::lock_guard lock(m_state->queue->mutex);
    auto& waiting = m_state->queue->stacks;
    for (auto it = stacks.rbegin(); it != stacks.rend(); ++it) {
        const auto found = std::ranges::find(waiting, *it);
        if (found == waiting.end()) continue; // being read or read
        waiting.erase(found);
        waiting.push_front(*it);
    }
}

std::optional<SliceRef> StudyImages::find(const ImageId& image) const {
    for (std::size_t s = 0; s < stacks().size(); ++s) {
        const auto& stack = stacks()[s];
        if (stack.series != image.series) continue;
        const auto found = std::ranges::find(stack.images, image);
        if (found != stack.images.end())
            return SliceRef{s, static_cast<std::size_t>(found - stack.images.begin())};
    }
    return std::nullopt;
}

bool StudyImages::allLoaded() const {
    return std::ranges::all_of(m_state->pixels, [](const auto& p) {
        return p.state == LoadState::Loaded || p.state == LoadState::Failed;
    });
}

namespace {

protocol::StackGeometry geometryOf(const Stack& stack) {
    return {stack.located ? stack.planes : std::vector<geometry::ImagePlane>{},
            stack.weighting,
            stack.measurable && stack.located,
            stack.fitness,
            stack.series,
            stack.frameOfReference,
            stack.space,
            stack.frame};
}

} // namespace

std::vector<protocol::StackGeometry> StudyImages::geometry() const {
    std::vector<protocol::StackGeometry> all;
    for (const auto& stack : stacks())
        all.push_back(geometryOf(stack));
    return all;
}

geometry::Plane nearestPlane(const geometry::ImagePlane& image) {
    const auto normal = image.normal();
    const double x = std::abs(normal.x), y = std::abs(normal.y), z = std::abs(normal.z);
    if (z >= x && z >= y) return geometry::Plane::Axial;
    return x >= y ? geometry::Plane::Sagittal : geometry::Plane::Coronal;
}

void linkSpaces(std::vector<Stack>& stacks) {
    std::vector<protocol::StackGeometry> geometry;
    for (const auto& stack : stacks)
        geometry.push_back(geometryOf(stack));
    protocol::linkSpaces(geometry);
    for (std::size_t s = 0; s < stacks.size(); ++s) {
        stacks[s].space = geometry[s].space;
        stacks[s].frame = geometry[s].frame;
        stacks[s].linkAssumed = std::ranges::any_of(geometry, [&](const protocol::StackGeometry& other) {
            return other.space == geometry[s].space && other.frame < geometry[s].frame;
        });
    }
}

} // namespace forameter::workspace
