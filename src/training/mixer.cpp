// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/mixer.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <numeric>
#include <thread>

namespace forameter::training {

using proposal::LabelSet;

namespace {

constexpr int kBatchesPerBlock = 8;
constexpr int kUses = 2;    ///< crops taken from a phantom slice: making one takes longer than all the rest
constexpr int kMargin = 64; ///< pixels by which a phantom slice is larger than the largest crop

// What the phantom paints must be what the networks are taught.
constexpr bool same(phantom::TrainingLabel painted, proposal::Label taught) {
    return static_cast<int>(painted) == static_cast<int>(taught);
}
using enum phantom::TrainingLabel;
using proposal::Label;
static_assert(phantom::kTrainingLabelCount == proposal::kLabelCount && same(Background, Label::Background) &&
              same(Body, Label::Body) && same(Posterior, Label::Posterior) && same(Disc, Label::Disc) &&
              same(DuralSac, Label::DuralSac) && same(Canal, Label::Canal) && same(Foramen, Label::Foramen) &&
              same(Sacrum, Label::Sacrum));

} // namespace

std::vector<LabelledSlice> phantomSlices(const PhantomSlices& wanted, int count, const Random& random) {
    phantom::TrainingSettings settings;
    settings.orientation = wanted.plane;
    settings.size = wanted.size;
    settings.spacing = wanted.spacing;
    settings.neighbours = wanted.inputs / 2;
    settings.drawsPerCut = 3;
    settings.cutsPerSpine = 6;
    settings.burden = wanted.burden;
    phantom::TrainingStream stream(settings, random);
    std::vector<LabelledSlice> slices;
    for (int i = 0; i < count; ++i) {
        phantom::TrainingSlice made = stream.next();
        Grid<LabelSet> allowed(made.labels.columns(), made.labels.rows());
        std::ranges::transform(made.labels.data(), allowed.data().begin(), [](std::uint8_t label) {
            return proposal::only(static_cast<proposal::Label>(label)); // asserted above
        });
        slices.push_back({std::move(made.image),
                          std::move(allowed),
                          made.spacing,
                          "phantom",
                          "phantom " + std::to_string(i),
                          false,
                          {},
                          std::move(made.beside)});
    }
    return slices;
}

wire::Batch toBatch(const std::vector<Example>& examples) {
    assert(!examples.empty());
    const auto n = static_cast<std::int64_t>(examples.size()),
               inputs = static_cast<std::int64_t>(examples.front().beside.size()) + 1;
    const std::int64_t columns = examples.front().image.columns(), rows = examples.front().image.rows();
    wire::Batch batch{{{n, inputs, rows, columns}, {}}, {{n, rows, columns}, {}}};
    const auto values = static_cast<std::size_t>(n * rows * columns);
    batch.images.values.reserve(values * static_cast<std::size_t>(inputs));
    batch.allowed.values.reserve(values);
    const auto add = [](wire::Frame& frame, const auto& grid) {
        frame.values.insert(frame.values.end(), grid.data().begin(), grid.data().end());
    };
    for (const Example& example : examples) {
        const std::size_t before = example.beside.size() / 2;
        for (std::size_t i = 0; i < before; ++i)
            add(batch.images, example.beside[i]);
        add(batch.images, example.image);
        for (std::size_t i = before; i < example.beside.size(); ++i)
            add(batch.images, example.beside[i]);
        add(batch.allowed, example.allowed);
    }
    return batch;
}

struct Mixer::State {
    MixerSettings settings;
    std::vector<ExampleSource> sources;
    std::vector<double> until; ///< cumulative weights

    std::mutex guard;
    std::condition_variable made, room;
    std::map<std::int64_t, std::vector<wire::Batch>> blocks; ///< made, by number
    std::int64_t nextToMake = 0, nextToGive = 0;
    std::size_t given = 0; ///< batches of block nextToGive
    double waited = 0.0;
    std::stop_source stop;
    std::vector<std::jthread> threads; ///< last: they end first

    /// The place of a source, by weight.
    [[nodiscard]] std::size_t draw(Random& random) const {
        const double at = random.uniform() * until.back();
        const auto found = std::ranges::upper_bound(until, at);
        return std::min<std::size_t>(static_cast<std::size_t>(found - until.begin()), sources.size() - 1);
    }

    /// Phantom slices of one source for one block, each used kUses times, in any order.
    struct Cuts {
        std::size_t uses = 0;
        std::vector<LabelledSlice> slices;
        std::vector<std::size_t> order;

