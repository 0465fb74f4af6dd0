// SPDX-License-Identifier: Apache-2.0
#include "consensus_rows.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "blobs.hpp"
#include "byte_io.hpp"
#include "forameter/core/text.hpp"
#include "forameter/store/round_repository.hpp"
#include "plain_rows.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

using protocol::Consensus;
using protocol::ConsensusInput;
using Json = nlohmann::ordered_json;

constexpr std::uint8_t kVersion = 1;
constexpr std::uint32_t kLargest = 100'000; ///< pixels along one side, so that a damaged head asks for little

void putHead(ByteWriter& out, int columns, int rows) {
    out.put(kVersion);
    out.put(static_cast<std::uint32_t>(columns));
    out.put(static_cast<std::uint32_t>(rows));
}

/// `bytes(pixels)` says how much must follow the head.
template <class Bytes>
Result<std::pair<int, int>> head(ByteReader& in, Bytes bytes) {
    const auto version = in.get<std::uint8_t>();
    const auto columns = in.get<std::uint32_t>(), rows = in.get<std::uint32_t>();
    if (!in.ok() || version != kVersion || columns > kLargest || rows > kLargest ||
        in.left() != bytes(std::size_t{columns} * rows))
        return fail(ErrorCode::Corrupt, "A mask of a consensus cannot be read.");
    return std::pair(static_cast<int>(columns), static_cast<int>(rows));
}

std::string inputsText(const std::vector<ConsensusInput>& inputs) {
    Json list = Json::array();
    for (const auto& input : inputs)
        list.push_back(
            {{"rater", input.rater},
             {"contour", input.contour.text()},
             {"version", input.version},
             {"area_mm2", input.area.value()},
             {"sensitivity", input.sensitivity},
             {"specificity", input.specificity},
             {"area_without_mm2", input.areaWithout ? Json(input.areaWithout->value()) : Json(nullptr)}});
    return dumped(list);
}

bool readInputs(const std::string& text, std::vector<ConsensusInput>& inputs) {
    const Json list = Json::parse(text, nullptr, false);
    if (!list.is_array()) return false;
    const auto number = [](const Json& entry, const char* key) {
        const auto found = entry.find(key);
        return found != entry.end() && found->is_number() ? std::optional(found->get<double>())
                                                          : std::nullopt;
    };
    const auto text_ = [](const Json& entry, const char* key) {
        const auto found = entry.find(key);
        return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    for (const Json& entry : list) {
        if (!entry.is_object()) return false;
        const auto version = number(entry, "version"), area = number(entry, "area_mm2"),
                   sensitivity = number(entry, "sensitivity"), specificity = number(entry, "specificity"),
                   without = number(entry, "area_without_mm2");
        if (!version || !area || !sensitivity || !specificity) return false;
        inputs.push_back({text_(entry, "rater"), ContourId(text_(entry, "contour")),
                          static_cast<int>(*version), SquareMillimetres(*area), *sensitivity, *specificity,
                          without ? std::optional(SquareMillimetres(*without)) : std::nullopt});
    }
    return true;
}

bool read(const Row& r, Consensus& c) {
    c.id = ContourId(r.text(0));
    c.study = StudyUid(r.text(1));
    c.image = {SeriesUid(r.text(2)), SopUid(r.text(3)), static_cast<int>(r.integer(4))};
    const auto cell = cellAt(r, 5);
    c.round = r.text(9);
    const auto method = protocol::consensusMethodFromName(r.text(10));
    c.algorithm = static_cast<int>(r.integer(11));
    c.parameters = r.text(12);
    const bool inputs = readInputs(r.text(13), c.raters);
    c.domain = Millimetres(r.real(14));
    c.domainPixels = static_cast<std::size_t>(r.integer(15));
    c.prior = r.real(16);
    c.column = static_cast<int>(r.integer(17));
    c.row = static_cast<int>(r.integer(18));
    auto mask = maskFromBlob(r.blob(19));
    auto soft = softFromBlob(r.blob(20));
    auto curve = curveFromBlob(r.blob(21));
    c.pieces = static_cast<std::size_t>(r.integer(22));
    c.area = SquareMillimetres(r.real(23));
    c.areaMask = SquareMillimetres(r.real(24));
    c.majorityArea = SquareMillimetres(r.real(25));
    c.majorityAreaMask = SquareMillimetres(r.real(26));
    c.plane = geometry::planeFromName(r.text(27));
    c.weighting = weightingFromName(r.text(28));
    c.protocol = r.text(29);
    c.author = r.text(30);
    const auto time = timestampFromIso8601(r.text(31));
    if (!cell || !method || !inputs || !mask || !soft || !curve || !time) return false;
    c.cell = *cell;
    c.method = *method;
    c.mask = std::move(*mask);
    c.soft = std::move(*soft);
    c.curve = std::move(*curve);
    c.created = *time;
    return true;
}

} // namespace

