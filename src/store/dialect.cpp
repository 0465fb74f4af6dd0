// SPDX-License-Identifier: Apache-2.0
#include "dialect.hpp"

namespace forameter::store::dialect {

Failure failure(int nativeCode) noexcept {
    switch (nativeCode & 0xff) { // the low byte of an extended code is the primary one
    case 5:
    case 6:
        return Failure::Busy;
    case 8:
        return Failure::ReadOnly;
    case 10:
        return Failure::Io;
    case 11:
        return Failure::Corrupt;
    case 13:
        return Failure::DiskFull;
    case 14:
        return Failure::CannotOpen;
    case 19:
        return Failure::Constraint;
    case 26:
        return Failure::NotADatabase;
    default:
        return Failure::Other;
    }
}

std::vector<std::string> appendOnlyNames(std::string_view table) {
    return {std::string(table) + "_no_update", std::string(table) + "_no_delete"};
}

std::vector<std::string> appendOnly(std::string_view table) {
    const auto names = appendOnlyNames(table);
    const std::string on(table);
    return {"CREATE TRIGGER " + names[0] + " BEFORE UPDATE ON " + on + " BEGIN SELECT RAISE(ABORT, '" + on +
                " is append-only'); END",
            "CREATE TRIGGER " + names[1] + " BEFORE DELETE ON " + on + " BEGIN SELECT RAISE(ABORT, '" + on +
                " is append-only'); END"};
}

std::string setUserVersion(int version) {
    return "PRAGMA user_version = " + std::to_string(version);
}

std::string setPatience(std::int64_t milliseconds) {
    return "PRAGMA busy_timeout = " + std::to_string(milliseconds);
}

std::string copyInto(std::string_view file) {
    return "VACUUM INTO " + quoted(file);
}

std::string quoted(std::string_view text) {
    std::string literal = "'";
    for (const char c : text) {
        if (c == '\'') literal += '\'';
        literal += c;
    }
    return literal + "'";
}

} // namespace forameter::store::dialect
