// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "forameter/core/result.hpp"

/// Files as a whole.
namespace forameter {

/// Who may read what is made: whoever the system lets (umask), or its owner alone, as befits patients' data.
enum class Readers { Usual, Owner };

/// The whole of a file or nothing: what is there stays until the new one is written beside it, has reached
/// the disk and is renamed over it. A file that is there keeps who may read it, unless Owner is asked for,
/// and a link stays one. What is no regular file (a pipe, /dev/null) is written to as it is. Fails with
/// `storage-failed`, naming the file.
[[nodiscard]] Result<> writeWhole(const std::filesystem::path& file, std::string_view bytes,
                                  Readers readers = Readers::Usual);
/// The same for libraries that write a file by its name: they are given one beside, of the same kind
/// (.nii.gz).
[[nodiscard]] Result<> writeWhole(const std::filesystem::path& file,
                                  const std::function<Result<>(const std::filesystem::path& beside)>& write);

/// The whole of a file. Fails, naming it, with `not-found`, with `too-large` beyond `most` bytes, else with
/// `unreadable` (a folder, no permission).
[[nodiscard]] Result<std::string> readWhole(const std::filesystem::path& file,
                                            std::uintmax_t most = std::uintmax_t{1} << 30);

/// All of the bytes, in as many steps as a pipe takes. False, with errno, where it takes no more.
bool writeAll(int descriptor, std::string_view bytes);

/// Makes a folder and those above it where they are missing; only what is made is for `readers`. "" is the
/// current folder.
[[nodiscard]] Result<> makeFolders(const std::filesystem::path& folder, Readers readers = Readers::Usual);

/// The file of the running program; "" where the system does not say.
[[nodiscard]] std::filesystem::path thisProgram();

/// $XDG_DATA_HOME/forameter, else ~/.local/share/forameter, else a folder of temporary files.
[[nodiscard]] std::filesystem::path userDataFolder();

} // namespace forameter
