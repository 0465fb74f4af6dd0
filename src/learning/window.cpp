// SPDX-License-Identifier: Apache-2.0
#include "window.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::learning {

namespace {

constexpr std::size_t kMostParts =
    4096; ///< of a picture; a card that wants more would keep a worker for hours

torch::Tensor bell(std::int64_t length, wire::Window::Like like) {
    // nnU-Net's summit is a pixel, so that of an even side it is half a pixel off the middle.
    const std::int64_t summit = length / 2;
    const double middle = like == wire::Window::Like::Monai ? 0.5 * static_cast<double>(length - 1)
                                                            : static_cast<double>(summit),
                 deviation = static_cast<double>(length) / 8.0;
    const torch::Tensor x = torch::arange(length, torch::kFloat32).sub(middle).div(deviation);
    return x.square().mul(-0.5).exp();
}

} // namespace

std::vector<std::int64_t> partsAlong(std::int64_t length, std::int64_t part, double overlap,
                                     wire::Window::Like like) {
    if (length <= part) return {0};
    const double step = std::max(1.0, static_cast<double>(part) * (1.0 - overlap));
    if (like == wire::Window::Like::Monai) {
        std::vector<std::int64_t> starts{0};
        while (starts.back() + part < length)
            starts.push_back(std::min(starts.back() + static_cast<std::int64_t>(step), length - part));
        return starts;
    }
    const auto gaps =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(length - part) / step - 1.0e-9));
    std::vector<std::int64_t> starts;
    // A half goes to the even pixel, as in NumPy: elsewhere by one pixel answers differ.
    const double gap = static_cast<double>(length - part) / static_cast<double>(gaps);
    for (std::int64_t i = 0; i <= gaps; ++i)
        starts.push_back(static_cast<std::int64_t>(std::nearbyint(gap * static_cast<double>(i))));
    return starts;
}

torch::Tensor partWeights(const wire::Window& window) {
    if (!window.gaussian) return torch::ones({window.rows, window.columns});
    // At the corners the bell is some 1e-7: enough to be divided by.
    return torch::outer(bell(window.rows, window.like), bell(window.columns, window.like))
        .clamp_min(window.like == wire::Window::Like::Monai ? 1.0e-3 : 1.0e-7);
}

Result<torch::Tensor> inParts(const torch::Tensor& pictures, const wire::Window& window,
                              const std::function<Result<torch::Tensor>(const torch::Tensor&)>& answer,
                              const Watch& watch) {
    const std::int64_t rows = pictures.size(2), columns = pictures.size(3);
    const std::int64_t missingRows = std::max<std::int64_t>(0, window.rows - rows),
                       missingColumns = std::max<std::int64_t>(0, window.columns - columns);
    const std::int64_t above = missingRows / 2, left = missingColumns / 2;
    const torch::Tensor padded =
        torch::constant_pad_nd(pictures, {left, missingColumns - left, above, missingRows - above}, 0.0);
    const auto down = partsAlong(padded.size(2), window.rows, window.overlap, window.like),
               along = partsAlong(padded.size(3), window.columns, window.overlap, window.like);
    if (down.size() * along.size() > kMostParts)
        return fail(ErrorCode::TooLarge, "A picture of " + std::to_string(rows) + " x " +
                                             std::to_string(columns) + " would take more than " +
                                             std::to_string(kMostParts) + " of the network's windows.");
    const torch::Tensor weights = partWeights(window).to(pictures.device());
    torch::Tensor sum, total = torch::zeros({1, 1, padded.size(2), padded.size(3)}, weights.options());
    for (const std::int64_t row : down)
        for (const std::int64_t column : along) {
            if (watch.cancelled()) return fail(ErrorCode::Cancelled, "Cancelled.");
            const auto part = [&](const torch::Tensor& whole) {
                return whole.narrow(2, row, window.rows).narrow(3, column, window.columns);
            };
            const auto answered = answer(part(padded));
            if (!answered) return tl::unexpected(answered.error());
            if (!sum.defined())
                sum = torch::zeros({answered->size(0), answered->size(1), padded.size(2), padded.size(3)},
                                   weights.options());
            part(sum).add_(*answered * weights);
            part(total).add_(weights);
        }
    return (sum / total).narrow(2, above, rows).narrow(3, left, columns);
}

} // namespace forameter::learning