        void make(const MixerSettings& settings, const ExampleSource& source, const Random& own,
                  Random& shared) {
            slices = phantomSlices({settings.plane, settings.spacing, settings.largest + kMargin,
                                    settings.inputs, source.burden},
                                   static_cast<int>((uses + kUses - 1) / kUses), own);
            for (std::size_t i = 0; i < slices.size() * kUses; ++i)
                order.push_back(i % slices.size());
            shared.shuffle(std::span(order));
        }
        [[nodiscard]] const LabelledSlice& next() { // a vector's end is its cheap one
            const LabelledSlice& slice = slices[order.back()];
            order.pop_back();
            return slice;
        }
    };

    [[nodiscard]] std::vector<wire::Batch> makeBlock(std::int64_t number) const {
        Random random = Random(settings.seed).stream(static_cast<std::uint64_t>(number));
        struct Wanted {
            std::size_t source;
            int size;
        };
        std::vector<Wanted> wanted;
        std::vector<Cuts> cuts(sources.size());
        for (int b = 0; b < kBatchesPerBlock; ++b) {
            const auto sizes = static_cast<std::uint64_t>((settings.largest - settings.smallest) / 16 + 1);
            const int size = settings.smallest + 16 * static_cast<int>(random.below(sizes));
            for (int i = 0; i < settings.batch; ++i) {
                wanted.push_back({draw(random), size});
                ++cuts[wanted.back().source].uses;
            }
        }
        std::uint64_t stream = 0;
        for (std::size_t k = 0; k < sources.size(); ++k)
            if (sources[k].slices.empty())
                cuts[k].make(settings, sources[k], random.stream(++stream), random);
        std::vector<wire::Batch> batches;
        std::vector<Example> examples;
        for (std::size_t i = 0; i < wanted.size() && !stop.stop_requested(); ++i) {
            const auto& [place, size] = wanted[i];
            const ExampleSource& source = sources[place];
            const Augmentation how{size, settings.spacing, settings.plane == geometry::Plane::Axial,
                                   source.strength, settings.inputs};
            const LabelledSlice& slice = source.slices.empty()
                                             ? cuts[place].next()
                                             : source.slices[random.below(source.slices.size())];
            examples.push_back(augmented(slice, how, random));
            if (static_cast<int>(examples.size()) == settings.batch) {
                batches.push_back(toBatch(examples));
                examples.clear();
            }
        }
        return batches;
    }

    void work() {
        for (;;) {
            std::int64_t number = 0;
            {
                std::unique_lock lock(guard);
                const auto ahead = static_cast<std::int64_t>(settings.threads) + 1;
                room.wait(lock, [&] { return stop.stop_requested() || nextToMake < nextToGive + ahead; });
                if (stop.stop_requested()) return;
                number = nextToMake++;
            }
            auto block = makeBlock(number);
            const std::lock_guard lock(guard);
            blocks.emplace(number, std::move(block));
            made.notify_all();
        }
    }
};

Mixer::Mixer(MixerSettings settings, std::vector<ExampleSource> sources, std::int64_t first)
    : m_state(std::make_unique<State>()) {
    assert(!sources.empty() && settings.smallest > 0 && settings.largest >= settings.smallest);
    m_state->settings = settings;
    m_state->sources = std::move(sources);
    double sum = 0.0;
    for (const auto& source : m_state->sources)
        m_state->until.push_back(sum += source.weight);
    m_state->nextToMake = m_state->nextToGive = first / kBatchesPerBlock;
    m_state->given = static_cast<std::size_t>(first % kBatchesPerBlock);
    for (int t = 0; t < std::max(1, settings.threads); ++t)
        m_state->threads.emplace_back([state = m_state.get()] { state->work(); });
}

Mixer::~Mixer() {
    m_state->stop.request_stop();
    {
        const std::lock_guard lock(m_state->guard); // none of the threads is between its look and its wait
    }
    m_state->room.notify_all();
    m_state->threads.clear();
}

Result<wire::Batch> Mixer::next(std::stop_token stop) {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(m_state->guard);
    const std::stop_callback wake(stop, [this] {
        // Not under the guard: a callback may run on this very thread.
        m_state->made.notify_all();
    });
    using namespace std::chrono_literals;
    while (!m_state->blocks.contains(m_state->nextToGive)) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The training was interrupted while examples were made.");
        m_state->made.wait_for(lock, 200ms);
    }
    m_state->waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    auto& block = m_state->blocks.at(m_state->nextToGive);
    wire::Batch batch = std::move(block[m_state->given]);
    if (++m_state->given == block.size()) {
        m_state->blocks.erase(m_state->nextToGive);
        ++m_state->nextToGive;
        m_state->given = 0;
        m_state->room.notify_all();
    }
    return batch;
}

double Mixer::waited() const {
    const std::lock_guard lock(m_state->guard);
    return m_state->waited;
}

} // namespace forameter::training
