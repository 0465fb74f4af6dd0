// SPDX-License-Identifier: Apache-2.0
#include "forameter/core/sha256.hpp"

#include <cstdio>
#include <new>
#include <openssl/evp.h>
#include <vector>

#include "forameter/core/text.hpp"

namespace forameter {

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();
    Context() {
        // Looked up once: OpenSSL would do it for every hash. SHA-256 is always there; what can fail is
        // memory.
        static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        if (!evp || EVP_DigestInit_ex(evp, algorithm, nullptr) != 1) throw std::bad_alloc();
    }
    ~Context() { EVP_MD_CTX_free(evp); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : m_context(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::span<const std::byte> bytes) {
    EVP_DigestUpdate(m_context->evp, bytes.data(), bytes.size());
    return *this;
}

Sha256& Sha256::update(std::string_view text) {
    return update(std::as_bytes(std::span(text)));
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest;
    EVP_DigestFinal_ex(m_context->evp, digest.data(), nullptr);
    EVP_DigestInit_ex(m_context->evp, nullptr, nullptr);
    return digest;
}

Sha256Digest sha256(std::span<const std::byte> bytes) {
    return Sha256().update(bytes).finish();
}
Sha256Digest sha256(std::string_view text) {
    return Sha256().update(text).finish();
}

Result<Sha256Digest> sha256OfFile(const std::filesystem::path& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) return fail(ErrorCode::Unreadable, shown(path) + " cannot be opened for reading.");
    Sha256 hash;
    std::vector<std::byte> buffer(std::size_t{1} << 18);
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get()))
        hash.update(std::span(buffer).first(count));
    if (std::ferror(file.get()))
        return fail(ErrorCode::Unreadable, shown(path) + " could not be read to its end.");
    return hash.finish();
}

std::string toHex(const Sha256Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * digest.size());
    for (const std::uint8_t byte : digest) {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 15]);
    }
    return text;
}

} // namespace forameter
