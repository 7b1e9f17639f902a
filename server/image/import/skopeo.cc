// SPDX-License-Identifier: BSD-3-Clause
#include "image/import/skopeo.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "base/file.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/process.h"
#include "base/quote.h"
#include "oci/manifest.h"

namespace ww::image {

namespace {

constexpr int kTickMs = 200;
constexpr int64_t kMaxSaidBytes = 64 << 10;

std::string base64(std::string_view bytes) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t group = 0;
        for (size_t j = 0; j < 3; ++j)
            group =
                group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (size_t j = 0; j < 4; ++j)
            out += i + j <= bytes.size() ? kLetters[group >> (18 - 6 * j) & 63] : '=';
    }
    return out;
}

/// Of "docker://HOST[:PORT]/…"; short names are Docker Hub's.
std::string registry_of(std::string_view reference) {
    constexpr std::string_view kScheme = "docker://";
    if (reference.starts_with(kScheme)) reference.remove_prefix(kScheme.size());
    const std::string_view first = reference.substr(0, reference.find('/'));
    const bool host = first.size() < reference.size() &&
                      (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
    return host ? std::string(first) : "docker.io";
}

Result<std::string> text_of(int fd, int64_t most) {
    const off_t size = ::lseek(fd, 0, SEEK_END);
    if (size < 0) return Error::from_errno(errno, "read what skopeo wrote");
    if (size > most)
        return Error(ErrorCode::TooLarge, fmt::format("skopeo wrote more than {} bytes", most));
    std::string text(static_cast<size_t>(size), '\0');
    if (::pread(fd, text.data(), text.size(), 0) != size)
        return Error::from_errno(errno, "read what skopeo wrote");
    return text;
}

/// The message of the last line of a log: time="…" level=fatal msg="…".
std::string last_message(std::string_view said) {
    while (said.ends_with('\n')) said.remove_suffix(1);
    std::string_view line = said.substr(said.rfind('\n') + 1);
    constexpr std::string_view kStart = "msg=\"";
    const size_t at = line.find(kStart);
    if (at == std::string_view::npos) return std::string(line);
    line.remove_prefix(at + kStart.size() - 1);
    if (const auto plain = unquote(line)) return *plain;
    return std::string(line);
}

Error failure(const Exit& exit, const std::string& said) {
    const std::string message = said.empty() ? exit.describe() : last_message(said);
    const auto has = [&](std::string_view part) { return message.find(part) != std::string::npos; };
    const Error error(ErrorCode::Unavailable, message);
    if (has("unauthorized") || has("authentication required") || has("denied"))
        return error.with_code(ErrorCode::PermissionDenied)
            .with_hint("give --username and --password, or log in with `skopeo login`");
    if (has("HTTP response to HTTPS client"))
        return error.with_hint("the registry does not speak TLS; --nohttps allows that");
    if (has("certificate"))
        return error.with_hint(
            "put the registry's certificate below /etc/containers/certs.d, or use --nohttps");
    if (has("manifest unknown") || has("name unknown") || has("not found"))
        return error.with_code(ErrorCode::NotFound);
    return error;
}

bool have_policy() {
    const char* home = std::getenv("HOME");
    return exists("/etc/containers/policy.json") ||
           (home != nullptr && exists(std::string(home) + "/.config/containers/policy.json"));
}

}  // namespace

Result<Skopeo> Skopeo::create(const std::string& folder,
                              const std::string& reference,
                              const TransportOptions& options,
                              std::stop_token stop) {
    Skopeo skopeo;
    skopeo.folder_ = folder;
    skopeo.options_ = options;
    skopeo.stop_ = std::move(stop);
    if (!options.user.empty()) {
        const std::string auth =
            fmt::format(R"({{"auths": {{{}: {{"auth": {}}}}}}})",
                        json_quote(registry_of(reference)),
                        json_quote(base64(options.user + ":" + options.password)));
        WW_TRY_VOID(replace_file(folder + "/auth.json", auth, 0600));
    }
    return skopeo;
}

