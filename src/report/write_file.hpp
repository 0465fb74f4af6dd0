// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSaveFile>
#include <filesystem>
#include <string>

#include "forameter/core/result.hpp"

namespace forameter::report {

/// The whole file or nothing: written beside its place and renamed.
[[nodiscard]] inline Result<> writeFile(const std::filesystem::path& path, std::string_view bytes) {
    QSaveFile file(QString::fromStdString(path.string()));
    const auto size = static_cast<qint64>(bytes.size());
    if (file.open(QIODevice::WriteOnly) && file.write(bytes.data(), size) == size && file.commit()) return {};
    return fail(ErrorCode::StorageFailed, "The file " + path.string() + " cannot be written: " +
                                              file.errorString().toStdString() + ".");
}

} // namespace forameter::report
