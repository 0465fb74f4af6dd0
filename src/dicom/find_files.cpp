// SPDX-License-Identifier: Apache-2.0
#include "find_files.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "text.hpp"

namespace forameter::dicom {

namespace fs = std::filesystem;

namespace {

class Walk {
public:
    explicit Walk(const Watch& watch) : m_watch(watch) {}

    void argument(const fs::path& path) {
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (status.type() == fs::file_type::not_found)
            refuse(path, "does not exist");
        else if (fs::is_directory(status))
            folder(path);
        else if (fs::is_regular_file(status))
            file(path);
        else
            refuse(path, error ? "cannot be looked at (" + error.message() + ")"
                               : "is neither a file nor a folder");
    }

    FoundFiles take() { return std::move(m_found); }

private:
    void folder(const fs::path& path) {
        if (m_watch.cancelled()) return;
        std::error_code error;
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
            entries.push_back(*it);
        if (error) refuse(path, "cannot be listed (" + error.message() + ")");
        std::sort(entries.begin(), entries.end());
        for (const fs::directory_entry& entry : entries) {
            const fs::file_type type = entry.symlink_status(error).type();
            if (type == fs::file_type::directory)
                folder(entry.path());
            else if (type == fs::file_type::regular)
                file(entry.path());
            else
                m_found.notes.push_back(
                    {entry.path(), ErrorCode::Unreadable,
                     shown(entry.path()) + (type == fs::file_type::symlink
                                                ? " is a link and was not followed."
                                                : " is not a regular file and was left alone.")});
        }
    }

    void file(const fs::path& path) {
        if (m_seen.insert(fs::absolute(path).lexically_normal().string()).second)
            m_found.files.push_back(path);
    }

    void refuse(const fs::path& path, const std::string& why) {
        m_found.refused.push_back({path, ErrorCode::Unreadable, shown(path) + " " + why + "."});
    }

    const Watch& m_watch;
    FoundFiles m_found;
    std::set<std::string> m_seen;
};

/// Discs are copied to lower case, and some tools add an ending. The first by name, should there be several.
std::optional<fs::path> inOtherCase(const fs::path& folder, std::string_view name) {
    const std::string wanted = upperCase(name);
    std::optional<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string there = upperCase(it->path().filename().native());
        if ((there == wanted || there == wanted + ".DCM") && (!found || it->path() < *found))
            found = it->path();
    }
    return found;
}

} // namespace

FoundFiles findFiles(std::span<const fs::path> paths, const Watch& watch) {
    Walk walk(watch);
    for (const fs::path& path : paths)
        walk.argument(path);
    return walk.take();
}

Result<fs::path> referencedFile(const fs::path& folder, const std::string& fileId) {
    const std::string quoted = "\"" + printable(std::string_view(fileId).substr(0, 200)) + "\"";
    const std::vector<std::string_view> parts = splitValues(fileId);
    for (const std::string_view part : parts)
        if (part.empty() || part == "." || part == ".." || part.find('/') != std::string_view::npos ||
            part.find('\0') != std::string_view::npos)
            return fail(ErrorCode::Unreadable,
                        "names " + quoted +
                            ", which is no file at or below its own folder, and which was not opened");
    fs::path path = folder;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::error_code error;
        fs::path next = path / parts[i];
        fs::file_type type = fs::symlink_status(next, error).type();
        if (type == fs::file_type::not_found) {
            if (const auto renamed = inOtherCase(path, parts[i])) next = *renamed;
            type = fs::symlink_status(next, error).type();
        }
        if (type == fs::file_type::not_found)
            return fail(ErrorCode::NotFound, "names " + quoted + ", which is not there");
        if (type != (i + 1 < parts.size() ? fs::file_type::directory : fs::file_type::regular))
            return fail(ErrorCode::Unreadable,
                        "names " + quoted + ", which is a link or no regular file, and which was not opened");
        path = next;
    }
    return path;
}

} // namespace forameter::dicom