std::string maskToBlob(const geometry::Mask& mask) {
    ByteWriter out;
    putHead(out, mask.columns(), mask.rows());
    std::string bits((mask.data().size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < mask.data().size(); ++i)
        if (mask.data()[i] != 0)
            bits[i / 8] = static_cast<char>(static_cast<unsigned char>(bits[i / 8]) | (1u << (i % 8)));
    out.raw(bits);
    return out.take();
}

Result<geometry::Mask> maskFromBlob(std::string_view blob) {
    ByteReader in(blob);
    const auto size = head(in, [](std::size_t pixels) { return (pixels + 7) / 8; });
    if (!size) return tl::unexpected(size.error());
    const auto bits = in.raw(in.left());
    geometry::Mask mask(size->first, size->second, 0);
    for (std::size_t i = 0; i < mask.data().size(); ++i)
        mask.data()[i] = static_cast<std::uint8_t>((static_cast<unsigned char>(bits[i / 8]) >> (i % 8)) & 1u);
    return mask;
}

std::string softToBlob(const Grid<float>& soft) {
    ByteWriter out;
    putHead(out, soft.columns(), soft.rows());
    for (const float value : soft.data())
        out.put(value);
    return out.take();
}

Result<Grid<float>> softFromBlob(std::string_view blob) {
    ByteReader in(blob);
    const auto size = head(in, [](std::size_t pixels) { return pixels * sizeof(float); });
    if (!size) return tl::unexpected(size.error());
    Grid<float> soft(size->first, size->second, 0.0f);
    for (float& value : soft.data())
        value = in.get<float>();
    return soft;
}

Result<std::vector<Consensus>> consensusRows(Connection& sql, std::string_view where,
                                             const QVariantList& args) {
    const std::string query =
        "SELECT t.uuid, s.study_uid, e.series_uid, t.sop_uid, t.frame, t.structure, t.level, t.side, "
        "t.quantity, r.name, t.method, t.algorithm, t.parameters, t.inputs, t.domain_mm, t.domain_pixels, "
        "t.prior, t.first_column, t.first_row, t.mask, t.soft, t.curve, t.pieces, t.area_mm2, "
        "t.area_mask_mm2, t.majority_area_mm2, t.majority_area_mask_mm2, t.plane, t.weighting, t.protocol, "
        "t.actor, t.time FROM consensus t JOIN study s ON s.id = t.study_id JOIN series e ON e.id = "
        "t.series_id LEFT JOIN round r ON r.id = t.round_id WHERE " +
        std::string(where);
    std::vector<Consensus> rows;
    std::string broken;
    const auto done = sql.forEachBound(query, args, [&](const Row& r) {
        Consensus consensus;
        if (read(r, consensus))
            rows.push_back(std::move(consensus));
        else
            broken = r.text(0);
    });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt, "The store is damaged: consensus " + broken +
                                            " cannot be read; restore it from a backup.");
    return rows;
}

Result<> append(Transaction& change, Consensus& c, std::int64_t studyId, std::int64_t seriesId,
                std::optional<std::int64_t> roundId) {
    c.author = change.actor().name();
    c.created = change.time();
    QVariant round;
    if (roundId) {
        const auto uuid = change.sql().first(
            "SELECT uuid FROM round WHERE id = ?", [](const Row& r) { return r.text(0); }, *roundId);
        if (!uuid) return tl::unexpected(uuid.error());
        round = bindable(*uuid);
    }
    // What follows the uuid, the study, the series and the round, in the order of the table's columns.
    const QVariantList values{
        bindable(c.image.sop),
        bindable(c.image.frame),
        bindable(name(c.cell.structure)),
        bindable(name(c.cell.level)),
        nameOrNull(c.cell.side),
        nameOrNull(c.cell.quantity),
        bindable(name(c.method)),
        bindable(c.algorithm),
        bindable(c.parameters),
        bindable(inputsText(c.raters)),
        bindable(c.domain.value()),
        bindable(c.domainPixels),
        bindable(c.prior),
        bindable(c.column),
        bindable(c.row),
        bindable(Blob{maskToBlob(c.mask)}),
        bindable(Blob{softToBlob(c.soft)}),
        bindable(Blob{curveToBlob(c.curve)}),
        bindable(c.pieces),
        bindable(c.area.value()),
        bindable(c.areaMask.value()),
        bindable(c.majorityArea.value()),
        bindable(c.majorityAreaMask.value()),
        nameOrNull(c.plane),
        nameOrNull(c.weighting),
        bindable(c.protocol),
        bindable(c.author),
        bindable(change.timeText()),
    };
    QVariantList hashed{bindable(c.id), bindable(c.study), bindable(c.image.series), round};
    hashed += values;
    QVariantList bound{bindable(c.id), bindable(studyId), bindable(seriesId), bindable(roundId)};
    bound += values;
    const auto id =
        putPlain(change, "consensus", "consensus.make", "consensus " + c.id.text(), hashed,
                 "uuid, study_id, series_id, round_id, sop_uid, frame, structure, level, side, quantity, "
                 "method, algorithm, parameters, inputs, domain_mm, domain_pixels, prior, first_column, "
                 "first_row, mask, soft, curve, pieces, area_mm2, area_mask_mm2, majority_area_mm2, "
                 "majority_area_mask_mm2, plane, weighting, protocol, actor, time",
                 bound);
    if (!id) return tl::unexpected(id.error());
    return {};
}

Result<std::optional<std::int64_t>> openedRound(Connection& sql, const std::string& name) {
    if (name.empty()) return std::optional<std::int64_t>();
    const auto found = sql.first(
        "SELECT id, state FROM round_current WHERE name = ?",
        [](const Row& r) { return std::pair(r.integer(0), r.text(1)); }, name);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return fail(ErrorCode::NotFound, "There is no round " + name + " in this store.");
    if ((*found)->second != "opened") return tl::unexpected(stillBlinded(name));
    return std::optional((*found)->first);
}

} // namespace forameter::store
