// SPDX-License-Identifier: BSD-3-Clause
//
// Images as they travel.
#pragma once

#include "protocol/image_builds.h"
#include "protocol/types.h"

namespace ww::protocol {

/// No names: all images. What costs a look into the image is left out unless asked for.
struct ImageListRequest {
    Names names;
    bool kernels = false;
    bool source_sizes = false;
    bool variants = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("kernels", self.kernels);
        visit("source_sizes", self.source_sizes);
        visit("variants", self.variants);
    }
};

/// A root tree of an image: the first, or one for another architecture beside it.
struct ImageVariant {
    std::string name;          // "rocky", "rocky@aarch64"
    std::string architecture;  // "aarch64"; empty: nobody knows
    std::string rootfs;
    std::string source;    // of the import, as typed; empty: not known
    std::string digest;    // of the container image
    std::string platform;  // "linux/arm64/v8", as that says it
    std::string created;   // of the container image, RFC 3339
    int64_t imported = 0;  // Unix seconds
    int64_t files = 0;     // that the import brought
    int64_t bytes = 0;     // of them
    int64_t built = 0;
    int64_t size = 0;  // bytes of the built image
    int64_t compressed_size = 0;
    int64_t zstd_size = 0;                     // 0: there is no zstd copy
    std::string compression;                   // as asked for: default, gzip, best, zstd, none
    std::vector<ImageGeneration> generations;  // newest first; when one image is shown

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("architecture", self.architecture);
        visit("rootfs", self.rootfs);
        visit("source", self.source);
        visit("digest", self.digest);
        visit("platform", self.platform);
        visit("created", self.created);
        visit("imported", self.imported);
        visit("files", self.files);
        visit("bytes", self.bytes);
        visit("built", self.built);
        visit("size", self.size);
        visit("compressed_size", self.compressed_size);
        visit("zstd_size", self.zstd_size);
        visit("compression", self.compression);
        visit("generations", self.generations);
    }
};

struct ImageInfo {
    std::string name;
    std::string rootfs;
    std::string kernel_version;  // of the default kernel; empty if there is none
    Names nodes;                 // that boot it, profiles considered
    int64_t created = 0;         // Unix seconds
    int64_t built = 0;
    int64_t size = 0;  // bytes of the built image
    int64_t compressed_size = 0;
    int64_t source_size = 0;
    std::vector<ImageVariant> variants;  // if they were asked for

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("rootfs", self.rootfs);
        visit("kernel_version", self.kernel_version);
        visit("nodes", self.nodes);
        visit("created", self.created);
        visit("built", self.built);
        visit("size", self.size);
        visit("compressed_size", self.compressed_size);
        visit("source_size", self.source_size);
        visit("variants", self.variants);
    }
};

struct ImageListReply {
    std::vector<ImageInfo> images;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("images", self.images);
    }
};

struct ImageShowRequest {
    std::string name;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
    }
};

struct ImageImportRequest {
    std::string source;  // as typed, but a path is absolute
    std::string name;    // empty: the last part of the source
    bool replace = false;
    bool update = false;
    bool build = false;
    bool sync_users = false;
    bool detach = false;   // do not wait for the end
    std::string platform;  // any spelling; empty: what is there, or this machine's
    std::string user;      // of a registry; both or none
    std::string password;
    std::string auth_file;  // of the caller, as skopeo and podman write it
    bool no_https = false;
    Names environment;  // "HTTPS_PROXY=…" of the caller

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("source", self.source);
        visit("name", self.name);
        visit("replace", self.replace);
        visit("update", self.update);
        visit("build", self.build);
        visit("sync_users", self.sync_users);
        visit("detach", self.detach);
        visit("platform", self.platform);
        visit("user", self.user);
        visit("password", self.password);
        visit("auth_file", self.auth_file);
        visit("no_https", self.no_https);
        visit("environment", self.environment);
    }
};

struct ImageBuildRequest {
    Names names;
    bool all = false;
    bool force = false;
    bool sync_users = false;
    bool detach = false;
    std::string compression;  // from now on: default, gzip, best, zstd, none; empty: as before

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("names", self.names);
        visit("all", self.all);
        visit("force", self.force);
        visit("sync_users", self.sync_users);
        visit("detach", self.detach);
        visit("compression", self.compression);
    }
};

struct ImageSyncUserRequest {
    std::string name;
    bool write = true;   // else only look
    bool build = false;  // then

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("write", self.write);
        visit("build", self.build);
    }
};

/// Going into an image is wwctl's to do; wwd knows what belongs to it.
struct ImageEnterRequest {
    std::string name;  // "rocky"; "rocky@aarch64" for a tree beside the first
    std::string node;  // whose overlays show; empty: none

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("node", self.node);
    }
};

struct ImageMount {
    std::string source;
    std::string target;
    bool readonly = false;
    bool copy = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("source", self.source);
        visit("target", self.target);
        visit("readonly", self.readonly);
        visit("copy", self.copy);
    }
};

struct ImageEnterReply {
    std::string folder;  // the image's
    std::string tree;    // in it: what becomes the root
    bool readonly = false;
    std::vector<ImageMount> mounts;
    Names archives;     // of the node, in the order it unpacks them
    std::string holds;  // where jobs say what they work on
    std::string subject;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("folder", self.folder);
        visit("tree", self.tree);
        visit("readonly", self.readonly);
        visit("mounts", self.mounts);
        visit("archives", self.archives);
        visit("holds", self.holds);
        visit("subject", self.subject);
    }
};

/// Copy or rename.
struct ImagePairRequest {
    std::string from;
    std::string to;
    bool build = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("from", self.from);
        visit("to", self.to);
        visit("build", self.build);
    }
};

}  // namespace ww::protocol
