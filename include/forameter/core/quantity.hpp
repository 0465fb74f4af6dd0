// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>

namespace forameter {

/// A number with a unit. Only like units add; products that change the unit are named functions below.
template <class Unit>
class Quantity {
public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(double value) : m_value(value) {}

    /// The bare number in the type's unit.
    [[nodiscard]] constexpr double value() const { return m_value; }

    friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.m_value + b.m_value); }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.m_value - b.m_value); }
    friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.m_value); }
    friend constexpr Quantity operator*(double factor, Quantity a) { return Quantity(factor * a.m_value); }
    friend constexpr Quantity operator*(Quantity a, double factor) { return Quantity(factor * a.m_value); }
    friend constexpr Quantity operator/(Quantity a, double divisor) { return Quantity(a.m_value / divisor); }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.m_value / b.m_value; }
    constexpr Quantity& operator+=(Quantity b) { return *this = *this + b; }

private:
    double m_value = 0.0;
};

using Millimetres = Quantity<struct MillimetreUnit>;
using SquareMillimetres = Quantity<struct SquareMillimetreUnit>;
using Degrees = Quantity<struct DegreeUnit>;

[[nodiscard]] constexpr SquareMillimetres operator*(Millimetres a, Millimetres b) {
    return SquareMillimetres(a.value() * b.value());
}

namespace literals {
constexpr Millimetres operator""_mm(long double v) { return Millimetres(static_cast<double>(v)); }
constexpr SquareMillimetres operator""_mm2(long double v) { return SquareMillimetres(static_cast<double>(v)); }
} // namespace literals

} // namespace forameter
