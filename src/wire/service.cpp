// SPDX-License-Identifier: Apache-2.0
#include "forameter/wire/service.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <unistd.h>

#include "forameter/core/text.hpp"
#include "forameter/wire/message.hpp"
#include "vocabulary.hpp"

namespace forameter::wire {

namespace {

constexpr std::chrono::seconds kBeat(1), kLastBreath(2);

struct Request {
    std::int64_t id = 0;
    Json header;
    std::vector<Frame> frames;
};

/// What has come in and not been answered yet. Filled by the thread that reads, so that the other side never
/// waits to write, and so that cancelling and the end of the pipe are seen at once.
class Inbox {
public:
    void put(Request request) {
        const std::scoped_lock lock(m_mutex);
        m_requests.push_back(std::move(request));
        m_changed.notify_all();
    }
    void cancel(std::int64_t id) {
        const std::scoped_lock lock(m_mutex);
        if (m_current == id) m_stop.request_stop();
    }
    void end() {
        const std::scoped_lock lock(m_mutex);
        m_ended = true;
        m_stop.request_stop();
        m_changed.notify_all();
    }
    /// Waits; false at the end. Of what came before the end nothing is worked on: nobody would hear of it.
    bool take(Request& request, std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_ended || !m_requests.empty(); });
        if (m_ended) return false;
        request = std::move(m_requests.front());
        m_requests.pop_front();
        m_current = request.id;
        m_stop = std::stop_source();
        stop = m_stop.get_token();
        return true;
    }
    void done() {
        const std::scoped_lock lock(m_mutex);
        m_current = -1;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Request> m_requests;
    std::stop_source m_stop;
    std::int64_t m_current = -1;
    bool m_ended = false;
};

class Outbox {
public:
    explicit Outbox(int pipe) : m_pipe(pipe) {}
    void put(const Json& header, std::vector<Frame> frames = {}) {
        const std::scoped_lock lock(m_mutex);
        (void)write(m_pipe, {dumped(header), std::move(frames)});
    }

private:
    std::mutex m_mutex;
    int m_pipe;
};

struct Answer {
    Json header = Json::object();
    std::vector<Frame> frames;
};

Result<Answer> carryOut(Request& request, Service& service, const Watch& watch) {
    const auto type = request.header.value("type", std::string());
    const auto path = [&](const char* key) {
        return std::filesystem::path(request.header.value(key, std::string()));
    };
    const auto frames = [&](std::size_t count) -> Result<> {
        if (request.frames.size() == count) return {};
        return fail(ErrorCode::InvalidArgument,
                    "The message " + type + " needs " + std::to_string(count) + " frames.");
    };
    Answer answer;
    if (type == "load")
        return service.load(path("weights"), request.header.value("trusted", std::string())).map([&] {
            return answer;
        });
    if (type == "checkpoint") return service.checkpoint().map([&] { return answer; });
    if (type == "export")
        return service.exportTorchScript(path("weights"), path("to")).map([&] { return answer; });
    if (type == "save")
        return service.save(path("weights")).map([&](const std::string& sha256) {
            answer.header["sha256"] = sha256;
            return answer;
        });
    if (type == "infer") {
        if (const auto enough = frames(1); !enough) return tl::unexpected(enough.error());
        const auto looks = looksFrom(request.header.value("looks", Json()));
        if (!looks) return tl::unexpected(looks.error());
        auto made = service.infer(path("weights"), request.frames[0], *looks, watch);
        if (!made) return tl::unexpected(made.error());
        answer.header = {{"sha256", made->sha256},
                         {"device", made->device},
                         {"precision", made->precision},
                         {"seconds", made->seconds}};
        answer.frames.push_back(std::move(made->probabilities));
        answer.frames.push_back(std::move(made->spread));
        return answer;
    }
    if (type == "begin-training") {
        const auto plan = planFrom(request.header.value("plan", Json()));
        if (!plan) return tl::unexpected(plan.error());
        return service.beginTraining(*plan).map([&](std::int64_t step) {
            answer.header["step"] = step;
            return answer;
        });
    }
    if (type == "step" || type == "evaluate") {
        if (const auto enough = frames(2); !enough) return tl::unexpected(enough.error());
        const Batch batch{std::move(request.frames[0]), std::move(request.frames[1])};
        if (type == "step")
            return service.step(batch, watch).map([&](const StepReport& report) {
                answer.header = toJson(report);
                return answer;
            });
        return service.evaluate(batch, watch).map([&](const EvaluationReport& report) {
            answer.header = toJson(report);
            return answer;
        });
    }
    return fail(ErrorCode::InvalidArgument, "The worker knows no message " + type + ".");
}

/// In one line: LibTorch's messages end in a trace of its own functions.
Json errorAnswer(std::int64_t id, const Error& error) {
    return {{"type", "error"},
            {"id", id},
            {"code", std::string(name(error.code))},
            {"message", error.message.substr(0, error.message.find('\n'))}};
}

} // namespace

void refuse(int out, const Error& error) {
    Outbox(out).put(errorAnswer(0, error));
}

int serve(int in, int out, Service& service) {
    Outbox outbox(out);
    const auto info = service.info();
    outbox.put({{"type", "hello"},
                {"wire", kVersion},
                {"version", info.version},
                {"libtorch", info.libtorch},
                {"device", info.device},
                {"precision", info.precision},
                {"threads", info.threads},
                {"devices", info.devices}});
    Inbox inbox;
    std::atomic<bool> idle = true, over = false;
    std::atomic<int> status = 0;
    std::thread reader([&] {
        for (;;) {
            auto message = read(in);
            if (!message || !*message) {
                if (!message) status = 1;
                break;
            }
            auto header = Json::parse((*message)->header);
            const auto id = header.contains("id") && header["id"].is_number_integer()
                                ? header["id"].get<std::int64_t>()
                                : 0;
            if (header.contains("type") && header["type"] == "cancel")
                inbox.cancel(id);
            else
                inbox.put({id, std::move(header), std::move((*message)->frames)});
        }
        inbox.end();
        const auto end = std::chrono::steady_clock::now() + kLastBreath;
        while (!over && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (!over) ::_exit(1);
    });
    std::jthread heart([&](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            never.wait_for(lock, stop, kBeat, [] { return false; });
            if (!idle && !stop.stop_requested()) outbox.put({{"type", "heartbeat"}});
        }
    });
    Request request;
    std::stop_token stop;
    while (inbox.take(request, stop)) {
        idle = false;
        Watch watch;
        watch.stop = stop;
        watch.progress = [&](const Progress& progress) {
            outbox.put({{"type", "progress"},
                        {"id", request.id},
                        {"done", progress.done},
                        {"total", progress.total},
                        {"what", progress.what}});
        };
        Result<Answer> answer;
        try {
            answer = carryOut(request, service, watch);
        } catch (const std::exception& error) {
            answer = fail(ErrorCode::Other, std::string("The worker failed: ") + error.what());
        }
        inbox.done();
        idle = true;
        if (answer) {
            answer->header["type"] = "answer";
            answer->header["id"] = request.id;
            outbox.put(answer->header, std::move(answer->frames));
        } else {
            outbox.put(errorAnswer(request.id, answer.error()));
        }
    }
    over = true;
    reader.join();
    return status;
}

} // namespace forameter::wire
