// SPDX-License-Identifier: Apache-2.0
#include "layers.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <vector>

namespace forameter::learning {

namespace {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

bool isOurs(const torch::Tensor& x) {
    return x.device().is_cpu() && x.scalar_type() == torch::kFloat32 && x.dim() == 4 && x.numel() > 0 &&
           x.is_contiguous(torch::MemoryFormat::ChannelsLast);
}

std::size_t index(std::int64_t i) {
    return static_cast<std::size_t>(i);
}

/// A batch of pictures [count, pixels, channels] whose channels are normalised in groups.
struct Batch {
    std::int64_t count, pixels, channels, groups;

    Batch(const torch::Tensor& x, std::int64_t groups_)
        : count(x.size(0)), pixels(x.size(2) * x.size(3)), channels(x.size(1)), groups(groups_) {}

    [[nodiscard]] std::int64_t each() const { return channels / groups; } ///< channels of a group
    [[nodiscard]] double members() const { return static_cast<double>(each() * pixels); }
    [[nodiscard]] std::int64_t picture(std::int64_t n) const { return n * pixels * channels; }

    /// Calls work(n) for each picture, several at once where threads are free.
    template <class Work>
    void forEachPicture(Work work) const {
        at::parallel_for(0, count, 1, [&](std::int64_t from, std::int64_t to) {
            for (std::int64_t n = from; n < to; ++n)
                work(n);
        });
    }
    /// Calls work(block, first, last) for runs of a picture's pixels.
    template <class Work>
    void forEachBlock(Work work) const {
        at::parallel_for(0, blocks(), 16, [&](std::int64_t from, std::int64_t to) {
            for (std::int64_t b = from; b < to; ++b)
                work(b, b * kBlock, std::min((b + 1) * kBlock, pixels));
        });
    }
    /// Two sums for each channel over a picture's pixels, [2, channels]; add(pixel, sums) adds to both.
    /// Blocks are summed as floats and added up as doubles, in the same order with any number of threads.
    template <class Add>
    [[nodiscard]] Doubles sums(Add add) const {
        Floats parts(index(blocks() * 2 * channels), 0.0F);
        forEachBlock([&](std::int64_t block, std::int64_t from, std::int64_t to) {
            for (std::int64_t pixel = from; pixel < to; ++pixel)
                add(pixel, parts.data() + block * 2 * channels);
        });
        Doubles whole(index(2 * channels), 0.0);
        for (std::size_t k = 0; k < parts.size(); ++k)
            whole[k % whole.size()] += static_cast<double>(parts[k]);
        return whole;
    }

private:
    static constexpr std::int64_t kBlock = 256;
    [[nodiscard]] std::int64_t blocks() const { return (pixels + kBlock - 1) / kBlock; }
};

/// Mean and 1 / standard deviation of a group of a picture.
struct Moments {
    double mean, rate;
};

/// Works out those of all groups of a picture.
void momentsOf(const Batch& batch, double epsilon, const float* x, Moments* moments) {
    const std::int64_t channels = batch.channels;
    // About the first pixel, so that a mean far from 0 costs no digits.
    const Doubles sums = batch.sums([&](std::int64_t pixel, float* sum) {
        const float* const value = x + pixel * channels;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float d = value[c] - x[c];
            sum[c] += d;
            sum[channels + c] += d * d;
        }
    });
    for (std::int64_t g = 0; g < batch.groups; ++g) {
        const std::int64_t first = g * batch.each(), last = first + batch.each();
        double sum = 0.0, squares = 0.0; // about the first channel's first pixel
        for (std::int64_t c = first; c < last; ++c) {
            const double shift = static_cast<double>(x[c]) - static_cast<double>(x[first]),
                         pixels = static_cast<double>(batch.pixels);
            sum += sums[index(c)] + pixels * shift;
            squares += sums[index(channels + c)] + 2.0 * shift * sums[index(c)] + pixels * shift * shift;
        }
        const double mean = sum / batch.members();
        const double variance = std::max(0.0, squares / batch.members() - mean * mean);
        moments[g] = {static_cast<double>(x[first]) + mean, 1.0 / std::sqrt(variance + epsilon)};
    }
}

/// For each channel what takes its values to others: value * scale + shift.
struct Line {
    Floats scale, shift;
    Floats mean; ///< of the channel's group
};

/// To the normalised values.
Line lineOf(const Batch& batch, const Moments* moments, const float* weight, const float* bias) {
    Line line;
    for (std::int64_t c = 0; c < batch.channels; ++c) {
        const auto& [mean, rate] = moments[c / batch.each()];
        const double scale = rate * static_cast<double>(weight[c]);
        line.mean.push_back(static_cast<float>(mean));
        line.scale.push_back(static_cast<float>(scale));
        line.shift.push_back(static_cast<float>(static_cast<double>(bias[c]) - mean * scale));
    }
    return line;
}

/// Works out `y`, which may be `x`, and what it takes of each picture, [count, groups].
void forwards(const Batch& batch, double epsilon, const float* x, const float* weight, const float* bias,
              float* y, Moments* moments) {
    const std::int64_t channels = batch.channels;
    batch.forEachPicture([&](std::int64_t n) {
        const float* const in = x + batch.picture(n);
        float* const out = y + batch.picture(n);
        momentsOf(batch, epsilon, in, moments + n * batch.groups);
        const Line line = lineOf(batch, moments + n * batch.groups, weight, bias);
        const float* const scale = line.scale.data();
        const float* const shift = line.shift.data();
        batch.forEachBlock([&](std::int64_t, std::int64_t from, std::int64_t to) {
            for (std::int64_t k = from * channels; k < to * channels; k += channels)
                for (std::int64_t c = 0; c < channels; ++c) // max in this order keeps what is no number
                    out[k + c] = std::max(in[k + c] * scale[c] + shift[c], 0.0F);
        });
    });
}

/// What of a gradient passes a ReLU of `z`.
float passed(float z, float gradient) {
    return z > 0.0F ? gradient : 0.0F;
}

/// Sums over a picture of d and d h for each channel, [2, channels]: d what of the gradient passes the ReLU,
/// h the normalised value.
Doubles gradientSums(const Batch& batch, const Moments* moments, const Line& line, const float* x,
                     const float* dy) {
    const std::int64_t channels = batch.channels;
    const float* const scale = line.scale.data();
    const float* const shift = line.shift.data();
    const float* const mean = line.mean.data();
    Doubles sums = batch.sums([&](std::int64_t pixel, float* sum) {
        const float* const value = x + pixel * channels;
        const float* const gradient = dy + pixel * channels;
        for (std::int64_t c = 0; c < channels; ++c) {
            const float d = passed(value[c] * scale[c] + shift[c], gradient[c]);
            sum[c] += d;
            sum[channels + c] += d * (value[c] - mean[c]);
        }
    });
    for (std::int64_t c = 0; c < channels; ++c)
        sums[index(channels + c)] *= moments[c / batch.each()].rate;
    return sums;
}

/// The part of the input's gradient that comes by way of mean and deviation, a line in x: with m members of a
/// group and its sums S1 of weight d and S2 of weight d h,
///   dx = rate (weight d - S1 / m - h S2 / m), h = (x - mean) rate.
Line pullOf(const Batch& batch, const Moments* moments, const float* weight, const Doubles& sums) {
    Line pull;
    for (std::int64_t group = 0; group < batch.groups; ++group) {
        const auto& [mean, rate] = moments[group];
        double s1 = 0.0, s2 = 0.0;
        for (std::int64_t c = group * batch.each(); c < (group + 1) * batch.each(); ++c) {
            s1 += static_cast<double>(weight[c]) * sums[index(c)];
            s2 += static_cast<double>(weight[c]) * sums[index(batch.channels + c)];
        }
        const double scale = -rate * rate * s2 / batch.members(),
                     shift = -rate * s1 / batch.members() - mean * scale;
        pull.scale.insert(pull.scale.end(), index(batch.each()), static_cast<float>(scale));
        pull.shift.insert(pull.shift.end(), index(batch.each()), static_cast<float>(shift));
    }
    return pull;
}

/// Gradients of the input, weight and bias from that of the answer.
void backwards(const Batch& batch, const Moments* moments, const float* x, const float* dy,
               const float* weight, const float* bias, float* dx, float* dWeight, float* dBias) {
    const std::int64_t channels = batch.channels;
    std::vector<Doubles> ofPictures(index(batch.count));
    batch.forEachPicture([&](std::int64_t n) {
        const float* const in = x + batch.picture(n);
        const float* const gradient = dy + batch.picture(n);
        float* const out = dx + batch.picture(n);
        const Moments* const own = moments + n * batch.groups;
        const Line line = lineOf(batch, own, weight, bias);
        ofPictures[index(n)] = gradientSums(batch, own, line, in, gradient);
        const Line pull = pullOf(batch, own, weight, ofPictures[index(n)]);
        const float* const scale = line.scale.data();
        const float* const shift = line.shift.data();
        const float* const pullScale = pull.scale.data();
        const float* const pullShift = pull.shift.data();
        batch.forEachBlock([&](std::int64_t, std::int64_t from, std::int64_t to) {
            for (std::int64_t k = from * channels; k < to * channels; k += channels)
                for (std::int64_t c = 0; c < channels; ++c) {
                    const float d = passed(in[k + c] * scale[c] + shift[c], gradient[k + c]);
                    out[k + c] = d * scale[c] + in[k + c] * pullScale[c] + pullShift[c];
                }
        });
    });
    for (std::int64_t c = 0; c < channels; ++c) {
        double ofWeight = 0.0, ofBias = 0.0;
        for (const Doubles& sums : ofPictures) {
            ofBias += sums[index(c)];
            ofWeight += sums[index(channels + c)];
        }
        dWeight[c] = static_cast<float>(ofWeight);
        dBias[c] = static_cast<float>(ofBias);
    }
}

struct NormalizedRelu : torch::autograd::Function<NormalizedRelu> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 const torch::Tensor& weight, const torch::Tensor& bias, std::int64_t groups,
                                 double epsilon) {
        torch::Tensor y = torch::empty_like(x);
        const torch::Tensor moments = torch::empty({x.size(0), groups, 2}, torch::kFloat64);
        forwards({x, groups}, epsilon, x.data_ptr<float>(), weight.data_ptr<float>(), bias.data_ptr<float>(),
                 y.data_ptr<float>(), in(moments));
        context->save_for_backward({x, weight, bias, moments});
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients) {
        const auto saved = context->get_saved_variables();
        const torch::Tensor &x = saved[0], &weight = saved[1], &bias = saved[2], &moments = saved[3];
        const torch::Tensor dy = gradients[0].contiguous(torch::MemoryFormat::ChannelsLast);
        torch::Tensor dx = torch::empty_like(x), dWeight = torch::empty_like(weight),
                      dBias = torch::empty_like(bias);
        backwards({x, moments.size(1)}, in(moments), x.data_ptr<float>(), dy.data_ptr<float>(),
                  weight.data_ptr<float>(), bias.data_ptr<float>(), dx.data_ptr<float>(),
                  dWeight.data_ptr<float>(), dBias.data_ptr<float>());
        return {dx, dWeight, dBias, torch::Tensor(), torch::Tensor()};
    }

