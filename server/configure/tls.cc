// SPDX-License-Identifier: BSD-3-Clause
//
// configure tls: an authority of the site's own and the server's certificate by it. Nodes trust
// what is in warewulf.crt, which holds both: a server certificate that is made anew by the same
// authority is trusted by nodes that have the old one.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/file.h"
#include "base/kept_copy.h"
#include "base/net.h"
#include "config/config.h"
#include "configure/certificate.h"
#include "configure/warewulfd.h"

namespace ww::configure {

namespace {

constexpr int64_t kDaySeconds = int64_t{24} * 60 * 60;
constexpr int64_t kRenewBefore = 60 * kDaySeconds;
constexpr mode_t kSecret = 0600;
constexpr mode_t kPublic = 0644;

struct KeyStore {
    std::string folder;

    std::string key() const { return folder + "/warewulf.key"; }
    std::string certificate() const { return folder + "/warewulf.crt"; }
    std::string authority_key() const { return folder + "/ca.key"; }
    std::string authority() const { return folder + "/ca.crt"; }
};

ServerNames names_of_server(const config::WarewulfConf& conf) {
    ServerNames server;
    for (const std::string& text : {conf.ipaddr, conf.ipaddr6})
        if (const auto address = IpAddress::parse(text))
            server.addresses.push_back(address->to_string());
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    for (const std::string& name : {conf.fqdn, std::string("warewulf"), std::string(host)})
        if (!name.empty() &&
            std::find(server.names.begin(), server.names.end(), name) == server.names.end())
            server.names.push_back(name);
    return server;
}

/// "2026-11-20 09:00:00 +0000 UTC", as Go prints a time.
std::string go_time(int64_t seconds) {
    const time_t time = seconds;
    tm parts{};
    ::gmtime_r(&time, &parts);
    char text[40];
    return {text, ::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S +0000 UTC", &parts)};
}

std::vector<std::string> description(const KeyStore& store) {
    const auto line = [](std::string_view name, const std::string& value) {
        constexpr int kColumn = 15;  // the longest name and two blanks
        return fmt::format("{:<{}}{}", fmt::format("{}:", name), kColumn, value);
    };
    std::vector<std::string> lines = {line("Private Key", store.key()),
                                      line("Certificate", store.certificate())};
    const auto key = read_file(store.key());
    if (const int bits = key ? key_bits(*key) : 0; bits > 0)
        lines.push_back(line("Key Size", fmt::format("{} bits", bits)));
    const auto certificate = read_file(store.certificate());
    const auto facts = certificate ? read_certificate(*certificate) : certificate.error();
    if (!facts) return lines;
    lines.push_back(line("Issuer", facts->issuer));
    lines.push_back(line("Subject", facts->subject));
    lines.push_back(line("Valid From", go_time(facts->from)));
    lines.push_back(line("Valid Until", go_time(facts->until)));
    lines.push_back(line("Serial Nr", facts->serial));
    lines.push_back(
        line("IP Addresses", fmt::format("{}", fmt::join(facts->server.addresses, ", "))));
    lines.push_back(line("DNS Names", fmt::format("{}", fmt::join(facts->server.names, ", "))));
    return lines;
}

/// With this mode whatever an older file had; that is kept beside it if its text is another's. On
/// disk, but not in place yet.
Result<AtomicFile> stage_key_file(const std::string& path, std::string_view text, mode_t mode) {
    if (const auto present = read_file(path); present && *present != text)
        WW_TRY_VOID(keep_copy(path));
    WW_TRY(AtomicFile file, AtomicFile::create(path, mode, /*force_mode=*/true));
    WW_TRY_VOID(write_all(file.fd(), text, path));
    WW_TRY_VOID(file.sync());
    return file;
}

/// The key first. Both are ready before the first is in place: a server that watches them sees them
/// change together.
Result<void> put_pair(const KeyStore& store, std::string_view key, std::string_view certificate) {
    WW_TRY_VOID(make_directories(store.folder));
    WW_TRY(AtomicFile key_file, stage_key_file(store.key(), key, kSecret));
    WW_TRY(AtomicFile certificate_file, stage_key_file(store.certificate(), certificate, kPublic));
    WW_TRY_VOID(key_file.commit());
    return certificate_file.commit();
}

/// Makes what is due and puts it into place, secrets first; `key` empty: a new one.
Result<void> renew(const KeyStore& store,
                   const ServerNames& server,
                   const std::string& key,
                   bool new_authority) {
    const int64_t now = std::time(nullptr);
    WW_TRY_VOID(make_directories(store.folder));
    KeyAndCertificate authority;
    if (new_authority) {
        WW_TRY(authority, make_authority(now));
        WW_TRY(AtomicFile key_file, stage_key_file(store.authority_key(), authority.key, kSecret));
        WW_TRY(AtomicFile certificate_file,
               stage_key_file(store.authority(), authority.certificate, kPublic));
        WW_TRY_VOID(key_file.commit());
        WW_TRY_VOID(certificate_file.commit());
    } else {
        WW_TRY(authority.key, read_file(store.authority_key()));
        WW_TRY(authority.certificate, read_file(store.authority()));
    }
    WW_TRY(const KeyAndCertificate made, make_server_certificate(authority, server, key, now));
    return put_pair(store, made.key, made.certificate + authority.certificate);
}

/// A server that had a certificate takes another one without a restart; `had_one` says so.
void tell_server(const Situation& situation, Plan& plan, bool had_one) {
    Unit unit = find_server(situation.services, situation.conf.warewulf.systemd_name);
    if (!unit.found() && unit.name.empty()) {
        plan.note("warn", "Not (re)starting Warewulf server: no systemd name configured");
        return;
    }
    plan.service = ServiceChange{.unit = std::move(unit),
                                 .heading = "Enabling and restarting the Warewulf server",
                                 .restart_always = true,
                                 .reload_suffices = had_one};
}

Result<void> check_pair(const std::string& key,
                        const std::string& certificate,
                        const std::string& folder) {
    if (belongs_together(key, certificate)) return {};
    return Error(ErrorCode::Unprocessable,
                 fmt::format("warewulf.key and warewulf.crt in {} do not belong together", folder));
}

Result<Plan> plan_import(const Situation& situation,
                         const KeyStore& store,
                         const std::string& folder) {
    Plan plan{.part = "tls"};
    if (!is_directory(folder))
        return Error(ErrorCode::InvalidArgument,
                     "import path must be a directory containing warewulf.key and warewulf.crt");
    WW_TRY(std::string key, read_file(folder + "/warewulf.key"));
    WW_TRY(std::string certificate, read_file(folder + "/warewulf.crt"));
    WW_TRY_VOID(check_pair(key, certificate, folder));
    const bool same = read_file(store.key()).value_or("") == key &&
                      read_file(store.certificate()).value_or("") == certificate;
    if (same) return plan;
    plan.actions.push_back({"Imported keys from " + folder,
                            [=]() -> Result<void> { return put_pair(store, key, certificate); }});
    tell_server(situation, plan, read_file(store.key()).has_value());
    return plan;
}

Result<Plan> plan_export(const KeyStore& store, const std::string& folder) {
    Plan plan{.part = "tls"};
    WW_TRY(std::string key, read_file(store.key()));
    WW_TRY(std::string certificate, read_file(store.certificate()));
    plan.actions.push_back({"Exported keys to " + folder, [=]() -> Result<void> {
                                return put_pair({folder}, key, certificate);
                            }});
    return plan;
}

/// Why the server's certificate has to be made anew; empty: it is fine.
std::string reason_to_renew(const CertificateFacts& facts, const ServerNames& wanted) {
    if (facts.until - std::time(nullptr) < kRenewBefore) return "ends at " + go_time(facts.until);
    if (!(facts.server == wanted)) return "is not for the server's names and addresses of today";
    return {};
}

}  // namespace

Result<Plan> plan_tls(const Situation& situation, const TlsOptions& options) {
    const KeyStore store{situation.machine.at(situation.conf.paths.sysconfdir) + "/warewulf/tls"};
    if (!options.import_dir.empty()) return plan_import(situation, store, options.import_dir);
    if (!options.export_dir.empty()) return plan_export(store, options.export_dir);
    Plan plan{.part = "tls"};
    if (!situation.conf.warewulf.tls()) {
        if (options.alone) plan.note("info", "TLS is not enabled in warewulf.conf");
        return plan;
    }
    if (options.alone) plan.closing = [store] { return description(store); };
    const ServerNames wanted = names_of_server(situation.conf);
    const auto authority = read_file(store.authority());
    const auto authority_key = read_file(store.authority_key());
    const bool has_authority =
        authority && authority_key && belongs_together(*authority_key, *authority);
    const auto key = read_file(store.key());
    const auto certificate = read_file(store.certificate());
    const auto generate = [&](const std::string& with_key, bool new_authority) {
        plan.actions.push_back({"TLS keys generated in " + store.folder,
                                [=] { return renew(store, wanted, with_key, new_authority); }});
        tell_server(situation, plan, key && certificate);
    };
    if (options.force || !key || !certificate) {
        generate("", !has_authority);
        return plan;
    }
    const bool is_ours = has_authority && is_signed_by(*certificate, *authority);
    if (is_ours && !belongs_together(*key, *certificate)) {
        // A run was cut short between the two files.
        generate(*key, false);
        return plan;
    }
    WW_TRY_VOID(check_pair(*key, *certificate, store.folder));
    plan.note("info", "TLS keys already exist in " + store.folder);
    WW_TRY(const CertificateFacts facts,
           read_certificate(*certificate),
           "reading {}",
           store.certificate());
    const std::string reason = reason_to_renew(facts, wanted);
    if (!reason.empty()) {
        if (is_ours) {
            plan.note("info", "The server's certificate " + reason);
            const auto by = read_certificate(*authority);
            const bool authority_ends = !by || by->until - std::time(nullptr) < kRenewBefore;
            if (authority_ends)
                plan.note("warn",
                          "The authority ends, too, and is made anew: restart nodes, so that they "
                          "get the new one");
            generate(*key, authority_ends);
            return plan;
        }
        plan.note("warn",
                  fmt::format("{} {}, and was not made by the authority of this site: replace it "
                              "with `wwctl configure tls --import`, or with `--force`",
                              store.certificate(),
                              reason));
    }
    return plan;
}

}  // namespace ww::configure
