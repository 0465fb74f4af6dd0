// SPDX-License-Identifier: Apache-2.0
#include "forameter/dicom/pixels.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "forameter/core/sha256.hpp"

#include "frame_values.hpp"
#include "image_file.hpp"
#include "text.hpp"

namespace forameter::dicom {

namespace {

struct Opened {
    ImageFile file;
    PixelLayout layout;
};

tl::unexpected<Error> unusable(const std::filesystem::path& path, const Error& why) {
    return fail(why.code, shown(path) + " cannot be used: " + why.message + ".");
}

Result<Opened> withLayout(const std::filesystem::path& path, Result<ImageFile> file) {
    if (!file) return unusable(path, file.error());
    auto layout = pixelLayout(file->structure(), file->data());
    if (!layout) return unusable(path, layout.error());
    return Opened{std::move(*file), std::move(*layout)};
}

Result<> checkFrame(const Opened& opened, const std::filesystem::path& path, int frame) {
    const int frames = opened.layout.format.frames;
    if (frame >= 1 && frame <= frames) return {};
    return fail(ErrorCode::UnknownImage, shown(path) + " has no frame " + std::to_string(frame) + ", only " +
                                             std::to_string(frames) + ".");
}

std::optional<imaging::WindowLevel> windowOf(const FrameValues& values) {
    const auto center = number(splitValues(values.text(Field::WindowCenter)).front());
    const auto width = number(splitValues(values.text(Field::WindowWidth)).front());
    // Width 1 is a placeholder that shows nothing.
    if (!center || !width || *width <= 1) return std::nullopt;
    return imaging::WindowLevel{*center, *width};
}

bool isLossy(const Opened& opened) {
    return opened.layout.syntax.lossy || opened.file.structure().values.text(Field::LossyCompression) == "01";
}

/// A file that slices are loaded from: read once, by whichever thread comes first, so that the bytes that are
/// decoded are those that were checked.
class SourceFile {
public:
    SourceFile(std::filesystem::path path, std::string sha256)
        : m_path(std::move(path)), m_sha256(std::move(sha256)) {}

    [[nodiscard]] const Result<Opened>& opened() {
        std::call_once(m_once, [this] { m_opened = read(); });
        return m_opened;
    }

private:
    Result<Opened> read() try {
        const auto file = ByteReader::open(m_path);
        if (!file) return unusable(m_path, file.error());
        auto bytes = file->all();
        if (!bytes) return unusable(m_path, bytes.error());
        m_bytes = std::move(*bytes);
        if (!m_sha256.empty() && toHex(sha256(std::as_bytes(std::span(m_bytes)))) != m_sha256)
            return fail(ErrorCode::Corrupt,
                        shown(m_path) + " has changed since it was imported; import it again to use it.");
        return withLayout(m_path, ImageFile::fromMemory(m_bytes));
    } catch (const std::bad_alloc&) {
        return unusable(m_path, {ErrorCode::TooLarge, "there is not enough memory to read it"});
    }

