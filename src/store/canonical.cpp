// SPDX-License-Identifier: Apache-2.0
#include "canonical.hpp"

#include <QString>

#include "byte_io.hpp"

namespace forameter::store {

std::string storableText(std::string_view text) {
    bool plain = true;
    for (const char c : text)
        plain = plain && c > 0;
    if (plain) return std::string(text);
    QString decoded = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    decoded.remove(QChar(u'\0'));
    return decoded.toStdString();
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
