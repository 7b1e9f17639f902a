// SPDX-License-Identifier: BSD-3-Clause
//
// Builds of images that are kept, as they travel.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

/// One build of an image that is kept.
struct ImageGeneration {
    int64_t generation = 0;
    std::string digest;  // of the compressed archive
    int64_t built = 0;   // Unix seconds
    std::string user;    // who wanted it
    std::string command;
    std::string kernel_version;
    int64_t size = 0;  // bytes of the archive
    int64_t compressed_size = 0;
    bool served = false;  // to nodes that name the image alone
    Names pinned_by;      // nodes and profiles that name this generation
    Names booted_by;      // nodes that were sent it last

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("generation", self.generation);
        visit("digest", self.digest);
        visit("built", self.built);
        visit("user", self.user);
        visit("command", self.command);
        visit("kernel_version", self.kernel_version);
        visit("size", self.size);
        visit("compressed_size", self.compressed_size);
        visit("served", self.served);
        visit("pinned_by", self.pinned_by);
        visit("booted_by", self.booted_by);
    }
};

struct ImageHistoryRequest {
    std::string name;  // IMAGE or IMAGE@ARCH

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
    }
};

/// Newest first.
struct ImageHistoryReply {
    std::string name;
    std::vector<ImageGeneration> generations;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("generations", self.generations);
    }
};

struct ImageRollbackRequest {
    std::string name;        // IMAGE or IMAGE@ARCH
    int64_t generation = 0;  // 0: the one before the one that is served
    bool detach = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("name", self.name);
        visit("generation", self.generation);
        visit("detach", self.detach);
    }
};

struct ImageGcRequest {
    int64_t keep = -1;     // of each image; negative: as configured
    bool dry_run = false;  // only tell what would go
    bool detach = false;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("keep", self.keep);
        visit("dry_run", self.dry_run);
        visit("detach", self.detach);
    }
};

}  // namespace ww::protocol
