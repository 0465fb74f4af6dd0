// SPDX-License-Identifier: Apache-2.0
// What each program loads, itself or through what it links.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace {
/// The shared libraries that the loader would bring in, one per line.
std::string librariesOf(const std::string& program) {
    const std::string command = "ldd '" + program + "' 2>&1";
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) return text;
    std::array<char, 4096> buffer{};
    while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
        text.append(buffer.data(), n);
    if (pclose(pipe) != 0) text.clear();
    return text;
}

[[maybe_unused]] void expectLinks(const std::string& program, const std::vector<std::string>& needed,
                                  const std::vector<std::string>& forbidden) {
    const std::string libraries = librariesOf(program);
    ASSERT_FALSE(libraries.empty()) << "ldd says nothing about " << program;
    EXPECT_EQ(libraries.find("not found"), std::string::npos) << libraries;
    for (const std::string& name : needed)
        EXPECT_NE(libraries.find(name), std::string::npos) << program << " does not link " << name;
    for (const std::string& name : forbidden)
        EXPECT_EQ(libraries.find(name), std::string::npos) << program << " links " << name;
}
} // namespace

TEST(Links, DesktopHasWidgetsAndVtkButNoLibTorchAndNoQt5) {
#ifdef PATH_OF_forameter
    expectLinks(PATH_OF_forameter, {"libQt6Widgets", "libvtkRenderingOpenGL2", "libdcmdata"},
                {"libtorch", "libc10", "libQt5", "libgdcm"});
#else
    GTEST_SKIP() << "the desktop program is not part of this build (FORAMETER_PARTS)";
#endif
}

TEST(Links, CommandLineDrawsWithoutVtkAndLibTorch) {
#ifdef PATH_OF_forameter_cli
    expectLinks(PATH_OF_forameter_cli, {"libQt6Core", "libQt6Sql", "libQt6Charts", "libdcmdata"},
                {"libvtk", "libtorch", "libc10", "libQt5", "libgdcm"});
#else
    GTEST_SKIP() << "forameter-cli is not part of this build (FORAMETER_PARTS)";
#endif
}
