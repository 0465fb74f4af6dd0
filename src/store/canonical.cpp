// SPDX-License-Identifier: Apache-2.0
#include "canonical.hpp"

#include <algorithm>

#include "byte_io.hpp"

namespace forameter::store {

QString storableString(std::string_view text) {
    QString decoded = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    if (decoded.contains(QChar(u'\0'))) decoded.remove(QChar(u'\0'));
    return decoded;
}

std::string storableText(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char c) { return c > 0; });
    return plain ? std::string(text) : storableString(text).toStdString();
}

Canonical& Canonical::operator<<(double value) {
    ByteWriter raw;
    raw.put(value + 0.0); // -0 comes back from the database as 0
    return add('d', raw.take());
}

Canonical& Canonical::add(char type, std::string_view field) {
    ByteWriter head;
    head.put(type);
    head.put(static_cast<std::uint64_t>(field.size()));
    m_bytes += head.take();
    m_bytes += field;
    return *this;
}

} // namespace forameter::store
