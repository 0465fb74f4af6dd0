// SPDX-License-Identifier: Apache-2.0
#include "blobs.hpp"

#include <algorithm>
#include <cstdint>

#include "byte_io.hpp"
#include "canonical.hpp"

namespace forameter::store {

namespace {

constexpr std::uint8_t kVersion = 1;

tl::unexpected<Error> corrupt(std::string what) {
    return fail(ErrorCode::Corrupt, std::move(what));
}

void putPoint(ByteWriter& out, const geometry::PatientPoint& p) {
    out.put(p.x);
    out.put(p.y);
    out.put(p.z);
}

geometry::PatientPoint getPoint(ByteReader& in) {
    const double x = in.get<double>(), y = in.get<double>(), z = in.get<double>();
    return {x, y, z};
}

void putText(ByteWriter& out, std::string_view text, std::string& previous) {
    text = text.substr(0, 0xffff);
    const auto limit = std::min(text.size(), previous.size());
    std::size_t shared = 0;
    while (shared < limit && text[shared] == previous[shared])
        ++shared;
    out.put(static_cast<std::uint16_t>(shared));
    out.put(static_cast<std::uint16_t>(text.size() - shared));
    out.raw(text.substr(shared));
    previous = text;
}

std::string getText(ByteReader& in, std::string& previous) {
    const auto shared = in.get<std::uint16_t>();
    const auto rest = in.get<std::uint16_t>();
    previous.resize(std::min<std::size_t>(shared, previous.size()));
    previous += in.raw(rest);
    return previous;
}

int nibble(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/// 32 bytes of 64 hex digits; empty for anything else.
std::string fromHex(std::string_view hex) {
    if (hex.size() != 64) return {};
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = nibble(hex[i]), low = nibble(hex[i + 1]);
        if (high < 0 || low < 0) return {};
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

std::string hexOf(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        hex.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        hex.push_back(digits[static_cast<unsigned char>(c) & 15u]);
    }
    return hex;
}

} // namespace

std::string curveToBlob(const geometry::PatientCurve& curve) {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::uint8_t>(curve.kind == geometry::CurveKind::Spline ? 1 : 0));
    out.put(static_cast<std::uint32_t>(curve.points.size()));
    for (const auto& point : curve.points)
        putPoint(out, point);
    out.put(static_cast<std::uint32_t>(curve.corners.size()));
    for (const auto corner : curve.corners)
        out.put(static_cast<std::uint32_t>(corner));
    return out.take();
}

Result<geometry::PatientCurve> curveFromBlob(std::string_view blob) {
    ByteReader in(blob);
    if (const auto version = in.get<std::uint8_t>(); !in.ok() || version != kVersion)
        return corrupt("A stored curve has a format that this version does not know.");
    geometry::PatientCurve curve;
    const auto kind = in.get<std::uint8_t>();
    const auto points = in.get<std::uint32_t>();
    if (kind > 1 || points > in.left() / 24) return corrupt("A stored curve is damaged.");
    curve.kind = kind == 1 ? geometry::CurveKind::Spline : geometry::CurveKind::Polygon;
    curve.points.reserve(points);
    for (std::uint32_t i = 0; i < points; ++i)
        curve.points.push_back(getPoint(in));
    const auto corners = in.get<std::uint32_t>();
    if (corners > in.left() / 4) return corrupt("A stored curve is damaged.");
    for (std::uint32_t i = 0; i < corners; ++i)
        curve.corners.push_back(in.get<std::uint32_t>());
    if (!in.ok() || in.left() != 0) return corrupt("A stored curve is damaged.");
    return curve;
}

std::string manifestToBlob(const StackRecord& stack) {
    ByteWriter out;
    out.put(kVersion);
    putPoint(out, stack.rowDirection);
    putPoint(out, stack.columnDirection);
    out.put(static_cast<std::uint32_t>(stack.instances.size()));
    std::string sop, path;
    for (const auto& instance : stack.instances) {
        putText(out, instance.sop.text(), sop);
        putText(out, instance.path, path);
        out.put(static_cast<std::uint32_t>(instance.frame));
        putPoint(out, instance.origin);
        const std::string digest = fromHex(instance.sha256);
        out.put(static_cast<std::uint8_t>(digest.size()));
        out.raw(digest);
    }
    return out.take();
}

Result<> manifestFromBlob(std::string_view blob, StackRecord& stack) {
    ByteReader in(blob);
    if (const auto version = in.get<std::uint8_t>(); !in.ok() || version != kVersion)
        return corrupt("The list of a stack's images has a format that this version does not know.");
    stack.rowDirection = getPoint(in);
    stack.columnDirection = getPoint(in);
    const auto count = in.get<std::uint32_t>();
    if (count > in.left() / 37) return corrupt("The list of a stack's images is damaged.");
    stack.instances.clear();
    stack.instances.reserve(count);
    std::string sop, path;
    for (std::uint32_t i = 0; i < count; ++i) {
        InstanceRecord instance;
        instance.sop = SopUid(getText(in, sop));
        instance.path = getText(in, path);
        instance.frame = static_cast<int>(in.get<std::uint32_t>());
        instance.origin = getPoint(in);
        instance.sha256 = hexOf(in.raw(in.get<std::uint8_t>()));
        stack.instances.push_back(std::move(instance));
    }
    if (!in.ok() || in.left() != 0) return corrupt("The list of a stack's images is damaged.");
    return {};
}

} // namespace forameter::store
