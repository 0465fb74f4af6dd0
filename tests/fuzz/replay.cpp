// SPDX-License-Identifier: Apache-2.0
// Feeds the fuzz entry with files named on the command line, or, without any, with generated data sets, all
// their truncations, every byte replaced by eight patterns, and random mutations with a fixed seed.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "../support/dicom_dataset.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace forameter::testing;

std::size_t inputs = 0;

void run(const std::string& bytes) {
    ++inputs;
    // A buffer of exactly this size, so that a sanitizer sees one byte too many.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

Dataset enhanced() {
    std::vector<Dataset> frames;
    for (int i = 0; i < 2; ++i)
        frames.push_back(Dataset()
                             .items(0x00209113, {Dataset().text(0x00200032, "DS", decimals({0, 0, 4.0 * i}))})
                             .items(0x00189114, {Dataset().real(0x00189082, 90)}));
    return mrDataset("1.2", 2, 2)
        .text(0x00280008, "IS", "2")
        .items(0x52009230, frames)
        .words(0x7fe00010, "OW", std::vector<std::uint16_t>(8, 9));
}

std::vector<std::string> seeds() {
    const Dataset classic = mrDataset("1.2", 3, 2);
    std::string rle(64, '\0');
    rle[0] = 2, rle[4] = 64, rle[8] = 66;
    rle += std::string("\xfb\1\xfb\2", 4);
    Dataset packed = classic;
    packed.bytes(0x7fe00010, "OB",
                 std::string("\xfe\xff\0\xe0\0\0\0\0\xfe\xff\0\xe0\x44\0\0\0", 16) + rle +
                     std::string("\xfe\xff\xdd\xe0\0\0\0\0", 8));
    return {dicomFile(classic.encode(), kExplicitLittle),
            dicomFile(classic.encode({Dataset::Syntax::Implicit}), kImplicitLittle),
            dicomFile(enhanced().encode({Dataset::Syntax::Explicit, true}), kExplicitLittle),
            dicomFile(enhanced().encode({Dataset::Syntax::BigEndian}), kExplicitBig),
            dicomFile(packed.encode(), kRle)};
}

void mutate(const std::string& seed, std::mt19937& random) {
    std::string bytes = seed;
    for (std::size_t changes = 1 + random() % 6; changes > 0; --changes) {
        const std::size_t at = random() % bytes.size(), count = 1 + random() % 8;
        switch (random() % 4) {
        case 0:
            bytes[at] = static_cast<char>(random());
            break;
        case 1:
            bytes.erase(at, count);
            break;
        case 2:
            bytes.insert(at, bytes.substr(random() % bytes.size(), count));
            break;
        default:
            bytes.replace(at, 4,
                          std::array{"\xff\xff\xff\xff", "\0\0\0\x80", "\xfe\xff\x0d\xe0"}[random() % 3], 4);
        }
        if (bytes.empty()) return;
    }
    run(bytes);
}

} // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        std::ifstream stream(argv[i], std::ios::binary);
        run(std::string(std::istreambuf_iterator<char>(stream), {}));
    }
    if (argc == 1) {
        std::mt19937 random(20260131);
        for (const std::string& seed : seeds()) {
            run(seed);
            for (std::size_t length = 0; length < seed.size(); ++length)
                run(seed.substr(0, length));
            for (std::size_t at = 128; at < seed.size(); ++at)
                for (const unsigned pattern : {0x00u, 0xffu, 0x7fu, 0x80u, 0x01u, 0xfeu, 0x20u, 0x5cu}) {
                    std::string bytes = seed;
                    bytes[at] = static_cast<char>(pattern);
                    run(bytes);
                }
            for (int i = 0; i < 10'000; ++i)
                mutate(seed, random);
        }
    }
    std::printf("%zu inputs\n", inputs);
}
