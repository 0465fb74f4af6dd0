// SPDX-License-Identifier: Apache-2.0
#include "forameter/learning/safetensors.hpp"

#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "forameter/core/files.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/core/text.hpp"

namespace forameter::learning {

namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

constexpr std::uint64_t kLargestHeader = 100'000'000; // of the format

tl::unexpected<Error> refuse(const std::string& why) {
    return fail(ErrorCode::Corrupt, "These are no safetensors weights: " + why + ".");
}

/// The number of values of a shape; none where it is no shape or overflows.
std::optional<std::uint64_t> valuesOf(const Json& shape) {
    if (!shape.is_array() || shape.size() > 8) return {};
    std::uint64_t count = 1;
    for (const Json& side : shape) {
        if (!side.is_number_unsigned()) return {};
        const auto length = side.get<std::uint64_t>();
        if (length > std::numeric_limits<std::uint32_t>::max()) return {};
        if (length != 0 && count > (std::uint64_t{1} << 40) / length) return {};
        count *= length;
    }
    return count;
}

/// nlohmann keeps the last of two equal keys; the format forbids them.
bool hasKeyTwice(std::string_view text) {
    std::vector<std::set<std::string>> open;
    bool twice = false;
    const auto look = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) open.emplace_back();
        if (event == Json::parse_event_t::object_end && !open.empty()) open.pop_back();
        if (event == Json::parse_event_t::key && !open.empty())
            twice = twice || !open.back().insert(value.get<std::string>()).second;
        return true;
    };
    const Json whole = Json::parse(text, look, false);
    return twice || whole.is_discarded();
}

} // namespace

Result<SafetensorsFile> parseSafetensors(std::string_view bytes) {
    std::uint64_t length = 0;
    if (bytes.size() < sizeof length) return refuse("the file is shorter than its length field");
    std::memcpy(&length, bytes.data(), sizeof length);
    if (length > kLargestHeader || length > bytes.size() - sizeof length)
        return refuse("the header is said to be longer than the file");
    const std::string_view text = bytes.substr(sizeof length, length);
    const std::string_view numbers = bytes.substr(sizeof length + length);
    const Json header = Json::parse(text, nullptr, false);
    if (!header.is_object()) return refuse("the header is no JSON object");
    if (hasKeyTwice(text)) return refuse("a name is given twice");
    SafetensorsFile content;
    std::map<std::uint64_t, std::uint64_t> spans; // begin and end
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            if (!entry.is_object()) return refuse("the metadata are no object");
            for (const auto& [key, value] : entry.items()) {
                if (!value.is_string()) return refuse("the metadata hold something else than text");
                content.metadata[key] = value.get<std::string>();
            }
            continue;
        }
        if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") ||
            !entry.contains("data_offsets"))
            return refuse("\"" + name + "\" has no dtype, shape or place");
        if (entry["dtype"] != "F32") return refuse("\"" + name + "\" is not of float32 numbers");
        const auto count = valuesOf(entry["shape"]);
        if (!count) return refuse("\"" + name + "\" has no possible shape");
        const Json& place = entry["data_offsets"];
        if (!place.is_array() || place.size() != 2 || !place[0].is_number_unsigned() ||
            !place[1].is_number_unsigned())
            return refuse("\"" + name + "\" has no place");
        const auto begin = place[0].get<std::uint64_t>(), end = place[1].get<std::uint64_t>();
        if (begin > end || end > numbers.size() || end - begin != *count * sizeof(float))
            return refuse("the place of \"" + name + "\" is not that of its shape");
        if (begin != end && !spans.emplace(begin, end).second) return refuse("two share one place");
        wire::Frame frame;
        frame.shape = entry["shape"].get<std::vector<std::int64_t>>();
        frame.values.resize(*count);
        if (*count > 0) std::memcpy(frame.values.data(), numbers.data() + begin, end - begin);
        content.weights.emplace(name, std::move(frame));
    }
    std::uint64_t at = 0;
    for (const auto& [begin, end] : spans) {
        if (begin != at) return refuse("its numbers overlap or have holes");
        at = end;
    }
    if (at != numbers.size()) return refuse("there are numbers that belong to nothing");
    return content;
}

Result<SafetensorsFile> readSafetensors(const std::filesystem::path& file) {
    const auto bytes = readWhole(file, kLargestWeights);
    if (!bytes) return tl::unexpected(bytes.error());
    auto content = parseSafetensors(*bytes);
    if (!content) return fail(content.error().code, shown(file) + ": " + content.error().message);
    return content;
}

std::string toSafetensors(const SafetensorsFile& content) {
    Json header = Json::object();
    if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
    std::uint64_t at = 0;
    for (const auto& [name, frame] : content.weights) {
        const auto end = at + frame.values.size() * sizeof(float);
        header[name] = {{"dtype", "F32"}, {"shape", frame.shape}, {"data_offsets", {at, end}}};
        at = end;
    }
    std::string text = dumped(header);
    text.append((8 - text.size() % 8) % 8, ' '); // so that the numbers are aligned
    const std::uint64_t length = text.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    bytes += text;
    bytes.reserve(bytes.size() + at);
    for (const auto& [name, frame] : content.weights)
        bytes.append(reinterpret_cast<const char*>(frame.values.data()), frame.values.size() * sizeof(float));
    return bytes;
}

Result<std::string> writeSafetensors(const std::filesystem::path& file, const SafetensorsFile& content) {
    const std::string bytes = toSafetensors(content);
    if (const auto written = writeWhole(file, bytes); !written) return tl::unexpected(written.error());
    return toHex(sha256(std::string_view(bytes)));
}

} // namespace forameter::learning
