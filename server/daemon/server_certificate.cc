// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/server_certificate.h"

#include <fmt/format.h>

#include "base/file.h"
#include "http/transport.h"

namespace ww::daemon {

namespace {

constexpr const char* kCertificateFile = "/warewulf.crt";
constexpr const char* kKeyFile = "/warewulf.key";
// Both go to the front in one packet. A chain of five certificates with 4096 bits has 10 KiB.
constexpr size_t kMaxPemBytes = 24 << 10;
static_assert(2 * kMaxPemBytes < kMaxPacketBytes);

}  // namespace

Result<CertificateFrame> read_certificate_files(const std::string& folder) {
    const auto failed = [&](const Error& error) {
        return error.with_frame(fmt::format("reading the TLS files in {}", folder))
            .with_hint("wwctl configure tls makes them");
    };
    auto certificate = read_file(folder + kCertificateFile, kMaxPemBytes);
    if (!certificate) return failed(certificate.error());
    auto key = read_file(folder + kKeyFile, kMaxPemBytes);
    if (!key) return failed(key.error());
    const auto usable = http::TlsContext::create(*certificate, *key);
    if (!usable) return failed(usable.error());
    return CertificateFrame{std::move(*certificate), std::move(*key)};
}

CertificateWatch::CertificateWatch(boost::asio::io_context& context,
                                   const std::string& folder,
                                   const std::function<void()>& on_change)
    : certificate_(context, folder + kCertificateFile, on_change),
      key_(context, folder + kKeyFile, on_change) {}

Result<void> CertificateWatch::start() {
    WW_TRY_VOID(certificate_.start());
    return key_.start();
}

}  // namespace ww::daemon
