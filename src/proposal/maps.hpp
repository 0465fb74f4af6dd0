// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/proposal/labels.hpp"
#include "forameter/proposal/propose.hpp"

namespace forameter::proposal {

/// A slice of the study as the networks are to see it.
struct View {
    std::size_t stack = 0;
    int slice = 0;
    /// What is wanted of it; none: all of it.
    struct Part {
        geometry::PatientPoint center;
        double width = 0.0, height = 0.0; ///< mm along the network plane's rows and columns
        /// Where its columns run to; none: along the picture's own edges. For spines that lean.
        std::optional<geometry::PatientVector> down = std::nullopt;
    };
    std::optional<Part> part;
};

/// What the networks say of a slice: probabilities per label on their plane. Never NaN.
struct LabelMaps {
    View view;
    geometry::ImagePlane plane;
    std::array<Grid<float>, kLabelCount> probability;
    std::array<Grid<float>, kLabelCount> spread; ///< of the looks and the committee; empty with neither

    [[nodiscard]] const Grid<float>& of(Label label) const {
        return probability[static_cast<std::size_t>(label)];
    }
    [[nodiscard]] const Grid<float>& spreadOf(Label label) const {
        return spread[static_cast<std::size_t>(label)];
    }
};

enum class WithLooks { No, Yes };

/// Asks the models of one plane about views, a few slices at a time. Models of other planes are left out of
/// `models` beforehand; several are a committee, whose mean is taken on the first one's grid.
class Asker {
public:
    Asker(std::span<const StackInput> stacks, const Infer& infer, const Watch& watch)
        : m_stacks(stacks), m_infer(infer), m_watch(watch) {}

    /// Hands the maps of every view to `take`, in order. Views that cannot be shown to a network (they stand
    /// across its plane) are left out. Fails where the inference does, or answers nonsense.
    [[nodiscard]] Result<> ask(std::span<const Model* const> models, std::span<const View> views,
                               WithLooks looks, const std::function<void(LabelMaps&&)>& take);

    [[nodiscard]] const std::string& device() const { return m_device; }

private:
    [[nodiscard]] Result<std::vector<LabelMaps>> askOne(const Model& model, std::span<const View> views,
                                                        std::span<const geometry::ImagePlane> planes,
                                                        WithLooks looks);
    [[nodiscard]] std::optional<geometry::ImagePlane> planeOf(const View& view, const Model& model) const;

    std::span<const StackInput> m_stacks;
    const Infer& m_infer;
    const Watch& m_watch;
    std::string m_device;
};

} // namespace forameter::proposal
