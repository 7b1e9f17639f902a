// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/remote/settings.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/net.h"
#include "base/quote.h"

namespace ww::ctl {

namespace {

/// What is said of a server in one place.
struct Settings {
    std::string server;
    std::string token_file;
    std::string ca;
    std::string fingerprint;
};

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::string without_blanks(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

/// A file of the user's own, or root's. Errors: PermissionDenied if others have one of the bits
/// `forbidden`, with the command that mends it.
Result<std::string> read_own(const std::string& path, mode_t forbidden, std::string_view why) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        return Error(ErrorCode::PermissionDenied, fmt::format("{} is somebody else's", path));
    if ((status.st_mode & forbidden) != 0)
        return Error(ErrorCode::PermissionDenied,
                     fmt::format("{} has mode {:04o}: {}", path, status.st_mode & 07777, why))
            .with_hint("chmod 600 " + path);
    return read_fd(fd.get(), path, kMaxRemoteFileBytes);
}

/// "key: value" lines; "#" begins a comment.
Result<Settings> read_settings(const std::string& path) {
    WW_TRY(const std::string text,
           read_own(path, S_IWGRP | S_IWOTH, "others could send your token elsewhere"));
    Settings settings;
    std::string_view rest = text;
    for (int line = 1; !rest.empty(); ++line) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view row = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (const std::string shown = without_blanks(row); shown.empty() || shown.front() == '#')
            continue;
        const size_t colon = row.find(':');
        const std::string key = without_blanks(row.substr(0, colon));
        std::string* const into = key == "server"        ? &settings.server
                                  : key == "token file"  ? &settings.token_file
                                  : key == "ca"          ? &settings.ca
                                  : key == "fingerprint" ? &settings.fingerprint
                                                         : nullptr;
        if (into == nullptr || colon == std::string_view::npos)
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{} is no setting", quote(without_blanks(row))))
                .with_place({path, line, 0})
                .with_hint(
                    "settings are \"server: URL\", \"token file: PATH\", \"ca: PATH\" and "
                    "\"fingerprint: sha256:...\"");
        *into = without_blanks(row.substr(colon + 1));
    }
    return settings;
}

/// Nothing: this machine.
Result<std::optional<Settings>> said(const FlagValues& flags) {
    if (flags.given("server")) {
        if (flags.text("server").empty()) return std::optional<Settings>();
        return std::optional(Settings{.server = flags.text("server")});
    }
    if (flags.given("warewulfconf")) return std::optional<Settings>();
    if (std::string server = variable("WWCTL_SERVER"); !server.empty())
        return std::optional(Settings{.server = std::move(server),
                                      .token_file = variable("WWCTL_TOKEN_FILE"),
                                      .ca = variable("WWCTL_CA"),
                                      .fingerprint = variable("WWCTL_FINGERPRINT")});
    if (!variable("WAREWULFCONF").empty()) return std::optional<Settings>();
    const std::string path = remote_file();
    if (path.empty() || !exists(path)) return std::optional<Settings>();
    WW_TRY(Settings settings, read_settings(path));
    if (settings.server.empty()) return std::optional<Settings>();
    return std::optional(std::move(settings));
}

/// The ports of wwd, which a URL without one means here.
std::string with_port(const std::string& url) {
    const size_t scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const size_t host = scheme + 3;
    const size_t end = std::min(url.find('/', host), url.size());
    const size_t bracket = std::min(url.find(']', host), end);
    const bool has_port = url.find(':', bracket == end ? host : bracket) < end;
    if (has_port) return url;
    return url.substr(0, end) + (url.starts_with("http://") ? ":9873" : ":9874") + url.substr(end);
}

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    const auto address = IpAddress::parse(host);
    constexpr uint32_t kLoopbackNet = 127;
    return address &&
           (address->is_v4() ? address->v4() >> 24 == kLoopbackNet : address->to_string() == "::1");
}

Result<std::string> read_token(const std::string& path) {
    WW_TRY(const std::string text,
           read_own(path, S_IRWXG | S_IRWXO, "others can read the token in it"));
    std::string token = without_blanks(text);
    for (const char c : token)
        if (c <= ' ' || c > '~')
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{}: there is more in it than a token", path));
    if (token.empty()) return Error(ErrorCode::InvalidArgument, path + ": there is no token in it");
    return token;
}

}  // namespace

std::string remote_file() {
    std::string folder = variable("XDG_CONFIG_HOME");
    if (folder.empty() && !variable("HOME").empty()) folder = variable("HOME") + "/.config";
    return folder.empty() ? std::string() : folder + "/wwctl/remote";
}

Result<std::optional<protocol::Server>> find_server(const FlagValues& flags) {
    WW_TRY(std::optional<Settings> settings, said(flags));
    const auto given = [&](const char* flag, std::string& value) {
        if (flags.given(flag)) value = flags.text(flag);
    };
    if (!settings) {
        for (const char* flag : {"token-file", "ca", "fingerprint", "insecure"})
            if (flags.given(flag))
                return Error(ErrorCode::InvalidArgument,
                             fmt::format("--{} is for a server that --server or $WWCTL_SERVER "
                                         "names, and none is named",
                                         flag));
        return std::optional<protocol::Server>();
    }
    if (flags.given("server") && flags.given("warewulfconf"))
        return Error(ErrorCode::InvalidArgument,
                     "--server and --warewulfconf name two sites; one command is for one");
    given("token-file", settings->token_file);
    given("ca", settings->ca);
    given("fingerprint", settings->fingerprint);

    protocol::Server server;
    WW_TRY(
        server.url, fetch::parse_url(with_port(settings->server)), "reading the server's address");
    if (server.url.target != "/")
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{}: a server is named by https://HOST:PORT, without a path",
                                 settings->server));
    if (!server.url.tls) {
        if (!flags.is_true("insecure") || !is_loopback(server.url.host.name))
            return Error(ErrorCode::InvalidArgument,
                         fmt::format("{}: by plain http everybody on the way could read the token",
                                     settings->server))
                .with_hint("use https; --insecure allows http to this very machine");
    }
    server.trust = {.ca_file = settings->ca, .fingerprint = settings->fingerprint};
    if (!settings->fingerprint.empty()) {
        WW_TRY(const std::string checked, fetch::read_fingerprint(settings->fingerprint));
        (void)checked;
    }
    if (settings->token_file.empty())
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{}: no file with a token is named", settings->server))
            .with_hint(
                "--token-file FILE, or $WWCTL_TOKEN_FILE; on the server: wwctl token create");
    WW_TRY(const std::string token, read_token(settings->token_file));
    server.authorization = "Bearer " + token;
    return std::optional(std::move(server));
}

}  // namespace ww::ctl
