// SPDX-License-Identifier: Apache-2.0
#include "maps.hpp"

#include <algorithm>
#include <cmath>

#include "forameter/core/interrupted.hpp"
#include "forameter/imaging/brightness.hpp"
#include "forameter/proposal/network_slice.hpp"

namespace forameter::proposal {

using geometry::ImagePlane;

namespace {

constexpr std::size_t kBatchPixels = 1'200'000; ///< of a request: eight labels of them are 40 MB

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const auto n : shape)
        text += (text.empty() ? "" : " x ") + std::to_string(n);
    return text.empty() ? "nothing" : text;
}

/// One label of one picture of an answer.
Grid<float> labelGrid(const wire::Frame& frame, std::size_t picture, std::size_t label, int columns,
                      int rows) {
    Grid<float> grid(columns, rows);
    const std::size_t size = grid.data().size();
    const float* from = frame.values.data() + (picture * kLabelCount + label) * size;
    std::transform(from, from + size, grid.data().begin(),
                   [](float v) { return std::isfinite(v) ? std::clamp(v, 0.0f, 1.0f) : 0.0f; });
    return grid;
}

/// The committee's mean; the spread is that of all looks of all members together.
void average(std::vector<LabelMaps>& members) {
    LabelMaps& first = members.front();
    const auto share = 1.0f / static_cast<float>(members.size());
    for (std::size_t l = 0; l < kLabelCount; ++l) {
        for (std::size_t m = 1; m < members.size(); ++m)
            if (!(members[m].plane == first.plane)) {
                const auto onto = [&](Grid<float>& grid) {
                    if (grid.columns() > 0) grid = resampled(grid.view(), members[m].plane, first.plane);
                };
                onto(members[m].probability[l]);
                onto(members[m].spread[l]);
            }
        Grid<float> spread(first.plane.columns(), first.plane.rows());
        for (std::size_t i = 0; i < spread.data().size(); ++i) {
            float mean = 0.0f, square = 0.0f;
            for (const LabelMaps& member : members) {
                const float p = member.probability[l].data()[i];
                const float s = member.spread[l].columns() > 0 ? member.spread[l].data()[i] : 0.0f;
                mean += share * p;
                square += share * (p * p + s * s);
            }
            first.probability[l].data()[i] = mean;
            spread.data()[i] = std::sqrt(std::max(0.0f, square - mean * mean));
        }
        first.spread[l] = std::move(spread);
    }
}

} // namespace

std::optional<ImagePlane> Asker::planeOf(const View& view, const Model& model) const {
    const ImagePlane& acquired = m_stacks[view.stack].volume->plane(view.slice);
    const auto whole = networkPlane(acquired, model.plane, model.spacing);
    if (!whole) return std::nullopt;
    if (!view.part) return *whole;
    const auto pixels = [&](double mm) {
        return std::max(16, static_cast<int>(std::lround(mm / model.spacing)));
    };
    const int columns = pixels(view.part->width), rows = pixels(view.part->height);
    if (view.part->down) {
        const auto normal = whole->normal();
        const auto column =
            geometry::normalized(*view.part->down - geometry::dot(*view.part->down, normal) * normal);
        const auto row = geometry::cross(column, normal);
        const double x = 0.5 * model.spacing * (columns - 1), y = 0.5 * model.spacing * (rows - 1);
        const auto leaning = ImagePlane::create({view.part->center - x * row - y * column, row, column,
                                                 model.spacing, model.spacing, columns, rows});
        return leaning ? std::optional(*leaning) : std::nullopt;
    }
    // Its pixels are pixels of the whole, so nothing is interpolated that the whole would not be.
    const auto middle = whole->toPixel(view.part->center);
    const geometry::PixelPoint corner{std::round(middle.x - 0.5 * (columns - 1)),
                                      std::round(middle.y - 0.5 * (rows - 1))};
    const auto part =
        ImagePlane::create({whole->toPatient(corner), whole->rowDirection(), whole->columnDirection(),
                            model.spacing, model.spacing, columns, rows});
    return part ? std::optional(*part) : std::nullopt;
}