std::vector<std::string> Skopeo::source_options(const std::string& prefix,
                                                const std::string& reference) const {
    std::vector<std::string> words;
    if (!reference.starts_with("docker")) return words;
    if (options_.no_https) words.push_back("--" + prefix + "tls-verify=false");
    if (!reference.starts_with("docker://")) return words;
    if (!options_.user.empty())
        words.push_back("--" + prefix + "authfile=" + folder_ + "/auth.json");
    else if (!options_.auth_file.empty())
        words.push_back("--" + prefix + "authfile=" + options_.auth_file);
    else if (options_.anonymous)
        words.push_back("--" + prefix + "no-creds");
    return words;
}

Result<std::string> Skopeo::run(std::vector<std::string> words,
                                const std::function<void()>& waiting) const {
    words.insert(words.begin(), "skopeo");
    if (!have_policy()) words.insert(words.begin() + 1, "--insecure-policy");
    // Files in memory: nobody waits for a pipe to be read.
    WW_TRY(const UniqueFd out, memory_file("skopeo-output"));
    WW_TRY(const UniqueFd err, memory_file("skopeo-errors"));
    auto started =
        Process::start({.words = words,
                        .descriptors = {{out.get(), STDOUT_FILENO}, {err.get(), STDERR_FILENO}},
                        .fresh_signals = true,
                        .own_group = true,
                        .environment = options_.environment});
    if (!started) {
        if (started.error().code() != ErrorCode::NotFound) return started.error();
        return Error(ErrorCode::FailedPrecondition, "skopeo is not installed")
            .with_hint("install the package skopeo; folders, tars and OCI layouts need none");
    }
    Process process = std::move(*started);
    WW_TRY(const UniqueFd ended, process.ended_fd());
    for (pollfd wait{ended.get(), POLLIN, 0}; ::poll(&wait, 1, kTickMs) <= 0;) {
        if (stop_.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");  // kills it
        if (waiting) waiting();
    }
    const Exit exit = process.wait();
    WW_TRY(const std::string said, text_of(err.get(), kMaxSaidBytes));
    if (exit.code != 0 || exit.signal != 0) return failure(exit, said);
    return text_of(out.get(), oci::kMaxDocumentBytes);
}

Result<std::string> Skopeo::manifest(const std::string& reference) const {
    std::vector<std::string> words{"inspect", "--raw"};
    for (std::string& word : source_options("", reference)) words.push_back(std::move(word));
    words.push_back(reference);
    return run(std::move(words), {});
}

Result<std::string> Skopeo::configuration(const std::string& reference) const {
    std::vector<std::string> words{"inspect", "--raw", "--config"};
    for (std::string& word : source_options("", reference)) words.push_back(std::move(word));
    words.push_back(reference);
    return run(std::move(words), {});
}

Result<void> Skopeo::copy(const std::string& reference,
                          const std::string& layout,
                          const std::string& blobs,
                          const std::optional<oci::Platform>& platform,
                          const std::function<void()>& waiting) const {
    std::vector<std::string> words;
    if (platform) {
        words.push_back("--override-os=" + platform->os);
        words.push_back("--override-arch=" + platform->architecture);
        if (!platform->variant.empty()) words.push_back("--override-variant=" + platform->variant);
    }
    for (const char* word :
         {"copy", "--quiet", "--remove-signatures", "--dest-oci-accept-uncompressed-layers"})
        words.emplace_back(word);
    words.push_back("--dest-shared-blob-dir=" + blobs);
    for (std::string& word : source_options("src-", reference)) words.push_back(std::move(word));
    words.push_back(reference);
    words.push_back(fmt::format("oci:{}:image", layout));
    WW_TRY(const std::string said, run(std::move(words), waiting));
    return {};
}

}  // namespace ww::image