private:
    static Moments* in(const torch::Tensor& moments) {
        static_assert(sizeof(Moments) == 2 * sizeof(double));
        return reinterpret_cast<Moments*>(moments.data_ptr<double>());
    }
};

} // namespace

torch::Tensor normalizedRelu(const torch::nn::GroupNorm& norm, torch::Tensor x) {
    if (!isOurs(x)) return norm.ptr()->forward(x).relu_();
    const std::int64_t groups = norm->options.num_groups();
    const double epsilon = norm->options.eps();
    if (at::GradMode::is_enabled())
        return NormalizedRelu::apply(x, norm->weight, norm->bias, groups, epsilon);
    std::vector<Moments> moments(index(x.size(0) * groups));
    forwards({x, groups}, epsilon, x.data_ptr<float>(), norm->weight.data_ptr<float>(),
             norm->bias.data_ptr<float>(), x.data_ptr<float>(), moments.data());
    return x;
}

torch::Tensor halved(const torch::Tensor& x) {
    if (!isOurs(x) || at::GradMode::is_enabled()) return torch::max_pool2d(x, 2);
    const auto greater = [](const torch::Tensor& from, std::int64_t dimension) {
        const std::int64_t end = from.size(dimension);
        return torch::maximum(from.slice(dimension, 0, end, 2), from.slice(dimension, 1, end, 2));
    };
    return greater(greater(x, 2), 3);
}

} // namespace forameter::learning