    std::filesystem::path m_path;
    std::string m_sha256; ///< "": not checked
    std::once_flag m_once;
    std::vector<std::uint8_t> m_bytes;
    Result<Opened> m_opened = fail(ErrorCode::Other, "");
};

/// The file of each slice; frames of one file share it, and it goes with the last of them.
std::vector<std::shared_ptr<SourceFile>> filesOf(std::span<const SliceSource> slices) {
    std::map<std::pair<std::filesystem::path, std::string>, std::shared_ptr<SourceFile>> byName;
    std::vector<std::shared_ptr<SourceFile>> files;
    for (const SliceSource& slice : slices) {
        auto& file = byName[{slice.path, slice.fileSha256}];
        if (!file) file = std::make_shared<SourceFile>(slice.path, slice.fileSha256);
        files.push_back(file);
    }
    return files;
}

/// What is taken from a slice for the whole volume.
struct Shared {
    imaging::Greyscale greyscale = imaging::Greyscale::LowIsBlack;
    std::optional<imaging::WindowLevel> window;
    std::optional<Millimetres> thickness;
};

/// `stored` is working memory, kept from slice to slice.
Result<> loadSlice(const SliceSource& slice, SourceFile& file, GridView<float> out,
                   std::vector<std::int32_t>& stored, Shared& shared) {
    if (slice.refused) return tl::unexpected(*slice.refused);
    const auto& opened = file.opened();
    if (!opened) return tl::unexpected(opened.error());
    if (const auto there = checkFrame(*opened, slice.path, slice.frame); !there) return there;
    const PixelFormat& format = opened->layout.format;
    if (format.columns != out.columns() || format.rows != out.rows())
        return fail(ErrorCode::BadDimensions,
                    shown(slice.path) + " is not of the size that it had when it was imported.");
    const auto frame = static_cast<std::size_t>(slice.frame - 1);
    const FrameValues values(opened->file.structure(), frame);
    const auto rescale = values.rescale();
    if (!rescale) return unusable(slice.path, rescale.error());
    stored.resize(format.pixels());
    if (const auto decoded = opened->file.decode(opened->layout, frame, stored); !decoded)
        return unusable(slice.path, decoded.error());
    std::transform(stored.begin(), stored.end(), out.data().begin(), [&](std::int32_t value) {
        return static_cast<float>(rescale->slope * value + rescale->intercept);
    });
    shared.greyscale = format.lowIsWhite ? imaging::Greyscale::LowIsWhite : imaging::Greyscale::LowIsBlack;
    shared.window = windowOf(values);
    if (const auto thickness = number(values.text(Field::SliceThickness)); thickness && *thickness > 0)
        shared.thickness = Millimetres(*thickness);
    return {};
}

} // namespace

Result<DecodedFrame> decodeFrame(const std::filesystem::path& path, int frame) {
    const auto opened = withLayout(path, ImageFile::open(path));
    if (!opened) return tl::unexpected(opened.error());
    if (const auto there = checkFrame(*opened, path, frame); !there) return tl::unexpected(there.error());
    const PixelFormat& format = opened->layout.format;
    const auto index = static_cast<std::size_t>(frame - 1);
    const FrameValues values(opened->file.structure(), index);
    const auto rescale = values.rescale();
    if (!rescale) return unusable(path, rescale.error());
    DecodedFrame result{.stored = Grid<std::int32_t>(format.columns, format.rows),
                        .slope = rescale->slope,
                        .intercept = rescale->intercept,
                        .greyscale = format.lowIsWhite ? imaging::Greyscale::LowIsWhite
                                                       : imaging::Greyscale::LowIsBlack,
                        .window = windowOf(values),
                        .lossy = isLossy(*opened)};
    if (const auto decoded = opened->file.decode(opened->layout, index, result.stored.data()); !decoded)
        return unusable(path, decoded.error());
    return result;
}

Result<imaging::VolumePtr> loadVolume(std::span<const SliceSource> slices, std::string name, int threads,
                                      const Watch& watch, Unread unread) {
    std::vector<geometry::ImagePlane> planes;
    for (const SliceSource& slice : slices)
        planes.push_back(slice.plane);
    auto builder = imaging::VolumeBuilder::create(std::move(planes));
    if (!builder) return tl::unexpected(builder.error());

    auto files = filesOf(slices); // each is touched by the thread that loads its slice

    std::mutex mutex; // guards what follows and the caller's progress function
    std::optional<std::pair<std::size_t, Shared>> first;
    std::map<int, Error> failures;
    std::size_t done = 0;
    std::atomic<std::size_t> next{0};
    std::atomic<bool> ended{false};
    const auto work = [&] {
        std::vector<std::int32_t> stored;
        for (std::size_t i; !ended && !watch.cancelled() && (i = next++) < slices.size();) {
            const auto out = builder->slice(static_cast<int>(i));
            const auto file = std::exchange(files[i], nullptr);
            Shared shared;
            const auto loaded = loadSlice(slices[i], *file, out, stored, shared);
            const std::scoped_lock lock(mutex);
            if (!loaded) {
                failures.emplace(static_cast<int>(i), loaded.error());
                if (unread == Unread::Fails) ended = true;
            } else if (!first || i < first->first) {
                first = {i, shared};
            }
            watch.report(++done, slices.size(), "loading images");
        }
    };
    {
        std::vector<std::jthread> helpers;
        const auto wanted =
            threads > 0 ? static_cast<unsigned>(threads) : std::thread::hardware_concurrency();
        const auto count = std::clamp<std::size_t>(wanted, 1, slices.size());
        for (std::size_t t = 1; t < count; ++t)
            helpers.emplace_back(work);
        work();
    }
    if (watch.cancelled()) return fail(ErrorCode::Cancelled, "Loading " + name + " was cancelled.");
    if (!failures.empty() && (!first || unread == Unread::Fails))
        return tl::unexpected(failures.begin()->second);
    const Shared& shared = first->second;
    return builder->finish({.name = std::move(name),
                            .greyscale = shared.greyscale,
                            .window = shared.window,
                            .sliceThickness = shared.thickness,
                            .unread = std::move(failures)});
}

} // namespace forameter::dicom
