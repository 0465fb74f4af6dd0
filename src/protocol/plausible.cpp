// SPDX-License-Identifier: Apache-2.0
#include "forameter/protocol/plausible.hpp"

#include "forameter/core/words.hpp"

namespace forameter::protocol {

PlausibleArea plausibleArea(const anatomy::Cell& cell) {
    // The narrowest foramina of patients have about 20 mm², the widest on a pedicle's slice 250; sacs in the
    // tightest stenoses 25 to 30, the widest (ectasia apart) 400 (docs/phantom.md, Bogdanovic 2024). The
    // canal holds the sac: 224 to 268 mm² on average (Schmid 1999), its bony ring as much (Griffith 2016).
    if (cell.structure == anatomy::Structure::NF) return {SquareMillimetres(15.0), SquareMillimetres(320.0)};
    if (cell.quantity.value_or(anatomy::Quantity::DuralSac) == anatomy::Quantity::DuralSac)
        return {SquareMillimetres(20.0), SquareMillimetres(450.0)};
    return {SquareMillimetres(40.0), SquareMillimetres(700.0)};
}

std::optional<std::string> unlikelyArea(const anatomy::Cell& cell, SquareMillimetres area) {
    const auto [least, most] = plausibleArea(cell);
    const std::string what = cell.structure == anatomy::Structure::NF
                                 ? std::string("foramen")
                                 : anatomy::label(cell.quantity.value_or(anatomy::Quantity::DuralSac));
    if (area < least)
        return printed(area.value(), 1) + " mm² is less than any " + what + " is expected to have (" +
               printed(least.value(), 0) + " mm²): is the whole border drawn?";
    if (area > most)
        return printed(area.value(), 0) + " mm² is more than any " + what + " is expected to have (" +
               printed(most.value(), 0) + " mm²): does the border leave it?";
    return std::nullopt;
}

} // namespace forameter::protocol
