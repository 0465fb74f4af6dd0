// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "forameter/core/weighting.hpp"
#include "forameter/geometry/image_plane.hpp"

// Writes plain MR images byte by byte, without a DICOM library, so that tests read files that no library of
// the product made.
namespace forameter::testing {

struct MrImage {
    std::string study = "1.2.840.1", series = "1.2.840.1.1", sop = "1.2.840.1.1.1";
    std::string patient = "FM-0001", description;
    std::optional<std::string> frameOfReference = "1.2.840.9";
    std::optional<Weighting> weighting = Weighting::T1; ///< sets repetition, echo and inversion time
    int seriesNumber = 1, number = 1;
    double thickness = 4.0, step = 4.0; ///< mm
    std::vector<std::uint16_t> pixels;  ///< row by row, 12 bits
};

/// One explicit little-endian file. Throws where it cannot be written.
inline void writeMrImage(const std::filesystem::path& file, const MrImage& image,
                         const geometry::ImagePlane& plane) {
    std::string out;
    const auto u16 = [](std::string& to, unsigned value) {
        to += static_cast<char>(value & 0xff);
        to += static_cast<char>(value >> 8 & 0xff);
    };
    const auto u32 = [&](std::string& to, std::size_t value) {
        u16(to, static_cast<unsigned>(value & 0xffff));
        u16(to, static_cast<unsigned>(value >> 16 & 0xffff));
    };
    const auto put = [&](unsigned group, unsigned element, std::string_view vr, std::string value) {
        if (value.size() % 2 != 0) value += vr == "UI" || vr == "OB" ? '\0' : ' ';
        u16(out, group);
        u16(out, element);
        out += vr;
        if (vr == "OB" || vr == "OW") {
            u16(out, 0);
            u32(out, value.size());
        } else {
            u16(out, static_cast<unsigned>(value.size()));
        }
        out += value;
    };
    const auto us = [&](unsigned value) {
        std::string text;
        u16(text, value);
        return text;
    };
    const auto ds = [](std::initializer_list<double> values) {
        std::ostringstream text;
        text.precision(12);
        bool first = true;
        for (const double value : values) {
            text << (first ? "" : "\\") << value;
            first = false;
        }
        return text.str();
    };
    constexpr auto kMr = "1.2.840.10008.5.1.4.1.1.4";

    put(0x0002, 0x0001, "OB", std::string("\0\1", 2));
    put(0x0002, 0x0002, "UI", kMr);
    put(0x0002, 0x0003, "UI", image.sop);
    put(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1");
    put(0x0002, 0x0012, "UI", "1.2.840.9.1");
    const auto meta = std::exchange(out, {});

    const bool t1 = image.weighting == Weighting::T1, stir = image.weighting == Weighting::STIR;
    const auto& row = plane.rowDirection();
    const auto& column = plane.columnDirection();
    put(0x0008, 0x0008, "CS", "ORIGINAL\\PRIMARY\\OTHER");
    put(0x0008, 0x0016, "UI", kMr);
    put(0x0008, 0x0018, "UI", image.sop);
    put(0x0008, 0x0020, "DA", "20260131");
    put(0x0008, 0x0060, "CS", "MR");
    put(0x0008, 0x103e, "LO", image.description);
    put(0x0010, 0x0010, "PN", "Made^Up");
    put(0x0010, 0x0020, "LO", image.patient);
    put(0x0018, 0x0020, "CS", stir ? "IR" : "SE");
    put(0x0018, 0x0050, "DS", ds({image.thickness}));
    if (image.weighting) {
        put(0x0018, 0x0080, "DS", ds({t1 ? 550.0 : stir ? 4500.0 : 3800.0}));
        put(0x0018, 0x0081, "DS",
            ds({t1                                 ? 12.0
                : stir                             ? 45.0
                : image.weighting == Weighting::PD ? 20.0
                                                   : 105.0}));
        if (stir) put(0x0018, 0x0082, "DS", ds({160.0}));
    }
    put(0x0018, 0x0088, "DS", ds({image.step}));
    put(0x0018, 0x5100, "CS", "HFS");
    put(0x0020, 0x000d, "UI", image.study);
    put(0x0020, 0x000e, "UI", image.series);
    put(0x0020, 0x0011, "IS", std::to_string(image.seriesNumber));
    put(0x0020, 0x0013, "IS", std::to_string(image.number));
    put(0x0020, 0x0032, "DS", ds({plane.origin().x, plane.origin().y, plane.origin().z}));
    put(0x0020, 0x0037, "DS", ds({row.x, row.y, row.z, column.x, column.y, column.z}));
    if (image.frameOfReference) put(0x0020, 0x0052, "UI", *image.frameOfReference);
    put(0x0028, 0x0002, "US", us(1));
    put(0x0028, 0x0004, "CS", "MONOCHROME2");
    put(0x0028, 0x0010, "US", us(static_cast<unsigned>(plane.rows())));
    put(0x0028, 0x0011, "US", us(static_cast<unsigned>(plane.columns())));
    put(0x0028, 0x0030, "DS", ds({plane.rowSpacing(), plane.columnSpacing()}));
    put(0x0028, 0x0100, "US", us(16));
    put(0x0028, 0x0101, "US", us(12));
    put(0x0028, 0x0102, "US", us(11));
    put(0x0028, 0x0103, "US", us(0));
    put(0x0028, 0x1050, "DS", ds({600.0}));
    put(0x0028, 0x1051, "DS", ds({1200.0}));
    std::string pixels;
    pixels.reserve(image.pixels.size() * 2);
    for (const auto value : image.pixels)
        u16(pixels, value);
    put(0x7fe0, 0x0010, "OW", std::move(pixels));

    std::filesystem::create_directories(file.parent_path());
    std::ofstream stream(file, std::ios::binary);
    std::string head;
    u16(head, 0x0002);
    u16(head, 0x0000);
    head += "UL";
    u16(head, 4);
    u32(head, meta.size());
    stream << std::string(128, '\0') << "DICM" << head << meta << out;
    stream.flush();
    if (!stream) throw std::runtime_error("could not write " + file.string());
}

} // namespace forameter::testing
