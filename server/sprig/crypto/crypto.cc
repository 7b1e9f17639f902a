// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: checksums, password hashes and encryption. Keys and certificates are in
// certificates.cc.
#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/check.h"
#include "base/digest.h"
#include "sprig/base64.h"
#include "sprig/crypto/openssl.h"
#include "sprig/crypto/random.h"
#include "sprig/functions.h"

namespace ww::sprig {
namespace {

// ---- Checksums ----

tmpl::Value hashed(tmpl::Call& call, const EVP_MD* algorithm) {
    const std::string_view text = call.text(0);
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), bytes_of(digest), &size, algorithm, nullptr) != 1)
        return call.fail("the checksum is not available");
    return tmpl::Value::string(to_hex(std::string_view(digest).substr(0, size)));
}

tmpl::Value sha1sum(tmpl::Call& call) { return hashed(call, EVP_sha1()); }
tmpl::Value sha256sum(tmpl::Call& call) { return hashed(call, EVP_sha256()); }
tmpl::Value sha512sum(tmpl::Call& call) { return hashed(call, EVP_sha512()); }

// Source: RFC 1950, section 9.
tmpl::Value adler32sum(tmpl::Call& call) {
    constexpr uint32_t kModulus = 65521;
    uint32_t low = 1;
    uint32_t high = 0;
    for (const char byte : call.text(0)) {
        low = (low + static_cast<unsigned char>(byte)) % kModulus;
        high = (high + low) % kModulus;
    }
    return tmpl::Value::string(std::to_string(high << 16 | low));
}

// ---- Passwords ----

constexpr unsigned long kBcryptCost = 10;
constexpr size_t kBcryptBytes = 72;  // what is longer would not count

/// Compat: what goes wrong becomes the result.
std::string bcrypt_of(std::string_view password) {
    const std::string failure = "failed to encrypt string with bcrypt: ";
    if (password.size() > kBcryptBytes) return failure + "bcrypt: password length exceeds 72 bytes";
    // crypt takes a C string and would hash only what is before a NUL.
    if (password.find('\0') != password.npos) return failure + "the password contains a NUL";
    const std::string chance = random_bytes(16);
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (!crypt_gensalt_rn("$2a$",
                          kBcryptCost,
                          chance.data(),
                          static_cast<int>(chance.size()),
                          setting,
                          sizeof setting))
        return failure + "not available";
    const auto data = std::make_unique<crypt_data>();
    const char* const hash =
        crypt_rn(std::string(password).c_str(), setting, data.get(), sizeof *data);
    return hash ? hash : failure + "not available";
}

tmpl::Value bcrypt(tmpl::Call& call) {
    return call.in_time() ? tmpl::Value::string(bcrypt_of(call.text(0))) : tmpl::Value();
}

tmpl::Value htpasswd(tmpl::Call& call) {
    const std::string user(call.text(0));
    if (user.find(':') != user.npos) return tmpl::Value::string("invalid username: " + user);
    if (!call.in_time()) return {};
    return tmpl::Value::string(user + ":" + bcrypt_of(call.text(1)));
}

// ---- Derived passwords: the Master Password algorithm ----
// Source: "The Master Password algorithm", masterpassword.app, version 0.

constexpr std::string_view kScope = "com.lyndir.masterpassword";

struct PasswordType {
    std::string_view name;
    std::string_view templates;  // of equal importance, with spaces in between
};

constexpr PasswordType kPasswordTypes[] = {
    {"maximum", "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno"},
    {"long",
     "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno "
     "CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno "
     "CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno "
     "CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno"},
    {"medium", "CvcnoCvc CvcCvcno"},
    {"short", "Cvcn"},
    {"basic", "aaanaaan aannaaan aaannaaa"},
    {"pin", "nnnn"},
};

std::string_view characters_of(char group) {
    switch (group) {
        case 'V':
            return "AEIOU";
        case 'C':
            return "BCDFGHJKLMNPQRSTVWXYZ";
        case 'v':
            return "aeiou";
        case 'c':
            return "bcdfghjklmnpqrstvwxyz";
        case 'a':
            return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
        case 'n':
            return "0123456789";
        case 'o':
            return "@&%?,=[]_:-+*$#!'^~;()/.";
        default:  // 'x'
            return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
    }
}

void append_big_endian(std::string& out, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xFF);
}

std::string scope_with(std::string_view name) {
    std::string out(kScope);
    append_big_endian(out, static_cast<uint32_t>(name.size()));
    return out.append(name);
}

