// SPDX-License-Identifier: BSD-3-Clause
//
// SHA-256, of bytes at hand or of a stream of them. Wraps OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ww {

class Sha256 {
   public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::string_view bytes);
    /// 32 raw bytes. Ends the computation.
    std::string finish();

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// 32 raw bytes.
std::string sha256(std::string_view bytes);
/// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);
std::string to_hex(std::string_view bytes);

/// Compares in a time that does not depend on where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace ww
