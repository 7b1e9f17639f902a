// SPDX-License-Identifier: BSD-3-Clause
#include "image/import/import_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/file.h"
#include "base/path.h"
#include "base/quote.h"
#include "oci/decompress.h"
#include "oci/tar_reader.h"

namespace ww::image {

namespace {

using Kind = ImportSource::Kind;

Error unusable(std::string_view typed, std::string_view why) {
    return {ErrorCode::InvalidArgument, fmt::format("unable to parse {}: {}", quote(typed), why)};
}

/// What registries and engines allow in a reference, and nothing a program could take for more.
bool plain_reference(std::string_view text) {
    return !text.empty() && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-' || c == '/' ||
                      c == ':' || c == '@' || c == '+';
           });
}

/// "PATH:NAME" as skopeo has it: a name has no slash.
void split_name(ImportSource& source, std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.substr(colon).find('/') != std::string_view::npos) {
        source.path = text;
        return;
    }
    source.path = text.substr(0, colon);
    source.name = text.substr(colon + 1);
}

/// From the first name on that only one of them has. Docker puts manifest.json anywhere.
Result<Kind> look_into(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return Error::from_errno(errno, fmt::format("opening file {}", quote(path)));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::InvalidArgument, fmt::format("{} is not a file", path));
    constexpr std::array<std::string_view, 17> kRootFolders{"bin",
                                                            "boot",
                                                            "dev",
                                                            "etc",
                                                            "home",
                                                            "lib",
                                                            "lib64",
                                                            "media",
                                                            "mnt",
                                                            "opt",
                                                            "proc",
                                                            "root",
                                                            "run",
                                                            "sbin",
                                                            "sys",
                                                            "usr",
                                                            "var"};
    oci::FileSource file(fd.get(), path);
    oci::Decompress plain(file);
    oci::TarReader reader(plain);
    oci::TarEntry entry;
    for (;;) {
        WW_TRY(const bool more, reader.next(entry), "looking into {}", path);
        if (!more)
            return Error(ErrorCode::Unprocessable,
                         fmt::format("{} is neither a root file system nor an archive of Docker's "
                                     "or of an OCI layout",
                                     path));
        const std::string name = clean_path(entry.path);
        if (name == "manifest.json" || name == "repositories" || name == "oci-layout")
            return Kind::Archive;
        std::string_view top = name;
        while (top.starts_with('/')) top.remove_prefix(1);
        top = top.substr(0, top.find('/'));
        if (std::ranges::find(kRootFolders, top) != kRootFolders.end()) return Kind::Tar;
    }
}

Result<ImportSource> file_source(const std::string& path) {
    WW_TRY(const Kind kind, look_into(path));
    // Compat: upstream takes what follows a colon for a name.
    if (kind == Kind::Archive && path.find(':') != std::string::npos)
        return unusable(path, "a colon is not allowed in the path of such an archive")
            .with_hint("as docker-archive:FILE or oci-archive:FILE it is");
    return ImportSource{.kind = kind, .path = path, .reference = {}, .name = {}};
}

Result<ImportSource> url_source(std::string_view typed, std::string_view rest) {
    // It would stand on a command line, where everybody can read it, and in the image's record.
    if (rest.substr(0, rest.find('/')).find('@') != std::string_view::npos)
        return Error(ErrorCode::InvalidArgument, "a URL may not hold a password")
            .with_hint("put it into ~/.netrc of root");
    return ImportSource{
        .kind = Kind::TarUrl, .path = std::string(typed), .reference = {}, .name = {}};
}

Result<ImportSource> transport_source(std::string_view typed,
                                      std::string_view transport,
                                      std::string_view rest) {
    ImportSource source{.kind = Kind::Skopeo, .path = {}, .reference = {}, .name = {}};
    const std::string_view bare = rest.starts_with("//") ? rest.substr(2) : rest;
    if (transport == "docker" && !rest.starts_with("//"))
        return unusable(typed, "a registry's reference begins with docker://");
    if (transport == "oci" || transport.ends_with("-archive")) {
        source.kind = transport == "oci" ? Kind::Layout : Kind::Archive;
        split_name(source, bare);
        if (source.path.empty()) return unusable(typed, "it names nothing");
        return source;
    }
    if (transport == "containers-storage") {
        // May begin with "[driver@/graph+/run]".
        if (bare.empty()) return unusable(typed, "it names no image");
        source.reference = fmt::format("{}:{}", transport, bare);
        return source;
    }
    if (!plain_reference(bare)) return unusable(typed, "invalid reference format");
    if (transport == "docker") {
        source.kind = Kind::Registry;
        source.reference = fmt::format("docker://{}", bare);
        return source;
    }
    source.reference = fmt::format("{}:{}", transport, bare);
    return source;
}

}  // namespace

Result<ImportSource> import_source(std::string_view typed) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (typed.starts_with(scheme)) return url_source(typed, typed.substr(scheme.size()));
    if (typed.starts_with("file://")) {
        const std::string path(typed.substr(std::string_view("file://").size()));
        if (is_directory(path))
            return Error(ErrorCode::InvalidArgument, fmt::format("{} is a folder", path));
        return file_source(path);
    }
    for (const std::string_view transport :
         {"docker", "docker-daemon", "containers-storage", "docker-archive", "oci-archive", "oci"})
        if (typed.starts_with(transport) && typed.substr(transport.size()).starts_with(':'))
            return transport_source(typed, transport, typed.substr(transport.size() + 1));
    const std::string path(typed);
    if (is_directory(path)) {
        if (exists(path + "/oci-layout") && exists(path + "/index.json"))
            return ImportSource{.kind = Kind::Layout, .path = path, .reference = {}, .name = {}};
        return ImportSource{.kind = Kind::Folder, .path = path, .reference = {}, .name = {}};
    }
    if (exists(path)) return file_source(path);
    return Error(ErrorCode::InvalidArgument, fmt::format("invalid dir or uri: {}", typed));
}

}  // namespace ww::image