tmpl::Value derive_password(tmpl::Call& call) {
    const auto type = std::find_if(
        std::begin(kPasswordTypes), std::end(kPasswordTypes), [&](const PasswordType& one) {
            return one.name == call.text(1);
        });
    if (type == std::end(kPasswordTypes))
        return tmpl::Value::string("cannot find password template " + std::string(call.text(1)));

    if (!call.in_time()) return {};
    const std::string password(call.text(2));
    const std::string salt = scope_with(call.text(3));
    std::string key(64, '\0');
    constexpr uint64_t kMaxMemory = uint64_t{64} << 20;
    if (EVP_PBE_scrypt(password.data(),
                       password.size(),
                       bytes_of(salt),
                       salt.size(),
                       32768,
                       8,
                       2,
                       kMaxMemory,
                       bytes_of(key),
                       key.size()) != 1)
        return tmpl::Value::text("failed to derive password: scrypt is not available");

    std::string message = scope_with(call.text(4));
    append_big_endian(message, static_cast<uint32_t>(call[0].as_uint()));
    std::array<unsigned char, 32> seed{};
    HMAC(EVP_sha256(),
         key.data(),
         static_cast<int>(key.size()),
         bytes_of(message),
         message.size(),
         seed.data(),
         nullptr);

    const std::string_view templates = type->templates;
    const size_t length = std::min(templates.find(' '), templates.size());
    const size_t count = (templates.size() + 1) / (length + 1);
    std::string derived;
    for (const char group : templates.substr(seed[0] % count * (length + 1), length)) {
        const std::string_view characters = characters_of(group);
        derived += characters[seed[derived.size() + 1] % characters.size()];
    }
    return tmpl::Value::string(derived);
}

// ---- AES: 256 bits, CBC, the IV in front, base64 ----

constexpr size_t kBlock = 16;

/// Compat: the password itself is the key, cut or filled with zeros.
std::string aes_key(std::string_view password) {
    std::string key(password.substr(0, 32));
    key.resize(32);
    return key;
}

enum class Cipher { Encrypt, Decrypt };

/// Whole blocks only, no padding.
std::string aes_cbc(std::string_view password,
                    std::string_view iv,
                    std::string_view input,
                    Cipher direction) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    std::string output(input.size(), '\0');
    const std::string key = aes_key(password);
    bool good = context && EVP_CipherInit_ex(context.get(),
                                             EVP_aes_256_cbc(),
                                             nullptr,
                                             bytes_of(key),
                                             bytes_of(iv),
                                             direction == Cipher::Encrypt ? 1 : 0) == 1;
    good = good && EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1;
    constexpr size_t kAtOnce = size_t{1} << 20;
    for (size_t done = 0; good && done < input.size(); done += kAtOnce) {
        const std::string_view part = input.substr(done, kAtOnce);
        int written = 0;
        good = EVP_CipherUpdate(context.get(),
                                bytes_of(output) + done,
                                &written,
                                bytes_of(part),
                                static_cast<int>(part.size())) == 1;
    }
    WW_CHECK(good, "whole blocks can always be encrypted");
    return output;
}

tmpl::Value encrypt_aes(tmpl::Call& call) {
    if (call.text(1).empty()) return tmpl::Value::text("");
    std::string text(call.text(1));
    const size_t padding = kBlock - text.size() % kBlock;
    text.append(padding, static_cast<char>(padding));
    const std::string iv = random_bytes(kBlock);
    return tmpl::Value::string(
        base64_encoded(iv + aes_cbc(call.text(0), iv, text, Cipher::Encrypt)));
}

tmpl::Value decrypt_aes(tmpl::Call& call) {
    if (call.text(1).empty()) return tmpl::Value::text("");
    const Decoded decoded = base64_decoded(call.text(1));
    if (!decoded.valid)
        return call.fail("illegal base64 data at input byte {}", decoded.error_offset);
    const std::string_view bytes = decoded.bytes;
    if (bytes.size() < kBlock)
        return call.fail("runtime error: slice bounds out of range [:{}] with capacity {}",
                         kBlock,
                         bytes.size());
    if (bytes.size() % kBlock != 0) return call.fail("crypto/cipher: input not full blocks");
    const std::string text =
        aes_cbc(call.text(0), bytes.substr(0, kBlock), bytes.substr(kBlock), Cipher::Decrypt);
    if (text.empty()) return call.fail("runtime error: index out of range [-1]");
    const auto padding = static_cast<unsigned char>(text.back());
    if (padding > text.size())
        return call.fail("runtime error: slice bounds out of range [:{}]",
                         static_cast<int64_t>(text.size()) - padding);
    return tmpl::Value::string(std::string_view(text).substr(0, text.size() - padding));
}

constexpr tmpl::Function kCryptoFunctions[] = {
    {"sha1sum", "string", sha1sum, "The SHA-1 of TEXT in hex."},
    {"sha256sum", "string", sha256sum, "The SHA-256 of TEXT in hex."},
    {"sha512sum", "string", sha512sum, "The SHA-512 of TEXT in hex."},
    {"adler32sum", "string", adler32sum, "The Adler-32 of TEXT as a number."},
    {"bcrypt", "string", bcrypt, "A bcrypt hash of PASSWORD.", kVolatile},
    {"htpasswd", "string, string", htpasswd, "USER PASSWORD: a line for .htpasswd.", kVolatile},
    {"derivePassword",
     "uint32, string, string, string, string",
     derive_password,
     "COUNTER TYPE PASSWORD USER SITE: a password for SITE out of the main one."},
    {"encryptAES",
     "string, string",
     encrypt_aes,
     "PASSWORD TEXT: TEXT encrypted, in base64.",
     kVolatile},
    {"decryptAES", "string, string", decrypt_aes, "PASSWORD TEXT: what encryptAES made TEXT of."},
};

}  // namespace

std::span<const tmpl::Function> crypto_functions() { return kCryptoFunctions; }

}  // namespace ww::sprig
