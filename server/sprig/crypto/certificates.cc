// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: private keys and certificates for servers. Made anew by each call, so a template that
// calls one of these never renders the same twice.
#include "sprig/base64.h"
#include "sprig/crypto/keys.h"
#include "sprig/functions.h"
#include "sprig/values.h"

namespace ww::sprig {
namespace {

struct CertificateObject final : tmpl::Object {
    Certificate certificate;
};

const Certificate& at(const void* address) { return *static_cast<const Certificate*>(address); }

tmpl::Type certificate_type() {
    static const tmpl::Type kType = tmpl::Type::define({
        .kind = tmpl::Kind::Struct,
        .name = "sprig.certificate",
        .fields = {{"Cert",
                    tmpl::types::kString,
                    [](const void* self) { return tmpl::Value::string(at(self).cert); }},
                   {"Key",
                    tmpl::types::kString,
                    [](const void* self) { return tmpl::Value::string(at(self).key); }}},
    });
    return kType;
}

tmpl::Value as_value(Certificate certificate) {
    const tmpl::Ref<CertificateObject> owner(new CertificateObject);
    owner->certificate = std::move(certificate);
    return tmpl::Value::struct_of(
        certificate_type(), tmpl::Ref<tmpl::Object>(owner.get()), &owner->certificate);
}

tmpl::Value as_value(tmpl::Call& call, Result<Certificate> certificate) {
    return certificate ? as_value(std::move(*certificate))
                       : call.fail(certificate.error().message());
}

// ---- Keys ----

/// Compat: what goes wrong becomes the result.
tmpl::Value gen_private_key(tmpl::Call& call) {
    const std::string_view name = call.text(0);
    auto kind = PrivateKey::Kind::Rsa4096;
    if (name == "dsa")
        kind = PrivateKey::Kind::Dsa2048;
    else if (name == "ecdsa")
        kind = PrivateKey::Kind::EcP256;
    else if (name == "ed25519")
        kind = PrivateKey::Kind::Ed25519;
    else if (!name.empty() && name != "rsa")
        return tmpl::Value::string("Unknown type " + std::string(name));
    if (!call.in_time()) return {};
    const auto key = PrivateKey::generate(kind);
    if (!key) return tmpl::Value::string(key.error().message());
    const auto pem = key->pem();
    return tmpl::Value::string(pem ? *pem : pem.error().message());
}

/// The key in argument `index`, or a new one if there is no such argument.
Result<PrivateKey> key_of(tmpl::Call& call, size_t index) {
    if (index >= call.size()) return PrivateKey::generate(PrivateKey::Kind::Rsa2048);
    auto key = PrivateKey::parse(call.text(index));
    if (key) return key;
    return Error(key.error().code(), "parsing private key: " + key.error().message());
}

// ---- Certificates ----

/// The texts of a []any; false if one is no string, and the call has failed.
bool read_texts(tmpl::Call& call,
                const tmpl::Value& list,
                std::string_view what,
                std::vector<std::string>& texts) {
    for (const tmpl::Value& item : elements(list)) {
        if (item.type() != tmpl::types::kString) {
            call.fail("error {}: {} is not a string", what, printed(item));
            return false;
        }
        texts.emplace_back(item.text());
    }
    return true;
}

/// The arguments COMMON-NAME IPS DNS-NAMES DAYS; false if the call has failed.
bool read_request(tmpl::Call& call, CertificateRequest& request) {
    request.common_name = call.text(0);
    request.days_valid = call.integer(3);
    std::vector<std::string> addresses;
    if (!read_texts(call, call[1], "parsing ip", addresses)) return false;
    for (const std::string& text : addresses) {
        const auto address = IpAddress::parse(text);
        if (!address) {
            call.fail("error parsing ip: {}", text);
            return false;
        }
        request.addresses.push_back(*address);
    }
    return read_texts(call, call[2], "processing alternate dns name", request.dns_names);
}

tmpl::Value gen_ca(tmpl::Call& call) {
    if (!call.in_time()) return {};
    CertificateRequest request;
    request.common_name = call.text(0);
    request.days_valid = call.integer(1);
    request.is_authority = true;
    const auto key = key_of(call, 2);
    return key ? as_value(call, make_certificate(request, *key)) : call.fail(key.error().message());
}

tmpl::Value gen_self_signed_cert(tmpl::Call& call) {
    if (!call.in_time()) return {};
    CertificateRequest request;
    const auto key = key_of(call, 4);
    if (!key) return call.fail(key.error().message());
    if (!read_request(call, request)) return {};
    return as_value(call, make_certificate(request, *key));
}

tmpl::Value gen_signed_cert(tmpl::Call& call) {
    if (!call.in_time()) return {};
    CertificateRequest request;
    const auto key = key_of(call, 5);
    if (!key) return call.fail(key.error().message());
    if (!read_request(call, request)) return {};
    return as_value(call, make_certificate(request, *key, at(call[4].address())));
}

tmpl::Value build_custom_cert(tmpl::Call& call) {
    const Decoded cert = base64_decoded(call.text(0));
    if (!cert.valid) return call.fail("unable to decode base64 certificate");
    const Decoded key = base64_decoded(call.text(1));
    if (!key.valid) return call.fail("unable to decode base64 private key");
    if (const auto checked = check_certificate(cert.bytes); !checked)
        return call.fail(checked.error().message());
    if (const auto parsed = PrivateKey::parse(key.bytes); !parsed)
        return call.fail("error parsing private key: {}", parsed.error().message());
    return as_value({cert.bytes, key.bytes});
}

constexpr tmpl::Function kCertificateFunctions[] = {
    {"genPrivateKey",
     "string",
     gen_private_key,
     "A new private key: rsa (4096 bits), dsa, ecdsa or ed25519.",
     kVolatile},
    {"genCA", "string, int", gen_ca, "NAME DAYS: a new authority, with .Cert and .Key.", kVolatile},
    {"genCAWithKey",
     "string, int, string",
     gen_ca,
     "NAME DAYS KEY: an authority with this key.",
     kVolatile},
    {"genSelfSignedCert",
     "string, []any, []any, int",
     gen_self_signed_cert,
     "NAME IPS HOSTS DAYS: a new certificate that signs itself.",
     kVolatile},
    {"genSelfSignedCertWithKey",
     "string, []any, []any, int, string",
     gen_self_signed_cert,
     "NAME IPS HOSTS DAYS KEY: the same with this key.",
     kVolatile},
    {"genSignedCert",
     "string, []any, []any, int, sprig.certificate",
     gen_signed_cert,
     "NAME IPS HOSTS DAYS CA: a new certificate signed by CA.",
     kVolatile},
    {"genSignedCertWithKey",
     "string, []any, []any, int, sprig.certificate, string",
     gen_signed_cert,
     "NAME IPS HOSTS DAYS CA KEY: the same with this key.",
     kVolatile},
    {"buildCustomCert",
     "string, string",
     build_custom_cert,
     "CERT KEY: both in base64 of PEM, as what genCA gives."},
};

}  // namespace

std::span<const tmpl::Function> certificate_functions() {
    certificate_type();  // before a function's parameters name it
    return kCertificateFunctions;
}

}  // namespace ww::sprig