Result<std::vector<LabelMaps>> Asker::askOne(const Model& model, std::span<const View> views,
                                             std::span<const ImagePlane> planes, WithLooks looks) {
    const int columns = planes.front().columns(), rows = planes.front().rows();
    const int inputs = model.network.inputs;
    wire::Frame frame{{static_cast<std::int64_t>(views.size()), inputs, rows, columns}, {}};
    for (std::size_t i = 0; i < views.size(); ++i) {
        const imaging::Volume& volume = *m_stacks[views[i].stack].volume;
        for (int input = 0; input < inputs; ++input) { // beyond the last slice the last one stands again
            const int slice = std::clamp(views[i].slice + input - inputs / 2, 0, volume.sliceCount() - 1);
            auto picture =
                resampled(imaging::brightness(volume, slice).view(), volume.plane(slice), planes[i]);
            normalise(picture, model.normalisation);
            frame.values.insert(frame.values.end(), picture.data().begin(), picture.data().end());
        }
    }
    Model asked = model;
    if (looks == WithLooks::No) asked.looks = {};
    const auto answer = m_infer(asked, frame, m_watch);
    if (!answer) return tl::unexpected(answer.error());
    const std::vector<std::int64_t> wanted{frame.shape[0], static_cast<std::int64_t>(kLabelCount), rows,
                                           columns};
    const auto count = static_cast<std::size_t>(wanted[0]) * kLabelCount * static_cast<std::size_t>(rows) *
                       static_cast<std::size_t>(columns);
    const bool spread = !answer->spread.values.empty();
    for (const wire::Frame* part : {&answer->probabilities, &answer->spread})
        if ((part == &answer->probabilities || spread) &&
            (part->shape != wanted || part->values.size() != count))
            return fail(ErrorCode::Corrupt, "The model " + model.name + " answered with " +
                                                shapeText(part->shape) + " numbers instead of " +
                                                shapeText(wanted) + ".");
    if (!answer->device.empty()) m_device = answer->device;
    std::vector<LabelMaps> all;
    for (std::size_t i = 0; i < views.size(); ++i) {
        LabelMaps maps{views[i], planes[i], {}, {}};
        for (std::size_t l = 0; l < kLabelCount; ++l) {
            maps.probability[l] = labelGrid(answer->probabilities, i, l, columns, rows);
            if (spread) maps.spread[l] = labelGrid(answer->spread, i, l, columns, rows);
        }
        all.push_back(std::move(maps));
    }
    return all;
}

Result<> Asker::ask(std::span<const Model* const> models, std::span<const View> views, WithLooks looks,
                    const std::function<void(LabelMaps&&)>& take) {
    if (models.empty()) return {};
    std::size_t at = 0;
    while (at < views.size()) {
        if (m_watch.cancelled()) return interrupted();
        m_watch.report(at, views.size(), "asking the networks");
        // As many views as fit into one request; they must be of one size, for every member.
        std::vector<View> batch;
        std::vector<std::vector<ImagePlane>> planes(models.size());
        for (std::size_t pixels = 0; at < views.size(); ++at) {
            std::vector<ImagePlane> seen;
            for (const Model* model : models)
                if (const auto plane = planeOf(views[at], *model)) seen.push_back(*plane);
            if (seen.size() != models.size()) continue;
            const auto size = [&](std::size_t m, const ImagePlane& p) {
                return planes[m].empty() ||
                       (p.columns() == planes[m][0].columns() && p.rows() == planes[m][0].rows());
            };
            bool same = true;
            for (std::size_t m = 0; m < models.size(); ++m)
                same = same && size(m, seen[m]);
            pixels += static_cast<std::size_t>(seen[0].columns()) * static_cast<std::size_t>(seen[0].rows());
            if (!batch.empty() && (!same || pixels > kBatchPixels)) break;
            batch.push_back(views[at]);
            for (std::size_t m = 0; m < models.size(); ++m)
                planes[m].push_back(seen[m]);
        }
        if (batch.empty()) break;
        std::vector<std::vector<LabelMaps>> answers;
        for (std::size_t m = 0; m < models.size(); ++m) {
            auto answer = askOne(*models[m], batch, planes[m], looks);
            if (!answer) return tl::unexpected(answer.error());
            answers.push_back(*std::move(answer));
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            std::vector<LabelMaps> members;
            for (auto& answer : answers)
                members.push_back(std::move(answer[i]));
            if (members.size() > 1) average(members);
            take(std::move(members.front()));
        }
    }
    return {};
}

} // namespace forameter::proposal
