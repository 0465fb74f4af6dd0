// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/random.hpp"

#include <bit>
#include <cmath>

namespace forameter {

namespace {

std::uint64_t splitMix(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

} // namespace

Random::Random(std::uint64_t seed) : m_seed(seed), m_state{} {
    for (auto& word : m_state)
        word = splitMix(seed);
}

Random Random::stream(std::uint64_t stream) const {
    std::uint64_t mixed = m_seed ^ 0x6a09e667f3bcc909u;
    mixed = splitMix(mixed) + stream;
    return Random(splitMix(mixed));
}

std::uint64_t Random::bits() {
    const std::uint64_t result = std::rotl(m_state[0] + m_state[3], 23) + m_state[0];
    const std::uint64_t t = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= t;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

double Random::uniform() {
    return static_cast<double>(bits() >> 11) * 0x1.0p-53;
}

std::uint64_t Random::below(std::uint64_t bound) {
    assert(bound > 0);
    const std::uint64_t threshold =
        (0 - bound) % bound; // values below it would make low residues more likely
    for (;;) {
        const auto wide = static_cast<unsigned __int128>(bits()) * bound;
        if (static_cast<std::uint64_t>(wide) >= threshold) return static_cast<std::uint64_t>(wide >> 64);
    }
}

double Random::normal() {
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spare;
    }
    for (;;) {
        const double u = 2.0 * uniform() - 1.0, v = 2.0 * uniform() - 1.0;
        const double s = u * u + v * v;
        if (s >= 1.0 || s == 0.0) continue;
        const double factor = std::sqrt(-2.0 * std::log(s) / s);
        m_spare = v * factor;
        m_hasSpare = true;
        return u * factor;
    }
}

double Random::normalWithin(double mean, double sd, double low, double high) {
    assert(low < high);
    for (;;) {
        const double value = normal(mean, sd);
        if (value >= low && value <= high) return value;
    }
}

} // namespace forameter
